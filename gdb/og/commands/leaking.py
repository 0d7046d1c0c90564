"""og-leaking: objects that nothing known refers to."""

import collections
from typing import Any

from og import command, jsonout, native, options, text
from og.command import Answer
from og.session import Session


class Command(command.Command):
    name = "og-leaking"
    summary = "Show Python objects that no known object refers to."
    about = ("Something keeps such an object alive: a root of the interpreter or of a frame, which is then named, or a "
             "C extension that forgot a reference. Objects without an explanation are listed; the explained ones are "
             "counted by root. As objgraph.get_leaking_objects, which does not tell the two apart.")
    options = (options.limit(100, "objects"),
               options.Option("explained", "", "Also list the objects that a root explains."),
               options.LONG, options.WHERE, options.OUTPUT)
    example = "(gdb) og-leaking\n(gdb) og-show $og1"

    def run(self, s: Session, args: Any) -> Answer:
        command.no_operands(args)
        query = command.query(s, args)
        query.limit = 0  # the limit is of the lines shown; the counts are of all
        subject = s.current()
        graph = subject.graph(native.SCAN_GRAPH)
        found, _ = subject.target.leaking(graph, query, True)
        unexplained = [row for row in found if not row[1]]
        explained = [row for row in found if row[1]]
        wanted = unexplained + explained if args.explained else unexplained
        rows = wanted[:args.limit] if args.limit else wanted
        data = {
            "rows": [dict(jsonout.object_row(o, args.long), root=root or None) for o, root in rows],
            "total": len(wanted), "unexplained": len(unexplained), "explained": len(explained),
            "counted": "tracked",
        }
        roots = collections.Counter(root for _, root in explained)
        lines = ["%s that nothing known refers to" % text.several(len(unexplained), "object")]
        if rows:
            lines.extend(text.table(("#", "address", "type", "size", "object", "root"),
                                    ((i, hex(o.address), o.long_type if args.long else o.type, text.number(o.size),
                                      o.label, root) for i, (o, root) in enumerate(rows, 1)), "ralrll"))
        lines.append("%s held by a known root" % text.several(len(explained), "object"))
        lines.extend("  %8s  %s" % (text.number(n), root) for root, n in roots.most_common(10))
        if len(roots) > 10:
            lines.append("  ... and %d more roots: -explained -limit 0 lists them" % (len(roots) - 10))
        for note in text.cut(len(rows), len(wanted), "objects", "-limit 0"):
            s.note(note)
        s.note("counted: objects tracked by the garbage collector")
        return Answer(lines, data, [o.address for o, _ in rows])
