"""A process in a state that few are in: og answers or says in one sentence why not, and nothing of it stays."""
import json
import os
import random
import time

import pytest

import gdbrun
import processes
from og import procfs

SCRIPT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "gdbscripts", "footprint.py")
ODD = os.path.join(processes.PROGRAMS, "odd_states.py")
COUNT = "og-count Canary -json"
# What og says where its agent cannot be there.
REFUSED = {
    "no_more_memory": "memory for the agent (mmap): Cannot allocate memory",
    "no_new_code": "memory with code (mprotect): Permission denied",
    "no_more_files": "no memory file can be made",
    "ignores_faults": "blocks or ignores SIGSEGV",
    "serves_faults": "",
    "files_of_its_own": "",
    "many_mappings": "",
}


@pytest.mark.parametrize("state", sorted(REFUSED))
def test_process_is_answered_and_left_as_it_was(one_python, gdb, tmp_path, state):
    path = tmp_path / "seen"
    with processes.running(one_python.path, "odd_states.py", state, wait_for="") as program:
        if program.lines[0].startswith("NOT HERE"):
            pytest.skip("this kernel does not have it: " + program.lines[0])
        processes.wait_until_asleep(program.pid)
        said = gdb(program.pid, "source " + SCRIPT, "og-test-footprint %s %s" % (path, COUNT), "set og live read", COUNT)
        assert said.status == 0, said.tell()
        seen = json.loads(path.read_text())
        answers = [json.loads(seen["said"]), said.document]
        assert seen["before"] == seen["after"]
        assert [each["rows"][0]["count"] for each in answers] == [1234, 1234], said.tell()
        outside = [note for note in answers[0]["notes"] if "outside" in note]
        assert len(outside) == bool(REFUSED[state]) and all(REFUSED[state] in note for note in outside), outside
        assert answers[0]["stopped_ms"] < 10000
        program.say(b".")
        assert program.line() == "PONG\n"


@pytest.mark.parametrize("mode", ["agent", "read"])
def test_process_whose_main_thread_has_ended_is_answered(one_python, gdb, mode):
    begin = ["file " + one_python.path, "run -B %s main_thread_gone" % ODD, "set og live " + mode]
    said = gdb(0, "set startup-with-shell off", *begin, COUNT, "kill", attach=False)
    assert said.document["ok"] and said.document["rows"][0]["count"] == 1234, said.tell()


@pytest.mark.parametrize("mode, when", [("auto", "_install"), ("agent", "_step"), ("agent", "_leave"), ("read", None)])
def test_process_killed_during_a_command_is_said_in_one_sentence(one_python, gdb, state, mode, when):
    """WHEN: before this of the agent, or before it is read."""
    with state(one_python, "idle") as program:
        place = "inferior as i; c = i.Agent; n = '%s'" % when if when else "native as i; c = i.Target; n = 'scan'"
        kill = "python import os; from og import %s; old = getattr(c, n); setattr(c, n, lambda *them: (os.kill(%d, 9), old(*them))[1])"
        said = gdb(program.pid, "set og live " + mode, kill % (place, program.pid), COUNT, "og-backrefs py:CACHE -json", "echo LIVES\\n")
        assert "LIVES" in said.out and "Traceback" not in said.err and "Python Exception" not in said.err, said.tell()
        first, second = gdbrun.documents(said.out)
        gone = "process %d has ended" % program.pid
        if first["ok"]:  # it was all there by then; memory is, for a moment after the signal
            assert when in ("_leave", None) and first["rows"][0]["count"] == 1235, said.tell()
            assert not when or any(note.startswith(gone) for note in first["notes"]), said.tell()
        else:
            assert first["error"]["message"] == gone, said.tell()
        assert second["error"]["message"] == gone, said.tell()


def test_stop_that_og_made_is_not_taken_for_one_of_the_users(one_python, gdb, state):
    with state(one_python, "blocked") as program:
        said = gdb(program.pid, COUNT, "og-backrefs py:CACHE -depth 1 -json", "og-growth -json")
        notes = [[note for note in each["notes"] if "outside" in note] for each in gdbrun.documents(said.out)]
        assert len(notes) == 3 and "keeps the GIL" in notes[0][0], said.tell()
        assert notes[1] in ([], notes[0]) and notes[2] in ([], notes[0]), notes


def test_new_mappings_are_found_wherever_they_begin_and_end():
    numbers = random.Random(4)
    for _ in range(300):
        before, after = set(numbers.sample(range(40), 15)), set(numbers.sample(range(40), 15))
        found = procfs.Footprint(pieces(before, numbers), {}).new_mappings(procfs.Footprint(pieces(after, numbers), {}))
        assert {page for start, end in found for page in range(start, end)} == after - before


def test_new_mappings_of_a_process_with_thousands_take_no_time():
    many = tuple((2 * number, 2 * number + 1, "rw-p", "") for number in range(60000))
    began = time.process_time()
    assert procfs.Footprint(many[1:], {}).new_mappings(procfs.Footprint(many, {})) == [(0, 1)]
    assert time.process_time() - began < 2


def pieces(pages, numbers):
    """Neighbouring pages are one mapping or several."""
    found = []
    for page in sorted(pages):
        if found and found[-1][1] == page and numbers.random() < 0.5:
            found[-1] = found[-1][0], page + 1
        else:
            found.append((page, page + 1))
    return tuple((start, end, "rw-p", "") for start, end in found)
