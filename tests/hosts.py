"""Applications in C that embed a CPython: compiled against what its own configuration says, run where it lives."""
import glob
import os
import shlex
import subprocess
from typing import List, NamedTuple

import pytest

import interpreters
import processes

ASKED = "LIBPL LIBRARY INCLUDEPY LIBS SYSLIBS LIBDIR LDVERSION prefix".split()
OLD_GLIBC = ["-Wl,--unresolved-symbols=ignore-in-shared-libs"]  # a library of a newer system needs a newer libc at run time only


class Host(NamedTuple):
    command: List[str]
    sysroot: str  # as Interpreter.sysroot
    interpreter: interpreters.Interpreter


def config(interpreter):
    code = "import sysconfig; print(*(repr(str(sysconfig.get_config_var(n) or '')) for n in %r))" % ASKED
    said = subprocess.run([interpreter.path, "-I", "-c", code], capture_output=True, text=True, check=True).stdout
    return dict(zip(ASKED, shlex.split(said)))


def with_headers(interpreter, known):
    """The folder that stands for / where INTERPRETER's headers and library are: "" this machine; None: nowhere."""
    if not interpreter.root:
        return "" if os.path.exists(known["INCLUDEPY"] + "/Python.h") else None
    version = '"%d.%d.%d"' % interpreter.version
    for path in sorted(glob.glob(interpreters.ROOTS + "/*" + known["INCLUDEPY"] + "/patchlevel.h")):
        with open(path) as file:
            if version in file.read():
                return path[: -len(known["INCLUDEPY"] + "/patchlevel.h")]
    return None


def compiled(interpreter, folder, name="embedding.c", static=False):
    """Program NAME of tests/programs; a skip where headers or library are missing."""
    known = config(interpreter)
    root = with_headers(interpreter, known)
    if root is None:
        pytest.skip("no headers of %s" % interpreter.name)
    path = os.path.join(str(folder), "host-" + interpreter.name)
    include, libraries = root + known["INCLUDEPY"], root + known["LIBDIR"]
    compiler = "musl-gcc" if interpreter.made.startswith("musl") else "cc"
    command = [compiler, "-O1", "-g", "-Wall", "-Werror", "-pthread", "-I", include, os.path.join(processes.PROGRAMS, name), "-o", path]
    if root:
        command += ["-idirafter", root + "/usr/include"] + OLD_GLIBC
    if static:
        archive = os.path.join(root + known["LIBPL"], known["LIBRARY"])
        if not os.path.exists(archive):
            pytest.skip("no archive of %s" % interpreter.name)
        command += ["-no-pie", archive, *shlex.split("%s %s -lm" % (known["LIBS"], known["SYSLIBS"])), "-Wl,-export-dynamic"]
    else:
        command += ["-L", libraries, "-Wl,-rpath," + known["LIBDIR"], "-lpython" + known["LDVERSION"]]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("cannot build a program with %s in it: %s" % (interpreter.name, done.stderr.strip()[-200:]))
    if not root:
        return Host([path], "", interpreter)
    return Host([interpreters.launcher(os.path.basename(root), root, path)], root, interpreter)
