"""What a saved heap says without its process: the same as with it, and no more than was asked for."""
import os
import re

import pytest

import graphs
import processes
from og import native

WORK = 5000000
SAMPLES = 100  # chains and views of so many objects, spread over the heap
EVERY = 20  # rows: each one is two calls
NEUTRAL = re.compile(r"<.* object at 0x[0-9a-f]+>|\w+ of \d+ (character|byte)s?|\w+\(\.\.\.\)|\w+|<\w+\.\w+>")


def saved(target, graph, path, strings):
    running = target.save(graph, words=True, strings=strings)
    while running.step(WORK):
        pass
    running.finish(str(path))
    return str(path)


class Both:
    """A core and what was saved of it, with contents of strings or without."""

    def __init__(self, target, graph, library, path, strings):
        self.target, self.graph, self.strings = target, graph, strings
        self.other, self.other_graph = library.open_snapshot(saved(target, graph, path, strings))

    def ask(self, name, *arguments, **options):
        return [
            getattr(target, name)(graph, *arguments, **options)
            for target, graph in ((self.target, self.graph), (self.other, self.other_graph))
        ]

    def exported(self, folder):
        """The lines of every object and reference, of both."""
        for number, (target, graph) in enumerate(((self.target, self.graph), (self.other, self.other_graph))):
            running = target.export(graph, native.EXPORT_CSV, os.path.join(folder, str(number)))
            while running.step(WORK * 10):
                pass
            running.finish()
        for name in ("objects.csv", "references.csv"):
            parts = []
            for number in range(2):
                with open(os.path.join(folder, str(number), name)) as file:
                    parts.append(file.read().splitlines())
                os.unlink(os.path.join(folder, str(number), name))
            yield name, parts[0], parts[1]

    def close(self):
        self.other_graph.close()
        self.other.close()


def pair(dumped, library, path, strings):
    target = library.open_core(dumped.core("gcore"), sysroot=dumped.sysroot)
    graph = graphs.scan(target)
    made = Both(target, graph, library, path, strings)
    os.unlink(path)
    yield made
    made.close()
    graph.close()
    target.close()


@pytest.fixture(scope="session")
def complete(dumped, library, tmp_path_factory):
    """Of each interpreter, with contents."""
    yield from pair(dumped, library, tmp_path_factory.mktemp("words") / "saved", True)


@pytest.fixture(scope="session", params=[True, False], ids=["strings", "names"])
def both(one_dumped, library, tmp_path_factory, request):
    yield from pair(one_dumped, library, tmp_path_factory.mktemp("words") / "saved", request.param)


def sample(graph):
    arrays = graph.arrays()
    count = graph.info.objects
    return [arrays["addresses"][i] for i in range(0, count, max(count // SAMPLES, 1))]


def rows(both, step):
    arrays = both.graph.arrays()
    for number in range(0, both.graph.info.objects, step):
        address = arrays["addresses"][number]
        yield both.target.describe(address), both.other.describe(address)


def test_with_contents_nothing_differs_from_the_core(complete, tmp_path):
    wrong = [pair for pair in rows(complete, EVERY) if pair[0] != pair[1]]
    assert not wrong, wrong[:20]
    for name, there, here in complete.exported(str(tmp_path)):
        wrong = [(a, b) for a, b in zip(there, here) if a != b]
        assert len(there) == len(here) and not wrong, (name, len(wrong), wrong[:20])


def test_without_contents_objects_are_told_by_what_they_are(both):
    wrong = []
    for there, here in rows(both, EVERY):
        assert there._replace(label="") == here._replace(label="")
        if there.label != here.label and (both.strings or not NEUTRAL.fullmatch(here.label)):
            wrong.append((there.type, there.label, here.label))
    assert not wrong, wrong[:20]


def test_without_contents_keys_alone_lack_their_names(both, tmp_path):
    for name, there, here in both.exported(str(tmp_path)):
        wrong = [(a, b) for a, b in zip(there, here) if a != b]
        if not both.strings:
            wrong = [(a, b) for a, b in wrong if not re.search(r',(\[<key>\]|"?\{.*\}"?)$', b)]
        assert len(there) == len(here) and not wrong, (name, len(wrong), wrong[:20])
    names = {line.split(",", 3)[-1] for line in here}
    assert {"__dict__", "tb_frame", "[0]", "KEPT", "co_consts", "__mro__"} <= names
    assert ("[<key>]" in names) != both.strings


def test_leaking_objects_have_the_roots_they_had(both):
    there, here = both.ask("leaking", native.query(), True)
    assert [(a[0].address, a[1]) for a in there[0]] == [(b[0].address, b[1]) for b in here[0]]
    assert any(root for _, root in here[0])


def resolved(target, path):
    """0: not every chain is a path that can be followed."""
    try:
        return target.resolve(path, 0, 0)
    except native.OgError:
        return 0


def test_views_are_the_same(both):
    for address in sample(both.graph):
        for inverse in (False, True):
            there, here = both.ask("view", [address], inverse, 2, 5, 40)
            assert [(n.object.address, n.depth, n.flags, n.cut) for n in there[0]] == [
                (n.object.address, n.depth, n.flags, n.cut) for n in here[0]
            ]
            assert [edge._replace(label="") for edge in there[1]] == [edge._replace(label="") for edge in here[1]]
            if both.strings:
                assert there == here


def test_chains_are_the_same_and_lead_back(both):
    followed = 0
    for address in sample(both.graph):
        there, here = both.ask("chains", address, count=2)
        assert [chain.addresses for chain in there] == [chain.addresses for chain in here]
        if both.strings:
            assert there == here
        for chain in here:
            led = resolved(both.target, chain.expression)
            if led and "[<key>]" not in chain.expression:
                assert both.other.resolve(chain.expression, 0, 0) == led
                followed += 1
    assert followed > SAMPLES / 10


def test_filters_ask_length_and_label(both):
    for expression in ("len > 100", "type == 'function' and repr ~ 'zoo'", "len == 3 and size < 100"):
        compiled = both.target.library.filter(expression)
        there, here = both.ask("types", native.query(all=True, filter=compiled))
        assert there == here and there[0]


def test_a_path_says_what_the_file_lacks(both):
    resolve = both.other.resolve
    assert resolve("threading.current_thread", 0, 0) == both.target.resolve("threading.current_thread", 0, 0)
    for path, sentence in [
        ("threadin", "similar: threading"),
        ("threading.currentThred", "has no attribute 'currentThred'"),
        ("threading[", "not closed"),
        ("threading._main_thread.name", "is a property: reading it would run its getter"),
    ]:
        with pytest.raises(native.OgError, match=sentence):
            resolve(path, 0, 0)
    if not both.strings:
        with pytest.raises(native.OgError, match="-strings"):
            resolve("__main__.KEPT['middle_aged']", 0, 0)
    assert "threading.Thread" in both.other.complete("threading.Thr", 0, 0)


# ---- secrets ----


@pytest.fixture(scope="session")
def secretive(python, library):
    with processes.running(python.path, "keeps_secrets.py") as program:
        made = dict(line.strip().split(": ") for line in program.lines if ": " in line)
        with processes.stopped(program.pid):
            target = library.open_process(program.pid)
            graph = graphs.scan(target)
            yield made, target, graph
            graph.close()
            target.close()


def found(made, path):
    with open(path, "rb") as file:
        data = file.read()
    os.unlink(path)
    return {name for name, secret in made.items() if secret.encode() in data}


def test_no_contents_are_saved_unless_asked_for(secretive, tmp_path):
    made, target, graph = secretive
    assert len(made) > 80
    assert not found(made, saved(target, graph, tmp_path / "names", False))


def test_contents_are_saved_when_asked_for(secretive, tmp_path):
    made, target, graph = secretive
    lost = set(made) - found(made, saved(target, graph, tmp_path / "strings", True))
    assert not lost


def test_contents_once_saved_are_not_left_out_quietly(secretive, library, tmp_path):
    _, target, graph = secretive
    other, other_graph = library.open_snapshot(saved(target, graph, tmp_path / "strings", True))
    with pytest.raises(native.OgError, match="without them it cannot be saved again"):
        other.save(other_graph, words=True, strings=False)
    other_graph.close()
    other.close()
