"""The process afterwards is as it was, whatever it was doing."""
import json
import os
import time

import pytest

import processes

SCRIPT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "gdbscripts", "footprint.py")
COMMANDS = {"count": "og-count Canary -json", "growth": "og-growth -json", "backrefs": "og-backrefs py:CACHE -json"}
STEADY = ("idle", "blocked", "waiting")  # nothing of them moves unless og moves it
BUSY = ("busy", "threads", "collecting")


def footprint(gdb, program, path, command, mode, *before):
    said = gdb(
        program.pid, "source " + SCRIPT, "set og live " + mode, *before, "og-test-footprint %s %s" % (path, command)
    )
    assert path.exists(), said.tell()
    assert said.status == 0, said.tell()
    return json.loads(path.read_text())


def goes_on(program, name):
    """It still does what it did."""
    if name in STEADY:
        program.say(b".")
        return program.line() == "PONG\n"
    before, deadline = program.counter(), time.monotonic() + 20
    while time.monotonic() < deadline:
        if program.counter() > before:
            return True
        time.sleep(0.01)
    return False


def check(seen, exact):
    before, after = seen["before"], seen["after"]
    assert seen["error"] is None
    for part in ("descriptors", "children", "signals", "breakpoints"):
        assert before[part] == after[part], part
    assert seen["settings"][0] == seen["settings"][1]
    assert seen["frames"] == 0, "a frame of a call was left on the stack"
    if exact:
        assert before["maps"] == after["maps"]
        assert before["threads"] == after["threads"]
    else:  # the program's own allocations may move while it runs on
        assert named(before["maps"]) == named(after["maps"])
        assert executable(before["maps"]) == executable(after["maps"])


def named(maps):
    """Mappings of files and of the kernel, without the heap, whose end moves."""
    return [line for line in maps if len(line.split()) > 2 and "[heap]" not in line]


def executable(maps):
    return [line for line in maps if "x" in line.split()[1]]


@pytest.mark.parametrize("mode", ["read", "auto"])
@pytest.mark.parametrize("name", STEADY + BUSY)
def test_process_in_a_state_is_left_as_it_was(python, gdb, state, tmp_path, name, mode):
    with state(python, name) as program:
        seen = footprint(gdb, program, tmp_path / "seen", COMMANDS["count"], mode)
        check(seen, exact=name in STEADY or mode == "read")
        answer = json.loads(seen["said"])
        assert answer["ok"]
        expected = 1235 if name in ("idle", "waiting") else 1234
        assert answer["rows"][0]["count"] == expected
        assert goes_on(program, name)
        assert processes.state(program.pid) != "t"


@pytest.mark.parametrize("command", ["growth", "backrefs"])
@pytest.mark.parametrize("name", ["idle", "threads", "collecting"])
def test_commands_leave_nothing_behind(one_python, gdb, state, tmp_path, name, command):
    with state(one_python, name) as program:
        check(footprint(gdb, program, tmp_path / "seen", COMMANDS[command], "auto"), exact=name == "idle")
        assert goes_on(program, name)


def test_agent_is_used_where_nothing_holds_the_interpreter(python, gdb, state):
    with state(python, "idle") as program:
        said = gdb(program.pid, "set og live agent", "og-growth -json")
        assert said.document["ok"], said.tell()


def test_blocked_call_that_keeps_the_gil_is_answered_read_only_with_a_note(python, gdb, state):
    with state(python, "blocked") as program:
        said = gdb(program.pid, "og-count Canary -json")
        assert said.document["ok"] and said.document["rows"][0]["count"] == 1234, said.tell()
        assert any("outside" in note for note in said.document["notes"]), said.document["notes"]


def test_blocked_call_that_keeps_the_gil_refuses_the_agent_in_one_sentence(one_python, gdb, state):
    with state(one_python, "blocked") as program:
        said = gdb(program.pid, "set og live agent", "og-count Canary -json")
        assert not said.document["ok"], said.tell()
        assert goes_on(program, "blocked")


@pytest.mark.parametrize("mode", ["read", "auto"])
def test_process_stopped_in_malloc_is_answered_and_runs_on(one_python, gdb, state, tmp_path, mode):
    with state(one_python, "busy") as program:
        seen = footprint(
            gdb, program, tmp_path / "seen", COMMANDS["count"], mode, "tbreak *malloc", "continue", "stepi 12"
        )
        assert json.loads(seen["said"])["rows"][0]["count"] == 1234
        check(seen, exact=mode == "read")
        assert goes_on(program, "busy")


def test_second_command_of_a_stop_is_answered_from_the_first_graph(one_python, gdb, state):
    with state(one_python, "idle") as program:
        said = gdb(
            program.pid,
            "og-backrefs py:CACHE -depth 1 -json",
            "python import gdb; gdb.execute('og-backrefs py:CACHE -depth 2 -json')",
        )
        assert said.status == 0, said.tell()


def test_process_that_ran_is_read_anew(one_python, gdb):
    with processes.running(one_python.path, "grow.py") as program:
        said = gdb(program.pid, "og-count Order -json", "signal SIGUSR1", "og-count Order -json")
        counts = [document["rows"][0]["count"] for document in documents(said)]
        assert counts == [0, 110], said.tell()


def documents(said):
    import gdbrun

    return gdbrun.documents(said.out)
