"""A real GDB in batch mode, and what it printed."""
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from typing import NamedTuple

import interpreters

TIMEOUT = 120
GDB = shlex.split(os.environ.get("OG_GDB", "gdb"))
GDB[0] = os.path.abspath(GDB[0]) if "/" in GDB[0] else GDB[0]  # tests start it in folders of their own
IN_ROOT = "in-root" in os.path.basename(GDB[0])  # the GDB of another system: see tests/in-root
SYSROOT = "/mnt" if IN_ROOT else ""  # of the cores of this machine


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


def plain(**more):
    """The environment of a GDB that says plain text."""
    env = dict(os.environ, TERM="dumb", **more)
    env.pop("DISPLAY", None)
    if IN_ROOT:
        env["OG_SHOWN"] = ":".join(path for each in interpreters.FOUND for path in files(each))
    return env


def files(interpreter):
    """What GDB needs of it for a core: executable and extension modules."""
    if interpreter.sysroot:
        return [interpreter.sysroot]
    if not interpreter.debian:
        return [os.path.dirname(os.path.dirname(interpreter.path))]
    return [os.path.realpath(interpreter.path), "/usr/lib/python%d.%d" % interpreter.minor]


def shows(program):
    """GDB could start it."""
    return shutil.which(program) is not None if not IN_ROOT else os.path.exists(GDB[1] + "/usr/bin/" + program)


def command(og_py, pid, commands, attach=True, early=(), debugger=()):
    line = list(debugger or GDB) + ["-batch", "-nx", "-iex", "set debuginfod enabled off", "-iex", "set auto-load no"]
    for each in early:
        line += ["-iex", each]
    if attach:
        line += ["-p", str(pid)]
    line += ["-x", og_py]
    for each in commands:
        line += ["-ex", each]
    return line


def run(og_py, pid, *commands, attach=True, environment=None, prefix=(), timeout=TIMEOUT, width=0, early=(), home=None, debugger=()):
    """Attaches to PID, loads og, runs COMMANDS, detaches. EARLY: commands before it attaches. HOME: a folder with a .gdbinit. DEBUGGER: not $OG_GDB."""
    asked = ["set width %d" % width, "set confirm off"] + list(commands)
    line = list(prefix) + command(og_py, pid, asked, attach, early, debugger)
    if home:
        line.remove("-nx")
        environment = dict(environment or {}, HOME=str(home))
    began = time.monotonic()
    started = subprocess.Popen(
        line,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=plain(**(environment or {})),
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
