"""The folder of kept graphs: which of its files are ours, and which go when they take too much room."""

import contextlib
import os
import re
import stat
import time
from typing import Iterator, NamedTuple, Optional

from og import rows

_KEPT = re.compile(r"[0-9a-f]{32}\.og$")
_UNFINISHED = re.compile(r"\.[0-9a-f]{32}\.og\.unfinished-\d+-\d+$")  # native/graph/snapshot_file.c
_IN_USE = 60.0  # seconds: another GDB may be about to open what it has just found or made
_GIVEN_UP = 86400.0  # seconds without a byte written: whoever wrote it was killed


class _File(NamedTuple):
    path: str
    size: int
    used: float


def path() -> str:
    """XDG Base Directory Specification: a relative path in the variable is to be ignored."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return os.path.join(base if os.path.isabs(base) else os.path.expanduser("~/.cache"), "og")


def used(file: str) -> None:
    """It was now. Kept as the time of access, set by hand; that of modification would tell whoever has it mapped that it was
    written to. Someone else's stays as it is."""
    with contextlib.suppress(OSError):
        os.utime(file, ns=(time.time_ns(), os.stat(file).st_mtime_ns))


def trim(folder: str, limit: Optional[int], keep: str) -> None:
    """Removes the graphs that were used longest ago until the others take LIMIT bytes at the most (None: any number), and
    what a killed GDB left half written. Not the file KEEP, nor what was used a moment ago. OSError: some could not be."""
    now, problems = time.time(), []
    doomed = [each.path for each in _files(folder, _UNFINISHED) if now - each.used > _GIVEN_UP]
    graphs = [each for each in _files(folder, _KEPT) if _is_graph(each.path)]
    room = sum(each.size for each in graphs)
    for each in sorted(graphs, key=lambda file: file.used):
        if limit is not None and room > limit and each.path != keep and abs(now - each.used) > _IN_USE:
            doomed.append(each.path)
            room -= each.size
    for name in doomed:
        try:
            os.unlink(name)
        except FileNotFoundError:
            pass  # another GDB was first
        except OSError as problem:
            problems.append(problem)
    if problems:
        raise problems[0]


def _files(folder: str, name: "re.Pattern[str]") -> Iterator[_File]:
    """Regular files of ours that are called so."""
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if name.match(entry.name) and stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid():
                yield _File(entry.path, found.st_size, max(found.st_atime, found.st_mtime))


def _is_graph(file: str) -> bool:
    try:
        with open(file, "rb", opener=_looking) as opened:
            return opened.read(len(rows.SNAPSHOT_MAGIC)) == rows.SNAPSHOT_MAGIC
    except OSError:
        return False


def _looking(path: str, flags: int) -> int:
    """Opens PATH, which is no use of it."""
    return os.open(path, flags | os.O_NOATIME)
