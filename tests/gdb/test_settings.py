"""GDBs whose users like it otherwise: og answers all the same, and leaves every setting as it found it."""
import pytest

import gdbrun

# What stands in people's .gdbinit, and what nobody would set.
ODD = {
    "height": "5",
    "width": "30",
    "pagination": "on",
    "confirm": "on",
    "unwindonsignal": "off",
    "scheduler-locking": "step",
    "language": "ada",
    "output-radix": "16",
    "input-radix": "16",
    "print pretty": "on",
    "print address": "off",
    "print symbol": "off",
    "print elements": "4",
    "print repeats": "1",
    "print max-depth": "0",
    "print frame-arguments": "none",
    "print thread-events": "on",
    "print inferior-events": "on",
    "max-value-size": "16",
    "style enabled": "on",
    "case-sensitive": "off",
    "verbose": "on",
    "step-mode": "on",
    "schedule-multiple": "on",
    "detach-on-fork": "off",
    "follow-fork-mode": "child",
    "can-use-hw-watchpoints": "0",
    "breakpoint always-inserted": "on",
    "may-call-functions": "on",
    "stop-on-solib-events": "1",
    "print sevenbit-strings": "on",
    "disassembly-flavor": "intel",
    "trust-readonly-sections": "on",
    "stack-cache": "off",
    "overload-resolution": "off",
    "check type": "off",
    "startup-with-shell": "off",
    "history save": "off",
    "backtrace limit": "2",
}
SHOWN = [line for name in ODD for line in ("echo %s:\\n" % name, "show " + name)]
ODDLY = ["set %s %s" % each for each in ODD.items()]


def between(text, first, last):
    """Without what GDB says of the frame where the process happens to stand."""
    lines = text.split(first)[1].split(last)[0].splitlines()
    return "\n".join(line for line in lines if not line.startswith("Warning: "))


@pytest.mark.parametrize("live", ["agent", "read"])
@pytest.mark.parametrize("resume", ["off", "on"])
@pytest.mark.parametrize("name", ["idle", "busy"])
def test_odd_settings_change_no_answer_and_stay(one_python, gdb, state, name, live, resume):
    if live == "read" and resume == "on":
        pytest.skip("nothing runs where it is read from outside")
    with state(one_python, name) as program:
        how = ["set og live " + live, "set og resume " + resume]
        said = gdb(
            program.pid,
            *how,
            *ODDLY,
            *["echo \\nBEFORE\\n", *SHOWN, "echo \\nASKED\\n", "og-count Canary -json", "echo \\nAFTER\\n", *SHOWN, "echo \\nEND\\n"],
        )
        assert '"ada"' in between(said.out, "\nBEFORE\n", "\nASKED\n"), said.tell()
        assert between(said.out, "\nBEFORE\n", "\nASKED\n") == between(said.out, "\nAFTER\n", "\nEND\n"), said.tell()
        document = gdbrun.documents(said.out)[0]
        assert document["rows"][0]["count"] == (1235 if name == "idle" else 1234), said.tell()


@pytest.mark.parametrize("name", ["idle", "busy", "threads"])
def test_locked_scheduler_is_answered_and_stays_locked(one_python, gdb, state, name):
    with state(one_python, name) as program:
        said = gdb(program.pid, "set scheduler-locking on", "og-count Canary -json", "show scheduler-locking")
        assert said.document["rows"][0]["count"] == (1235 if name == "idle" else 1234), said.tell()
        assert 'is "on"' in said.out, said.tell()


@pytest.mark.parametrize("name", ["idle", "threads"])
def test_non_stop_is_answered_from_outside_with_a_note(one_python, gdb, state, name):
    with state(one_python, name) as program:
        said = gdb(program.pid, "og-count Canary -json", early=["set non-stop on"])
        assert said.document["ok"], said.tell()
        assert said.document["rows"][0]["count"] == (1235 if name == "idle" else 1234), said.tell()
        assert any("non-stop" in note for note in said.document["notes"]), said.tell()


def test_gdbinit_with_odd_settings_is_no_obstacle(one_python, gdb, state, tmp_path):
    lines = ["set %s %s" % (name, value) for name, value in ODD.items() if name != "scheduler-locking"]  # needs a process
    (tmp_path / ".gdbinit").write_text("\n".join(lines + ["echo INIT\\n", ""]))
    with state(one_python, "idle") as program:
        said = gdb(program.pid, "set og live agent", "og-count Canary -json", home=tmp_path)
        assert "INIT" in said.out, said.tell()
        assert said.document["rows"][0]["count"] == 1235, said.tell()


def test_show_og_shows_every_setting_of_og(gdb):
    said = gdb(0, "show og", "echo --\\n", "complete show og ", "complete show og search ", "echo --\\n", "show og lvie", attach=False)
    shown, names, _ = said.out.split("--\n")
    names = {line[len("show "):] for line in names.splitlines()} - {"og search"}
    assert {line.split(":")[0] for line in shown.splitlines()} == names and "og search path" in names, said.tell()
    assert 'Undefined show og command: "lvie"' in said.err, said.tell()
