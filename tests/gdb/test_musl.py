"""A process of musl: there is no CPython of musl here, so one holds the memory of a CPython, and the agent scans that from inside."""
import os
import shutil
import subprocess

import pytest

import places
import processes

PAGE, READ, WRITE, EXECUTE = 4096, 1, 2, 4
NOT_COPIED = ("[vdso]", "[vvar", "[vsyscall]", "libc.so.6", "libc-2", "ld-linux", "ld-2")  # of the kernel, and of glibc
CANARIES = 1235

pytestmark = pytest.mark.skipif(not shutil.which("musl-gcc"), reason="no musl: apt-get install musl-tools")


def copy_memory(pid, path):
    """As programs/musl_host.c reads it."""
    wanted = []
    for where, permissions, name in processes.mappings(pid):
        if permissions[0] == "r" and not any(word in name for word in NOT_COPIED):
            start, end = (int(word, 16) for word in where.split("-"))
            prot = sum(bit for bit, letter in ((READ, "r"), (WRITE, "w"), (EXECUTE, "x")) if letter in permissions)
            wanted.append((start, end, prot))
    head = "".join("%x %x %x\n" % each for each in wanted) + "\n"
    with open("/proc/%d/mem" % pid, "rb", buffering=0) as memory, open(path, "wb") as out:
        out.write(head.encode().ljust(-(-len(head) // PAGE) * PAGE, b"\0"))
        for start, end, _ in wanted:
            memory.seek(start)
            data = memory.read(end - start)
            out.write(data.ljust(end - start, b"\0"))


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    program = str(tmp_path_factory.mktemp("musl") / "host")
    source = os.path.join(processes.PROGRAMS, "musl_host.c")
    subprocess.run(["musl-gcc", "-O1", "-fPIE", "-pie", "-o", program, source], check=True)
    return program


@pytest.fixture
def in_musl(host, one_python, tmp_path):
    """Addresses are chosen at random: those of the two may be the same, but not often."""
    with places.living([one_python.path]) as program:
        copy_memory(program.pid, str(tmp_path / "memory"))
    for attempt in range(5):
        try:
            with processes.process([host, str(tmp_path / "memory")]) as program:
                os.unlink(str(tmp_path / "memory"))
                yield program
                return
        except AssertionError:
            if attempt == 4 or not (tmp_path / "memory").exists():
                raise


@pytest.mark.parametrize("resume", ["off", "on"])
def test_agent_scans_a_heap_in_a_process_of_musl(gdb, in_musl, resume):
    before = processes.mappings(in_musl.pid), processes.descriptors(in_musl.pid)
    assert not any("libc.so.6" in name for _, _, name in before[0])
    said = gdb(in_musl.pid, "set og live agent", "set og resume " + resume, "og-count Canary -json", "og-info -json")
    assert said.document["ok"], said.tell()
    assert said.document["graph"] and said.document["graph"]["by"] == "agent", said.tell()
    assert '"rows": [{"type": "Canary", "count": %d' % CANARIES in said.out, said.tell()
    assert (processes.mappings(in_musl.pid), processes.descriptors(in_musl.pid)) == before
    assert processes.children(in_musl.pid) == []
    in_musl.say(b".")
    assert in_musl.line() == "PONG\n"
