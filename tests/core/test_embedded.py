"""An application that CPython is linked into, stripped: it exports no symbol, and all there is to find are the data."""
import os
import shlex
import subprocess

import pytest

import cores
import graphs
import hosts
import interpreters
import processes
from og import native

SOURCE = "#include <Python.h>\nint main(int argc, char **argv) { return Py_BytesMain(argc, argv); }\n"
PROGRAM = "import sys; KEPT = [[i] for i in range(5000)]; print('READY', flush=True); sys.stdin.read()"


def has_archive(known):
    return os.path.exists(os.path.join(known["LIBPL"], known["LIBRARY"])) and os.path.exists(os.path.join(known["INCLUDEPY"], "Python.h"))


@pytest.fixture(scope="module", params=[0, -1], ids=["oldest", "newest"])
def application(request, tmp_path_factory):
    """Of those that have their archive and headers: (program, home, interpreter)."""
    able = [(each, known) for each in interpreters.RELEASES if not each.root for known in [hosts.config(each)] if has_archive(known)]
    if not able:
        pytest.skip("no CPython here has its archive and headers")
    interpreter, known = able[request.param]
    source, path = tmp_path_factory.mktemp("embedded") / "main.c", str(tmp_path_factory.mktemp("application") / "application")
    source.write_text(SOURCE)
    libraries = shlex.split("%s %s -lm" % (known["LIBS"], known["SYSLIBS"]))
    command = ["cc", "-s", "-I", known["INCLUDEPY"], str(source), os.path.join(known["LIBPL"], known["LIBRARY"]), *libraries, "-o", path]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("cannot link an application: %s" % done.stderr.strip()[-200:])
    return path, known["prefix"], interpreter


def check(target, interpreter):
    info = target.info()
    how = "found by the cookie of 3.13" if interpreter.minor >= (3, 13) else "found by its shape"
    assert native.text(info.layout_source).startswith(how)
    assert (info.hexversion >> 24, info.hexversion >> 16 & 255) == interpreter.minor
    assert target.symbol("_PyRuntime") == 0
    graph = graphs.scan(target)
    assert target.count(graph, "list", native.query())[0] >= 5000
    graph.close()
    target.close()


def test_stripped_application_is_found_live_and_in_its_core(application, library, tmp_path):
    path, home, interpreter = application
    with processes.process([path, "-S", "-c", PROGRAM], environment={"PYTHONHOME": home}, cwd=str(tmp_path)) as program:
        with processes.stopped(program.pid):
            check(library.open_process(program.pid), interpreter)
        if not cores.kernel_pattern():
            core = cores.kernel_core(program, str(tmp_path))
            check(library.open_core(core), interpreter)
            os.unlink(core)
