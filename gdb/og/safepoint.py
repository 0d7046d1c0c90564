"""Bringing the process to a place where its heap is consistent: nobody holds the GIL, or who holds it is between two
bytecodes or about to allocate; and no collection runs. Interpreters may have a GIL each: the same is true of all of them.
In a free-threaded build every thread that runs Python has a GIL, so to speak: none does, or each of them is at such a place.

Nothing is left behind when that fails: what is queued as a pending call is a function of the interpreter itself,
PyCallable_Check(NULL), which returns 0 and harms nobody if it runs after og is gone.
"""

import re
import time
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

import gdb
from og import procfs, quiet, talk
from og.calls import CallFailed, Calls, Stops, let_run
from og.native import OgError
from og.parking import Parked

_WORD = (1 << 64) - 1
_CALL_LIMIT = 1.0
# Functions at whose entry, or soon after, a collection may start: all objects are whole there.
_COLLECTING_MAY_START = (
    "_PyObject_GC_New",
    "_PyObject_GC_NewVar",
    "_PyObject_GC_Malloc",
    "PyType_GenericAlloc",
    "PyErr_CheckSignals",
)
_ALLOCATES = ("PyObject_Malloc", "PyObject_Calloc")
_STAGES = (0.1, 0.4, 2.5)  # seconds: 3 in all
_WATCHED_MAX = 4  # debug registers of x86-64


class _Known:
    """The stop that og itself made, at a safe point or because there was none: that stays so until something runs."""

    runs = 0
    at: Tuple[int, int] = (0, -1)
    nowhere: Tuple[int, int] = (0, -1)
    reason = ""

    @classmethod
    def now(cls, pid: int) -> Tuple[int, int]:
        return pid, cls.runs


def _on_cont(_event: Any) -> None:
    """GDB 18 says so of calls too, 13 does not: those of og leave every thread where it was."""
    if not Calls.inside:
        _Known.runs += 1


gdb.events.cont.connect(_on_cont)


def reach(target: Any, pid: int, calls: Calls, ran: Callable[[float], None], insist: bool) -> None:
    """Returns at a safe point. OgError: there is none within three seconds, or to look for one would move a process
    that the user has stopped at a place of his own."""
    if _Known.at == _Known.now(pid) or _free(target):
        return
    if _Known.nowhere == _Known.now(pid) and not insist:
        raise OgError("agent", _Known.reason)
    if stopped_on_purpose(pid) and not insist:
        raise OgError(
            "agent", "it stands at a breakpoint or step %s, and og does not move it from there" % _held(target)
        )
    if gdb.parameter("scheduler-locking") == "on":
        raise OgError("agent", "`scheduler-locking` is on, %s" % _held(target))
    theirs = in_the_way()
    if theirs:
        raise OgError("agent", "it stands %s, and %s" % (_held(target), theirs))
    _Search(target, pid, calls, ran).run()
    _Known.at = _Known.now(pid)


def _held(target: Any) -> str:
    return "where a thread runs Python" if target.info().free_threaded else "with the GIL held"


def _free(target: Any) -> bool:
    info = target.info()
    return not info.gil_held and not info.collecting


_ON_PURPOSE = re.compile(r"It stopped (at (a )?breakpoint|after being stepped)")


def stopped_on_purpose(pid: int) -> bool:
    """By the user. Where og stopped it GDB tells of a breakpoint too."""
    if _Known.now(pid) in (_Known.at, _Known.nowhere):
        return False
    try:
        text = talk.said("info program")
    except gdb.error:
        return False
    return bool(_ON_PURPOSE.search(text))


def in_the_way() -> str:
    """What of the user's would slow the process down, run with it, or go wrong, if og let it run; "": nothing."""
    if talk.to_program():  # with MI the command would end with ^running, and whoever sent it waits for ^done
        return "the program that drives GDB would take the process for running if og let it run"
    for each in gdb.breakpoints() or ():
        if each.is_valid() and each.enabled and each.type == gdb.BP_WATCHPOINT:
            return "watchpoint %d is a software one: GDB would take the process through every single instruction" % each.number
        if each.is_valid() and each.enabled and each.commands:
            return "breakpoint %d has commands, which would run if og let the process reach it" % each.number
    return ""


class _Place(gdb.Breakpoint):
    """A function that some thread enters with the GIL held."""

    def __init__(self, address: int, null_argument: bool):
        super().__init__("*%#x" % address, internal=True)
        self.silent = True
        self._null_argument = null_argument

    def stop(self) -> bool:
        return not self._null_argument or int(gdb.parse_and_eval("$rdi")) == 0


class _Release(gdb.Breakpoint):
    """A hardware watchpoint on the GIL's word: it stops when the GIL becomes free."""

    def __init__(self, address: int):
        super().__init__("*(int *) %#x" % address, type=gdb.BP_WATCHPOINT, wp_class=gdb.WP_WRITE, internal=True)
        self.silent = True
        self._address = address

    def stop(self) -> bool:
        try:
            return not any(gdb.selected_inferior().read_memory(self._address, 4).tobytes())
        except gdb.error:
            return False


class _Search:
    def __init__(self, target: Any, pid: int, calls: Calls, ran: Callable[[float], None]):
        self._target = target
        self._pid = pid
        self._calls = calls
        self._ran = ran
        self._armed: List[Any] = []
        self._parked = Parked(target, pid)

    def run(self) -> None:
        self._check_threads()
        before = self._holder_task()
        try:
            for stage, seconds in enumerate(_STAGES):
                self._arm(stage)
                deadline = time.monotonic() + seconds
                while True:
                    hit = self._let_run(deadline - time.monotonic())
                    self._target.refresh()
                    if self._is_safe(hit):
                        return
                    if time.monotonic() >= deadline:
                        break
                if stage > 0 and self._keeps_waiting(before):
                    break
        finally:
            for breakpoint in self._armed:
                if breakpoint.is_valid():
                    breakpoint.delete()
            if self._parked.release():
                raise OgError("agent", "a thread that og kept at a safe point could not be let go on where it was")
        _Known.nowhere, _Known.reason = _Known.now(self._pid), self._reason(before)
        raise OgError("agent", _Known.reason)

    def _check_threads(self) -> None:
        """At one of our places a thread gets SIGTRAP, and if it blocks or ignores that the kernel changes it for good."""
        deaf = [tid for tid in self._python_threads() if procfs.deaf(self._pid, tid)]
        if deaf:
            raise OgError("agent", "thread %d blocks or ignores SIGTRAP, so og cannot let it run to a safe point" % deaf[0])

    def _python_threads(self) -> Iterator[int]:
        """As the kernel numbers them. Before 3.11 CPython does not know that."""
        threads = self._target.threads()
        known = [thread.native_thread_id for thread in threads if thread.native_thread_id]
        if known:
            yield from (procfs.number_here(self._pid, number) for number in known)
            return
        mine = {thread.thread_id for thread in threads}
        with quiet.selection():
            for thread in gdb.selected_inferior().threads():
                thread.switch()
                if int(gdb.parse_and_eval("$fs_base")) & _WORD in mine:
                    yield thread.ptid[1]

    # ---- who has the GILs ----

    def _held(self) -> Dict[int, int]:
        """GIL, or interpreter where there is none -> the thread state that holds it. Free-threaded: each has its own."""
        if self._target.info().free_threaded:
            return {each.tstate: each.tstate for each in self._target.threads() if each.attached}
        return {each.gil or each.address: each.holder for each in self._target.interpreters() if each.held}

    def _is_safe(self, hit: bool) -> bool:
        """HIT: the selected thread is at one of our places. Where others have GILs of their own it waits there for them."""
        held, here = self._held(), int(gdb.parse_and_eval("$fs_base")) & _WORD  # pthread_self() on x86-64
        threads = {thread.tstate: thread.thread_id for thread in self._target.threads()}
        mine = [gil for gil, holder in held.items() if hit and threads.get(holder) == here]
        others = [gil for gil, holder in held.items() if gil not in mine and not self._parked.holds(threads.get(holder, 0))]
        info = self._target.info()
        if not others and not info.collecting:
            return True
        collecting = info.free_threaded and info.collecting or any(
            each.collecting and (each.gil or each.address) in mine for each in self._target.interpreters())
        if mine and others and not collecting:
            self._parked.park(here)
        return False

    def _holder(self) -> Any:
        """A thread with a GIL that does not come to a safe place."""
        holders = set(self._held().values())
        return next((t for t in self._target.threads() if t.tstate in holders and not self._parked.holds(t.thread_id)), None)

    def _holder_task(self) -> Optional[procfs.Task]:
        """The kernel's view of the thread with the GIL. Before 3.11 CPython does not know the kernel's thread numbers."""
        holder = self._holder()
        if holder is None:
            return None
        if holder.native_thread_id:
            return procfs.task(self._pid, procfs.number_here(self._pid, holder.native_thread_id))
        with quiet.selection():
            for thread in gdb.selected_inferior().threads():
                thread.switch()
                if int(gdb.parse_and_eval("$fs_base")) & _WORD == holder.thread_id:
                    return procfs.task(self._pid, thread.ptid[1])
        return None

    def _keeps_waiting(self, before: Optional[procfs.Task]) -> bool:
        """The thread with the GIL waits in the very system call in which it waited before the process ran: same stack,
        same instruction (the number may have become that of restart_syscall)."""
        now = self._holder_task() if before is not None and before.waits else None
        return now is not None and now.waits and now.where.split()[-2:] == before.where.split()[-2:]

    def _reason(self, before: Optional[procfs.Task]) -> str:
        holder, now = self._holder(), self._holder_task()
        if self._target.info().collecting:
            return "no safe point within %g s: a collection is running" % sum(_STAGES)
        if holder is not None and now is not None and before is not None and now.tid == before.tid:
            return "a C call %s (thread %d%s)" % (
                "counts as running Python" if self._target.info().free_threaded else "keeps the GIL",
                now.tid,
                ", in " + holder.function if holder.function else "",
            )
        if self._target.info().free_threaded:
            return "no safe point within %g s: several threads run Python at the same time" % sum(_STAGES)
        return "no safe point within %g s: the GIL was never free" % sum(_STAGES)

    # ---- places to stop at ----

    def _arm(self, stage: int) -> None:
        if stage == 0:
            self._watch_release()
            self._break_at(_COLLECTING_MAY_START)
            self._queue_call(parked_only=True)
        elif stage == 1:
            self._queue_call(parked_only=False)
        else:
            self._break_at(_ALLOCATES)

    def _break_at(self, names: Tuple[str, ...], null_argument: bool = False) -> None:
        for name in names:
            address = self._target.symbol(name)
            if address:
                self._armed.append(_Place(address, null_argument))

    def _watch_release(self) -> None:
        gils = dict.fromkeys(each.gil for each in self._target.interpreters() if each.gil)
        for address in list(gils)[:_WATCHED_MAX]:
            try:
                watch = _Release(address)
            except (gdb.error, RuntimeError):
                return
            if watch.type == gdb.BP_HARDWARE_WATCHPOINT:
                self._armed.append(watch)
            else:  # stepping every instruction would be ruinous
                watch.delete()

    def _queue_call(self, parked_only: bool) -> None:
        """The main thread calls PyCallable_Check(NULL) at its next look at pending things. Py_AddPendingCall takes a
        small lock, so it is best called on a thread that is certainly not inside it."""
        add, check = self._target.symbol("Py_AddPendingCall"), self._target.symbol("PyCallable_Check")
        if not add or not check or any(getattr(b, "queued", False) for b in self._armed):
            return
        with quiet.selection(), quiet.frozen():
            host = self._calls.choose_host()
            if parked_only and not host.waits and host.syscall != procfs.FUTEX:
                return
            try:
                if self._calls.function(add, check, 0, limit=_CALL_LIMIT) & 0xFFFFFFFF:
                    return
            except CallFailed:
                return
        self._break_at(("PyCallable_Check",), null_argument=True)
        self._armed[-1].queued = True

    # ---- running ----

    def _let_run(self, seconds: float) -> bool:
        """True: one of our places was reached; False: time is up. A stop of the user's, or Ctrl-C, ends the search."""
        start = time.monotonic()
        with Stops() as stops, self._calls.alarm.within(max(0.01, seconds)):
            quiet.interrupt_point()
            with quiet.muted():
                self._continue(stops)
        self._ran(time.monotonic() - start)
        return self._judge(stops)

    def _continue(self, stops: Stops) -> None:
        """The processor has four watchpoints: GDB finds out that the user has them all when it lets the process run."""
        try:
            let_run(stops)
        except OgError:
            ours = [each for each in self._armed if isinstance(each, _Release)]
            if not ours:
                raise
            for watch in ours:
                self._armed.remove(watch)
                watch.delete()
            let_run(stops)

    def _judge(self, stops: Stops) -> bool:
        if stops.exited or gdb.selected_inferior().pid == 0:
            raise OgError("no-process", "process %d ended while og let it run to a safe point" % self._pid)
        event = stops.events[-1] if stops.events else None
        if isinstance(event, gdb.BreakpointEvent):
            hit = any(each in self._armed for each, _ in stops.breakpoints)
            theirs = [number for each, number in stops.breakpoints if each not in self._armed]
            if self._calls.alarm.fired:
                with quiet.selection(), quiet.frozen():
                    self._calls.choose_host()
                    self._calls.absorb_alarm()
            if theirs:
                raise OgError(
                    "agent",
                    "the process stopped at breakpoint %d while og let it run to a safe point" % theirs[0],
                )
            return hit
        if stops.signal == "SIGTRAP" and self._calls.alarm.owed:
            self._calls.alarm.owed = False
            return False
        if stops.signal == "SIGINT":
            raise KeyboardInterrupt
        raise OgError(
            "agent", "the process stopped by %s while og let it run to a safe point" % (stops.signal or "itself")
        )
