"""og-open: look at a core file or a snapshot instead of GDB's own process."""

from typing import Any, Dict, List

import gdb
from og import command, debugged, opening, options, text, words
from og.command import Answer
from og.native import OgError
from og.session import Session
from og.subjects.base import Subject
from og.subjects.snapshot import Snapshot


class Command(command.Command):
    name = "og-open"
    summary = "Look at a core file or a snapshot, with or without a process in GDB."
    usage = "[FILE]"
    about = ("FILE is a core file of the kernel or of gcore, a file that og-save wrote, or the name of a snapshot that "
             "og-snapshot keeps. From then on all og commands are about it, and say so; GDB itself and its process are "
             "left alone. `og-open -close` goes back to what GDB looks at. Without FILE: lists what can be looked at.\n\n"
             "GDB's expressions, such as $rdi or a C variable, are of GDB's own process: for an opened file an "
             "object is named by address, $ogN or a Python path, which starts at a module.")
    options = (options.Option("close", "", "Look at GDB's own process or core again."),)
    operands = "source"
    example = "(gdb) og-open /var/crash/core.4711\n(gdb) og-common\n(gdb) og-open -close"
    repeats = False

    def run(self, s: Session, args: Any) -> Answer:
        if len(args.rest) > 1 or args.close and args.rest:
            raise OgError("argument", "one FILE is needed, not: %s" % " ".join(args.rest)
                          if not args.close else "-close takes no FILE")
        lines: List[str] = []
        if args.close:
            lines = _close(s)
        elif args.rest:
            lines = _open(s, words.unquote(args.rest[0]))
        rows = _rows(s)
        return Answer(lines or _table(rows), {"rows": rows, "total": len(rows)})


def _open(s: Session, word: str) -> List[str]:
    subject = opening.named(s, word)
    s.look_at(subject)
    s.about = subject
    for sentence in subject.target.notes():
        s.note(sentence)
    behind = debugged.said(gdb.selected_inferior())
    kind = "" if s.kept.holds(subject) else ": " + subject.kind
    of = " of process %d" % subject.pid if subject.pid else ""
    return ["%s%s%s, CPython %s" % (subject.said, kind, of, subject.version),
            "og commands are about it until `og-open -close`%s" % (", which goes back to " + behind if behind else "")]


def _close(s: Session) -> List[str]:
    if s.opened is None:
        raise OgError("argument", "no file is opened")
    gone = s.opened.said
    s.look_at(None)
    behind = debugged.said(gdb.selected_inferior())
    return ["%s is not looked at any more; og commands are about %s" % (gone, behind or "nothing now")]


def _rows(s: Session) -> List[Dict[str, Any]]:
    """What can be looked at; the first is what is."""
    subjects: List[Subject] = [s.opened] if s.opened else []
    rows = [_row(subject, True) for subject in subjects]
    known = s.known_of_gdb()
    inferior = gdb.selected_inferior()
    if known:
        rows.append(_row(known, not s.opened))
    elif inferior.pid:
        core = debugged.core_of(inferior)
        rows.append({"kind": "core" if core else "live", "path": core or None, "name": None, "pid": inferior.pid,
                     "version": None, "taken": None, "bytes": None, "current": not s.opened})
    rows.extend(_row(kept, False) for kept in s.kept.all() if kept is not s.opened)
    return rows


def _row(subject: Subject, current: bool) -> Dict[str, Any]:
    row = {"path": None, "name": None, "taken": None, "bytes": None}
    row.update(subject.json(), current=current)
    if isinstance(subject, Snapshot):
        row.update(taken=subject.taken, bytes=subject.about.file_size)
    return row


def _table(rows: List[Dict[str, Any]]) -> List[str]:
    if not rows:
        return ["nothing: attach to a process, open a core or a snapshot with `og-open FILE`"]
    return text.table(("", "kind", "name", "process", "python", "taken", "bytes"),
                      (("*" if r["current"] else "", r["kind"], r["path"] or r["name"] or "", r["pid"], r["version"] or "",
                        r["taken"] or "", text.number(r["bytes"]) if r["bytes"] else "") for r in rows), "lllrllr")
