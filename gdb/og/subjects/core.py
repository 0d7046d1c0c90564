"""A core file: GDB's own, or one that og opened."""

from typing import Any, Optional, Tuple

from og import cache, corefiles, native, pythons
from og.subjects.base import Subject


class Core(Subject):
    """It never changes and nothing can run in it."""

    kind = "core"
    _from_cache: Optional[native.Graph] = None

    def _open(self) -> native.Target:
        chosen = corefiles.chosen(self.gdbs_own)
        target = self.session.library.open_core(self.path, chosen.search, chosen.sysroot, chosen.executable)
        self._files = chosen
        return target

    def freshen(self) -> None:
        """Opens it anew where the user has said since that its files lie elsewhere, or wants another CPython of it."""
        self.check()
        if corefiles.chosen(self.gdbs_own) != self._files or self.python != pythons.wanted():
            self.reopen()
        self.stale = self.left = False

    @property
    def opens_it_again(self) -> str:  # type: ignore[override]
        return "`core-file %s` opens it again" % self.path

    def _scan(self, level: int, sizes: bool) -> native.Graph:
        self._from_cache = cache.load(self)
        return self._from_cache or super()._scan(level, sizes)

    def _made(self, graph: native.Graph) -> None:
        if graph is not self._from_cache:
            cache.store(self, graph)


class OpenedCore(Core):
    """One that GDB knows nothing of."""

    gdbs_own = False
    opens_it_again = Subject.opens_it_again  # type: ignore[assignment]

    def __init__(self, session: Any, path: str):
        super().__init__(session, 0, path)
        self.pid = self.target.identity().pid

    def thread_ids(self) -> Tuple[int, int]:
        """Of the main thread: nobody can select one."""
        threads = self.target.threads()
        main = [t for t in threads if t.native_thread_id == self.pid] or threads[-1:]  # the list has the oldest last
        return (main[0].native_thread_id, main[0].thread_id) if main else (0, 0)
