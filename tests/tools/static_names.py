"""Brings what this interpreter hands static types out as into native/cpython/static_names_table.h.

    PYTHON static_names.py STATIC_NAMES_TABLE.h

Run it with the interpreter of the new version. A row that still holds gets the new version as its last one; another size makes a row of its
own; static types that no row leads to get one if a module has them under their own name. Running it again replaces what it wrote.
A build with a larger header (free-threaded) adds rows for types of another size than the usual build's.
"""
import builtins
import ctypes
import os
import re
import sys
import types

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import marks  # noqa: E402

ROW = re.compile(r"    \{'(\w)', \"([^\"]*)\", \"([^\"]*)\", \"([^\"]*)\", (\d+), (\d+), (\d+)\},")
FORMS = "yoxmtdcefs"  # in the order of the table
HEAPTYPE = 1 << 9
TP_NAME, TP_BASICSIZE, TP_FLAGS, MD_DEF, MD_TOKEN, MD_TOKEN_IS_DEF, OB_TYPE = (marks.EXTRA + each for each in (24, 32, 168, 24, 88, 48, 8))
NAMES_MAX = {"where": 26, "key": 29, "tp_name": 39}  # bytes that a row has room for


def tp_name(type_: type) -> str:
    return marks.text(marks.word(id(type_) + TP_NAME))


def basicsize(type_: type) -> int:
    return marks.word(id(type_) + TP_BASICSIZE) - marks.EXTRA  # rows have the usual header


def is_static(type_: object) -> bool:
    return isinstance(type_, type) and not marks.word(id(type_) + TP_FLAGS) & HEAPTYPE


def at(address: int) -> object:
    return ctypes.cast(address, ctypes.py_object).value


def definition(module: types.ModuleType) -> int:
    if sys.version_info < (3, 15):
        return marks.word(id(module) + MD_DEF)
    return marks.word(id(module) + MD_TOKEN) if marks.word(id(module) + MD_TOKEN_IS_DEF) & 1 else 0


def subclass(base: type, keys: list) -> object:
    found = [each for each in type.__subclasses__(base) if is_static(each) and all(key in each.__dict__ for key in keys)]
    return found[0] if len(found) == 1 else None


def handed_out(form: str, where: str, key: str) -> object:
    """The type that a row leads to; None: it leads nowhere here."""
    if form in "yo":
        return {"y": type, "o": object}[form]
    if form == "d":
        base = vars(builtins).get(where)
        return type(base.__dict__[key]) if base and key in base.__dict__ else None
    if form == "s":
        return subclass(types.BuiltinFunctionType if where == "builtin_function_or_method" else vars(builtins)[where], key.split())
    if form == "x":
        try:
            return at(ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, key)))
        except ValueError:
            return None
    module = sys.modules.get(where)
    if form == "f":
        return at(marks.word(definition(module) + OB_TYPE)) if module and definition(module) else None
    if form == "t" and not key:
        return type(module)
    words = key.split() if form == "c" else [key]
    if module is None or words[0] not in vars(module) or form == "e":  # e: to 3.12
        return None
    item = vars(module)[words[0]]
    if form == "c":
        return type(item.__dict__[words[1]]) if words[1] in item.__dict__ else None
    return item if form == "m" else type(item)


def new_rows(known: set, minor: int) -> list:
    rows = []
    for name, module in sorted(sys.modules.items()):
        if not isinstance(module, types.ModuleType) or name.startswith(("_test", "test", "xx")) or "marks" in name:
            continue
        for key, item in sorted(vars(module).items()):
            if is_static(item) and id(item) not in known and getattr(item, "__module__", "") == name and item.__name__ == key:
                row = ["m", name, key, tp_name(item), minor, minor, basicsize(item)]
                if all(len(text) <= room for text, room in zip(row[1:4], NAMES_MAX.values())):
                    known.add(id(item))
                    rows.append(row)
    return rows


def main() -> None:
    marks.import_everything()
    minor = sys.version_info[1]
    with open(sys.argv[1]) as file:
        text = file.read()
    rows = [[*row[:4], *map(int, row[4:])] for row in ROW.findall(text)]
    last = minor if marks.EXTRA else minor - 1  # of the rows that are asked
    if not marks.EXTRA:
        rows = [[*row[:5], min(row[5], last), row[6]] for row in rows if row[4] <= last]
    known = set()
    for row in [row for row in rows if row[4] <= last <= row[5]]:
        type_ = handed_out(*row[:3])
        if not is_static(type_) or tp_name(type_) != row[3]:
            continue
        known.add(id(type_))
        if basicsize(type_) == row[6]:
            row[5] = max(row[5], minor)
        elif not any(other[:4] == row[:4] and other[4] <= minor <= other[5] + 1 and other[6] == basicsize(type_) for other in rows):
            rows.append([*row[:4], minor, minor, basicsize(type_)])
    rows += new_rows(known, minor)
    order = {tuple(row[:4]): number for number, row in reversed(list(enumerate(rows)))}
    tail = "cef"  # and the s that leans on another row stand last, as they were
    rows.sort(key=lambda row: (row[0] in tail or row[1] == "builtin_function_or_method", FORMS.index(row[0]), order[tuple(row[:4])]
                               if row[0] not in "mx" else 0, row[1:3] if row[0] in "mx" else [], row[4]))  # fmt: skip
    body = "\n".join("    {'%s', \"%s\", \"%s\", \"%s\", %d, %d, %d}," % tuple(row) for row in rows)
    start, end = text.index("    {"), text.rindex("},") + 2
    with open(sys.argv[1], "w") as out:
        out.write(text[:start] + body + text[end:])
    print("%d rows, %d of 3.%d" % (len(rows), sum(row[5] == minor for row in rows), minor))
    sys.stdout.flush()
    os._exit(0)


main()
