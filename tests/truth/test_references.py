"""References equal gc.get_referents. Read from outside: at least 99.9 % of them, none invented."""
import graphs

SHARE = 0.999


def test_reader_finds_the_references_of_tracked_objects(zoo, arrays):
    difference = graphs.compare(zoo.truth, arrays)
    assert sum(difference.missing.values()) <= (1 - SHARE) * difference.total, difference.tell("missing")


def test_reader_finds_the_references_of_all_objects(zoo, arrays):
    difference = graphs.compare(zoo.truth, arrays, everything=True)
    assert sum(difference.missing.values()) <= (1 - SHARE) * difference.total, difference.tell("missing")


def test_reader_invents_no_strong_reference(zoo, arrays):
    difference = graphs.compare(zoo.truth, arrays, everything=True)
    assert not difference.invented, difference.tell("invented")
    guessed = {key for key in difference.guessed if key[0] in ("builtins.module", "builtins.builtin_method", "weakref.ReferenceType")}
    assert not guessed, difference.tell("guessed")


def test_builtin_containers_are_complete(zoo, arrays):
    """What programs are made of is never among the missing."""
    difference = graphs.compare(zoo.truth, arrays)
    essential = {
        "builtins." + name
        for name in (
            "dict",
            "list",
            "tuple",
            "set",
            "frozenset",
            "function",
            "method",
            "cell",
            "module",
            "type",
            "generator",
            "coroutine",
            "async_generator",
            "frame",
            "traceback",
            "property",
            "mappingproxy",
            "slice",
        )
    }
    missing = {key: number for key, number in difference.missing.items() if key[0] in essential}
    assert not missing, difference.tell("missing")


def test_weak_references_are_marked(zoo, arrays):
    truth = zoo.truth
    target = truth.kinds["weak_references"]
    first = truth.referents(truth.number[target])[-1]  # the first of the list, which is traversed from the end
    sources = [
        address
        for address in truth.addresses
        if address in arrays.number and first in arrays.references(address, (graphs.WEAK,))
    ]
    assert len(sources) >= 5


def test_inverse_is_the_transposed_graph(graph, arrays):
    raw = graph.arrays(inverse=True)
    objects, offsets, targets = graph.info.objects, raw["offsets"], raw["targets"]
    forward, backward = set(), set()
    for number in range(0, objects, 7):
        for word in targets[offsets[number] : offsets[number + 1]]:
            backward.add((word & graphs.ID_MASK, number, word >> graphs.KIND_SHIFT))
    for source in range(objects):
        for word in arrays.targets[arrays.offsets[source] : arrays.offsets[source + 1]]:
            if (word & graphs.ID_MASK) % 7 == 0:
                forward.add((source, word & graphs.ID_MASK, word >> graphs.KIND_SHIFT))
    assert forward == backward


def test_fields_of_an_object_are_its_references(zoo, target, arrays):
    """og-show and the graph say the same of one object."""
    truth = zoo.truth
    for address in truth.addresses[: truth.tracked : 53]:
        fields, total = target.fields(address, 0)
        shown = sorted(field.target for field in fields if field.kind == "strong")
        assert shown == sorted(arrays.references(address)), truth.describe(address)
        assert total == len(fields)
