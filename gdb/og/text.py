"""Tables for the terminal."""

import unicodedata
from typing import Any, Iterable, List, Sequence

from og import native, style

_WIDEST = 80  # columns that others are padded to


def number(value: int) -> str:
    return format(value, ",")


def several(value: int, what: str) -> str:
    """1 object, 2 objects."""
    return "%s %s%s" % (number(value), what, "" if value == 1 else "s")


def refcount(value: int) -> str:
    return "immortal" if value == native.IMMORTAL else str(value)


def width(name: str) -> int:
    """Columns of a terminal that NAME takes."""
    if name.isascii():
        return len(name)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in name)


def column(names: Iterable[str]) -> int:
    """The width of a column of NAMES. One that is wider than others may be only moves what is behind it."""
    return max((columns for columns in map(width, names) if columns <= _WIDEST), default=0)


def pad(name: str, columns: int) -> str:
    return name + " " * (columns - width(name))


def padded(names: Sequence[str]) -> List[str]:
    """NAMES, clean, as a column."""
    names = [style.clean(name) for name in names]
    columns = column(names)
    return [pad(name, columns) for name in names]


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]], right: str) -> List[str]:
    """Lines of a table. RIGHT has one letter a column: r right, l left, a left and an address."""
    cells = [[style.clean(str(c)) for c in row] for row in rows]
    widths = [max(len(h), column(row[i] for row in cells)) for i, h in enumerate(heads)]
    lines = [_line(heads, widths, right, False)]
    lines.extend(_line(row, widths, right, True) for row in cells)
    return lines


def _line(row: Sequence[str], widths: Sequence[int], right: str, painted: bool) -> str:
    out = []
    for i, cell in enumerate(row):
        if right[i] == "r":
            padded = cell.rjust(widths[i])
        else:
            padded = pad(cell, widths[i]) if i + 1 < len(row) else cell
        out.append(style.paint("address", padded) if painted and right[i] == "a" else padded)
    return "  ".join(out).rstrip()


def objects(rows: Sequence[native.Object], long_names: bool) -> List[str]:
    """A table of objects; the number of a row is the N of its $ogN."""
    return table(("#", "address", "type", "size", "object"),
                 ((i, hex(o.address), o.long_type if long_names else o.type, number(o.size), o.label)
                  for i, o in enumerate(rows, 1)), "ralrl")


def cut(shown: int, total: int, what: str, option: str) -> List[str]:
    """The note that says what a limit left out."""
    return ["%s of %s %s shown: %s shows all" % (number(shown), number(total), what, option)] if shown < total else []
