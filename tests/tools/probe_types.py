"""Which words of their bodies the C types of this interpreter visit in tp_traverse.

    PYTHON probe_types.py TYPES.json

Run it with the interpreter that is asked. Types are all that exist once every module of the standard library is imported.
"""
import ctypes
import gc
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import marks  # noqa: E402

# PyTypeObject, the same in every version (3.8 to 3.15). Offsets are written as if the header were the usual one.
TP_NAME, TP_BASICSIZE, TP_ITEMSIZE, TP_FLAGS, TP_TRAVERSE = (marks.EXTRA + each for each in (24, 32, 40, 168, 184))
HAVE_GC = 1 << 14
FRONT = 256  # bytes of zeros in front of a body: head of the collector, managed dictionary
# Storage of their own, read by native/cpython/kinds/*.c: asked for nothing.
OWN_KIND = {"type", "dict", "frozendict", "list", "tuple", "set", "frozenset"}


class Plain:
    pass


def of(type_: type, offset: int) -> int:
    return marks.word(id(type_) + offset)


def all_types() -> list:
    found, pending = set(), [object] + [type(each) for each in gc.get_objects()]
    while pending:
        type_ = pending.pop()
        if type_ not in found:
            found.add(type_)
            pending += type.__subclasses__(type_)
    return list(found)


def has_own_traverse(type_: type) -> bool:
    traverse, base = of(type_, TP_TRAVERSE), type_.__base__
    if not of(type_, TP_FLAGS) & HAVE_GC or not traverse or traverse == of(Plain, TP_TRAVERSE):
        return False
    return base is None or of(base, TP_TRAVERSE) != traverse


def files() -> list:
    """(start, end, offset in the file, path) of what is mapped."""
    rows = []
    with open("/proc/self/maps") as maps:
        for line in maps:
            words = line.split(None, 5)
            if len(words) == 6 and words[5].startswith("/"):
                start, end = (int(each, 16) for each in words[0].split("-"))
                rows.append((start, end, int(words[2], 16), words[5].strip()))
    return rows


def ask(type_: type) -> marks.Answer:
    basic, items = of(type_, TP_BASICSIZE), of(type_, TP_ITEMSIZE)
    memory = ctypes.create_string_buffer(basic + 2 * FRONT + 4096)
    base = (ctypes.addressof(memory) + FRONT + 15) & -16

    def body(offsets) -> int:
        marks.put(base, 1)
        marks.put(base + marks.EXTRA + 8, id(type_))
        for offset in offsets:
            marks.put(base + marks.EXTRA + offset, marks.mark(offset))
        return base

    return marks.Answer(of(type_, TP_TRAVERSE), body, range(24 if items else 16, basic - marks.EXTRA - 7, 8), id(type_))


def main() -> None:
    marks.import_everything()
    mapped, rows = files(), []
    for type_ in sorted(filter(has_own_traverse, all_types()), key=lambda each: marks.text(of(each, TP_NAME))):
        name, traverse = marks.text(of(type_, TP_NAME)), of(type_, TP_TRAVERSE)
        if name in OWN_KIND:
            continue
        answer = ask(type_)
        file, at = next(((path, traverse - start + offset) for start, end, offset, path in mapped if start <= traverse < end), ("", 0))
        rows.append(dict(vars(answer), name=name, basicsize=of(type_, TP_BASICSIZE) - marks.EXTRA, file=file, offset=at))
    with open(sys.argv[1], "w") as out:
        json.dump({"version": list(sys.version_info[:3]), "extra": marks.EXTRA, "rows": rows}, out, indent=1)
    os._exit(0)  # modules that were imported may wait for ever at the end


main()
