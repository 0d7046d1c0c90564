"""og-open: a core beside what GDB itself looks at."""
import os

import pytest

import cores
import gdbrun
import processes
from test_answers import comparable


def opened(document):
    return comparable({key: value for key, value in document.items() if key != "pid"})


@pytest.fixture(scope="module")
def other(one_python):
    """A process that GDB is attached to while og looks at a file."""
    with processes.running(one_python.path, "grow.py") as program:
        yield program


def test_opened_core_answers_as_the_live_process_while_gdb_is_attached_to_another(one_dumped, one_core, other, og_py):
    before = ["og-open " + one_core]
    answers = cores.ask(og_py, cores.QUESTIONS, pid=other.pid, before=before, after=["og-open -close"])
    for question, answer in answers.items():
        assert opened(answer) == opened(one_dumped.live[question]), question
        assert answer["stopped_ms"] == 0
        assert answer["target"]["kind"] == "core" and answer["target"]["path"] == one_core
        if question != cores.WRONG:
            assert any("process %d" % other.pid in note and "og-open -close" in note for note in answer["notes"])


def test_opened_core_needs_no_process(one_dumped, gcored, gdb):
    said = gdb(0, "og-open " + gcored, "og-count dict -json", "og-open -close", "og-count dict -json", attach=False)
    here, gone = gdbrun.documents(said.out)
    assert here["rows"] == one_dumped.live["og-count dict"]["rows"]
    assert not any("-close" in note for note in here["notes"]), "there is nothing to go back to"
    assert gone["error"]["code"] == "no-process"


def test_closing_goes_back_to_the_process(gcored, other, gdb):
    said = gdb(other.pid, "og-open " + gcored, "og-open -close", "og-count dict -json")
    assert said.document["target"] == {"kind": "live", "pid": other.pid, "version": said.document["target"]["version"]}


def test_gdbs_expressions_are_refused_and_results_are_not(gcored, other, gdb):
    said = gdb(other.pid, "og-open " + gcored, "og-by-type Plain -limit 2", "set $mine = $og2", "og-show $og2 -json",
               "og-show $rdi -json", "og-show self->x -json", "og-show $mine -json")
    by_result, register, expression, variable = gdbrun.documents(said.out)
    assert by_result["type"] == "Plain" and variable["address"] == by_result["address"]
    for refused in (register, expression):
        assert not refused["ok"] and "og-open -close" in refused["error"]["message"]


@pytest.fixture
def wrong_files(gcored, tmp_path):
    (tmp_path / "text").write_text("nothing of that kind\n")
    with open(gcored, "rb") as core:
        start = core.read(4096)
    (tmp_path / "cut").write_bytes(start)
    (tmp_path / "packed").write_bytes(b"\x28\xb5\x2f\xfd" + start)
    (tmp_path / "damaged").write_bytes(b"ogsnap\r\n" + start)
    os.mkfifo(str(tmp_path / "pipe"))
    return [str(tmp_path / name) for name in ("text", "cut", "packed", "damaged", "pipe", "absent", "")]


def test_file_that_cannot_be_opened_is_refused_by_name_and_nothing_changes(wrong_files, gcored, gdb):
    questions = [line for path in wrong_files for line in ("og-open %s -json" % path, "og-count dict -json")]
    said = gdb(0, "og-open " + gcored, "og-count dict -json", *questions, attach=False)
    assert "Traceback" not in said.err and "Python Exception" not in said.err, said.tell()
    first, *rest = gdbrun.documents(said.out)
    for path, refused, after in zip(wrong_files, rest[::2], rest[1::2]):
        assert not refused["ok"] and path.rstrip("/") in refused["error"]["message"], refused
        assert "\n" not in refused["error"]["message"]
        assert after["rows"] == first["rows"] and after["target"] == first["target"]


def test_file_names_complete(gcored, gdb):
    folder, name = os.path.split(gcored)
    said = gdb(0, "complete og-open %s/%s" % (folder, name[:3]), attach=False)
    assert "og-open " + gcored in said.out.splitlines(), said.tell()


def test_list_shows_the_file_and_the_process(gcored, other, gdb):
    said = gdb(other.pid, "og-open " + gcored, "og-open -json")
    assert [(row["kind"], row["current"]) for row in said.document["rows"]] == [("core", True), ("live", False)]


def rows(document):
    return {row["type"]: row for row in document["rows"]}


def test_two_cores_of_one_process_differ_by_what_grew_between(two_cores, gdb):
    before, after = two_cores
    said = gdb(0, "og-diff %s %s -objects -limit 0 -json" % (before, after), "og-growth -since %s -json" % before,
               "og-open " + after, "og-growth -since %s -json" % before, "og-diff %s -where \"size > 10000000\" -json" % before,
               attach=False)
    difference, nothing, grown, none = gdbrun.documents(said.out)
    assert difference["same_process"] is True and difference["target"]["path"] == after
    order = rows(difference)["Order"]
    assert (order["count"], order["delta"], order["new"]) == (110, 110, 110), said.tell()
    assert [row["address"] for row in difference["objects"] if row["type"] == "Order"] == order["addresses"]
    assert nothing["error"]["code"] == "no-process", "there is no stop to compare with"
    assert rows(grown)["Order"]["delta"] == 110
    assert none["rows"] == [] and none["totals"]["count"] == 0


def test_core_and_live_process_are_compared(two_cores, gdb, other):
    said = gdb(other.pid, "og-diff %s -json" % two_cores[0], "og-diff now %s -json" % two_cores[1]).out
    quiet, grown = gdbrun.documents(said)
    assert quiet["same_process"] is False and quiet["b"]["kind"] == "live"
    assert rows(grown)["Order"]["delta"] == 110 and grown["b"]["path"] == two_cores[1]


# ---- a file that changes while it is open ----


def test_file_that_is_written_to_is_asked_for_again_and_one_that_is_replaced_is_not(one_dumped, gdb, tmp_path):
    path, other = tmp_path / "x.og", tmp_path / "other"
    for source in (one_dumped.snapshots["plain"], one_dumped.core("gcore")):
        path.write_bytes(open(source, "rb").read())
        replace = "python import os, shutil; shutil.copy('%s', '%s'); os.replace('%s', '%s')" % (source, other, other, path)
        said = gdb(0, "og-open %s" % path, "og-count dict -json", replace, "og-count dict -json", "og-open %s" % path,
                   "python os.truncate('%s', 10000)" % path, "og-count dict -json", attach=False)
        before, replaced, cut = gdbrun.documents(said.out)
        assert replaced["rows"] == before["rows"]
        assert not cut["ok"] and "og-open" in cut["error"]["message"], said.tell()
