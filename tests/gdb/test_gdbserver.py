"""Processes behind a gdbserver: read from outside where they are of this machine, refused where they are not."""
import shutil

import pytest

import gdbrun
import places
import processes

pytestmark = pytest.mark.skipif(not gdbrun.shows("gdbserver"), reason="no gdbserver: apt-get install gdbserver")
CANARIES = 1235


def connect(pid, kind="extended-remote"):
    return "target %s | gdbserver --once --attach - %d" % (kind, pid)


def asked(gdb, *commands):
    return gdb(0, *commands, "detach", attach=False)


@pytest.mark.parametrize("kind", ["remote", "extended-remote"])
def test_process_of_this_machine_is_read_with_a_note(gdb, one_python, kind):
    with places.living([one_python.path]) as program:
        said = asked(gdb, connect(program.pid, kind), "og-count Canary -json", "og-show py:local_variable -json")
        counted, shown = gdbrun.documents(said.out)
        assert counted["rows"][0]["count"] == CANARIES, said.tell()
        assert any("gdbserver" in note for note in counted["notes"]), said.tell()
        assert shown["ok"], said.tell()
        program.say(b".")
        assert program.line() == "PONG\n"


def test_agent_is_refused(gdb, one_python):
    with places.living([one_python.path]) as program:
        said = asked(gdb, connect(program.pid), "set og live agent", "og-count Canary -json")
        assert "gdbserver" in said.document["error"]["message"], said.tell()


def test_process_with_the_number_of_another_is_refused(gdb, one_python):
    """Behind a gdbserver in a pid namespace of its own, where the process is 1 or 2: here that is init, or another."""
    if gdbrun.IN_ROOT or not shutil.which("unshare"):
        pytest.skip("needs unshare where GDB is")
    with places.living(places.namespaces(one_python.path)["pids, not as pid 1"]) as program:
        inside = "nsenter --target %d --pid --mount gdbserver --once --attach - 2" % program.pid
        said = asked(gdb, "target extended-remote | " + inside, "og-count Canary -json")
        assert said.document["error"]["code"] == "remote", said.tell()
        assert processes.state(program.pid) != "t"


def test_process_with_other_random_bytes_is_another(gdb, one_python):
    """The same number, traced too, on another machine."""
    fake = "python from types import SimpleNamespace as N; from og import remote; i = gdb.selected_inferior()"
    ask = "python print('here:', remote.is_here(N(pid=i.pid, read_memory=lambda a, n: memoryview(b'%s'))))"
    with places.living([one_python.path]) as program:
        said = asked(gdb, connect(program.pid), fake, "python print('here:', remote.is_here(i))", ask % ("x" * 16), ask % "")
        assert [line for line in said.out.splitlines() if line.startswith("here")] == ["here: True", "here: False", "here: False"]
