"""The interpreter's own word about its heap, written by a forked copy of the process while the process itself stands still.

The copy is made by fork() with the GIL kept and without CPython's hooks around it: all thread states and their frames stay, so the
copy's heap at its first instruction is the heap that the waiting process shows. What the two still differ in is listed under
"noise" in the file: objects that the dumping code itself uses, whose reference counts it changes. Nothing is added to or taken
from what the garbage collector tracks.

The file is a pickle (protocol 4): see write(). Arrays are native-endian bytes of array('Q') or array('q')."""
import array
import builtins
import ctypes
import gc
import os
import pickle
import sys
import types

FORK = ctypes.PyDLL(None).fork
FORK.restype = ctypes.c_int
FORK.argtypes = ()
FREE_THREADED = "t" in sys.abiflags
IMMORTAL = 2**32 - 1
LENGTHS = (list, tuple, dict, set, frozenset, str, bytes, bytearray)
CALIBRATION = [object()]
C_METHODS = (types.MethodDescriptorType, types.WrapperDescriptorType)


def publish_and_wait(path, kinds):
    """Writes the truth to PATH, says READY, then blocks in read(0) until the caller closes its end or writes a byte.

    KINDS is a dict of name -> object, so that a test can find objects by name. It must exist before."""
    ready = b"READY %d\n" % os.getpid()
    get_objects, unfreeze, leave, wait, say, block = (
        gc.get_objects,
        gc.unfreeze,
        os._exit,
        os.waitpid,
        os.write,
        os.read,
    )
    gc.disable()
    if FORK() == 0:
        unfreeze()
        objects = get_objects()
        if FREE_THREADED:
            objects.sort(key=id)  # the heap has no list of them, and no other order than memory's
        try:
            write(path, objects, kinds)
        except BaseException:
            sys.excepthook(*sys.exc_info())
            leave(1)
        leave(0)
    wait(-1, 0)
    say(1, ready)
    block(0, 1)
    leave(0)


def refcounts(objects):
    return [sys.getrefcount(each) for each in objects]


def write(path, objects, kinds):
    own = refcounts(CALIBRATION)[0] - 1  # CALIBRATION's list counts as the one reference of its object
    counts = [min(count, IMMORTAL) if count >= IMMORTAL - 8 else count - own - 1 for count in refcounts(objects)]
    everything, offsets, targets = closure(objects)
    lengths = list(
        map(length, everything)
    )  # before a type is asked anything: that may make it ready, a new entry in its base's dict
    data = {
        "hexversion": sys.hexversion,
        "pid": os.getppid(),
        "tracked": len(objects),  # the first of "addresses", in heap order
        "addresses": packed(map(id, everything)),
        "type_addresses": packed(map(id, map(type, everything))),
        "refcounts": packed(counts),  # of the tracked ones
        "offsets": packed(offsets),  # CSR: referents of object i are targets[offsets[i]:offsets[i + 1]]
        "targets": packed(targets),
        "sizes": packed(map(size, everything), "q"),  # -1: __sizeof__ is not C
        "head": 0 if FREE_THREADED else 16,  # bytes of sizes that are the collector's, in front of an object
        "lengths": packed(lengths, "q"),  # -1: not asked
        "is_tracked": bytes(map(gc.is_tracked, everything)),
        "is_collected": bytes(map(collected, everything)),
        "types": {
            id(each): describe_type(each) for each in {id(type(each)): type(each) for each in everything}.values()
        },
        "kinds": {name: id(value) for name, value in kinds.items()},
        "noise": noise(),
    }
    data["labels"] = {
        id(each): label(each, items) for each, items in zip(everything, lengths) if type(each) in LABELLED
    }
    with open(path + ".part", "wb") as file:
        pickle.dump(data, file, 4)
    os.rename(path + ".part", path)


def closure(objects):
    """All objects that gc.get_referents leads to from OBJECTS, and the references in order."""
    everything, offsets, targets = list(objects), [0], []
    known = set(map(id, everything))
    for each in everything:  # grows while it is walked
        referents = gc.get_referents(each)
        for target in referents:
            address = id(target)
            targets.append(address)
            if address not in known:
                known.add(address)
                everything.append(target)
        offsets.append(len(targets))
    return everything, offsets, targets


def packed(numbers, code="Q"):
    return array.array(code, numbers).tobytes()


def size(value):
    """sys.getsizeof where no Python code answers it. Looked up by hand: a mock makes what it is asked for."""
    for base in type(value).__mro__:
        if "__sizeof__" in vars(base):
            return sys.getsizeof(value) if isinstance(vars(base)["__sizeof__"], C_METHODS) else -1
    return -1


def length(value):
    for base in LENGTHS:
        if issubclass(type(value), base):
            return base.__len__(value)
    return -1


def describe_type(cls):
    """(short name, long name as objgraph has it, made by a class statement, one of the interpreter's own)."""
    name = type.__getattribute__(cls, "__name__")
    module = getattr(cls, "__module__", None)
    return name, "%s.%s" % (module, name) if module else name, bool(flags(cls) & HEAPTYPE), cls in OWN_TYPES


def collected(value):
    """The collector can ask VALUE for all its references: of a static type it cannot, nor of a code object, which names its constants at most."""
    if type(value) is types.CodeType:  # isinstance() would ask a dead proxy
        return False
    return bool(flags(type(value)) & HAVE_GC) and (not issubclass(type(value), type) or bool(flags(value) & HEAPTYPE))


def flags(cls):
    return type.__getattribute__(cls, "__flags__")


HEAPTYPE, HAVE_GC = 1 << 9, 1 << 14
OWN_TYPES = {value for module in (builtins, types) for value in vars(module).values() if type(value) is type}


LABELLED = (
    str,
    bytes,
    bytearray,
    int,
    float,
    bool,
    complex,
    type(None),
    type(Ellipsis),
    type(NotImplemented),
    tuple,
    list,
    dict,
    set,
    type,
    types.ModuleType,
    types.BuiltinFunctionType,
    types.FrameType,
    types.MethodType,
    range,
)


def label(value, items):
    """objgraph._short_repr of a value whose repr is C."""
    if isinstance(value, (type, types.ModuleType, types.BuiltinFunctionType)):
        name = getattr(value, "__name__", None)
        return name if isinstance(name, str) else None
    if isinstance(value, types.MethodType):
        return getattr(value.__func__, "__name__", None)
    if isinstance(value, types.FrameType):
        return "%s:%s" % (value.f_code.co_filename, value.f_lineno)
    if isinstance(value, (tuple, list, dict, set)):
        return "%d items" % items
    return repr(value)[:40]


def noise():
    """Addresses of objects whose reference counts differ between the copy and the waiting process: what this module runs on."""
    used = [globals(), vars(builtins), builtins, gc, sys, os, kinds_of_noise]
    for value in list(globals().values()) + [
        gc.get_objects,
        gc.unfreeze,
        gc.get_referents,
        os._exit,
        os.waitpid,
        os.write,
        os.read,
        sys.getrefcount,
    ]:
        used.append(value)
        if isinstance(value, types.FunctionType):
            used.append(value.__code__)
            used.extend(each for each in value.__code__.co_consts if isinstance(each, types.CodeType))
    return sorted(set(map(id, used)))


def kinds_of_noise():
    return None
