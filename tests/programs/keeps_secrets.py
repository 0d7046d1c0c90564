"""Keeps secrets, each in one place of its own, and prints them (NAME TEXT), then READY. Waits on standard input.

A secret is a text, or a number, that nothing else in the process has; names of the program say nothing of them.
"""
import asyncio
import collections
import contextvars
import dataclasses
import enum
import functools
import os
import random
import re
import sys
import tempfile
import threading
import types
import weakref

MADE = {}


def text(name):
    MADE[name] = "tk" + "".join(random.choice("0123456789abcdef") for _ in range(14))
    return "".join([MADE[name][:8], MADE[name][8:]])


def number(name):
    value = random.randrange(10**14, 10**15)
    MADE[name] = str(value)
    return value + 0


def fraction(name):
    value = random.random()
    MADE[name] = repr(value)
    return value + 0.0


def octets(name):
    return text(name).encode()


class Plain:
    pass


class Named:
    def __init__(self, name):
        self.name = name


class Slotted:
    __slots__ = ("kept",)


class Text(str):
    pass


class Whole(int):
    pass


class Failure(Exception):
    pass


@dataclasses.dataclass
class Data:
    field: str


class Colour(enum.Enum):
    RED = text("enum value")


class Level(enum.IntEnum):
    HIGH = number("int enum value")


class Flavour(str, enum.Enum):
    SWEET = text("str enum value")


Pair = collections.namedtuple("Pair", "left right")


def attribute(cls, name, made):
    each = cls()
    setattr(each, name, made)
    return each


def default(argument=text("default"), *, keyword=text("keyword default")):
    """Nothing."""


def closing(kept):
    return lambda: kept


def suspended(kept):
    local = text("local of a generator")
    yield local
    return kept


def annotated(argument):
    pass


annotated.__annotations__["argument"] = text("annotation")


class Proxy:
    def __init__(self, held):
        self.held = held

    def method(self):
        return self.held


def raised():
    try:
        raise Failure(text("exception argument"), number("exception number"))
    except Failure as failure:
        return failure


@functools.lru_cache(None)
def cached(argument):
    return text("cached result")


def long_text():
    return text("in a long text") + "-" * 20000


def sequences():
    return [
        [text("list item"), octets("bytes"), bytearray(octets("bytearray")), number("int"), fraction("float")],
        (text("tuple item"), complex(0, number("complex")), -number("negative int"), Whole(number("int subclass"))),
        {text("set member"), number("set number"), (text("tuple member"), 1)},
        frozenset([text("frozenset member"), octets("frozenset bytes")]),
        collections.deque([text("deque item")], maxlen=5),
        Pair(text("namedtuple item"), number("namedtuple number")),
        memoryview(octets("memoryview")),
        range(number("range start"), number("range stop"), 3),
        slice(number("slice start"), number("slice stop")),
        long_text(),
        Text(text("str subclass")),
    ]


def mappings():
    ordered = collections.OrderedDict([(text("OrderedDict key"), text("OrderedDict value"))])
    default_dict = collections.defaultdict(list, {text("defaultdict key"): text("defaultdict value")})
    return [
        {text("key"): text("value"), octets("bytes key"): octets("bytes value")},
        {number("int key"): number("int value"), fraction("float key"): None},
        {(text("tuple key"), number("tuple key number")): 1, frozenset([text("frozenset key")]): 2},
        {Text(text("str subclass key")): 1, Named(text("named key")): 2, Flavour.SWEET: 3},
        ordered,
        default_dict,
        collections.Counter([text("Counter key")]),
        types.MappingProxyType({text("mappingproxy key"): text("mappingproxy value")}),
        weakref.WeakValueDictionary({text("weak value key"): DATA}),
        {text("non identifier key") + " é\n'": 1},
    ]


def odd_attributes():
    """Attribute dictionaries whose keys are no names."""
    each = Plain()
    vars(each)[octets("bytes among attributes")] = text("value among attributes")
    vars(each)[number("int among attributes")] = None
    vars(each)[text("long text among attributes") * 100] = None
    annotated.__annotations__[number("int among annotations")] = None
    return each


def objects():
    context = contextvars.ContextVar("context")
    context.set(text("context value"))
    return [
        attribute(Plain, "kept", text("attribute")),
        attribute(Plain, "name", text("name attribute")),
        attribute(Plain, "id", number("id attribute")),
        attribute(Slotted, "kept", text("slot")),
        Named(text("telling attribute")),
        functools.partial(print, text("partial argument"), end=text("partial keyword")),
        Proxy(text("held")).method,
        closing(text("cell")),
        types.SimpleNamespace(kept=text("namespace value")),
        re.compile(text("pattern") + "[a-z]+"),
        raised(),
        KeyError(text("key error")),
        OSError(2, "No such file", text("file of an error")),
        weakref.ref(DATA),
        property(functools.partial(print, text("getter argument"))),
        types.MethodType(functools.partial(print), text("bound to")),
        classmethod(Text(text("wrapped text"))),
        context,
        odd_attributes(),
        default,
        annotated,
    ]


def opened():
    folder = tempfile.mkdtemp(prefix=text("folder"))
    path = os.path.join(folder, text("file"))
    file = open(path, "w")
    os.unlink(path)
    os.rmdir(folder)
    return [file, path]


async def waiting():
    local = text("local of a coroutine")
    await asyncio.sleep(1000)
    return local


def tasks():
    loop = asyncio.new_event_loop()
    task = loop.create_task(waiting())
    if hasattr(task, "set_name"):
        task.set_name(text("task name"))
    loop.call_soon(loop.stop)
    loop.run_forever()
    return [loop, task]


def main():
    local, items = text("local variable"), {text("key of a local"): text("value of a local")}
    generator = suspended(text("argument of a generator"))
    next(generator)
    cached(text("cached argument"))
    os.environ[text("environment name").upper()] = text("environment value")
    kept = [sequences(), mappings(), objects(), opened(), tasks(), generator]
    threading.Thread(target=threading.Event().wait, args=(1000,), name=text("thread name"), daemon=True).start()
    while MADE:  # afterwards nothing knows them all
        name, made = MADE.popitem()
        print("%s: %s" % (name, made.upper() if name == "environment name" else made))
        del made
    print("READY", flush=True)
    sys.stdin.read()
    return kept, local, items


DATA = Data(text("dataclass field"))
if __name__ == "__main__":
    main()
