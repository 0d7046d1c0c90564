"""Several CPythons in one process: the user sees that there are, and chooses."""
import os
import subprocess

import pytest

import cores
import gdbrun
import graphs
import interpreters
import processes
from og import native
from og.native import OgError

ASK = "import sysconfig; print(sysconfig.get_config_var('LIBDIR'), sysconfig.get_config_var('INSTSONAME'), sep='/')"


def libpython(interpreter):
    path = subprocess.run([interpreter.path, "-I", "-c", ASK], capture_output=True, text=True, check=True).stdout.strip()
    return path if path.endswith(".so.1.0") and os.path.exists(path) else None


@pytest.fixture(scope="module")
def shared():
    """The oldest and the newest interpreter of this machine with a libpython, and where that is."""
    able = [(each, path) for each in interpreters.RELEASES if not each.root for path in [libpython(each)] if path]
    if len({each.minor for each, _ in able}) < 2:
        pytest.skip("no two versions of libpython on this machine")
    return able[0], able[-1]


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("two") / "two_pythons")
    source = os.path.join(processes.PROGRAMS, "two_pythons.c")
    done = subprocess.run(["cc", "-O1", "-Wall", "-Werror", "-pthread", source, "-o", path, "-ldl"], capture_output=True, text=True)
    if done.returncode:
        pytest.skip("cannot build a program with several CPythons: %s" % done.stderr.strip()[-200:])
    return path


def check(target, expected):
    """EXPECTED: (minor version, number) of each; number N has 100 * N instances of OnlyN."""
    found = target.pythons(everywhere=True)
    assert target.pythons() == found
    assert sorted(each.hexversion >> 16 & 255 for each in found) == sorted(minor for minor, _ in expected)
    assert [each.chosen for each in found].count(True) == 1
    seen = set()
    for each in found:
        target.choose_python(each.runtime)
        assert [one.runtime for one in target.pythons() if one.chosen] == [each.runtime]
        graph = graphs.scan(target)
        counts = {row.type: row.count for row in target.types(graph, native.query())[0] if row.type.startswith("Only")}
        ((name, count),) = counts.items()
        number = int(name[len("Only") :])
        assert count == 100 * number
        seen.add((each.hexversion >> 16 & 255, number))
        (mark,) = target.fields(target.resolve("MARK", 0, 0), 0)[0]
        assert mark.label == "'of %d'" % number
        graph.close()
    assert seen == set(expected)
    with pytest.raises(OgError, match="no CPython that runs"):
        target.choose_python(found[0].runtime + 8)
    assert [one.chosen for one in target.pythons()] == [False] * (len(found) - 1) + [True]
    target.close()


@pytest.mark.parametrize("which", [[0, 1], [1, 0, 0]], ids=["two versions", "one of them twice"])
def test_each_is_found_and_read_live_and_in_the_core(shared, program, which, library, tmp_path):
    chosen = [shared[i] for i in which]
    expected = [(each.minor[1], number) for number, (each, _) in enumerate(chosen, 1)]
    with processes.process([program] + [path for _, path in chosen], cwd=str(tmp_path)) as running:
        with processes.stopped(running.pid):
            check(library.open_process(running.pid), expected)
        if not cores.kernel_pattern():
            core = cores.kernel_core(running, str(tmp_path))
            check(library.open_core(core), expected)
            os.unlink(core)


def test_user_sees_that_there_are_several_and_chooses(shared, program, gdb):
    (old, first), (new, last) = shared
    versions = ["%d.%d" % each.minor for each in (old, new)]
    with processes.process([program, first, last]) as running:
        count = "og-count Only%d -json"
        said = gdb(
            running.pid,
            *["og-info -json", "complete set og python 3", "set og live agent"],
            *["set og python " + versions[0], count % 1, "set og python " + versions[1], count % 2, "show og python"],
            *["set og python auto", count % 1, "set og python 3.99", count % 1],
        )
    info, one, two, auto, wrong = gdbrun.documents(said.out)
    assert sorted(each["version"] for each in info["pythons"]) == sorted("%d.%d.%d" % each.version for each in (old, new))
    assert sorted(each["file"] for each in info["pythons"]) == sorted([first, last])
    assert {"set og python " + each for each in versions} <= set(said.out.splitlines())
    for document, expected, number in ((one, versions[0], 1), (two, versions[1], 2)):
        assert document["rows"][0]["count"] == 100 * number, said.tell()
        assert document["target"]["version"].startswith(expected + ".")
        assert not any("CPythons in this process" in note for note in document["notes"])
    assert "is looked at: %s." % versions[1] in said.out
    assert any("2 CPythons in this process" in note for note in info["notes"] + auto["notes"])
    assert any("2 CPythons in this process" in note for note in auto["notes"])
    assert not wrong["ok"] and "no CPython 3.99 in process %d, but" % running.pid in wrong["error"]["message"]


def test_version_that_two_have_is_chosen_by_address(shared, program, gdb):
    (old, path), _ = shared
    version = "%d.%d" % old.minor
    with processes.process([program, path, path]) as running:
        said = gdb(running.pid, "og-info -json", "set og python " + version, "og-count Only1 -json")
        info, ambiguous = gdbrun.documents(said.out)
        assert "2 CPythons of %s in process" % version in ambiguous["error"]["message"], said.tell()
        addresses = [each["runtime"] for each in info["pythons"]]
        said = gdb(running.pid, *[line for each in addresses for line in ("set og python " + each, "og-count Only1 -json")])
        assert sorted(each["rows"][0]["count"] for each in gdbrun.documents(said.out)) == [0, 100], said.tell()
