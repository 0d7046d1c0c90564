"""What all that og can look at has in common: a target, the graphs of this stop, what questions remember of it."""

from typing import Any, Callable, Dict, List, Optional, Tuple

from og import debugged, losses, native, progress, pythons
from og.native import OgError


class Subject:
    """Something with Python objects in it. Subclasses say how it is opened, who reads its heap, whether it changes."""

    kind = ""  # as target.kind of -json has it
    gdbs_own = True  # GDB looks at the same: registers, variables and frames are of it
    opens_it_again = "`og-open` it again"  # for whom the file has changed under it

    def __init__(self, session: Any, pid: int, path: str = ""):
        self.session = session
        self.pid = pid
        self.path = path  # "": a live process, or kept in memory
        self.inferior = 0  # GDB's number of the one it was last seen in; 0: of none
        self.stale = False  # it ran, or was written to, since `target` read it
        self.left = False  # GDB let go of it since
        self.graphs: Dict[int, native.Graph] = {}
        self.types_have_sizes = False
        self.unrest = ""  # a sentence about the graphs: what was going on when they were read from outside
        self.states: Dict[Any, Any] = {}  # peaks and addresses that questions compare with; each can be closed
        self.python = ""  # `set og python` when the target was opened
        self.pythons: List[native.Python] = []  # that its symbols tell of
        self.target = self._opened()
        self.version = native.text(self.target.info().version)

    def _open(self) -> native.Target:
        raise AssertionError("a subject without _open()")

    def _opened(self) -> native.Target:
        """A target that is about the CPython that the user wants."""
        target = self._open()
        try:
            self._choose(target)
        except BaseException:
            target.close()
            raise
        return target

    def _choose(self, target: native.Target) -> None:
        pythons.choose(target, self.said)
        self.python, self.pythons = pythons.wanted(), target.pythons()

    def reopen(self) -> None:
        """Anew, because the user wants something else of it: what was read before is forgotten; of another CPython also
        what questions compare with."""
        before = self.python
        target = self._opened()
        self.drop_graphs()
        if self.python != before:
            self._forget_states()
        self.target.close()
        self.target = target
        self.version = native.text(target.info().version)

    def _scan(self, level: int, sizes: bool) -> native.Graph:
        """Read from outside; nothing runs."""
        with progress.Progress() as shown:
            return progress.complete(self.target.scan(level, sizes), shown)

    def _made(self, graph: native.Graph) -> None:
        """GRAPH is new."""

    def _fits(self, graph: native.Graph) -> bool:
        """GRAPH was made by a reader that the user wants."""
        return True

    def freshen(self) -> None:
        """Forgets what was read before it ran."""

    def check(self) -> None:
        """Raises that a file it is read from has changed, or cannot be read any more."""
        if not self.target.handle:
            return
        try:
            for graph in [None, *self.graphs.values()]:
                self.target.check(graph)
        except OgError as problem:
            raise OgError(problem.code, "%s; %s" % (problem.message, self.opens_it_again)) from None

    # ---- what it is called ----

    @property
    def said(self) -> str:
        """In a sentence: process 4711, /tmp/core.4711, snapshot s1."""
        return self.path

    def json(self) -> Dict[str, Any]:
        """As `target` of every document."""
        return {"kind": self.kind, "path": self.path, "pid": self.pid, "version": self.version}

    def thread_ids(self) -> Tuple[int, int]:
        """Of the thread whose Python frame gives names: the kernel's number and pthread_self(); 0, 0: none."""
        return debugged.selected_thread_ids() if self.gdbs_own else (0, 0)

    def lwp(self, number: int) -> int:
        """GDB's number of the thread that knows itself as NUMBER; 0: not known."""
        return number

    # ---- life ----

    def close(self) -> None:
        self.drop_graphs()
        self._forget_states()
        self.target.close()

    def _forget_states(self) -> None:
        for state in self.states.values():
            state.close()
        self.states.clear()

    def drop_graphs(self) -> None:
        for graph in self.graphs.values():
            graph.close()
        self.graphs.clear()

    def state(self, key: Any, make: Callable[[], Any]) -> Any:
        """What the question KEY remembers of this subject from one call to the next, made the first time."""
        if key not in self.states:
            self.states[key] = make()
        return self.states[key]

    # ---- graphs ----

    def cached(self, level: int, sizes: bool = True) -> Optional[native.Graph]:
        """A graph of this stop that answers what LEVEL answers."""
        for have, graph in sorted(self.graphs.items()):
            if have < level or (have == native.SCAN_TYPES and sizes and not self.types_have_sizes):
                continue
            if self._fits(graph):
                return graph
        return None

    def graph(self, level: int, sizes: bool = True) -> native.Graph:
        """The heap of this stop at LEVEL or better; made now if it is not there."""
        graph = self.cached(level, sizes)
        if graph is None:
            graph = self._take(self._scan(level, sizes), sizes)
            self._made(graph)
        self.note_graph(graph)
        return graph

    def standing_graph(self) -> native.Graph:
        """The whole heap, as it is in memory now: of one moment with whatever is read after it."""
        return self.graph(native.SCAN_GRAPH)

    def _take(self, graph: native.Graph, sizes: bool) -> native.Graph:
        """GRAPH is the one of this stop from now on."""
        self.unrest = "" if graph.info.from_agent else self._unrest(graph.info)
        self.drop_graphs()
        self.graphs[graph.info.level] = graph
        self.types_have_sizes = sizes
        return graph

    def note_graph(self, graph: native.Graph) -> None:
        """What must be said with every answer from GRAPH."""
        self.session.note_graph(graph, bool(self.target.info().free_threaded))
        if self.unrest:
            self.session.note(self.unrest)

    def _unrest(self, found: native.GraphInfo) -> str:
        """What the interpreter was in the middle of, when it is read from outside."""
        info = self.target.info()
        if info.collecting:
            return losses.collection(found, bool(info.free_threaded))
        if info.gil_held:
            return "a thread was running Python at this stop: what it was changing may have been read half done"
        return ""
