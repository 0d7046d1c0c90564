"""A saved heap opened again is the heap that was saved; a save that fails, or is killed, leaves what was there."""
import contextlib
import os
import random
import signal
import subprocess
import sys
import time

import pytest

import graphs
import processes
from og import native
from og.native import OgError

WORK = 100000
LONG = native.query(long_names=True)
SAMPLE = 23  # objects described one by one: every so many


def saved(target, graph, **options):
    save = target.save(graph, **options)
    while save.step(WORK):
        pass
    return save


class Reopened:
    """One heap twice: in the process, and in a file that has its words."""

    def __init__(self, library, target, path):
        self.target, self.path = target, path
        self.graph = graphs.scan(target)
        saved(target, self.graph, words=True, strings=True, name="all", source="the zoo", key="k").finish(path)
        self.file, self.file_graph = library.open_snapshot(path)

    def both(self, question):
        return question(self.target, self.graph), question(self.file, self.file_graph)

    def close(self):
        self.file_graph.close()
        self.file.close()
        self.graph.close()


@pytest.fixture(scope="module")
def reopened(one_zoo, library, tmp_path_factory):
    with processes.stopped(one_zoo.pid):
        target = library.open_process(one_zoo.pid)
        made = Reopened(library, target, str(tmp_path_factory.mktemp("snapshots") / "zoo.og"))
        yield made
        made.close()
        target.close()


@pytest.fixture
def small(reopened):
    """A saved heap without words, quickly written."""
    scan = reopened.target.scan(native.SCAN_OBJECTS)
    while scan.step(WORK):
        pass
    graph = scan.finish()
    yield graph
    graph.close()


def sample(graph):
    return graph.arrays()["addresses"][: graph.info.objects : SAMPLE]


def assert_same(first, second):
    """Equal, or the first difference: pytest would compare long answers for minutes."""
    if isinstance(first, (list, tuple)) and isinstance(second, (list, tuple)) and type(first) is type(second):
        for one, other in zip(first, second):
            assert_same(one, other)
        assert len(first) == len(second)
    elif first != second:
        pytest.fail("%.2000r is not %.2000r" % (first, second))


# ---- the same answers ----

def test_every_array_is_that_of_the_process(reopened):
    for inverse in (False, True):
        first, second = (graph.arrays(inverse) for graph in (reopened.graph, reopened.file_graph))
        counts = {"addresses": reopened.graph.info.objects, "offsets": reopened.graph.info.objects + 1,
                  "targets": reopened.graph.info.references}
        for name, count in counts.items():
            assert_same(first[name][:count], second[name][:count])


def test_facts_of_the_heap_and_the_process_are_kept(reopened):
    for name, _ in native.GraphInfo._fields_:
        if name not in ("memory", "losses"):
            assert getattr(reopened.graph.info, name) == getattr(reopened.file_graph.info, name), name
    for name, _ in native.Info._fields_:
        first, second = getattr(reopened.target.info(), name), getattr(reopened.file.info(), name)
        assert list(first) == list(second) if name == "misses" else first == second, name
    assert reopened.target.threads() == reopened.file.threads()
    assert reopened.target.notes() == reopened.file.notes()
    assert reopened.target.identity() == reopened.file.identity()
    assert reopened.target.is_same_process(reopened.file)
    info = reopened.file.snapshot_info()
    assert (info.name, info.source, info.words, info.strings) == ("all", "the zoo", True, True)
    assert info.file_size == os.path.getsize(reopened.path) and abs(info.time - time.time()) < 600


def filtered(target, graph, expression):
    compiled = target.library.filter(expression)  # lives until the answer is there
    return target.types(graph, native.query(all=True, filter=compiled))


@pytest.mark.parametrize("question", [
    pytest.param(lambda t, g: t.types(g, LONG), id="types"),
    pytest.param(lambda t, g: t.types(g, native.query(all=True, by_bytes=True)), id="types by bytes"),
    pytest.param(lambda t, g: t.count(g, "dict", native.query(all=True)), id="count"),
    pytest.param(lambda t, g: t.growth(native.GrowthState(t.library), g, LONG, False), id="growth"),
    pytest.param(lambda t, g: t.new(native.NewState(t.library), g, LONG, "new"), id="new"),
    pytest.param(lambda t, g: t.by_type(g, "dict", LONG), id="by type"),
    pytest.param(lambda t, g: t.by_type(g, "str", native.query(all=True, limit=500)), id="strings"),
    pytest.param(lambda t, g: t.by_type(g, "type", native.query(all=True)), id="classes"),
    pytest.param(lambda t, g: t.by_type(g, "function", LONG), id="functions"),
    pytest.param(lambda t, g: t.leaking(g, LONG, True), id="leaking"),
    pytest.param(lambda t, g: filtered(t, g, "len > 5 and repr ~ 'e'"), id="filter"),
])
def test_question_has_the_same_answer(reopened, question):
    assert_same(*reopened.both(question))


def test_every_object_is_described_as_in_the_process(reopened):
    for address in sample(reopened.graph):
        assert_same(*reopened.both(lambda t, g: (t.describe(address), t.fields(address, 50))))


def test_pictures_and_chains_are_the_same(reopened):
    for address in sample(reopened.graph)[::80]:
        for inverse in (False, True):
            assert_same(*reopened.both(lambda t, g: t.view(g, [address], inverse, 3, 10, 60)))
            assert_same(*reopened.both(lambda t, g: t.chains(g, address, forward=not inverse, count=2,
                                                             to_type=None if inverse else "dict")))


def test_snapshot_of_a_snapshot_is_the_same_file_but_for_its_name(reopened, library, tmp_path):
    path = str(tmp_path / "again.og")
    saved(reopened.file, reopened.file_graph, words=True, strings=True, name="all", source="the zoo", key="k").finish(path)
    with open(path, "rb") as again, open(reopened.path, "rb") as first:
        assert_same(again.read(), first.read())


def test_what_needs_memory_is_refused_with_a_sentence(reopened):
    for ask in (lambda t: t.read(1, 1), lambda t: t.scan(native.SCAN_TYPES),
                lambda t: t.agent_request(native.SCAN_TYPES, True, 0x1000, 1 << 20)):
        with pytest.raises(OgError, match="a snapshot has no memory"):
            ask(reopened.file)
    with pytest.raises(OgError, match="no Python object starts at 0x1001"):
        reopened.file.describe(0x1001)
    with pytest.raises(OgError, match="this is no snapshot"):
        reopened.target.snapshot_info()
    reopened.file.refresh()


def test_question_that_needs_words_is_refused_without_them(reopened, library, tmp_path):
    path = str(tmp_path / "silent.og")
    saved(reopened.target, reopened.graph).finish(path)
    target, graph = library.open_snapshot(path)
    address = graph.arrays()["addresses"][0]
    for ask in (lambda: target.leaking(graph, LONG, True), lambda: target.chains(graph, address),
                lambda: filtered(target, graph, "len > 5")):
        with pytest.raises(OgError, match="which this snapshot was saved without"):
            ask()
    assert target.types(graph, LONG) == reopened.target.types(reopened.graph, LONG)
    graph.close()
    target.close()


# ---- writing ----

def test_file_without_a_name_opens_by_its_descriptor(reopened, small, library):
    fd = os.memfd_create("snapshot")
    saved(reopened.target, small).finish_into(fd)
    target, graph = library.open_snapshot("/proc/self/fd/%d" % fd)
    os.close(fd)
    assert target.types(graph, LONG) == reopened.target.types(small, LONG)
    graph.close()
    target.close()
    with pytest.raises(OgError, match="file descriptor"):
        saved(reopened.target, small).finish_into(os.open("/dev/null", os.O_RDONLY))


@contextlib.contextmanager
def small_disk(folder, size):
    """A file system of SIZE, which only root can make."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=" + size, "og-test", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("no file system of its own: %s" % mounted.stderr.decode())
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def test_full_disk_is_said_and_leaves_the_old_file(reopened, small, tmp_path):
    with small_disk(str(tmp_path), "64k"):
        path = tmp_path / "heap.og"
        path.write_bytes(b"the old one")
        with pytest.raises(OgError, match="^cannot write .*heap.og: No space left on device$"):
            saved(reopened.target, small).finish(str(path))
        assert path.read_bytes() == b"the old one" and os.listdir(str(tmp_path)) == ["heap.og"]


WRITER = """
import os, sys
sys.path.insert(0, sys.argv[1])
from og import native
target, graph = native.Library(sys.argv[2]).open_snapshot(sys.argv[3])
print("READY", flush=True)
number = 0
while True:
    number += 1
    save = target.save(graph, words=True, strings=True, name=str(number))
    while save.step(1 << 30):
        pass
    save.finish(sys.argv[4])
"""


@pytest.mark.parametrize("there_before", [True, False])
def test_killed_writer_leaves_the_old_file_or_a_whole_new_one(reopened, library, build, tmp_path, there_before):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    path, chance = tmp_path / "heap.og", random.Random(7)
    for _ in range(6):
        path.unlink(missing_ok=True)
        if there_before:
            path.write_bytes(b"old")
        command = [sys.executable, "-B", "-c", WRITER, os.path.join(root, "gdb"), os.path.join(build, "libog.so"),
                   reopened.path, str(path)]
        with processes.process(command) as writer:
            time.sleep(chance.uniform(0, 0.05))
            writer.process.send_signal(signal.SIGKILL)
            writer.process.wait()
        others = [name for name in os.listdir(str(tmp_path)) if name != "heap.og"]
        assert all(".unfinished-" in name for name in others), others
        if path.exists() and path.read_bytes() != b"old":
            target, graph = library.open_snapshot(str(path))
            assert graph.info.references == reopened.graph.info.references
            graph.close()
            target.close()
        else:
            assert path.exists() == there_before


# ---- what changed ----

def test_heap_has_not_changed_since_it_was_saved(reopened):
    for objects in (False, True):
        rows, total = reopened.target.diff(reopened.graph, reopened.file, reopened.file_graph, LONG, objects=objects)
        assert (rows, total) == ([], 0)


def test_difference_counts_by_type_of_two_levels(reopened, small):
    scan = reopened.target.scan(native.SCAN_TYPES, sizes=False)
    while scan.step(WORK):
        pass
    types = scan.finish()
    assert reopened.target.diff(types, reopened.file, reopened.file_graph, LONG) == ([], 0)
    with pytest.raises(OgError, match="object by object"):
        reopened.target.diff(types, reopened.file, reopened.file_graph, LONG, objects=True)
    every = native.query(all=True)
    with pytest.raises(OgError, match="references"):
        reopened.target.diff(small, reopened.file, reopened.file_graph, every)
    types.close()
