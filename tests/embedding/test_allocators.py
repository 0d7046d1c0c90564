"""Memory from other allocators than the usual one, with debug bytes around every block: counts, references and sizes stay the same,
and so does what is found when the collector's lists are broken."""
import os

import pytest

import cores
import graphs
import heaptruth
import interpreters
import processes
import zoos
from corebytes import CoreBytes
from og import native

HERE = [each for each in interpreters.RELEASES if not each.root]
KINDS = {  # PYTHONMALLOC, PYTHONDEVMODE; the oldest and the newest take turns
    "debug": ({"PYTHONMALLOC": "debug"}, HERE[-1]),
    "malloc": ({"PYTHONMALLOC": "malloc"}, HERE[0]),
    "dev": ({"PYTHONDEVMODE": "1"}, HERE[0]),
}
EVERY = 29  # sizes: each one is a call
BREAKS, APART = 20, 40


@pytest.fixture(scope="module", params=sorted(KINDS))
def zoo(request, tmp_path_factory):
    environment, interpreter = KINDS[request.param]
    folder = tmp_path_factory.mktemp("allocator")
    path = str(folder / "truth")
    program = os.path.join(processes.PROGRAMS, "zoo.py")
    with processes.process([interpreter.path, "-B", "-W", "ignore", program, path], environment, cwd=str(folder)) as running:
        yield zoos.Zoo(running, heaptruth.Truth(path), [])


@pytest.fixture(scope="module")
def core(zoo):
    """The process is no more afterwards."""
    if cores.kernel_pattern():
        pytest.skip(cores.kernel_pattern())
    path = cores.kernel_core(zoo.program, os.readlink("/proc/%d/cwd" % zoo.pid))
    yield path
    os.unlink(path)


def counts(target, graph):
    return {row.type: row.count for row in target.types(graph, native.query(long_names=True))[0]}


def test_counts_of_the_process_equal_the_interpreters(zoo, library, gdb):
    with processes.stopped(zoo.pid):
        target = library.open_process(zoo.pid)
        graph = graphs.scan(target)
        assert counts(target, graph) == dict(zoo.truth.counts(True))
        assert (graph.info.unreadable, graph.info.unreadable_lists, graph.info.losses.torn) == (0, 0, 0)
        graph.close()
        target.close()
    said = gdb(zoo.pid, "set og live agent", "og-common -long -limit 0 -json")
    assert {row["type"]: row["count"] for row in said.document["rows"]} == dict(zoo.truth.counts(True)), said.tell()


def test_references_and_sizes_of_the_core_equal_the_interpreters(zoo, core, library):
    truth = zoo.truth
    target = library.open_core(core)
    graph = graphs.scan(target)
    assert counts(target, graph) == dict(truth.counts(True))
    difference = graphs.compare(truth, graphs.Arrays.of(graph), everything=True)
    assert sum(difference.missing.values()) <= 0.001 * difference.total, difference.tell("missing")
    assert not difference.invented, difference.tell("invented")
    for number in range(0, len(truth.addresses), EVERY):
        address = truth.addresses[number]
        if truth.types[truth.type_addresses[number]][3] and truth.sizes[number] >= 0 and address not in truth.noise:
            assert target.describe(address).size == truth.sizes[number], truth.describe(address)
    graph.close()
    target.close()


def test_lists_in_pieces_lose_nothing(zoo, core, library):
    """Objects between two breaks are found by what stands around them: blocks have no header of the usual allocator here."""
    truth = zoo.truth
    damaged = CoreBytes(core, core + ".damaged")
    heads = [address - 16 for address in truth.addresses[: truth.tracked]]
    for at in range(100, len(heads) - APART, len(heads) // BREAKS):
        damaged.set_word(heads[at], 0x41414140)
        damaged.set_word(heads[at + APART] + 8, 0x41414140)
    damaged.file.flush()
    target = library.open_core(damaged.path)
    graph = graphs.scan(target)
    assert counts(target, graph) == dict(truth.counts(True))
    assert graph.info.losses.swept and not graph.info.unreadable
    graph.close()
    target.close()
    damaged.remove()
