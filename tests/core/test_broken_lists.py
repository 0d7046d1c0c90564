"""Cores whose collector's lists were damaged: every object whose bytes are there is found, none is invented, and it is said."""
import time

import pytest

import cores
import graphs
from corebytes import CoreBytes
from og import native

HEAD = 16  # PyGC_Head, before its object
NEXT, PREV = 0, 8
WILD = 0x41414140
LEVELS = [native.SCAN_TYPES, native.SCAN_OBJECTS, native.SCAN_GRAPH]
LONGEST = 10  # seconds, for any answer


@pytest.fixture
def damaged(one_dumped, tmp_path):
    core = CoreBytes(one_dumped.core("kernel"), str(tmp_path / "damaged"))
    yield core
    core.remove()


@pytest.fixture
def listed(one_dumped):
    """Addresses of the collector's heads, in its order."""
    truth = one_dumped.truth
    return [address - HEAD for address in truth.addresses[: truth.tracked]]


def answers(library, core, levels=LEVELS):
    """For each level what the graph says of itself, counts by type and the addresses that are tracked."""
    core.file.flush()
    target = library.open_core(core.path)
    for level in levels:
        began = time.monotonic()
        graph = graphs.scan(target, level)
        counts = {row.type: row.count for row in target.types(graph, native.query(long_names=True))[0]}
        assert time.monotonic() - began < LONGEST
        yield level, graph, counts
        graph.close()
    target.close()


def expect_all(library, core, truth, **losses):
    """Every object is found once, and the graph says what it took."""
    for level, graph, counts in answers(library, core):
        assert counts == dict(truth.counts(True)), level
        said = {name: getattr(graph.info.losses, name) for name in losses}
        assert said == losses, level
        assert graph.info.unreadable_lists and not graph.info.unreadable and not graph.info.losses.torn


@pytest.mark.parametrize("link, leads", [(NEXT, "astray"), (PREV, "astray"), (NEXT, "back"), (NEXT, "to itself")])
def test_one_damaged_link_loses_nothing(damaged, listed, one_dumped, library, link, leads):
    middle = len(listed) // 2
    damaged.set_word(listed[middle] + link,
                     {"astray": WILD, "back": listed[middle // 2], "to itself": listed[middle]}[leads])
    expect_all(library, damaged, one_dumped.truth, mended_lists=1, swept=0)


def test_objects_between_two_breaks_are_swept_up(damaged, listed, one_dumped, library):
    first, last = len(listed) // 4, len(listed) // 2
    damaged.set_word(listed[first] + NEXT, listed[first // 2])
    damaged.set_word(listed[last] + NEXT, WILD)
    expect_all(library, damaged, one_dumped.truth, mended_lists=0, swept=last - first)


def test_lists_in_a_hundred_pieces_lose_nothing(damaged, listed, one_dumped, library):
    for at in range(100, len(listed) - 10, len(listed) // 100):
        damaged.set_word(listed[at] + NEXT, WILD)
        damaged.set_word(listed[at + 5] + PREV, WILD)
    expect_all(library, damaged, one_dumped.truth)


def test_circle_while_a_collection_runs_ends_and_counts_once(damaged, listed, one_dumped, one_python, library):
    if one_python.minor != (3, 11):
        pytest.skip("where `collecting` stands is written down here for 3.11")
    with_target = library.open_core(damaged.path)
    interpreter = damaged.word(with_target.info().runtime + 40)
    with_target.close()
    damaged.set_word(interpreter + 648 + 200, 1)
    damaged.set_word(listed[len(listed) // 2] + NEXT, listed[len(listed) // 4])
    expect_all(library, damaged, one_dumped.truth)


def test_what_is_left_when_memory_is_lost_is_found_and_nothing_else(damaged, one_dumped, library):
    truth, tried = one_dumped.truth, 0
    tracked = truth.addresses[: truth.tracked]
    for segment in damaged.segments:
        start, end = segment[:2]
        left = {address for address in tracked if not start <= address - HEAD < end}
        if tried == 3 or not len(tracked) // 50 < len(tracked) - len(left) < len(tracked) // 5:
            continue
        damaged.lose(segment)
        tried += 1
        for level, graph, counts in answers(library, damaged):
            found = graph.info.tracked
            assert 0.99 * len(left) <= found + graph.info.unreadable and found <= len(left), (level, hex(start))
            assert graph.info.unreadable_lists and graph.info.losses.swept
            if level == native.SCAN_OBJECTS:
                assert set(graphs.addresses(graph)) <= left
                assert sum(counts.values()) == found
        damaged.find(segment)
    assert tried, "no segment holds some of the objects and not most"


@pytest.mark.parametrize("kind, offset", [("list", 16), ("tuple", 16), ("list", 32), ("dict", 32), ("str", 16)])
def test_absurd_length_is_damage_of_one_object(damaged, one_dumped, library, kind, offset):
    """ob_size, allocated, the table, the length of the text: each far beyond what there is."""
    truth = one_dumped.truth
    number = next(i for i, each in enumerate(truth.type_addresses)
                  if truth.types[each][0] == kind and truth.lengths[i] > 2 and damaged.offset(truth.addresses[i])
                  and truth.addresses[i] not in truth.noise and (kind != "str" or i > truth.tracked))
    address = truth.addresses[number]
    for length in (1 << 62, 1 << (36 if kind == "str" else 26), (1 << 64) - 3):
        damaged.set_word(address + offset, length)
        for level, graph, counts in answers(library, damaged, [native.SCAN_TYPES, native.SCAN_GRAPH]):
            assert counts == dict(truth.counts(True)), (level, hex(length))
            assert graph.info.losses.torn or level == native.SCAN_TYPES, hex(length)
    target = library.open_core(damaged.path)
    row = target.describe(address)
    assert row.size < 1 << 30 and row.len < 1 << 40
    target.fields(address, 0)
    target.close()


def test_answers_say_what_was_broken(damaged, listed, og_py):
    first, last = len(listed) // 4, len(listed) // 2
    damaged.set_word(listed[first] + NEXT, WILD)
    damaged.set_word(listed[last] + NEXT, WILD)
    damaged.file.flush()
    answers = cores.ask(og_py, ["og-count dict", "og-info"], core=damaged.path)
    note = "1 list of the garbage collector does not close: %s objects found by sweeping" % format(last - first, ",")
    for answer in answers.values():
        assert answer["ok"] and any(each.startswith(note) for each in answer["notes"]), answer["notes"]
    assert answers["og-info"]["graph"]["swept"] == last - first
