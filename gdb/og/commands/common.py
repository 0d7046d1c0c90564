"""og-common: the most common types."""

from typing import Any, List

from og import command, native, options, text
from og.command import Answer
from og.session import Session


class Command(command.Command):
    name = "og-common"
    summary = "Show the most common types of Python objects."
    about = "A line is a type and the number of its instances, most first. As objgraph.show_most_common_types."
    options = (options.limit(10, "types"), options.BY, options.LONG, options.ALL, options.WHERE, options.OUTPUT)
    example = "(gdb) og-common -limit 5\n(gdb) og-common -all -by bytes"

    def run(self, s: Session, args: Any) -> Answer:
        command.no_operands(args)
        query = command.query(s, args)
        subject = s.current()
        sizes = args.by == "bytes" or args.json
        graph = subject.graph(command.level(args, native.SCAN_TYPES), sizes)
        rows, total = subject.target.types(graph, query)
        data = {"rows": [{"type": r.type, "count": r.count, "bytes": r.bytes} for r in rows], "total": total}
        data.update(command.counted(s, args))
        for note in text.cut(len(rows), total, "types", "-limit 0"):
            s.note(note)
        return Answer(_lines(rows, args.by == "bytes"), data)


def _lines(rows: List[native.TypeCount], with_bytes: bool) -> List[str]:
    """As objgraph.show_most_common_types: the count directly behind the longest name."""
    names = text.padded([r.type for r in rows])
    if not with_bytes:
        return ["%s %i" % (name, r.count) for name, r in zip(names, rows)]
    counts = max((len(str(r.count)) for r in rows), default=0)
    return ["%s %*i %14s" % (name, counts, r.count, text.number(r.bytes)) for name, r in zip(names, rows)]
