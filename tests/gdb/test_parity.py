"""og-refs and og-backrefs hold every node and edge that objgraph draws for the same object of the same process, and name more."""
import pytest

import objgraphs

NAMES = ["owner", "orders", "order", "cache", "slotted", "finalized", "class", "held"]
EVERYTHING = "-depth %d -too-many 1000000 -max-nodes 1000000" % objgraphs.DEPTH


@pytest.fixture(scope="module", params=["read", "agent"])
def drawn(request, reference, og_py, tmp_path_factory):
    """{(name, kind): DOT text of og}, with nothing cut."""
    import gdbrun

    folder, roots = tmp_path_factory.mktemp("drawn"), reference.data("roots.json")
    commands = ["set og live " + request.param]
    for name in NAMES:
        commands += [
            "og-%s 0x%x %s -o %s/%s.%s.dot" % (kind, roots[name], EVERYTHING, folder, name, kind)
            for kind in ("refs", "backrefs")
        ]
    said = gdbrun.run(og_py, reference.pid, *commands)
    assert said.status == 0, said.tell()
    return {
        (name, kind): (folder / ("%s.%s.dot" % (name, kind))).read_text(encoding="utf-8")
        for name in NAMES
        for kind in ("refs", "backrefs")
    }


def named(edges):
    return sum(1 for labels in edges.values() for label in labels if "label=" in label)


@pytest.mark.parametrize("kind", ["refs", "backrefs"])
@pytest.mark.parametrize("name", NAMES)
def test_graph_contains_all_that_objgraph_draws(reference, drawn, name, kind):
    known = set(reference.data("known.json"))
    nodes, edges = objgraphs.parse(reference.text("%s.%s.dot" % (name, kind)))
    our_nodes, our_edges = objgraphs.parse(drawn[name, kind])
    assert nodes and our_nodes
    lost = {node: label for node, label in nodes.items() if node in known and node not in our_nodes}
    assert not lost
    # What objgraph's own work brought into the copy (materialised instance dicts, its frames) is not of this process.
    lost = [edge for edge in edges if edge not in our_edges and known.issuperset(edge)]
    assert not lost
    assert named(our_edges) >= named(edges)


@pytest.mark.parametrize("kind", ["refs", "backrefs"])
def test_node_labels_have_objgraphs_types(reference, drawn, kind):
    for name in NAMES:
        nodes, _ = objgraphs.parse(reference.text("%s.%s.dot" % (name, kind)))
        ours, _ = objgraphs.parse(drawn[name, kind])
        wrong = {
            node: (ours[node], label)
            for node, label in nodes.items()
            if node in ours and ours[node].split("\\n")[0] != label.split("\\n")[0]
        }
        assert not wrong


def test_most_edges_are_named(reference, drawn):
    ours, theirs = 0, 0
    for key, text in drawn.items():
        ours += named(objgraphs.parse(text)[1])
        theirs += named(objgraphs.parse(reference.text("%s.%s.dot" % key))[1])
    assert ours > theirs
