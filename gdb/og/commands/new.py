"""og-new: the very objects that are new."""

from typing import Any, List

from og import command, jsonout, native, options, text, values
from og.command import Answer
from og.session import Session


class Command(command.Command):
    name = "og-new"
    summary = "Show the Python objects that are new since the last og-new, by type."
    about = ("A line is a type with the objects it had at the last og-new, those it has now, how many of those are "
             "new, and the difference of the counts. $og1, $og2, ... are the new objects themselves, in the order "
             "of the lines. Objects are told apart by address, so one that took the place of a freed one passes for "
             "old. The first time everything is new. As objgraph.get_new_ids, but no collection is run.")
    options = (options.limit(10, "types"),
               options.Option("sort", "", "Order by the difference (deltas, the default) or by one of the columns.",
                              "choice", "deltas", ("deltas", "old", "current", "new")),
               options.LONG, options.ALL, options.WHERE, options.OUTPUT)
    example = "(gdb) og-new\n(gdb) continue\n^C\n(gdb) og-new\n(gdb) og-backrefs $og"
    repeats = False

    def run(self, s: Session, args: Any) -> Answer:
        command.no_operands(args)
        query = command.query(s, args)
        subject = s.current()
        state = subject.state(("new", args.all, args.where, args.long), lambda: native.NewState(s.library))
        graph = subject.graph(command.level(args, native.SCAN_OBJECTS))
        rows, total = subject.target.new(state, graph, query, args.sort)
        data = {"rows": [{"type": r.type, "old": r.old_ids, "current": r.current_ids, "new": r.new_ids,
                          "delta": r.count_delta, "addresses": [jsonout.address(a) for a in r.addresses]}
                         for r in rows], "total": total}
        data.update(command.counted(s, args))
        for note in text.cut(len(rows), total, "types", "-limit 0"):
            s.note(note)
        return Answer(_lines(rows) + _variables(rows), data, [a for r in rows for a in r.addresses])


def _lines(rows: List[native.NewObjects]) -> List[str]:
    """As objgraph.get_new_ids prints it."""
    if not rows:
        return []
    head, *names = text.padded(["Type"] + [r.type for r in rows])
    lines = ["%s%13s%13s%13s%13s" % (head, "Old_ids", "Current_ids", "New_ids", "Count_Deltas")]
    lines.extend("%s%13d%13d%+13d%+13d" % (name, r.old_ids, r.current_ids, r.new_ids, r.count_delta)
                 for name, r in zip(names, rows))
    return lines


def _variables(rows: List[native.NewObjects]) -> List[str]:
    """Which $ogN hold the new objects of which type."""
    parts, first = [], 1
    for r in rows:
        last = min(first + r.new_ids - 1, values.MOST)
        if r.new_ids and first <= values.MOST:
            parts.append("%s $og%d%s" % (r.type, first, "-$og%d" % last if last > first else ""))
        first += r.new_ids
    if not parts:
        return []
    lines = ["new objects: " + ", ".join(parts)]
    if first - 1 > values.MOST:
        lines.append("%s of %s new objects have a $ogN: -json lists the addresses of all"
                     % (text.number(values.MOST), text.number(first - 1)))
    return lines
