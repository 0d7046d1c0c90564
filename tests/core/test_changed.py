"""Files that somebody cuts or overwrites while og reads them: the command ends with one sentence, GDB goes on."""
import os
import shutil

import pytest

import cores
import gdbrun
import test_files

CHANGING = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "gdbscripts", "changing.py")
CUT = 8192
# The function of og's library that meets the change, and the command that calls it.
OF_CORES = [
    ("scan_begin", "og-common"),
    ("scan_step", "og-common -all"),
    ("scan_finish", "og-common -all"),
    ("target_notes", "og-common"),
    ("target_info", "og-info"),
    ("target_threads", "og-info"),
    ("target_pythons", "og-info"),
    ("path_resolve", "og-show py:CACHE"),
    ("object_describe", "og-show py:CACHE"),
    ("object_fields", "og-show py:CACHE"),
    ("types", "og-common -where 'len > 5'"),
    ("by_type", "og-by-type Order"),
    ("leaking", "og-leaking -explained"),
    ("view", "og-refs py:CACHE -depth 2"),
    ("chain", "og-chain py:CACHE"),
    ("growth_update", "og-growth"),
    ("new_update", "og-new"),
    ("save_begin", "og-save %(out)s"),
    ("save_step", "og-save %(out)s"),
    ("save_finish", "og-save %(out)s"),
    ("export_step", "og-export %(out)s.csv"),
    ("export_finish", "og-export %(out)s.csv"),
]
OF_SNAPSHOTS = [
    ("types", "og-common -all -where 'len > 5'"),
    ("count", "og-count dict -where 'refcount > 1'"),
    ("by_type", "og-by-type Order"),
    ("leaking", "og-leaking -explained"),
    ("view", "og-backrefs py:CACHE -depth 2"),
    ("chain", "og-chain py:CACHE"),
    ("path_resolve", "og-show py:CACHE"),
    ("object_describe", "og-show py:CACHE"),
    ("object_fields", "og-show py:CACHE"),
    ("new_update", "og-new"),
    ("target_info", "og-info"),
    ("export_step", "og-export %(out)s.csv"),
    ("export_finish", "og-export %(out)s.csv"),
]


@pytest.fixture
def folder(tmp_path):
    """Emptied at the end: what is in it is large, and pytest keeps folders."""
    yield tmp_path
    for name in os.listdir(tmp_path):
        os.unlink(tmp_path / name)


def sentence(path, was, now, again="`og-open` it again"):
    return "%s was written to since it was opened: it had %d bytes and has %d now; %s" % (path, was, now, again)


def asked_while_it_is_cut(gdb, source, path, cases, out):
    """For each case the answer of the command, and of the next one."""
    commands = ["source " + CHANGING]
    for function, question in cases:
        commands += ["python shutil.copyfile('%s', '%s')" % (source, path), "og-open %s" % path,
                     "python cut('%s', '%s', %d)" % (function, path, CUT), question % {"out": out} + " -json",
                     "og-count dict -json", "python os.unlink('%s')" % path]
    said = gdb(0, *commands, "echo GDB is alive\\n", attach=False)
    assert said.out.endswith("GDB is alive\n") and said.status == 0, said.tell()
    assert not said.complaints or all("was written to" in line for line in said.complaints), said.tell()
    answers = gdbrun.documents(said.out)
    return zip(answers[::2], answers[1::2])


@pytest.mark.parametrize("kind,cases", [("core", OF_CORES), ("snapshot", OF_SNAPSHOTS)])
def test_file_cut_in_the_middle_of_a_command_ends_it_with_a_sentence(two_cores, gdb, folder, kind, cases):
    source, path, out = two_cores[1], str(folder / "x"), folder / "out"
    if kind == "snapshot":
        source = str(folder / "s.og")
        gdb(0, "og-open " + two_cores[1], "og-save " + source, attach=False)
    size = os.path.getsize(source)
    pairs = list(asked_while_it_is_cut(gdb, source, path, cases, out))
    assert len(pairs) == len(cases)
    for (function, question), answers in zip(cases, pairs):
        for answer in answers:
            assert not answer["ok"], (function, question)
            assert answer["error"] == {"code": "file", "message": sentence(path, size, CUT)}, question
    assert os.listdir(folder) == [os.path.basename(source)] * (kind == "snapshot"), "nothing is left of what could not be finished"


def test_gdbs_own_core_is_looked_at_again_when_gdb_opens_it_again(two_cores, gdb, folder):
    source, path, other = two_cores[1], str(folder / "x"), two_cores[0]
    size = os.path.getsize(source)
    shutil.copyfile(source, path)
    said = gdb(0, "core-file " + path, "source " + CHANGING, "og-count Order -json", "python cut('scan_step', '%s', %d)" % (path, CUT),
               "og-count Order -all -json", "og-count Order -json", "complete og-count Or", "og-open " + other,
               "og-count Order -json", "og-open -close", "og-count Order -json",
               "python shutil.copyfile('%s', '%s')" % (source, path), "og-count Order -json", "core-file " + path,
               "og-count Order -json", attach=False)
    before, cut, asked_again, beside, closed, overwritten, opened = gdbrun.documents(said.out)
    again = "`core-file %s` opens it again" % path
    assert [each["error"]["message"] for each in (cut, asked_again, closed)] == [sentence(path, size, CUT, again)] * 3
    assert "was written to since" in overwritten["error"]["message"] and again in overwritten["error"]["message"]
    assert before["rows"] == opened["rows"] and before["rows"][0]["count"] == 110, said.tell()
    assert beside["ok"] and beside["rows"][0]["count"] == 0


def test_core_that_gdb_has_open_may_be_replaced_or_unlinked(two_cores, gdb, folder):
    source, path = two_cores[1], str(folder / "x")
    shutil.copyfile(source, path)
    said = gdb(0, "core-file " + path, "og-count Order -json", "python import os; os.rename('%s', '%s.old')" % (path, path),
               "og-count Order -json", "python open('%s', 'w').write('another')" % path, "og-count Order -all -json", attach=False)
    assert [each["ok"] for each in gdbrun.documents(said.out)] == [True] * 3, said.tell()


def test_file_overwritten_in_the_middle_of_a_command_is_believed_in_no_byte(one_dumped, two_cores, gdb, folder):
    """What reads on finds no end of the file, only other bytes."""
    for source, other, function in [(two_cores[1], two_cores[0], "scan_step"),
                                    (one_dumped.snapshots["plain"], one_dumped.snapshots["strings"], "target_threads")]:
        path = str(folder / "x")
        shutil.copyfile(source, path)
        asked = "og-info -all -json"
        said = gdb(0, "source " + CHANGING, "og-open " + path, "python overwrite('%s', '%s', '%s')" % (function, path, other),
                   asked, asked, "og-open " + path, asked, "og-open " + other, asked, attach=False)
        middle, after, whole, same = gdbrun.documents(said.out)
        for refused in (middle, after):
            assert refused["error"]["message"] == sentence(path, os.path.getsize(source), os.path.getsize(other)), said.tell()
        assert whole["graph"] == same["graph"] and whole["ok"]


def test_file_that_a_core_needs_is_cut(one_dumped, one_python, gdb, folder):
    """The program, which lies elsewhere."""
    program = os.path.realpath(one_python.path)
    elsewhere = program[:-1] + "!"
    path = test_files.rename(one_dumped.core("kernel"), folder / "core", program.encode(), elsewhere.encode())
    copy = str(folder / os.path.basename(elsewhere))
    shutil.copyfile(program, copy)
    said = gdb(0, "set og search path %s" % folder, "source " + CHANGING, "og-open " + path,
               "python cut('object_fields', '%s', %d)" % (copy, CUT), "og-show py:len -json", "og-count dict -json",
               "og-open " + path, "og-count dict -json", attach=False)
    middle, after, opened = gdbrun.documents(said.out)
    for refused in (middle, after):
        assert refused["error"]["message"] == sentence(copy, os.path.getsize(program), CUT), said.tell()
    assert opened["ok"] and any(copy in note for note in opened["notes"]), "it is another file now"


@pytest.mark.parametrize("which", [0, 1])
def test_one_of_two_that_are_compared_is_cut(two_cores, gdb, folder, which):
    paths = [str(folder / name) for name in "ab"]
    for source, path in zip(two_cores, paths):
        shutil.copyfile(source, path)
    path, size = paths[which], os.path.getsize(paths[which])
    said = gdb(0, "source " + CHANGING, "og-open " + two_cores[0], "python cut('diff', '%s', %d)" % (path, CUT),
               "og-diff %s %s -where 'len > 1' -json" % tuple(paths), "og-count dict -json",
               "python shutil.copyfile('%s', '%s')" % (two_cores[which], path), "og-diff %s %s -json" % tuple(paths), attach=False)
    compared, counted, again = gdbrun.documents(said.out)
    assert sentence(path, size, CUT, "")[:-2] in compared["error"]["message"]
    assert counted["ok"] and again["ok"], said.tell()


@pytest.mark.parametrize("signal", [7, 11])
def test_handler_of_gdb_is_back_after_each_command(two_cores, gdb, folder, signal):
    path = str(folder / "x")
    shutil.copyfile(two_cores[1], path)
    read = ("python import ctypes; h = ctypes.create_string_buffer(160); "
            "print('handler', ctypes.CDLL(None).sigaction(%d, None, h), h.raw[:16].hex())" % signal)
    said = gdb(0, read, "source " + CHANGING, "og-open " + path, read, "og-count dict", read, "python cut('scan_step', '%s', 0)" % path,
               "og-common -all", read, attach=False)
    handlers = [line for line in said.out.splitlines() if line.startswith("handler 0 ")]
    assert len(handlers) == 4 and len(set(handlers)) == 1, said.tell()
    assert handlers[0] != "handler 0 " + "00" * 16, "GDB has one of its own"
    assert "has 0 now" in said.err, said.tell()
