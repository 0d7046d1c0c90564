"""What runs or has run: functions, generators, coroutines, frames, in every state."""
import asyncio
import sys
import types

from zoo_builtins import Members, Plain
from zoo_makers import keeps


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
