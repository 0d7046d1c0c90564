"""Waits with one of everything that a Python path can go through; says, as JSON, the address each path must lead to.

Each thread blocks in C with a Python function of its own kind innermost.
"""
import collections
import enum
import json
import os.path  # noqa: F401
import sys
import threading
import time
import types
import xml.etree.ElementTree  # noqa: F401

BLOCKED = threading.Lock()
BLOCKED.acquire()
block = BLOCKED.acquire


class Base:
    of_base = ["class attribute"]


class Plain(Base):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)

    @property
    def computed(self):
        return 1

    def method(self):
        pass


class Slots:
    __slots__ = ("first", "unset")


class Dynamic:
    def __getattr__(self, name):
        return name


class Color(enum.Enum):
    RED = 1


PLAIN = Plain(name="x", items=[1])
WITH_DICT = Plain(**{"attribute %d" % i: i for i in range(40)})
WITH_DICT.made = ["in a dict"]
SLOTS = Slots()
SLOTS.first = ["slot"]
DYNAMIC = Dynamic()
CACHE = {
    "user:7": [Plain(name="seven")],
    "user:8": ["eight"],
    "it's": ["quoted"],
    "é": ["accent"],
    42: ["int"],
    -3: ["negative"],
    10**30: ["big"],
    1.5: ["float"],
    None: ["None"],
    True: ["True"],
    b"x\x00": ["bytes"],
    (1, ("a", b"b")): ["tuple"],
}
LIST = [["first"], ["second"], ["last"]]
DEQUE = collections.deque([["first"], ["second"]], 5)
ORDERED = collections.OrderedDict(a=["ordered"])
PROXY = types.MappingProxyType({"a": ["proxied"]})


def generate():
    of_generator = ["local"]
    yield of_generator


GENERATOR = generate()
OF_GENERATOR = next(GENERATOR)

PATHS = [
    "PLAIN",
    "PLAIN.name",
    "PLAIN.items[0]",
    "PLAIN.__dict__['name']",
    "PLAIN.__class__",
    "PLAIN.of_base",
    "WITH_DICT.made",
    "SLOTS.first[0]",
    "CACHE['user:7'][0].name",
    'CACHE["user:8"][-1]',
    'CACHE["it\'s"]',
    "CACHE['it\\'s']",
    "CACHE['\\xe9']",
    "CACHE['é']",
    "CACHE[42]",
    "CACHE[-3]",
    "CACHE[10**30]".replace("10**30", str(10**30)),
    "CACHE[1.5]",
    "CACHE[None]",
    "CACHE[True]",
    "CACHE[1]",
    "CACHE[b'x\\x00']",
    "CACHE[(1, ('a', b'b'))]",
    "LIST[0]",
    "LIST[-1][0]",
    "DEQUE[1]",
    "DEQUE[-2]",
    "ORDERED['a']",
    "PROXY['a']",
    "generate.__code__",
    "generate.__globals__",
    "Plain.__mro__[1]",
    "Plain.__name__",
    "Color.RED",
    "sys.modules['json'].dumps",
    "os.path.join",
    "xml.etree.ElementTree.Element",
    "print",
]


def in_closure():
    free = ["free"]

    def inner(argument, *rest, **named):
        def deeper():
            return free, argument

        local = ["local", deeper]
        said("closure", {"free": free, "argument": argument, "rest": rest, "named": named, "local[0]": local[0]})
        block()

    inner(["argument"], 1, key=2)


def in_class_body():
    class Body:
        variable = ["of a class body"]
        said("class body", {"variable": variable})
        block()

    return Body


def in_generator():
    def generator(argument):
        yield
        said("generator", {"argument": argument})
        block()

    for _ in generator(["argument of a generator"]):
        pass


def in_exec():
    names = {"block": block, "said": said, "global_variable": ["of exec"]}
    exec("variable = [1]\nsaid('exec', {'variable': variable, 'global_variable': global_variable})\nblock()", names)


def in_deep_recursion(depth=400):
    if depth:
        in_deep_recursion(depth - 1)
    else:
        said("recursion", {"depth": depth})
        block()


ANSWERS = {}


def said(kind, variables):
    ANSWERS[kind] = {"thread": threading.get_ident(), "variables": {name: id(value) for name, value in variables.items()}}


def frames():
    """{thread: [[function, file, line], ...]}, innermost first."""
    found = {}
    for thread, frame in sys._current_frames().items():
        found[thread] = []
        while frame:
            found[thread].append([frame.f_code.co_name, frame.f_code.co_filename, frame.f_lineno])
            frame = frame.f_back
    return found


def main():
    threads = [in_closure, in_class_body, in_generator, in_exec, in_deep_recursion]
    for each in threads:
        threading.Thread(target=each, daemon=True).start()
    while len(ANSWERS) < len(threads):
        time.sleep(0.01)
    time.sleep(0.5)  # until the last one blocks
    answers = {
        "paths": {path: id(eval(path)) for path in PATHS},
        "generator": id(OF_GENERATOR),
        "threads": ANSWERS,
        "main": threading.get_ident(),
        "frames": {thread: lines for thread, lines in frames().items() if thread != threading.get_ident()},
    }
    print("READY " + json.dumps(answers), flush=True)
    sys.stdin.read()


main()
