"""A live process of GDB's. Decides who reads its heap: the agent inside of it, or the reader outside."""

from typing import Any, Dict

import gdb
from og import debugged, inferior, native, procfs, pythons
from og.native import OgError
from og.progress import Progress
from og.subjects.base import Subject


class Live(Subject):
    """One process, as long as it lives: detaching and attaching again does not end what og-growth compares with."""

    kind = "live"

    def __init__(self, session: Any, pid: int):
        self.still = True  # the process stands where its graph was made
        self._must_stand = False
        super().__init__(session, pid)

    def _open(self) -> native.Target:
        return self.session.library.open_process(self.pid)

    @property
    def said(self) -> str:
        return "process %d" % self.pid

    def json(self) -> Dict[str, Any]:
        return {"kind": self.kind, "pid": self.pid, "version": self.version}

    def lwp(self, number: int) -> int:
        return procfs.number_here(self.pid, number) if number else 0

    @property
    def how(self) -> str:
        """`set og live`: auto, agent or read."""
        return str(gdb.parameter("og live"))

    def _fits(self, graph: native.Graph) -> bool:
        return self.how == "auto" or bool(graph.info.from_agent) == (self.how == "agent")

    def freshen(self) -> None:
        if self.python != pythons.wanted():
            self.reopen()
            self.stale = False
        if not self.stale:
            return
        self.drop_graphs()
        try:
            self.target.refresh()
            self.pythons = self.target.pythons()
        except OgError:  # another program after exec: opened anew, or refused with the right sentence
            self.reopen()
        self.version = native.text(self.target.info().version)
        self.stale = False

    def ran(self, seconds: float) -> None:
        """og let it run for so long during this command: what was read before is forgotten, what questions remember is not."""
        self.session.ran(seconds)
        self.drop_graphs()
        self.target.refresh()

    # ---- graphs ----

    def standing_graph(self) -> native.Graph:
        """The whole heap, as it is in the memory of the process now: `set og resume` has no say."""
        if not self.still:
            self.drop_graphs()
        self._must_stand = True
        try:
            return self.graph(native.SCAN_GRAPH)
        finally:
            self._must_stand = False

    def _scan(self, level: int, sizes: bool) -> native.Graph:
        self.still = True
        if self.how != "read":
            try:
                return self._scan_by_agent(level, sizes)
            except (OgError, gdb.error) as problem:
                if self.how == "agent" or not procfs.living(self.pid):
                    raise
                self.session.note("read from outside the process: %s" % problem)
        graph = super()._scan(level, sizes)
        if not procfs.living(self.pid):  # since when is not known: what was not read by then is not in it
            graph.close()
            raise debugged.ended(self.pid)
        return graph

    def _scan_by_agent(self, level: int, sizes: bool) -> native.Graph:
        session = self.session
        resume = not self._must_stand and inferior.may_resume(self.pid)
        try:
            with Progress() as progress, session.moving():
                graph = inferior.scan(session, self, level, sizes, progress, resume)
            self.still = not resume
            return graph
        finally:
            if session.moved:
                session.note("og let the process run for %.0f ms meanwhile" % session.ran_ms)
