"""Dates, text, formats, syntax trees, and larger objects of the standard library."""
import sys

from zoo_library import Record
from zoo_makers import keeps


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
    if sys.version_info < (3, 9, 18):  # of 3.8 and 3.9.2 they crash the collector
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
