"""Two stops compared: of one process or of two, live, in core files or in snapshots."""

import contextlib
import os
from typing import Iterator, List, NamedTuple, Optional, Tuple

from og import native, opening
from og.kept import NOW
from og.session import Session
from og.subjects.base import Subject


class Difference(NamedTuple):
    """Types that changed, those that changed most first."""

    grown: List[native.Difference]
    shrunk: List[native.Difference]
    replaced: List[native.Difference]  # as many objects as before, but others
    same: Optional[bool]  # both are of one process; None: it cannot be told

    @property
    def total(self) -> int:
        return len(self.grown) + len(self.shrunk) + len(self.replaced)

    def rows(self, limit: int) -> List[native.Difference]:
        """At most LIMIT of each; 0: all."""
        return [r for rows in self[:3] for r in (rows[:limit] if limit else rows)]


@contextlib.contextmanager
def stop(s: Session, word: str) -> Iterator[Subject]:
    """What WORD names: now, a kept snapshot, a file."""
    if word == NOW:
        yield s.current()
        return
    there = _there(s, word)
    subject = there or opening.named(s, word)
    try:
        subject.freshen()
        for sentence in subject.target.notes():
            s.note("%s: %s" % (subject.said, sentence))
        yield subject
        subject.check()
    finally:
        if not there:
            subject.close()


def _there(s: Session, word: str) -> Optional[Subject]:
    """What is kept as WORD, or the file WORD if commands are about it anyway: with the graph that it has."""
    known = s.known()
    if word in s.kept.names() or not known or known.path != os.path.abspath(os.path.expanduser(word)):
        return s.kept.get(word)
    return known


def difference(s: Session, before: Subject, after: Subject, level: int, query: native.Query) -> Difference:
    graphs = _graph(s, before, level), _graph(s, after, level)
    same = _same(s, before, after)
    rows, _ = before.target.diff(graphs[0], after.target, graphs[1], query, bool(same))

    def change(r: native.Difference) -> Tuple[int, int]:
        return (r.bytes_delta, r.delta) if query.by_bytes else (r.delta, r.bytes_delta)

    return Difference(sorted((r for r in rows if change(r) > (0, 0)), key=change, reverse=True),
                      sorted((r for r in rows if change(r) < (0, 0)), key=change),
                      [r for r in rows if change(r) == (0, 0)], same)


def _graph(s: Session, subject: Subject, level: int) -> native.Graph:
    """What has to be said of it is said of it, not of the other."""
    before = len(s.notes)
    graph = subject.graph(level)
    s.notes[before:] = ["%s: %s" % (subject.said, sentence) for sentence in s.notes[before:]]
    return graph


def _same(s: Session, before: Subject, after: Subject) -> Optional[bool]:
    """Says what has to be said where it is not so."""
    a, b = before.target.identity(), after.target.identity()
    if before.target.is_same_process(after.target):
        return True
    known = a.pid and b.pid and (a.pid != b.pid or any(a.token) and any(b.token))
    s.note("%s: types are compared by name, objects are not compared"
           % ("these are two processes" if known else "it cannot be told whether this is one process or two"))
    if a.program and b.program and os.path.basename(a.program) != os.path.basename(b.program):
        s.note("different programs: %s and %s" % (a.program, b.program))
    elif a.build_id and b.build_id and a.build_id != b.build_id:
        s.note("different builds of %s" % b.program)
    if before.version != after.version:
        s.note("different versions of CPython: %s and %s" % (before.version, after.version))
    return False if known else None


def completions(s: Session, word: str) -> List[str]:
    return [NOW] * NOW.startswith(word) + opening.completions(s, word)
