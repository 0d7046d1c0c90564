"""og-snapshot: the graph of this stop, kept in memory."""

from typing import Any, Dict, List

from og import command, options, saving, text
from og.command import Answer
from og.commands.save import STRINGS
from og.native import OgError
from og.session import Session
from og.subjects.snapshot import Snapshot


class Command(command.Command):
    name = "og-snapshot"
    summary = "Keep the object graph of this stop in memory, to compare with or to look at later."
    about = ("It is kept until GDB ends or -delete; og-diff and `og-growth -since` compare with it by its name, og-open looks "
             "at it, og-save writes it to a file. A live process stands still until all is read, whatever "
             "`set og resume` says, so that everything is of one moment.")
    options = (
        options.Option("name", "N", "Its name; without it s1, s2, ...", "text"),
        STRINGS,
        options.Option("list", "", "List the snapshots that are kept."),
        options.Option("delete", "N", "Forget the snapshot N.", "snapshot"),
    )
    example = "(gdb) og-snapshot\n(gdb) continue\n^C\n(gdb) og-diff s1"
    repeats = False

    def run(self, s: Session, args: Any) -> Answer:
        command.no_operands(args)
        if sum(map(bool, (args.name or args.strings, args.list, args.delete))) > 1:
            raise OgError("argument", "-list and -delete stand alone")
        if args.delete:
            gone = s.kept.delete(args.delete)
            return Answer(["snapshot %s is deleted" % args.delete], {"rows": [row(gone)], "total": len(s.kept.all())})
        if args.list:
            rows = [row(kept) for kept in s.kept.all()]
            return Answer(_table(rows), {"rows": rows, "total": len(rows)})
        taken = row(_take(s, args))
        if not taken["strings"]:
            s.note(saving.NO_STRINGS)
        return Answer(["%(name)s: %%s and %%s in %%s bytes of memory; `og-diff %(name)s` says what changed since" % taken % (
            text.several(taken["objects"], "object"), text.several(taken["references"], "reference"),
            text.number(taken["bytes"]))], {"rows": [taken], "total": len(s.kept.all())})


def _take(s: Session, args: Any) -> Snapshot:
    if args.name:
        s.kept.check(args.name)
    subject = s.current()
    name = args.name or s.kept.next_name()
    return s.kept.keep(name, lambda fd: saving.to_memory(subject, fd, args.strings, name))


def row(kept: Snapshot) -> Dict[str, Any]:
    return {"name": kept.name, "source": kept.about.source, "pid": kept.pid, "version": kept.version, "taken": kept.taken,
            "bytes": kept.about.file_size, "objects": kept.objects, "references": kept.references,
            "strings": bool(kept.about.strings)}


def _table(rows: List[Dict[str, Any]]) -> List[str]:
    if not rows:
        return ["no snapshot is kept: og-snapshot keeps one"]
    lines = text.table(("name", "of", "python", "taken", "objects", "bytes"),
                       ((r["name"], r["source"], r["version"], r["taken"], text.number(r["objects"]),
                         text.number(r["bytes"])) for r in rows), "llllrr")
    return lines + ["%s in %s bytes of memory" % (text.several(len(rows), "snapshot"),
                                                  text.number(sum(r["bytes"] for r in rows)))]
