"""What 3.14 and 3.15 added; compiled from text where the syntax is new."""
import sys

from zoo_makers import keeps

TEMPLATES = """
name = "world"
greeting = t"hello {name!r:>{10}} and {[1, 2]}"
kept = [greeting, greeting.interpolations, iter(greeting), t"", t"plain"]
"""
LAZY = """
lazy import graphlib
lazy from colorsys import rgb_to_hls
kept = dict(globals())
"""


def need(minor):
    if sys.version_info < (3, minor):
        raise ImportError("since 3.%d" % minor)


def made_by(text):
    names = {}
    exec(text, names)
    return names


@keeps
def templates():
    need(14)
    return made_by(TEMPLATES)


@keeps
def unions():
    need(14)
    import typing

    return [int | str, typing.Union[int, None], list[int] | dict[str, int], typing.Optional["forward"]]


@keeps
def annotations_made_when_asked():
    need(14)
    names = made_by("class Later:\n    x: Unknown\n    y: int = 1\ndef later(a: Unknown, b: 'text' = 2): pass\n")
    import annotationlib

    return [names, annotationlib.get_annotations(names["Later"], format=annotationlib.Format.FORWARDREF)]


@keeps
def zstandard():
    need(14)
    from compression import zstd

    compressor = zstd.ZstdCompressor()
    compressor.compress(b"x" * 1000)
    samples = [b"%d sample of words %d" % (i, i * 7) * 5 for i in range(200)]
    dictionary = zstd.train_dict(samples, 1000)
    return [compressor, zstd.ZstdDecompressor(), dictionary, zstd.ZstdCompressor(zstd_dict=dictionary)]


@keeps
def partials_with_places():
    need(14)
    import functools

    return [functools.partial(pow, functools.Placeholder, 2), functools.partial(print, [1], sep={})]


@keeps
def borrowed_locals():
    """Frames that hold references without counting them."""
    need(14)

    def suspended(argument, *rest):
        local = [argument]
        yield local
        return rest

    generator = suspended({"a": 1}, None, True, 5)
    next(generator)
    finished = suspended([2])
    list(finished)
    closed = suspended([3])
    closed.close()
    return [generator, finished, closed, suspended([4])]


@keeps
def frozen_dicts():
    need(15)

    class Child(frozendict):  # noqa: F821
        pass

    child = Child(a=[1])
    child.note = ["attribute of a frozendict"]
    return {
        "empty": frozendict(),  # noqa: F821
        "one": frozendict(a=[1]),  # noqa: F821
        "numbers": frozendict({i: [i] for i in range(300)}),  # noqa: F821
        "hashed": {frozendict(a=1): "key"},  # noqa: F821
        "child": child,
    }


@keeps
def tuples_with_slots():
    need(15)
    names = made_by("class Slotted(tuple): __slots__ = ('owner', 'note')\nclass More(Slotted): __slots__ = ('third', '__dict__')\n")
    short, long, more, unset = names["Slotted"](), names["Slotted"]((1, [2], 3)), names["More"](([1], 2)), names["Slotted"]((5,))
    short.owner, long.note, more.third, more.free = [short], {"a": 1}, [3], [4]
    return [short, long, more, unset, names]


@keeps
def lazy_imports():
    need(15)
    return made_by(LAZY)


@keeps
def sentinels():
    need(15)
    return [sentinel("MISSING"), sentinel("NOTHING")]  # noqa: F821


@keeps
def byte_arrays_of_bytes():
    need(15)
    taken = bytearray(b"x" * 100)
    return [bytearray(), bytearray(10), taken, taken.take_bytes(40)]
