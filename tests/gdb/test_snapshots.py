"""og-snapshot, og-save, og-open, og-diff and og-growth -since on live processes."""
import os
import re
import subprocess

import pytest

import gdbrun
import processes

GROWN = {"Order": 110, "function": 10, "cell": 10}


@pytest.fixture
def growing(one_python):
    with processes.running(one_python.path, "grow.py") as program:
        yield program


@pytest.fixture(scope="module")
def quiet_process(one_python):
    """Nobody lets it grow."""
    with processes.running(one_python.path, "grow.py") as program:
        yield program


def of_type(document):
    return {row["type"]: row for row in document["rows"]}


def test_growth_since_a_snapshot_is_what_grew_since_then(growing, gdb):
    said = gdb(growing.pid, "og-growth -json", "og-snapshot", "signal SIGUSR1", "og-growth -since s1 -limit 0 -json",
               "og-growth -since s1", "signal SIGUSR1", "og-growth -since s1 -json", "og-growth -limit 0 -json")
    first, once, twice, last = gdbrun.documents(said.out)
    assert {name: row["delta"] for name, row in of_type(once).items() if name in GROWN} == GROWN, said.tell()
    assert set(once["rows"][0]) == set(first["rows"][0]), "the keys are those of og-growth"
    assert re.search(r"^Order +110 +\+110$", said.out, re.M), said.tell()
    assert of_type(twice)["Order"]["delta"] == 220
    assert of_type(last)["Order"]["delta"] == 220, "the peak is what the first og-growth saw"


def test_difference_names_the_new_objects_of_one_process(growing, gdb):
    said = gdb(growing.pid, "og-snapshot -name before", "signal SIGUSR1", "og-diff before -long -objects -limit 0 -json",
               "og-show $og1 -json", "og-diff before now", "og-diff now before -json",
               "og-diff before -where \"type == 'Order'\" -json", "og-diff before -all -by bytes -json")
    there, shown, back, filtered, every = gdbrun.documents(said.out)
    order = of_type(there)["__main__.Order"]
    assert (order["count_before"], order["count"], order["delta"], order["new"]) == (0, 110, 110, 110), said.tell()
    assert order["bytes"] == order["bytes_delta"] == 110 * (order["bytes"] // 110) and order["bytes_before"] == 0
    assert len(set(order["addresses"])) == 110
    listed = [row for row in there["objects"] if row["type"] == "__main__.Order"]
    assert [row["address"] for row in listed] == order["addresses"]
    assert shown["address"] == there["objects"][0]["address"], "$og1 is the first of them"
    assert there["same_process"] is True and there["a"]["kind"] == "snapshot" and there["b"]["kind"] == "live"
    assert there["totals"]["delta"] == sum(row["delta"] for row in there["rows"])
    assert re.search(r"^Order +0 +110 +\+110 +110 +\d+ +\+\d+$", said.out, re.M), said.tell()
    assert of_type(back)["Order"]["delta"] == -110
    assert [row["type"] for row in filtered["rows"]] == ["Order"]
    deltas = [row["bytes_delta"] for row in every["rows"] if row["bytes_delta"] > 0]
    assert every["counted"] == "all" and deltas == sorted(deltas, reverse=True)


def test_saved_file_is_compared_from_another_gdb(growing, gdb, tmp_path):
    path = str(tmp_path / "before.og")
    first = gdb(growing.pid, "og-count dict -json", "og-save %s -name monday -json" % path)
    count, saved = gdbrun.documents(first.out)
    assert saved["path"] == path and saved["bytes"] == os.stat(path).st_size and saved["strings"] is False
    assert any("-strings" in note for note in saved["notes"]), "what is not in it is said"
    assert os.stat(path).st_mode & 0o777 == 0o600 and os.listdir(str(tmp_path)) == ["before.og"]
    alone = gdb(0, "og-open " + path, "og-count dict -json", "og-info -json", attach=False)
    again, info = gdbrun.documents(alone.out)
    assert again["rows"] == count["rows"] and again["stopped_ms"] == 0
    assert again["target"] == {"kind": "snapshot", "path": path, "name": "monday", "pid": growing.pid,
                               "version": count["target"]["version"]}
    assert info["snapshot"]["source"] == "process %d" % growing.pid and info["snapshot"]["strings"] is False
    later = gdb(growing.pid, "signal SIGUSR1", "og-diff %s -json" % path).document
    assert later["same_process"] is True and of_type(later)["Order"]["new"] == 110


def test_two_processes_of_one_program_are_compared_by_name(growing, quiet_process, gdb, tmp_path):
    path = str(tmp_path / "quiet.og")
    gdb(quiet_process.pid, "og-save " + path)
    said = gdb(growing.pid, "signal SIGUSR1", "og-diff %s -json" % path, "og-diff %s -objects -json" % path,
               "og-growth -since %s -json" % path)
    found, refused, grown = gdbrun.documents(said.out)
    assert found["same_process"] is False and any("two processes" in note for note in found["notes"])
    assert of_type(found)["Order"]["delta"] == 110 and of_type(found)["Order"]["new"] is None
    assert not any("different" in note for note in found["notes"])
    assert "one process" in refused["error"]["message"]
    assert of_type(grown)["Order"]["delta"] == 110


def test_kept_snapshots_are_listed_opened_saved_and_deleted(quiet_process, gdb, tmp_path):
    path = str(tmp_path / "kept.og")
    said = gdb(quiet_process.pid, "og-snapshot -json", "og-snapshot -name second -json", "og-snapshot -list -json",
               "og-open second", "og-count dict -json", "og-snapshot -delete second -json", "og-open -close",
               "og-snapshot -delete second -json", "og-open second -json", "og-save %s -snapshot s1" % path,
               "og-snapshot -json", "complete og-diff s", "complete og-diff n", "complete og-open s1",
               "complete og-snapshot -delete s")
    first, second, every, count, held, gone, absent, third = gdbrun.documents(said.out)
    assert first["rows"][0]["name"] == "s1" and first["rows"][0]["bytes"] > 0 and second["rows"][0]["name"] == "second"
    assert [row["name"] for row in every["rows"]] == ["s1", "second"]
    assert count["target"]["name"] == "second" and count["target"]["path"] is None
    assert "og-open -close" in held["error"]["message"] and gone["total"] == 1
    assert "second" in absent["error"]["message"] and "s1" in absent["error"]["message"]
    assert third["rows"][0]["name"] == "s2"
    assert os.stat(path).st_size == first["rows"][0]["bytes"]
    for typed in ("og-diff s1", "og-diff now", "og-open s1", "og-snapshot -delete s1"):
        assert typed in said.out.splitlines(), said.tell()


WRONG = [
    "og-snapshot -name now", "og-snapshot -name 7up", "og-snapshot -delete none", "og-snapshot -list -delete s1", "og-diff",
    "og-diff s1 s1 s1", "og-diff none", "og-growth -since none", "og-save", "og-save a b", "og-open -close",
    "og-save /nonexistent/folder/x", "og-save /", "og-save x -snapshot none", "og-snapshot extra", "og-open a b",
    "og-save s1.og -snapshot s1 -strings", "og-snapshot -name s1",
]


def test_wrong_request_is_one_sentence_and_writes_nothing(quiet_process, gdb, tmp_path):
    said = gdb(quiet_process.pid, "cd %s" % tmp_path, "og-snapshot", *[wrong + " -json" for wrong in WRONG])
    documents = gdbrun.documents(said.out)
    assert len(documents) == len(WRONG), said.tell()
    for wrong, document in zip(WRONG, documents):
        assert not document["ok"] and "\n" not in document["error"]["message"], wrong
    assert "Traceback" not in said.err and "Python Exception" not in said.err, said.tell()
    assert os.listdir(str(tmp_path)) == []


def test_only_snapshots_are_overwritten(quiet_process, gdb, tmp_path):
    mine, old = tmp_path / "notes.txt", tmp_path / "old.og"
    mine.write_text("mine")
    said = gdb(quiet_process.pid, "og-save %s -json" % mine, "og-save %s" % old, "og-save %s -json" % old)
    refused, again = gdbrun.documents(said.out)
    assert str(mine) in refused["error"]["message"] and mine.read_text() == "mine"
    assert again["ok"] and sorted(os.listdir(str(tmp_path))) == ["notes.txt", "old.og"]


def test_process_stands_still_for_a_snapshot_whatever_resume_says(quiet_process, gdb, tmp_path):
    said = gdb(quiet_process.pid, "set og resume on", "set og live agent", "og-count Order -all -json",
               "og-snapshot -json", "og-save %s -json" % (tmp_path / "x.og"))
    ran, kept, saved = gdbrun.documents(said.out)
    assert any("let the process run" in note for note in ran["notes"]), said.tell()
    for document in (kept, saved):
        assert document["ok"] and not any("let the process run" in note for note in document["notes"]), said.tell()


def test_unreadable_file_is_refused(quiet_process, gdb, og_py, tmp_path, as_nobody):
    path = tmp_path / "x.og"
    gdb(quiet_process.pid, "og-save %s" % path)
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        os.chmod(str(folder), 0o755)
    line = gdbrun.command(og_py, 0, ["og-open %s" % path], attach=False)
    said = subprocess.run(as_nobody + line, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                          env=dict(os.environ, HOME="/"))
    assert said.stderr.splitlines()[-1:] == ["cannot open %s: Permission denied" % path], said.stderr



def test_string_contents_are_written_only_if_asked_for(quiet_process, gdb, tmp_path):
    plain, full = tmp_path / "plain.og", tmp_path / "full.og"
    said = gdb(quiet_process.pid, "og-save %s" % plain, "og-save %s -strings" % full,
               "og-snapshot -strings", "og-save %s/refused -snapshot s1 -json" % tmp_path)
    secret = b"Grows when it is told to"  # a docstring: the contents of a str
    assert secret not in plain.read_bytes() and secret in full.read_bytes()
    assert "-strings" in said.document["error"]["message"] and not (tmp_path / "refused").exists()
