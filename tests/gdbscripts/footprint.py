# Sourced by GDB after og.py: og-test-footprint FILE COMMAND runs COMMAND and writes, as JSON, what is seen of the process before and
# after it: registers and thread-local memory of every thread, mappings, descriptors, children.
import hashlib
import json
import os
import signal
import struct

import gdb

THREAD_LOCAL = 4096  # bytes below the thread pointer: errno is there, whatever the libc
RED_ZONE = 128  # bytes below the stack pointer that are the function's own


def footprint():
    pid = gdb.selected_inferior().pid
    threads, chosen = {}, gdb.selected_thread()
    for thread in gdb.selected_inferior().threads():
        thread.switch()
        registers = gdb.execute("info registers", to_string=True)
        base = int(gdb.parse_and_eval("$fs_base")) & (1 << 64) - 1
        stack = int(gdb.parse_and_eval("(unsigned long)$sp"))
        below = gdb.selected_inferior().read_memory(stack - RED_ZONE, RED_ZONE)
        start = (
            max(base - THREAD_LOCAL, stack) if stack < base else base - THREAD_LOCAL
        )  # a thread's stack may begin right there
        local = readable_below(base, base - start)
        vectors = gdb.execute("info registers vector", to_string=True)
        threads[thread.ptid[1]] = {
            "registers": registers,
            "local": digest(without_cpu(local)),
            "red_zone": digest(below),
            "vectors": digest(vectors.encode()),
        }
    chosen.switch()
    with open("/proc/%d/maps" % pid) as file:
        maps = [" ".join(line.split()[:2] + line.split()[5:]) for line in file]
    descriptors = {name: os.readlink("/proc/%d/fd/%s" % (pid, name)) for name in os.listdir("/proc/%d/fd" % pid)}
    children = []
    for task in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/children" % (pid, task)) as file:
            children += file.read().split()
    with open("/proc/%d/status" % pid) as file:
        signals = [
            line.strip()
            for line in file
            if line.startswith(("ShdPnd", "SigBlk", "SigIgn", "SigCgt", "Threads"))
        ]
        file.seek(0)
        signals += [pending_but_stop(line) for line in file if line.startswith("SigPnd")]
    return {
        "threads": threads,
        "maps": maps,
        "descriptors": descriptors,
        "children": children,
        "signals": signals,
        "breakpoints": len(gdb.breakpoints()),
    }


def pending_but_stop(line):
    """GDB stops threads by SIGSTOP; one that came too late it takes out when the thread runs again."""
    name, number = line.split()
    return "%s %x" % (name, int(number, 16) & ~(1 << (signal.SIGSTOP - 1)))


def readable_below(end, most):
    """The bytes before END, at most MOST: what is below may not be mapped."""
    while most > 16:
        try:
            return gdb.selected_inferior().read_memory(end - most, most)
        except gdb.MemoryError:
            most //= 2
    return b""


def without_cpu(memory):
    """The kernel writes the CPU's number, twice, and another small one into struct rseq, which glibc has below the thread pointer
    from 2.41 on: 32 bytes, aligned, the two words between them 0."""
    words = list(struct.unpack("<%dQ" % (len(memory) // 8), memory))
    for at in range(0, len(words) - 3, 4):
        cpu, section, node, number = words[at : at + 4]
        if cpu >> 32 == cpu & 0xFFFFFFFF and not section and not node and number < 1 << 16:
            words[at : at + 4] = [0] * 4
    return struct.pack("<%dQ" % len(words), *words)


def digest(memory):
    return hashlib.sha1(bytes(memory)).hexdigest()


SETTINGS = (
    "scheduler-locking",
    "unwindonsignal",
    "confirm",
    "pagination",
    "detach-on-fork",
    "follow-fork-mode",
    "print thread-events",
    "language",
    "width",
    "can-use-hw-watchpoints",
    "non-stop",
    "schedule-multiple",
    "auto-solib-add",
)


def settings():
    # "auto; currently c" follows the selected frame: what was set is before it.
    return {name: gdb.execute("show " + name, to_string=True).partition("; currently")[0] for name in SETTINGS}


class Footprint(gdb.Command):
    def __init__(self):
        super().__init__("og-test-footprint", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        path, command = argument.split(None, 1)
        before, settings_before = footprint(), settings()
        error = None
        try:
            said = gdb.execute(command, to_string=True)
        except gdb.error as problem:
            said, error = "", str(problem)
        after = footprint()
        with open(path, "w") as file:
            json.dump(
                {
                    "before": before,
                    "after": after,
                    "said": said,
                    "error": error,
                    "settings": [settings_before, settings()],
                    "frames": len(list(frames())),
                },
                file,
            )


def frames():
    frame = gdb.newest_frame()
    while frame is not None:
        if frame.type() == gdb.DUMMY_FRAME:
            yield frame
        frame = frame.older()


Footprint()
