"""What libog answers, as Python values: rows, and what their numbers mean."""

from typing import List, NamedTuple, Optional, Tuple

from og.abi import ObjectRow

REF_KINDS = ("strong", "weak", "inferred")
SCAN_TYPES, SCAN_OBJECTS, SCAN_GRAPH = 1, 2, 3
NODE_ROOT, NODE_MODULE, NODE_DEL = 1, 2, 4
EDGE_NONE, EDGE_FIELD, EDGE_INDEX, EDGE_KEY, EDGE_ATTRIBUTE, EDGE_LOCAL = range(6)
NEW_SORT = {"deltas": 0, "old": 1, "current": 2, "new": 3}
IMMORTAL = 0xFFFFFFFF
NO_ID = 0xFFFFFFFF
SNAPSHOT_MAGIC = b"ogsnap\r\n"  # native/graph/snapshot_format.h


class Python(NamedTuple):
    runtime: int
    hexversion: int
    interpreters: int
    chosen: bool
    version: str
    image: str


class Interpreter(NamedTuple):
    address: int
    id: int
    gil: int  # address of the int that says whether its GIL is held; 0: not known
    holder: int  # the thread state that holds it; 0: none, or not known
    held: bool
    collecting: bool


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
    attached: bool  # free-threaded: it runs Python, or CPython's C code


class Identity(NamedTuple):
    """Which process a target is: 0, (0, 0) and "" where that is not known."""

    pid: int
    token: Tuple[int, int]
    program: str
    build_id: str


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


class SnapshotInfo(NamedTuple):
    pid: int
    process: Tuple[int, int]  # as Identity.token
    time: int  # of saving, unix seconds
    file_size: int
    hexversion: int
    words: bool
    strings: bool
    name: str
    source: str
    version: str
    program: str
    build_id: str


class Difference(NamedTuple):
    type: str
    count_a: int
    count_b: int
    bytes_a: int
    bytes_b: int
    delta: int
    bytes_delta: int
    new_count: int
    new_addresses: List[int]


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


def object_of(row: ObjectRow) -> Object:
    return Object(row.address, row.type_address, row.size, row.len, row.refcount, bool(row.tracked), row.id,
                  bool(row.is_module), text(row.type), text(row.long_type), text(row.label))
