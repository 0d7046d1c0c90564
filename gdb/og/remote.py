"""A process behind a gdbserver: it can be read like any other if it is one of this machine."""

import struct
from typing import Any

import gdb
from og import procfs

_ENTRY = struct.Struct("<QQ")
_AT_RANDOM, _RANDOM_BYTES = 25, 16


def is_here(inferior: Any) -> bool:
    """The process of that number here is traced and has the 16 random bytes that the kernel gave the one behind INFERIOR
    when its program started (AT_RANDOM, getauxval(3)): another machine, or another pid namespace, has others."""
    pid = inferior.pid
    if procfs.field(procfs.read("/proc/%d/status" % pid), "TracerPid") in ("", "0"):
        return False
    address = _random_bytes_at(pid)
    try:
        there = inferior.read_memory(address, _RANDOM_BYTES).tobytes()
        with open("/proc/%d/mem" % pid, "rb", buffering=0) as memory:
            memory.seek(address)
            return bool(address) and memory.read(_RANDOM_BYTES) == there
    except (gdb.error, OSError):
        return False


def _random_bytes_at(pid: int) -> int:
    """0: not known."""
    try:
        with open("/proc/%d/auxv" % pid, "rb") as file:
            vector = file.read()
    except OSError:
        return 0
    entries = _ENTRY.iter_unpack(vector[: len(vector) // _ENTRY.size * _ENTRY.size])
    return next((value for kind, value in entries if kind == _AT_RANDOM), 0)
