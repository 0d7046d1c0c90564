"""set og cache: graphs of cores that one GDB keeps for the next, and the room they take."""
import os
import time

import pytest

import gdbrun
from og import cachefolder
from test_answers import comparable

LINES = ["og-count dict -all -json", "og-backrefs py:KEPT -json"]


def graph_of(core, gdb, folder, setting="on", before=(), after=()):
    said = gdb(0, "set og cache " + setting, "og-open " + core, *before, *LINES, *after, attach=False,
               environment={"XDG_CACHE_HOME": str(folder)})
    assert "Traceback" not in said.err and "Python Exception" not in said.err, said.tell()
    return gdbrun.documents(said.out)


def kept(folder):
    return sorted(os.listdir(str(folder / "og")))


def test_nothing_is_written_unless_the_cache_is_on(gcored, gdb, tmp_path):
    graph_of(gcored, gdb, tmp_path, setting="off")
    assert os.listdir(str(tmp_path)) == []


def test_second_opening_takes_the_graph_from_the_cache(gcored, gdb, tmp_path):
    first = graph_of(gcored, gdb, tmp_path)
    assert os.stat(str(tmp_path / "og")).st_mode & 0o777 == 0o700 and len(kept(tmp_path)) == 1
    written = os.stat(str(tmp_path / "og" / kept(tmp_path)[0])).st_ino
    again = graph_of(gcored, gdb, tmp_path)
    assert [comparable(each) for each in again] == [comparable(each) for each in first]
    assert first[0]["notes"] == again[0]["notes"]
    once_more = graph_of(gcored, gdb, tmp_path)
    assert min(each[0]["elapsed_ms"] for each in (again, once_more)) < first[0]["elapsed_ms"], "it was not read again"
    assert os.stat(str(tmp_path / "og" / kept(tmp_path)[0])).st_ino == written


def test_damaged_cache_is_said_ignored_and_replaced(gcored, gdb, tmp_path):
    first = graph_of(gcored, gdb, tmp_path)
    path = tmp_path / "og" / kept(tmp_path)[0]
    path.write_bytes(path.read_bytes()[:5000])
    again = graph_of(gcored, gdb, tmp_path)
    assert any("cached" in note for note in again[0]["notes"]) and again[0]["rows"] == first[0]["rows"]
    last = graph_of(gcored, gdb, tmp_path)
    assert last[0]["notes"] == first[0]["notes"] and last[0]["rows"] == first[0]["rows"]


def test_other_core_of_the_same_name_is_not_taken_for_the_cached_one(two_cores, gdb, tmp_path):
    core = tmp_path / "core"
    counts = []
    for source in two_cores:
        os.path.exists(str(core)) and os.unlink(str(core))
        os.link(source, str(core))
        said = gdb(0, "set og cache on", "og-open %s" % core, "og-count Order -all -json", attach=False,
                   environment={"XDG_CACHE_HOME": str(tmp_path)})
        counts.append(said.document["rows"][0]["count"])
    assert counts == [0, 110] and len(kept(tmp_path)) == 2


def test_cache_that_cannot_be_written_is_a_note(gcored, gdb, tmp_path):
    (tmp_path / "og").write_text("")
    answer = graph_of(gcored, gdb, tmp_path)[0]
    assert answer["ok"] and any("not cached" in note for note in answer["notes"])


# ---- its room ----

A_GRAPH = b"ogsnap\r\n"
OLD = 1000.0
NAMES = ["%032x.og" % number for number in range(4)]


@pytest.fixture
def folder(tmp_path):
    """Four graphs of a megabyte; the last was used last, a while ago."""
    place = tmp_path / "og"
    place.mkdir()
    for number, name in enumerate(NAMES):
        put(place / name, A_GRAPH, age=OLD - number)
    return place


def put(path, start, age, size=1 << 20):
    path.write_bytes(start)
    os.truncate(str(path), size)
    os.utime(str(path), (time.time() - age, time.time() - age))


def left(place):
    return sorted(os.listdir(str(place)))


def test_graphs_used_longest_ago_go_first_and_only_as_many_as_need_be(folder):
    cachefolder.trim(str(folder), 2 << 20, str(folder / NAMES[3]))
    assert left(folder) == NAMES[2:]
    cachefolder.used(str(folder / NAMES[2]))
    put(folder / NAMES[0], A_GRAPH, age=OLD)
    cachefolder.trim(str(folder), 2 << 20, str(folder / NAMES[2]))
    assert left(folder) == NAMES[2:]


@pytest.mark.parametrize("limit", [4 << 20, None])
def test_nothing_goes_while_there_is_room(folder, limit):
    cachefolder.trim(str(folder), limit, str(folder / NAMES[0]))
    assert left(folder) == NAMES
    cachefolder.trim(str(folder), 2 << 20, "")
    assert left(folder) == NAMES[2:], "looking through the folder is no use of a graph"


def test_graph_in_use_and_one_that_another_gdb_used_just_now_stay(folder):
    cachefolder.used(str(folder / NAMES[1]))
    cachefolder.trim(str(folder), 0, str(folder / NAMES[0]))
    assert left(folder) == NAMES[:2]


def test_files_that_are_not_ogs_stay_whatever_they_are_called(folder, tmp_path):
    others = ["notes.txt", "mine.og", "f" * 32 + ".og", "." + NAMES[0] + ".unfinished-1-0.txt"]
    for name in others[:2] + others[3:]:
        put(folder / name, A_GRAPH, age=10 * 86400)
    put(folder / others[2], b"something else", age=10 * 86400)
    put(tmp_path / "target", A_GRAPH, age=10 * 86400)
    os.symlink(str(tmp_path / "target"), str(folder / ("e" * 32 + ".og")))
    (folder / ("d" * 32 + ".og")).mkdir()
    cachefolder.trim(str(folder), 0, "")
    assert left(folder) == sorted(others + ["e" * 32 + ".og", "d" * 32 + ".og"]) and (tmp_path / "target").exists()


def test_file_that_is_being_written_stays_and_one_of_a_killed_gdb_goes(folder):
    names = [".%s.unfinished-%d-0" % (NAMES[0], pid) for pid in (1, 2)]
    put(folder / names[0], b"", age=300.0)
    put(folder / names[1], b"", age=2 * 86400)
    cachefolder.trim(str(folder), None, "")
    assert left(folder) == sorted(NAMES + names[:1])


def test_new_graph_makes_room_and_what_cannot_be_removed_is_a_note(gcored, two_cores, gdb, folder):
    graph_of(gcored, gdb, folder.parent, before=["set og cache-limit 0"])
    assert len(left(folder)) == 1 and left(folder)[0] not in NAMES
    made = left(folder)[0]
    os.utime(str(folder / made), (time.time() - OLD, time.time() - OLD))
    refuse = "python import os; os.unlink = lambda path: os.rmdir(path)"
    answer = graph_of(two_cores[0], gdb, folder.parent, before=["set og cache-limit 0", refuse])[0]
    assert answer["ok"] and any("not trimmed" in note and made in note for note in answer["notes"]), answer["notes"]
    used = os.stat(str(folder / made)).st_atime
    graph_of(gcored, gdb, folder.parent, before=["set og cache-limit unlimited"])
    assert os.stat(str(folder / made)).st_atime > used and len(left(folder)) == 2


def test_limit_is_shown_as_it_was_set(gdb):
    said = gdb(0, "show og cache-limit", "set og cache-limit unlimited", "show og cache-limit", attach=False)
    assert said.out.splitlines() == ["Graphs on disk take at most: 5000 MB.", "Graphs on disk take at most: unlimited."]
