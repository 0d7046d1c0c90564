"""og-growth: what grew since the last time."""

from typing import Any, List

from og import command, native, options, text
from og.command import Answer
from og.session import Session


class Command(command.Command):
    name = "og-growth"
    summary = "Show which types of Python objects grew since the last og-growth."
    about = ("A line is a type, the number of its instances, and how many more that is than the most that og-growth "
             "has seen of it in this process; the first time everything is new. A type that shrinks and grows back "
             "to its peak is not shown. As objgraph.show_growth, but no collection is run: garbage that a collection "
             "would free is still counted.")
    options = (options.limit(10, "types"), options.BY, options.LONG,
               options.Option("all", "", "Count every object reachable from what the garbage collector tracks, not "
                              "only tracked objects, and also show the types that shrank below their peak."),
               options.WHERE, options.OUTPUT)
    example = "(gdb) og-growth\n(gdb) continue\n^C\n(gdb) og-growth"
    repeats = False

    def run(self, s: Session, args: Any) -> Answer:
        command.no_operands(args)
        query = command.query(s, args)
        process = s.current()
        key = (args.all, args.where)  # peaks of one kind of count mean nothing to another
        state = process.growth_state(key)
        knew_bytes = process.growth_bytes.get(key)
        sizes = args.by == "bytes" or args.json or bool(knew_bytes)
        graph = process.graph(command.level(args, native.SCAN_TYPES), sizes)
        rows, total = process.target.growth(state, graph, query, args.all)
        process.growth_bytes[key] = sizes
        compared = sizes and knew_bytes is not False
        if sizes and not compared:
            s.note("bytes were not counted before: their growth shows from the next og-growth on")
        data = {"rows": [{"type": r.type, "count": r.count, "delta": r.delta, "bytes": r.bytes if sizes else None,
                          "bytes_delta": r.bytes_delta if compared else None} for r in rows], "total": total}
        if not rows:
            s.note("nothing grew since the last og-growth")
        data.update(command.counted(s, args))
        for note in text.cut(len(rows), total, "types", "-limit 0"):
            s.note(note)
        return Answer(_lines(rows, args.by == "bytes", compared), data)


def _lines(rows: List[native.Growth], with_bytes: bool, compared: bool) -> List[str]:
    """As objgraph.show_growth; bytes behind it if asked for."""
    width = max((len(r.type) for r in rows), default=0)
    lines = []
    for r in rows:
        line = "%-*s%9d %+9d" % (width, r.type, r.count, r.delta)
        if with_bytes:
            line += "%14d %14s" % (r.bytes, "%+d" % r.bytes_delta if compared else "")
        lines.append(line.rstrip())
    return lines
