"""libog for Python: handles that close themselves, and rows as Python values.

Knows nothing of GDB, so a test can use it from any interpreter. Rows are copied out of the library's memory at
once: what a function here returns stays valid for ever.
"""

import contextlib
import ctypes
import os
import signal
import threading
from ctypes import POINTER, byref, c_char_p, c_uint32, c_uint64, c_void_p
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Type, TypeVar

from og import abi
from og.abi import (ABI, FUNCTIONS, MISSES, STRUCTURES, AgentImage, ChainOptions, ChainRow, CoreOptions, EdgeRow,
                    Error, FieldRow, GraphInfo, GrowthRow, Info, LeakingRow, Losses, NewRow, NodeRow, ObjectRow,
                    Progress, Query, ScanOptions, ThreadRow, TypeRow, ViewOptions)
from og.rows import (REF_KINDS, SCAN_TYPES, SCAN_OBJECTS, SCAN_GRAPH, NODE_ROOT, NODE_MODULE, NODE_DEL, EDGE_NONE, EDGE_FIELD,
                     EDGE_INDEX, EDGE_KEY, EDGE_ATTRIBUTE, EDGE_LOCAL, NEW_SORT, IMMORTAL, NO_ID, SNAPSHOT_MAGIC, Chain, Difference,
                     Edge, Field, Growth, Identity, Interpreter, NewObjects, Node, Object, Python, SnapshotInfo, Thread, TypeCount,
                     object_of, text)

# Passed on from og.abi and og.rows.
__all__ = ["ABI", "FUNCTIONS", "MISSES", "STRUCTURES", "Error", "GraphInfo", "Info", "Losses", "Query", "EDGE_ATTRIBUTE", "EDGE_FIELD",
           "EDGE_INDEX", "EDGE_KEY", "EDGE_LOCAL", "EDGE_NONE", "IMMORTAL", "NODE_DEL", "NODE_MODULE", "NODE_ROOT", "NO_ID",
           "SCAN_GRAPH", "SCAN_OBJECTS", "SCAN_TYPES", "SNAPSHOT_MAGIC"]

OK, MORE = 0, 1
EARG, EMEMORY, EOS, ENOPYTHON, EVERSION, ELAYOUT, EABSENT, EUNREADABLE, ECHANGED = -1, -2, -3, -4, -5, -6, -7, -8, -10
CODE_NAMES = {
    EARG: "argument", EMEMORY: "memory", EOS: "system", ENOPYTHON: "no-python", EVERSION: "version",
    ELAYOUT: "layout", EABSENT: "absent", EUNREADABLE: "unreadable", ECHANGED: "file",
}


class OgError(Exception):
    """What libog refuses, as one sentence. CODE is one of the E constants, or the name of one of og's own reasons."""

    def __init__(self, code: Any, message: str, address: int = 0, os_errno: int = 0):
        super().__init__(message)
        self.code = code
        self.message = message
        self.address = address
        self.os_errno = os_errno

    @property
    def code_name(self) -> str:
        return self.code if isinstance(self.code, str) else CODE_NAMES.get(self.code, "error")


# ---- Ctrl-C ----

_LISTEN_SECONDS = 0.05


@contextlib.contextmanager
def no_interrupt() -> Iterator[None]:
    """A Ctrl-C that comes inside is heard behind it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_FAULTS = {signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL}  # of the thread itself: GDB's handlers tell of them


def _start_without_signals(thread: threading.Thread) -> None:
    """GDB's signals are for its main thread."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals() - _FAULTS)
    try:
        thread.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# ---- the library ----

class Library:
    """libog.so, loaded and found to be the one these structures describe."""

    def __init__(self, path: str):
        try:
            self._dll = ctypes.CDLL(path)
        except OSError as problem:
            reason = str(problem)
            raise OgError("library", reason if path in reason else "%s: %s" % (path, reason)) from None
        try:
            abi = self._dll.og_abi
        except AttributeError:
            raise OgError("library", "%s is not og's library" % path) from None
        abi.restype = c_uint32
        if abi() != ABI:
            raise OgError("library", "%s has interface %d and these commands need %d: build or install og again"
                          % (path, abi(), ABI))
        self.path = path
        for name, (result, arguments) in FUNCTIONS.items():
            try:
                function = getattr(self._dll, name)
            except AttributeError:
                raise OgError("library", "%s has no %s: build or install og again" % (path, name)) from None
            function.restype = result
            function.argtypes = arguments
            setattr(self, name[len("og_"):], function)

    def check(self, function: Any, *arguments: Any) -> int:
        """Calls a fallible function; OK or MORE, or OgError."""
        error = Error()
        code = function(*arguments, byref(error))
        if code < 0:
            raise OgError(code, text(error.msg) or "og failed with code %d" % code, error.addr, error.os_errno)
        return code

    def ask(self, target: Any, function: Any, *arguments: Any) -> int:
        """check() for questions about a target (or a tuple of them), which may take long: in a thread, so that Ctrl-C is heard and stops it (gdb/og knows no
        other way to interrupt a native call). KeyboardInterrupt leaves everything as it was before the question."""
        answers: List[Any] = []

        def work() -> None:
            try:
                answers.append(self.check(function, *arguments))
            except BaseException as problem:
                answers.append(problem)

        worker = threading.Thread(target=work, daemon=True)
        _start_without_signals(worker)
        try:
            while worker.is_alive():
                worker.join(_LISTEN_SECONDS)
        except BaseException:
            targets = target if isinstance(target, tuple) else (target,)
            with no_interrupt():  # who presses Ctrl-C again would close what the thread still reads
                for each in targets:
                    self.target_stop(each, 1)
                worker.join()
                for each in targets:
                    self.target_stop(each, 0)
            raise
        if isinstance(answers[0], BaseException):
            raise answers[0]
        return answers[0]

    def open_process(self, pid: int) -> "Target":
        return Target.made_by(self, self.target_open_process, pid)

    def open_core(self, path: str, search: Sequence[str] = (), sysroot: str = "", executable: str = "") -> "Target":
        """What the core lacks comes from files: as it names them, under SYSROOT, in the folders SEARCH, EXECUTABLE."""
        folders = (c_char_p * len(search))(*map(os.fsencode, search))
        options = CoreOptions(folders, len(search), os.fsencode(sysroot), os.fsencode(executable))
        return Target.made_by(self, self.target_open_core, os.fsencode(path), byref(options))

    def open_snapshot(self, path: str) -> Tuple["Target", "Graph"]:
        """A target without memory and its graph, which is to be closed first."""
        graph, target = Graph(self), Target(self)  # in the order in which they are to be closed
        self.check(self.target_open_snapshot, os.fsencode(path), byref(target.handle), byref(graph.handle))
        return target, graph.filled()

    def open_graph(self, path: str, key: str) -> "Graph":
        """A graph alone, without words. OgError EABSENT: there is none, or it was saved with another key."""
        return Graph.made_by(self, self.graph_open, os.fsencode(path), key.encode())

    def filter(self, expression: Optional[str]) -> Optional["Filter"]:
        return Filter(self, expression) if expression else None

    def agent_bytes(self) -> bytes:
        image = AgentImage()
        self.check(self.agent_image, byref(image))
        return ctypes.string_at(image.bytes, image.size)


_Made = TypeVar("_Made", bound="Handle")


class Handle:
    """Owns one opaque pointer of the library. It is there before the library fills it in: a Ctrl-C is raised as soon as a native
    call has returned, and what that call made (memory, half a file) must have an owner by then."""

    _close = ""

    def __init__(self, library: Library):
        self.library = library
        self.handle: Any = c_void_p()

    @classmethod
    def made_by(cls: Type[_Made], library: Library, function: Any, *arguments: Any) -> _Made:
        made = cls(library)
        library.check(function, *arguments, byref(made.handle))
        return made

    def close(self) -> None:
        if self.handle:
            getattr(self.library, self._close)(self.handle)
            self.handle = None

    def __del__(self) -> None:
        try:
            self.close()
        except (AttributeError, TypeError):  # half made, or the interpreter is going down
            pass


class Report(Handle):
    """Rows of an answer."""

    _close = "report_close"


class Filter(Handle):
    """A compiled -where expression."""

    _close = "filter_free"

    def __init__(self, library: Library, expression: str):
        super().__init__(library)
        library.check(library.filter_compile, expression.encode(), byref(self.handle))


class GrowthState(Handle):
    """The peaks that og-growth compares with."""

    _close = "growth_destroy"

    def __init__(self, library: Library):
        super().__init__(library)
        self.handle = library.growth_create()
        if not self.handle:
            raise OgError(EMEMORY, "no memory left")


class NewState(Handle):
    """The addresses that og-new compares with."""

    _close = "new_destroy"

    def __init__(self, library: Library):
        super().__init__(library)
        self.handle = library.new_create()
        if not self.handle:
            raise OgError(EMEMORY, "no memory left")


def query(limit: int = 0, all: bool = False, long_names: bool = False, by_bytes: bool = False,
          filter: Optional[Filter] = None) -> Query:
    """What most questions share. FILTER must outlive the call that gets it."""
    return Query(int(all), int(long_names), int(by_bytes), 0, limit, filter.handle if filter else None)


def _addresses(values: Iterable[int]) -> Any:
    values = list(values)
    return (c_uint64 * len(values))(*values)


class Target(Handle):
    """A stopped process, and every question about it."""

    _close = "target_close"

    def refresh(self) -> None:
        self.library.check(self.library.target_refresh, self.handle)

    def check(self, graph: Optional["Graph"] = None) -> None:
        """Raises ECHANGED if the files that this, or GRAPH, is read from are not what they were any more."""
        self.library.check(self.library.target_check, self.handle, graph.handle if graph else None)

    def info(self) -> Info:
        """The library's structure itself: its strings live until the next refresh."""
        out = Info()
        self.library.check(self.library.target_info, self.handle, byref(out))
        return out

    def notes(self) -> List[str]:
        """Sentences: what the source of bytes lacks."""
        return text(self.library.target_notes(self.handle)).splitlines()

    def identity(self) -> Identity:
        out = abi.Identity()
        self.library.target_identity(self.handle, byref(out))
        return Identity(out.pid, (out.token[0], out.token[1]), text(out.program), text(out.build_id))

    def pythons(self, everywhere: bool = False) -> List[Python]:
        """The CPythons in it. EVERYWHERE: also those that no exported symbol tells of, which takes longer."""
        rows, count = POINTER(abi.PythonRow)(), c_uint64()
        self.library.check(self.library.target_pythons, self.handle, int(everywhere), byref(rows), byref(count))
        return [Python(r.runtime, r.hexversion, r.interpreters, bool(r.chosen), text(r.version), text(r.image))
                for r in rows[:count.value]]

    def choose_python(self, runtime: int) -> None:
        self.library.check(self.library.target_choose_python, self.handle, runtime)

    def interpreters(self) -> List[Interpreter]:
        rows, count = POINTER(abi.InterpreterRow)(), c_uint64()
        self.library.check(self.library.target_interpreters, self.handle, byref(rows), byref(count))
        return [Interpreter(r.address, r.id, r.gil, r.holder, bool(r.held), bool(r.collecting)) for r in rows[:count.value]]

    def threads(self) -> List[Thread]:
        rows, count = POINTER(ThreadRow)(), c_uint64()
        self.library.check(self.library.target_threads, self.handle, byref(rows), byref(count))
        return [Thread(r.tstate, r.interp, r.thread_id, r.native_thread_id, r.frame, r.depth, r.line,
                       text(r.function), text(r.file), bool(r.attached)) for r in rows[:count.value]]

    def symbol(self, name: str) -> int:
        return self.library.target_symbol(self.handle, name.encode())

    def read(self, address: int, length: int) -> bytes:
        out = ctypes.create_string_buffer(length)
        self.library.check(self.library.target_read, self.handle, address, out, length)
        return out.raw

    def describe(self, address: int) -> Object:
        out = ObjectRow()
        self.library.check(self.library.object_describe, self.handle, address, byref(out))
        return object_of(out)

    def fields(self, address: int, limit: int) -> Tuple[List[Field], int]:
        """The references of an object by name, at most LIMIT (0: all), and how many there are."""
        rows, count, total = POINTER(FieldRow)(), c_uint64(), c_uint64()
        self.library.check(self.library.object_fields, self.handle, address, limit, byref(rows), byref(count),
                           byref(total))
        return [Field(r.target, REF_KINDS[r.kind], text(r.name), text(r.type), text(r.label))
                for r in rows[:count.value]], total.value

    def resolve(self, path: str, native_tid: int, thread_id: int) -> int:
        out = c_uint64()
        self.library.check(self.library.path_resolve, self.handle, path.encode(), native_tid, thread_id, byref(out))
        return out.value

    def complete(self, path: str, native_tid: int, thread_id: int) -> List[str]:
        names = c_void_p()
        self.library.check(self.library.path_complete, self.handle, path.encode(), native_tid, thread_id,
                           byref(names))
        out: List[str] = []
        at = names.value
        while at:
            name = ctypes.string_at(at)
            if not name:
                break
            out.append(text(name))
            at += len(name) + 1
        return out

    # -- scans --

    def scan(self, level: int, sizes: bool = True) -> "Scan":
        options = ScanOptions(level, int(sizes))
        return Scan.made_by(self.library, self.library.scan_begin, self.handle, byref(options))

    def adopt(self, fd: int) -> "Scan":
        """The scan whose objects an agent has found and left in the file FD."""
        return Scan.made_by(self.library, self.library.scan_adopt, self.handle, fd)

    def agent_request(self, level: int, sizes: bool, where: int, size: int) -> bytes:
        """The request block for an agent, to be written at WHERE; SIZE is the room there."""
        block, used, options = ctypes.create_string_buffer(size), c_uint64(), ScanOptions(level, int(sizes))
        self.library.check(self.library.agent_request, self.handle, byref(options), where, size, block, byref(used))
        return block.raw[:used.value]

    # -- snapshots --

    def save(self, graph: "Graph", words: bool = False, strings: bool = False, name: str = "", source: str = "",
             key: str = "") -> "Save":
        options = abi.SaveOptions(int(words), int(strings), name.encode(), os.fsencode(source), key.encode())
        save = Save.made_by(self.library, self.library.save_begin, self.handle, graph.handle, byref(options))
        save.reads = (self, graph)
        return save

    def snapshot_info(self) -> SnapshotInfo:
        """Of a target that is a snapshot."""
        out = abi.SnapshotInfo()
        self.library.check(self.library.target_snapshot_info, self.handle, byref(out))
        return SnapshotInfo(out.pid, (out.process[0], out.process[1]), out.time, out.file_size, out.hexversion,
                            bool(out.words), bool(out.strings), text(out.name), text(out.source), text(out.version),
                            text(out.program), text(out.build_id))

    def is_same_process(self, other: "Target") -> bool:
        return bool(self.library.same_process(self.handle, other.handle))

    # -- questions --

    def diff(self, graph: "Graph", other: "Target", other_graph: "Graph", q: Query,
             objects: bool = False) -> Tuple[List[Difference], int]:
        """What changed from this one to OTHER, and how many types did. OBJECTS: new objects too, of one process."""
        report, rows, count, total = Report(self.library), POINTER(abi.DiffRow)(), c_uint64(), c_uint64()
        self.library.ask((self.handle, other.handle), self.library.diff, self.handle, graph.handle, other.handle,
                         other_graph.handle, byref(q), int(objects), byref(report.handle), byref(rows), byref(count),
                         byref(total))
        try:
            return [Difference(text(r.type), r.count_a, r.count_b, r.bytes_a, r.bytes_b, r.delta, r.bytes_delta,
                               r.new_count, r.new_addresses[:r.new_count] if r.new_count else [])
                    for r in rows[:count.value]], total.value
        finally:
            report.close()

    def _asked(self, function: Any, *arguments: Any) -> int:
        return self.library.ask(self.handle, function, *arguments)

    def _ask(self, function: Any, graph: "Graph", arguments: Sequence[Any], row: Any) -> Tuple[List[Any], int]:
        """Calls FUNCTION(target, graph, arguments.., report, rows, count, total); rows are valid inside `with` only,
        so they are converted here by the caller's ROW function."""
        report, rows, count, total = Report(self.library), POINTER(row.structure)(), c_uint64(), c_uint64()
        self._asked(function, self.handle, graph.handle, *arguments, byref(report.handle), byref(rows), byref(count),
                    byref(total))
        try:
            return [row(r) for r in rows[:count.value]], total.value
        finally:
            report.close()

    def types(self, graph: "Graph", q: Query) -> Tuple[List[TypeCount], int]:
        return self._ask(self.library.types, graph, [byref(q)], _type_count)

    def count(self, graph: "Graph", name: str, q: Query) -> Tuple[int, int]:
        """Instances of exactly the type NAME, and their bytes."""
        count, size = c_uint64(), c_uint64()
        self._asked(self.library.count, self.handle, graph.handle, name.encode(), byref(q), byref(count),
                    byref(size))
        return count.value, size.value

    def growth(self, state: GrowthState, graph: "Graph", q: Query, shrunk: bool) -> Tuple[List[Growth], int]:
        report, rows, count, total = Report(self.library), POINTER(GrowthRow)(), c_uint64(), c_uint64()
        self._asked(self.library.growth_update, state.handle, self.handle, graph.handle, byref(q), int(shrunk),
                    byref(report.handle), byref(rows), byref(count), byref(total))
        try:
            return [Growth(text(r.type), r.count, r.bytes, r.delta, r.bytes_delta)
                    for r in rows[:count.value]], total.value
        finally:
            report.close()

    def new(self, state: NewState, graph: "Graph", q: Query, sort: str) -> Tuple[List[NewObjects], int]:
        report, rows, count, total = Report(self.library), POINTER(NewRow)(), c_uint64(), c_uint64()
        self._asked(self.library.new_update, state.handle, self.handle, graph.handle, byref(q), NEW_SORT[sort],
                    byref(report.handle), byref(rows), byref(count), byref(total))
        try:
            return [NewObjects(text(r.type), r.old_ids, r.current_ids, r.new_ids, r.count_delta,
                               r.addresses[:r.new_ids] if r.new_ids else []) for r in rows[:count.value]], total.value
        finally:
            report.close()

    def by_type(self, graph: "Graph", name: str, q: Query) -> Tuple[List[Object], int]:
        return self._ask(self.library.by_type, graph, [name.encode(), byref(q)], object_of)

    def leaking(self, graph: "Graph", q: Query, explained: bool) -> Tuple[List[Tuple[Object, str]], int]:
        """Objects that no object refers to, each with the root that explains it ("": none)."""
        return self._ask(self.library.leaking, graph, [byref(q), int(explained)], _leaking_row)

    def view(self, graph: "Graph", roots: Sequence[int], inverse: bool, depth: int, too_many: int, max_nodes: int,
             long_names: bool = False, filter: Optional[Filter] = None,
             ignore: Sequence[int] = ()) -> Tuple[List[Node], List[Edge]]:
        hidden = _addresses(ignore)
        options = ViewOptions(int(inverse), depth, too_many, max_nodes, int(long_names), 0,
                              filter.handle if filter else None, hidden, len(hidden))
        report, nodes, edges = Report(self.library), POINTER(NodeRow)(), POINTER(EdgeRow)()
        node_count, edge_count = c_uint64(), c_uint64()
        self._asked(self.library.view, self.handle, graph.handle, _addresses(roots), len(roots),
                    byref(options), byref(report.handle), byref(nodes), byref(node_count), byref(edges),
                           byref(edge_count))
        try:
            return ([Node(object_of(n.object), n.depth, n.flags, n.cut) for n in nodes[:node_count.value]],
                    [Edge(e.source, e.target, REF_KINDS[e.kind], e.form, text(e.label))
                     for e in edges[:edge_count.value]])
        finally:
            report.close()

    def chains(self, graph: "Graph", address: int, forward: bool = False, max_depth: int = 20, count: int = 1,
               to_address: int = 0, to_type: Optional[str] = None, long_names: bool = False) -> List[Chain]:
        options = ChainOptions(int(forward), max_depth, count, int(long_names), to_address,
                               to_type.encode() if to_type else None)
        report, rows, found = Report(self.library), POINTER(ChainRow)(), c_uint64()
        self._asked(self.library.chain, self.handle, graph.handle, address, byref(options), byref(report.handle),
                    byref(rows), byref(found))
        try:
            return [Chain(r.addresses[:r.length], text(r.expression),
                          [text(label) for label in r.labels[:r.length - 1]] if r.length > 1 else [])
                    for r in rows[:found.value]]
        finally:
            report.close()

    def export(self, graph: "Graph", format: int, path: str) -> "Export":
        """Every object and reference of GRAPH, written to PATH."""
        return Export.made_by(self.library, self.library.export_begin, self.handle, graph.handle, format,
                              os.fsencode(path))


def _type_count(r: TypeRow) -> TypeCount:
    return TypeCount(text(r.type), r.count, r.bytes, r.type_address)


def _leaking_row(r: LeakingRow) -> Tuple[Object, str]:
    return object_of(r.object), text(r.root)


_type_count.structure = TypeRow  # type: ignore[attr-defined]
object_of.structure = ObjectRow  # type: ignore[attr-defined]
_leaking_row.structure = LeakingRow  # type: ignore[attr-defined]


class Scan(Handle):
    """A heap being read. Step until it says it is done, then finish; or close to give it up."""

    _close = "scan_cancel"

    def step(self, work: int) -> bool:
        """One bounded piece of work; False when nothing is left."""
        return self.library.check(self.library.scan_step, self.handle, work) == MORE

    def progress(self) -> Tuple[int, int, str]:
        out = Progress()
        self.library.scan_progress(self.handle, byref(out))
        return out.done, out.total, text(out.what)

    def finish(self) -> "Graph":
        with no_interrupt():
            scan, self.handle = self.handle, None  # after this call the scan is gone, whatever it answers
            return Graph.made_by(self.library, self.library.scan_finish, scan)


EXPORT_CSV, EXPORT_JSON = 1, 2


class Exported(NamedTuple):
    objects: int
    references: int
    bytes: Tuple[int, int]  # of each file


class Export(Handle):
    """A graph being written. Step until it says it is done, then finish; or close: then nothing is left of it."""

    _close = "export_cancel"

    def step(self, work: int) -> bool:
        """One bounded piece of work; False when nothing is left."""
        return self.library.check(self.library.export_step, self.handle, work) == MORE

    def progress(self) -> Tuple[int, int, str]:
        out = Progress()
        self.library.export_progress(self.handle, byref(out))
        return out.done, out.total, text(out.what)

    def finish(self) -> Exported:
        """The files are in place."""
        summary = abi.ExportSummary()
        with no_interrupt():
            export, self.handle = self.handle, None  # after this call it is gone, whatever it answers
            self.library.check(self.library.export_finish, export, byref(summary))
        return Exported(summary.objects, summary.references, (summary.bytes[0], summary.bytes[1]))


class Save(Handle):
    """A graph being made into a file. Step until it says it is done, then finish; or close to give it up."""

    _close = "save_cancel"

    reads: Tuple[Target, "Graph"]  # by the library, until the end

    def step(self, work: int) -> bool:
        """One bounded piece of work; False when nothing is left."""
        return self.library.check(self.library.save_step, self.handle, work) == MORE

    def progress(self) -> Tuple[int, int, str]:
        out = Progress()
        self.library.save_progress(self.handle, byref(out))
        return out.done, out.total, text(out.what)

    def finish(self, path: str) -> None:
        """The file PATH appears whole or not at all."""
        self._finish(os.fsencode(path), -1)

    def finish_into(self, fd: int) -> None:
        """Into an open file, from its start on."""
        self._finish(None, fd)

    def _finish(self, path: Optional[bytes], fd: int) -> None:
        def finish(*arguments: Any) -> int:
            """In the thread of ask(), where no Ctrl-C comes between."""
            save, self.handle = self.handle, None  # after this call the save is gone, whatever it answers
            return self.library.save_finish(save, *arguments)

        self.library.ask(self.reads[0].handle, finish, path, fd)


class Graph(Handle):
    """The objects of one stop, with references if the level is SCAN_GRAPH."""

    _close = "graph_close"

    info: GraphInfo

    @classmethod
    def made_by(cls, library: Library, function: Any, *arguments: Any) -> "Graph":
        return super().made_by(library, function, *arguments).filled()

    def filled(self) -> "Graph":
        """Itself, once the library has made it."""
        self.info = GraphInfo()
        self.library.graph_info(self.handle, byref(self.info))
        return self

    def find(self, address: int, containing: bool = False) -> Optional[int]:
        """The address of the object that starts at ADDRESS, or contains it; None if there is none."""
        number = self.library.graph_find(self.handle, address, int(containing))
        return None if number == NO_ID else self.library.graph_address(self.handle, number)

    def arrays(self, inverse: bool = False) -> Dict[str, Any]:
        """For tests: addresses, offsets (one more than objects) and targets, as ctypes pointers of this graph."""
        addresses, offsets, targets = POINTER(c_uint64)(), POINTER(c_uint32)(), POINTER(c_uint32)()
        self.library.check(self.library.graph_arrays, self.handle, int(inverse), byref(addresses), byref(offsets),
                           byref(targets))
        return {"addresses": addresses, "offsets": offsets, "targets": targets}
