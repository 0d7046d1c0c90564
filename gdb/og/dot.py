"""Graphs as DOT text with objgraph's look and node ids, and pictures through Graphviz."""

import os
import re
import shutil
import subprocess
import tempfile
from typing import Dict, Iterable, List, Sequence, Tuple

from og import files, native
from og.native import OgError

_IDENTIFIER = re.compile(r"[a-zA-Z_][a-zA-Z_0-9]*$")
_WHITE, _GREY = (0.0, 0.0, 1.0), (0.0, 0.0, 0.3)
_RED, _DARK_RED = (0.0, 1.0, 1.0), (0.0, 1.0, 0.3)
_CUT_EDGE = "[color=red,style=dotted,len=0.25,weight=10]"


def quote(text: str) -> str:
    """TEXT between double quotes of DOT, as objgraph escapes it, with whatever else cannot be printed made visible."""
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\0", "\\\\0")
    return text if text.isprintable() else "".join(
        c if c.isprintable() else "\\" + c.encode("unicode_escape").decode() for c in text)


def _node_id(address: int) -> str:
    return "o%d" % address


def _gradient(start: Tuple[float, ...], end: Tuple[float, ...], depth: int, most: int) -> Tuple[float, ...]:
    if most == 0:
        return start
    share = depth / most
    return tuple(a * (1 - share) + b * share for a, b in zip(start, end))


def node_label(o: native.Object, long_names: bool = False, refcounts: bool = False) -> str:
    name = o.long_type if long_names else o.type
    if refcounts:
        name += " [%s]" % ("immortal" if o.refcount == native.IMMORTAL else o.refcount)
    return "%s\n%s" % (name, o.label)


def _edge_attributes(e: native.Edge) -> str:
    attributes = []
    if e.label:
        attributes.append('label="%s"' % quote(e.label))
        if e.form in (native.EDGE_KEY, native.EDGE_ATTRIBUTE, native.EDGE_LOCAL):
            if _IDENTIFIER.match(e.label):
                attributes.append("weight=2")
        elif e.form == native.EDGE_FIELD:
            attributes.append("weight=10")
    if e.kind == "weak":
        attributes.append("style=dashed")
    elif e.kind == "inferred":
        attributes.extend(["style=dotted", "color=grey"])
    return " [%s]" % ",".join(attributes) if attributes else ""


def _node_lines(n: native.Node, most: int, long_names: bool, refcounts: bool) -> Iterable[str]:
    name = _node_id(n.object.address)
    yield '%s[label="%s"]' % (name, quote(node_label(n.object, long_names, refcounts)))
    h, s, v = _gradient(_WHITE, _GREY, n.depth, most)
    if n.flags & native.NODE_MODULE:
        h, s = 0.3, 1.0
    yield '%s[fillcolor="%g,%g,%g"]' % (name, h, s, v)
    if v < 0.5:
        yield "%s[fontcolor=white]" % name
    if n.flags & native.NODE_DEL:
        yield "%s->%s_has_a_del%s" % (name, name, _CUT_EDGE)
        yield ('%s_has_a_del[label="__del__",shape=doublecircle,height=0.25,color=red,fillcolor="0,.5,1",fontsize=6]'
               % name)


def _cut_lines(n: native.Node, most: int, inverse: bool) -> Iterable[str]:
    name = _node_id(n.object.address)
    h, s, v = _gradient(_RED, _DARK_RED, n.depth + 1, most)
    yield ("too_many_%s->%s" if inverse else "%s->too_many_%s") % (name, name) + _CUT_EDGE
    yield ('too_many_%s[label="%d more %s",shape=box,height=0.25,color=red,fillcolor="%g,%g,%g",fontsize=6]'
           % (name, n.cut, "backreferences" if inverse else "references", h, s, v))
    yield "too_many_%s[fontcolor=white]" % name


def render(nodes: Sequence[native.Node], edges: Sequence[native.Edge], inverse: bool, depth: int,
           long_names: bool = False, refcounts: bool = False) -> str:
    """The whole graph, statements in objgraph's order: each node is followed by the references found from it."""
    found_from: Dict[int, List[native.Edge]] = {}
    for e in edges:
        found_from.setdefault(e.target if inverse else e.source, []).append(e)
    out = ["node[shape=box, style=filled, fillcolor=white]"]
    out.extend("%s[fontcolor=red]" % _node_id(n.object.address) for n in nodes if n.flags & native.NODE_ROOT)
    for n in nodes:
        out.extend(_node_lines(n, depth, long_names, refcounts))
        out.extend("%s -> %s%s" % (_node_id(e.source), _node_id(e.target), _edge_attributes(e))
                   for e in found_from.get(n.object.address, ()))
        if n.cut:
            out.extend(_cut_lines(n, depth, inverse))
    return "digraph ObjectGraph {\n%s}\n" % "".join("  %s;\n" % line for line in out)


# ---- files and pictures ----

def save(text: str, path: str, node_count: int) -> Tuple[Dict[str, str], List[str]]:
    """Writes the graph to PATH: DOT as it is, any other suffix through `dot`, with the DOT text next to it.
    Returns the files, as -json names them, and what to tell the user."""
    stem, suffix = os.path.splitext(os.path.abspath(os.path.expanduser(path)))
    if suffix not in (".dot", ".svg", ".png", ".pdf"):
        raise OgError("argument", "a graph is written as .dot, .svg, .png or .pdf: %s is none of these" % path)
    dot_path = files.write(stem + ".dot" if suffix != ".dot" else stem + suffix, text.encode())
    said = ["Graph written to %s (%d nodes)" % (dot_path, node_count)]
    if suffix != ".dot":
        _draw(dot_path, stem + suffix, suffix[1:])
        said.append("Image generated as %s" % (stem + suffix))
    return {"file": stem + suffix, "dot": dot_path}, said


def _draw(dot_path: str, path: str, kind: str) -> None:
    program = shutil.which("dot")
    if program is None:
        raise OgError("dot", "the graph is in %s, but `dot` is not here to draw %s: install the package graphviz"
                      % (dot_path, path))
    with files.replacing(path, os.stat(dot_path).st_mode & 0o777, "." + kind) as out:
        _run_dot([program, "-T" + kind, "-o", out.name, dot_path], dot_path, path)


def _run_dot(command: Sequence[str], dot_path: str, path: str) -> None:
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        while True:  # short waits: Ctrl-C is heard between them
            try:
                _, said = process.communicate(timeout=0.05)
                break
            except subprocess.TimeoutExpired:
                continue
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode != 0:
        reason = " ".join(said.decode("utf-8", "replace").split()) or "exit code %d" % process.returncode
        raise OgError("dot", "the graph is in %s, but `dot` could not draw %s: %s" % (dot_path, path, reason[:200]))


def _interactive() -> bool:
    with open("/proc/self/cmdline", "rb") as words:
        batch = any(w in (b"-batch", b"--batch", b"-batch-silent", b"--batch-silent") for w in words.read().split(b"\0"))
    return not batch and os.isatty(0) and os.isatty(1)


def view(text: str, node_count: int) -> List[str]:
    """Opens xdot where there is a display and a person; returns what to tell."""
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    program = shutil.which("xdot")
    if not display or program is None or not _interactive():
        return []
    handle, path = tempfile.mkstemp(prefix="objgraph-", suffix=".dot")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    # In a session of its own: Ctrl-C in GDB must not close the picture.
    subprocess.Popen([program, path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                     start_new_session=True)
    return ["Graph written to %s (%d nodes)" % (path, node_count), "Spawning graph viewer (xdot)"]
