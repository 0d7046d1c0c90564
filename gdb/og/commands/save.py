"""og-save: the graph of this stop, in a file."""

from typing import Any

from og import command, options, saving, text
from og.command import Answer
from og.session import Session

STRINGS = options.Option("strings", "", "Also store the contents of short strings: names that were made up at run time, keys, "
                         "values. Without it labels of strings are their lengths, and no contents leave this machine.")


class Command(command.Command):
    name = "og-save"
    summary = "Write the object graph of this stop to a file, which og-open opens without process or core."
    usage = "FILE"
    about = ("FILE then answers every og command as this process or core does now: objects, references, and the names "
             "of types, modules, functions and attributes. It is written whole or not at all; of the files that are "
             "there only a snapshot is overwritten. A live process stands still until all is read, whatever "
             "`set og resume` says, so that everything is of one moment.")
    options = (
        STRINGS,
        options.Option("name", "N", "The name that og-info and og-open show for it.", "text"),
        options.Option("snapshot", "N", "Write the snapshot N that og-snapshot keeps, not this stop.", "snapshot"),
    )
    operands = "file"
    example = "(gdb) og-save monday.og\n(gdb) og-save tuesday.og -strings"
    repeats = False

    def run(self, s: Session, args: Any) -> Answer:
        path = command.one_operand(args, "FILE")
        subject = s.kept.find(args.snapshot) if args.snapshot else s.current()
        s.about = subject
        data = saving.to_file(subject, path, args.strings, args.name or "")
        if not data["strings"]:
            s.note(saving.NO_STRINGS)
        line = "%s: %s and %s of %s in %s bytes" % (
            data["path"], text.several(data["objects"], "object"), text.several(data["references"], "reference"),
            subject.said, text.number(data["bytes"]))
        return Answer([line], data)
