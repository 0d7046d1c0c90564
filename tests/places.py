"""Processes that do not live where the tests do: other roots, other namespaces."""
import contextlib
import os
import shutil
import subprocess

import pytest

import interpreters
import processes

NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
OWN_PROC = ["--pid", "--fork", "--mount-proc"]
# What a container has of its own, but for its root and its users.
CONTAINER = ["--mount", "--pid", "--fork", "--uts", "--ipc", "--net"]


def roots():
    """(name, folder, path of its Python, version) of root folders, one for each CPython that og supports; releases only."""
    found = {}
    for name, folder, program in interpreters.in_roots():
        if program.endswith("-dbg"):
            continue
        version = (3, int(program.rpartition(".")[2]))
        if version in interpreters.SUPPORTED and os.access(folder + program, os.X_OK):
            found.setdefault(version, (name, folder, program, version))
    return [found[version] for version in sorted(found)]


def namespaces(python):
    """Command lines by name: PYTHON in namespaces of its own."""
    return {
        "mounts": ["unshare", "--mount", python],
        "pids, as pid 1": ["unshare", "--mount"] + OWN_PROC + [python],
        "pids, not as pid 1": ["unshare", "--mount"] + OWN_PROC + ["sh", "-c", 'd=$1; shift; "$d" "$@"; exit', "sh", python],
        "users, as root": ["unshare", "--user", "--map-root-user", python],
        "users, as nobody": ["unshare", "--user", python],
        "users, of an ordinary user": NOBODY + ["unshare", "--user", "--map-root-user", python],
        "everything": ["unshare", "--user", "--map-root-user"] + CONTAINER + ["--mount-proc", python],
    }


def rooted(folder, python):
    """Command lines by name: PYTHON of the system in FOLDER."""
    return {
        "chroot": ["unshare", "--root=" + folder, python],
        "container": ["unshare"] + CONTAINER + ["--root=" + folder, python],
    }


NAMESPACES = list(namespaces(""))
ROOTED = list(rooted("", ""))


def living(command, *arguments):
    """Program elsewhere.py, once it waits; its `pid` is the one it has here."""
    with open(os.path.join(processes.PROGRAMS, "elsewhere.py")) as file:
        return running(command, "-c", file.read(), *arguments)


@contextlib.contextmanager
def running(command, *arguments):
    """The Python that COMMAND runs, with ARGUMENTS; the same."""
    if os.getuid() != 0 or not shutil.which("unshare") or not shutil.which("setpriv"):
        pytest.skip("only root can put a process elsewhere (unshare, setpriv)")
    probe = subprocess.run(command + ["-c", ""], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if probe.returncode:
        pytest.skip("this kernel gives no such place: " + (probe.stderr.strip() or "status %d" % probe.returncode))
    with processes.process(command + list(arguments)) as program:
        here = Elsewhere(program, innermost(program.pid))
        try:
            yield here
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(here.pid, 9)


class Elsewhere:
    def __init__(self, program, pid):
        self.pid, self.say, self.line = pid, program.say, program.line


def innermost(pid):
    """unshare and sh wait for it."""
    while True:
        below = processes.children(pid)
        if not below:
            return pid
        pid = int(below[0])
