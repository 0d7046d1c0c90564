"""A snapshot: the graph of one stop with the words for it. Neither process nor core is there."""

import time
from typing import Any, Dict

from og import native
from og.native import OgError
from og.subjects.base import Subject


class Snapshot(Subject):
    """NAME: it is kept in memory under that name, PATH says where."""

    kind = "snapshot"
    gdbs_own = False

    def __init__(self, session: Any, path: str, name: str = ""):
        self.name = name
        super().__init__(session, 0, path)
        self.about = self.target.snapshot_info()
        self.pid = self.about.pid
        graph = self.graphs[native.SCAN_GRAPH].info
        self.objects, self.references = graph.objects, graph.references
        self.unrest = "" if graph.from_agent else self._unrest(graph)

    def _open(self) -> native.Target:
        target, self.graphs[native.SCAN_GRAPH] = self.session.library.open_snapshot(self.path)
        return target

    def _choose(self, target: native.Target) -> None:
        """It is of one CPython."""

    def freshen(self) -> None:
        self.check()

    @property
    def said(self) -> str:
        return "snapshot %s" % self.name if self.name else self.path

    @property
    def taken(self) -> str:
        """When, in local time."""
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self.about.time))

    def json(self) -> Dict[str, Any]:
        return {"kind": self.kind, "path": None if self.name else self.path, "name": self.name or self.about.name or None,
                "pid": self.pid, "version": self.version}

    def _scan(self, level: int, sizes: bool) -> native.Graph:
        raise OgError("snapshot", "%s has no memory to read" % self.said)
