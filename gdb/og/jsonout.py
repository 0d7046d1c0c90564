"""-json: one document per command. Addresses are hex strings, everything countable is a number."""

import json
from typing import Any, Dict, List, Optional

from og import native
from og.native import OgError


def address(value: int) -> Optional[str]:
    return "0x%x" % value if value else None


def refcount(value: int) -> Optional[int]:
    """None: immortal."""
    return None if value == native.IMMORTAL else value


def object_row(o: native.Object, long_names: bool) -> Dict[str, Any]:
    return {
        "address": address(o.address), "type": o.long_type if long_names else o.type, "label": o.label,
        "size": o.size, "refcount": refcount(o.refcount), "len": None if o.len < 0 else o.len,
        "tracked": o.tracked,
    }


def node(n: native.Node, long_names: bool) -> Dict[str, Any]:
    row = object_row(n.object, long_names)
    row.update(depth=n.depth, cut=n.cut, root=bool(n.flags & native.NODE_ROOT),
               module=bool(n.flags & native.NODE_MODULE), has_del=bool(n.flags & native.NODE_DEL))
    return row


_FORMS = ("none", "field", "index", "key", "attribute", "local")


def edge(e: native.Edge) -> Dict[str, Any]:
    return {"source": address(e.source), "target": address(e.target), "kind": e.kind, "label": e.label,
            "form": _FORMS[e.form] if e.form < len(_FORMS) else "none"}


def document(command: str, target: Optional[Dict[str, Any]], data: Dict[str, Any], notes: List[str],
             stopped_ms: float, elapsed_ms: float) -> str:
    whole: Dict[str, Any] = {"command": command, "ok": True, "target": target}
    whole.update(data)
    return _dump(whole, notes, stopped_ms, elapsed_ms)


def failure(command: str, target: Optional[Dict[str, Any]], problem: OgError, notes: List[str], stopped_ms: float,
            elapsed_ms: float) -> str:
    error = {"code": problem.code_name, "message": problem.message}
    if problem.address:
        error["address"] = "0x%x" % problem.address
    return _dump({"command": command, "ok": False, "target": target, "error": error}, notes, stopped_ms, elapsed_ms)


def _dump(whole: Dict[str, Any], notes: List[str], stopped_ms: float, elapsed_ms: float) -> str:
    whole.update(notes=notes, stopped_ms=stopped_ms, elapsed_ms=elapsed_ms)
    return json.dumps(whole) + "\n"  # ASCII only: GDB's host charset may be
