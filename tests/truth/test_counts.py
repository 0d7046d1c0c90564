"""Counts by type equal the interpreter's own, object for object."""
import pytest

import graphs
import processes
import zoos
from og import native


def counts_of(target, graph, **options):
    rows, total = target.types(graph, native.query(**options))
    assert total == len(rows)
    assert len({row.type for row in rows}) == len(rows), "a type name comes twice"
    return {row.type: row.count for row in rows}, rows


def differences(ours, truth):
    return {
        name: (ours.get(name, 0), truth.get(name, 0))
        for name in set(ours) | set(truth)
        if ours.get(name, 0) != truth.get(name, 0)
    }


@pytest.mark.parametrize("long", [False, True], ids=["short", "long"])
@pytest.mark.parametrize(
    "level", [native.SCAN_TYPES, native.SCAN_OBJECTS, native.SCAN_GRAPH], ids=["types", "objects", "graph"]
)
def test_types_of_a_heap_equal_the_interpreters(zoo, target, graph, level, long):
    scanned = graph if level == native.SCAN_GRAPH else graphs.scan(target, level)
    ours, _ = counts_of(target, scanned, long_names=long)
    assert not differences(ours, zoo.truth.counts(long))


def test_types_are_ordered_by_count_then_heap_order(zoo, target, graph):
    _, rows = counts_of(target, graph)
    expected = sorted(zoo.truth.counts().items(), key=lambda item: -item[1])  # stable, as objgraph.most_common_types
    assert [(row.type, row.count) for row in rows] == expected


def test_limit_cuts_and_tells_the_total(zoo, target, graph):
    rows, total = target.types(graph, native.query(limit=5))
    assert len(rows) == 5
    assert total == len(zoo.truth.counts())


@pytest.mark.parametrize(
    "name",
    [
        "dict",
        "builtins.dict",
        "Plain",
        "zoo_builtins.Plain",
        "OrderedDict",
        "collections.OrderedDict",
        "function",
        "no_such_type",
        "some.where.Naïve name",
    ],
)
def test_count_of_a_type_is_exact(zoo, target, graph, name):
    expected = zoo.truth.counts("." in name)[name]
    assert target.count(graph, name, native.query())[0] == expected


def test_all_tracked_objects_are_in_the_graph(zoo, graph, arrays):
    truth = zoo.truth
    lost = [truth.describe(address) for address in truth.addresses[: truth.tracked] if address not in arrays.number]
    assert not lost
    assert graph.info.tracked == truth.tracked


def test_all_reachable_objects_are_in_the_graph(zoo, arrays):
    truth = zoo.truth
    lost = [truth.describe(address) for address in truth.addresses if address not in arrays.number]
    assert len(lost) <= len(truth.addresses) // 1000, lost[:20]


def test_nothing_of_a_sound_heap_is_unreadable(graph):
    assert (graph.info.unreadable, graph.info.unreadable_lists, graph.info.losses.torn) == (0, 0, 0)


def test_instances_are_listed_in_heap_order(zoo, target, graph):
    truth = zoo.truth
    expected = [truth.addresses[i] for i in range(truth.tracked) if truth.type_name(i) == "dict"]
    rows, total = target.by_type(graph, "dict", native.query())
    assert [row.address for row in rows] == expected
    assert total == len(expected)


def test_frozen_objects_are_counted(one_python, library, tmp_path):
    with zoos.waiting(one_python, tmp_path, "--freeze") as frozen, processes.stopped(frozen.pid):
        target = library.open_process(frozen.pid)
        ours, _ = counts_of(target, graphs.scan(target, native.SCAN_TYPES))
        assert not differences(ours, frozen.truth.counts())
        target.close()


def test_interpreter_is_described(zoo, target):
    info = target.info()
    assert info.hexversion == zoo.truth.hexversion
    assert (info.interpreters, info.collecting, info.gc_enabled) == (1, 0, 0)
    assert info.threads == 5
    assert info.version.decode().startswith("%d.%d" % (zoo.truth.hexversion >> 24, zoo.truth.hexversion >> 16 & 255))
