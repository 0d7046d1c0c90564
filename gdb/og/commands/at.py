"""og-at: which object is at an address."""

from typing import Any, Dict, List

from og import command, jsonout, native, obj, options, text
from og.command import Answer
from og.native import OgError
from og.session import Session


class Command(command.Command):
    name = "og-at"
    summary = "Show which Python object is at, or contains, an address."
    usage = "ADDR..."
    about = ("ADDR is a number, a GDB expression whose value is an address or a pointer, or a Python path; several may be given. Every "
             "object reachable from those that the garbage collector tracks is known. As objgraph.at.")
    options = (options.LONG, options.OUTPUT)
    operands = "object"
    example = "(gdb) og-at $rdi 0x7f3a12c40e10"

    def run(self, s: Session, args: Any) -> Answer:
        if not args.rest:
            raise OgError("argument", "an address is needed: a number or a GDB expression")
        subject = s.current()
        asked = obj.addresses(subject, args.rest)
        graph = subject.graph(native.SCAN_GRAPH)
        rows: List[Dict[str, Any]] = []
        found: List[native.Object] = []
        table = []
        for address in asked:
            start = graph.find(address, containing=True)
            if start is None:
                rows.append({"asked": hex(address), "address": None})
                table.append(("", hex(address), "", "", "", "no object"))
                continue
            o = subject.target.describe(start)
            found.append(o)
            rows.append(dict(jsonout.object_row(o, args.long), asked=hex(address), offset=address - start))
            table.append((len(found), hex(address), hex(start), "+%d" % (address - start),
                          o.long_type if args.long else o.type, o.label))
        lines = text.table(("#", "asked", "object at", "byte", "type", "object"), table, "raarll")
        data: Dict[str, Any] = {"rows": rows, "total": len(rows)}
        if len(rows) == 1:
            data.update(rows[0])
        return Answer(lines, data, [o.address for o in found])
