"""The agent where the process or the session makes it hard."""
import os
import signal
import time

import gdbrun
import processes


def trouble(python, kind):
    return processes.running(python.path, "agent_trouble.py", kind)


def count(said, at=-1):
    documents = gdbrun.documents(said.out)
    assert documents and documents[at]["ok"], said.tell()
    return documents[at]["rows"][0]["count"]


def test_faulting_tp_traverse_costs_its_own_type_and_nothing_else(one_python, gdb):
    with trouble(one_python, "faulty") as program:
        said = gdb(program.pid, "set og live agent", "og-count Faulty -all -json")
        assert count(said) == 100
        assert "Program received signal" not in said.out + said.err, said.tell()
        assert any("tp_traverse" in note for note in said.document["notes"]), said.tell()
        program.say(b".")
        assert program.line() == "PONG\n"


def test_signal_that_came_while_stopped_reaches_its_handler_once(python, gdb):
    with trouble(python, "signalled") as program:
        send = "python import os; os.kill(%d, %d)" % (program.pid, signal.SIGUSR1)
        said = gdb(program.pid, "set og live agent", send, "og-count Faulty -json")
        assert count(said) == 100
        program.say(b".")
        assert program.line() == "1\n"


def test_breakpoints_watchpoints_and_settings_stay_the_users(one_python, gdb):
    show = [
        "info breakpoints",
        "show language",
        "show unwindonsignal",
        "show scheduler-locking",
        "info signals SIGSEGV",
    ]
    with trouble(one_python, "signalled") as program:
        said = gdb(
            program.pid,
            *["catch syscall", "break mmap", "set can-use-hw-watchpoints 0", "watch *(int *) $sp"],
            *["set language pascal", "set unwindonsignal off", "handle SIGSEGV nostop noprint pass"],
            *[
                "echo BEFORE\\n",
                *show,
                "echo AGENT\\n",
                "set og live agent",
                "og-count Faulty -json",
                "echo AFTER\\n",
                *show,
            ],
        )
        before = said.out.split("BEFORE\n")[1].split("AGENT\n")[0]
        after = said.out.split("AFTER\n")[1].split("[Inferior")[0]
        assert count(said) == 100
        assert before == after
        assert "Catchpoint 1 (" not in after


def test_process_at_a_breakpoint_is_not_moved_unless_the_agent_is_asked_for(one_python, gdb, state):
    with state(one_python, "busy") as program:
        stop = ["tbreak *malloc", "continue"]
        where = 'printf "at %lx\\n", $pc'
        said = gdb(program.pid, *stop, where, "og-count Canary -json", where)
        places = [line for line in said.out.splitlines() if line.startswith("at ")]
        assert count(said) == 1234
        assert len(places) == 2 and places[0] == places[1], said.tell()
        said = gdb(program.pid, *stop, "set og live agent", "og-count Canary -json")
        assert count(said) == 1234


def test_threads_that_all_compute_come_to_a_safe_point_together(python, gdb, state):
    """With a GIL one of them has it; free-threaded, all of them run."""
    with state(python, "threads") as program:
        said = gdb(program.pid, "set og live agent", "og-info -json", "og-count Canary -json")
        info, counted = gdbrun.documents(said.out)
        assert info["running"] == (4 if python.build == "free-threaded" else None), info
        assert counted["ok"] and counted["rows"][0]["count"] == 1234, said.tell()
        before, deadline = program.counter(), time.monotonic() + 20
        while program.counter() == before:
            assert time.monotonic() < deadline, "it does not run on"
            time.sleep(0.01)


def test_clone_is_scanned_while_the_process_runs_and_nobody_remains(one_python, gdb, state):
    with state(one_python, "busy") as program:
        before = program.counter()
        said = gdb(program.pid, "set og live agent", "set og resume on", "og-count Canary -all -json")
        assert count(said) == 1234
        assert program.counter() > before
        with open("/proc/%d/task/%d/children" % (program.pid, program.pid)) as children:
            assert children.read() == ""
        assert processes.state(program.pid) != "t"
        assert not [
            fd
            for fd in os.listdir("/proc/%d/fd" % program.pid)
            if "memfd" in os.readlink("/proc/%d/fd/%s" % (program.pid, fd))
        ]
