"""Running the agent inside the inferior: map it, call it in steps, fetch its result, leave nothing.

The agent (native/agent) is put into memory that the process itself maps for it. All other threads stand still; the
thread that runs it gets all its registers back. See native/agent/protocol.h for what is said between the two.
"""

import ctypes
import os
import time
from ctypes import c_int32, c_uint32, c_uint64
from typing import Any, Callable, List, Optional

import gdb
from og import clone as clones
from og import debugged, native, procfs, quiet, safepoint
from og.calls import FAULTS, SYS_CLOSE, SYS_MMAP, SYS_MPROTECT, SYS_MUNMAP, SYS_RT_SIGPROCMASK, SYS_WAIT4, Alarm, CallFailed, Calls
from og.native import OgError
from og.progress import complete
from og.text import several

_START, _STEP, _FINISH, _CLONE = 1, 2, 3, 4
_OUR_CTRL_C, _REAP = 1, 2
_PAGE = 4096
_STACK = 256 << 10
_REQUEST = 64 << 10  # more than the block without its regions
_REGION = 40
_PROT_RW, _PROT_RX, _MAP_PRIVATE_ANONYMOUS, _SIG_SETMASK, _SIGSET_BYTES = 3, 5, 0x22, 2, 8
_NO_MASK = (1 << 64) - 1
_WALL = 0x40000000  # wait4: children with any exit signal
_STEP_SECONDS = 0.05
_FAULTY_MAX = 15
_FINISH_WORK = 500000
_BIG_BYTES = 256 << 20  # a scan of less is over sooner than a person notices
_WORK_FIRST, _WORK_MIN, _WORK_MAX = 100000, 1000, 100000000
# What the result takes, as a share of the process's own memory: measured on heaps of small objects.
_SHARE = {native.SCAN_TYPES: 0.0, native.SCAN_OBJECTS: 0.3, native.SCAN_GRAPH: 0.75}
_ROOM_AT_LEAST = 16 << 20


class Control(ctypes.Structure):
    """struct og_agent_control."""

    _fields_ = [
        ("magic", c_uint64),
        ("size", c_uint64),
        ("command", c_uint32),
        ("status", c_int32),
        ("work", c_uint64),
        ("stack", c_uint64),
        ("signal_mask", c_uint64),
        ("flags", c_uint32),
        ("interrupted", c_uint32),
        ("result_fd", c_int32),
        ("child", c_int32),
        ("progress_done", c_uint64),
        ("progress_total", c_uint64),
        ("error", native.Error),
    ]


assert ctypes.sizeof(Control) == 464


class ResultHeader(ctypes.Structure):
    """The start of struct og_result_header."""

    _fields_ = [
        ("magic", c_uint64),
        ("done", c_uint32),
        ("level", c_uint32),
        ("stop", c_uint32),
        ("sizes", c_uint32),
        ("child", c_int32),
        ("unused", c_uint32),
        ("len", c_uint64 * 6),
        ("unreadable", c_uint64),
        ("unreadable_lists", c_uint64),
        ("losses", native.Losses),
        ("progress_done", c_uint64),
        ("progress_total", c_uint64),
        ("error", native.Error),
    ]


def preflight(pid: int, level: int) -> None:
    """Raises the reason why nothing should be run in this process."""
    if debugged.is_remote(gdb.selected_inferior()):
        raise OgError("agent", "it is behind a gdbserver")
    if gdb.parameter("non-stop"):
        raise OgError("agent", "in non-stop mode other threads run on")
    if getattr(gdb, "current_recording", lambda: None)() is not None:
        raise OgError("agent", "the process is being recorded")
    for name in ("may-call-functions", "may-write-memory", "may-write-registers"):
        if gdb.parameter(name) is False:
            raise OgError("agent", "GDB's `%s` is off" % name)
    if procfs.file_size_limited(pid):
        raise OgError("agent", "the process may not make large files (ulimit -f), and the agent's result is one")
    others = procfs.untraced(pid)
    if others:
        raise OgError("agent", "GDB holds thread %d alone, %s of its process run on" % (pid, several(len(others), "other thread")))
    need = int(procfs.anonymous_bytes(pid) * _SHARE[level]) + _ROOM_AT_LEAST
    room = procfs.memory_room(pid)
    if need > room:
        raise OgError(
            "agent",
            "the agent needs about %d MB in the process, its memory limit leaves %d MB" % (need >> 20, room >> 20),
        )


class Agent:
    """One scan by the agent. run() does it all; whatever happens in it, the process is left as it was."""

    def __init__(
        self,
        library: native.Library,
        target: Any,
        pid: int,
        ran: Callable[[float], None] = lambda seconds: None,
        insist: bool = False,
    ):
        self.notes: List[str] = []
        self.leftovers: List[str] = []  # what could not be put back: nothing, unless the process is in trouble
        self._library = library
        self._target = target
        self._pid = pid
        self._ran = ran
        self._insist = insist
        self._calls: Optional[Calls] = None
        self._base = self._size = self._entry = 0
        self._control_at = self._child = 0
        self._reap = False  # the clone is a child of the process
        self._before = procfs.Footprint((), {})
        self._interrupted = False

    def run(
        self,
        level: int,
        sizes: bool,
        progress: Any,
        clone: bool = False,
        meanwhile: Callable[[int], bool] = lambda fd: True,
    ) -> int:
        """The result file, open in GDB: the caller closes it. OgError says why the agent could not do it. CLONE: the
        process runs on while a clone of it is scanned, and then until MEANWHILE, given the file, returns True."""
        fd = self._run_stopped(level, sizes, progress, clone)
        if not clone:
            return fd
        result = fd
        copy = clones.Clone(fd, self._child, self._pid, ResultHeader)
        try:
            stopped_by = copy.wait_while_running(self._pid, self._ran, lambda: meanwhile(result))
            if stopped_by:
                self.notes.append("the process stopped by itself (%s) while its clone was scanned" % stopped_by)
            copy.wait(progress)
            fd = -1
            return result
        finally:
            copy.stop()
            copy.close()
            if self._reap:
                self._reap_child()
            if fd >= 0:
                os.close(fd)

    def _reap_child(self) -> None:
        """The clone ended, or is about to: the process, which stands again, waits for it."""
        try:
            self._target.refresh()
            with native.no_interrupt(), quiet.base(), Alarm(self._pid) as alarm:
                calls = Calls(self._target, self._pid, alarm, self._insist)
                with quiet.frozen():
                    calls.choose_host()
                    calls.syscall(SYS_WAIT4, self._child, 0, _WALL)
        except (OgError, CallFailed, gdb.error):
            self.leftovers.append("child %d" % self._child)

    def _run_stopped(self, level: int, sizes: bool, progress: Any, clone: bool) -> int:
        preflight(self._pid, level)
        with native.no_interrupt(), quiet.base(), Alarm(self._pid) as alarm:
            self._calls = Calls(self._target, self._pid, alarm, self._insist)
            safepoint.reach(self._target, self._pid, self._calls, self._ran, self._insist)
            with quiet.frozen():
                self._calls.choose_host()
                try:
                    return self._run_frozen(level, sizes, progress, clone)
                except CallFailed as failed:
                    raise OgError("agent", self._describe(failed))

    def _describe(self, failed: CallFailed) -> str:
        if failed.signal == "SIGTRAP":
            return "the agent did not come back within its time and was stopped; the process was put back"
        if failed.signal and failed.signal not in FAULTS:
            return "signals for the process (%s) kept coming between" % failed.signal
        if failed.signal:
            return "the agent met %s in the process%s; the process was put back" % (failed.signal, failed.where)
        return "GDB could not call the agent: %s" % str(failed).splitlines()[0]

    def _run_frozen(self, level: int, sizes: bool, progress: Any, clone: bool) -> int:
        self._before = procfs.footprint(self._pid, self._calls.host.tid)
        result = -1
        try:
            self._install(level, sizes)
            control = self._command(_CLONE if clone else _START)
            self._child, self._reap = control.child, bool(control.flags & _REAP)
            result = self._open(control.result_fd)
            if not clone:
                self._step_to_the_end(progress)
            fd, result = result, -1
            return fd
        finally:
            if result >= 0:
                os.close(result)
            self._leave()

    def _open(self, fd: int) -> int:
        """A file of the thread that ran the agent, open in GDB."""
        try:
            return os.open("/proc/%d/task/%d/fd/%d" % (self._pid, self._calls.host.tid, fd), os.O_RDWR)
        except OSError as problem:
            raise OgError("agent", "the agent's result cannot be opened: %s" % problem.strerror)

    # ---- in and out ----

    def _install(self, level: int, sizes: bool) -> None:
        image = self._library.agent_bytes()
        image_room = _up(len(image))
        regions = len(self._before.mappings) + 64
        request_room = _up(_STACK + _REQUEST + regions * _REGION)
        self._size = image_room + request_room
        self._base = self._calls.syscall(SYS_MMAP, 0, self._size, _PROT_RW, _MAP_PRIVATE_ANONYMOUS, -1, 0)
        self._entry, self._control_at = self._base, self._base + image_room
        memory = gdb.selected_inferior()
        memory.write_memory(self._entry, image)
        memory.write_memory(self._control_at, self._target.agent_request(level, sizes, self._control_at, request_room))
        self._calls.syscall(SYS_MPROTECT, self._base, image_room, _PROT_RX)

    def _leave(self) -> None:
        """FINISH and unmap; then whatever is still there that was not there before."""
        with native.no_interrupt():
            if self._base:
                try:
                    self._command(_FINISH)
                except (CallFailed, OgError, gdb.error):
                    pass  # what it leaves behind is found below
                try:
                    self._calls.syscall(SYS_MUNMAP, self._base, self._size)
                except (CallFailed, OgError):
                    pass
                self._base = 0
            self._sweep()

    def _sweep(self) -> None:
        now = procfs.footprint(self._pid, self._calls.host.tid)
        for what, number, arguments in [
            ("mapping %#x-%#x" % (start, end), SYS_MUNMAP, (start, end - start))
            for start, end in self._before.new_mappings(now)
        ] + [("file %d" % fd, SYS_CLOSE, (fd,)) for fd in self._before.new_files(now)]:
            try:
                self._calls.syscall(number, *arguments)
            except (CallFailed, OgError):
                self.leftovers.append(what)

    # ---- commands ----

    def _control(self) -> Control:
        data = gdb.selected_inferior().read_memory(self._control_at, ctypes.sizeof(Control))
        return Control.from_buffer_copy(data.tobytes())

    def _command(self, command: int, work: int = 0) -> Control:
        memory = gdb.selected_inferior()
        flags = 0 if memory.was_attached else _OUR_CTRL_C
        for member, value in (("command", c_uint32(command)), ("work", c_uint64(work)), ("flags", c_uint32(flags))):
            memory.write_memory(self._control_at + getattr(Control, member).offset, bytes(value))
        try:
            self._calls.function(self._entry, self._control_at)
        except CallFailed:
            self._restore_signal_mask()
            raise
        control = self._control()
        self._interrupted |= bool(control.interrupted) or self._calls.interrupted
        if control.status < 0:
            raise OgError("agent", native.text(control.error.msg) or "the agent failed without a word")
        return control

    def _restore_signal_mask(self) -> None:
        """A fault left the agent's mask on the thread."""
        if self._control().signal_mask == _NO_MASK:
            return
        address = self._control_at + Control.signal_mask.offset
        try:
            self._calls.syscall(SYS_RT_SIGPROCMASK, _SIG_SETMASK, address, 0, _SIGSET_BYTES)
        except (CallFailed, OgError):
            self.leftovers.append("signal mask of thread %d" % self._calls.host.tid)

    def _step(self, work: int) -> Control:
        """A tp_traverse that faults is not called again: the agent decodes its objects (native/agent/traverse.c)."""
        for _ in range(_FAULTY_MAX):
            try:
                return self._command(_STEP, work)
            except CallFailed as failed:
                if failed.signal not in FAULTS:
                    raise
                self.notes.append(
                    "a tp_traverse met %s%s: objects of its type were decoded from memory" % (failed.signal, failed.where)
                )
        return self._command(_STEP, work)

    def _step_to_the_end(self, progress: Any) -> None:
        work = _WORK_FIRST
        while True:
            start = time.monotonic()
            control = self._step(work)
            if control.status == native.OK:
                return
            took = time.monotonic() - start
            work = min(_WORK_MAX, max(_WORK_MIN, int(work * min(4.0, _STEP_SECONDS / max(took, 0.001)))))
            progress.update(control.progress_done, control.progress_total, "objects")
            if self._interrupted:
                raise KeyboardInterrupt
            quiet.interrupt_point()


def _up(size: int) -> int:
    return (size + _PAGE - 1) // _PAGE * _PAGE


class _Finish:
    """The agent's result on its way to a graph, worked on in another thread while the process runs."""

    def __init__(self, target: Any):
        self._target = target
        self._scan: Any = None

    def step(self, fd: int) -> bool:
        """True: nothing is left to do, or it has to be tried again by take()."""
        try:
            if self._scan is None:
                self._scan = self._target.adopt(fd)
            return not self._scan.step(_FINISH_WORK)
        except OgError:
            self.close()
            return True

    def take(self, fd: int) -> Any:
        """The scan, as far as it has come; the caller closes it."""
        scan, self._scan = self._scan, None
        return self._target.adopt(fd) if scan is None else scan

    def close(self) -> None:
        if self._scan is not None:
            self._scan.close()
            self._scan = None


def may_resume(pid: int) -> bool:
    """`set og resume`: whether the process runs on while a clone of it is scanned."""
    how = gdb.parameter("og resume")
    if how == "auto":
        big = procfs.anonymous_bytes(pid) >= _BIG_BYTES
        how = "on" if big and not safepoint.stopped_on_purpose(pid) else "off"
    return how == "on" and not safepoint.in_the_way()


def scan(session: Any, process: Any, level: int, sizes: bool, progress: Any, resume: bool) -> native.Graph:
    """The graph of this stop, found by the agent. OgError: the reader has to do it. RESUME: the process runs on meanwhile."""
    agent = Agent(session.library, process.target, process.pid, process.ran, process.how == "agent")
    finish = _Finish(process.target)
    fd = -1
    try:
        fd = agent.run(level, sizes, progress, resume, finish.step)
        return complete(finish.take(fd), progress)
    finally:
        finish.close()
        if fd >= 0:
            os.close(fd)
        for sentence in agent.notes:
            session.note(sentence)
        for what in agent.leftovers:
            session.note("the agent could not be removed from the process: %s is left" % what)
