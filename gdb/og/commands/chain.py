"""og-chain: the shortest way by references between an object and a root."""

from typing import Any, Dict, List, Sequence, Tuple

from og import command, dot, jsonout, native, obj, options, style, text
from og.command import Answer
from og.commands import refs
from og.native import OgError
from og.session import Session
from og.subjects.base import Subject

_WHERE_TO = ("the object lies deeper than -max-depth, or a frame, a C variable or nothing at all holds it")


class Command(command.Command):
    name = "og-chain"
    summary = "Show the shortest chain of references that leads to a Python object."
    usage = "OBJ"
    about = ("OBJ is an address, a GDB expression, or a Python path such as py:app.CACHE['user:7'][0]. The chain begins "
             "at a module, which is what keeps OBJ alive, and is printed as one Python expression and step by step. As "
             "objgraph.find_backref_chain, or find_ref_chain with -from.")
    options = (
        options.Option("to", "TYPE|OBJ", "End at an instance of TYPE, or at that object, instead of at a module.",
                       "object"),
        options.Option("from", "", "Follow references from OBJ on, instead of back to what holds it."),
        options.Option("count", "K", "Show the K shortest chains (default 1).", "number", 1),
        options.Option("max-depth", "N", "Give up beyond N references (default 20).", "number", 20),
        options.LONG, refs.REFCOUNTS, refs.OUTPUT,
    )
    operands = "object"
    repeats = False
    example = "(gdb) og-chain $og\n(gdb) og-chain $og -to frame\n(gdb) og-chain py:app -from -to Order -o way.svg"

    def run(self, s: Session, args: Any) -> Answer:
        subject = s.current()
        named = obj.resolve(s, subject, args.rest)
        if len(named) != 1:
            raise OgError("argument", "one object is needed, not %d" % len(named))
        graph = subject.graph(native.SCAN_GRAPH)
        start = obj.again(s, subject, named)[0].address
        to_address, to_type = _end(s, subject, graph, args.to)
        forward = getattr(args, "from")
        chains = subject.target.chains(graph, start, forward, args.max_depth, args.count or 1, to_address, to_type,
                                       args.long)
        if not chains:
            s.note("no chain %s %s: %s" % ("to" if forward else "from", args.to or "a module", _WHERE_TO))
            return Answer([], {"rows": [], "nodes": [], "edges": []})
        if len(chains) < args.count:
            s.note("%d of %d chains: no more were found within %d references" % (len(chains), args.count, args.max_depth))
        nodes, edges = _drawing(subject, graph, chains, start, forward)
        lines, files = refs.show(args, dot.render(nodes, edges, not forward, max(n.depth for n in nodes), args.long,
                                                  args.refcounts), len(nodes), lambda: _lines(chains, nodes, args))
        data: Dict[str, Any] = {
            "rows": [{"expression": c.expression, "length": len(c.addresses),
                      "addresses": [jsonout.address(a) for a in c.addresses], "labels": c.labels} for c in chains],
            "nodes": [jsonout.node(n, args.long) for n in nodes], "edges": [jsonout.edge(e) for e in edges]}
        data.update(files)
        return Answer(lines, data, [n.object.address for n in nodes])


def _end(s: Session, subject: Subject, graph: native.Graph, word: str) -> Tuple[int, str]:
    """What -to means: the name of a type that has instances here, otherwise an object."""
    if not word:
        return 0, ""
    if word.replace(".", "").replace("_", "").isalnum() and not word[0].isdigit():
        query = native.query(all=True)
        if subject.target.count(graph, word, query)[0]:
            return 0, word
        try:
            return obj.resolve(s, subject, [word])[0].address, ""
        except OgError:
            raise OgError(native.EABSENT, "%s is neither a type with instances in this process nor an object" % word
                          ) from None
    return obj.resolve(s, subject, [word])[0].address, ""


def _drawing(subject: Subject, graph: native.Graph, chains: Sequence[native.Chain], start: int,
             forward: bool) -> Tuple[List[native.Node], List[native.Edge]]:
    """Nodes and edges of all chains, each once, outward from OBJ."""
    depths: Dict[int, int] = {}
    edges: Dict[Tuple[int, int, str], native.Edge] = {}
    for chain in chains:
        outward = chain.addresses if forward else chain.addresses[::-1]
        for depth, address in enumerate(outward):
            depths[address] = min(depth, depths.get(address, depth))
        for source, target, label in zip(chain.addresses, chain.addresses[1:], chain.labels):
            edges[source, target, label] = native.Edge(source, target, "strong", native.EDGE_NONE, label)
    order = sorted(depths, key=lambda a: depths[a])
    alone, _ = subject.target.view(graph, order, False, 0, 1, len(order))
    flags = {n.object.address: n for n in alone}
    nodes = [native.Node(flags[a].object, depths[a],
                         flags[a].flags & ~native.NODE_ROOT | (native.NODE_ROOT if a == start else 0), 0)
             for a in order if a in flags]
    return nodes, list(edges.values())


def _lines(chains: Sequence[native.Chain], nodes: Sequence[native.Node], args: Any) -> List[str]:
    known = {n.object.address: (i, n.object) for i, n in enumerate(nodes, 1)}
    lines: List[str] = []
    for chain in chains:
        lines.append(style.paint("variable", chain.expression))
        for label, address in zip([""] + chain.labels, chain.addresses):
            number, o = known[address]
            name = o.long_type if args.long else o.type
            if args.refcounts:
                name += " [%s]" % text.refcount(o.refcount)
            step = label + " -> " if label else ("-> " if address != chain.addresses[0] else "")
            lines.append("  %s%s %s  $og%d" % (step, style.paint("function", name), o.label, number))
    return lines
