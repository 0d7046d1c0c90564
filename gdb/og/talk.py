"""Asking GDB in its own words, whoever it speaks to: a person, or a program by its machine interface (MI) or debug adapter
protocol (DAP)."""

import functools
import re

import gdb

_RECORD = re.compile(r'^~"(.*)"$', re.M)


def said(command: str) -> str:
    """What COMMAND prints. Where GDB 18 speaks MI it gives even this as MI's records: ~"text\\n"."""
    text = gdb.execute(command, to_string=True)
    records = _RECORD.findall(text)
    return "".join(map(_plain, records)) if records and text.startswith("~") else text


def _plain(escaped: str) -> str:
    """A C string: bytes that are not ASCII come as three octal digits."""
    return escaped.encode("ascii", "backslashreplace").decode("unicode_escape").encode("latin-1").decode(errors="replace")


_INTERPRETER = re.compile(r"--?(i|int|inter|interp|interpreter)(?:=(.*))?$")


@functools.lru_cache(maxsize=None)
def to_program() -> bool:
    """GDB was started to speak MI or DAP on its standard output, as IDEs start it. Its Python does not say, its command line
    does."""
    with open("/proc/self/cmdline", "rb") as file:
        words = [word.decode(errors="replace") for word in file.read().split(b"\0")]
    words = words[1:words.index("--args")] if "--args" in words else words[1:]
    for word, following in zip(words, words[1:] + [""]):
        match = _INTERPRETER.match(word)
        if match:
            return (following if match.group(2) is None else match.group(2)).startswith(("mi", "dap"))
    return False
