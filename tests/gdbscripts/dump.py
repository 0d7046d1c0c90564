# Sourced by GDB after og.py: og-test-dump MODE FILE writes the whole graph as tests/graphs.py loads it.
import array

import gdb
from og import command, native


class Dump(gdb.Command):
    def __init__(self):
        super().__init__("og-test-dump", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        mode, path = gdb.string_to_argv(argument)
        gdb.execute("set og live " + mode)
        session = command.session
        session.begin()
        process = session.current()
        process.stale = True
        process.freshen()
        graph = process.graph(native.SCAN_GRAPH)
        assert bool(graph.info.from_agent) == (mode == "agent"), "the %s did not answer" % mode
        raw, objects = graph.arrays(), graph.info.objects
        offsets = array.array("I", raw["offsets"][: objects + 1])
        parts = (array.array("Q", raw["addresses"][:objects]), offsets, array.array("I", raw["targets"][: offsets[-1]]))
        with open(path, "wb") as file:
            array.array("Q", map(len, parts)).tofile(file)
            for part in parts:
                part.tofile(file)
        print(
            "DUMPED %d objects, tracked %d, stopped %.1f ms, notes %s"
            % (objects, graph.info.tracked, session.stopped_ms, session.notes)
        )


Dump()
