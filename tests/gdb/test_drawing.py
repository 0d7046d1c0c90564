"""Pictures: DOT with objgraph's look, through `dot` where it is there; trees in the terminal."""
import os

import pytest

import gdbrun
import objgraphs

SIGNATURES = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}


@pytest.mark.skipif(not gdbrun.shows("dot"), reason="no dot: apt-get install graphviz")
@pytest.mark.parametrize("suffix", SIGNATURES)
def test_picture_is_rendered(one_reference, gdb, tmp_path, suffix):
    path = tmp_path / ("graph." + suffix)
    said = gdb(one_reference.pid, "og-backrefs py:CACHE['user:7'] -o %s" % path)
    assert path.read_bytes().startswith(SIGNATURES[suffix]), said.tell()
    assert str(path) in said.out


def test_missing_dot_is_one_sentence_and_the_dot_file_is_written(one_reference, gdb, tmp_path):
    path = tmp_path / "graph.svg"
    said = gdb(
        one_reference.pid, "python import os; os.environ['PATH'] = '/nonexistent'", "og-backrefs py:CACHE -o %s" % path
    )
    lines = said.complaints
    assert len(lines) == 1 and "graphviz" in lines[0], said.tell()
    written = (tmp_path / "graph.dot").read_text()
    assert written.startswith("digraph ObjectGraph {")
    assert not path.exists()


def test_dot_file_is_written_as_it_is(one_reference, gdb, tmp_path):
    path = tmp_path / "graph.dot"
    gdb(one_reference.pid, "og-refs py:CACHE -depth 1 -o %s" % path)
    text = path.read_text()
    nodes, edges = objgraphs.parse(text)
    assert text.startswith("digraph ObjectGraph {\n  node[shape=box, style=filled, fillcolor=white];\n")
    assert text.endswith("}\n")
    assert "[fontcolor=red];" in text.splitlines()[2]
    assert nodes and edges


def test_folder_that_cannot_be_written_is_named(one_reference, gdb):
    said = gdb(one_reference.pid, "og-refs py:CACHE -o /nonexistent/folder/x.dot")
    assert "/nonexistent/folder" in said.err and "Traceback" not in said.err, said.tell()


def test_cut_graph_says_how_much_was_cut(one_reference, gdb, tmp_path):
    path = tmp_path / "graph.dot"
    said = gdb(one_reference.pid, "og-refs py:CACHE -depth 5 -max-nodes 10 -too-many 2 -o %s" % path)
    assert "more references" in path.read_text(), said.tell()
    assert len(objgraphs.parse(path.read_text())[0]) <= 10


def test_tree_shows_the_way_by_name(one_reference, gdb):
    said = gdb(one_reference.pid, "og-refs py:CACHE -depth 2")
    assert "user:7" in said.out and "Order" in said.out, said.tell()


def test_chain_is_a_python_expression(reference, gdb):
    roots = reference.data("roots.json")
    said = gdb(reference.pid, "og-chain 0x%x -json" % roots["order"], "og-chain 0x%x" % roots["order"])
    row = said.document["rows"][0]
    assert row["expression"], said.tell()
    again = gdb(reference.pid, "og-show py:%s -json" % row["expression"])
    assert int(again.document["address"], 16) == roots["order"], again.tell()


def test_no_chain_is_said(one_reference, gdb):
    said = gdb(one_reference.pid, "og-chain py:CACHE -to no_such_type")
    assert "no_such_type" in said.out + said.err and "Traceback" not in said.err, said.tell()


def test_output_goes_nowhere_else(one_reference, gdb, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    gdb(one_reference.pid, "og-refs py:CACHE", "og-growth", "og-chain py:CACHE", "og-common -json")
    assert os.listdir(tmp_path) == []
