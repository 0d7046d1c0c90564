"""-json: exactly one document on standard output, errors included, of the keys that spec and docs promise."""
import json

import pytest

import gdbrun

COMMON = {"command", "ok", "target", "notes", "stopped_ms", "elapsed_ms"}
QUESTIONS = {
    "og-info": set(),
    "og-count Order": {"rows"},
    "og-common": {"rows"},
    "og-growth": {"rows"},
    "og-new": {"rows"},
    "og-leaking": {"rows"},
    "og-by-type Order": {"rows"},
    "og-at $og": {"rows"},
    "og-show py:CACHE": set(),
    "og-refs py:CACHE": {"nodes", "edges"},
    "og-backrefs py:CACHE": {"nodes", "edges"},
    "og-chain py:CACHE": {"rows"},
    "og-snapshot": {"rows"},
    "og-diff s1": {"rows"},
    "og-growth -since s1": {"rows"},
    "og-open": {"rows"},
}


@pytest.fixture(scope="module")
def answers(one_reference, og_py):
    """Every question in one session, each document by its command."""
    said = gdbrun.run(
        og_py, one_reference.pid, *[line for question in QUESTIONS for line in ("echo \\n==\\n", question + " -json")]
    )
    parts = said.out.split("\n==\n")[1:]
    assert len(parts) == len(QUESTIONS), said.tell()
    return {question: part for question, part in zip(QUESTIONS, parts)}, said


@pytest.mark.parametrize("question", QUESTIONS)
def test_answer_is_one_document_with_the_promised_keys(answers, question):
    part = answers[0][question].partition("\n[Inferior")[0]
    document = json.loads(part)  # nothing before, nothing behind
    assert document["ok"] is True, document
    assert document["command"] == question.split()[0]
    assert COMMON | QUESTIONS[question] <= set(document)
    assert document["target"]["pid"] > 0
    assert 0 <= document["stopped_ms"] <= document["elapsed_ms"] + 1


def rows(answers, question, key="rows"):
    return json.loads(answers[0][question].partition("\n[Inferior")[0])[key]


@pytest.mark.parametrize(
    "question, keys",
    [
        ("og-common", {"type", "count", "bytes"}),
        ("og-growth", {"type", "count", "bytes", "delta", "bytes_delta"}),
        ("og-by-type Order", {"address", "type", "label", "refcount", "size"}),
    ],
)
def test_rows_have_the_promised_keys(answers, question, keys):
    found = rows(answers, question)
    assert found
    for row in found:
        assert keys <= set(row)
        assert all(isinstance(row[key], int) for key in keys & {"count", "bytes", "delta", "bytes_delta", "size"})


def test_graphs_have_the_promised_keys(answers):
    for question in ("og-refs py:CACHE", "og-backrefs py:CACHE"):
        nodes, edges = rows(answers, question, "nodes"), rows(answers, question, "edges")
        assert nodes and edges
        assert all({"address", "type", "label", "refcount", "size", "depth"} <= set(node) for node in nodes)
        assert all({"source", "target", "kind", "label"} <= set(edge) for edge in edges)
        assert all(node["address"].startswith("0x") for node in nodes)
        assert {edge["kind"] for edge in edges} <= {"strong", "weak", "inferred"}
        known = {node["address"] for node in nodes}
        assert all(edge["source"] in known and edge["target"] in known for edge in edges)


@pytest.mark.parametrize(
    "wrong",
    [
        "og-count",
        "og-show 0x10",
        "og-show py:no_such_name",
        "og-common -limit many",
        "og-growth -nonsense",
        "og-refs",
        "og-chain py:CACHE['absent']",
        "og-common -where size>>",
        "og-show $nothing",
        "og-show (",
        "og-backrefs py:CACHE.no_attribute",
    ],
)
def test_error_is_one_document_with_one_sentence(one_reference, gdb, wrong):
    said = gdb(one_reference.pid, "echo \\n==\\n", wrong + " -json" if not wrong.endswith("(") else wrong)
    assert "Traceback" not in said.err and "Python Exception" not in said.err, said.tell()
    if not wrong.endswith("("):
        document = json.loads(said.out.split("\n==\n")[1].partition("\n[Inferior")[0])
        assert document["ok"] is False and document["error"]["message"], document
        assert "\n" not in document["error"]["message"]
    assert said.status != 0, "GDB's exit status tells it too"


@pytest.mark.parametrize(
    "wrong", ["og-count", "og-show 0x10", "og-show py:no_such_name", "og-common -limit many", "og-growth -nonsense"]
)
def test_error_in_text_is_one_line(one_reference, gdb, wrong):
    said = gdb(one_reference.pid, wrong)
    ours = said.complaints
    assert len(ours) == 1, said.tell()
