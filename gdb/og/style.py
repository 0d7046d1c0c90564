"""Lines for a terminal: names made harmless, and colour where GDB itself would use it."""

import os
import re
import secrets
import stat

import gdb

_COLOURS = {"black": 0, "red": 1, "green": 2, "yellow": 3, "blue": 4, "magenta": 5, "cyan": 6, "white": 7}
# Stands around what is painted until the line is shown. Nobody else knows it, so that no class, key or file can be called so.
_MARK = "\033" + secrets.token_hex(8)
_MARKED = re.compile(_MARK + r"(\w*);")


def clean(name: str) -> str:
    """NAME on one line, whatever it holds: a file may come from anyone, and so may the name of a class."""
    return name if name.isprintable() else "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def paint(what: str, text: str) -> str:
    """TEXT to be in the style that GDB's `set style WHAT` gives. Pad before painting."""
    return "%s%s;%s%s;" % (_MARK, what, text, _MARK) if text else text


def shown(line: str, coloured: bool) -> str:
    """LINE as it is written: clean, with its paint or without."""
    pieces = _MARKED.split(line)  # text, what follows is painted as, text, ...
    return "".join(clean(piece) if not i % 2 else _escape(piece) if coloured else "" for i, piece in enumerate(pieces))


def enabled() -> bool:
    """Of an answer that somebody asked for at a terminal."""
    terminal = os.isatty(1) and os.environ.get("TERM", "dumb") != "dumb"
    return bool(gdb.parameter("style enabled")) and terminal and not _piped()


def _piped() -> bool:
    """GDB's `pipe` is at work, which GDB tells nobody: it holds the end of a pipe where one can write, and another process the other."""
    written, read = set(), set()
    for name in os.listdir("/proc/self/fd"):
        try:
            path = "/proc/self/fd/" + name
            pipe = os.readlink(path)
            writes = os.lstat(path).st_mode & stat.S_IWUSR  # a link there has the modes of its file
        except OSError:  # the one of the folder itself
            continue
        if pipe.startswith("pipe:") and int(name) > 2:
            (written if writes else read).add(pipe)
    return bool(written - read)


def _escape(what: str) -> str:
    if not what:
        return "\033[m"
    codes = []
    colour = _COLOURS.get(str(gdb.parameter("style %s foreground" % what)))
    if colour is not None:
        codes.append(str(30 + colour))
    intensity = str(gdb.parameter("style %s intensity" % what))
    if intensity in ("bold", "dim"):
        codes.append("1" if intensity == "bold" else "2")
    return "\033[%sm" % ";".join(codes)
