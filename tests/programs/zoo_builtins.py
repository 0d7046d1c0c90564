"""One of every kind of object that the interpreter itself makes. Each function of MAKERS returns what is to be kept alive.

The source stays within the syntax of 3.8; what newer versions add is compiled from text where it exists."""
import abc
import asyncio
import sys
import threading
import types
import weakref

MAKERS = []


def keeps(maker):
    MAKERS.append(maker)
    return maker


# ---- classes that the rest uses ----


class Plain:
    """An ordinary class."""


class Slots:
    __slots__ = ("first", "second", "__private", "__weakref__")

    def __init__(self, *values):
        for name, value in zip(("first", "second"), values):
            setattr(self, name, value)


class SlotsAndDict(Slots):
    __slots__ = ("third", "__dict__")


class DictChild(dict):
    pass


class DictChildWithSlots(dict):
    __slots__ = ("owner",)


class ListChild(list):
    pass


class ListChildWithSlots(list):
    __slots__ = ("owner", "note")


class TupleChild(tuple):
    pass


class StrChild(str):
    pass


class StrChildWithoutDict(str):
    __slots__ = ()


class IntChild(int):
    pass


class FloatChild(float):
    pass


class BytesChild(bytes):
    pass


class BytearrayChild(bytearray):
    pass


class SetChild(set):
    pass


class FrozensetChild(frozenset):
    pass


class ComplexChild(complex):
    pass


class PropertyChild(property):
    pass


class ModuleChild(types.ModuleType):
    pass


class ErrorWithSlots(ValueError):
    __slots__ = ("code",)


class WithDel:
    def __del__(self):
        pass


class Meta(type):
    registry = {}

    def __new__(mcs, name, bases, body, **kwargs):
        made = super().__new__(mcs, name, bases, body)
        mcs.registry[name] = made
        return made

    @property
    def shout(cls):
        return cls.__name__.upper()


class MetaSlots(type):
    def __init__(cls, name, bases, body):
        super().__init__(name, bases, body)
        cls.later = [name]


class Made(Plain, metaclass=Meta):
    attribute = {"class": "level"}


class MadeWithSlots(metaclass=MetaSlots):
    __slots__ = ("only",)


class AbstractShape(abc.ABC):
    @abc.abstractmethod
    def area(self):
        """To be overridden."""


AbstractShape.register(Plain)


class Descriptor:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        return self if instance is None else instance.__dict__.get(self.name)


class Members:
    described = Descriptor()
    __doc__ = None

    @property
    def computed(self):
        """A property."""
        return 1

    @classmethod
    def of_class(cls):
        return cls

    @staticmethod
    def static():
        return None

    def method(self):
        return self


# ---- containers ----


@keeps
def dicts():
    with_holes = {"key%d" % i: [i] for i in range(200)}
    for i in range(0, 200, 3):
        del with_holes["key%d" % i]
    emptied = {i: str(i) for i in range(50)}
    for i in range(50):
        del emptied[i]
    cleared = {1: [1]}
    cleared.clear()
    kinds = {
        "empty": {},
        "untracked": {"a": 1, "b": "text"},
        "one": {"a": [1]},
        "int_keys": {i: [i] for i in range(-5, 300)},
        "mixed_keys": {1: [], "1": [], 1.5: [], None: [], (1, 2): [], b"1": [], True: [], frozenset((1,)): []},
        "str_child_keys": {StrChild("a"): [], "b": []},
        "str_child_only": {StrChild("x"): 1},
        "holes": with_holes,
        "emptied": emptied,
        "cleared": cleared,
        "reinserted": dict.fromkeys(range(10), []),
        "wide_indices": {"w%d" % i: [i] for i in range(300)},
        "wider_indices": dict.fromkeys(("n%d" % i for i in range(70000)), ()),
        "self": {},
        "keys_are_objects": {Plain(): Plain(), Plain: type, len: min},
        "shared_value": dict.fromkeys("abcdef", None),
        "child": DictChild(a=[1], b=[2]),
        "child_with_attributes": DictChild(x=1),
        "child_with_slots": DictChildWithSlots(y=[2]),
    }
    kinds["self"]["me"] = kinds["self"]
    kinds["child_with_attributes"].note = ["attribute of a dict"]
    kinds["child_with_slots"].owner = kinds
    del kinds["reinserted"][3]
    kinds["reinserted"][3] = ["again"]
    return kinds


@keeps
def dict_views_and_iterators():
    source = {"a": [1], "b": [2], "c": [3]}
    views = [source.keys(), source.values(), source.items()]
    iterators = [iter(view) for view in views] + [iter(source)]
    started = [iter(source), iter(source.items())]
    for iterator in started:
        next(iterator)
    done = iter(source.values())
    list(done)
    return [views, iterators, started, done, [reversed(source), reversed(source.items()), reversed(source.values())]]


@keeps
def lists():
    slack = []
    for i in range(100):
        slack.append([i])
    for i in range(40):
        slack.pop()
    cycle = []
    cycle.append(cycle)
    child = ListChild([1, [2]])
    child.note = ["attribute of a list"]
    slotted = ListChildWithSlots([3])
    slotted.owner = child
    nested = inner = []
    for i in range(3000):
        inner.append([])
        inner = inner[0]
    return {
        "empty": [],
        "slack": slack,
        "cycle": cycle,
        "child": child,
        "slotted": slotted,
        "nested": nested,
        "many_same": [slack] * 1000,
        "of_none": [None] * 10,
        "cut": [[i] for i in range(10)][3:5],
    }


@keeps
def tuples():
    child = TupleChild((1, [2]))
    child.note = ["attribute of a tuple"]
    nested = ()
    for i in range(3000):
        nested = (nested, i)
    return {
        "empty": (),
        "one": ([],),
        "untracked": (1, "two", 3.0),
        "child": child,
        "nested": nested,
        "long": tuple([i] for i in range(100)),
        "struct": sys.version_info,
        "flags": sys.flags,
        "empty_child": TupleChild(),
    }


@keeps
def sets():
    holes = {("member", i) for i in range(100)}
    for i in range(0, 100, 2):
        holes.discard(("member", i))
    child = SetChild({Plain(), 1})
    child.note = ["attribute of a set"]
    frozen = FrozensetChild((1, 2))
    frozen.note = ["attribute of a frozenset"]
    return {
        "empty": set(),
        "small": {1, "a"},
        "holes": holes,
        "frozen": frozenset((("f",), 2)),
        "frozen_empty": frozenset(),
        "child": child,
        "frozen_child": frozen,
        "objects": {Plain() for _ in range(20)},
        "iterator": iter({1, 2, 3}),
    }


# ---- instances ----


@keeps
def instances():
    few = Plain()
    few.a, few.b = [1], {"two": 2}
    many = Plain()
    for i in range(45):
        setattr(many, "attribute%d" % i, [i])
    deleted = Plain()
    deleted.gone, deleted.stays = [1], [2]
    del deleted.gone
    touched = Plain()
    touched.a = [1]
    touched.__dict__["through dict"] = [2]
    replaced = Plain()
    replaced.a = [1]
    replaced.__dict__ = {"whole": ["new"]}
    odd_names = Plain()
    odd_names.__dict__[5] = ["int key"]
    odd_order = Plain()
    odd_order.b, odd_order.a = [1], [2]
    members = Members()
    members.__dict__["described"] = ["behind a descriptor"]
    slots = Slots([1], [2])
    unset = Slots()
    both = SlotsAndDict([1])
    both.third, both.free = [3], [4]
    made, made_slots = Made(), MadeWithSlots()
    made.x = [1]
    made_slots.only = [2]
    return {
        "empty": Plain(),
        "few": few,
        "many": many,
        "deleted": deleted,
        "touched": touched,
        "replaced": replaced,
        "odd_names": odd_names,
        "odd_order": odd_order,
        "members": members,
        "slots": slots,
        "unset": unset,
        "both": both,
        "with_del": WithDel(),
        "made": made,
        "made_slots": made_slots,
        "object": object(),
        "abstract": AbstractShape,
        "thirty": with_attributes(30),
        "thirty_one": with_attributes(31),
    }


def with_attributes(count):
    """Instances of one class that share their keys, with every number of attributes up to COUNT."""
    cls = type("Shared%d" % count, (), {})
    made = []
    for size in range(count + 1):
        one = cls()
        for i in range(size):
            setattr(one, "shared%d" % i, (i, one))
        made.append(one)
    return made


@keeps
def classes():
    renamed = type("Before", (), {"__module__": "some.where"})
    renamed.__name__ = "Naïve name"
    bare = type("Bare", (), {"__module__": ""})
    dynamic = [type("Dynamic%d" % i, (Plain,), {"index": i}) for i in range(20)]
    subclass_tree = type("Leaf", (dynamic[0], dynamic[1]), {})
    removed = type("HasNoAttributes", (), {"a": 1})
    del removed.a
    return {
        "renamed": [renamed, renamed()],
        "bare": [bare, bare()],
        "dynamic": dynamic,
        "leaf": subclass_tree(),
        "meta": Meta,
        "removed": removed,
        "descriptors": [
            Slots.first,
            Members.__dict__["computed"],
            Members.__dict__["of_class"],
            Members.__dict__["static"],
            type.__dict__["__dict__"],
            str.upper,
            str.__add__,
            dict.__dict__["fromkeys"],
            Plain.__dict__["__weakref__"],
            Plain.__dict__["__dict__"],
        ],
        "getset": types.FunctionType.__code__,
        "proxy": Members.__dict__,
        "property_child": PropertyChild(len),
        "super": super(Made, Made()),
        "super_class": super(Meta, Made),
        "mro": Made.__mro__,
    }


# ---- numbers and text ----


@keeps
def numbers():
    child = IntChild(7)
    child.note = ["attribute of an int"]
    real = FloatChild(2.5)
    real.note = ["attribute of a float"]
    imaginary = ComplexChild(1, 2)
    imaginary.note = ["attribute of a complex"]
    return [
        0,
        1,
        -1,
        255,
        256,
        257,
        2**29,
        2**30,
        -(2**30),
        2**60 - 1,
        2**60,
        2**64,
        -(2**300),
        10**400,
        True,
        False,
        None,
        0.0,
        -0.0,
        1.5,
        1e300,
        float("inf"),
        float("-inf"),
        float("nan"),
        1e-7,
        3.141592653589793,
        1e16,
        123456789.125,
        1j,
        complex(1.5, -2),
        child,
        real,
        imaginary,
        Ellipsis,
        NotImplemented,
        IntChild(0),
        IntChild(-(2**100)),
    ]


@keeps
def text():
    child = StrChild("child text")
    child.note = ["attribute of a str"]
    child_wide = StrChild("\u20ac child")
    encoded = "caf\xe9 with utf-8 cached"
    encoded.encode()
    as_key = "interned name " + str(1)
    odd = "".join(["\ud800 lone surrogate"])
    values = [
        "",
        "a",
        "\xe9",
        "\u20ac",
        "\U0001f40d",
        "ascii text",
        "latin \xe9",
        "ucs2 \u20ac",
        "ucs4 \U0001f40d",
        encoded,
        sys.intern(as_key),
        "quote's",
        "both ' and \"",
        "line\nbreak\ttab\x00\x7f\x1b",
        "back\\slash",
        "x" * 5000,
        "\xad soft",
        odd,
        child,
        child_wide,
        StrChildWithoutDict("plain child"),
        "\u200b zero width",
        "\x80\x9f controls",
        StrChild(""),
    ]
    return values


@keeps
def bytes_kinds():
    slack = bytearray(b"x" * 100)
    slack.extend(b"y" * 30)
    moved = bytearray(b"0123456789" * 10)
    del moved[:7]
    child = BytesChild(b"child")
    child.note = ["attribute of bytes"]
    array_child = BytearrayChild(b"child")
    array_child.note = ["attribute of a bytearray"]
    return [
        b"",
        b"a",
        b"\x00\xff'\"\\\n",
        b"long" * 100,
        bytearray(),
        slack,
        moved,
        child,
        array_child,
        memoryview(b"view"),
        memoryview(slack)[3:9],
        memoryview(bytearray(16)).cast("I"),
        iter(b"ab"),
        iter(bytearray(b"ab")),
    ]


@keeps
def ranges_and_slices():
    return [
        range(0),
        range(5),
        range(1, 10, 3),
        range(2**70, 2**71),
        slice(1),
        slice([], {}, ()),
        slice(None),
        iter(range(3)),
        iter(range(2**70, 2**70 + 2)),
        reversed(range(4)),
        reversed([1, [2]]),
        iter("ab"),
        iter((1, [2])),
        iter([1]),
        iter("\u20ac"),
        reversed((1, 2)),
        iter(Sequence()),
        iter(lambda: 1, 2),
        enumerate([[1]]),
        enumerate([], 2**70),
        zip([1], [[2]]),
        map(len, [[1]]),
        filter(None, [[1]]),
        reversed("ab"),
    ]


class Sequence:
    def __getitem__(self, index):
        return [index]


# ---- functions, frames, generators ----


def function_of_everything(a, b=[1], *args, c={"k": "v"}, d: "annotation" = None, **kwargs):
    """Has every part that a function can have."""
    return a


function_of_everything.attribute = ["function attribute"]
function_of_everything.itself = function_of_everything


class Callable:
    def __call__(self, *arguments):
        return arguments


callable_kept = Callable()


def outer(value):
    later = [value]

    def inner():
        nonlocal later
        return value, later, not_yet

    def deeper():
        return inner, empty

    if False:
        empty = None
    not_yet = (inner, value)
    return inner, deeper


@keeps
def functions():
    inner, deeper = outer(["closed over"])
    bound = Plain().__init__
    member = Members()
    return [
        function_of_everything,
        inner,
        deeper,
        inner.__closure__,
        inner.__code__,
        lambda: 1,
        (lambda x: lambda: x)([1]),
        member.method,
        Members.of_class,
        Members.static,
        len,
        [].append,
        {}.get,
        "a".join,
        bound,
        (1).__add__,
        [].__add__,
        dict.fromkeys,
        str.maketrans,
        types.CellType(),
        types.CellType([1]),
        types.MethodType(len, []),
        compile("x = 1\ndef f(): return x", "<made>", "exec"),
        object.__new__,
        Members().method.__call__,
        type.__call__,
        function_of_everything.__get__(member),
        types.MethodType(callable_kept, member),
        types.FunctionType(inner.__code__, {"own": "globals"}, "made", ([],), inner.__closure__),
    ]


def counting(start):
    seen = []
    while True:
        got = yield start
        seen.append((got, start))
        start += 1


def delegating():
    local = {"held": "by a generator"}
    yield from counting(10)
    return local


def finishing():
    yield [1]


def failing():
    held = [1]
    try:
        yield held
    finally:
        held.append(2)


def with_stack():
    yield [[1], (yield [2]), {"three": (yield [3])}]


def inside_try():
    try:
        raise KeyError("handled while suspended")
    except KeyError as error:
        yield error


@keeps
def generators():
    created, started, finished, delegated, closed = counting(1), counting(2), finishing(), delegating(), failing()
    next(started)
    started.send(["sent"])
    list(finished)
    next(delegated)
    next(closed)
    closed.close()
    stacked = with_stack()
    next(stacked)
    stacked.send(["on the stack"])
    handling = inside_try()
    next(handling)
    looked_at = counting(3)
    next(looked_at)
    frame = looked_at.gi_frame
    expression = (x for x in [[1], [2]])
    next(expression)
    nested = (y for x in [[1]] for y in [x])
    return [
        created,
        started,
        finished,
        delegated,
        closed,
        stacked,
        handling,
        looked_at,
        frame,
        expression,
        nested,
        [types.coroutine(counting)(1)],
        counting(4).send,
    ]


async def awaiting(future):
    local = ["held by a coroutine"]
    await future
    return local


async def producing(future):
    local = ["held by an asynchronous generator"]
    yield local
    await future


class Awaitable:
    def __await__(self):
        yield ["awaited"]


async def awaiting_object():
    await Awaitable()


async def deep(future, level):
    if level:
        await deep(future, level - 1)
    await future


@keeps
def coroutines():
    loop = asyncio.new_event_loop()
    future = loop.create_future()
    created = awaiting(future)
    suspended = awaiting_object()
    suspended.send(None)
    done = awaiting_object()
    done.send(None)
    try:
        done.send(None)
    except StopIteration:
        pass
    wrapped = awaiting(future).__await__()
    generator = producing(future)
    generator_done = producing(future)
    anext_made = generator.__anext__()
    asend_made = producing(future).asend(None)
    athrow_made = producing(future).athrow(ValueError("x"))
    aclose_made = producing(future).aclose()
    try:
        generator.__anext__().send(None)
    except StopIteration:
        pass
    return [
        loop,
        future,
        created,
        suspended,
        done,
        wrapped,
        generator,
        generator_done,
        anext_made,
        asend_made,
        athrow_made,
        aclose_made,
    ]


@keeps
def frames():
    def level(n):
        local = ["frame local", n]
        return sys._getframe() if n == 0 else (level(n - 1), local)[0]

    def with_exec():
        scope = {"__builtins__": {}, "frame": sys._getframe}
        exec("here = frame()", scope)
        return scope["here"]

    class Body:
        frame = sys._getframe()
        in_body = [1]

    asked = level(1)
    asked.f_locals
    return [level(3), asked, with_exec(), Body]


# ---- exceptions, weak references, modules, threads ----


@keeps
def exceptions():
    def fail(depth):
        local = ["in a traceback"]
        if depth:
            fail(depth - 1)
        raise ErrorWithSlots("failed", local)

    made = []
    try:
        try:
            fail(5)
        except ValueError as first:
            raise RuntimeError("second") from first
    except RuntimeError as second:
        made.append(second)
    try:
        try:
            {}["missing"]
        except KeyError:
            open("/nonexistent/og")
    except OSError as context:
        made.append(context)
    attributes = ErrorWithSlots("x")
    attributes.code, attributes.extra = [1], [2]
    made.extend(
        [
            attributes,
            StopIteration([1]),
            SystemExit([2]),
            ImportError("m", name=["n"], path=["p"]),
            OSError(1, "no", "file", None, "file2"),
            UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
            UnicodeEncodeError("ascii", "\u20ac", 0, 1, "bad"),
            UnicodeTranslateError("\u20ac", 0, 1, "bad"),
            SyntaxError("s", ("file", 1, 2, "text")),
            BlockingIOError(1, "b", 3),
            Exception(),
            BaseException(1, [2]),
            KeyError("k"),
            AttributeError("a"),
            NameError("n"),
            MemoryError(),
            RecursionError("r"),
            AssertionError([1]),
            GeneratorExit(),
            KeyboardInterrupt(),
            IndexError("i"),
            Warning("w"),
            StopAsyncIteration([3]),
        ]
    )
    if sys.version_info >= (3, 11):
        noted = ValueError("noted")
        noted.add_note("a note")
        made.extend(
            [noted, ExceptionGroup("group", [noted, TypeError([1])]), BaseExceptionGroup("base", [KeyboardInterrupt()])]
        )
    return [made, made[0].__traceback__, made[0].__cause__.__traceback__.tb_next]


@keeps
def weak_references():
    target = Plain()
    target.callbacks = []
    gone = Plain()
    dead = weakref.ref(gone)
    dead_with_callback = weakref.ref(gone, target.callbacks.append)
    del gone
    values, keys = weakref.WeakValueDictionary(), weakref.WeakKeyDictionary()
    values["target"], keys[target] = target, ["held by key"]

    class RefChild(weakref.ref):
        pass

    class RefChildWithSlots(weakref.ref):
        __slots__ = ("note",)

    child = RefChild(target)
    child.note = ["attribute of a weak reference"]
    slotted = RefChildWithSlots(target)
    slotted.note = [1]
    finalizer = weakref.finalize(target, print, "never", file=None)
    finalizer.atexit = False
    return [
        target,
        weakref.ref(target),
        weakref.ref(target, lambda _: None),
        weakref.proxy(target),
        weakref.proxy(target, len),
        weakref.proxy(function_of_everything),
        dead,
        dead_with_callback,
        values,
        keys,
        weakref.WeakSet([target]),
        child,
        slotted,
        finalizer,
        weakref.WeakMethod(Members().method),
        weakref.ref(Plain),
        weakref.ref(function_of_everything),
        target.callbacks,
        values.values(),
        weakref.ref({1, 2}.__class__),
    ]


@keeps
def modules():
    made = types.ModuleType("made_by_hand", "with a docstring")
    made.content = ["of a module"]
    same_name = types.ModuleType("sys")
    child = ModuleChild("child_of_module")
    child.note = [1]
    nameless = types.ModuleType("nameless")
    del nameless.__name__
    registered = types.ModuleType("zoo_registered")
    registered.cache = {"user:7": [Plain()]}
    sys.modules["zoo_registered"] = registered
    return [made, same_name, child, nameless, registered, sys, types.ModuleType.__new__(types.ModuleType)]


@keeps
def threads():
    """Threads that wait for ever, each with locals, a thread-local and a frame or two."""
    shared = threading.local()
    shared.main = ["value of the main thread"]
    gate, arrived = threading.Lock(), threading.Semaphore(0)
    gate.acquire()

    class LocalChild(threading.local):
        def __init__(self, first):
            self.first = first

    local_child = LocalChild(["first"])

    def hold(number):
        shared.value = ["of thread", number]
        local_child.second = {number: [number]}
        wait([number])

    def wait(argument):
        held = {"held by thread": argument}
        arrived.release()
        gate.acquire()
        return held

    def wait_in_generator():
        held = ["in a running generator"]
        arrived.release()
        gate.acquire()
        yield held

    started = [threading.Thread(target=hold, args=(i,), name="zoo-%d" % i, daemon=True) for i in range(3)]
    started.append(threading.Thread(target=lambda: next(wait_in_generator()), daemon=True))
    for thread in started:
        thread.start()
    for thread in started:
        arrived.acquire()
    return [
        started,
        gate,
        shared,
        local_child,
        threading.Thread(target=len),
        threading.RLock(),
        threading.Condition(),
        threading.Event(),
        threading.Semaphore(),
        threading.BoundedSemaphore(3),
        threading.Barrier(2),
        threading.Timer(1000, len, ([],)),
        threading.current_thread(),
        threading.main_thread(),
    ]


@keeps
def generic_types():
    from typing import Any, Callable, Dict, Generic, List, NamedTuple, Optional, TypeVar, Union

    T = TypeVar("T", bound=Plain)
    U = TypeVar("U", int, str)

    class Box(Generic[T, U]):
        content: List[T]

    class Point(NamedTuple):
        x: int
        y: "List[int]" = []

    made = [
        T,
        U,
        Box,
        Box[Plain, int],
        Box(),
        Point(1, [2]),
        List[int],
        Dict[str, List[int]],
        Optional[Plain],
        Union[int, str],
        Callable[[int], str],
        Any,
        List,
        Callable,
        Generic,
    ]
    if sys.version_info >= (3, 9):
        made.extend([list[int], dict[str, list[int]], iter(tuple[int, str]) if sys.version_info >= (3, 11) else None])
    if sys.version_info >= (3, 10):
        from typing import ParamSpec, Concatenate

        P = ParamSpec("P")
        made.extend(
            [int | str, list[int] | None, P, P.args, P.kwargs, Callable[P, int], Callable[Concatenate[int, P], str]]
        )
    if sys.version_info >= (3, 11):
        from typing import TypeVarTuple, Unpack

        Ts = TypeVarTuple("Ts")
        made.extend([Ts, Unpack[Ts], tuple[Unpack[Ts]]])
    if sys.version_info >= (3, 12):
        scope = {}
        exec(
            "type Alias[T] = list[T]\nclass New[T: int, *Ts, **P]:\n    def method[V](self, v: V) -> T: return v\n"
            "def generic[A](a: A) -> A: return a\n",
            scope,
        )
        made.extend(
            [
                scope["Alias"],
                scope["Alias"][int],
                scope["New"],
                scope["New"][int, str, [int]],
                scope["generic"],
                scope["generic"].__type_params__,
            ]
        )
    return made


@keeps
def namespaces():
    return [
        types.SimpleNamespace(a=[1], b={"two": 2}),
        types.MappingProxyType({"m": [1]}),
        types.MappingProxyType(DictChild(z=[1])),
        types.DynamicClassAttribute(len),
        sys.implementation,
        sys.float_info,
        sys.hash_info,
        sys.thread_info,
        sys.int_info,
        sys.stdout,
        sys.modules,
        sys.path_importer_cache,
        sys.meta_path,
        sys.flags,
        __builtins__,
        __spec__,
        __loader__,
    ]


@keeps
def interpreter_odds():
    made = [
        aiter_and_anext(),
        type(lambda: 0),
        types.new_class("FromNewClass", (Plain,)),
        sys.getswitchinterval(),
        sys.version,
        classmethod(len),
        staticmethod(len),
        property(len, len, len, "doc"),
        callable_iterator(),
        __import__,
        exec,
        print,
    ]
    if sys.version_info >= (3, 10):
        made.append(aiter_builtin())
    if sys.version_info >= (3, 8):
        made.append(function_of_everything.__code__.replace(co_name="replaced"))
    if sys.version_info >= (3, 10):
        made.extend([function_of_everything.__code__.co_lines(), function_of_everything.__code__.co_consts])
    if sys.version_info >= (3, 11):
        made.append(function_of_everything.__code__.co_positions())
    if sys.version_info >= (3, 12):
        made.append(memoryview(SupportsBuffer()))
    return made


class SupportsBuffer:
    def __buffer__(self, flags):
        return memoryview(b"from __buffer__")


def callable_iterator():
    exhausted = iter(lambda: 1, 1)
    list(exhausted)
    return exhausted


def aiter_and_anext():
    class AsyncIterable:
        def __aiter__(self):
            return self

        async def __anext__(self):
            raise StopAsyncIteration

    return AsyncIterable()


def aiter_builtin():
    async def default_case():
        return await anext(aiter_and_anext(), "default")

    made = anext(aiter_and_anext(), ["default"])
    case = default_case()
    return [made, case]
