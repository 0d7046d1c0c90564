"""Every interpreter and place under every GDB: by agent, read from outside, and the core that this GDB makes, each against the interpreter's own word
about a small heap."""
import array
import collections
import json
import os
import re

import pytest

import cores
import debuggers
import gdbrun
import graphs
import heaptruth
import labels
import rows

SCRIPT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "gdbscripts", "dump.py")
MODES = ["agent", "read", "core"]
OF_EACH = 15  # objects of every type are asked for their size and label
SHARE = 0.999  # of the references is read from outside
ROWS, DEBUGGERS = rows.rows(), debuggers.find()


class Subject:
    """A small zoo that waits, what its interpreter says of it, and which objects are asked for."""

    def __init__(self, row, started, folder):
        self.row, self.pid, self.truth = row, started.pid, heaptruth.Truth(started.truth)
        self.numbers = list(sample(self.truth.type_addresses))
        self.asked = os.path.join(folder, "asked")
        with open(self.asked, "wb") as file:
            array.array("Q", (self.truth.addresses[number] for number in self.numbers)).tofile(file)


def sample(types):
    """Numbers of the first objects of each type."""
    seen = collections.Counter()
    for number, kind in enumerate(types):
        seen[kind] += 1
        if seen[kind] <= OF_EACH:
            yield number


@pytest.fixture(scope="session", params=[pytest.param(row, id=row.name, marks=pytest.mark.xdist_group(row.name)) for row in ROWS])
def subject(request, tmp_path_factory):
    row, folder = request.param, str(tmp_path_factory.mktemp("row"))
    if row.skipped:
        yield row
        return
    with row.start(folder) as started:
        yield Subject(row, started, folder)


@pytest.mark.parametrize("debugger", DEBUGGERS, ids=[each.name for each in DEBUGGERS])
def test_answers_are_what_the_interpreter_says(subject, debugger, og_py, tmp_path, record_property):
    if isinstance(subject, rows.Row):
        record_property("said", subject.skipped)
        pytest.skip("%s: %s" % (subject.name, subject.skipped))
    said = ask(subject, debugger, og_py, str(tmp_path))
    by = re.findall(r"^DUMPED .* by (\w+)", said.out, re.M)
    wrong = {} if by == ["agent", "reader", "reader"] else {"answered by": by}
    for mode in MODES:
        path = str(tmp_path / mode)
        if os.path.exists(path + ".json"):
            found = differences(subject, mode, path, expected_notes(subject, debugger, said) if mode == "core" else ())
            wrong.update(("%s %s" % (mode, what), why) for what, why in found.items())
        else:
            wrong[mode] = said.tell()
    record_property("said", ", ".join(wrong) or ("ok, core lacks stacks" if cores.left_out_of(said) else "ok"))
    assert not wrong, "\n".join("%s: %s" % each for each in wrong.items())


def ask(subject, debugger, og_py, folder):
    """One session: the process by agent and by reader, then GDB's core of it."""
    core, sysroot = os.path.join(folder, "by-gdb"), subject.row.sysroot
    agent, read, dead = ["og-test-dump %s %s" % (os.path.join(folder, mode), subject.asked) for mode in MODES]
    live = ["set og live agent", agent, "set og live read", read, "gcore " + core, "detach"]
    files = ["set sysroot " + sysroot] if sysroot else []
    commands = ["source " + SCRIPT, *live, *files, "core-file " + core, dead]
    shown = {"OG_SHOWN": ":".join(subject.row.shown)}
    try:
        return gdbrun.run(og_py, subject.pid, *commands, environment=shown, debugger=debugger.command)
    finally:
        if os.path.exists(core):  # large, and pytest keeps folders
            os.unlink(core)


def expected_notes(subject, debugger, said):
    """Of a core, what the notes are about that are right to be there, if they are: GDB does not see the libraries that the core needs; GDB before 18
    leaves out the stacks of threads that have a guard inside (libc since 2.42); musl-gcc gives its files no build-id."""
    expected = ["files that the core needs"] if debugger.elsewhere and not subject.row.sysroot else []
    expected += ["files without a build-id"] if subject.row.name.startswith("musl-") else []
    return expected + (["objects answered in part"] if cores.left_out_of(said) else [])


def differences(subject, mode, path, expected):
    """What differs from the interpreter's word, by name."""
    with open(path + ".json", encoding="utf-8") as file:
        said = json.load(file)
    found = {"counts": counts(subject.truth, said["counts"]), "notes": [note for note in said["notes"] if not any(each in note for each in expected)]}
    found["references"] = references(subject.truth, graphs.Arrays.load(path), mode)
    found["sizes"], found["labels"] = objects(subject, said["objects"])
    return {what: why for what, why in found.items() if why}


def counts(truth, said):
    true = truth.counts(True)
    return {name: (said.get(name, 0), true.get(name, 0)) for name in set(said) | set(true) if said.get(name, 0) != true.get(name, 0)}


def references(truth, graph, mode):
    lost = [truth.describe(address) for address in truth.addresses[: truth.tracked] if address not in graph.number]
    if lost:
        return "%d objects are not there: %s" % (len(lost), lost[:10])
    difference = graphs.compare(truth, graph, everything=True)
    few = 0 if mode == "agent" else (1 - SHARE) * difference.total
    if difference.invented or sum(difference.missing.values()) > few or (mode == "agent" and sum(difference.guessed.values()) > (1 - SHARE) * difference.total):
        return "\n".join(map(difference.tell, ("missing", "invented", "guessed")))
    return ""


def objects(subject, said):
    """Wrong sizes and wrong labels, by type."""
    truth, sizes, texts = subject.truth, collections.Counter(), {}
    for number, (name, size, label) in zip(subject.numbers, said):
        address, expected = truth.addresses[number], truth.labels.get(truth.addresses[number])
        if truth.size_is_known(number) and size != truth.sizes[number]:
            sizes["%s: %d, should be %d" % (name, size, truth.sizes[number])] += 1
        if name != truth.type_name(number) or (expected is not None and not labels.agree(name, label, expected)):
            texts.setdefault(name, "%s is called %s %s" % (truth.describe(address), name, label))
    return dict(sizes.most_common(20)), dict(list(texts.items())[:20])
