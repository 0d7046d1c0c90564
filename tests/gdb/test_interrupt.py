"""Ctrl-C stops a command within a second; the session and the process go on."""
import os
import signal
import subprocess
import time

import pytest

import gdbrun
import processes
import zoos

LIMIT = 1.0


def wait_for(stream, text):
    seen = b""
    while text not in seen:
        byte = os.read(stream.fileno(), 1)
        assert byte, "GDB ended before it said %s: %s" % (text, seen)
        seen += byte
    return seen


def interrupt(og_py, pid, commands, delay):
    """Ctrl-C, DELAY seconds after COMMANDS have said BEGIN. What comes behind AFTER, until END, is an answer."""
    started = subprocess.Popen(
        gdbrun.command(og_py, pid, commands),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    try:
        wait_for(started.stdout, b"BEGIN\n")
        time.sleep(delay)
        pressed = time.monotonic()
        started.send_signal(signal.SIGINT)
        wait_for(started.stdout, b"AFTER\n")
        took = time.monotonic() - pressed
        rest = wait_for(started.stdout, b"END\n")
        error = started.communicate(timeout=60)[1].decode()
    finally:
        if started.poll() is None:
            started.kill()
            started.wait()
    assert "Quit" in error, error
    assert "Traceback" not in error, error
    assert took < LIMIT, "stopped after %.2f s" % took
    assert '"ok": true' in rest.decode(), rest


@pytest.fixture(scope="module")
def big_zoo(one_python, tmp_path_factory):
    with zoos.waiting(one_python, tmp_path_factory.mktemp("big"), "--big") as made:
        yield made


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.05, 0.3])
@pytest.mark.parametrize("mode", ["read", "agent"])
def test_interrupt_ends_a_long_command_and_nothing_else(big_zoo, og_py, mode, delay):
    commands = [
        "set og live " + mode,
        "og-count Plain -json",
        "echo BEGIN\\n",
        "og-backrefs py:KEPT",
        "echo AFTER\\n",
        "og-count Plain -json",
        "echo END\\n",
    ]
    interrupt(og_py, big_zoo.pid, commands, delay)
    assert processes.state(big_zoo.pid) not in "tT"
    assert processes.children(big_zoo.pid) == []


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.05, 0.3])
def test_interrupt_while_saving_leaves_no_file(big_zoo, og_py, tmp_path, delay):
    """The graph is there: what is interrupted is the saving."""
    commands = ["set og live read", "og-count Plain -all", "echo BEGIN\\n", "og-save %s/x.og" % tmp_path, "echo AFTER\\n",
                "og-count Plain -json", "echo END\\n"]
    interrupt(og_py, big_zoo.pid, commands, delay)
    assert os.listdir(str(tmp_path)) == []


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["read", "agent"])
def test_million_elements_and_deep_nesting_are_counted(big_zoo, og_py, mode):
    said = gdbrun.run(
        og_py,
        big_zoo.pid,
        "set og live " + mode,
        "og-count list -json",
        "og-chain py:KEPT['million_objects'][999999] -json",
        "og-refs py:KEPT['million'] -json",
        "og-refs py:KEPT['lists']['nested'] -depth 100 -json",
        "og-show py:KEPT['million'] -json",
    )
    count, chain, refs, nested, show = gdbrun.documents(said.out)
    assert count["rows"][0]["count"] == big_zoo.truth.counts()["list"], said.err
    assert chain["rows"], said.err
    assert len(refs["nodes"]) <= 400
    assert len(nested["nodes"]) >= 100
    assert show["len"] == 1000000
