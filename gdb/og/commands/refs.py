"""og-refs and og-backrefs: a part of the graph around some objects."""

from typing import Any, Dict, List, Sequence, Tuple

from og import command, dot, jsonout, native, obj, options, text, tree
from og.command import Answer
from og.session import Session

OUTPUT = options.Option("o", "FILE", "Write the graph to FILE: DOT text if it ends in .dot, a picture made by Graphviz "
                        "if it ends in .svg, .png or .pdf (the DOT text is then written next to it). Without it a tree "
                        "is printed, and xdot is opened where there is a display.", "file")
REFCOUNTS = options.Option("refcounts", "", "Show the reference count behind the type of each object.")

_OPTIONS = (
    options.Option("depth", "N", "Follow references N steps (default 3); 0 shows OBJ alone.", "number", 3),
    options.Option("too-many", "N", "Show at most N neighbours of each object (default 10); 0 shows all.", "number", 10),
    options.Option("max-nodes", "N", "Show at most N objects (default 400); 0 shows all.", "number", 400),
    options.LONG, REFCOUNTS,
    options.Option("where", "EXPR", "Only neighbours for which EXPR holds, for example \"type != 'frame'\"; the names "
                   "are type, module, size, refcount, len, tracked and repr.", "text"),
    OUTPUT,
)
_OBJ = ("OBJ is an address, a GDB expression, or a Python path such as py:app.CACHE['user:7'][0]; with several, each is "
        "a root of the same graph.")
_NO_LIMIT = (1 << 32) - 1


class _Around(command.Command):
    usage = "OBJ..."
    options = _OPTIONS
    operands = "object"
    repeats = False  # it writes files and opens windows
    inverse = False

    def run(self, s: Session, args: Any) -> Answer:
        filtered = s.library.filter(args.where)
        subject = s.current()
        named = obj.resolve(s, subject, args.rest)
        graph = subject.graph(native.SCAN_GRAPH)
        named = obj.again(s, subject, named)
        nodes, edges = subject.target.view(
            graph, [n.address for n in named], self.inverse, args.depth, args.too_many or _NO_LIMIT,
            args.max_nodes or _NO_LIMIT, args.long, filtered)
        data: Dict[str, Any] = {"nodes": [jsonout.node(n, args.long) for n in nodes],
                                "edges": [jsonout.edge(e) for e in edges]}
        _note_cut(s, nodes)
        drawn = dot.render(nodes, edges, self.inverse, args.depth, args.long, args.refcounts)
        lines, files = show(args, drawn, len(nodes),
                            lambda: tree.render(nodes, edges, self.inverse, args.long, args.refcounts))
        data.update(files)
        return Answer(lines, data, [n.object.address for n in nodes])


def show(args: Any, drawn: str, node_count: int, make_tree: Any) -> Tuple[List[str], Dict[str, Any]]:
    """The lines for a person: what was written to -o FILE, or a tree and a viewer; and the file for a program."""
    if args.o:
        files, said = dot.save(drawn, args.o, node_count)
        return said, dict(files)
    if args.json:
        return [], {}
    return make_tree() + dot.view(drawn, node_count), {}


def _note_cut(s: Session, nodes: Sequence[native.Node]) -> None:
    cut = sum(n.cut for n in nodes)
    if cut:
        s.note("not shown: %s of %s; -too-many 0 -max-nodes 0 shows all"
               % (text.several(cut, "neighbour"), text.several(sum(1 for n in nodes if n.cut), "object")))


class Refs(_Around):
    name = "og-refs"
    summary = "Show what Python objects refer to, as a graph."
    about = _OBJ + (" Every reference that CPython can name is named: attributes, keys, indexes, variables. Weak "
                    "references are marked, and so are those only inferred from the memory of a C type. As "
                    "objgraph.show_refs.")
    example = "(gdb) og-refs py:app.CACHE -depth 2\n(gdb) og-refs $og -o cache.svg"


class Backrefs(_Around):
    name = "og-backrefs"
    summary = "Show what refers to Python objects, as a graph."
    inverse = True
    about = _OBJ + (" Modules end the search: they are what keeps the rest alive. Every reference that CPython can name "
                    "is named: attributes, keys, indexes, variables. As objgraph.show_backrefs.")
    example = "(gdb) og-by-type Order -limit 1\n(gdb) og-backrefs $og -depth 5\n(gdb) og-backrefs $og -o who.svg"
