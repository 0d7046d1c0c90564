"""A real GDB in batch mode, and what it printed."""
import json
import os
import re
import shlex
import signal
import subprocess
import time
from typing import NamedTuple

TIMEOUT = 120
GDB = os.environ.get("OG_GDB", "gdb")


class Output(NamedTuple):
    out: str
    err: str
    status: int
    seconds: float

    @property
    def document(self):
        """The one JSON document on standard output, which also holds what GDB prints on attaching."""
        return documents(self.out)[-1]

    @property
    def complaints(self):
        """Lines of standard error without GDB's own about source files and symbols."""
        own = re.compile(r"warning: |\d+\t.*: No such file or directory|Download failed")
        return [line for line in self.err.splitlines() if line and not own.match(line)]

    def tell(self):
        return "status %d\n--- stdout\n%s\n--- stderr\n%s" % (self.status, self.out, self.err)


def documents(text):
    """Each JSON object that starts a line."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while True:
        match = re.compile(r"^\{", re.M).search(text, at)
        if not match:
            return found
        value, at = decoder.raw_decode(text, match.start())
        found.append(value)


def command(og_py, pid, commands, attach=True):
    line = [GDB, "-batch", "-nx", "-iex", "set debuginfod enabled off", "-iex", "set auto-load no"]
    if attach:
        line += ["-p", str(pid)]
    line += ["-x", og_py]
    for each in commands:
        line += ["-ex", each]
    return line


def run(og_py, pid, *commands, attach=True, environment=None, prefix=(), timeout=TIMEOUT, width=0):
    """Attaches to PID, loads og, runs COMMANDS, detaches."""
    env = dict(os.environ, TERM="dumb", **(environment or {}))
    env.pop("DISPLAY", None)
    line = list(prefix) + command(og_py, pid, ["set width %d" % width, "set confirm off"] + list(commands), attach)
    began = time.monotonic()
    started = subprocess.Popen(
        line,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=env,
    )
    try:
        out, err = started.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        started.send_signal(signal.SIGKILL)
        out, err = started.communicate()
        raise AssertionError(
            "GDB did not end in %d s: %s\n%s\n%s" % (timeout, " ".join(map(shlex.quote, line)), out, err)
        )
    finally:
        if started.poll() is None:
            started.kill()
            started.wait()
    return Output(out, err, started.returncode, time.monotonic() - began)
