"""A clone of the process, scanned while the process itself stands or runs: waiting for the end, or ending it early."""

import mmap
import os
import time
from typing import Any, Callable

from og import procfs, quiet
from og.calls import Alarm, Stops, let_run
from og.native import OgError

_POLL = 0.02
_RUN_MAX = 3600.0
_SILENCE_MAX = 60.0  # seconds without any progress: it is gone, or starved


class Clone:
    """The scan that CHILD, a child or grandchild of PARENT, writes into FD; HEADER is the structure at its start."""

    def __init__(self, fd: int, child: int, parent: int, header: Any):
        self._map = mmap.mmap(fd, mmap.PAGESIZE)
        self._header = header
        # Its number means something here only if both see the same processes.
        self._child = child if _same_pid_namespace(parent) else 0
        self._heard = time.monotonic()
        self._last = 0
        self._hurry = False

    def close(self) -> None:
        self._map.close()

    def stop(self) -> None:
        """It looks at this word between steps and ends."""
        offset = self._header.stop.offset
        self._map[offset : offset + 4] = b"\1\0\0\0"

    def read(self) -> Any:
        return self._header.from_buffer_copy(self._map)

    def working(self) -> bool:
        """False: it is done, or it is dead."""
        header = self.read()
        if header.progress_done != self._last:
            self._last, self._heard = header.progress_done, time.monotonic()
        gone = self._child and not procfs.task(self._child, self._child)
        return not header.done and not gone and time.monotonic() - self._heard < _SILENCE_MAX

    def wait(self, progress: Any) -> None:
        while True:
            working, header = self.working(), self.read()
            if header.done:
                return
            if not working:
                raise OgError("agent", "the clone of the process ended before its scan did")
            progress.update(header.progress_done, header.progress_total, "objects")
            time.sleep(_POLL)

    def wait_while_running(self, pid: int, ran: Callable[[float], None], meanwhile: Callable[[], bool]) -> str:
        """Lets the process run until the clone is done and MEANWHILE, called again and again from then on, has said True;
        "" or what of the user's own stopped it earlier. MEANWHILE runs in another thread and must not ask GDB anything."""
        start = time.monotonic()

        def due() -> bool:
            if self.working():
                return False
            while not self._hurry and not meanwhile():
                pass
            return True

        with quiet.base(), Stops() as stops, Alarm(pid, due) as alarm:
            with alarm.within(_RUN_MAX), quiet.muted():
                try:
                    let_run(stops)
                finally:
                    self._hurry = True
        ran(time.monotonic() - start)
        if stops.signal == "SIGINT":
            raise KeyboardInterrupt
        if stops.exited:
            raise OgError("no-process", "process %d ended while its clone was scanned" % pid)
        if stops.signal == "SIGTRAP" and alarm.fired:
            return ""
        return stops.signal or "breakpoint"


def _same_pid_namespace(pid: int) -> bool:
    try:
        return os.readlink("/proc/%d/ns/pid" % pid) == os.readlink("/proc/self/ns/pid")
    except OSError:
        return False
