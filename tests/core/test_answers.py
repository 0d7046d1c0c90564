"""A core answers what the interpreter said of itself before, and every command what it answered on the live process."""
import collections
import contextlib
import os

import pytest

import cores
import graphs
import heaptruth
from og import losses, native

OWN = ("target", "notes", "stopped_ms", "elapsed_ms", "core")
EVERY = 5  # sizes: each one is a call


@contextlib.contextmanager
def scanned(library, core, sysroot):
    target = library.open_core(core, sysroot=sysroot)
    graph = graphs.scan(target)
    yield target, graph
    graph.close()
    target.close()


@pytest.fixture(scope="session")
def opened(dumped, core, library):
    with scanned(library, core, dumped.sysroot) as found:
        yield found


def check_counts(truth, target, graph):
    rows, _ = target.types(graph, native.query(long_names=True))
    assert {row.type: row.count for row in rows} == dict(truth.counts(True))


def check_references(truth, graph):
    difference = graphs.compare(truth, graphs.Arrays.of(graph), everything=True)
    assert sum(difference.missing.values()) <= 0.001 * difference.total, difference.tell("missing")
    assert not difference.invented, difference.tell("invented")


def check_sizes(truth, target):
    wrong = collections.Counter()
    for number in range(0, len(truth.addresses), EVERY):
        address = truth.addresses[number]
        builtin = truth.types[truth.type_addresses[number]][3]
        if builtin and truth.sizes[number] >= 0 and address not in truth.noise:
            if target.describe(address).size != truth.sizes[number]:
                wrong[truth.type_name(number, True)] += 1
    assert not wrong


def test_counts_of_all_types_equal_the_interpreters(dumped, opened):
    check_counts(dumped.truth, *opened)


def test_references_equal_the_interpreters(dumped, opened):
    check_references(dumped.truth, opened[1])


def test_sizes_of_builtin_types_equal_getsizeof(dumped, opened):
    check_sizes(dumped.truth, opened[0])


def test_core_of_all_memory_equals_the_interpreters(python, library, tmp_path):
    """coredump_filter with everything: files and shared memory too."""
    if cores.kernel_pattern():
        pytest.skip(cores.kernel_pattern())
    truth = str(tmp_path / "truth")
    with cores.dumpable(python, str(tmp_path), "zoo.py", truth) as program:
        core = cores.kernel_core(program, str(tmp_path), core_filter="0x7f")
    said = heaptruth.Truth(truth)
    with scanned(library, core, python.sysroot) as (target, graph):
        check_counts(said, target, graph)
        check_references(said, graph)
        check_sizes(said, target)
        assert target.notes() == []
    os.unlink(core)


def test_nothing_of_a_whole_core_is_unreadable(dumped, kind, opened):
    dumped.whole_core(kind)
    target, graph = opened
    assert losses.sentences(graph.info, bool(target.info().free_threaded)) == []
    assert target.notes() == []


def comparable(document):
    document = {key: value for key, value in document.items() if key not in OWN}
    if document.get("graph"):  # how much memory the process had is its own word
        document["graph"] = {key: value for key, value in document["graph"].items() if key not in ("anonymous", "share")}
    if document.get("pythons"):  # a kernel names files as the process's root has them
        document["pythons"] = [{**each, "file": os.path.basename(each["file"])} for each in document["pythons"]]
    return document


def test_every_command_answers_as_on_the_live_process(dumped, kind, og_py):
    core = dumped.whole_core(kind)
    answers = cores.ask(og_py, cores.QUESTIONS, core=core, sysroot=dumped.sysroot)
    for question, answer in answers.items():
        assert comparable(answer) == comparable(dumped.live[question]), question
        assert answer["stopped_ms"] == 0
        assert answer["ok"] == (question != cores.WRONG), answer
        if answer["ok"]:
            assert answer["target"]["kind"] == "core" and answer["target"]["path"] == core
