"""Graphs of core files, kept from one GDB to the next: `set og cache on`. Nothing is read or written while it is off."""

import hashlib
import os
from typing import Any, List, Optional

import gdb
from og import cachefolder, native, progress
from og.native import OgError

_BLOCK = 64 << 10
_BLOCKS = 16  # of the core's bytes, spread over it, are in the key: the headers and notes are in the first
_MB = 1 << 20


def load(subject: Any) -> Optional[native.Graph]:
    """The graph that an earlier GDB kept of this core."""
    if not gdb.parameter("og cache"):
        return None
    try:
        key = _key(subject)
        path = os.path.join(cachefolder.path(), _name(key))
        graph = subject.session.library.open_graph(path, key)
    except (OgError, OSError) as problem:
        if not isinstance(problem, OgError) or problem.code != native.EABSENT:
            subject.session.note("the cached graph cannot be used: %s" % _sentence(problem))
        return None
    _tidy(subject, path)
    return graph


def store(subject: Any, graph: native.Graph) -> None:
    """Keeps GRAPH for the next GDB. That it cannot is no reason to give no answer."""
    if not gdb.parameter("og cache") or graph.info.level != native.SCAN_GRAPH:
        return
    try:
        key = _key(subject)
        folder = cachefolder.path()
        path = os.path.join(folder, _name(key))
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if os.stat(folder).st_uid != os.getuid():
            raise OgError("file", "%s belongs to another user" % folder)
        save = subject.target.save(graph, words=False, strings=False, source=subject.path, key=key)
        try:
            with progress.Progress() as shown:
                progress.steps(save, shown)
                save.finish(path)
        finally:
            save.close()
    except (OgError, OSError) as problem:
        subject.session.note("the graph was not cached: %s" % _sentence(problem))
        return
    _tidy(subject, path)


def _tidy(subject: Any, path: str) -> None:
    """The graph at PATH is in use now; those that were used longest ago make room for it."""
    limit = gdb.parameter("og cache-limit")
    try:
        cachefolder.used(path)
        cachefolder.trim(os.path.dirname(path), None if limit is None or limit < 0 else limit * _MB, path)
    except OSError as problem:
        subject.session.note("the folder of cached graphs was not trimmed: %s" % _sentence(problem))


def _sentence(problem: Exception) -> str:
    return "%s: %s" % (problem.filename, problem.strerror) if isinstance(problem, OSError) else str(problem)


def _key(subject: Any) -> str:
    """What the graph was made of: this core under whatever name, the files that complete it, this og."""
    stat, library = os.stat(subject.path), os.stat(subject.session.library.path)
    identity = subject.target.identity()
    parts: List[Any] = [identity.build_id, stat.st_size, stat.st_mtime_ns, _sample(subject.path, stat.st_size),
                        subject.target.notes(), subject.target.info().runtime, library.st_size, library.st_mtime_ns]
    return "%s %s" % (identity.build_id or "-", hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest())


def _sample(path: str, size: int) -> str:
    """Of bytes all over the file."""
    out = hashlib.blake2b(digest_size=16)
    with open(path, "rb") as core:
        for number in range(_BLOCKS):
            core.seek(number * max(0, size - _BLOCK) // max(1, _BLOCKS - 1))
            out.update(core.read(_BLOCK))
    return out.hexdigest()


def _name(key: str) -> str:
    return key.rpartition(" ")[2] + ".og"
