"""Which process a core is of: the same answer as the live process gives, another than any other process gives."""
import os
import re
import subprocess
import sys

import pytest

import cores
import gdbrun
import processes

# The child says so: until then its thread state is being made anew.
FORK = "import os; os.fork() or print('READY', os.getpid(), flush=True); __import__('signal').pause()"


def identity(open_it, what):
    target = open_it(what)
    found = target.identity()
    target.close()
    return found


@pytest.fixture(scope="module")
def process(one_python, library, og_py, tmp_path_factory):
    """What is said of one process alive, and of its cores by kind."""
    folder = str(tmp_path_factory.mktemp("identity"))
    with cores.dumpable(one_python, folder, "grow.py") as program:
        said = {"live": identity(library.open_process, program.pid)}
        path = os.path.join(folder, "by-gdb")
        gdbrun.run(og_py, program.pid, "gcore " + path)
        said["gcore"] = identity(library.open_core, path)
        os.unlink(path)
        with open("/proc/%d/auxv" % program.pid, "rb") as file:
            vector = file.read()
        at = dict(zip(*[iter(memoryview(vector).cast("Q"))] * 2))[25]  # AT_RANDOM
        with open("/proc/%d/mem" % program.pid, "rb") as memory:
            memory.seek(at)
            said["random"] = memory.read(16)
        said["pid"] = program.pid
        if not cores.kernel_pattern():
            path = cores.kernel_core(program, folder)
            said["kernel"] = identity(library.open_core, path)
            os.unlink(path)
    return said


def test_live_process_is_told_by_number_program_and_build(process, one_python):
    live, path = process["live"], os.path.realpath(one_python.path)
    said = subprocess.run(["readelf", "-n", path], capture_output=True, text=True).stdout
    found = re.search(r"Build ID: ([0-9a-f]+)", said)
    assert (live.pid, live.program, live.build_id) == (process["pid"], path, found.group(1) if found else "")
    assert 0 not in live.token


def test_core_is_of_the_same_process(process, kind):
    if kind not in process:
        pytest.skip(cores.kernel_pattern())
    assert process[kind] == process["live"]


def test_random_bytes_of_the_process_are_not_in_its_token(process):
    """They are the secret behind its stack protector."""
    token = b"".join(word.to_bytes(8, sys.byteorder) for word in process["live"].token)
    for at in range(0, 16, 4):
        assert process["random"][at:at + 4] not in token


def test_another_process_of_the_program_is_another(process, one_python, library):
    with processes.running(one_python.path, "grow.py") as other:
        found = identity(library.open_process, other.pid)
    assert found.token[0] != process["live"].token[0] and found.token[1] != process["live"].token[1]
    assert found[2:] == process["live"][2:]


def test_forked_child_is_another_by_its_number(one_python, library):
    with processes.process([one_python.path, "-c", FORK]) as parent:
        child = int(parent.lines[-1].split()[1])
        try:
            for pid in (parent.pid, child):  # nobody stops them
                processes.wait_until_asleep(pid)
            here, there = identity(library.open_process, parent.pid), identity(library.open_process, child)
        finally:
            os.kill(child, 9)
    assert here.token == there.token and (here.pid, there.pid) == (parent.pid, child)
