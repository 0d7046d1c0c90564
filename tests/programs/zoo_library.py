"""Containers, iterators, tasks, files, memory: objects of the standard library whose types are written in C."""
import sys

from zoo_makers import keeps


class Record:
    """Something to be referred to."""

    def __init__(self, *values):
        self.values = values


@keeps
def collections_kinds():
    import collections

    blocks = collections.deque([i] for i in range(300))
    for _ in range(70):
        blocks.popleft()
    bounded = collections.deque(([i] for i in range(50)), maxlen=10)
    left = collections.deque()
    left.extendleft([i] for i in range(130))

    class DequeChild(collections.deque):
        pass

    class DequeChildWithSlots(collections.deque):
        __slots__ = ("owner",)

    child = DequeChild([1, [2]])
    child.note = ["attribute of a deque"]
    slotted = DequeChildWithSlots([3])
    slotted.owner = child
    ordered = collections.OrderedDict(("key%d" % i, [i]) for i in range(60))
    for i in range(0, 60, 4):
        del ordered["key%d" % i]
    ordered.move_to_end("key1")

    class OrderedChild(collections.OrderedDict):
        pass

    ordered_child = OrderedChild(a=[1])
    ordered_child.note = ["attribute of an OrderedDict"]
    attributed = collections.OrderedDict(a=1)
    attributed.note = ["OrderedDict has a __dict__"]
    default = collections.defaultdict(list)
    default["a"].append([1])
    Point = collections.namedtuple("Point", "x y")
    chain = collections.ChainMap({"a": [1]}, default)
    iterator = iter(ordered)
    next(iterator)
    return [
        blocks,
        bounded,
        left,
        child,
        slotted,
        ordered,
        ordered_child,
        attributed,
        collections.OrderedDict(),
        default,
        collections.defaultdict(),
        Point,
        Point([1], 2),
        chain,
        collections.Counter("abracadabra"),
        iter(blocks),
        reversed(blocks),
        iterator,
        ordered.keys(),
        ordered.values(),
        ordered.items(),
        reversed(ordered),
        iter(ordered.items()),
        iter(ordered.values()),
        collections.UserDict(a=[1]),
        collections.UserList([[1]]),
        collections.UserString("u"),
        collections.deque(),
        Point.x,
    ]


@keeps
def functools_kinds():
    import functools

    @functools.lru_cache(maxsize=16)
    def bounded(key):
        return Record(key)

    @functools.lru_cache(maxsize=None)
    def unbounded(key, other=None):
        return [key, other]

    @functools.lru_cache(maxsize=0)
    def uncached(key):
        return key

    @functools.lru_cache(maxsize=8, typed=True)
    def typed(*args, **kwargs):
        return [args, kwargs]

    for i in range(40):
        bounded(("key", i)), unbounded(("key", i), other=i), uncached(i), typed(i, float(i), key=[].__len__)
    bounded.note = ["attribute of a cache"]

    class Cached:
        @functools.cached_property
        def once(self):
            return [1]

        @functools.lru_cache()
        def method(self, x):
            return [x]

        @functools.singledispatchmethod
        def dispatch(self, x):
            return x

        partial_method = functools.partialmethod(method, 1)

    cached = Cached()
    cached.once, cached.method(1)

    @functools.singledispatch
    def single(x):
        return x

    single.register(int, lambda x: x)
    partial = functools.partial(bounded, [1], key={"k": "v"})
    partial.note = ["attribute of a partial"]

    class PartialChild(functools.partial):
        pass

    return [
        bounded,
        unbounded,
        uncached,
        typed,
        cached,
        single,
        partial,
        functools.partial(partial, 2),
        PartialChild(len, []),
        functools.cmp_to_key(lambda a, b: 0),
        functools.cmp_to_key(len)([1]),
        functools.total_ordering(type("Ordered", (), {"__lt__": lambda a, b: True})),
        functools.wraps(single)(lambda x: x),
        functools.reduce,
    ]


@keeps
def itertools_kinds():
    import itertools

    def source():
        return iter([[1], [2], [3], [4]])

    made = [
        itertools.count(),
        itertools.count(2**70),
        itertools.count(1.5, 0.5),
        itertools.cycle(source()),
        itertools.repeat([1]),
        itertools.repeat([1], 3),
        itertools.accumulate(source()),
        itertools.accumulate([1, 2], lambda a, b: a, initial=[0]),
        itertools.chain(source(), source()),
        itertools.chain.from_iterable([source()]),
        itertools.compress(source(), [1, 0, 1]),
        itertools.dropwhile(bool, source()),
        itertools.filterfalse(None, source()),
        itertools.groupby(source(), len),
        itertools.islice(source(), 1, 3),
        itertools.starmap(lambda *a: a, [[1]]),
        itertools.takewhile(bool, source()),
        itertools.zip_longest(source(), [[1]], fillvalue=["fill"]),
        itertools.product([1, [2]], repeat=2),
        itertools.permutations([[1], [2], [3]], 2),
        itertools.combinations([[1], [2], [3]], 2),
        itertools.combinations_with_replacement([[1], [2]], 2),
    ]
    started = [
        itertools.cycle([[1], [2]]),
        itertools.chain(source(), source()),
        itertools.groupby(source(), len),
        itertools.islice(source(), 1, 3),
        itertools.product([1, [2]], repeat=2),
        itertools.permutations([[1], [2], [3]], 2),
        itertools.combinations([[1], [2], [3]], 2),
        itertools.zip_longest(source(), [[1]]),
        itertools.accumulate(iter([1, 2**70])),
        itertools.repeat([1], 3),
        zip(source(), source()),
        map(len, source()),
        enumerate(source()),
    ]
    results = [next(iterator) for iterator in started]
    first, second = itertools.tee(source())
    next(first)
    many, _ = itertools.tee([i] for i in range(200))
    for _ in range(150):
        next(many)
    made.extend([started, results, first, second, many, _])
    if sys.version_info >= (3, 10):
        made.append(itertools.pairwise(source()))
        next(made[-1])
    if sys.version_info >= (3, 12):
        made.append(itertools.batched(source(), 2))
    return made


@keeps
def operator_kinds():
    import operator

    return [
        operator.itemgetter(1),
        operator.itemgetter("a", "b", 3),
        operator.attrgetter("a"),
        operator.attrgetter("a.b", "c.d.e"),
        operator.methodcaller("name"),
        operator.methodcaller("name", [1], key=[2]),
        operator.add,
    ]


@keeps
def asyncio_kinds():
    import asyncio
    import asyncio.futures
    import asyncio.tasks

    loop = asyncio.new_event_loop()
    never = loop.create_future()

    async def pending(number, future=never):
        local = ["held by a task", number]
        await future
        return local

    async def result():
        return ["result"]

    async def failure():
        raise ValueError("of a task")

    async def outer():
        await asyncio.gather(pending(10), pending(11))

    tasks = [loop.create_task(pending(i)) for i in range(3)]
    tasks += [
        loop.create_task(result()),
        loop.create_task(failure()),
        loop.create_task(outer()),
        loop.create_task(pending(20)),
    ]
    tasks[-1].add_done_callback(print)
    tasks[-1].add_done_callback(len)
    shielded = asyncio.tasks._PyTask(pending(30), loop=loop)
    python_future = asyncio.futures._PyFuture(loop=loop)
    done = loop.create_future()
    done.set_result(["done"])
    failed = loop.create_future()
    failed.set_exception(KeyError("of a future"))
    failed.exception()
    cancelled = loop.create_future()
    cancelled.cancel()
    with_callbacks = loop.create_future()
    for callback in (print, len, Record):
        with_callbacks.add_done_callback(callback)
    to_cancel = loop.create_task(pending(40, loop.create_future()))

    async def settle():
        await asyncio.sleep(0)
        to_cancel.cancel("because") if sys.version_info >= (3, 9) else to_cancel.cancel()
        for _ in range(5):
            await asyncio.sleep(0)

    loop.run_until_complete(settle())
    tasks[4].exception()

    async def make_primitives():
        return [
            asyncio.Lock(),
            asyncio.Event(),
            asyncio.Condition(),
            asyncio.Semaphore(2),
            asyncio.Queue(),
            asyncio.PriorityQueue(),
            asyncio.LifoQueue(),
        ]

    primitives = loop.run_until_complete(make_primitives())
    waiting_iterator = iter(never)
    handle = loop.call_later(10000, print, ["later"])
    soon = loop.call_soon(print, ["soon"])
    unfinished = [shielded, python_future, waiting_iterator, handle, soon, primitives]
    for task in tasks + [shielded]:
        task._log_destroy_pending = False
    return [loop, never, tasks, done, failed, cancelled, with_callbacks, to_cancel, unfinished]


@keeps
def context_variables():
    import contextvars

    variables = [contextvars.ContextVar("zoo%d" % i, default=["default", i]) for i in range(120)]
    tokens = [variable.set(["value", i]) for i, variable in enumerate(variables)]
    context = contextvars.copy_context()
    small = contextvars.Context()
    small.run(variables[0].set, ["in a small context"])
    bare = contextvars.ContextVar("bare")
    used = bare.set(1)
    bare.reset(used)
    return [
        variables,
        tokens,
        context,
        small,
        contextvars.Context(),
        bare,
        used,
        contextvars.Token.MISSING,
        context.items(),
        context.keys(),
        iter(context),
        iter(context.values()),
    ]


@keeps
def sqlite():
    import sqlite3

    class ConnectionChild(sqlite3.Connection):
        pass

    connection = sqlite3.connect(":memory:", factory=ConnectionChild, isolation_level=None)
    connection.note = ["attribute of a connection"]
    connection.row_factory = sqlite3.Row
    connection.create_function("og_function", 1, lambda x: x)
    connection.create_aggregate("og_aggregate", 1, Record)
    connection.create_collation("og_collation", lambda a, b: 0)
    connection.set_authorizer(lambda *arguments: sqlite3.SQLITE_OK)
    connection.set_progress_handler(lambda: 0, 1000)
    connection.set_trace_callback(lambda statement: None)
    cursor = connection.execute("create table t (a, b)")
    cursor.executemany("insert into t values (?, ?)", [(i, "text %d" % i) for i in range(20)])
    rows = connection.execute("select * from t").fetchall()
    open_cursor = connection.execute("select * from t where a > ?", (3,))
    next(open_cursor)
    plain = sqlite3.connect(":memory:")
    plain.text_factory = bytes
    return [
        connection,
        cursor,
        rows,
        iter(rows[0]),
        open_cursor,
        plain,
        plain.cursor(),
        sqlite3.Binary(b"x"),
        sqlite3.Row,
    ]


@keeps
def files_and_sockets():
    import io
    import os
    import selectors
    import socket
    import tempfile

    text = io.StringIO("text")
    text.note = ["attribute of a StringIO"]
    text.write("more \u20ac" * 20)
    data = io.BytesIO(b"bytes" * 100)
    data.note = ["attribute of a BytesIO"]
    view = data.getbuffer()
    lines = open(__file__)
    lines.readline()
    binary = open(__file__, "rb")
    binary.read(3)
    raw = open(__file__, "rb", buffering=0)
    read_end, write_end = os.pipe()
    pair = io.BufferedRWPair(io.FileIO(read_end), io.FileIO(write_end, "w"))
    temporary = tempfile.TemporaryFile("w+")
    temporary.write("unflushed")
    random = tempfile.TemporaryFile("w+b")
    left, right = socket.socketpair()
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(1)
    as_file = left.makefile("rw")
    selector = selectors.DefaultSelector()
    selector.register(right, selectors.EVENT_READ, ["data of a registration"])

    class SocketChild(socket.socket):
        pass

    child = SocketChild()
    child.note = [1]
    wrapped = io.TextIOWrapper(io.BufferedReader(io.BytesIO(b"wrapped")), newline=None)
    wrapped.read(2)
    closed = io.StringIO()
    closed.close()
    scanner = os.scandir(".")
    entry = next(scanner, None)
    decoder = io.IncrementalNewlineDecoder(None, True)
    return [
        text,
        data,
        view,
        lines,
        binary,
        raw,
        pair,
        temporary,
        random,
        left,
        right,
        server,
        as_file,
        selector,
        child,
        wrapped,
        closed,
        scanner,
        entry,
        decoder,
        os.stat("."),
        os.environ,
        os.times(),
        os.uname(),
        selectors.SelectorKey(1, 2, 3, []),
        sys.stdin,
        sys.stderr,
    ]


@keeps
def memory_kinds():
    import array
    import mmap
    import struct

    mapped = mmap.mmap(-1, 8192)
    typed = [array.array(code, range(5)) for code in "bBhHiIlLqQfd"]
    grown = array.array("d", [1.0] * 100)
    for i in range(33):
        grown.append(i)

    class ArrayChild(array.array):
        pass

    child = ArrayChild("i", [1])
    child.note = ["attribute of an array"]
    return [
        mapped,
        typed,
        grown,
        child,
        array.array("u", "text"),
        iter(grown),
        memoryview(grown),
        memoryview(mapped),
        struct.Struct("<IQd4s"),
        struct.Struct("<I").iter_unpack(b"x" * 8),
        memoryview(child),
    ]


@keeps
def ctypes_kinds():
    import ctypes

    class Inner(ctypes.Structure):
        _fields_ = [("number", ctypes.c_int), ("bits", ctypes.c_int, 3)]

    class Outer(ctypes.Structure):
        _fields_ = [
            ("inner", Inner),
            ("pointer", ctypes.POINTER(Inner)),
            ("text", ctypes.c_char_p),
            ("object", ctypes.py_object),
        ]

    class Either(ctypes.Union):
        _fields_ = [("whole", ctypes.c_uint64), ("half", ctypes.c_uint32 * 2)]

    prototype = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)
    callback = prototype(lambda x: x)
    inner = Inner(5)
    outer = Outer(inner, ctypes.pointer(inner), b"kept alive", Record("by ctypes"))
    library = ctypes.CDLL(None)
    function = library.strlen
    function.argtypes = [ctypes.c_char_p]
    function.restype = ctypes.c_size_t
    function.errcheck = lambda result, function, arguments: result
    array = (Inner * 4)()
    pointers = (ctypes.POINTER(Inner) * 2)(ctypes.pointer(inner))
    return [
        inner,
        outer,
        outer.inner,
        Either(),
        callback,
        library,
        function,
        array,
        pointers,
        ctypes.c_int(1),
        ctypes.c_char_p(b"text"),
        ctypes.py_object([1]),
        ctypes.create_string_buffer(32),
        ctypes.byref(inner),
        ctypes.pointer(inner),
        ctypes.cast(array, ctypes.POINTER(ctypes.c_int)),
        Inner.number,
        Inner.bits,
        ctypes.c_wchar_p("wide"),
        ctypes.BigEndianStructure,
    ]
