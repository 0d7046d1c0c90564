"""Programs under test: started, awaited, always ended."""
import contextlib
import os
import select
import signal
import subprocess
import time

PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")
TIMEOUT = 120


class Program:
    """A running program of tests/programs. Its standard input is a pipe: closing it ends those that wait."""

    def __init__(self, process, lines):
        self.process, self.lines = process, lines

    @property
    def pid(self):
        return self.process.pid

    def say(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def line(self, timeout=TIMEOUT):
        return read_line(self.process, timeout)


def read_line(process, timeout):
    """The next line of its standard output, unbuffered on our side; '' at the end or when TIMEOUT has passed."""
    deadline, line = time.monotonic() + timeout, b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([process.stdout], [], [], max(0, deadline - time.monotonic()))
        byte = os.read(process.stdout.fileno(), 1) if ready else b""
        if not byte:
            break
        line += byte
    return line.decode(errors="replace")


@contextlib.contextmanager
def running(interpreter_path, name, *arguments, environment=None, wait_for="READY", flags=("-B",)):
    """Program NAME of tests/programs run by an interpreter; yields once it has printed a line that starts with WAIT_FOR."""
    command = [interpreter_path, *flags, os.path.join(PROGRAMS, name), *map(str, arguments)]
    with process(command, environment, wait_for) as program:
        yield program


@contextlib.contextmanager
def process(command, environment=None, wait_for="READY", **options):
    env = dict(os.environ, PYTHONHASHSEED="0")
    env.pop("PYTHONMALLOC", None)
    env.update(environment or {})
    started = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=env, **options)
    try:
        lines = []
        while wait_for is not None:
            line = read_line(started, TIMEOUT)
            assert line, "%s ended or hung before it said %s: %s" % (command, wait_for, "".join(lines))
            lines.append(line)
            if line.startswith(wait_for):
                break
        yield Program(started, lines)
    finally:
        end(started)


def end(started):
    with contextlib.suppress(ProcessLookupError):
        os.kill(started.pid, signal.SIGCONT)
        started.kill()
    started.stdin.close()
    started.stdout.close()
    started.wait(TIMEOUT)


@contextlib.contextmanager
def stopped(pid):
    """The process stands still inside the block."""
    os.kill(pid, signal.SIGSTOP)
    try:
        deadline = time.monotonic() + TIMEOUT
        while state(pid) not in "tT":
            assert time.monotonic() < deadline, "process %d did not stop" % pid
            time.sleep(0.001)
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def wait_until_asleep(pid):
    """All threads are in a system call that waits."""
    deadline = time.monotonic() + TIMEOUT
    while any(state("%d/task/%s" % (pid, task)) != "S" for task in os.listdir("/proc/%d/task" % pid)):
        assert time.monotonic() < deadline, "process %d does not come to rest" % pid
        time.sleep(0.001)


def state(pid):
    with open("/proc/%s/stat" % pid) as file:
        return file.read().rpartition(")")[2].split()[0]


def children(pid):
    found = []
    for task in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/children" % (pid, task)) as file:
            found += file.read().split()
    return sorted(found)


def descriptors(pid):
    return {name: os.readlink("/proc/%d/fd/%s" % (pid, name)) for name in os.listdir("/proc/%d/fd" % pid)}


def mappings(pid):
    """(range, permissions, name) of every mapping."""
    with open("/proc/%d/maps" % pid) as file:
        lines = [line.split(None, 5) for line in file]
    return [(fields[0], fields[1], fields[5].strip() if len(fields) > 5 else "") for fields in lines]
