"""Sourced by GDB: what the fields are called that probe_types.py found, from the debug information of the same build.

    gdb -batch -nx -iex 'set debug-file-directory ROOT/usr/lib/debug' -ex 'python TYPES, ROOT = "TYPES.json", "ROOT"' -x field_names.py

ROOT: where the files of the build are, "" on this machine. Adds "names" and "function" to each row of TYPES.json: the structure behind tp_traverse is the one
its function casts to, of the type's own size where there are several.
"""
import json
import struct
from typing import Dict, Optional

import gdb

HEADER = 16  # of an object: no field of its own. TYPES.json counts as if every build had it


def fields(type_: gdb.Type, base: int, found: Dict[int, str], prefix: str = "") -> None:
    """Pointers by offset; the first name wins where a union has several."""
    for field in type_.fields():
        if not hasattr(field, "bitpos"):
            continue
        inner, at = field.type.strip_typedefs(), base + field.bitpos // 8
        if inner.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
            fields(inner, at, found, field.name or prefix)
        elif inner.code == gdb.TYPE_CODE_PTR and at >= HEADER:
            found.setdefault(at, field.name or prefix)


def program_headers(path: str) -> list:
    with open(path, "rb") as file:
        head = file.read(8192)
    offset, count = struct.unpack_from("<Q", head, 32)[0], struct.unpack_from("<H", head, 56)[0]
    headers = [struct.unpack_from("<IIQQQQQQ", head, offset + 56 * number) for number in range(count)]
    return [(start, address, size) for kind, _, start, address, _, size, _, _ in headers if kind == 1]


def function(address: int) -> Optional[gdb.Block]:
    block = gdb.block_for_pc(address)
    while block and block.function is None and block.superblock:
        block = block.superblock
    return block


def structure(block: Optional[gdb.Block], basicsize: int) -> Optional[gdb.Type]:
    """What the function of BLOCK has a pointer to."""
    found = []
    for symbol in block or []:
        type_ = symbol.type.strip_typedefs()
        if type_.code == gdb.TYPE_CODE_PTR:
            target = type_.target().strip_typedefs()
            if target.code == gdb.TYPE_CODE_STRUCT and target.sizeof > HEADER:
                found.append((target.sizeof == basicsize, bool(symbol.is_argument), len(found), target))
    return max(found)[3] if found else None


def main(path: str, root: str) -> None:
    with open(path) as file:
        data = json.load(file)
    for file in sorted({row["file"] for row in data["rows"] if row["file"]}):
        gdb.execute("file " + root + file, to_string=True)
        headers = program_headers(root + file)
        for row in data["rows"]:
            if row["file"] != file:
                continue
            address = next((row["offset"] - start + at for start, at, size in headers if start <= row["offset"] < start + size), None)
            block = function(address) if address is not None else None
            type_ = structure(block, row["basicsize"] + data["extra"])
            names: Dict[int, str] = {}
            if type_ is not None:
                fields(type_, -data["extra"], names)
            row["names"], row["function"] = names, str(block.function) if block else ""
    with open(path, "w") as out:
        json.dump(data, out, indent=1)


main(TYPES, ROOT)  # noqa: F821
