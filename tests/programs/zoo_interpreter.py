"""Exceptions, weak references, modules, threads, generic types, and the odds of the interpreter."""
import sys
import threading
import types
import weakref

from zoo_builtins import DictChild, ErrorWithSlots, Members, ModuleChild, Plain
from zoo_makers import keeps
from zoo_running import function_of_everything


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
