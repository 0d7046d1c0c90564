"""Sizes equal sys.getsizeof, lengths len(), reference counts sys.getrefcount."""
import collections

import heaptruth
from og import native

EVERY = 3  # of the untracked objects: each one is a call


def wrong_sizes(zoo, target, wanted):
    truth, wrong, asked = zoo.truth, collections.Counter(), 0
    examples = {}
    for number, address in enumerate(truth.addresses):
        if truth.sizes[number] < 0 or address in truth.noise or (number >= truth.tracked and number % EVERY):
            continue
        name = truth.type_name(number, True)
        if not wanted(name, truth.types[truth.type_addresses[number]]):
            continue
        asked += 1
        size = target.describe(address).size
        if size != truth.sizes[number]:
            wrong[name] += 1
            examples.setdefault(name, "%s: %d, should be %d" % (truth.describe(address), size, truth.sizes[number]))
    return wrong, asked, examples


def test_size_of_builtin_types_equals_getsizeof(zoo, target):
    wrong, asked, examples = wrong_sizes(zoo, target, lambda name, described: described[3] or name in heaptruth.SIZED)
    assert asked > 10000
    assert not wrong, examples


def test_size_of_instances_equals_getsizeof(zoo, target):
    """Classes made by a class statement: object.__sizeof__, or that of the built-in type they inherit from."""
    wrong, asked, examples = wrong_sizes(
        zoo,
        target,
        lambda name, described: described[2] and name.startswith(("zoo_", "threading.", "logging.", "enum.")),
    )
    assert asked > 100
    assert not wrong, examples


def test_size_of_other_types_is_right_for_nearly_all(zoo, target):
    wrong, asked, examples = wrong_sizes(zoo, target, lambda name, described: not described[3])
    assert sum(wrong.values()) <= asked * 0.02, examples


def test_bytes_by_type_are_the_sum_of_sizes(zoo, target, graph):
    truth, sums = zoo.truth, collections.Counter()
    for number in range(truth.tracked):
        if truth.type_name(number) in (
            "dict",
            "list",
            "tuple",
            "set",
            "function",
            "type",
            "frozenset",
            "cell",
            "Plain",
        ):
            sums[truth.type_name(number)] += truth.sizes[number]
    rows, _ = target.types(graph, native.query())
    assert {row.type: row.bytes for row in rows if row.type in sums} == dict(sums)


def test_length_of_containers_and_text_equals_len(zoo, target):
    truth = zoo.truth
    wrong = {}
    for number, address in enumerate(truth.addresses):
        if truth.lengths[number] >= 0 and (number < truth.tracked or number % EVERY == 0):
            length = target.describe(address).len
            if length != truth.lengths[number]:
                wrong[truth.describe(address)] = (length, truth.lengths[number])
    assert not wrong


def test_refcount_equals_getrefcount(zoo, target):
    truth = zoo.truth
    wrong = {}
    for number in range(truth.tracked):
        address = truth.addresses[number]
        if address not in truth.noise:
            refcount = target.describe(address).refcount
            if refcount != truth.refcounts[number]:
                wrong[truth.describe(address)] = (refcount, truth.refcounts[number])
    assert len(wrong) <= 3, dict(list(wrong.items())[:20])


def test_tracked_flag_equals_is_tracked(zoo, target):
    truth = zoo.truth
    wrong = [
        truth.describe(address)
        for number, address in enumerate(truth.addresses)
        if (number < truth.tracked or number % EVERY == 0)
        and target.describe(address).tracked != bool(truth.is_tracked[number])
    ]
    assert not wrong


def test_last_item_of_a_tuple_lies_inside_it(zoo, graph):
    """The collector's head, which a size has in it, stands in front of an object; free-threaded builds have none."""
    truth, asked = zoo.truth, 0
    for number, address in enumerate(truth.addresses[: truth.tracked]):
        if truth.type_name(number, True) == "builtins.tuple" and truth.lengths[number] > 0:
            asked += 1
            at = address + truth.sizes[number] - truth.head - 8
            assert graph.find(at, containing=True) == graph.find(address), truth.describe(address)
    assert asked > 100
