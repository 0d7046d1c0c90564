"""Numpy's arrays are nothing to the collector: what they hold is found all the same, and where in them it is."""
import json
import os

import pytest

import cores
import graphs
import interpreters
import processes
from og import native


@pytest.fixture(scope="module")
def with_numpy():
    found = interpreters.with_package("numpy")
    return found or pytest.skip("no CPython here has the package numpy")


@pytest.fixture
def program(with_numpy, tmp_path):
    path = os.path.join(processes.PROGRAMS, "ndarrays.py")
    with processes.process([with_numpy.path, path], cwd=str(tmp_path)) as running:
        yield running


@pytest.fixture
def said(program):
    return json.loads(program.lines[-1][len("READY ") :])


def check(target, said):
    graph = graphs.scan(target)
    assert target.count(graph, "Held", native.query())[0] == said["held"]
    texts, _ = target.by_type(graph, "str", native.query(all=True))
    assert len([row for row in texts if row.label.startswith(said["text"])]) == 11  # one they share, ten in an array alone
    assert (graph.info.unreadable, graph.info.unreadable_lists, graph.info.losses.torn) == (0, 0, 0)
    unexplained, _ = target.leaking(graph, native.query(), False)
    assert not [found for found, _ in unexplained if found.type == "Held"]
    sizes = {address: target.describe(int(address)).size for address in said["sizes"]}
    assert sizes == said["sizes"]
    graph.close()
    target.close()


def test_reader_finds_what_they_hold_live_and_in_a_core(with_numpy, program, said, library, tmp_path):
    with processes.stopped(program.pid):
        check(library.open_process(program.pid), said)
    if not cores.kernel_pattern():
        core = cores.kernel_core(program, str(tmp_path))
        check(library.open_core(core, sysroot=with_numpy.sysroot), said)
        os.unlink(core)


PLACES = {
    "plain": "__main__.PLAIN[4]",
    "grid": "__main__.GRID[1, 3]",
    "fortran": "__main__.FORTRAN[2, 1]",
    "cube": "__main__.CUBE[2, 3, 1]",
    "record": "__main__.RECORDS[3]['inner']['deep']",
}


@pytest.mark.parametrize("mode", ["agent", "read"])
def test_chains_lead_to_a_place_in_an_array(program, said, gdb, mode):
    kept = "og-snapshot -name kept"
    chains = ["og-chain 0x%x" % said[name] for name in PLACES]
    told = gdb(program.pid, "set og live " + mode, "og-count Held", *chains, kept, "og-open kept", *chains)
    assert str(said["held"]) in told.out.split("\n"), told.tell()
    for expression in PLACES.values():
        assert told.out.count("\n%s\n" % expression) == 2, told.tell()  # in the snapshot too
