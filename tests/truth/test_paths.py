"""A Python path leads to the object that Python itself finds; what needs code to run is said, not run."""
import json

import pytest

import processes


@pytest.fixture(scope="module")
def said(python, library):
    """(target, what the program says of itself)"""
    with processes.running(python.path, "paths.py") as program:
        truth = json.loads(program.lines[-1][len("READY ") :])
        with processes.stopped(program.pid):
            target = library.open_process(program.pid)
            yield target, truth
            target.close()


def failure(target, path, thread=0):
    from og.native import OgError

    with pytest.raises(OgError) as raised:
        target.resolve(path, 0, thread)
    return str(raised.value)


def test_paths_lead_where_python_does(said):
    target, truth = said
    found = {path: target.resolve(path, 0, 0) for path in truth["paths"]}
    assert found == truth["paths"]


def test_paths_start_in_the_frame_of_the_thread(said):
    target, truth = said
    assert target.resolve("PLAIN.name", 0, truth["main"]) == truth["paths"]["PLAIN.name"]
    for kind, thread in truth["threads"].items():
        found = {name: target.resolve(name, 0, thread["thread"]) for name in thread["variables"]}
        assert found == thread["variables"], kind


def test_suspended_generator_has_its_locals(said):
    target, truth = said
    assert target.resolve("GENERATOR.of_generator", 0, 0) == truth["generator"]


def test_threads_have_function_line_and_depth(said):
    target, truth = said
    threads = {thread.thread_id: thread for thread in target.threads()}
    for ident, frames in truth["frames"].items():
        thread = threads[int(ident)]
        assert [thread.function, thread.file, thread.line] == frames[0]
        assert thread.depth == len(frames)


@pytest.mark.parametrize(
    "path, words",
    [
        ("CACHE['user:9']", ["CACHE has no key 'user:9'", "12 keys", "'user:7'", "'user:8'"]),
        ("CACH", ["no 'CACH'", "similar: CACHE"]),
        ("PLAIN.nam", ["PLAIN", "no attribute 'nam'", "similar: name"]),
        ("PLAIN.computed", ["is a property", "would run"]),
        ("SLOTS.unset", ["slot", "without a value"]),
        ("DYNAMIC.anything", ["makes attributes by running code"]),
        ("LIST[3]", ["LIST has no item [3]", "3 items"]),
        ("LIST['x']", ["whole number"]),
        ("CACHE['user:7'", ["not closed"]),
        ("CACHE[name]", ["no number, text, tuple"]),
        ("PLAIN.", ["name must follow the dot"]),
        ("PLAIN name", ["goes on with .name or [key]"]),
        ("", ["begins with a name"]),
        ("PLAIN.name[0]", ["characters"]),
    ],
)
def test_what_is_not_there_is_one_sentence(said, path, words):
    message = failure(said[0], path)
    assert all(word in message for word in words), message
    assert "\n" not in message and not message.endswith(".")


def test_variable_of_another_thread_is_not_found(said):
    target, truth = said
    assert "no 'local'" in failure(target, "local", truth["main"])


def test_unfinished_paths_are_completed(said):
    target, truth = said
    complete = lambda path: target.complete(path, 0, truth["main"])  # noqa: E731
    assert "PLAIN" in complete("PLA")
    assert {"PLAIN.name", "PLAIN.items", "PLAIN.computed", "PLAIN.of_base"} <= set(complete("PLAIN."))
    assert complete("PLAIN.na") == ["PLAIN.name"]
    assert complete("CACHE['user") == ["CACHE['user:7']", "CACHE['user:8']"]
    assert "CACHE[42]" in complete("CACHE[")
    assert complete("CACHE['user:7'][0].n") == ["CACHE['user:7'][0].name"]
    assert complete("nothing_like_that") == []
