"""og-by-type: the instances of one type."""

from typing import Any

from og import command, jsonout, native, options, text
from og.command import Answer
from og.session import Session


class Command(command.Command):
    name = "og-by-type"
    summary = "List the instances of a Python type."
    usage = "TYPE"
    about = ("TYPE is the name of a type: dict, Order. With a dot in it, it is compared with the module and the name: "
             "shop.cart.Order. Instances of subclasses are not listed. $og1, $og2, ... are the rows. "
             "As objgraph.by_type.")
    options = (options.limit(100, "objects"), options.LONG, options.ALL, options.WHERE, options.OUTPUT)
    operands = "type"
    example = "(gdb) og-by-type Order -limit 5\n(gdb) og-backrefs $og3"

    def run(self, s: Session, args: Any) -> Answer:
        name = command.one_operand(args, "TYPE")
        query = command.query(s, args)
        subject = s.current()
        graph = subject.graph(command.level(args, native.SCAN_OBJECTS))
        rows, total = subject.target.by_type(graph, name, query)
        if not total and not args.where:
            command.note_similar(s, graph, name, args.all)
        data = {"rows": [jsonout.object_row(o, args.long) for o in rows], "total": total}
        data.update(command.counted(s, args))
        for note in text.cut(len(rows), total, "objects", "-limit 0"):
            s.note(note)
        lines = text.objects(rows, args.long) if rows else ["no instances of %s" % name]
        return Answer(lines, data, [o.address for o in rows])
