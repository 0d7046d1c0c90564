"""Cores whose files are elsewhere: found under a sysroot, in folders, by build-id, by what the user names, and never taken for others."""
import os
import re
import shutil
import struct
import subprocess

import pytest

import cores
import gdbrun
import graphs
import processes
from og import native
from og.native import OgError

def notes_size(path):
    """What stands before the first page of memory."""
    with open(path, "rb") as file:
        start = file.read(1 << 20)
    offset, count = struct.unpack_from("<Q", start, 32)[0], struct.unpack_from("<H", start, 56)[0]
    headers = [struct.unpack_from("<IIQQQQ", start, offset + 56 * i) for i in range(count)]
    return min(at for kind, _, at, _, _, size in headers if kind == 1 and size)


def rename(path, copy, old, new):
    """A copy of a core whose files have other names."""
    assert len(old) == len(new)
    shutil.copyfile(path, copy)
    size = notes_size(path)
    with open(copy, "rb+") as file:
        notes = file.read(size)
        assert old in notes
        file.seek(0)
        file.write(notes.replace(old, new))
    return str(copy)


def build_id(path):
    said = subprocess.run(["readelf", "-n", path], capture_output=True, text=True).stdout
    found = re.search(r"Build ID: ([0-9a-f]+)", said)
    return found.group(1) if found else ""


def answer(library, path, **where):
    """Notes and counts of all types, or the sentence of the refusal."""
    try:
        target = library.open_core(path, **where)
    except OgError as problem:
        return problem.message, None
    graph = graphs.scan(target)
    counts = {row.type: row.count for row in target.types(graph, native.query(long_names=True))[0]}
    said = " ".join(target.notes()), counts
    graph.close()
    target.close()
    return said


@pytest.fixture(scope="module")
def whole(one_dumped, library):
    """What is answered with all files in their places."""
    said, counts = answer(library, one_dumped.core("kernel"))
    assert said == "" and counts
    return counts


@pytest.fixture(scope="module")
def files(one_dumped, whole):
    """Programs and libraries that the process had mapped."""
    with open(one_dumped.core("kernel"), "rb") as file:
        names = re.findall(rb"/[ -~]+(?=\0)", file.read(notes_size(file.name)))
    found = [name for name in dict.fromkeys(map(os.path.realpath, names)) if os.path.isfile(name)]
    found = [os.fsdecode(name) for name in found if build_id(name)]
    assert len(found) > 3
    return found


@pytest.fixture(scope="module")
def program(one_python):
    path = os.path.realpath(one_python.path)
    if not build_id(path):
        pytest.skip("%s has no build-id" % path)
    if not path.startswith("/usr/"):
        pytest.skip("%s is not in /usr, whose name the test changes" % path)
    return path


@pytest.fixture(scope="module")
def moved(one_dumped, program, tmp_path_factory):
    """The core of a machine where /usr was called /off: none of its files is here under its name."""
    path = rename(one_dumped.core("kernel"), tmp_path_factory.mktemp("moved") / "core", b"/usr/", b"/off/")
    yield path
    os.unlink(path)


def test_files_that_are_not_here_are_named_with_what_to_do(library, moved, program):
    said, _ = answer(library, moved)
    assert program.replace("/usr/", "/off/") + " (not found)" in said and "set og search path" in said, said


def test_name_with_control_characters_is_one_line_of_a_note(library, one_dumped, program, tmp_path):
    core = rename(one_dumped.core("kernel"), tmp_path / "core", b"/lib-dynload/", b"/lib\n\x1b[2Joad/")
    said = library.open_core(core).notes()
    assert len(said) < 3 and "/lib??[2Joad/" in said[0] and "\x1b" not in str(said), said
    os.unlink(core)


@pytest.fixture(scope="module")
def places(files, tmp_path_factory):
    """Folders that have the files in each of the ways in which they are looked for."""
    root = tmp_path_factory.mktemp("places")
    for name in ("tree", "flat", "ids/.build-id"):
        (root / name).mkdir(parents=True)
    (root / "tree" / "off").symlink_to("/usr")
    for name in files:
        (root / "flat" / os.path.basename(name)).symlink_to(name)
        folder = root / "ids" / ".build-id" / build_id(name)[:2]
        folder.mkdir(exist_ok=True)
        (folder / build_id(name)[2:]).symlink_to(name)
    return root


@pytest.mark.parametrize("where", ["sysroot", "full name", "last name", "build-id", "second folder"])
def test_files_are_found_elsewhere(library, moved, places, whole, where, tmp_path):
    tree, flat, ids = (str(places / name) for name in ("tree", "flat", "ids"))
    options = {"sysroot": {"sysroot": tree}, "full name": {"search": [tree]}, "last name": {"search": [flat]},
               "build-id": {"search": [ids]}, "second folder": {"search": [str(tmp_path), flat]}}
    assert answer(library, moved, **options[where]) == ("", whole)


def test_executable_that_is_named_is_found_under_any_name(library, moved, program, whole, tmp_path):
    """Libraries are still missing, and said to be."""
    other = tmp_path / "other"
    other.symlink_to(program)
    said, counts = answer(library, moved, executable=str(other), search=[str(tmp_path), str(tmp_path / "absent")])
    assert counts is not None and counts["builtins.dict"] == whole["builtins.dict"], said
    assert "not found" in said and program.replace("/usr/", "/off/") + " " not in said, said
    assert "looked for under their names and in %s, %s/absent (no such folder)" % (tmp_path, tmp_path) in said, said


def changed(program, path, how):
    """A file that is not the program."""
    with open(program, "rb") as file:
        data = bytearray(file.read())
    if how == "another build-id":
        data[data.find(bytes.fromhex(build_id(program)))] ^= 0xFF
    elif how == "cut short":
        del data[len(data) // 2:]
    elif how == "no program":
        data = bytearray(b"#!/bin/sh\n" * 20)
    path.write_bytes(data)
    if how == "debug information":
        subprocess.run(["objcopy", "--only-keep-debug", program, str(path)], check=True)
        assert build_id(path) == build_id(program)


@pytest.mark.parametrize("how", ["another build-id", "cut short", "no program", "debug information"])
def test_other_file_is_refused_by_the_name_it_has_here(library, moved, program, places, tmp_path, how, whole):
    if how == "debug information" and not shutil.which("objcopy"):
        pytest.skip("no objcopy to make a file of debug information")
    path = tmp_path / os.path.basename(program)
    changed(program, path, how)
    said, _ = answer(library, moved, search=[str(tmp_path)])
    assert re.search(re.escape(str(path)) + r" \([^)]*" + how, said), said
    if how != "no program":
        said, _ = answer(library, moved, executable=str(path))
        assert re.search(re.escape(str(path)) + r" \([^)]*" + how, said), said
    flat = str(places / "flat")
    assert answer(library, moved, search=[str(tmp_path), flat], executable=str(path)) == ("", whole), "the right one is further on"
    path.unlink()


def test_file_without_a_build_id_needs_the_same_first_page(library, one_dumped, program, whole, tmp_path):
    """Both sides lose it: the type of the note is changed in the core's page and in the file."""
    note = b"\x14\0\0\0\x03\0\0\0GNU\0" + bytes.fromhex(build_id(program))
    core, path = tmp_path / "core", tmp_path / os.path.basename(program)
    for source, copy in ((one_dumped.core("kernel"), core), (program, path)):
        with open(source, "rb") as file:
            data = file.read()
        assert data.count(note)
        copy.write_bytes(data.replace(note, note.replace(b"\x03\0\0\0GNU", b"\x77\0\0\0GNU")))
    said, counts = answer(library, str(core), search=[str(tmp_path)])
    assert (program in said and "first page" in said, counts) == (True, whole), said
    with open(path, "rb+") as file:
        file.seek(0x28)  # where its sections are: of no interest to the loader, different in every build
        file.write(b"\x01")
    said, _ = answer(library, str(core), search=[str(tmp_path)])
    assert "%s (has no build-id to compare" % path in said, said
    core.unlink()
    path.unlink()


def test_core_without_first_pages_says_why_no_file_is_used(one_python, program, library, tmp_path):
    """coredump_filter 0x23: nothing in the core tells builds apart."""
    reason = cores.kernel_pattern()
    if reason:
        pytest.skip(reason)
    with cores.dumpable(one_python, str(tmp_path), "zoo.py", str(tmp_path / "truth")) as zoo:
        path = cores.kernel_core(zoo, str(tmp_path), core_filter="0x23")
    said, _ = answer(library, path, executable=program)
    assert "%s (cannot be compared: the core lacks its first page)" % program in said, said
    os.unlink(path)


def test_program_that_was_replaced_while_it_ran_is_found_by_its_name(one_python, program, library, tmp_path):
    """The kernel writes "(deleted)" behind it."""
    reason = cores.kernel_pattern()
    if reason:
        pytest.skip(reason)
    mine, kept, folder = tmp_path / "mine", tmp_path / "kept", tmp_path / "cores"
    kept.mkdir()
    folder.mkdir()
    shutil.copyfile(program, mine)
    mine.chmod(0o755)
    script = os.path.join(processes.PROGRAMS, "grow.py")
    with processes.process([str(mine), script], environment={"PYTHONHOME": "/usr"}, cwd=str(folder)) as grower:
        mine.unlink()
        mine.write_text("another")
        path = cores.kernel_core(grower, str(folder))
    said, _ = answer(library, path)
    assert "%s (is no program or library)" % mine in said, said
    (kept / "mine").symlink_to(program)
    said, counts = answer(library, path, search=[str(kept)])
    assert (said, counts is not None) == ("", True)
    os.unlink(path)


def test_file_that_two_places_name_is_refused_once(library, moved, program, tmp_path):
    path, link = tmp_path / os.path.basename(program), tmp_path / "link"
    changed(program, path, "another build-id")
    link.symlink_to(path)
    said, _ = answer(library, moved, search=[str(tmp_path)], executable=str(link))
    assert said.count("another build-id") == 1 and str(link) in said, said
    path.unlink()


@pytest.mark.skipif(gdbrun.IN_ROOT, reason="this GDB has libraries of another system under the names that the core has")
def test_settings_of_gdb_and_og_say_where_files_are(og_py, moved, places, program, tmp_path):
    """Each counts as soon as it is changed, and no longer than it holds; the core is the whole time the same."""
    tree, flat = str(places / "tree"), str(places / "flat")
    settings = [("set og search path %s:%s" % (tmp_path, flat), "set og search path"),
                ("set sysroot " + tree, "set sysroot target:"), ("set solib-search-path " + flat, "set solib-search-path")]
    lines = ["og-count dict -json"]
    for on, off in settings:
        lines += [on, "og-count dict -json", off, "og-count dict -json"]
    said = gdbrun.run(og_py, 0, "core-file " + moved, *lines, attach=False)
    assert "Traceback" not in said.err and "Python Exception" not in said.err, said.tell()
    answers = gdbrun.documents(said.out)
    assert len(answers) == 7, said.tell()
    missing = ["set og search path" in str(each.get("error", "")) + str(each["notes"]) for each in answers]
    assert missing == [True, False, True, False, True, False, True], said.tell()
    assert len({each["rows"][0]["count"] for each in answers[1::2]}) == 1


@pytest.mark.skipif(gdbrun.IN_ROOT, reason="this GDB has libraries of another system under the names that the core has")
def test_opened_core_follows_the_search_path(og_py, moved, places, tmp_path):
    """And looks again when told the same again: the files came later."""
    link = tmp_path / "later"
    again = "set og search path %s" % link
    said = gdbrun.run(og_py, 0, "set og search path %s/flat" % places, "og-open " + moved, "og-count dict -json", again,
                      "og-count dict -json", "shell ln -s %s/flat %s" % (places, link), "og-count dict -json", again,
                      "og-count dict -json", attach=False)
    answers = gdbrun.documents(said.out)
    missing = ["set og search path" in str(each.get("error", "")) + str(each["notes"]) for each in answers]
    assert missing == [False, True, missing[2], False], said.tell()


def test_executable_of_gdb_is_used(og_py, moved, program, tmp_path):
    """gdb EXE CORE, with EXE anywhere."""
    other = tmp_path / "other"
    other.symlink_to(program)
    said = gdbrun.run(og_py, 0, "file %s" % other, "core-file " + moved, "og-info -json", attach=False)
    missing = " ".join(said.document["notes"])
    assert said.document["ok"] and program.replace("/usr/", "/off/") + " (" not in missing, said.tell()


def test_search_path_is_shown_and_completed(gdb, places):
    said = gdb(0, "show og search path", "set og search path %s:/srv" % places, "show og search path",
               "complete set og search path %s/fl" % places, attach=False)
    assert "no other folder" in said.out and "%s:/srv" % places in said.out, said.tell()
    assert "%s/flat" % places in said.out, said.tell()
