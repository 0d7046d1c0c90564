"""Labels say what objgraph's _short_repr says, where that needs no user code; type names are objgraph's."""
import collections

import labels

EVERY = 3


def disagreements(zoo, target, types):
    """Labels of objects of TYPES that are not as they should be."""
    truth, wrong, asked = zoo.truth, collections.OrderedDict(), collections.Counter()
    for number, address in enumerate(truth.addresses):
        name = truth.type_name(number)
        expected = truth.labels.get(address)
        if expected is None or name not in types or (number >= truth.tracked and number % EVERY):
            continue
        asked[name] += 1
        label = target.describe(address).label
        if not labels.agree(name, label, expected):
            wrong["%s at 0x%x" % (name, address)] = (label, expected)
    assert asked
    return dict(list(wrong.items())[:30])


def test_numbers_are_written_as_repr_does(zoo, target):
    assert not disagreements(zoo, target, labels.NUMBERS)


def test_text_is_written_as_repr_does(zoo, target):
    assert not disagreements(zoo, target, {"str"})


def test_bytes_are_written_as_repr_does(zoo, target):
    assert not disagreements(zoo, target, {"bytes", "bytearray"})


def test_containers_are_labelled_with_their_length(zoo, target):
    assert not disagreements(zoo, target, labels.COUNTED)


def test_types_modules_and_builtins_are_labelled_by_name(zoo, target):
    assert not disagreements(zoo, target, labels.NAMED)


def test_methods_are_labelled_by_name(zoo, target):
    assert not disagreements(zoo, target, {"method"})


def test_frames_are_labelled_with_file_and_line(zoo, target):
    assert not disagreements(zoo, target, {"frame"})


def test_functions_are_labelled_with_name_file_and_line(zoo, target):
    address = next(
        each
        for each in zoo.truth.addresses
        if target.describe(each).type == "function" and "function_of_everything" in target.describe(each).label
    )
    assert "zoo_running.py:" in target.describe(address).label


def test_type_names_are_the_interpreters(zoo, target):
    truth = zoo.truth
    seen, wrong = set(), {}
    for number, address in enumerate(truth.addresses):
        type_address = truth.type_addresses[number]
        if type_address in seen:
            continue
        seen.add(type_address)
        row = target.describe(address)
        if (row.type, row.long_type, row.type_address) != truth.types[type_address][:2] + (type_address,):
            wrong[truth.describe(address)] = (row.type, row.long_type)
    assert not wrong


def test_instances_are_labelled_with_their_class(zoo, target):
    label = target.describe(zoo.truth.kinds["instances.few"]).label
    assert "zoo_builtins.Plain" in label


def test_modules_know_whether_they_are_in_sys_modules(zoo, target):
    kinds, truth = zoo.truth.kinds, zoo.truth
    # Lists are traversed from the end.
    made, same_name, child, nameless, registered, real = truth.referents(truth.number[kinds["modules"]])[::-1][:6]
    flags = [target.describe(address).is_module for address in (made, same_name, child, nameless, registered, real)]
    assert flags == [False, False, False, False, True, True]
