"""Keeping threads at a safe place while others run to theirs: interpreters with GILs of their own reach one each for itself.

A thread that is parked jumps to itself, at bytes of the program's own code that happen to say so: nothing is written into
the process but the thread's program counter.
"""

from typing import Any, Dict, Tuple

import gdb
from og import procfs, quiet
from og.native import OgError

_LOOP = b"\xeb\xfe"  # jmp to itself, x86-64
_CHUNK = 1 << 20
_FRAMES_MAX = 64


class Parked:
    """The threads that stand still though the process runs."""

    def __init__(self, target: Any, pid: int):
        self._target = target
        self._pid = pid
        self._loop = 0
        self._threads: Dict[int, Tuple[Any, int]] = {}  # pthread_self() -> thread, where it stopped

    def holds(self, thread_id: int) -> bool:
        return thread_id in self._threads

    def park(self, thread_id: int) -> bool:
        """The selected thread, whose pthread_self() is THREAD_ID. False: there is no place."""
        if not self._loop:
            self._loop = _find_loop(self._target, self._pid)
        if not self._loop or gdb.newest_frame().pc() == self._loop:
            return False
        self._threads[thread_id] = gdb.selected_thread(), gdb.newest_frame().pc()
        _set_pc(self._loop)
        return True

    def release(self) -> int:
        """All go on where they stopped, once the process does. How many cannot be put back."""
        lost = 0
        with quiet.selection():
            for thread, pc in self._threads.values():
                lost += not self._put_back(thread, pc)
        self._threads.clear()
        return lost

    def _put_back(self, thread: Any, pc: int) -> bool:
        """A signal's handler may run on top: it comes back to where the frame below says."""
        if not thread.is_valid():
            return True  # it is no more
        thread.switch()
        frame = gdb.newest_frame()
        for _ in range(_FRAMES_MAX):
            if frame is None:
                return False
            if frame.pc() == self._loop:
                frame.select()
                _set_pc(pc)
                return True
            frame = frame.older()
        return False


def _set_pc(pc: int) -> None:
    gdb.execute("set var $pc = %#x" % pc, to_string=True)


def _find_loop(target: Any, pid: int) -> int:
    """In the code of a mapped file."""
    for start, end, permissions, name in procfs.footprint(pid).mappings:
        if "x" not in permissions or not name.startswith("/"):
            continue
        for at in range(start, end, _CHUNK):
            try:
                found = target.read(at, min(_CHUNK, end - at)).find(_LOOP)
            except OgError:
                continue
            if found >= 0:
                return at + found
    return 0
