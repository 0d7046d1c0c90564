"""A kernel core whose executable and libraries are nowhere: the data of CPython is all there is. The runtime is found by what it
looks like, and no type is called what it is not."""
import os
import shutil

import pytest

import cores
import graphs
from og import native

NAMED = 0.99  # of all tracked objects, the rarest kinds that there are included


@pytest.fixture(scope="module")
def bare(dumped, tmp_path_factory):
    path = str(tmp_path_factory.mktemp("bare") / "core")
    shutil.copyfile(dumped.core("kernel"), path)
    cores.lose_files(path)
    yield path
    os.unlink(path)


@pytest.fixture(scope="module")
def opened(bare, library):
    target = library.open_core(bare)
    graph = graphs.scan(target)
    yield target, graph
    graph.close()
    target.close()


def nameless(name):
    return name.startswith("?0x")


def test_runtime_is_found_by_its_data_and_og_says_so(opened, dumped):
    info = opened[0].info()
    cookie = dumped.truth.hexversion >= 0x030D0000
    assert native.text(info.layout_source).startswith("found by the cookie of 3.13" if cookie else "found by its shape")
    assert info.hexversion == dumped.truth.hexversion


def test_objects_of_named_types_are_counted_as_the_interpreter_counts(opened, dumped):
    target, graph = opened
    rows, _ = target.types(graph, native.query(long_names=True))
    truth = dumped.truth.counts(True)
    named = {row.type: row.count for row in rows if not nameless(row.type)}
    assert named == {name: count for name, count in truth.items() if name in named}
    assert sum(named.values()) >= NAMED * sum(truth.values())
    assert sum(row.count for row in rows) == sum(truth.values())


def test_no_type_has_a_name_that_is_not_its_own(opened, dumped):
    assert not cores.misnamed(opened[0], dumped.truth)


def test_references_are_those_of_the_interpreter(opened, dumped):
    difference = graphs.compare(dumped.truth, graphs.Arrays.of(opened[1]), everything=True)
    assert sum(difference.missing.values()) <= 0.001 * difference.total, difference.tell("missing")
    assert not difference.invented, difference.tell("invented")


def test_a_note_says_how_many_types_have_no_name(opened):
    assert any("static types have no name in this core" in note for note in opened[0].notes()), opened[0].notes()
