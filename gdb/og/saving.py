"""Snapshots, written: the graph of this stop with the words for it, into a file or into memory."""

import os
from typing import Any, BinaryIO, Callable, Dict

from og import files, native
from og.native import OgError
from og.progress import Progress, steps
from og.subjects.base import Subject
from og.subjects.snapshot import Snapshot

NO_STRINGS = "no string contents are in it; -strings adds them"
_CHUNK = 4 << 20


def to_file(subject: Subject, path: str, strings: bool, name: str) -> Dict[str, Any]:
    """Writes PATH, whole or not at all; what it is, for -json."""
    path = os.path.abspath(os.path.expanduser(path))
    _spare(path)
    if isinstance(subject, Snapshot):
        graph = subject.graph(native.SCAN_GRAPH)
        _check_copy(subject, strings, name)
        with files.replacing(path) as out:
            _copy(subject, out)
        strings, name = bool(subject.about.strings), subject.about.name
    else:
        graph = subject.standing_graph()
        _save(subject, graph, strings, name, lambda save: save.finish(path))
    return dict(_facts(graph, strings, name), path=path, bytes=os.stat(path).st_size)


def to_memory(subject: Subject, fd: int, strings: bool, name: str) -> None:
    """The same into the file FD."""
    if isinstance(subject, Snapshot):
        _check_copy(subject, strings, "")
        with os.fdopen(os.dup(fd), "wb") as out:
            _copy(subject, out)
    else:
        _save(subject, subject.standing_graph(), strings, name, lambda save: save.finish_into(fd))


def _save(subject: Subject, graph: native.Graph, strings: bool, name: str, finish: Callable[[native.Save], None]) -> None:
    """Names are read while the process stands where its graph was made: both are of the same moment."""
    save = subject.target.save(graph, words=True, strings=strings, name=name, source=subject.said)
    try:
        with Progress() as shown:
            steps(save, shown)
            finish(save)
    finally:
        save.close()


def _facts(graph: native.Graph, strings: bool, name: str) -> Dict[str, Any]:
    return {"objects": graph.info.objects, "references": graph.info.references, "strings": strings, "name": name or None}


def _spare(path: str) -> None:
    """Only snapshots are overwritten: FILE may be the very core that is looked at."""
    try:
        with open(path, "rb") as file:
            start = file.read(len(native.SNAPSHOT_MAGIC))
    except OSError:
        return  # not there, or the writer finds the sentence
    if start and start != native.SNAPSHOT_MAGIC:
        raise OgError("file", "%s is there and is no snapshot: og-save overwrites nothing else" % path)


def _check_copy(subject: Snapshot, strings: bool, name: str) -> None:
    if name:
        raise OgError("argument", "%s has its name already: -name is for new ones" % subject.said)
    if strings and not subject.about.strings:
        raise OgError("argument", "%s was taken without string contents: -strings cannot add them now" % subject.said)
    if not strings and subject.about.strings:
        raise OgError("argument", "%s has string contents in it: with -strings they are written too" % subject.said)


def _copy(subject: Snapshot, out: BinaryIO) -> None:
    with open(subject.path, "rb") as source:
        while True:
            chunk = source.read(_CHUNK)
            if not chunk:
                return
            out.write(chunk)
