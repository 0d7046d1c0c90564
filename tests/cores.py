"""One zoo of each interpreter, at one stop: what it says itself, what every command answers live, GDB's core of it and the kernel's."""
import contextlib
import os
import resource
import shutil
import struct

import pytest

import gdbrun
import heaptruth
import processes
from og.native import OgError

WRONG = "og-show py:nothing_of_that_name"
QUESTIONS = [
    "og-info -all",
    "og-count dict",
    "og-count dict -where 'len > 5' -all",
    "og-common -limit 0",
    "og-common -all -long -by bytes -limit 0",
    "og-growth -limit 0",
    "og-new -limit 3",
    "og-leaking -limit 0 -explained",
    "og-by-type Plain -limit 0",
    "og-by-type type -limit 50",
    "og-at py:KEPT",
    "og-show py:KEPT -limit 0",
    "og-show py:threading",
    "og-refs py:KEPT -depth 2",
    "og-backrefs py:KEPT -depth 3",
    "og-chain py:KEPT['middle_aged']",
    WRONG,
]
PATTERN = "/proc/sys/kernel/core_pattern"
TIMEOUT = 30
VSYSCALL = "0xffffffffff600000"
PT_LOAD, PT_NOTE, NT_FILE = 1, 4, 0x46494C45


def kernel_pattern():
    """Why the kernel leaves no core beside a program; "": it does."""
    with open(PATTERN) as file:
        pattern = file.read().strip()
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    if pattern.startswith("|") or "/" in pattern or not pattern:
        return "%s is %r: the kernel leaves no core in the program's folder" % (PATTERN, pattern)
    return "" if hard == resource.RLIM_INFINITY else "the hard limit of core files is %d bytes" % hard


def kernel_core(program, folder, core_filter=None):
    """Ends PROGRAM, whose working folder is FOLDER, and leaves its core there."""
    if core_filter:
        with open("/proc/%d/coredump_filter" % program.pid, "w") as file:
            file.write(core_filter)
    resource.prlimit(program.pid, resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    program.process.send_signal(6)
    program.process.wait(TIMEOUT)
    found = [name for name in os.listdir(folder) if name.startswith("core")]
    assert found, "the kernel left no core in %s: %s" % (folder, os.listdir(folder))
    return os.path.join(folder, found[0])


@contextlib.contextmanager
def dumpable(interpreter, folder, name, *arguments):
    """A program whose core lands in FOLDER."""
    path = os.path.join(processes.PROGRAMS, name)
    with processes.process([interpreter.path, "-B", path, *arguments], cwd=folder) as program:
        yield program


class Segment:
    def __init__(self, header, number, fields):
        self.header = header + number * PHDR.size  # where it stands in the file
        self.kind, self.flags, self.offset, self.start, _, self.size, _, _ = fields

    def holds(self, address):
        return self.kind == PT_LOAD and self.start <= address < self.start + self.size


PHDR = struct.Struct("<IIQQQQQQ")


def segments(file):
    """Of a core that is open for reading."""
    file.seek(0)
    header = file.read(64)
    offset, count = struct.unpack_from("<Q", header, 32)[0], struct.unpack_from("<H", header, 56)[0]
    file.seek(offset)
    return [Segment(offset, number, fields) for number, fields in enumerate(PHDR.iter_unpack(file.read(count * PHDR.size)))]


def lose_files(path):
    """The NT_FILE note of the core at PATH names files that are nowhere."""
    with open(path, "rb+") as file:
        notes = next(each for each in segments(file) if each.kind == PT_NOTE)
        file.seek(notes.offset)
        data = bytearray(file.read(notes.size))
        rename_files(data)
        file.seek(notes.offset)
        file.write(data)


def rename_files(notes):
    at = 0
    while at < len(notes):
        name, size, kind = struct.unpack_from("<III", notes, at)
        body = at + 12 + (name + 3 & ~3)
        if kind == NT_FILE:
            path = body + 16 + 24 * struct.unpack_from("<Q", notes, body)[0]
            while path < body + size:
                end = notes.index(0, path)
                notes[path : path + 1] = b"!"
                path = end + 1
        at = body + (size + 3 & ~3)


def lose_memory(path, address):
    """What the core at PATH should have of the mapping around ADDRESS is behind its end."""
    with open(path, "rb+") as file:
        segment = next(each for each in segments(file) if each.holds(address))
        file.seek(segment.header + 8)
        file.write(struct.pack("<Q", 1 << 46))


def lose_notes(path):
    """The core at PATH has no notes any more."""
    with open(path, "rb+") as file:
        for each in segments(file):
            if each.kind == PT_NOTE:
                file.seek(each.header)
                file.write(struct.pack("<I", 0))


def put_word(path, address, word):
    with open(path, "rb+") as file:
        segment = next(each for each in segments(file) if each.holds(address))
        file.seek(segment.offset + address - segment.start)
        file.write(struct.pack("<Q", word))


def misnamed(target, truth):
    """(said, true) names of types by address, where one is said that is not the type's. "?0x..." and a module "?" are no names."""
    said = {}
    for kind, address in zip(truth.type_addresses, truth.addresses):
        if kind in said:
            continue
        try:
            row = target.describe(address)
        except OgError:  # the object itself is missing
            continue
        said[kind] = row.type, row.long_type
    true = {kind: truth.types[kind][:2] for kind in said}
    allowed = {kind: {(short, long), (short, "?." + short), ("?0x%x" % kind,) * 2} for kind, (short, long) in true.items()}
    return {kind: (names, true[kind]) for kind, names in said.items() if names not in allowed[kind]}


def ask(og_py, questions, *, pid=0, core=None, sysroot="", before=(), after=(), attach=True, told=None):
    """The document of each question, in one session. SYSROOT: where the files of the core are, if not where it says."""
    sysroot = sysroot or gdbrun.SYSROOT
    opening = ["set sysroot " + sysroot] if sysroot else []
    opening += ["core-file " + core] if core else []
    lines = [line for question in questions for line in ("echo \\n==\\n", question + " -json")]
    said = gdbrun.run(og_py, pid, *opening, *before, *lines, "echo \\n==\\n", *after, attach=attach and not core)
    if told is not None:
        told.append(said)
    assert "Traceback" not in said.err and "Python Exception" not in said.err, said.tell()
    parts = said.out.split("\n==\n")[1:-1]
    assert len(parts) == len(questions), said.tell()
    return dict(zip(questions, (gdbrun.documents(part)[0] for part in parts)))


class Dumped:
    """TRUTH: what the interpreter said. LIVE: answers. CORES and SNAPSHOTS: paths by kind. REASON: why there is no kernel core.
    SYSROOT: where the files of the cores are. LEFT_OUT: what GDB said of memory that its core does not have."""

    def __init__(self, truth, live, cores, snapshots, reason, sysroot, left_out):
        self.truth, self.live, self.cores, self.snapshots, self.reason, self.sysroot = truth, live, cores, snapshots, reason, sysroot
        self.left_out = left_out

    def core(self, kind):
        if kind not in self.cores:
            pytest.skip(self.reason)
        return self.cores[kind]

    def whole_core(self, kind):
        """GDB 13 leaves out stacks of threads that have a guard inside (libc since 2.42)."""
        if kind == "gcore" and self.left_out:
            pytest.skip("not whole: " + self.left_out[0])
        return self.core(kind)


def left_out_of(said):
    """Lines about memory other than the page of old system calls, which nobody can read."""
    return [line for line in (said.out + said.err).splitlines() if "Memory read failed for corefile section" in line and VSYSCALL not in line]


def dump(interpreter, folder, og_py):
    folder, reason = str(folder), kernel_pattern()
    truth, cores = os.path.join(folder, "truth"), {"gcore": os.path.join(folder, "by-gdb")}
    snapshots = {kind: os.path.join(folder, kind + ".og") for kind in ("plain", "strings")}
    after = ["gcore " + cores["gcore"], "og-save " + snapshots["plain"], "og-save -strings " + snapshots["strings"]]
    with dumpable(interpreter, folder, "zoo.py", truth) as program:
        told = []
        live = ask(og_py, QUESTIONS, pid=program.pid, before=["set og live read"], after=after, told=told)
        if not reason:
            cores["kernel"] = kernel_core(program, folder)
    return Dumped(heaptruth.Truth(truth), live, cores, snapshots, reason, interpreter.sysroot, left_out_of(told[0]))
