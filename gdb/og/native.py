"""libog for Python: the structures of native/include/og/og.h, and handles that close themselves.

Knows nothing of GDB, so a test can use it from any interpreter. Rows are copied out of the library's memory at
once: what a function here returns stays valid for ever.
"""

import ctypes
from ctypes import (POINTER, byref, c_char, c_char_p, c_int, c_int32, c_int64, c_uint32, c_uint64, c_void_p)
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

ABI = 1

OK, MORE = 0, 1
EARG, EMEMORY, EOS, ENOPYTHON, EVERSION, ELAYOUT, EABSENT, EUNREADABLE = -1, -2, -3, -4, -5, -6, -7, -8
CODE_NAMES = {
    EARG: "argument", EMEMORY: "memory", EOS: "system", ENOPYTHON: "no-python", EVERSION: "version",
    ELAYOUT: "layout", EABSENT: "absent", EUNREADABLE: "unreadable",
}

REF_KINDS = ("strong", "weak", "inferred")
SCAN_TYPES, SCAN_OBJECTS, SCAN_GRAPH = 1, 2, 3
NODE_ROOT, NODE_MODULE, NODE_DEL, NODE_HIGHLIGHT = 1, 2, 4, 8
EDGE_NONE, EDGE_FIELD, EDGE_INDEX, EDGE_KEY, EDGE_ATTRIBUTE, EDGE_LOCAL = range(6)
NEW_SORT = {"deltas": 0, "old": 1, "current": 2, "new": 3}
IMMORTAL = 0xFFFFFFFF
NO_ID = 0xFFFFFFFF
MISSES = ("unmapped", "unreadable", "torn")


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


# ---- structures, as in og.h ----

class Error(ctypes.Structure):
    _fields_ = [("code", c_int32), ("os_errno", c_int32), ("addr", c_uint64), ("msg", c_char * 368)]


class BufferPart(ctypes.Structure):
    _fields_ = [("addr", c_uint64), ("len", c_uint64), ("bytes", c_void_p)]


class Info(ctypes.Structure):
    _fields_ = [("runtime", c_uint64), ("hexversion", c_uint32), ("interpreters", c_uint32), ("threads", c_uint32),
                ("collecting", c_uint32), ("gc_enabled", c_uint32), ("gil_held", c_uint32), ("gil_holder", c_uint64),
                ("misses", c_uint64 * len(MISSES)), ("version", c_char_p), ("layout_source", c_char_p), ("gil", c_uint64)]


class ThreadRow(ctypes.Structure):
    _fields_ = [("tstate", c_uint64), ("interp", c_uint64), ("thread_id", c_uint64), ("native_thread_id", c_uint64),
                ("frame", c_uint64), ("depth", c_uint32), ("line", c_uint32), ("function", c_char_p),
                ("file", c_char_p)]


class ObjectRow(ctypes.Structure):
    _fields_ = [("address", c_uint64), ("type_address", c_uint64), ("size", c_uint64), ("len", c_int64),
                ("refcount", c_uint32), ("tracked", c_uint32), ("id", c_uint32), ("is_module", c_uint32),
                ("type", c_char_p), ("long_type", c_char_p), ("label", c_char_p)]


class FieldRow(ctypes.Structure):
    _fields_ = [("target", c_uint64), ("kind", c_uint32), ("unused", c_uint32), ("name", c_char_p),
                ("type", c_char_p), ("label", c_char_p)]


class ScanOptions(ctypes.Structure):
    _fields_ = [("level", c_uint32), ("sizes", c_uint32)]


class Progress(ctypes.Structure):
    _fields_ = [("done", c_uint64), ("total", c_uint64), ("what", c_char_p)]


class GraphInfo(ctypes.Structure):
    _fields_ = [("level", c_uint32), ("from_agent", c_uint32), ("objects", c_uint64), ("tracked", c_uint64),
                ("references", c_uint64), ("memory", c_uint64), ("unreadable", c_uint64),
                ("unreadable_lists", c_uint64)]


class Query(ctypes.Structure):
    _fields_ = [("all", c_uint32), ("long_names", c_uint32), ("by_bytes", c_uint32), ("unused", c_uint32),
                ("limit", c_uint64), ("filter", c_void_p)]


class TypeRow(ctypes.Structure):
    _fields_ = [("type", c_char_p), ("count", c_uint64), ("bytes", c_uint64), ("type_address", c_uint64)]


class GrowthRow(ctypes.Structure):
    _fields_ = [("type", c_char_p), ("count", c_uint64), ("bytes", c_uint64), ("delta", c_int64),
                ("bytes_delta", c_int64)]


class NewRow(ctypes.Structure):
    _fields_ = [("type", c_char_p), ("old_ids", c_uint64), ("current_ids", c_uint64), ("new_ids", c_uint64),
                ("count_delta", c_int64), ("addresses", POINTER(c_uint64))]


class LeakingRow(ctypes.Structure):
    _fields_ = [("object", ObjectRow), ("root", c_char_p)]


class NodeRow(ctypes.Structure):
    _fields_ = [("object", ObjectRow), ("depth", c_uint32), ("flags", c_uint32), ("cut", c_uint64)]


class EdgeRow(ctypes.Structure):
    _fields_ = [("source", c_uint64), ("target", c_uint64), ("kind", c_uint32), ("form", c_uint32),
                ("label", c_char_p)]


class ViewOptions(ctypes.Structure):
    _fields_ = [("inverse", c_uint32), ("depth", c_uint32), ("too_many", c_uint32), ("max_nodes", c_uint32),
                ("long_names", c_uint32), ("unused", c_uint32), ("filter", c_void_p), ("ignore", POINTER(c_uint64)),
                ("ignore_count", c_uint64)]


class ChainOptions(ctypes.Structure):
    _fields_ = [("forward", c_uint32), ("max_depth", c_uint32), ("count", c_uint32), ("long_names", c_uint32),
                ("to_address", c_uint64), ("to_type", c_char_p)]


class ChainRow(ctypes.Structure):
    _fields_ = [("addresses", POINTER(c_uint64)), ("length", c_uint64), ("expression", c_char_p),
                ("labels", POINTER(c_char_p))]


class AgentImage(ctypes.Structure):
    _fields_ = [("bytes", c_void_p), ("size", c_uint64)]


# Name in og.h -> the class here; a test compares sizes and offsets of every field with what the compiler says.
STRUCTURES = {
    "og_error": Error, "og_buffer_part": BufferPart, "og_info": Info, "og_thread_row": ThreadRow,
    "og_object_row": ObjectRow, "og_field_row": FieldRow, "og_scan_options": ScanOptions, "og_progress": Progress,
    "og_graph_info": GraphInfo, "og_query": Query, "og_type_row": TypeRow, "og_growth_row": GrowthRow,
    "og_new_row": NewRow, "og_leaking_row": LeakingRow, "og_node_row": NodeRow, "og_edge_row": EdgeRow,
    "og_view_options": ViewOptions, "og_chain_options": ChainOptions, "og_chain_row": ChainRow,
    "og_agent_image": AgentImage,
}

_P = c_void_p  # an opaque handle
_ERR = POINTER(Error)

# Name -> (result, arguments). A function that returns c_int and ends in _ERR is fallible.
FUNCTIONS = {
    "og_abi": (c_uint32, []),
    "og_target_open_process": (c_int, [c_int, POINTER(_P), _ERR]),
    "og_target_open_buffer": (c_int, [POINTER(BufferPart), c_uint64, POINTER(_P), _ERR]),
    "og_target_close": (None, [_P]),
    "og_target_refresh": (c_int, [_P, _ERR]),
    "og_target_info": (c_int, [_P, POINTER(Info), _ERR]),
    "og_target_threads": (c_int, [_P, POINTER(POINTER(ThreadRow)), POINTER(c_uint64), _ERR]),
    "og_target_symbol": (c_uint64, [_P, c_char_p]),
    "og_target_read": (c_int, [_P, c_uint64, c_void_p, c_uint64, _ERR]),
    "og_object_describe": (c_int, [_P, c_uint64, POINTER(ObjectRow), _ERR]),
    "og_object_fields": (c_int, [_P, c_uint64, c_uint64, POINTER(POINTER(FieldRow)), POINTER(c_uint64),
                                 POINTER(c_uint64), _ERR]),
    "og_path_resolve": (c_int, [_P, c_char_p, c_uint64, c_uint64, POINTER(c_uint64), _ERR]),
    # The names are NUL-separated, so the result is a plain pointer: c_char_p would stop at the first.
    "og_path_complete": (c_int, [_P, c_char_p, c_uint64, c_uint64, POINTER(c_void_p), _ERR]),
    "og_scan_begin": (c_int, [_P, POINTER(ScanOptions), POINTER(_P), _ERR]),
    "og_scan_adopt": (c_int, [_P, c_int, POINTER(_P), _ERR]),
    "og_scan_step": (c_int, [_P, c_uint64, _ERR]),
    "og_scan_progress": (None, [_P, POINTER(Progress)]),
    "og_scan_finish": (c_int, [_P, POINTER(_P), _ERR]),
    "og_scan_cancel": (None, [_P]),
    "og_graph_close": (None, [_P]),
    "og_graph_info": (None, [_P, POINTER(GraphInfo)]),
    "og_graph_find": (c_uint32, [_P, c_uint64, c_uint32]),
    "og_graph_address": (c_uint64, [_P, c_uint32]),
    "og_graph_arrays": (c_int, [_P, c_uint32, POINTER(POINTER(c_uint64)), POINTER(POINTER(c_uint32)),
                                POINTER(POINTER(c_uint32)), _ERR]),
    "og_filter_compile": (c_int, [c_char_p, POINTER(_P), _ERR]),
    "og_filter_free": (None, [_P]),
    "og_report_close": (None, [_P]),
    "og_types": (c_int, [_P, _P, POINTER(Query), POINTER(_P), POINTER(POINTER(TypeRow)), POINTER(c_uint64),
                         POINTER(c_uint64), _ERR]),
    "og_count": (c_int, [_P, _P, c_char_p, POINTER(Query), POINTER(c_uint64), POINTER(c_uint64), _ERR]),
    "og_growth_create": (_P, []),
    "og_growth_destroy": (None, [_P]),
    "og_growth_update": (c_int, [_P, _P, _P, POINTER(Query), c_uint32, POINTER(_P), POINTER(POINTER(GrowthRow)),
                                 POINTER(c_uint64), POINTER(c_uint64), _ERR]),
    "og_new_create": (_P, []),
    "og_new_destroy": (None, [_P]),
    "og_new_update": (c_int, [_P, _P, _P, POINTER(Query), c_uint32, POINTER(_P), POINTER(POINTER(NewRow)),
                              POINTER(c_uint64), POINTER(c_uint64), _ERR]),
    "og_by_type": (c_int, [_P, _P, c_char_p, POINTER(Query), POINTER(_P), POINTER(POINTER(ObjectRow)),
                           POINTER(c_uint64), POINTER(c_uint64), _ERR]),
    "og_leaking": (c_int, [_P, _P, POINTER(Query), c_uint32, POINTER(_P), POINTER(POINTER(LeakingRow)),
                           POINTER(c_uint64), POINTER(c_uint64), _ERR]),
    "og_view": (c_int, [_P, _P, POINTER(c_uint64), c_uint64, POINTER(ViewOptions), POINTER(_P),
                        POINTER(POINTER(NodeRow)), POINTER(c_uint64), POINTER(POINTER(EdgeRow)), POINTER(c_uint64),
                        _ERR]),
    "og_chain": (c_int, [_P, _P, c_uint64, POINTER(ChainOptions), POINTER(_P), POINTER(POINTER(ChainRow)),
                         POINTER(c_uint64), _ERR]),
    "og_agent_image": (c_int, [POINTER(AgentImage), _ERR]),
    "og_agent_request": (c_int, [_P, POINTER(ScanOptions), c_uint64, c_uint64, c_void_p, POINTER(c_uint64), _ERR]),
}


# ---- rows as Python values ----

class Thread(NamedTuple):
    tstate: int
    interp: int
    thread_id: int
    native_thread_id: int
    frame: int
    depth: int
    line: int
    function: str
    file: str


class Object(NamedTuple):
    address: int
    type_address: int
    size: int
    len: int  # -1: has none
    refcount: int  # IMMORTAL
    tracked: bool
    id: int
    is_module: bool
    type: str
    long_type: str
    label: str


class Field(NamedTuple):
    target: int
    kind: str
    name: str
    type: str
    label: str


class TypeCount(NamedTuple):
    type: str
    count: int
    bytes: int
    type_address: int


class Growth(NamedTuple):
    type: str
    count: int
    bytes: int
    delta: int
    bytes_delta: int


class NewObjects(NamedTuple):
    type: str
    old_ids: int
    current_ids: int
    new_ids: int
    count_delta: int
    addresses: List[int]


class Node(NamedTuple):
    object: Object
    depth: int
    flags: int
    cut: int


class Edge(NamedTuple):
    source: int
    target: int
    kind: str
    form: int
    label: str


class Chain(NamedTuple):
    addresses: List[int]
    expression: str
    labels: List[str]


def text(raw: Optional[bytes]) -> str:
    return raw.decode("utf-8", "backslashreplace") if raw else ""


def _object(row: ObjectRow) -> Object:
    return Object(row.address, row.type_address, row.size, row.len, row.refcount, bool(row.tracked), row.id,
                  bool(row.is_module), text(row.type), text(row.long_type), text(row.label))


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

    def open_process(self, pid: int) -> "Target":
        handle = c_void_p()
        self.check(self.target_open_process, pid, byref(handle))
        return Target(self, handle)

    def filter(self, expression: Optional[str]) -> Optional["Filter"]:
        return Filter(self, expression) if expression else None

    def agent_bytes(self) -> bytes:
        image = AgentImage()
        self.check(self.agent_image, byref(image))
        return ctypes.string_at(image.bytes, image.size)


class Handle:
    """Owns one opaque pointer of the library."""

    _close = ""

    def __init__(self, library: Library, handle: c_void_p):
        self.library = library
        self.handle = handle

    def close(self) -> None:
        if self.handle:
            getattr(self.library, self._close)(self.handle)
            self.handle = None

    def __del__(self) -> None:
        try:
            self.close()
        except (AttributeError, TypeError):  # half made, or the interpreter is going down
            pass


class Filter(Handle):
    """A compiled -where expression."""

    _close = "filter_free"

    def __init__(self, library: Library, expression: str):
        handle = c_void_p()
        library.check(library.filter_compile, expression.encode(), byref(handle))
        super().__init__(library, handle)


class GrowthState(Handle):
    """The peaks that og-growth compares with."""

    _close = "growth_destroy"

    def __init__(self, library: Library):
        super().__init__(library, library.growth_create())
        if not self.handle:
            raise OgError(EMEMORY, "no memory left")


class NewState(Handle):
    """The addresses that og-new compares with."""

    _close = "new_destroy"

    def __init__(self, library: Library):
        super().__init__(library, library.new_create())
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

    def info(self) -> Info:
        """The library's structure itself: its strings live until the next refresh."""
        out = Info()
        self.library.check(self.library.target_info, self.handle, byref(out))
        return out

    def threads(self) -> List[Thread]:
        rows, count = POINTER(ThreadRow)(), c_uint64()
        self.library.check(self.library.target_threads, self.handle, byref(rows), byref(count))
        return [Thread(r.tstate, r.interp, r.thread_id, r.native_thread_id, r.frame, r.depth, r.line,
                       text(r.function), text(r.file)) for r in rows[:count.value]]

    def symbol(self, name: str) -> int:
        return self.library.target_symbol(self.handle, name.encode())

    def read(self, address: int, length: int) -> bytes:
        out = ctypes.create_string_buffer(length)
        self.library.check(self.library.target_read, self.handle, address, out, length)
        return out.raw

    def describe(self, address: int) -> Object:
        out = ObjectRow()
        self.library.check(self.library.object_describe, self.handle, address, byref(out))
        return _object(out)

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
        handle, options = c_void_p(), ScanOptions(level, int(sizes))
        self.library.check(self.library.scan_begin, self.handle, byref(options), byref(handle))
        return Scan(self.library, handle)

    def adopt(self, fd: int) -> "Scan":
        """The scan whose objects an agent has found and left in the file FD."""
        handle = c_void_p()
        self.library.check(self.library.scan_adopt, self.handle, fd, byref(handle))
        return Scan(self.library, handle)

    def agent_request(self, level: int, sizes: bool, where: int, size: int) -> bytes:
        """The request block for an agent, to be written at WHERE; SIZE is the room there."""
        block, used, options = ctypes.create_string_buffer(size), c_uint64(), ScanOptions(level, int(sizes))
        self.library.check(self.library.agent_request, self.handle, byref(options), where, size, block, byref(used))
        return block.raw[:used.value]

    # -- questions --

    def _ask(self, function: Any, graph: "Graph", arguments: Sequence[Any], row: Any) -> Tuple[List[Any], int]:
        """Calls FUNCTION(target, graph, arguments.., report, rows, count, total); rows are valid inside `with` only,
        so they are converted here by the caller's ROW function."""
        report, rows, count, total = c_void_p(), POINTER(row.structure)(), c_uint64(), c_uint64()
        self.library.check(function, self.handle, graph.handle, *arguments, byref(report), byref(rows), byref(count),
                           byref(total))
        try:
            return [row(r) for r in rows[:count.value]], total.value
        finally:
            self.library.report_close(report)

    def types(self, graph: "Graph", q: Query) -> Tuple[List[TypeCount], int]:
        return self._ask(self.library.types, graph, [byref(q)], _type_count)

    def count(self, graph: "Graph", name: str, q: Query) -> Tuple[int, int]:
        """Instances of exactly the type NAME, and their bytes."""
        count, size = c_uint64(), c_uint64()
        self.library.check(self.library.count, self.handle, graph.handle, name.encode(), byref(q), byref(count),
                           byref(size))
        return count.value, size.value

    def growth(self, state: GrowthState, graph: "Graph", q: Query, shrunk: bool) -> Tuple[List[Growth], int]:
        report, rows, count, total = c_void_p(), POINTER(GrowthRow)(), c_uint64(), c_uint64()
        self.library.check(self.library.growth_update, state.handle, self.handle, graph.handle, byref(q), int(shrunk),
                           byref(report), byref(rows), byref(count), byref(total))
        try:
            return [Growth(text(r.type), r.count, r.bytes, r.delta, r.bytes_delta)
                    for r in rows[:count.value]], total.value
        finally:
            self.library.report_close(report)

    def new(self, state: NewState, graph: "Graph", q: Query, sort: str) -> Tuple[List[NewObjects], int]:
        report, rows, count, total = c_void_p(), POINTER(NewRow)(), c_uint64(), c_uint64()
        self.library.check(self.library.new_update, state.handle, self.handle, graph.handle, byref(q), NEW_SORT[sort],
                           byref(report), byref(rows), byref(count), byref(total))
        try:
            return [NewObjects(text(r.type), r.old_ids, r.current_ids, r.new_ids, r.count_delta,
                               r.addresses[:r.new_ids] if r.new_ids else []) for r in rows[:count.value]], total.value
        finally:
            self.library.report_close(report)

    def by_type(self, graph: "Graph", name: str, q: Query) -> Tuple[List[Object], int]:
        return self._ask(self.library.by_type, graph, [name.encode(), byref(q)], _object_row)

    def leaking(self, graph: "Graph", q: Query, explained: bool) -> Tuple[List[Tuple[Object, str]], int]:
        """Objects that no object refers to, each with the root that explains it ("": none)."""
        return self._ask(self.library.leaking, graph, [byref(q), int(explained)], _leaking_row)

    def view(self, graph: "Graph", roots: Sequence[int], inverse: bool, depth: int, too_many: int, max_nodes: int,
             long_names: bool = False, filter: Optional[Filter] = None,
             ignore: Sequence[int] = ()) -> Tuple[List[Node], List[Edge]]:
        hidden = _addresses(ignore)
        options = ViewOptions(int(inverse), depth, too_many, max_nodes, int(long_names), 0,
                              filter.handle if filter else None, hidden, len(hidden))
        report, nodes, edges = c_void_p(), POINTER(NodeRow)(), POINTER(EdgeRow)()
        node_count, edge_count = c_uint64(), c_uint64()
        self.library.check(self.library.view, self.handle, graph.handle, _addresses(roots), len(roots),
                           byref(options), byref(report), byref(nodes), byref(node_count), byref(edges),
                           byref(edge_count))
        try:
            return ([Node(_object(n.object), n.depth, n.flags, n.cut) for n in nodes[:node_count.value]],
                    [Edge(e.source, e.target, REF_KINDS[e.kind], e.form, text(e.label))
                     for e in edges[:edge_count.value]])
        finally:
            self.library.report_close(report)

    def chains(self, graph: "Graph", address: int, forward: bool = False, max_depth: int = 20, count: int = 1,
               to_address: int = 0, to_type: Optional[str] = None, long_names: bool = False) -> List[Chain]:
        options = ChainOptions(int(forward), max_depth, count, int(long_names), to_address,
                               to_type.encode() if to_type else None)
        report, rows, found = c_void_p(), POINTER(ChainRow)(), c_uint64()
        self.library.check(self.library.chain, self.handle, graph.handle, address, byref(options), byref(report),
                           byref(rows), byref(found))
        try:
            return [Chain(r.addresses[:r.length], text(r.expression),
                          [text(label) for label in r.labels[:r.length - 1]] if r.length > 1 else [])
                    for r in rows[:found.value]]
        finally:
            self.library.report_close(report)


def _type_count(r: TypeRow) -> TypeCount:
    return TypeCount(text(r.type), r.count, r.bytes, r.type_address)


def _object_row(r: ObjectRow) -> Object:
    return _object(r)


def _leaking_row(r: LeakingRow) -> Tuple[Object, str]:
    return _object(r.object), text(r.root)


_type_count.structure = TypeRow  # type: ignore[attr-defined]
_object_row.structure = ObjectRow  # type: ignore[attr-defined]
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
        handle = c_void_p()
        scan, self.handle = self.handle, None  # after this call the scan is gone, whatever it answers
        self.library.check(self.library.scan_finish, scan, byref(handle))
        return Graph(self.library, handle)


class Graph(Handle):
    """The objects of one stop, with references if the level is SCAN_GRAPH."""

    _close = "graph_close"

    def __init__(self, library: Library, handle: c_void_p):
        super().__init__(library, handle)
        info = GraphInfo()
        library.graph_info(handle, byref(info))
        self.info: GraphInfo = info

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
