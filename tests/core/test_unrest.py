"""A process caught in the middle of something: what is there is counted exactly, what is not is said."""
import json
import os

import pytest

import cores
import gdbrun
import graphs
from og import native

LEVELS = [native.SCAN_TYPES, native.SCAN_OBJECTS, native.SCAN_GRAPH]


def scanned(target, level):
    scan = target.scan(level)
    try:
        while scan.step(graphs.WORK):
            pass
        return scan.finish()
    finally:
        scan.close()


def check_counts(target, truth):
    """At each level as the program says, and no object twice."""
    assert target.info().collecting
    for level in LEVELS:
        graph = scanned(target, level)
        counts = {row.type: row.count for row in target.types(graph, native.query())[0]}
        assert {name: counts.get(name, 0) for name in truth} == truth, level
        info = graph.info
        assert (info.unreadable, info.unreadable_lists, info.losses.torn) == (0, 0, 0), level
        assert info.losses.aside >= truth["Aside"], level
        assert sum(counts.values()) == info.tracked, level
        graph.close()
    target.close()


@pytest.mark.parametrize("stage", ["finalizer", "callback", "release"])
def test_objects_that_a_collection_set_aside_are_counted(python, stage, library, tmp_path, og_py):
    by_gdb, reason = str(tmp_path / "by-gdb"), cores.kernel_pattern()
    with cores.dumpable(python, str(tmp_path), "collecting.py", stage) as program:
        truth = json.loads(program.lines[-1].split(None, 2)[2])
        answers = cores.ask(og_py, ["og-count Aside"], pid=program.pid, before=["set og live read"], after=["gcore " + by_gdb])
        check_counts(library.open_process(program.pid), truth)
        check_counts(library.open_core(by_gdb), truth)
        os.unlink(by_gdb)
        if not reason:
            by_kernel = cores.kernel_core(program, str(tmp_path))
            check_counts(library.open_core(by_kernel), truth)
            os.unlink(by_kernel)
    answer = answers["og-count Aside"]
    assert answer["rows"][0]["count"] == truth["Aside"], answer
    assert [note for note in answer["notes"] if "had set aside were found by its lists on the C stack" in note], answer
