# Sourced by GDB after og.py: og-test-dump FILE [ADDRESSES] writes the whole graph as tests/graphs.py loads it.
# ADDRESSES is a file of them: FILE.json then has what og says of each, and the counts of tracked objects by type.
import array
import json

from og import command, native


class Dump(command.Command):
    name = "og-test-dump"
    summary = "Write the graph for a test."
    usage = "FILE [ADDRESSES]"

    def run(self, s, args):
        path, *asked = args.rest
        subject = s.current()
        subject.stale = True
        subject.freshen()
        graph = subject.graph(native.SCAN_GRAPH)
        raw, objects = graph.arrays(), graph.info.objects
        offsets = array.array("I", raw["offsets"][: objects + 1])
        parts = (array.array("Q", raw["addresses"][:objects]), offsets, array.array("I", raw["targets"][: offsets[-1]]))
        with open(path, "wb") as file:
            array.array("Q", map(len, parts)).tofile(file)
            for part in parts:
                part.tofile(file)
        if asked:
            self.describe(subject.target, graph, s.notes, asked[0], path + ".json")
        by = "agent" if graph.info.from_agent else "reader"
        return command.Answer(["DUMPED %d objects by %s, stopped %.1f ms" % (objects, by, s.stopped_ms)], {})

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
