"""A process caught in the middle of something: what is there is counted exactly, what is not is said."""
import json
import os

import pytest

import cores
import gdbrun
import graphs
import processes
from og import native

LEVELS = [native.SCAN_TYPES, native.SCAN_OBJECTS, native.SCAN_GRAPH]


def check_counts(python, target, truth):
    """At each level as the program says, and no object twice. The collector of a free-threaded build leaves objects where they are."""
    assert target.info().collecting
    for level in LEVELS:
        graph = graphs.scan(target, level)
        counts = {row.type: row.count for row in target.types(graph, native.query())[0]}
        assert {name: counts.get(name, 0) for name in truth} == truth, level
        info = graph.info
        assert (info.unreadable, info.unreadable_lists, info.losses.torn) == (0, 0, 0), level
        assert info.losses.aside == 0 if python.build == "free-threaded" else info.losses.aside >= truth["Aside"], level
        assert sum(counts.values()) == info.tracked, level
        graph.close()
    target.close()


@pytest.mark.parametrize("stage", ["finalizer", "callback", "release"])
def test_objects_that_a_collection_set_aside_are_counted(python, stage, library, tmp_path):
    with cores.dumpable(python, str(tmp_path), "collecting.py", stage) as program:
        truth = json.loads(program.lines[-1].split(None, 2)[2])
        with processes.stopped(program.pid):
            check_counts(python, library.open_process(program.pid), truth)
        if not cores.kernel_pattern():
            path = cores.kernel_core(program, str(tmp_path))
            check_counts(python, library.open_core(path, sysroot=python.sysroot), truth)
            os.unlink(path)


def test_answers_tell_how_many_objects_were_set_aside(python, library, tmp_path, og_py):
    path = str(tmp_path / "by-gdb")
    with processes.running(python.path, "collecting.py", "finalizer") as program:
        truth = json.loads(program.lines[-1].split(None, 2)[2])
        answers = cores.ask(og_py, ["og-count Aside"], pid=program.pid, before=["set og live read"], after=["gcore " + path])
    check_counts(python, library.open_core(path, sysroot=python.sysroot), truth)
    os.unlink(path)
    answer = answers["og-count Aside"]
    assert answer["rows"][0]["count"] == truth["Aside"], answer
    told = [note for note in answer["notes"] if "had set aside were found by its lists on the C stack" in note]
    assert bool(told) == (python.build != "free-threaded"), answer


MA_USED, MA_KEYS = 0, 16  # behind the header
HEADERS = {"free-threaded": 32, "trace-refs": 32}
WHOLE = "og-common -all -long -by bytes -limit 0"
QUESTIONS = [
    "og-info -all",
    "og-count Value",
    WHOLE,
    "og-growth -limit 0",
    "og-new -limit 3",
    "og-leaking -limit 0 -explained",
    "og-by-type Kept -limit 0",
    "og-at py:values",
    "og-show py:values -limit 20",
    "og-refs py:values -depth 1",
    "og-backrefs py:kept -depth 2",
    "og-chain py:kept",
]


def core_inside_resize(python, folder, og_py):
    """GDB stops the process at the very instruction that hangs the new table into its dict."""
    path, gate = os.path.join(folder, "resizing"), os.path.join(folder, "gate")
    with processes.running(python.path, "resizing.py", gate) as program:
        address = int(program.lines[-1].split()[2]) + HEADERS.get(python.build, 16)
        said = gdbrun.run(og_py, program.pid, "set can-use-hw-watchpoints 1", "watch -l *(long*)%d" % (address + MA_KEYS),
                          "python open('%s', 'w').close()" % gate, "continue", "gcore " + path)
        assert "Saved corefile" in said.out, said.tell()
    return path, address


def word(target, address):
    return int.from_bytes(target.read(address, 8), "little")


def test_dict_that_was_growing_is_answered_with_a_note(python, one_python, library, tmp_path, og_py):
    path, address = core_inside_resize(python, str(tmp_path), og_py)
    target = library.open_core(path, sysroot=python.sysroot)
    used, keys = word(target, address + MA_USED), word(target, address + MA_KEYS)
    entries = word(target, keys + (32 if python.minor < (3, 11) else 24))
    assert used >= 5000 and entries in (0, used), "the table is new: empty, or filled beforehand (3.13)"
    for level in LEVELS:
        graph = graphs.scan(target, level)
        counts = {row.type: row.count for row in target.types(graph, native.query())[0]}
        assert (counts["Value"], counts["Kept"]) == (used + 1, 300), "one is on its way into the dict"
        assert (graph.info.unreadable, graph.info.unreadable_lists) == (0, 0)
        torn = entries < used and level == native.SCAN_GRAPH
        assert graph.info.losses.torn == int(torn)
        graph.close()
    target.close()
    answers = cores.ask(og_py, QUESTIONS if python == one_python else [WHOLE], core=path, sysroot=python.sysroot)
    for question, answer in answers.items():
        assert answer["ok"], answer
        assert answer["notes"] or (entries == used and question.startswith("og-show")), (question, answer)
    notes = answers[WHOLE]["notes"]
    assert any("objects answered in part" in note for note in notes) == (entries < used), notes
    os.unlink(path)
