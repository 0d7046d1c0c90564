"""A graph as a tree in the terminal: every edge once, every node's own edges at its first place."""

from typing import Dict, List, NamedTuple, Sequence, Tuple

import gdb
from og import native, style, text


class _Lines(NamedTuple):
    branch: str
    last: str
    through: str


_UNICODE = _Lines("├─ ", "└─ ", "│  ")
_ASCII = _Lines("|- ", "`- ", "|  ")


def _lines() -> _Lines:
    try:
        "├─└│".encode(gdb.host_charset())
    except (LookupError, UnicodeEncodeError):
        return _ASCII
    return _UNICODE


def _edge_text(e: native.Edge, inverse: bool) -> str:
    name = e.label
    if e.form == native.EDGE_ATTRIBUTE and name and name[0] not in ".[":
        name = "." + name
    if e.kind != "strong":
        name = "%s (%s)" % (name, e.kind) if name else "(%s)" % e.kind
    if not name:
        return ""
    return style.paint("variable", name) + (" of " if inverse else " -> ")


def _node_text(n: native.Node, number: int, long_names: bool, refcounts: bool) -> str:
    o = n.object
    name = o.long_type if long_names else o.type
    if refcounts:
        name += " [%s]" % text.refcount(o.refcount)
    return "%s %s  $og%d" % (style.paint("function", name), o.label, number)


def render(nodes: Sequence[native.Node], edges: Sequence[native.Edge], inverse: bool, long_names: bool = False,
           refcounts: bool = False) -> List[str]:
    """Lines of the tree. No recursion: the depth is the user's."""
    shape = _lines()
    by_address = {n.object.address: (i, n) for i, n in enumerate(nodes, 1)}
    below: Dict[int, List[native.Edge]] = {}
    for e in edges:
        below.setdefault(e.target if inverse else e.source, []).append(e)
    out: List[str] = []
    shown: Dict[int, bool] = {}
    for root in nodes:
        if not root.flags & native.NODE_ROOT or root.object.address in shown:
            continue
        pending: List[Tuple[int, str, str, str]] = [(root.object.address, "", "", "")]
        while pending:
            address, lead, below_lead, edge_text = pending.pop()
            if address == 0:  # a line of its own: what was cut
                out.append(lead + edge_text)
                continue
            number, n = by_address[address]
            line = lead + edge_text + _node_text(n, number, long_names, refcounts)
            if address in shown:
                out.append(line + " (shown above)")
                continue
            shown[address] = True
            out.append(line)
            children = [e for e in below.get(address, ()) if (e.source if inverse else e.target) in by_address]
            rows: List[Tuple[int, str, str, str]] = []
            for i, e in enumerate(children):
                end = i + 1 == len(children) and not n.cut
                rows.append((e.source if inverse else e.target, below_lead + (shape.last if end else shape.branch),
                             below_lead + ("   " if end else shape.through), _edge_text(e, inverse)))
            if n.cut:
                rows.append((0, below_lead + shape.last, "", "%d more %s" % (
                    n.cut, "backreferences" if inverse else "references")))
            pending.extend(reversed(rows))
    return out
