"""og-diff: what changed between two stops."""

import contextlib
from typing import Any, Dict, List, Optional, Sequence

from og import command, compare, jsonout, native, options, text, words
from og.command import Answer
from og.kept import NOW
from og.native import OgError
from og.session import Session
from og.subjects.base import Subject

_OF_A_TYPE = 10  # objects listed by -objects


class Command(command.Command):
    name = "og-diff"
    summary = "Show by type what changed between two stops: snapshots, core files, now."
    usage = "A [B]"
    about = ("A and B are each the name of a snapshot that og-snapshot keeps, a file that og-save wrote, a core file, or `now`, "
             "what the other commands look at. Without B it is `now`. A line is a type, its instances in A and in B, their "
             "difference, and the same of bytes; first what grew, then what shrank, and the totals of all types. If A "
             "and B are of the same process, `new` is how many objects of B were not there in A. Types are told by name, so "
             "two processes, and two versions of a program, can be compared too.")
    options = (
        options.Option("limit", "N", "Show at most N types that grew and N that shrank (default 10); 0 shows all.", "number", 10),
        options.BY, options.LONG, options.ALL, options.WHERE,
        options.Option("objects", "", "Also list objects that are new in B, 10 of each type shown, where both are of the same process; "
                       "-limit 0 lists all. $og1, $og2, ... are the rows."),
        options.OUTPUT,
    )
    operands = "stop"
    example = "(gdb) og-diff monday.og tuesday.og\n(gdb) og-diff s1 -objects\n(gdb) og-diff /var/crash/core.4711 now -by bytes"
    repeats = False

    def run(self, s: Session, args: Any) -> Answer:
        if not 1 <= len(args.rest) <= 2:
            raise OgError("argument", "one or two of snapshot names, files and `now` are needed%s"
                          % (", not %d words" % len(args.rest) if args.rest else ""))
        query = command.query(s, args)
        query.limit = 0  # the limit is of the lines shown
        names = [words.unquote(word) for word in args.rest] + [NOW]
        with contextlib.ExitStack() as stack:
            before, after = (stack.enter_context(compare.stop(s, name)) for name in names[:2])
            s.about = after
            return _answer(s, args, query, before, after)


def _answer(s: Session, args: Any, query: native.Query, before: Subject, after: Subject) -> Answer:
    level = command.level(args, native.SCAN_OBJECTS)
    found = compare.difference(s, before, after, level, query)
    if args.objects and not found.same:
        raise OgError("argument", "-objects needs two stops of one process, and %s and %s are not known to be that"
                      % (before.said, after.said))
    rows = found.rows(args.limit)
    totals = _totals(before, after, level, query)
    data: Dict[str, Any] = {
        "a": before.json(), "b": after.json(), "same_process": found.same,
        "rows": [_row(r, found.same, args.objects) for r in rows], "total": found.total, "totals": totals}
    lines = _lines(rows, totals, found.same) if rows else ["nothing changed"]
    objects: Optional[List[native.Object]] = None
    if args.objects:
        objects = _new_objects(s, after, rows, args.limit)
        data["objects"] = [jsonout.object_row(o, args.long) for o in objects]
        lines += ["new objects:"] + text.objects(objects, args.long) if objects else ["no new objects"]
        for note in text.cut(len(objects), sum(r.new_count for r in rows), "new objects", "-limit 0"):
            s.note(note)
    data.update(command.counted(s, args))
    for note in text.cut(len(rows), found.total, "changed types", "-limit 0"):
        s.note(note)
    return Answer(lines, data, [o.address for o in objects] if objects is not None else None)


def _totals(before: Subject, after: Subject, level: int, query: native.Query) -> Dict[str, int]:
    """Of all types, the unchanged ones too."""
    sums = []
    for subject in (before, after):
        graph = subject.cached(level)
        assert graph is not None  # it was compared
        rows, _ = subject.target.types(graph, query)
        sums.append((sum(r.count for r in rows), sum(r.bytes for r in rows)))
    (count_before, bytes_before), (count, size) = sums
    return {"count_before": count_before, "count": count, "delta": count - count_before,
            "bytes_before": bytes_before, "bytes": size, "bytes_delta": size - bytes_before}


def _new_objects(s: Session, after: Subject, rows: Sequence[native.Difference], limit: int) -> List[native.Object]:
    """Those of the types that are shown, or some of them."""
    out: List[native.Object] = []
    gone = 0
    for address in (a for r in rows for a in (r.new_addresses[:_OF_A_TYPE] if limit else r.new_addresses)):
        try:
            out.append(after.target.describe(address))
        except OgError as problem:  # the process ran on while its clone was scanned
            if problem.code not in (native.EABSENT, native.EUNREADABLE):
                raise
            gone += 1
    if gone:
        s.note("%s gone by now" % (text.several(gone, "new object") + (" is" if gone == 1 else " are")))
    return out


def _row(r: native.Difference, same: Optional[bool], objects: bool) -> Dict[str, Any]:
    row = {"type": r.type, "count": r.count_b, "bytes": r.bytes_b, "delta": r.delta, "bytes_delta": r.bytes_delta,
           "count_before": r.count_a, "bytes_before": r.bytes_a, "new": r.new_count if same else None}
    if objects:
        row["addresses"] = [jsonout.address(a) for a in r.new_addresses]
    return row


def _lines(rows: Sequence[native.Difference], totals: Dict[str, int], same: Optional[bool]) -> List[str]:
    """objgraph's widths: 9 for a number of objects."""
    head, *names, total = text.padded(["type"] + [r.type for r in rows] + ["total"])
    new_head, new = ("%9s" % "new", "%9d") if same else ("", "%.0s")
    lines = ["%s%9s%9s %9s%s%14s %14s" % (head, "before", "after", "+/-", new_head, "bytes", "+/-")]
    for name, r in zip(names, rows):
        lines.append(("%s%9d%9d %+9d" + new + "%14d %+14d") % (
            name, r.count_a, r.count_b, r.delta, r.new_count, r.bytes_b, r.bytes_delta))
    lines.append("%s%9d%9d %+9d%s%14d %+14d" % (
        total, totals["count_before"], totals["count"], totals["delta"], " " * len(new_head), totals["bytes"],
        totals["bytes_delta"]))
    return lines
