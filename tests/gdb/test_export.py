"""og-export: the files hold the whole graph, and appear whole or not at all."""
import contextlib
import csv
import json
import os
import shutil
import signal
import subprocess
import time
from typing import NamedTuple

import pytest

import gdbrun
import graphs
import heaptruth
import processes
from og import native
from og.native import OgError

KINDS = ("strong", "weak", "inferred")
LIMIT = 1.0
NAMES = {"a,b": "a,b", 'a"b': 'a"b', "a\nb": "a\nb", "\ud800": "\\ud800", "x\udfff": "x\\udfff", "\U0001f40d": "\U0001f40d"}


def export(target, graph, path, format):
    running = target.export(graph, format, str(path))
    while running.step(100000):
        pass
    return running.finish()


def read_csv(folder):
    """Rows of both files, without the header lines."""
    tables = []
    for name, head in (("objects", "address,type,size,refcount,tracked"), ("references", "source,target,kind,label")):
        with open(os.path.join(str(folder), name + ".csv"), encoding="utf-8", newline="") as file:
            assert file.readline() == head + "\r\n"
            tables.append(list(csv.reader(file, strict=True)))
    return tables


def read_json(path):
    """The same rows, from the document."""
    with open(str(path), encoding="utf-8") as file:
        document = json.load(file)
    assert document["og_export"] == 1
    assert document["counts"]["objects"] == len(document["objects"])
    assert document["counts"]["references"] == len(document["references"])
    return (
        [[str(int(value)) if key != "type" else value for key, value in row.items()] for row in document["objects"]],
        [[str(value) for value in row.values()] for row in document["references"]],
    )


class Exported(NamedTuple):
    """The graph of a zoo, and what the files say of it."""

    truth: heaptruth.Truth
    target: native.Target
    graph: native.Graph
    done: native.Exported
    folder: object
    objects: list
    references: list


@pytest.fixture(scope="module")
def exported(one_zoo, library, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    with processes.stopped(one_zoo.pid):
        target = library.open_process(one_zoo.pid)
        graph = graphs.scan(target)
        done = export(target, graph, folder / "zoo.csv", native.EXPORT_CSV)
        export(target, graph, folder / "zoo.json", native.EXPORT_JSON)
        yield Exported(one_zoo.truth, target, graph, done, folder, *read_csv(folder / "zoo.csv"))
        graph.close()
        target.close()
    shutil.rmtree(str(folder))


def test_objects_and_references_are_those_of_the_graph(exported):
    arrays, objects, references, done = graphs.Arrays.of(exported.graph), exported.objects, exported.references, exported.done
    assert [int(row[0]) for row in objects] == list(arrays.addresses)
    assert (done.objects, done.references) == (len(objects), len(references))
    expected = []
    for number, address in enumerate(arrays.addresses):
        for word in arrays.targets[arrays.offsets[number] : arrays.offsets[number + 1]]:
            expected.append([str(address), str(arrays.addresses[word & graphs.ID_MASK]), KINDS[word >> graphs.KIND_SHIFT]])
    assert [row[:3] for row in references] == expected
    files = [str(exported.folder / "zoo.csv" / name) for name in ("objects.csv", "references.csv")]
    assert done.bytes == tuple(map(os.path.getsize, files))


def test_files_belong_to_their_owner_only(exported):
    folder = exported.folder / "zoo.csv"
    modes = [os.stat(str(path)).st_mode & 0o777 for path in (folder, folder / "objects.csv", exported.folder / "zoo.json")]
    assert modes == [0o700, 0o600, 0o600]


def test_both_formats_say_the_same(exported):
    objects, references = read_json(exported.folder / "zoo.json")
    assert objects == exported.objects and references == exported.references


def test_columns_are_what_the_interpreter_says(exported):
    truth, wrong, known = exported.truth, [], 0
    for address, type_name, size, refcount, tracked in exported.objects:
        number = truth.number.get(int(address))
        if number is None or int(address) in truth.noise:
            continue
        known += 1
        if (type_name, tracked) != (truth.type_name(number, True), str(int(truth.is_tracked[number]))):
            wrong.append((truth.describe(int(address)), type_name, tracked))
        if truth.types[truth.type_addresses[number]][3] and truth.sizes[number] not in (-1, int(size)):
            wrong.append((truth.describe(int(address)), size))
    assert known > 10000 and not wrong[:5]


def test_labels_are_those_that_og_show_lists(exported):
    by_source = {}
    for source, to, kind, label in exported.references:
        by_source.setdefault(int(source), []).append((int(to), kind, label))
    wrong = []
    for source in sorted(by_source)[::50]:
        if len(by_source[source]) < 1000:
            shown = sorted((field.target, field.kind, field.name) for field in exported.target.fields(source, 0)[0])
            if shown != sorted(by_source[source]):
                wrong.append((hex(source), shown, by_source[source]))
    assert not wrong[:1]


@pytest.fixture(scope="module")
def odd(one_python):
    with processes.running(one_python.path, "odd_names.py") as program:
        yield program


def test_odd_names_come_through(odd, gdb, tmp_path):
    said = gdb(odd.pid, "set og live read", "og-show py:ATTRIBUTES -json", "og-show py:KEYS -json",
               "og-export %s/odd.csv -json" % tmp_path, "og-export %s/odd.json -json" % tmp_path)
    holder, keys, *documents = gdbrun.documents(said.out)
    for document, read in zip(documents, (read_csv, read_json)):
        assert document["ok"], document
        objects, references = read(document["file"])
        assert (len(objects), len(references)) == (document["objects"], document["references"])
        labels = {row[3] for row in references}
        assert set(NAMES.values()) <= labels
        assert {"['a,b']", "['a\"b']", "['a\\nb']", "['\\ud800']", "[(1, 'a,b')]", "[b'\\x00,\"']"} <= labels, labels
        assert "['" + 59 * "k" + "...]" in labels
        assert {"ma,b.Ta,b", 'ma"b.Ta"b', "ma\nb.Ta\nb", "m\U0001f40d.T\U0001f40d"} <= {row[1] for row in objects}
        shown = {row["name"] for row in holder["attributes"] + keys["rows"]}
        assert shown <= labels, shown - labels


def same_files(one, other):
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in ("objects.csv", "references.csv"))


def test_core_and_snapshot_give_the_same_files_as_the_process(odd, gdb, tmp_path):
    lines = ["set og live read", "og-export {0}/live.csv", "gcore {0}/core", "og-save -strings {0}/saved.og",
             "og-open {0}/core", "og-export {0}/core.csv", "og-open {0}/saved.og", "og-export {0}/saved.csv"]
    gdb(odd.pid, *(line.format(tmp_path) for line in lines))
    os.unlink(str(tmp_path / "core"))
    assert same_files(tmp_path / "live.csv", tmp_path / "core.csv")
    assert same_files(tmp_path / "live.csv", tmp_path / "saved.csv")


def test_snapshot_without_strings_gives_no_keys_away(odd, gdb, tmp_path):
    lines = ["set og live read", "og-save {0}/saved.og", "og-open {0}/saved.og", "og-export {0}/saved.csv"]
    gdb(odd.pid, *(line.format(tmp_path) for line in lines))
    labels = {row[3] for row in read_csv(tmp_path / "saved.csv")[1]}
    assert "[<key>]" in labels
    assert not [label for label in labels if label.startswith(("['", "[(", "[b")) and "kkk" in label]
    assert not {"['a,b']", "[(1, 'a,b')]", "[b'\\x00,\"']"} & labels


def test_agent_gives_the_same_labels_as_the_reader(odd, gdb, tmp_path):
    gdb(odd.pid, *("%s %s" % line for mode in ("read", "agent") for line in
                   (("set og live", mode), ("og-export", tmp_path / (mode + ".csv")))))
    read, agent = ({tuple(row) for row in read_csv(tmp_path / (mode + ".csv"))[1]} for mode in ("read", "agent"))
    named = {row for row in agent if row[3]}
    assert len(named) > 10000
    assert len(named - read) < 0.001 * len(named), sorted(named - read)[:10]


# ---- places ----


@pytest.fixture
def small(odd, library):
    """A target and its graph."""
    with processes.stopped(odd.pid):
        target = library.open_process(odd.pid)
        graph = graphs.scan(target)
        yield target, graph
        graph.close()
        target.close()


FORMATS = [("x.csv", native.EXPORT_CSV), ("x.json", native.EXPORT_JSON)]


@pytest.mark.parametrize("name, format", FORMATS)
def test_older_export_is_replaced_when_the_new_one_is_whole(small, tmp_path, name, format):
    target, graph = small
    export(target, graph, tmp_path / name, format)
    before = os.stat(str(tmp_path / name)).st_ino
    running = target.export(graph, format, str(tmp_path / name))
    while running.step(1000000):
        assert os.stat(str(tmp_path / name)).st_ino == before
    running.finish()
    assert os.stat(str(tmp_path / name)).st_ino != before
    assert os.listdir(str(tmp_path)) == [name]


@pytest.mark.parametrize("name, format", FORMATS)
@pytest.mark.parametrize("foreign", ["file", "folder", "link"])
def test_what_is_not_an_export_stays(small, tmp_path, name, format, foreign):
    path = tmp_path / name
    if foreign == "file":
        path.write_text("address,type\n1,2\n")
    elif foreign == "link":
        path.symlink_to("/nowhere")
    else:
        path.mkdir()
        (path / "objects.csv").write_text("address,type,size,refcount,tracked\r\n")
        (path / "notes.txt").write_text("mine")
    with pytest.raises(OgError, match="is there already and is not an export of og"):
        target, graph = small
        target.export(graph, format, str(path))
    assert os.listdir(str(tmp_path)) == [name]
    assert foreign != "folder" or sorted(os.listdir(str(path))) == ["notes.txt", "objects.csv"]


@pytest.mark.parametrize("name, format", FORMATS)
def test_foreign_file_that_came_meanwhile_stays(small, tmp_path, name, format):
    target, graph = small
    running = target.export(graph, format, str(tmp_path / name))
    while running.step(1000000):
        pass
    (tmp_path / name).write_text("mine")
    with pytest.raises(OgError, match="is not an export of og"):
        running.finish()
    assert os.listdir(str(tmp_path)) == [name] and (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize("name, format", FORMATS)
def test_export_given_up_leaves_nothing(small, tmp_path, name, format):
    target, graph = small
    running = target.export(graph, format, str(tmp_path / name))
    for _ in range(3):
        running.step(10000)
    assert os.listdir(str(tmp_path)) != [name]
    running.close()
    assert os.listdir(str(tmp_path)) == []


@pytest.mark.parametrize("name, format", FORMATS)
@pytest.mark.parametrize("call", ["export_begin", "export_finish"])
def test_interrupt_as_soon_as_a_native_call_returns_leaves_nothing_half(small, tmp_path, monkeypatch, call, name, format):
    """There Python raises what came during the call: before its result is anybody's."""
    target, graph = small
    native_call = getattr(target.library, call)

    def interrupted(*arguments):
        assert native_call(*arguments) == native.OK
        raise KeyboardInterrupt

    monkeypatch.setattr(target.library, call, interrupted)
    with pytest.raises(KeyboardInterrupt):
        export(target, graph, tmp_path / name, format)
    assert os.listdir(str(tmp_path)) == ([] if call == "export_begin" else [name])


def test_graph_without_references_is_refused(odd, library, tmp_path):
    with processes.stopped(odd.pid):
        target = library.open_process(odd.pid)
        with pytest.raises(OgError, match="references"):
            target.export(graphs.scan(target, native.SCAN_OBJECTS), native.EXPORT_CSV, str(tmp_path / "x.csv"))
        target.close()
    assert os.listdir(str(tmp_path)) == []


WRONG = {
    "x.sqlite": "there are .csv and .json",
    "x": "there are .csv and .json",
    "": "one FILE is needed",
    "/nowhere/x.csv": "cannot write /nowhere/x.csv: No such file or directory",
}


def test_wrong_file_is_one_sentence(odd, gdb):
    said = gdb(odd.pid, "set og live read", *("og-export %s -json" % name for name in WRONG))
    found = gdbrun.documents(said.out)
    assert len(found) == len(WRONG)
    for document, sentence in zip(found, WRONG.values()):
        assert not document["ok"] and sentence in document["error"]["message"], document


@contextlib.contextmanager
def tiny_disk(folder, size):
    if os.getuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root can make a small disk")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=" + size, "og-test", folder], capture_output=True, text=True)
    if made.returncode:
        pytest.skip("no small disk here: " + made.stderr.strip())
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("name", ["x.csv", "x.json"])
def test_full_disk_leaves_the_older_export(odd, gdb, tmp_path, name):
    with tiny_disk(str(tmp_path), "200k"):
        older = tmp_path / name
        if name == "x.csv":
            older.mkdir()
            (older / "objects.csv").write_text("address,type,size,refcount,tracked\r\n")
            (older / "references.csv").write_text("source,target,kind,label\r\n")
        else:
            older.write_text('{"og_export":1,"objects":[],"references":[]}')
        document = gdb(odd.pid, "set og live read", "og-export %s -json" % older).document
        assert document["error"]["code"] == "file" and "No space left on device" in document["error"]["message"], document
        assert os.listdir(str(tmp_path)) == [name]
        assert name == "x.json" or sorted(os.listdir(str(older))) == ["objects.csv", "references.csv"]


@pytest.mark.parametrize("name", ["x.csv", "x.json"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill"])
def test_end_in_the_middle_leaves_no_half(one_python, og_py, tmp_path, number, name):
    with processes.running(one_python.path, "odd_names.py", 400000) as program:
        line = gdbrun.command(og_py, program.pid, ["set og live read", "og-export %s" % (tmp_path / name)])
        gdb = subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            while not os.listdir(str(tmp_path)):
                assert gdb.poll() is None, gdb.stderr.read()
                time.sleep(0.002)
            pressed = time.monotonic()
            gdb.send_signal(number)
            said = gdb.communicate(timeout=60)[1]
        finally:
            if gdb.poll() is None:
                gdb.kill()
                gdb.wait()
    assert not (tmp_path / name).exists()
    if number == signal.SIGINT:
        assert time.monotonic() - pressed < LIMIT
        assert os.listdir(str(tmp_path)) == [] and "Quit" in said and "Traceback" not in said, said
