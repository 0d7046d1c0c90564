"""og-show: one object in full."""

from typing import Any, Dict, List, Tuple

from og import command, jsonout, losses, native, obj, options, text
from og.command import Answer
from og.native import OgError
from og.session import Session
from og.subjects.base import Subject


class Command(command.Command):
    name = "og-show"
    summary = "Show one Python object in full: type, size, reference count, fields and elements."
    usage = "OBJ"
    about = ("OBJ is an address, a GDB expression, or a Python path such as py:app.CACHE['user:7'][0]. Read from memory; "
             "nothing runs in the process. What is in the object's __dict__ is listed too. $og is the object, and the number of a line is the N of its $ogN.")
    options = (options.limit(50, "references"), options.LONG, options.OUTPUT)
    operands = "object"
    example = "(gdb) og-show py:app.CACHE"

    def run(self, s: Session, args: Any) -> Answer:
        subject = s.current()
        named = obj.resolve(s, subject, args.rest)
        if len(named) != 1:
            raise OgError("argument", "one object is needed, not %d: og-show takes them one by one" % len(named))
        with losses.noted(subject.target, s.note):
            o = subject.target.describe(named[0].address)
            fields, total = subject.target.fields(o.address, args.limit)
            attributes, attributes_total = _attributes(subject, fields, args.limit)
        data = jsonout.object_row(o, args.long)
        data.update(type_address=jsonout.address(o.type_address), total=total, rows=_rows(fields),
                    attributes=_rows(attributes), attributes_total=attributes_total)
        for note in (text.cut(len(fields), total, "references", "-limit 0") +
                     text.cut(len(attributes), attributes_total, "attributes", "-limit 0")):
            s.note(note)
        lines = _head(o, args.long) + (_fields(fields, 2) or ["no references"])
        if attributes:
            lines += ["attributes in its __dict__:"] + _fields(attributes, 2 + len(fields))
        return Answer(lines, data, [o.address] + [f.target for f in fields + attributes])


def _attributes(subject: Subject, fields: List[native.Field], limit: int) -> Tuple[List[native.Field], int]:
    """What the object's __dict__ holds: attributes, one step away. Keys themselves are left out."""
    holder = next((f.target for f in fields if f.name == "__dict__" and f.type != "NoneType"), 0)
    if not holder:
        return [], 0
    inside = [f for f in subject.target.fields(holder, 0)[0] if not f.name.startswith("{")]
    return inside[:limit] if limit else inside, len(inside)


def _rows(fields: List[native.Field]) -> List[Dict[str, Any]]:
    return [{"name": f.name, "kind": f.kind, "address": jsonout.address(f.target), "type": f.type, "label": f.label}
            for f in fields]


def _head(o: native.Object, long_names: bool) -> List[str]:
    lines = ["%s %s" % (o.long_type if long_names else o.type, o.label),
             "  address   %s" % hex(o.address),
             "  type      %s at %s" % (o.long_type, hex(o.type_address)),
             "  size      %s bytes" % text.number(o.size)]
    if o.len >= 0:
        lines.append("  len       %s" % text.number(o.len))
    lines.append("  refcount  %s" % text.refcount(o.refcount))
    lines.append("  gc        %s" % ("tracked" if o.tracked else "not tracked"))
    return lines


def _fields(fields: List[native.Field], first: int) -> List[str]:
    if not fields:
        return []
    return text.table(("#", "name", "address", "type", "object"),
                      ((i, f.name + ("" if f.kind == "strong" else " (%s)" % f.kind), hex(f.target), f.type, f.label)
                       for i, f in enumerate(fields, first)), "rlall")
