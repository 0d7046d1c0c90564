"""What fields_rows.py and module_rows.py have in common: a table in C, its rows good for a range of minor versions, and what a probe found."""
import json
import sys
from typing import Any, Callable, Dict, List

Found = Dict[str, Any]  # of one type or module
Bring = Callable[[List[Any], Found, int], None]


def update(read: Callable[[str], List[Any]], lines: Callable[[Any], List[str]], wanted: Callable[[Found], bool],
           bring: Bring, bring_beside: Bring) -> None:  # fmt: skip
    """Brings the file of the first argument into the table of the second: BRING what is of the usual build of a version, BRING_BESIDE
    what is of one with a larger header, where that has another size."""
    with open(sys.argv[1]) as file:
        data = json.load(file)
    with open(sys.argv[2]) as file:
        text = file.read()
    minor, usual = data["version"][1], data["extra"] == 0
    rows = read(text)
    if usual:
        rows = [row._replace(last=min(row.last, minor - 1)) for row in rows if row.first < minor]
    found = [each for each in data["rows"] if wanted(each)]
    for each in found:
        (bring if usual else bring_beside)(rows, each, minor)
    if usual:
        _say_gone(rows, {each["name"] for each in found}, minor)
    rows.sort(key=lambda row: (row.name, row.first))
    body = "\n".join(line for row in rows for line in lines(row))
    start, end = text.index("    {"), text.rindex("},") + 2
    with open(sys.argv[2], "w") as out:
        out.write(text[:start] + body + text[end:])


def _say_gone(rows: List[Any], names: set, minor: int) -> None:
    for row in rows:
        if row.last == minor - 1 and row.name not in names:
            print("gone, or not found: %s" % row.name)
