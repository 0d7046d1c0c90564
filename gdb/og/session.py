"""What og knows of each process or core file, for as long as it holds: the open target, the graph of this stop, the
peaks of og-growth. Decides who reads the heap: the agent inside the process, or the reader outside it."""

import contextlib
import os
import re
import time
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

import gdb
from og import inferior, native
from og.native import OgError
from og.progress import Progress

# Objects and references per native call: near 50 ms, so Ctrl-C is heard and progress moves.
STEP_WORK = 1000000

NO_PROCESS = "no process: attach to one with `attach PID`, start one with `run`, or open a core with `core FILE`"


class Process:
    """One process, as long as it lives: detaching and attaching again does not end what og-growth compares with. Or one
    core file, which never changes."""

    def __init__(self, session: "Session", pid: int, core: str = ""):
        self.session = session
        self.pid = pid
        self.core = core  # the path; "": a live process
        self.inferior = 0  # the number of the one it was last seen in
        self.target = self._open()
        self.version = native.text(self.target.info().version)
        self.graphs: Dict[int, native.Graph] = {}
        self.types_have_sizes = False
        self.unrest = ""  # a sentence about the graphs: what was going on when they were read from outside
        self.stale = False  # it ran, or was written to, since `target` read it
        self.states: Dict[Any, Any] = {}  # peaks and addresses that questions compare with; each can be closed

    def _open(self) -> native.Target:
        return self.session.library.open_core(self.core) if self.core else self.session.library.open_process(self.pid)

    @property
    def how(self) -> str:
        """Who is to read the heap. Nothing can run in a core."""
        return "read" if self.core else self.session.live_mode()

    def close(self) -> None:
        self.drop_graphs()
        for state in self.states.values():
            state.close()
        self.states.clear()
        self.target.close()

    def drop_graphs(self) -> None:
        for graph in self.graphs.values():
            graph.close()
        self.graphs.clear()

    def freshen(self) -> None:
        """Forgets what was read before the process ran."""
        if self.core:
            self.stale = False
        if not self.stale:
            return
        self.drop_graphs()
        try:
            self.target.refresh()
        except OgError:  # another program after exec: opened anew, or refused with the right sentence
            self.target.close()
            self.target = self._open()
        self.version = native.text(self.target.info().version)
        self.stale = False

    # ---- graphs ----

    def cached(self, level: int, sizes: bool = True) -> Optional[native.Graph]:
        """A graph of this stop that answers what LEVEL answers, by the reader that the user wants."""
        how = self.how
        for have, graph in sorted(self.graphs.items()):
            if have < level or (have == native.SCAN_TYPES and sizes and not self.types_have_sizes):
                continue
            if how == "auto" or bool(graph.info.from_agent) == (how == "agent"):
                return graph
        return None

    def graph(self, level: int, sizes: bool = True) -> native.Graph:
        """The heap of this stop at LEVEL or better; made now if it is not there."""
        graph = self.cached(level, sizes)
        if graph is None:
            graph = self._scan(level, sizes)
            self.unrest = "" if graph.info.from_agent else self._unrest()
            self.drop_graphs()
            self.graphs[level] = graph
            self.types_have_sizes = sizes
        self.session.note_graph(graph)
        if self.unrest:
            self.session.note(self.unrest)
        return graph

    def _unrest(self) -> str:
        """What the interpreter was in the middle of, when it is read from outside."""
        info = self.target.info()
        if info.collecting:
            return "a collection was running at this stop: objects that it had set aside may be missing"
        if info.gil_held:
            return "a thread was running Python at this stop: what it was changing may have been read half done"
        return ""

    def _scan(self, level: int, sizes: bool) -> native.Graph:
        if self.how != "read":
            try:
                return self._scan_by_agent(level, sizes)
            except (OgError, gdb.error) as problem:
                if self.how == "agent":
                    raise
                self.session.note("read from outside the process: %s" % problem)
        with Progress() as progress:
            return self.session.finish(self.target.scan(level, sizes), progress)

    def _scan_by_agent(self, level: int, sizes: bool) -> native.Graph:
        session = self.session
        try:
            with Progress() as progress, session.moving():
                return inferior.scan(session, self, level, sizes, progress)
        finally:
            if session.moved:
                session.note("og let the process run for %.0f ms meanwhile" % session.ran_ms)

    def moved_on(self) -> None:
        """og let it run: what was read before is forgotten, what questions remember is not."""
        self.drop_graphs()
        self.target.refresh()

    def state(self, key: Any, make: Callable[[], Any]) -> Any:
        """What the question KEY remembers of this process from one call to the next, made the first time."""
        if key not in self.states:
            self.states[key] = make()
        return self.states[key]


class Session:
    """All inferiors of this GDB, and the one that a command is about."""

    def __init__(self, library: native.Library):
        self.library = library
        self.processes: Dict[Tuple[str, str], Process] = {}  # by what _identity says
        self._moving = 0
        self.moved = False  # og itself let the process run during this command
        self.notes: List[str] = []
        self._begin = self._ran = 0.0

    # ---- GDB's events ----

    def connect(self) -> None:
        events = gdb.events
        events.cont.connect(self._on_change)
        events.stop.connect(self._on_change)  # an attach is one
        events.memory_changed.connect(self._on_change)
        events.inferior_call.connect(self._on_change)
        events.exited.connect(self._on_exit)
        events.inferior_deleted.connect(self._on_exit)

    def _on_change(self, _event: Any) -> None:
        if not self._moving:
            for process in self.processes.values():
                process.stale = True

    def _on_exit(self, event: Any) -> None:
        """It ended, or GDB detached from it: nobody knows what it does now."""
        for process in self.processes.values():
            if process.inferior == event.inferior.num:
                process.stale = True
                if not self._moving:
                    process.drop_graphs()

    @contextlib.contextmanager
    def moving(self) -> Iterator[None]:
        """While og itself runs, steps or writes to the process: GDB's events are not news then."""
        self._moving += 1
        try:
            yield
        finally:
            self._moving -= 1

    def ran(self, seconds: float) -> None:
        """og let the process run for so long during this command: all that was read before is old."""
        self._ran += seconds
        self.moved = True
        process = self.known()
        if process:
            process.moved_on()

    # ---- one command ----

    def begin(self) -> None:
        self._begin, self._ran = time.monotonic(), 0.0
        self.moved = False
        self.notes = []

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def note_graph(self, graph: native.Graph) -> None:
        """What could not be read, said with every answer from that graph."""
        info = graph.info
        if info.unreadable:
            self.note("%s of %s objects unreadable" % (format(info.unreadable, ","), format(info.objects, ",")))
        if info.unreadable_lists:
            self.note("%d lists of the garbage collector do not close: some objects are missing"
                      % info.unreadable_lists)

    @property
    def ran_ms(self) -> float:
        return self._ran * 1000

    @property
    def elapsed_ms(self) -> float:
        return round((time.monotonic() - self._begin) * 1000, 3)

    @property
    def stopped_ms(self) -> float:
        if _connection(gdb.selected_inferior()) == "core":  # nothing had to stop
            return 0.0
        return round(max(0.0, time.monotonic() - self._begin - self._ran) * 1000, 3)

    @staticmethod
    def live_mode() -> str:
        return str(gdb.parameter("og live"))

    def finish(self, scan: native.Scan, progress: Progress) -> native.Graph:
        """Steps SCAN to its end; Ctrl-C is heard between steps and leaves nothing behind."""
        try:
            while scan.step(STEP_WORK):
                progress.update(*scan.progress())
            return scan.finish()
        finally:
            scan.close()

    # ---- the inferior ----

    def current(self) -> Process:
        """The process of the selected inferior, as it is now."""
        inferior = gdb.selected_inferior()
        core = _core_of(inferior)
        if not core:
            self._check(inferior)
        self._forget_ended()
        process = self.known()
        if process is None:
            process = Process(self, inferior.pid, core)
            self.processes[_identity(inferior.pid, core)] = process
        process.inferior = inferior.num
        process.freshen()
        for sentence in process.target.notes():
            self.note(sentence)
        return process

    def known(self) -> Optional[Process]:
        """The process of the selected inferior, if og has looked at it before."""
        inferior = gdb.selected_inferior()
        try:
            return self.processes.get(_identity(inferior.pid, _core_of(inferior)))
        except OgError:
            return None

    def _forget_ended(self) -> None:
        for identity, process in list(self.processes.items()):
            if _identity(process.pid, process.core) != identity:
                self.processes.pop(identity).close()

    @staticmethod
    def _check(inferior: Any) -> None:
        connection = _connection(inferior)
        if inferior.pid == 0:
            raise OgError("no-process", NO_PROCESS)
        if connection in ("remote", "extended-remote"):
            raise OgError("remote", "process %d is behind a remote target: run GDB on the machine of the process"
                          % inferior.pid)
        thread = gdb.selected_thread()
        if thread is not None and thread.is_running():
            raise OgError("running", "process %d is running: stop it first, with Ctrl-C or `interrupt`"
                          % inferior.pid)

    def target_json(self) -> Optional[Dict[str, Any]]:
        """What this command was about, if it came so far."""
        process = self.known()
        if process is None:
            return None
        if process.core:
            return {"kind": "core", "path": process.core, "pid": process.pid, "version": process.version}
        return {"kind": "live", "pid": process.pid, "version": process.version}


def _connection(inferior: Any) -> str:
    return getattr(getattr(inferior, "connection", None), "type", "")


def _core_of(inferior: Any) -> str:
    """The path of the core file that GDB has open; "": it has none."""
    if _connection(inferior) != "core":
        return ""
    said = gdb.execute("info target", to_string=True)
    # The only place where GDB says it: no version to 14 has it in its Python.
    match = re.search(r"^Local core dump file:\s+`(.*)', file type ", said, re.M)
    if not match:
        raise OgError("core", "GDB does not say which core file it has open: `core FILE` opens it anew")
    return match.group(1)


def _identity(pid: int, core: str) -> Tuple[str, str]:
    """Tells a process from an older one with the same number, a core from an older one of the same name."""
    if not core:
        return str(pid), _start_time(pid)
    try:
        stat = os.stat(core)
    except OSError:
        return core, ""
    return core, "%d %d %d" % (stat.st_ino, stat.st_size, stat.st_mtime_ns)


def _start_time(pid: int) -> str:
    """Field 22 of stat, proc(5)."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as stat:
            return stat.read().rpartition(b")")[2].split()[19].decode()
    except (OSError, IndexError):
        return ""


def selected_thread_ids() -> Tuple[int, int]:
    """The kernel's number of the selected thread and its pthread_self(): they name its Python frame."""
    thread = gdb.selected_thread()
    if thread is None:
        return 0, 0
    native_tid = thread.ptid[1] or thread.ptid[0]
    try:
        # pthread_self() is the thread pointer on the System V x86-64 ABI (glibc and musl).
        return native_tid, int(gdb.parse_and_eval("$fs_base")) & (1 << 64) - 1
    except (gdb.error, ValueError):
        return native_tid, 0
