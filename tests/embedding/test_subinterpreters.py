"""Applications whose interpreters have GILs, collectors and allocators of their own (from 3.12 on): all of their objects count, by
whoever reads them; nothing runs in the process while any of them is in the middle of something."""
import collections
import contextlib
import os
import time

import pytest

import cores
import graphs
import hosts
import interpreters
import processes
from og import native

OTHERS = 3
INNER = 100  # instances of it in each interpreter
OWN_GIL = (3, 12)


def one_of_each_version():
    """Without the odd builds, and where one is at hand that needs no other root."""
    chosen = {}
    for each in sorted(interpreters.RELEASES, key=lambda each: bool(each.root)):
        chosen.setdefault(each.minor, each)
    return [chosen[minor] for minor in sorted(chosen)]


VERSIONS = one_of_each_version()
own_gil = [each for each in VERSIONS if each.minor >= OWN_GIL]
oldest_and_own_gil = [each for each in VERSIONS if each is VERSIONS[0] or each in own_gil]
many_versions = pytest.mark.parametrize("host", oldest_and_own_gil, ids=[each.name for each in oldest_and_own_gil], indirect=True)
with_own_gil = pytest.mark.parametrize("host", own_gil, ids=[each.name for each in own_gil], indirect=True)
ends = [VERSIONS[0], VERSIONS[-1]]
oldest_and_newest = pytest.mark.parametrize("host", ends, ids=[each.name for each in ends], indirect=True)


@pytest.fixture(scope="module")
def host(request, tmp_path_factory):
    return hosts.compiled(request.param, tmp_path_factory.mktemp("host"))


@contextlib.contextmanager
def running(host, how, folder):
    with processes.process(host.command + [how, str(OTHERS)], cwd=str(folder)) as program:
        yield program


def truth(program):
    """What each of them counted of itself, by type."""
    counts = collections.Counter()
    for line in program.lines:
        if line.startswith("interpreter "):
            counts[line.split()[1]] += int(line.split()[2])
    return counts


def check(target, expected):
    graph = graphs.scan(target)
    assert {row.type: row.count for row in target.types(graph, native.query())[0]} == expected
    assert (graph.info.unreadable, graph.info.unreadable_lists, graph.info.losses.torn) == (0, 0, 0)
    assert target.info().interpreters == len(target.interpreters()) == OTHERS + 1
    assert target.describe(target.resolve("MARK", 0, 0)).type == "list"  # a name of the main one
    assert target.describe(target.resolve("inner.mark", 0, 0)).len == 3  # a module that the others alone have
    graph.close()
    target.close()


def everything(said):
    rows = said.document["rows"]
    return {row["type"]: row["count"] for row in rows}


@many_versions
@pytest.mark.parametrize("how", ["quiet", "again"])
def test_what_interpreters_track_is_counted_by_reader_agent_and_in_the_core(host, how, library, gdb, tmp_path):
    if how == "again" and host.interpreter.minor not in ((3, 8), OWN_GIL):
        pytest.skip("started anew: one version before interpreters had GILs of their own and one after are enough")
    with running(host, how, tmp_path) as program:
        expected = truth(program)
        assert expected["Inner"] == INNER * (OTHERS + 1)
        with processes.stopped(program.pid):
            check(library.open_process(program.pid), expected)
        said = gdb(program.pid, "set og live agent", "og-common -limit 0 -json")
        assert everything(said) == expected, said.tell()
        if not cores.kernel_pattern():
            core = cores.kernel_core(program, str(tmp_path))
            check(library.open_core(core, sysroot=host.sysroot), expected)
            os.unlink(core)


def test_application_with_the_archive_in_it_is_read(one_python, library, gdb, tmp_path):
    host = hosts.compiled(one_python, tmp_path, static=True)
    with running(host, "quiet", tmp_path) as program:
        with processes.stopped(program.pid):
            check(library.open_process(program.pid), truth(program))
        said = gdb(program.pid, "set og live agent", "og-common -limit 0 -json")
        assert everything(said) == truth(program), said.tell()


def ticks(program):
    program.say(b"\n")
    return [int(word) for word in program.line().split()]


@with_own_gil
def test_all_that_run_at_once_are_brought_to_a_safe_point_and_run_on(host, gdb, tmp_path):
    """The first of the others waits."""
    with running(host, "busy", tmp_path) as program:
        before = ticks(program)
        said = gdb(program.pid, "set og live agent", "og-count Inner -json")
        assert said.document["ok"] and said.document["rows"][0]["count"] == INNER * (OTHERS + 1), said.tell()
        after = ticks(program)
        deadline = time.monotonic() + processes.TIMEOUT
        while not all(now > then for now, then in zip(ticks(program)[1:], after[1:])):
            assert time.monotonic() < deadline, (before, after, ticks(program))
            time.sleep(0.01)


@oldest_and_newest
def test_interpreters_that_come_and_go_are_no_obstacle(host, library, tmp_path):
    with running(host, "coming", tmp_path) as program:
        for _ in range(15):
            with processes.stopped(program.pid):
                target = library.open_process(program.pid)
                graph = graphs.scan(target)
                counts = {row.type: row.count for row in target.types(graph, native.query(all=True))[0]}
                assert 2 * INNER <= counts["Inner"] <= (OTHERS + 1) * INNER
                graph.close()
                target.close()
            time.sleep(0.003)


@oldest_and_newest
def test_interpreter_that_is_ending_is_read(host, gdb, tmp_path):
    with running(host, "ending", tmp_path) as program:
        said = gdb(program.pid, "og-count Inner -json")
        assert said.document["rows"][0]["count"] == INNER * (OTHERS + 1), said.tell()
