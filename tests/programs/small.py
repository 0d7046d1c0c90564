"""A small heap with every family of containers in it, for cores that are damaged thousands of times: run with -I -S -B."""
import collections
import functools
import sys
import threading
import weakref


class Plain:
    def __init__(self, number):
        self.number = number
        self.name = "plain-%d" % number


class Slotted:
    __slots__ = ("left", "right", "__weakref__")


class Deleted:
    def __del__(self):
        pass


class Named(dict):
    pass


def counting(limit):
    held = [limit]
    for number in range(limit):
        yield number, held


@functools.lru_cache(maxsize=8)
def remembered(number):
    return [number]


def failed():
    local = {"why": "kept by a traceback"}
    try:
        raise ValueError(local)
    except ValueError as problem:
        return problem


def slotted(number):
    made = Slotted()
    made.left, made.right = number, [number]
    return made


def suspended():
    running = counting(3)
    next(running)
    return running


KEPT = {
    "plain": [Plain(number) for number in range(300)],
    "slotted": [slotted(number) for number in range(100)],
    "deleted": [Deleted()],
    "named": Named(a=1, b=[2]),
    "general": {(number, "key"): [number] for number in range(60)},
    "many": {"key-%d" % number: {number} for number in range(600)},
    "sets": [set(), {1, "two", (3,)}, frozenset(range(40))],
    "tuples": [(), (1,), tuple([number] for number in range(200))],
    "deque": collections.deque(([number] for number in range(200)), 500),
    "ordered": collections.OrderedDict((str(number), [number]) for number in range(50)),
    "counter": collections.Counter("some text"),
    "default": collections.defaultdict(list, {1: [2]}),
    "generators": [suspended() for _ in range(20)],
    "failed": failed(),
    "closure": [lambda extra, held=[number]: (held, number, extra) for number in range(20)],
    "texts": ["ascii", "latin \xe9", "wide \u20ac", "astral \U0001f600", "x" * 5000],
    "numbers": [0, -1, 1 << 29, 1 << 30, -(1 << 200), 0.5, 1j, True, None, ...],
    "bytes": [b"", b"bytes", bytearray(b"array"), memoryview(b"view")],
    "views": [{1: 2}.keys(), range(7), slice(1, 2), iter([1]), type.__dict__],
}
KEPT["weak"] = [weakref.ref(each) for each in KEPT["plain"][:20]]
KEPT["methods"] = [KEPT["plain"][0].__init__, [].append, len, str.join]
for _number in range(12):
    remembered(_number)
DEEP = []
for _number in range(500):
    DEEP = [DEEP]


def waits(where):
    local_of_a_thread = {"where": where}
    where.wait()
    return local_of_a_thread


threading.stack_size(1 << 18)
threading.Thread(target=waits, args=(threading.Event(),), daemon=True).start()
print("READY", flush=True)
sys.stdin.read()
