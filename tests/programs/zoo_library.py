"""One of every kind of object that the standard library makes, above all those whose types are written in C.

A maker that cannot import its module is reported as missing by the program, not as a failure: builds differ."""
import sys

MAKERS = []


def keeps(maker):
    MAKERS.append(maker)
    return maker


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


@keeps
def dates_and_decimals():
    import datetime
    import decimal
    import fractions
    import uuid

    class DateChild(datetime.datetime):
        pass

    child = DateChild(2024, 1, 2)
    child.note = ["attribute of a datetime"]
    zone = datetime.timezone(datetime.timedelta(hours=2), "zone")
    made = [
        datetime.date(2024, 1, 2),
        datetime.datetime(2024, 1, 2, 3, 4, 5, 6, zone),
        datetime.time(1, 2, tzinfo=zone),
        datetime.timedelta(days=1, seconds=2),
        zone,
        datetime.timezone.utc,
        child,
        datetime.datetime(2024, 1, 2),
        decimal.Decimal("1.5"),
        decimal.Decimal(10) ** 200,
        decimal.Context(prec=5),
        decimal.getcontext(),
        decimal.localcontext(),
        decimal.BasicContext.flags,
        decimal.Decimal("NaN"),
        fractions.Fraction(1, 3),
        uuid.UUID(int=5),
    ]
    try:
        import zoneinfo

        made.append(zoneinfo.ZoneInfo("UTC"))
    except Exception:  # 3.8 has none, and a machine may lack the data
        pass
    return made


@keeps
def regular_expressions():
    import re

    pattern = re.compile(r"(?P<word>\w+)-(\d+)")
    match = pattern.match("word-12 rest")
    return [
        pattern,
        match,
        re.compile(rb"bytes"),
        re.compile("(a)(b)?").match("a"),
        pattern.finditer("a-1 b-2"),
        pattern.scanner("a-1"),
        re.compile("\u20ac"),
    ]


@keeps
def compressors_and_hashes():
    import bz2
    import hashlib
    import hmac
    import lzma
    import zlib

    return [
        zlib.compressobj(),
        zlib.decompressobj(),
        bz2.BZ2Compressor(),
        bz2.BZ2Decompressor(),
        lzma.LZMACompressor(),
        lzma.LZMADecompressor(),
        hashlib.md5(b"x"),
        hashlib.sha256(),
        hashlib.sha3_256(),
        hashlib.blake2b(),
        hashlib.blake2s(),
        hashlib.shake_128(),
        hmac.new(b"k", b"m", "sha256"),
    ]


@keeps
def encoders():
    import codecs
    import csv
    import io
    import json
    import json.encoder
    import json.scanner
    import pickle

    memo = pickle.Pickler(io.BytesIO(), 4)
    shared = [Record(i) for i in range(30)]
    memo.dump([1, (2, "three"), {"four": [5]}, shared[0].values])
    unpickler = pickle.Unpickler(io.BytesIO(pickle.dumps([[1], "two", {"three": [4]}, (5,) * 3])))
    unpickler.load()

    class PicklerChild(pickle.Pickler):
        dispatch_table = {Record: len}

        def persistent_id(self, value):
            return None

    class UnpicklerChild(pickle.Unpickler):
        def persistent_load(self, value):
            return value

    child = PicklerChild(io.BytesIO())
    child.dump([1])
    csv.register_dialect("zoo", delimiter=";")
    reader = csv.reader(io.StringIO("a;b\n1;2\n"), "zoo")
    next(reader)
    encoder = json.JSONEncoder(default=len)
    c_encoder = (
        json.encoder.c_make_encoder({}, len, json.encoder.encode_basestring, None, ":", ",", False, False, True)
        if json.encoder.c_make_encoder
        else None
    )
    return [
        memo,
        memo.memo,
        unpickler,
        unpickler.memo,
        child,
        UnpicklerChild(io.BytesIO()),
        pickle._Pickler(io.BytesIO()),
        reader,
        csv.writer(io.StringIO()),
        csv.get_dialect("zoo"),
        csv.DictReader(io.StringIO("a,b\n")),
        encoder,
        c_encoder,
        json.JSONDecoder(),
        json.scanner.make_scanner(json.JSONDecoder()),
        codecs.getincrementaldecoder("utf-8")(),
        codecs.getincrementalencoder("shift_jis")(),
        codecs.lookup("euc_jp"),
        codecs.getincrementaldecoder("big5")(),
        codecs.charmap_build("abc" * 80),
        pickle.PickleBuffer(b"x"),
    ]


@keeps
def element_trees():
    import xml.etree.ElementTree as tree
    import xml.parsers.expat as expat

    root = tree.Element("root", {"attribute": "value"})
    for i in range(10):
        child = tree.SubElement(root, "child", {"n": str(i)} if i % 2 else {})
        child.text, child.tail = "text %d" % i, "tail"
        tree.SubElement(child, "grandchild")
    parsed = tree.fromstring("<a><b x='1'>joined<c/>text</b></a>")
    builder = tree.TreeBuilder()
    builder.start("open", {"a": "b"})
    builder.data("data")
    parser = tree.XMLParser(target=tree.TreeBuilder())
    parser.feed("<partly><read>")
    pulled = tree.XMLPullParser(["start", "end"])
    pulled.feed("<a><b>")
    expat_parser = expat.ParserCreate()
    expat_parser.StartElementHandler = lambda *arguments: None
    expat_parser.buffer_text = True
    return [
        root,
        parsed,
        builder,
        parser,
        pulled,
        expat_parser,
        root.iter(),
        iter(root),
        tree.ElementTree(root),
        root.itertext(),
        tree.Comment("comment"),
        tree.QName("q", "n"),
    ]


@keeps
def enums_and_dataclasses():
    import dataclasses
    import enum

    class Color(enum.Enum):
        RED = 1
        GREEN = [2]

        @property
        def hot(self):
            return self is Color.RED

    class Permission(enum.IntFlag):
        READ = 1
        WRITE = 2

    @dataclasses.dataclass(order=True)
    class Point:
        x: int = 0
        y: list = dataclasses.field(default_factory=list)

    @dataclasses.dataclass(frozen=True)
    class Frozen:
        value: tuple = ([1],)

    made = [
        Color,
        Color.RED,
        Permission.READ | Permission.WRITE,
        Point,
        Point(1, [2]),
        Frozen(),
        dataclasses.fields(Point),
    ]
    if sys.version_info >= (3, 10):

        @dataclasses.dataclass(**{"slots": True})
        class Slotted:
            a: int = 1
            b: list = dataclasses.field(default_factory=list)

        made.append(Slotted())
    return made


@keeps
def queues_and_executors():
    import _thread
    import concurrent.futures
    import queue
    import sched
    import subprocess

    simple = queue.SimpleQueue()
    simple.put(["in a simple queue"])
    simple.put(Record(1))
    for _ in range(20):
        simple.put([1])
    simple.get()
    full = queue.Queue()
    full.put([1])
    future = concurrent.futures.Future()
    future.set_result([1])
    recursive = _thread.RLock()
    recursive.acquire()
    return [
        simple,
        full,
        queue.PriorityQueue(),
        future,
        concurrent.futures.Future(),
        _thread.allocate_lock(),
        recursive,
        sched.scheduler(),
        subprocess.CompletedProcess([], 0),
    ]


@keeps
def syntax_trees():
    import ast
    import dis
    import inspect
    import symtable
    import tokenize
    import traceback

    source = "def f(a, *b, c=1):\n    return [x for x in a if x]\n"

    def example(a, b=[1]):
        return a

    try:
        raise ValueError("summary")
    except ValueError as error:
        summary = traceback.TracebackException.from_exception(error)
    return [
        ast.parse(source),
        symtable.symtable(source, "s", "exec"),
        list(dis.get_instructions(example)),
        inspect.signature(example),
        list(tokenize.generate_tokens(iter(source.splitlines(True)).__next__)),
        summary,
        traceback.extract_stack(),
    ]


@keeps
def library_objects():
    import argparse
    import configparser
    import contextlib
    import difflib
    import email.message
    import http.client
    import ipaddress
    import logging
    import logging.handlers
    import pathlib
    import random
    import shelve
    import socketserver
    import string
    import tempfile
    import textwrap
    import time
    import traceback
    import unittest.mock
    import urllib.parse
    import zipfile

    parser = argparse.ArgumentParser()
    parser.add_argument("--option", type=int, default=[1])
    config = configparser.ConfigParser()
    config.read_dict({"section": {"key": "value"}})
    message = email.message.EmailMessage()
    message["Subject"] = "text"
    logger = logging.getLogger("zoo.logger")
    logger.addHandler(logging.handlers.BufferingHandler(10))
    logger.addFilter(lambda record: True)
    logger.warning("kept in the buffer %s", [1])
    stack = contextlib.ExitStack()
    stack.callback(len, [])

    @contextlib.contextmanager
    def managed():
        yield [1]

    entered = managed()
    entered.__enter__()
    stack.pop_all()
    mock = unittest.mock.Mock(name="mock")
    mock.attribute.method(1)
    return [
        parser,
        config,
        message,
        logger,
        stack,
        entered,
        mock,
        unittest.mock.MagicMock(),
        random.Random(5),
        random.SystemRandom(),
        string.Template("$x"),
        ipaddress.ip_network("10.0.0.0/8"),
        pathlib.Path("/tmp"),
        urllib.parse.urlparse("http://host/path"),
        difflib.SequenceMatcher(None, "ab", "bc"),
        textwrap.TextWrapper(),
        time.localtime(),
        time.get_clock_info("time"),
        http.client.HTTPConnection("h"),
        shelve,
        tempfile.SpooledTemporaryFile(),
        zipfile.ZipInfo("z"),
        socketserver.BaseRequestHandler,
        traceback.StackSummary(),
    ]


@keeps
def ssl_objects():
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.note = [1]
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    wrapped = context.wrap_bio(incoming, outgoing, server_hostname="example.org")
    return [context, incoming, outgoing, wrapped, wrapped._sslobj]


@keeps
def polling():
    import select
    import signal

    poll = select.poll()
    poll.register(0)
    return [poll, select.epoll(), signal.getsignal(signal.SIGINT), signal.SIGTERM, select.select]


@keeps
def terminal_and_bisect():
    import bisect
    import heapq
    import readline

    heap = [[3], [1]]
    heapq.heapify(heap)
    return [heap, bisect.bisect, readline]


@keeps
def unicode_and_locale():
    import locale
    import unicodedata

    return [unicodedata.ucd_3_2_0, locale.localeconv()]


@keeps
def multibyte_and_profile():
    import cProfile
    import tracemalloc

    profile = cProfile.Profile()
    profile.enable()
    len([])
    profile.disable()
    return [profile, profile.getstats(), tracemalloc.Filter(True, "x")]


@keeps
def curses_and_databases():
    import dbm
    import multiprocessing.connection
    import multiprocessing.shared_memory

    left, right = multiprocessing.connection.Pipe()
    return [dbm, left, right]


@keeps
def test_helpers():
    """Types of C that CPython's own tests use: subclasses of everything, odd layouts."""
    import _testcapi

    made = [_testcapi]
    if sys.version_info < (3, 9):  # 3.8's own heap types crash its collector
        return made
    for name in (
        "awaitType",
        "HeapDocCType",
        "HeapGcCType",
        "HeapCTypeSubclass",
        "HeapCTypeWithDict",
        "HeapCTypeWithNegativeDict",
        "HeapCTypeWithWeakref",
        "HeapCTypeSetattr",
        "MethInstance",
        "MethClass",
        "MethStatic",
        "instancemethod",
        "matmulType",
    ):
        cls = getattr(_testcapi, name, None)
        if cls is None:
            continue
        made.append(cls)
        try:
            made.append(cls())
        except TypeError:
            pass
    with_dict = getattr(_testcapi, "HeapCTypeWithDict", None)
    if with_dict is not None:
        holder = with_dict()
        holder.attribute = [1]
        made.append(holder)
    return made
