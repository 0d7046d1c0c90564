"""DOT text, word for word as objgraph 3.7 writes it (facts: its _show_graph), and og's additions."""
import pytest

from og import dot, native


def node(address, name, label, depth, flags=0, cut=0, refcount=1):
    return native.Node(native.Object(address, 0, 0, -1, refcount, True, 0, False, name, "app." + name, label), depth, flags, cut)


def lines(text):
    return [line.strip() for line in text.splitlines()]


def test_two_nodes_and_a_key_edge_are_as_objgraph_writes_them():
    nodes = [node(1, "dict", "1 items", 0, native.NODE_ROOT), node(2, "str", "'a'", 1)]
    edges = [native.Edge(1, 2, "strong", native.EDGE_KEY, "key")]
    assert dot.render(nodes, edges, False, 1) == """digraph ObjectGraph {
  node[shape=box, style=filled, fillcolor=white];
  o1[fontcolor=red];
  o1[label="dict\\n1 items"];
  o1[fillcolor="0,0,1"];
  o1 -> o2 [label="key",weight=2];
  o2[label="str\\n'a'"];
  o2[fillcolor="0,0,0.3"];
  o2[fontcolor=white];
}
"""


def test_depth_0_does_not_divide_by_it():
    assert 'o1[fillcolor="0,0,1"];' in lines(dot.render([node(1, "list", "", 0, native.NODE_ROOT)], [], False, 0))


@pytest.mark.parametrize("inverse, edge, what", [(False, "o1->too_many_o1", "references"), (True, "too_many_o1->o1", "backreferences")])
def test_cut_node_says_how_many_more(inverse, edge, what):
    found = lines(dot.render([node(1, "list", "", 0, native.NODE_ROOT, 3)], [], inverse, 2))
    assert edge + "[color=red,style=dotted,len=0.25,weight=10];" in found
    assert 'too_many_o1[label="3 more %s",shape=box,height=0.25,color=red,fillcolor="0,1,0.65",fontsize=6];' % what in found
    assert "too_many_o1[fontcolor=white];" in found


def test_module_is_green_and_finalizer_is_marked():
    found = lines(dot.render([node(1, "module", "app", 0, native.NODE_MODULE | native.NODE_DEL)], [], True, 3))
    assert 'o1[fillcolor="0.3,1,1"];' in found
    assert "o1->o1_has_a_del[color=red,style=dotted,len=0.25,weight=10];" in found
    assert 'o1_has_a_del[label="__del__",shape=doublecircle,height=0.25,color=red,fillcolor="0,.5,1",fontsize=6];' in found


@pytest.mark.parametrize("kind, form, label, expected", [
    ("strong", native.EDGE_FIELD, "__dict__", ' [label="__dict__",weight=10]'),
    ("strong", native.EDGE_KEY, "['user:7']", " [label=\"['user:7']\"]"),
    ("strong", native.EDGE_NONE, "", ""),
    ("weak", native.EDGE_FIELD, "referent", ' [label="referent",weight=10,style=dashed]'),
    ("inferred", native.EDGE_NONE, "", " [style=dotted,color=grey]"),
])
def test_edges_show_their_name_and_kind(kind, form, label, expected):
    nodes = [node(1, "a", "", 0), node(2, "b", "", 1)]
    assert "o1 -> o2%s;" % expected in lines(dot.render(nodes, [native.Edge(1, 2, kind, form, label)], False, 3))


def test_quotes_backslashes_newlines_and_nul_are_escaped():
    assert dot.quote('a"b\\c\nd\0e\x1bf') == 'a\\"b\\\\c\\nd\\\\0e\\\\x1bf'


def test_reference_counts_and_long_names_are_shown_on_request():
    counted = dot.render([node(1, "Order", "x", 0, refcount=7), node(2, "Order", "y", 0, refcount=native.IMMORTAL)], [], False, 3, True, True)
    assert 'label="app.Order [7]\\nx"' in counted and 'label="app.Order [immortal]\\ny"' in counted
