"""og-export: the graph for other tools."""

import os
from typing import Any, Dict, List, NamedTuple, Tuple

from og import command, native, progress, text
from og.command import Answer
from og.native import OgError
from og.session import Session


class _Format(NamedTuple):
    number: int
    files: Tuple[str, ...]  # inside the folder; (): FILE itself


_FORMATS = {
    ".csv": _Format(native.EXPORT_CSV, ("objects.csv", "references.csv")),
    ".json": _Format(native.EXPORT_JSON, ()),
}


class Command(command.Command):
    name = "og-export"
    summary = "Write every object and every reference to FILE, for other tools."
    usage = "FILE"
    about = ("FILE ends in .csv, and becomes a folder of objects.csv and references.csv, or in .json, one document. Every "
             "object is in it that the garbage collector tracks or that is reachable from one, and every reference with its "
             "name. Names of references are also keys of dictionaries: the files hold contents of strings.\n\n"
             "FILE appears whole or not at all. An older export of that name is replaced, nothing else ever is. A live "
             "process stands still until all is read, whatever `set og resume` says, so that everything is of one moment.")
    operands = "file"
    example = "(gdb) og-export heap.csv"
    repeats = False  # it writes files

    def run(self, s: Session, args: Any) -> Answer:
        path, format = _wanted(args)
        subject = s.current()
        graph = subject.standing_graph()  # names are read from the process as it is now
        try:
            with progress.Progress() as shown:
                done = progress.complete(subject.target.export(graph, format.number, path), shown)
        except OgError as problem:
            raise OgError("file", problem.message) if problem.code == native.EOS else problem
        files = _files(path, format, done)
        return Answer(_lines(files), {"file": path, "objects": done.objects, "references": done.references,
                                      "unreadable": graph.info.unreadable, "files": files})


def _wanted(args: Any) -> Tuple[str, _Format]:
    path = command.one_operand(args, "FILE")
    suffix = os.path.splitext(path.rstrip("/"))[1]
    if suffix not in _FORMATS:
        raise OgError("argument", "%s has no suffix that og-export knows: there are %s" % (path, " and ".join(_FORMATS)))
    return os.path.abspath(os.path.expanduser(path)), _FORMATS[suffix]


def _files(path: str, format: _Format, done: native.Exported) -> List[Dict[str, Any]]:
    if not format.files:
        return [{"file": path, "rows": done.objects + done.references, "bytes": done.bytes[0]}]
    return [{"file": os.path.join(path, name), "rows": rows, "bytes": size}
            for name, rows, size in zip(format.files, (done.objects, done.references), done.bytes)]


def _lines(files: List[Dict[str, Any]]) -> List[str]:
    return ["Written to %s: %s, %s bytes" % (f["file"], text.several(f["rows"], "row"), text.number(f["bytes"]))
            for f in files]
