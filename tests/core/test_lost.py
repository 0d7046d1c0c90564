"""Cores that lack a part of what opening looks at: where it is certain that there is a CPython, the rest is answered and the part named."""
import os
import shutil

import pytest

import cores
import graphs
import processes
from og import native
from og.native import OgError

PF_W = 2
NEXT = {13: 7264}  # of PyInterpreterState: first up to 3.12


@pytest.fixture(scope="module")
def whole(one_dumped, library):
    target = library.open_core(one_dumped.core("kernel"))
    yield target
    target.close()


@pytest.fixture
def copy(one_dumped, tmp_path):
    path = str(tmp_path / "core")
    shutil.copyfile(one_dumped.core("kernel"), path)
    yield path
    os.unlink(path)


@pytest.mark.parametrize("path, part", [
    ("sys.modules", "sys.modules"), ("sys.__dict__", "the dict of sys"), ("builtins.__dict__", "the dict of builtins")])
def test_lost_part_is_named_and_the_rest_is_answered(one_dumped, whole, library, copy, path, part):
    cores.lose_memory(copy, whole.resolve(path, 0, 0))
    target = library.open_core(copy)
    graph = graphs.scan(target)
    assert any("missing here" in note and part in note for note in target.notes()), target.notes()
    assert target.info().hexversion == one_dumped.truth.hexversion
    assert graph.info.objects > 0
    assert not cores.misnamed(target, one_dumped.truth)
    graph.close()
    target.close()


def test_core_without_the_runtime_is_refused_as_that(whole, library, copy):
    cores.lose_memory(copy, whole.info().runtime)
    with pytest.raises(OgError, match="the state of the Python in .* lies in memory that is missing"):
        library.open_core(copy)


def test_interpreter_that_cannot_be_read_is_counted(one_dumped, whole, library, copy):
    """A second one, where the core lacks the stack: the one with all objects is answered."""
    with open(copy, "rb") as file:
        stack = [each.start for each in cores.segments(file) if each.flags & PF_W and each.size][-1]
    offset = NEXT.get(one_dumped.truth.hexversion >> 16 & 255, 0)
    cores.put_word(copy, whole.threads()[0].interp + offset, stack)
    cores.lose_memory(copy, stack)
    target = library.open_core(copy)
    assert "1 of 2 interpreters cannot be read: their objects are missing" in target.notes()
    assert target.info().interpreters == 1
    target.close()


def test_program_that_put_another_dict_in_place_of_sys_modules_is_opened(one_python, library):
    program = "import sys; sys.modules = dict(sys.modules); print('READY', flush=True); sys.stdin.read()"
    with processes.process([one_python.path, "-c", program]) as running, processes.stopped(running.pid):
        target = library.open_process(running.pid)
        assert target.describe(target.resolve("sys.modules", 0, 0)).type == "dict"
        target.close()


def test_core_that_lost_its_notes_names_types_by_their_symbols(one_python, one_dumped, library, tmp_path):
    """gcore writes notes last: what it could not finish does not know which files were mapped."""
    path = str(tmp_path / "core")
    shutil.copyfile(one_dumped.core("gcore"), path)
    cores.lose_notes(path)
    try:
        target = library.open_core(path)
    except OgError as problem:  # what would say the version is in the file alone
        assert "missing here" in problem.message
        return
    graph = graphs.scan(target)
    named = {row.type for row in target.types(graph, native.query())[0]}
    assert not {"dict", "tuple", "function", "list"} - named
    assert not cores.misnamed(target, one_dumped.truth)
    graph.close()
    target.close()
