"""Brings what probe_modules.py found for a new version into native/cpython/kinds/module_table.h.

    python3 module_rows.py MODULES.json MODULE_TABLE.h

As fields_rows.py does; letters, which stand for what hangs behind a word, go over from the row before. Prints what a person has to look at.
"""
import re
from typing import List, NamedTuple

import table_rows

ROW = re.compile(r'    \{"([^"]*)", (\d+), (\d+), (\d+), "([^"]*)"\},')
NO_CPYTHON = ("mypyc", "yaml", "cffi", "_test")


class Row(NamedTuple):
    name: str
    first: int
    last: int
    size: int
    ranges: str


def ranges(offsets: List[int]) -> str:
    runs: List[List[int]] = []
    for offset in offsets:
        if runs and runs[-1][1] + 8 == offset:
            runs[-1][1] = offset
        else:
            runs.append([offset, offset])
    return ",".join("%d" % first if first == last else "%d-%d" % (first, last) for first, last in runs)


def letters(text: str) -> str:
    return "".join("," + part for part in text.split(",") if part[:1].isalpha())


def bring(rows: List[Row], found: dict, minor: int) -> None:
    before = next((row for row in rows if row.name == found["name"] and row.last == minor - 1), None)
    special = letters(before.ranges).replace(",T", "") if before else ""
    if found["type"]:
        special += ",T"
    text = (ranges(found["visited"]) + special).lstrip(",")
    if special.strip(",T") or found["followed"] or found["together"]:
        print("look at: %s, size %d, letters '%s', followed %s, together %s" % (
            found["name"], found["size"], special[1:], found["followed"], found["together"]))  # fmt: skip
    if before and (before.size, before.ranges) == (found["size"], text):
        rows[rows.index(before)] = before._replace(last=minor)
    elif text:
        rows.append(Row(found["name"], minor, minor, found["size"], text))


def bring_beside(rows: List[Row], found: dict, minor: int) -> None:
    like = [row for row in rows if row.name == found["name"] and row.first <= minor <= row.last]
    if like and all(row.size != found["size"] for row in like):
        bring(rows, found, minor)


def read_table(text: str) -> List[Row]:
    return [Row(name, *map(int, numbers), said) for name, *numbers, said in ROW.findall(text)]


def lines(row: Row) -> List[str]:
    return ['    {"%s", %d, %d, %d, "%s"},' % row]


def is_wanted(found: dict) -> bool:
    return not any(part in found["name"] for part in NO_CPYTHON)


table_rows.update(read_table, lines, is_wanted, bring, bring_beside)
