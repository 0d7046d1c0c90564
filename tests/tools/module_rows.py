"""Brings what probe_modules.py found for a new version into native/cpython/kinds/module_table.h.

    python3 module_rows.py MODULES.json MODULE_TABLE.h

As fields_rows.py does; letters, which stand for what hangs behind a word, go over from the row before. Prints what a person has to look at.
"""
import json
import re
import sys
from typing import List, NamedTuple

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


def main() -> None:
    with open(sys.argv[1]) as file:
        data = json.load(file)
    with open(sys.argv[2]) as file:
        text = file.read()
    minor = data["version"][1]
    rows = [Row(name, *map(int, numbers), said) for name, *numbers, said in ROW.findall(text)]
    beside = data["extra"] > 0  # not the usual build of its version: adds what has another size
    if not beside:
        rows = [row._replace(last=min(row.last, minor - 1)) for row in rows if row.first < minor]
    wanted = [row for row in data["rows"] if not any(part in row["name"] for part in NO_CPYTHON)]
    for found in wanted:
        (bring_beside if beside else bring)(rows, found, minor)
    for row in rows:
        if not beside and row.last == minor - 1 and row.name not in {found["name"] for found in wanted}:
            print("gone, or not found: %s" % row.name)
    rows.sort(key=lambda row: (row.name, row.first))
    body = "\n".join('    {"%s", %d, %d, %d, "%s"},' % row for row in rows)
    start, end = text.index("    {"), text.rindex("},") + 2
    with open(sys.argv[2], "w") as out:
        out.write(text[:start] + body + text[end:])


main()
