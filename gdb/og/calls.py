"""Calling functions and system calls in the stopped process, on one thread, all others frozen.

GDB's inferior calls keep everything of the thread: registers (orig_rax too, so that an interrupted system call is
restarted), the signal it was about to get, the place it stopped at. What they lack is here: a time limit, and the
difference between a fault of ours and a signal for the process.
"""

import contextlib
import os
import re
import signal
import threading
import time
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

import gdb
from og import procfs, quiet, talk
from og.native import OgError

_MINUS = 1 << 64
SYS_MMAP, SYS_MPROTECT, SYS_MUNMAP, SYS_CLOSE, SYS_RT_SIGPROCMASK, SYS_GETPID = 9, 10, 11, 3, 14, 39
SYS_WAIT4 = 61
# What the process does not get when one of them fails.
_REFUSED = {SYS_MMAP: "memory for the agent (mmap)", SYS_MPROTECT: "memory with code (mprotect)", SYS_MUNMAP: "munmap"}
_SYSCALL = b"\x0f\x05"
_INT = 4
_FUNCTION_BYTES = 192  # musl's comes to the point at 98
_TICK, _PATIENCE = 0.05, 10
_ATTEMPTS = 8
_LIMIT = 10.0  # seconds for one call; a step of the agent is meant to take 0.05
FAULTS = ("SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGSYS")


class CallFailed(Exception):
    """The call did not return; GDB has put the thread back. SIGNAL says why, PC where it was; 0: GDB does not say."""

    def __init__(self, signal_name: str, pc: int, text: str):
        super().__init__(text)
        self.signal = signal_name
        self.pc = pc

    @property
    def where(self) -> str:
        return " at %#x" % self.pc if self.pc else ""


# GDB 13 reports a stop inside a call as an event and says "was signaled"; from 16 on there is no event, but the name.
_RECEIVED = re.compile(r"received signal (SIG\w+)")


class Stops:
    """The last stop event, noted while a call or the process runs."""

    def __init__(self) -> None:
        self.events: List[Any] = []
        self.breakpoints: List[Tuple[Any, int]] = []  # that the last event was about; a temporary one is gone when the numbers are asked for later
        self.pc = 0

    def __enter__(self) -> "Stops":
        gdb.events.stop.connect(self._note)
        gdb.events.exited.connect(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        gdb.events.stop.disconnect(self._note)
        gdb.events.exited.disconnect(self._note)

    def _note(self, event: Any) -> None:
        self.events.append(event)
        self.breakpoints = [(each, each.number) for each in getattr(event, "breakpoints", ())]
        try:
            self.pc = int(gdb.newest_frame().pc())
        except gdb.error:
            self.pc = 0

    @property
    def signal(self) -> str:
        """ "" if it was none. GDB reports SIGTRAP as a stop without reason."""
        if not self.events or isinstance(self.events[-1], (gdb.BreakpointEvent, gdb.ExitedEvent)):
            return ""
        return getattr(self.events[-1], "stop_signal", "SIGTRAP")

    @property
    def exited(self) -> bool:
        return any(isinstance(event, gdb.ExitedEvent) for event in self.events)


def let_run(stops: Stops) -> None:
    """Until the process stops. OgError: it did not run at all."""
    try:
        gdb.execute("continue", to_string=True)
    except gdb.error as problem:
        if not stops.events:
            raise OgError("agent", "GDB could not let the process run: %s" % str(problem).rstrip(".")) from None
        # What failed after the stop is a hook of the user's.


class Alarm:
    """Stops a running process when its time is up: with SIGTRAP, which GDB never passes on, so it is not the user's
    Ctrl-C. Also when a Ctrl-C waits for half a second because og holds it back. One thread, for as long as the alarm is open.
    """

    def __init__(self, pid: int, due: Callable[[], bool] = lambda: False):
        self.fired = False
        self.owed = False  # a SIGTRAP was sent of which no stop has told yet: GDB may tell of another thread's stop first
        self._pid = pid
        self._due = due  # asked every _TICK: another reason to ring
        self._deadline = 0.0  # 0: not set
        self._open = True
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Alarm":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._open = False
            self._changed.notify()
        self._thread.join()

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator["Alarm"]:
        with self._changed:
            self.fired, self._deadline = False, time.monotonic() + seconds
            self._changed.notify()
        try:
            yield self
        finally:
            with self._changed:
                self._deadline = 0.0

    def _watch(self) -> None:
        patience = _PATIENCE
        with self._changed:
            while self._open:
                if not self._deadline:
                    patience = _PATIENCE
                    self._changed.wait()
                    continue
                self._changed.wait(max(0.0, min(_TICK, self._deadline - time.monotonic())))
                patience = patience - 1 if procfs.pending("self", signal.SIGINT) else _PATIENCE
                if self._deadline and (time.monotonic() >= self._deadline or not patience or self._due()):
                    self._deadline = 0.0
                    self._ring()

    def _ring(self) -> None:
        self.fired = self.owed = True
        try:
            os.kill(self._pid, signal.SIGTRAP)
        except OSError:
            pass


class Calls:
    """Calls on one thread of a process. Use inside quiet.base()."""

    inside = False  # one of them is being made

    def __init__(self, target: Any, pid: int, alarm: Alarm, insist: bool):
        """INSIST: also on a thread whose system calls are filtered."""
        self.pid = pid
        self.interrupted = False  # Ctrl-C went to the process: it was for us
        self.alarm = alarm
        self._insist = insist
        self._syscall = _find_syscall(target)
        self._errno_location = target.symbol("__errno_location")
        self._errno_at: Dict[int, int] = {}  # thread -> address
        self.host: Optional[procfs.Task] = None

    def choose_host(self) -> procfs.Task:
        """Best a thread that waits in the kernel: it is in the middle of nothing."""
        selected = gdb.selected_thread()
        threads = {
            thread.ptid[1] or thread.ptid[0]: thread
            for thread in gdb.selected_inferior().threads()
            if thread.is_valid() and thread.is_stopped()
        }
        mine = selected.ptid[1] if selected else 0
        self.host = self._best(sorted(threads, key=lambda tid: (tid != mine, tid)))
        if not self.host.takes_faults:
            raise OgError(
                "agent",
                "every thread of process %d blocks or ignores SIGSEGV or SIGTRAP: none can run the agent" % self.pid,
            )
        if self.host.filtered and not self._insist:
            raise OgError("agent", "a seccomp filter might end the process for the agent's system calls")
        threads[self.host.tid].switch()
        return self.host

    def _best(self, tids: List[int]) -> procfs.Task:
        """The first of the best. There can be thousands: none behind one that could not be better is looked at."""
        best: Optional[Tuple[Any, procfs.Task]] = None
        for task in filter(None, (procfs.task(self.pid, tid) for tid in tids)):
            flaws = (not task.takes_faults, task.filtered, not task.waits, task.syscall != procfs.FUTEX)
            if best is None or flaws < best[0]:
                best = flaws, task
            if not any(flaws[:3]):
                break
        if best is None:
            raise OgError("agent", "no thread of process %d is stopped" % self.pid)
        return best[1]

    def function(self, address: int, *arguments: int, limit: float = _LIMIT) -> int:
        """The result, unsigned. Raises CallFailed; a signal for the process is kept for it and the call done again."""
        text = "((unsigned long (*)(%s)) %#x)(%s)" % (
            ", ".join(["unsigned long"] * len(arguments)) or "void",
            address,
            ", ".join("%#xUL" % (argument % _MINUS) for argument in arguments),
        )
        for attempt in range(_ATTEMPTS):
            with Stops() as stops, self.alarm.within(limit):
                Calls.inside = True
                try:
                    with quiet.muted():
                        return int(talk.said("output/d " + text)) % _MINUS
                except gdb.error as problem:
                    said = _RECEIVED.search(str(problem))
                    failed = CallFailed(stops.signal or (said.group(1) if said else ""), stops.pc, str(problem))
                finally:
                    Calls.inside = False
            self._drop_dummy_frames()
            if not self._again(failed, stops):
                raise failed
            if failed.signal == "SIGTRAP" and attempt and failed.pc in (0, address):
                self._take_late_alarm()
        raise failed

    def _take_late_alarm(self) -> None:
        """GDB 13 keeps a stop that it has not told of yet with the registers of the thread, and so tells of it again at
        every call, until the thread is resumed: which then stops where it is."""
        if not self.alarm.owed or gdb.parameter("scheduler-locking") != "on":
            return
        self.alarm.owed = False
        with self.alarm.within(_TICK), quiet.muted():
            gdb.execute("continue", to_string=True)

    def _again(self, failed: CallFailed, stops: Stops) -> bool:
        """Whether the call may be repeated: it was hit by a signal that was not about it."""
        if stops.exited or not failed.signal or failed.signal in FAULTS:
            return False
        if failed.signal == "SIGTRAP":
            return not self.alarm.fired
        if failed.signal == "SIGINT":
            self.interrupted = True
            return True
        try:
            gdb.execute("queue-signal " + failed.signal, to_string=True)
        except gdb.error:
            pass  # one that the user has told GDB not to pass on
        return True

    @staticmethod
    def _drop_dummy_frames() -> None:
        """A call that a breakpoint stopped is left on the stack by GDB."""
        frame = gdb.newest_frame()
        for _ in range(64):
            older = frame.older() if frame is not None else None
            if older is None:
                return
            if older.type() == gdb.DUMMY_FRAME:
                frame.select()
                with quiet.muted():
                    gdb.execute("return", to_string=True)
                return
            frame = older

    def syscall(self, number: int, *arguments: int) -> int:
        """What libc's syscall() returns; -1 as OgError."""
        padded = list(arguments) + [0] * (6 - len(arguments))
        memory, errno_at = gdb.selected_inferior(), self._own_errno()
        before = memory.read_memory(errno_at, _INT).tobytes() if errno_at else b""
        result = self.function(self._syscall, number, *padded)
        if result != _MINUS - 1:
            return result
        why = ""
        if errno_at:  # the thread may be about to look at its own
            why = ": " + os.strerror(int.from_bytes(memory.read_memory(errno_at, _INT).tobytes(), "little"))
            memory.write_memory(errno_at, before)
        raise OgError("agent", "the system refuses process %d %s%s" % (self.pid, _REFUSED.get(number, "system call %d" % number), why))

    def _own_errno(self) -> int:
        """Where the host's errno is; 0: not known."""
        tid = self.host.tid if self.host else 0
        if tid not in self._errno_at:
            self._errno_at[tid] = self.function(self._errno_location) if self._errno_location else 0
        return self._errno_at[tid]

    def absorb_alarm(self) -> None:
        """After an alarm that came too late: its SIGTRAP waits in the process and would stop it later."""
        if procfs.pending(self.pid, signal.SIGTRAP):
            self.syscall(SYS_GETPID)


def _find_syscall(target: Any) -> int:
    """libc's syscall(): found and looked at in the target's own memory, for GDB may know another libc."""
    address = target.symbol("syscall")
    if address and _SYSCALL in target.read(address, _FUNCTION_BYTES):
        return address
    raise OgError("agent", "the process has no syscall() of its libc that og could use")
