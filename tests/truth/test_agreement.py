"""The agent, put into the process by a real GDB: its references equal gc.get_referents exactly, and the reader's edge by edge."""
import collections
import os
import re

import pytest

import gdbrun
import graphs

SCRIPT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "gdbscripts", "dump.py")


@pytest.fixture(scope="session")
def both(zoo, og_py, tmp_path_factory):
    """The graphs by the agent and by the reader, of one stop."""
    folder = tmp_path_factory.mktemp("graphs")
    paths = [str(folder / mode) for mode in ("agent", "read")]
    modes = [each for mode, path in zip(("agent", "read"), paths) for each in ("set og live " + mode, "og-test-dump " + path)]
    said = gdbrun.run(og_py, zoo.pid, "source " + SCRIPT, *modes)
    assert re.findall(r"^DUMPED .* by (\w+)", said.out, re.M) == ["agent", "reader"], said.tell()
    return [graphs.Arrays.load(path) for path in paths]


@pytest.fixture(scope="session")
def by_agent(both):
    return both[0]


def test_agent_finds_every_object(zoo, by_agent):
    truth = zoo.truth
    assert not [truth.describe(address) for address in truth.addresses if address not in by_agent.number]


def test_agent_graph_equals_get_referents(zoo, by_agent):
    difference = graphs.compare(zoo.truth, by_agent, everything=True)
    assert not difference.missing, difference.tell("missing")
    assert not difference.invented, difference.tell("invented")
    # What a C type derived from another, or one without tp_traverse, holds besides: of few kinds, and of few objects.
    assert sum(difference.guessed.values()) <= 0.001 * difference.total, difference.tell("guessed")


def test_agent_references_are_in_traversal_order(zoo, by_agent):
    truth = zoo.truth
    wrong = [
        truth.describe(address)
        for number, address in enumerate(truth.addresses[: truth.tracked])
        if truth.is_collected[number] and list(truth.referents(number)) != by_agent.references(address)
    ]
    assert not wrong, (len(wrong), wrong[:20])


def edges(graph, known, kinds):
    """Every edge of these kinds between objects that both know, with its multiplicity."""
    for number, address in enumerate(graph.addresses):
        if address in known:
            for word in graph.targets[graph.offsets[number] : graph.offsets[number + 1]]:
                target = graph.addresses[word & graphs.ID_MASK]
                if word >> graphs.KIND_SHIFT in kinds and target in known:
                    yield address, target


def told(truth, pairs):
    return "\n".join(" -> ".join(map(truth.describe, pair)) for pair in list(pairs)[:30])


def test_agent_and_reader_agree_edge_by_edge(zoo, both):
    agent, reader = both
    known = set(agent.number) & set(reader.number)
    exact = collections.Counter(edges(agent, known, (graphs.STRONG,)))
    read = collections.Counter(edges(reader, known, (graphs.STRONG,)))
    guessed = collections.Counter(edges(reader, known, (graphs.INFERRED,)))
    assert not read - exact, "the reader alone has:\n" + told(zoo.truth, read - exact)
    missing = exact - read - guessed
    assert sum(missing.values()) <= 0.001 * sum(exact.values()), "the agent alone has:\n" + told(zoo.truth, missing)
    assert sum((guessed - exact).values()) <= 0.005 * sum(exact.values())
    assert len(known) >= 0.999 * len(agent.number)


def test_agent_and_reader_agree_on_weak_references(both):
    agent, reader = both

    def weak(graph):
        return {
            (address, target) for address in graph.addresses for target in graph.references(address, (graphs.WEAK,))
        }

    assert weak(agent) == weak(reader)
