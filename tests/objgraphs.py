"""objgraph, the reference: its module for any interpreter, its DOT text as sets."""
import importlib.util
import re
import shutil

import pytest

DEPTH = 3  # how far both draw
NODE = re.compile(r'^  o(\d+)\[label="(.*)"\];$')
EDGE = re.compile(r"^  o(\d+) -> o(\d+)(?: \[(.*)\])?;$")


def folder(tmp_path):
    """A folder to be put on PYTHONPATH that holds objgraph and nothing else."""
    spec = importlib.util.find_spec("objgraph")
    if spec is None:
        pytest.skip("no objgraph for this Python: apt-get install python3-objgraph")
    made = tmp_path / "objgraph"
    made.mkdir()
    shutil.copy(spec.origin, made / "objgraph.py")
    return str(made)


def parse(text):
    """{address: label}, {(source, target): [label attributes, ...]} of DOT text with objgraph's node ids."""
    nodes, edges = {}, {}
    for line in text.splitlines():
        node, edge = NODE.match(line), EDGE.match(line)
        if node:
            nodes[int(node.group(1))] = node.group(2)
        elif edge:
            edges.setdefault((int(edge.group(1)), int(edge.group(2))), []).append(edge.group(3) or "")
    return nodes, edges
