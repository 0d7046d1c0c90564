# Sourced by GDB after og.py: og-test-dump MODE FILE [ADDRESSES] writes the whole graph as tests/graphs.py loads it; MODE: agent, read or core.
# ADDRESSES is a file of them: FILE.json then has what og says of each, and the counts of tracked objects by type.
import array
import json

import gdb
from og import command, native


class Dump(gdb.Command):
    def __init__(self):
        super().__init__("og-test-dump", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        mode, path, *asked = gdb.string_to_argv(argument)
        if mode != "core":
            gdb.execute("set og live " + mode)
        session = command.session
        session.begin("og-test-dump")
        subject = session.current()
        subject.stale = True
        subject.freshen()
        graph = subject.graph(native.SCAN_GRAPH)
        session.note_graph(graph)
        assert bool(graph.info.from_agent) == (mode == "agent"), "the %s did not answer" % mode
        raw, objects = graph.arrays(), graph.info.objects
        offsets = array.array("I", raw["offsets"][: objects + 1])
        parts = (array.array("Q", raw["addresses"][:objects]), offsets, array.array("I", raw["targets"][: offsets[-1]]))
        with open(path, "wb") as file:
            array.array("Q", map(len, parts)).tofile(file)
            for part in parts:
                part.tofile(file)
        if asked:
            self.describe(subject.target, graph, session.notes, asked[0], path + ".json")
        print(
            "DUMPED %d objects, tracked %d, stopped %.1f ms, notes %s"
            % (objects, graph.info.tracked, session.stopped_ms, session.notes)
        )

    def describe(self, target, graph, notes, addresses, path):
        with open(addresses, "rb") as file:
            asked = array.array("Q", file.read())
        rows = map(target.describe, asked)
        said = {
            "counts": {row.type: row.count for row in target.types(graph, native.query(long_names=True))[0]},
            "objects": [(row.type, row.size, row.label) for row in rows],
            "notes": notes,
        }
        with open(path, "w", encoding="utf-8") as file:
            json.dump(said, file)


Dump()
