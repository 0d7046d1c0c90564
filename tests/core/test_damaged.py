"""Cores that are cut, packed, of something else, or whose files were replaced: said, never a crash, never a wrong answer."""
import os
import re
import shutil
import subprocess

import pytest

import cores
import gdbrun
import graphs
import processes
from og import native
from og.native import OgError

SHARES = [0.999, 0.95, 0.8, 0.5, 0.2, 0.02]
SIZES = [5000, 700, 100, 63, 1]


@pytest.fixture(scope="module")
def cut(one_core, kind, tmp_path_factory):
    """A copy that each test makes shorter, and no test longer."""
    path = str(tmp_path_factory.mktemp("cut") / kind)
    shutil.copyfile(one_core, path)
    yield path
    os.unlink(path)


def sizes_of(path):
    whole = os.path.getsize(path)
    return [int(whole * share) for share in SHARES] + SIZES


def answer(library, path):
    """Notes and the number of objects, or the sentence of the refusal."""
    try:
        target = library.open_core(path)
    except OgError as problem:
        return problem.message, None
    graph = graphs.scan(target)
    rows, _ = target.types(graph, native.query(limit=3))
    for row in rows:
        for found in target.by_type(graph, row.type, native.query(limit=20))[0]:
            target.fields(found.address, 0)
    said = " ".join(target.notes()), graph.info.objects
    graph.close()
    target.close()
    return said


def test_truncated_core_says_so(cut, library, one_dumped):
    whole = one_dumped.live["og-info -all"]["graph"]["objects"]
    for size in sizes_of(cut):
        os.truncate(cut, size)
        said, objects = answer(library, cut)
        assert "truncated" in said or "not a core file" in said, (size, said)
        # A static type without a name is read as an unknown one: what its objects hold is inferred then.
        inferred = whole // 1000 if "have no name" in said else 0
        assert objects is None or objects <= whole + inferred, size


def test_truncated_core_is_no_crash_of_gdb(one_core, og_py, tmp_path):
    path = str(tmp_path / "cut")
    shutil.copyfile(one_core, path)
    for share in (0.97, 0.6):
        os.truncate(path, int(os.path.getsize(one_core) * share))
        said = gdbrun.run(og_py, 0, "core-file " + path, "og-common -limit 3", "og-leaking -limit 3", attach=False)
        assert said.status in (0, 1), said.tell()
        assert "Traceback" not in said.err and "Python Exception" not in said.err, said.tell()
        assert "truncated" in said.out + said.err, said.tell()
    os.unlink(path)


def test_answers_of_a_truncated_core_carry_a_note(one_dumped, library, og_py, tmp_path):
    """The kernel writes the stack last: without it all but what it holds is there."""
    path = str(tmp_path / "cut")
    shutil.copyfile(one_dumped.core("kernel"), path)
    os.truncate(path, os.path.getsize(path) - 8192)
    document = cores.ask(og_py, ["og-common"], core=path)["og-common"]
    assert document["ok"] and any("truncated" in note for note in document["notes"]), document
    os.unlink(path)


@pytest.mark.parametrize("tool, magic", [
    ("zstd", b"\x28\xb5\x2f\xfd"), ("lz4", b"\x04\x22\x4d\x18"), ("xz", b"\xfd7zXZ\0"), ("gzip", b"\x1f\x8b")])
def test_compressed_core_is_refused_with_the_command_that_unpacks_it(library, tmp_path, tool, magic):
    path = tmp_path / "core.packed"
    path.write_bytes(magic + bytes(200))
    with pytest.raises(OgError, match="%s -d %s" % (tool, path)):
        library.open_core(str(path))


def test_other_files_are_refused_by_what_they_are(library, one_python, tmp_path):
    text = tmp_path / "text"
    text.write_text("no core at all\n" * 20)
    (tmp_path / "empty").write_bytes(b"")
    header = bytearray(64)
    header[:7] = b"\x7fELF\x02\x01\x01"
    header[16], header[18] = 4, 183  # ET_CORE, EM_AARCH64
    (tmp_path / "arm").write_bytes(bytes(header))
    for path, sentence in [(text, "not a core file"), (tmp_path / "empty", "empty"), (tmp_path / "arm", "architecture"),
                           (one_python.path, "program or library"), (tmp_path, "no regular file"),
                           (tmp_path / "absent", "cannot open")]:
        with pytest.raises(OgError, match=sentence):
            library.open_core(str(path))


def test_core_of_a_program_without_python_is_refused(library, tmp_path):
    reason = cores.kernel_pattern()
    if reason:
        pytest.skip(reason)
    with processes.process([shutil.which("sleep"), "1000"], wait_for=None, cwd=str(tmp_path)) as program:
        path = cores.kernel_core(program, str(tmp_path))
    with pytest.raises(OgError, match="no CPython"):
        library.open_core(path)


def test_file_with_another_build_id_is_named_and_not_used(one_dumped, one_python, library, tmp_path):
    said = subprocess.run(["readelf", "-n", one_python.path], capture_output=True, text=True).stdout
    found = re.search(r"Build ID: ([0-9a-f]+)", said)
    if not found:
        pytest.skip("%s has no build-id" % one_python.path)
    with open(one_dumped.core("kernel"), "rb") as file:
        data = bytearray(file.read())
    at = data.find(bytes.fromhex(found.group(1)))
    assert at >= 0
    data[at] ^= 0xFF
    path = tmp_path / "core"
    path.write_bytes(data)
    said, objects = answer(library, str(path))
    assert os.path.realpath(one_python.path) in said and "another build-id" in said, said
    needs = subprocess.run(["readelf", "-d", one_python.path], capture_output=True, text=True).stdout
    named = "[libpython" not in needs  # else the names of static types are not in that file
    assert objects and ("have no name" in said) == named, said
    path.unlink()


def test_memory_that_was_not_dumped_is_unreadable_not_zero(one_python, library, tmp_path):
    """coredump_filter without anonymous memory: the program's files are there, its objects are not."""
    reason = cores.kernel_pattern()
    if reason:
        pytest.skip(reason)
    with cores.dumpable(one_python, str(tmp_path), "zoo.py", str(tmp_path / "truth")) as program:
        path = cores.kernel_core(program, str(tmp_path), core_filter="0x10")
    with pytest.raises(OgError, match="CPython|Python"):
        library.open_core(path)


def test_core_with_its_files_inside_needs_none_of_them(one_python, library, tmp_path):
    """coredump_filter 0x37, and every file gone: the names in the notes, which stand first, are changed."""
    reason = cores.kernel_pattern()
    if reason:
        pytest.skip(reason)
    with cores.dumpable(one_python, str(tmp_path), "zoo.py", str(tmp_path / "truth")) as program:
        path = cores.kernel_core(program, str(tmp_path), core_filter="0x37")
    with open(path, "rb+") as file:
        notes = file.read(1 << 16)
        file.seek(0)
        file.write(notes.replace(b"/usr/", b"/off/"))
    said, objects = answer(library, path)
    assert (said, objects is not None) == ("", True)
    os.unlink(path)
