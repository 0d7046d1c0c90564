"""One of every kind of object whose body og decodes, in a small heap: run with -I -S -B. Two threads wait in frames of every sort."""
import collections
import functools
import gc
import sys
import threading
import types
import weakref


class CLASS:
    """With attributes that have no dict of their own yet."""

    class Inner:
        pass

    def __init__(self, name):
        self.name = name
        self.items = [name]

    def method(self):
        return self


class Slotted:
    __slots__ = ("left", "unset", "__weakref__")


class Deleted:
    def __del__(self):
        pass


class Text(str):
    pass


class Named(dict):
    pass


class Meta(type):
    pass


def function(first, second=("default",), *, third="keyword"):
    "With a docstring."
    local: "annotated" = first
    return local


def enclosing():
    held = ["in a cell"]

    def closure():
        return held

    return closure


def counting():
    held = ["held by a generator"]
    yield held
    yield


async def awaiting():
    held = ["held by a coroutine"]
    await suspension()
    return held


@types.coroutine
def suspension():
    yield


async def asynchronous():
    yield 1


@functools.lru_cache(maxsize=4)
def remembered(number):
    return [number]


def failed():
    try:
        raise ValueError(["argument"])
    except ValueError as problem:
        return problem


def slotted():
    made = Slotted()
    made.left = ["slot"]
    return made


def with_dict():
    made = CLASS("dict")
    made.__dict__["other"] = [made.__dict__]
    return made


def overflowing():
    made = CLASS("many")
    for number in range(80):
        setattr(made, "attribute%d" % number, number)
    return made


def started(made):
    next(made)
    return made


def sent(made):
    made.send(None)
    return made


closure = enclosing()
PLAIN = CLASS("plain")
SLOTTED = slotted()
POINT = collections.namedtuple("Point", "x y")([1], [2])
GENERATOR = started(counting())
MODULE = types.ModuleType("made")
MODULE.attribute = ["of a module"]
FAILED = failed()
KEPT = {
    "plain": [PLAIN, with_dict(), overflowing(), Deleted(), CLASS.Inner(), Meta("Made", (CLASS,), {"of_class": 1})],
    "text": Text("of a class with attributes"),
    "named": Named(a=[1]),
    (1, 2): ["general keys"],
    "many": {"key-%d" % number: number for number in range(300)},
    "sets": [set(), {1, "two"}, frozenset(range(100))],
    "lists": [[], [[1]], list(range(30))],
    "tuple": ((), ([1],), tuple(range(30))),
    "deque": collections.deque([[1], [2]], 5),
    "ordered": collections.OrderedDict([("a", [1]), ("b", [2])]),
    "default": collections.defaultdict(list, {1: [2]}),
    "suspended": [counting(), sent(awaiting()), asynchronous()],
    "failed": FAILED,
    "frames": [FAILED.__traceback__, FAILED.__traceback__.tb_frame, GENERATOR.gi_frame],
    "texts": ["ascii", "latin \xe9", "wide \u20ac", "astral \U0001f600", "x" * 500, Text("\xe9"), "\u20ac"],
    "numbers": [0, -1, 1 << 29, 1 << 30, -(1 << 200), (1 << 60) - 1, 0.5, 1j, True, None, ...],
    "bytes": [b"", b"bytes", bytearray(), bytearray(b"array"), memoryview(b"view")],
    "others": [range(7), slice(1, 2), iter([1]), type.__dict__, property(function), staticmethod(len), classmethod(len)],
    "weak": [weakref.ref(PLAIN), weakref.ref(PLAIN, len), weakref.proxy(SLOTTED)],
    "methods": [PLAIN.method, [].append, len, str.join, CLASS.__init__, object().__str__],
    "codes": [function.__code__, function.__code__.co_code, function.__code__.co_varnames],
    "functions": [lambda: closure, remembered],
}
KEPT["texts"][-1].encode()
remembered(1)
for name in ("datetime", "_struct", "_csv", "_decimal", "zoneinfo"):
    try:
        KEPT[name] = __import__(name)
    except ImportError:
        pass
if "datetime" in KEPT:
    KEPT["date"] = KEPT["datetime"].date(2020, 2, 2)
gc.collect()
gc.freeze()
KEPT["middle"] = [[number] for number in range(20)]
gc.collect(1)
KEPT["young"] = [[number] for number in range(20)]


def in_generator(wait):
    local = ["of a running generator"]
    yield wait(), local


async def in_coroutine(wait):
    local = ["of a running coroutine"]
    return [next(in_generator(wait)), local]


def waits(where):
    local = {"where": where}

    def read():
        return where.wait(), local  # a free variable

    running = in_coroutine(read)
    try:
        running.send(None)
    finally:
        running.close()


def in_class_body(wait):
    class Body:
        of_body = ["local of a class body"]
        waited = wait()


threading.Thread(target=waits, args=(threading.Event(),), daemon=True).start()
gc.disable() if "--no-gc" in sys.argv else None
print("READY", flush=True)
in_class_body(sys.stdin.read)
