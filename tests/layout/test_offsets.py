"""og with one wrong offset in its layout refuses the process by name, sets the offset right, or was right without it: it never answers
wrongly. What og answers is compared as a whole (answers.c), for every field of the layout that a version has.

OG_MUTATIONS="8 -8 16 4" tries these changes of every field; without it each is moved by a word, forth or back."""
import os
import subprocess
from typing import List, NamedTuple

import pytest

import processes

DELTAS = os.environ.get("OG_MUTATIONS", "").split()
TIMEOUT = 300


class Outcome(NamedTuple):
    field: str
    delta: int
    what: str
    said: str


@pytest.fixture(scope="module")
def mutate(build):
    path = os.path.join(build, "tests", "layout", "og_mutate")
    if not os.path.exists(path):
        pytest.skip("no %s: cmocka is missing, with which the tests of the engine are built" % path)
    return path


@pytest.fixture(scope="module")
def said(python, mutate):
    """What og_mutate wrote of one of every kind of object, line by line."""
    with processes.running(python.path, "every_kind.py", flags=("-I", "-S", "-B")) as program:
        with processes.stopped(program.pid):
            run = subprocess.run([mutate, str(program.pid), *DELTAS], capture_output=True, text=True, timeout=TIMEOUT)
    assert run.returncode == 0, run.stdout[-300:] + run.stderr
    return [line.split("\t") for line in run.stdout.splitlines()]


@pytest.fixture(scope="module")
def outcomes(said) -> List[Outcome]:
    return [Outcome(field, int(delta), what, text) for field, delta, what, text in said[:-1]]


def test_no_wrong_offset_gives_a_wrong_answer(outcomes):
    wrong = ["%s %+d: %s" % (each.field, each.delta, each.said) for each in outcomes if each.what == "differs"]
    assert outcomes and not wrong, "answers differ: " + ", ".join(wrong)


def test_refusals_name_what_does_not_fit(outcomes):
    refused = [each for each in outcomes if each.what == "refused"]
    assert refused
    unnamed = ["%s %+d: %s" % (each.field, each.delta, each.said) for each in refused if "does not fit)" not in each.said]
    assert not unnamed, "\n".join(unnamed)


def test_what_cpython_says_of_itself_sets_offsets_right(outcomes):
    derived = {each.field for each in outcomes if each.what == "derived"}
    assert {"code_consts", "tp_basicsize", "md_dict", "tuple_ob_item", "heaptype_size"} <= derived
