"""og-growth: what grew since the last time."""

from typing import Any, List, Sequence

from og import command, compare, native, options, text
from og.command import Answer
from og.session import Session
from og.subjects.base import Subject


class Command(command.Command):
    name = "og-growth"
    summary = "Show which types of Python objects grew since the last og-growth."
    about = ("A line is a type, the number of its instances, and how many more that is than the most that og-growth "
             "has seen of it in this process; the first time everything is new. A type that shrinks and grows back "
             "to its peak is not shown. As objgraph.show_growth, but no collection is run: garbage that a collection "
             "would free is still counted. With -since a line says how many more there are than there were at that stop, "
             "whatever og-growth saw in between.")
    options = (options.limit(10, "types"), options.BY, options.LONG,
               options.Option("since", "NAME|FILE", "Compare with a snapshot that og-snapshot keeps, a file of og-save or a "
                              "core file, not with the last og-growth.", "source"),
               options.Option("all", "", "Count every object reachable from what the garbage collector tracks, not "
                              "only tracked objects, and also show the types that shrank below their peak."),
               options.WHERE, options.OUTPUT)
    example = "(gdb) og-growth\n(gdb) continue\n^C\n(gdb) og-growth\n(gdb) og-growth -since monday.og"
    repeats = False

    def run(self, s: Session, args: Any) -> Answer:
        command.no_operands(args)
        query = command.query(s, args)
        query.limit = 0  # the limit is of the lines shown
        return _since(s, args, query) if args.since else _since_last(s, args, query)


def _since_last(s: Session, args: Any, query: native.Query) -> Answer:
    subject = s.current()
    by_bytes = args.by == "bytes" or args.json
    known = _known(subject, args)
    sizes = by_bytes or any(k.bytes for k in known)
    graph = subject.graph(command.level(args, native.SCAN_TYPES), sizes)
    found = _grown(subject, graph, query, args, known)
    compared = sizes and not any(k.begun and not k.bytes for k in known)
    for k in known:
        k.begun, k.bytes = True, sizes
    rows = found[:args.limit] if args.limit else found
    if sizes and not compared:
        s.note("bytes were not counted before: their growth shows from the next og-growth on")
    if not rows:
        s.note("nothing grew since the last og-growth")
    return _answer(s, args, rows, len(found), sizes, compared)


def _since(s: Session, args: Any, query: native.Query) -> Answer:
    """The peaks stay what they are."""
    with compare.stop(s, args.since) as before:
        after = s.current()
        changed = compare.difference(s, before, after, command.level(args, native.SCAN_OBJECTS), query).rows(0)
        key = (lambda r: r.bytes_delta) if args.by == "bytes" else (lambda r: r.delta)
        found = [native.Growth(r.type, r.count_b, r.bytes_b, r.delta, r.bytes_delta)
                 for r in sorted(changed, key=key, reverse=True) if key(r) > 0 or args.all and key(r)]
        rows = found[:args.limit] if args.limit else found
        if not rows:
            s.note("nothing grew since %s" % before.said)
        return _answer(s, args, rows, len(found), True, True)


def _answer(s: Session, args: Any, rows: Sequence[native.Growth], total: int, sizes: bool, compared: bool) -> Answer:
    data = {"rows": [{"type": r.type, "count": r.count, "delta": r.delta, "bytes": r.bytes if sizes else None,
                      "bytes_delta": r.bytes_delta if compared else None} for r in rows], "total": total}
    data.update(command.counted(s, args))
    for note in text.cut(len(rows), total, "types", "-limit 0"):
        s.note(note)
    return Answer(_lines(rows, args.by == "bytes", compared), data)


class _Peaks:
    """The peaks of one kind of count, and what they know."""

    def __init__(self, library: native.Library):
        self.state = native.GrowthState(library)
        self.begun = False
        self.bytes = False

    def close(self) -> None:
        self.state.close()


def _known(subject: Subject, args: Any) -> List[_Peaks]:
    """The peaks to compare with and to raise: of tracked objects, with -all those of all objects too. Counts of one
    mean nothing to the other, and neither do those of another filter."""
    wanted = [False, True] if args.all else [False]
    return [subject.state(("growth", args.where, every), lambda: _Peaks(subject.session.library)) for every in wanted]


def _grown(subject: Subject, graph: native.Graph, query: native.Query, args: Any,
           known: List[_Peaks]) -> List[native.Growth]:
    query.all = 0
    tracked, _ = subject.target.growth(known[0].state, graph, query, args.all)
    if not args.all:
        return tracked
    query.all = 1
    every, _ = subject.target.growth(known[1].state, graph, query, True)
    if known[1].begun or not known[0].begun:
        return every
    # The first -all after a plain og-growth: what was counted then is compared with that, the rest is new.
    query.all, query.by_bytes = 0, 0
    counted = {r.type for r in subject.target.types(graph, query)[0]} | {r.type for r in tracked}
    rows = tracked + [r for r in every if r.type not in counted]
    rows.sort(key=lambda r: r.bytes_delta if args.by == "bytes" else r.delta, reverse=True)
    return rows


def _lines(rows: Sequence[native.Growth], with_bytes: bool, compared: bool) -> List[str]:
    """As objgraph.show_growth; bytes behind it if asked for."""
    lines = []
    for name, r in zip(text.padded([r.type for r in rows]), rows):
        line = "%s%9d %+9d" % (name, r.count, r.delta)
        if with_bytes:
            line += "%14d %14s" % (r.bytes, "%+d" % r.bytes_delta if compared else "")
        lines.append(line.rstrip())
    return lines
