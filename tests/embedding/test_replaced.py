"""An upgrade while the program runs: its executable and its libpython are gone, or others are under their names. What runs is read,
never the new files."""
import os
import shutil

import pytest

import cores
import graphs
import hosts
import interpreters
import processes
from og import native

PROGRAM = "class Only: pass\nKEPT = [Only() for _ in range(77)]\nprint('READY', flush=True)\nimport sys; sys.stdin.read()"
HERE = [each for each in interpreters.RELEASES if not each.root]


def upgrade(path, other):
    """As a package manager does it: OTHER is put in the place of PATH, "": nothing is."""
    os.unlink(path)
    if other:
        shutil.copy(other, path)


def moved(interpreter, folder):
    """A copy of its executable and libpython there, and how to run it."""
    known = hosts.config(interpreter)
    files = [shutil.copy(os.path.realpath(interpreter.path), str(folder / "python"))]
    library = os.path.join(known["LIBDIR"], "libpython%s.so.1.0" % known["LDVERSION"])
    if not interpreter.debian and os.path.exists(library):
        files.append(shutil.copy(library, str(folder)))
    return files, {"PYTHONHOME": known["prefix"], "LD_LIBRARY_PATH": str(folder)}


def check(target, interpreter):
    assert target.info().hexversion >> 16 == interpreter.minor[0] << 8 | interpreter.minor[1]
    graph = graphs.scan(target)
    assert target.count(graph, "Only", native.query())[0] == 77
    assert target.count(graph, "__main__.Only", native.query())[0] == 77
    graph.close()
    target.close()


@pytest.mark.parametrize("how", ["deleted", "replaced"])
@pytest.mark.parametrize("interpreter", [HERE[0], next((each for each in HERE if each.debian), HERE[-1])], ids=lambda each: each.name)
def test_program_whose_files_are_no_more_is_read(interpreter, how, library, gdb, tmp_path):
    files, environment = moved(interpreter, tmp_path)
    other = next(each for each in HERE if each.minor != interpreter.minor)
    with processes.process([files[0], "-S", "-c", PROGRAM], environment=environment, cwd=str(tmp_path)) as program:
        for path in files:
            upgrade(path, os.path.realpath(other.path) if how == "replaced" else "")
        with processes.stopped(program.pid):
            check(library.open_process(program.pid), interpreter)
        said = gdb(program.pid, "set og live agent", "og-count Only -json", "og-show py:KEPT[0]")
        assert said.document["rows"][0]["count"] == 77, said.tell()
        assert "__main__.Only at 0x" in said.out, said.tell()
        if not cores.kernel_pattern():
            core = cores.kernel_core(program, str(tmp_path))
            opened = library.open_core(core)
            reason = "not found" if how == "deleted" else "has another build-id"
            assert any(files[0] in note and reason in note for note in opened.notes()), opened.notes()
            check(opened, interpreter)
            os.unlink(core)


def test_application_whose_libpython_was_replaced_comes_to_a_safe_point(gdb, tmp_path):
    """GDB takes the new file for what runs; og asks the memory where functions are."""
    able = [each for each in HERE if not each.debian and each.minor >= (3, 12)]
    others = [each for each in HERE if not each.debian and each.minor < (3, 12)]
    if not able or not others:
        pytest.skip("no libpython of a version whose interpreters run at the same time, or none to put in its place")
    host = hosts.compiled(able[0], tmp_path)
    files, environment = moved(able[0], tmp_path)
    environment["LD_PRELOAD"] = files[1]
    with processes.process(host.command + ["busy", "2"], environment=environment) as program:
        (tmp_path / "other").mkdir()
        upgrade(files[1], moved(others[0], tmp_path / "other")[0][1])
        said = gdb(program.pid, "set og live agent", "og-count Inner -json", "og-info -json", "show language")
        assert said.document["ok"] and '"count": 300' in said.out, said.tell()
        assert any("symbols are of another file" in note for note in said.document["notes"]), said.tell()
