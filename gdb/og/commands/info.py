"""og-info: what is being looked at."""

from typing import Any, Dict, List, Optional

import gdb
from og import command, native, options, procfs, quiet, text
from og.command import Answer
from og.session import Session
from og.subjects.base import Subject
from og.subjects.snapshot import Snapshot


class Command(command.Command):
    name = "og-info"
    summary = "Show which Python is being looked at, its threads, and what og knows of its memory."
    about = ("The process, core file or snapshot, the version of CPython and how its layout was established, interpreters, threads with the "
             "innermost Python function of each, the state of the garbage collector and of the GIL, the objects found, "
             "and reads of memory that failed, by reason. Objects are those of the graph that is there; -all makes one.")
    options = (options.Option("all", "", "Read the whole heap first, if that was not done at this stop."),
               options.OUTPUT)
    example = "(gdb) og-info"

    def run(self, s: Session, args: Any) -> Answer:
        command.no_operands(args)
        subject = s.current()
        graph = subject.graph(native.SCAN_GRAPH) if args.all else subject.cached(native.SCAN_TYPES, sizes=False)
        if graph is not None:
            subject.note_graph(graph)
        info = subject.target.info()
        _note_foreign_symbols(s, subject)
        threads = subject.target.threads()
        data = _data(subject, info, threads, graph)
        return Answer(_lines(data), data)


def _note_foreign_symbols(s: Session, subject: Subject) -> None:
    """GDB reads the files that have the names of those that run: they may have been replaced since, or be of another root."""
    if not subject.gdbs_own:
        return
    try:
        with quiet.settings({"language": "c"}):
            said = int(gdb.parse_and_eval("(unsigned long) &_PyRuntime"))
    except gdb.error:
        return
    if said not in [python.runtime for python in subject.target.pythons()]:
        s.note("GDB has _PyRuntime at %#x, where %s has none: its symbols are of another file than the one that runs; og does not "
               "use them, but GDB's expressions do" % (said, subject.said))


def _data(subject: Subject, info: native.Info, threads: List[native.Thread], graph: Any) -> Dict[str, Any]:
    data: Dict[str, Any] = {
        "pid": subject.pid, "core": subject.path if subject.kind == "core" else None, "version": subject.version,
        "hexversion": info.hexversion, "layout": native.text(info.layout_source), "runtime": hex(info.runtime),
        "interpreters": info.interpreters,
        "gils": _gils(subject.target.interpreters()),
        "pythons": [{"version": p.version, "runtime": hex(p.runtime), "file": p.image, "interpreters": p.interpreters,
                     "chosen": p.chosen} for p in subject.target.pythons(everywhere=True)],
        "gc_enabled": bool(info.gc_enabled), "collecting": bool(info.collecting),
        "gil_holder": hex(info.gil_holder) if info.gil_held and info.gil_holder else None,
        "gil_held": bool(info.gil_held), "free_threaded": bool(info.free_threaded),
        "running": info.gil_held if info.free_threaded else None,
        "unreadable": dict(zip(native.MISSES, list(info.misses))),
        "rows": [{"tstate": hex(t.tstate), "lwp": subject.lwp(t.native_thread_id) or None, "thread_id": hex(t.thread_id),
                  "function": t.function or None, "file": t.file or None, "line": t.line or None, "depth": t.depth}
                 for t in threads],
        "graph": None, "snapshot": _snapshot(subject),
    }
    if graph is not None:
        g = graph.info
        data["graph"] = {
            "level": ("types", "objects", "graph")[g.level - 1], "by": "agent" if g.from_agent else "reader",
            "objects": g.objects, "tracked": g.tracked, "references": g.references, "memory": g.memory,
            "unreadable": g.unreadable, "unreadable_by": dict(zip(native.MISSES, list(g.losses.unreadable))),
            "partly_read": g.losses.torn, "unreadable_lists": g.unreadable_lists,
            "mended_lists": g.losses.mended_lists, "swept": g.losses.swept, "aside": g.losses.aside}
        if g.level == native.SCAN_GRAPH:
            data["graph"].update(_share(subject, graph))
    return data


def _gils(interpreters: List[native.Interpreter]) -> List[Dict[str, Any]]:
    """Each with the numbers of the interpreters that share it. Free-threaded builds have none."""
    shared: Dict[int, List[native.Interpreter]] = {}
    for each in interpreters:
        if each.gil:
            shared.setdefault(each.gil, []).append(each)
    return [{"interpreters": [each.id for each in those], "held": those[0].held,
             "holder": hex(those[0].holder) if those[0].holder else None} for those in shared.values()]


def _snapshot(subject: Subject) -> Optional[Dict[str, Any]]:
    if not isinstance(subject, Snapshot):
        return None
    about = subject.about
    return {"path": None if subject.name else subject.path, "name": subject.name or about.name or None,
            "source": about.source, "taken": subject.taken, "time": about.time, "bytes": about.file_size,
            "strings": bool(about.strings), "program": about.program or None, "build_id": about.build_id or None}


def _share(subject: Subject, graph: native.Graph) -> Dict[str, Any]:
    """How much of the process's own memory is objects that og knows."""
    rows, _ = subject.target.types(graph, native.query(all=True))
    size = sum(r.bytes for r in rows)
    anonymous = procfs.anonymous_bytes(subject.pid) if subject.kind == "live" else 0
    return {"bytes": size, "anonymous": anonymous, "share": round(size / anonymous, 4) if anonymous else None}


def _lines(data: Dict[str, Any]) -> List[str]:
    misses = data["unreadable"]
    lines = [
        *(["core          %s" % data["core"]] if data["core"] else []),
        *_snapshot_lines(data["snapshot"]),
        "process       %d" % data["pid"],
        "python        %s, %s" % (data["version"], data["layout"]),
        "runtime       _PyRuntime at %s" % data["runtime"],
        *["%-13s %s, _PyRuntime at %s in %s%s" % ("" if number else "CPythons", each["version"], each["runtime"], each["file"],
                                               ", this one" if each["chosen"] else "")
          for number, each in enumerate(data["pythons"]) if len(data["pythons"]) > 1],
        "interpreters  %d" % data["interpreters"],
        "collector     %s%s" % ("enabled" if data["gc_enabled"] else "disabled",
                                ", a collection is running" if data["collecting"] else ""),
        "GIL           %s" % _gil(data),
        *_graph_lines(data["graph"]),
        "unreadable    %s" % (", ".join("%s %s" % (text.number(n), why) for why, n in misses.items() if n) or "nothing"),
        "threads       %d" % len(data["rows"]),
    ]
    for t in data["rows"]:
        lwp = "LWP %d" % t["lwp"] if t["lwp"] else t["thread_id"]
        where = "%s at %s:%s" % (t["function"], t["file"], t["line"]) if t["function"] else "no Python frame"
        lines.append("  %s  %s" % (lwp, where))
    return lines


def _gil(data: Dict[str, Any]) -> str:
    if len(data["gils"]) > 1:
        held = ["%s of interpreter %s" % (each["holder"] or "a thread", ", ".join(map(str, each["interpreters"])))
                for each in data["gils"] if each["held"]]
        return "%d, %s" % (len(data["gils"]), "held by the thread states " + "; ".join(held) if held else "free")
    if data["free_threaded"]:
        return "a free-threaded build: %s" % (
            "no thread runs Python now" if not data["running"] else
            "%d of %d threads run Python now" % (data["running"], len(data["rows"])))
    if data["gil_holder"]:
        return "held by the thread state %s" % data["gil_holder"]
    return "held" if data["gil_held"] else "free"


def _snapshot_lines(snapshot: Any) -> List[str]:
    if snapshot is None:
        return []
    name = (snapshot["name"] if not snapshot["path"] else
            "%(path)s (%(name)s)" % snapshot if snapshot["name"] else snapshot["path"])
    lines = ["snapshot      %s, %s bytes" % (name, text.number(snapshot["bytes"])),
             "taken         %s of %s" % (snapshot["taken"], snapshot["source"]),
             "contents      %s" % ("of short strings" if snapshot["strings"] else "no contents of strings")]
    if snapshot["program"]:
        lines.append("program       %s%s" % (snapshot["program"], ", build-id " + snapshot["build_id"]
                                             if snapshot["build_id"] else ""))
    return lines


def _graph_lines(graph: Any) -> List[str]:
    if graph is None:
        return ["objects       not read at this stop yet"]
    parts = ["objects       %s tracked" % text.number(graph["tracked"])]
    if graph["level"] == "graph":
        parts.append("%s in all" % text.number(graph["objects"]))
        parts.append("%s references" % text.number(graph["references"]))
    parts.append("read by the %s, %s bytes" % (graph["by"], text.number(graph["memory"])))
    lines = [", ".join(parts)]
    if graph.get("share"):
        lines.append("recognised    %s bytes of objects, %.0f %% of the %s bytes of anonymous memory"
                     % (text.number(graph["bytes"]), 100 * graph["share"], text.number(graph["anonymous"])))
    return lines
