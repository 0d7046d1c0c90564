"""Live processes for the commands."""
import json
import os
from typing import NamedTuple

import pytest

import gdbrun
import objgraphs
import processes


class Reference(NamedTuple):
    """A waiting process and what objgraph said from inside of it."""

    pid: int
    folder: object

    def text(self, name):
        return (self.folder / name).read_text(encoding="utf-8")

    def data(self, name):
        return json.loads(self.text(name))


@pytest.fixture(scope="session")
def reference(python, tmp_path_factory):
    folder = tmp_path_factory.mktemp("parity")
    environment = {"PYTHONPATH": objgraphs.folder(folder)}
    with processes.running(python.path, "parity.py", folder, objgraphs.DEPTH, environment=environment) as program:
        assert (folder / "known.json").exists()
        yield Reference(program.pid, folder)


@pytest.fixture(scope="session")
def one_reference(one_python, tmp_path_factory):
    folder = tmp_path_factory.mktemp("parity")
    environment = {"PYTHONPATH": objgraphs.folder(folder)}
    with processes.running(one_python.path, "parity.py", folder, objgraphs.DEPTH, environment=environment) as program:
        yield Reference(program.pid, folder)


@pytest.fixture
def state(tmp_path):
    """state(interpreter, name): a context manager of a process in that state, with its counter."""
    import contextlib

    @contextlib.contextmanager
    def start(interpreter, name):
        counter = tmp_path / ("counter-" + name)
        counter.write_bytes(b"\0" * 8)
        with processes.running(interpreter.path, "states.py", name, counter) as program:
            program.counter = lambda: int.from_bytes(counter.read_bytes(), "little")
            if name in ("idle", "blocked", "waiting"):
                processes.wait_until_asleep(program.pid)
            yield program

    return start


@pytest.fixture
def as_nobody():
    """The prefix of a command that runs it as a user who may attach to nothing of ours."""
    import shutil

    if os.getuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root can become another user")
    if gdbrun.IN_ROOT:
        pytest.skip("only root can use the GDB of another system")
    return ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
