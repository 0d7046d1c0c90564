"""Processes in other roots and namespaces, attached to from outside, by the agent and by the reader, and their cores."""
import json
import os

import pytest

import gdbrun
import places
import processes

SCRIPT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "gdbscripts", "footprint.py")
QUESTIONS = [
    "og-count Canary",
    "og-common -limit 0",
    "og-growth -limit 0",
    "og-new -limit 3",
    "og-leaking -limit 0 -explained",
    "og-by-type Canary -limit 3",
    "og-at py:CACHE",
    "og-show py:CACHE -limit 0",
    "og-show py:os",
    "og-refs py:CACHE -depth 2",
    "og-backrefs py:CACHE -depth 3",
    "og-chain py:CACHE['canary:7'][0]",
]
REMEMBERING = ("og-growth", "og-new")  # what they said to the agent's graph
CANARIES = 1235
UNRELATED = ("target", "notes", "elapsed_ms", "stopped_ms", "ran_ms")  # to what was asked


@pytest.fixture(params=places.NAMESPACES)
def namespaced(one_python, request):
    with places.living(places.namespaces(one_python.path)[request.param]) as program:
        yield program


def root_cases():
    cases = [
        pytest.param((folder, python, name), id="%s-3.%d-%s" % (root, minor, name))
        for root, folder, python, (_, minor) in places.roots()
        for name in places.ROOTED
    ]
    return cases or [pytest.param(None, marks=pytest.mark.skip(reason="no other system: tests/roots.sh"))]


@pytest.fixture(params=root_cases())
def rooted(request):
    folder, python, name = request.param
    with places.living(places.rooted(folder, python)[name]) as program:
        yield program


def said(document):
    return {key: value for key, value in document.items() if key not in UNRELATED}


def check_footprint(path):
    seen = json.loads(path.read_text())
    assert json.loads(seen["said"])["rows"][0]["count"] == CANARIES
    assert seen["before"] == seen["after"]
    assert seen["settings"][0] == seen["settings"][1]
    assert seen["frames"] == 0


def check_everything(gdb, program, folder):
    """Agent, reader and core say the same, nothing is left of the agent, and the program goes on."""
    seen, core = folder / "seen", folder / "core"
    begin = ["source " + SCRIPT, "set og live agent", "og-test-footprint %s og-count Canary -json" % seen]
    asked = [each for question in QUESTIONS for each in ("echo \\n==\\n", question + " -json")]
    output = gdb(
        program.pid, *begin, *asked, "set og live read", *asked, "gcore %s" % core, "og-open %s" % core, *asked
    )
    assert "Traceback" not in output.err and "Python Exception" not in output.err, output.tell()
    parts = [gdbrun.documents(part)[0] for part in output.out.split("\n==\n")[1:]]
    assert len(parts) == 3 * len(QUESTIONS), output.tell()
    check_footprint(seen)
    for question, agent, read, dead in zip(QUESTIONS, parts, parts[len(QUESTIONS) :], parts[2 * len(QUESTIONS) :]):
        assert agent["ok"], (question, agent)
        first = agent if question.startswith(REMEMBERING) else read
        assert said(first) == said(dead), question
        if question.startswith("og-c"):  # counts and chains
            assert agent["rows"] == read["rows"], question
    assert parts[0]["rows"][0]["count"] == CANARIES
    program.say(b".")
    assert program.line() == "PONG\n"


def test_process_in_other_namespaces_is_answered_and_left_as_one_of_ours(gdb, namespaced, tmp_path):
    check_everything(gdb, namespaced, tmp_path)


def test_process_of_another_system_is_answered_and_left_as_one_of_ours(gdb, rooted, tmp_path):
    check_everything(gdb, rooted, tmp_path)


def check_clone(gdb, program):
    asked = gdb(program.pid, "set og live agent", "set og resume on", "og-count Canary -json")
    assert asked.document["ok"] and asked.document["rows"][0]["count"] == CANARIES, asked.tell()
    assert any("run for" in note for note in asked.document["notes"]), asked.tell()
    assert not any("is left" in note for note in asked.document["notes"]), asked.tell()
    assert processes.children(program.pid) == []
    program.say(b".")
    assert program.line() == "PONG\n"


def test_clone_of_a_process_in_other_namespaces_is_scanned_while_it_runs(gdb, namespaced):
    check_clone(gdb, namespaced)


def test_clone_of_a_process_that_adopts_orphans_is_none_of_its_own(gdb, one_python):
    with places.living([one_python.path], "adopts orphans") as program:
        check_clone(gdb, program)


def test_clone_of_an_init_that_is_interrupted_is_gone(gdb, one_python):
    """A stop of the user's own, here at once: the clone is told to end, and waited for."""
    with places.living(places.namespaces(one_python.path)["pids, as pid 1"]) as program:
        send = "python import os, signal; os.kill(%d, signal.SIGUSR2)" % program.pid
        asked = gdb(program.pid, "set og live agent", "set og resume on", send, "og-count Canary -json")
        assert asked.document["ok"] and asked.document["rows"][0]["count"] == CANARIES, asked.tell()
        assert processes.children(program.pid) == []


def test_thread_of_another_pid_namespace_is_called_as_gdb_calls_it(gdb, one_python):
    with places.living(places.namespaces(one_python.path)["pids, not as pid 1"]) as program:
        rows = gdb(program.pid, "og-info -json").document["rows"]
        assert [row["lwp"] for row in rows] == [program.pid if one_python.minor >= (3, 11) else None]


def test_ordinary_user_looks_into_namespaces_of_his_own(one_python, og_py, as_nobody):
    command = places.namespaces(one_python.path)["users, of an ordinary user"]
    with places.living(command) as program:
        asked = gdbrun.run(og_py, program.pid, "set og live agent", "og-count Canary -json", prefix=as_nobody, environment={"HOME": "/"})
        assert asked.document["ok"] and asked.document["rows"][0]["count"] == CANARIES, asked.tell()
