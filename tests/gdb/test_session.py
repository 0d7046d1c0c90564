"""What users have set up in their GDB: breakpoints, watchpoints, hooks, several processes, an IDE that drives it. None of it
fires inside og's work, stops it for good, or is gone afterwards."""
import os
import re
import subprocess

import pytest

import gdbrun
import interpreters
import processes

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HIT_OFTEN = "PyUnicode_Format"  # by the state "busy": "text %d" % number
NESTED = """define hook-stop
og-count Canary
end
"""


def notes(document):
    return " ".join(document["notes"])


def test_temporary_breakpoint_that_is_hit_meanwhile_is_named(one_python, gdb, state):
    with state(one_python, "busy") as program:
        said = gdb(program.pid, "tbreak " + HIT_OFTEN, "og-count Canary -json", "info symbol $pc")
        assert said.document["rows"][0]["count"] == 1234, said.tell()
        assert "breakpoint 1 " in notes(said.document) and HIT_OFTEN in said.out, said.tell()


def test_four_hardware_watchpoints_leave_the_agent_none_and_stay(one_python, gdb, state):
    with state(one_python, "busy") as program:
        watches = ["watch -l *(long *) ($sp - %d)" % (20000 + 10000 * number) for number in range(4)]
        said = gdb(program.pid, *watches, "set og live agent", "og-count Canary -json", "info breakpoints")
        assert said.document["ok"] and said.document["rows"][0]["count"] == 1234, said.tell()
        assert said.out.count("hw watchpoint  keep y") == 4, said.tell()


def test_software_watchpoint_is_not_dragged_along(one_python, gdb, state):
    """GDB would step the process through every instruction: for minutes."""
    with state(one_python, "busy") as program:
        said = gdb(program.pid, "set can-use-hw-watchpoints 0", "watch *(long *) ($sp - 20000)", "set og resume on",
                   "og-count Canary -json", "set og resume off", "og-growth -json")
        counted, grown = gdbrun.documents(said.out)
        assert counted["rows"][0]["count"] == 1234 and grown["ok"], said.tell()
        assert "watchpoint 1 " in notes(counted), said.tell()


@pytest.mark.parametrize("name", ["busy", "idle"])
def test_commands_of_breakpoints_do_not_run_inside(one_python, gdb, state, name):
    """Not on the way to a safe point, not while the process runs on, not in the agent's own calls."""
    with state(one_python, name) as program:
        breakpoints = ["break %s" % where for where in (HIT_OFTEN, "syscall", "PyCallable_Check")]
        commands = "python [setattr(b, 'commands', 'echo RAN\\\\n\\ncontinue') for b in gdb.breakpoints()]"
        said = gdb(program.pid, *breakpoints, commands, "set og resume on", "og-count Canary -json", "set og resume off",
                   "og-common -json", "info breakpoints")
        counted, common = gdbrun.documents(said.out)
        assert counted["rows"][0]["count"] == (1234 if name == "busy" else 1235) and common["ok"], said.tell()
        assert "\nRAN" not in said.out and "already hit" not in said.out, said.tell()
        assert "breakpoint 1 has commands" in notes(counted) or name == "idle", said.tell()


def test_hook_with_an_og_command_is_refused_inside_another(one_python, gdb, state, tmp_path):
    (tmp_path / "hook").write_text(NESTED)
    with state(one_python, "busy") as program:
        said = gdb(program.pid, "source %s/hook" % tmp_path, "set og live agent", "og-count Canary -json", "og-info -json")
        counted, info = gdbrun.documents(said.out)
        assert counted["rows"][0]["count"] == 1234 and not info["collecting"], said.tell()


def test_other_processes_of_this_gdb_stand_while_og_lets_one_run(one_python, gdb, state):
    with state(one_python, "busy") as first, state(one_python, "threads") as second:
        where = "python print('AT', open('/proc/%d/stat').read().split(')')[1].split()[11:13])" % first.pid
        for _ in range(10):  # where the threads stop as one gives the GIL to another, nothing need run
            said = gdb(first.pid, "add-inferior", "inferior 2", "attach %d" % second.pid, "set schedule-multiple on", where,
                       "set og live agent", "og-count Canary -json", where, "inferior 1", "og-info -json",
                       "show schedule-multiple")
            counted, info = gdbrun.documents(said.out)
            assert counted["rows"][0]["count"] == 1234 and counted["target"]["pid"] == second.pid, said.tell()
            assert info["target"]["pid"] == first.pid and "is on" in said.out, said.tell()
            at = [line for line in said.out.splitlines() if line.startswith("AT")]
            assert len(at) == 2 and at[0] == at[1], said.tell()
            if "og let the process run" in notes(counted):
                break
        else:
            pytest.fail("og let the process run at none of ten stops")


def test_children_that_are_made_meanwhile_are_not_held(one_python, gdb):
    with processes.running(one_python.path, "forking.py", 100) as program:
        said = gdb(program.pid, "tbreak fork", "continue", "set detach-on-fork off", "set follow-fork-mode child",
                   "set og live agent", "og-count Canary -json", "info inferiors", "show detach-on-fork", "show follow-fork-mode")
        assert said.document["rows"][0]["count"] == 300 and "og let the process run" in notes(said.document), said.tell()
        assert "process %d" % program.pid in said.out and not re.search(r"^\*? +2 ", said.out, re.M), said.tell()
        assert 'is off' in said.out and 'is "child"' in said.out, said.tell()


def machine_interface(og_py, pid, commands):
    """Output by token: the result record and what the console got before it."""
    lines = ["1-target-attach %d" % pid, '2-interpreter-exec console "source %s"' % og_py]
    lines += ['%d-interpreter-exec console "%s"' % (number, command) for number, command in enumerate(commands, 3)]
    line = gdbrun.GDB + ["-i=mi", "-nx", "-iex", "set debuginfod enabled off", "-iex", "set auto-load no"]
    said = subprocess.run(line, input="\n".join(lines + ["-gdb-exit", ""]), capture_output=True, text=True, env=gdbrun.plain(),
                          timeout=gdbrun.TIMEOUT)
    results, console = {}, []
    for record in said.stdout.splitlines():
        number, found, result = record.partition("^")
        if found and number.isdigit():
            results[int(number)] = (result, "".join(console))
            console = []
        elif record.startswith("~"):
            console.append(record)
    return [results.get(number, ("", said.stdout)) for number in range(3, 3 + len(commands))], said.stdout


@pytest.mark.parametrize("name", ["busy", "idle"])
def test_commands_of_an_ide_end_with_done_and_their_whole_output(one_python, og_py, state, name):
    with state(one_python, name) as program:
        asked = ["set og resume on", "og-count Canary", "og-count Canary -json", "set height 5", "og-common -limit 30",
                 "og-show 0x10"]
        (_, counted, document, _, common, wrong), out = machine_interface(og_py, program.pid, asked)
        assert counted[0] == "done" and ("1235" if name == "idle" else "1234") in counted[1], out
        assert document[0] == "done" and '{\\"command\\": \\"og-count\\"' in document[1], out
        assert common[0] == "done" and "30 of " in common[1], out
        assert wrong[0].startswith('error,msg="no object starts at 0x10'), out
        assert "*running" not in out.partition("2^done")[2], out
        assert processes.state(program.pid) != "t"


def test_safe_point_serves_every_reading_of_its_stop(one_python, gdb, state):
    """GDB 18 announces each call as if the process had gone on."""
    with state(one_python, "busy") as program:
        said = gdb(program.pid, "set og live agent", "og-common -json", "og-count Canary -json", "og-backrefs py:CACHE -json")
        first, *others = gdbrun.documents(said.out)
        assert "og let the process run" in notes(first) and all(each["ok"] for each in others), said.tell()
        assert len(others) == 2 and not any("og let the process run" in notes(each) for each in others), said.tell()


@pytest.mark.parametrize("which", [0, -1], ids=["oldest", "newest"])
def test_og_is_python_of_old_and_new_gdbs(which):
    """The Python inside a GDB is older or newer than this one; what it warns of goes next."""
    sources = [os.path.join(folder, name) for folder, _, names in os.walk(os.path.join(ROOT, "gdb")) for name in names
               if name.endswith(".py")]
    check = ("import pathlib, sys; sys.path.insert(0, sys.argv[1]); [compile(pathlib.Path(p).read_bytes(), p, 'exec') for p in sys.argv[2:]]; "
             "import og.native, og.files, og.procfs, og.progress, og.words")
    path = [each for each in interpreters.FOUND if each.build == "release"][which].path
    said = subprocess.run([path, "-B", "-W", "error", "-c", check, os.path.join(ROOT, "gdb"), *sources], capture_output=True, text=True)
    assert said.returncode == 0 and len(sources) > 40, said.stderr
