"""Frames of suspended greenlets belong to no thread, and no tp_traverse tells of them: what they hold is found all the same."""
import os

import pytest

import cores
import graphs
import interpreters
import processes
from og import native

FRAMES, GREENLETS = 5, 10


@pytest.fixture(scope="module")
def with_greenlets():
    found = interpreters.with_package("greenlet")
    return found or pytest.skip("no CPython here has the package greenlet")


@pytest.fixture
def program(with_greenlets, tmp_path):
    path = os.path.join(processes.PROGRAMS, "greenlets.py")
    with processes.process([with_greenlets.path, path], cwd=str(tmp_path)) as running:
        yield running


def check(target, pid):
    graph = graphs.scan(target)
    assert target.count(graph, "Held", native.query())[0] == FRAMES * GREENLETS
    texts, _ = target.by_type(graph, "str", native.query(all=True))
    own = [row for row in texts if row.label == "'only in a frame %d'" % pid]
    assert len(own) == FRAMES * GREENLETS  # no object knows them
    assert (graph.info.unreadable, graph.info.unreadable_lists, graph.info.losses.torn) == (0, 0, 0)
    unexplained, _ = target.leaking(graph, native.query(), False)
    assert not [found for found, _ in unexplained if found.type == "Held"]
    graph.close()
    target.close()


def test_reader_finds_what_they_hold_live_and_in_a_core(program, library, tmp_path):
    with processes.stopped(program.pid):
        check(library.open_process(program.pid), program.pid)
    if not cores.kernel_pattern():
        core = cores.kernel_core(program, str(tmp_path))
        check(library.open_core(core), program.pid)
        os.unlink(core)


def test_agent_finds_what_they_hold_and_by_what_name(program, gdb):
    said = gdb(program.pid, "set og live agent", "og-count Held -json", "og-by-type Held -limit 1", "og-chain $og1 -json")
    chain = said.document
    assert '"count": %d' % (FRAMES * GREENLETS) in said.out, said.tell()
    assert chain["ok"] and "SUSPENDED[" in said.out and "'local'" in said.out, said.tell()
