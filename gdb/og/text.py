"""Tables for the terminal."""

import re
from typing import Any, Iterable, List, Sequence

from og import native, style


def number(value: int) -> str:
    return format(value, ",")


def several(value: int, what: str) -> str:
    """1 object, 2 objects."""
    return "%s %s%s" % (number(value), what, "" if value == 1 else "s")


def refcount(value: int) -> str:
    return "immortal" if value == native.IMMORTAL else str(value)


def clean(label: str) -> str:
    """LABEL on one line, whatever it holds."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in label)


# What a terminal obeys, but colours, line ends and tabs. A file may come from anyone, and so may the name of a class.
_OBEYED = re.compile("(\033\\[[0-9;]*m)|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def harmless(shown: str) -> str:
    """SHOWN with control characters made visible."""
    return _OBEYED.sub(lambda found: found.group(1) or "\\x%02x" % ord(found.group()), shown)


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]], right: str) -> List[str]:
    """Lines of a table. RIGHT has one letter a column: r right, l left, a left and an address."""
    cells = [[clean(str(c)) for c in row] for row in rows]
    widths = [max([len(h)] + [len(row[i]) for row in cells]) for i, h in enumerate(heads)]
    lines = [_line(heads, widths, right, False)]
    lines.extend(_line(row, widths, right, True) for row in cells)
    return lines


def _line(row: Sequence[str], widths: Sequence[int], right: str, painted: bool) -> str:
    out = []
    for i, cell in enumerate(row):
        if right[i] == "r":
            padded = cell.rjust(widths[i])
        else:
            padded = cell.ljust(widths[i]) if i + 1 < len(row) else cell
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
