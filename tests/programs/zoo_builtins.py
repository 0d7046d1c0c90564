"""Containers, instances, classes, numbers and text of every kind, and the classes that the other families use."""
import abc
import sys
import types

from zoo_makers import keeps

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
