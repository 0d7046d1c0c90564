"""og-count: instances of one type."""

from typing import Any

from og import command, native, options
from og.command import Answer
from og.session import Session


class Command(command.Command):
    name = "og-count"
    summary = "Count the instances of a Python type."
    usage = "TYPE"
    about = ("TYPE is the name of a type: dict, Order. With a dot in it, it is compared with the module and the name: "
             "shop.cart.Order. Instances of subclasses are not counted. As objgraph.count.")
    options = (options.ALL, options.WHERE, options.OUTPUT)
    operands = "type"
    example = "(gdb) og-count dict"

    def run(self, s: Session, args: Any) -> Answer:
        name = command.one_operand(args, "TYPE")
        query = command.query(s, args)
        subject = s.current()
        graph = subject.graph(command.level(args, native.SCAN_TYPES))
        count, size = subject.target.count(graph, name, query)
        if not count and not args.where:
            command.note_similar(s, graph, name, args.all)
        data = {"rows": [{"type": name, "count": count, "bytes": size}]}
        data.update(command.counted(s, args))
        return Answer(["%d" % count], data)
