"""Colour, where GDB itself would use it."""

import os

import gdb

_COLOURS = {"black": 0, "red": 1, "green": 2, "yellow": 3, "blue": 4, "magenta": 5, "cyan": 6, "white": 7}


def enabled() -> bool:
    return bool(gdb.parameter("style enabled")) and os.isatty(1) and os.environ.get("TERM", "dumb") != "dumb"


def paint(what: str, text: str) -> str:
    """TEXT in the style that GDB's `set style WHAT` gives; plain where GDB does not style. Pad before painting."""
    if not text or not enabled():
        return text
    codes = []
    colour = _COLOURS.get(str(gdb.parameter("style %s foreground" % what)))
    if colour is not None:
        codes.append(str(30 + colour))
    intensity = str(gdb.parameter("style %s intensity" % what))
    if intensity in ("bold", "dim"):
        codes.append("1" if intensity == "bold" else "2")
    return "\033[%sm%s\033[m" % (";".join(codes), text) if codes else text
