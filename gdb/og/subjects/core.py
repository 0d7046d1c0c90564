"""A core file: GDB's own, or one that og opened."""

from typing import Tuple

from og import native
from og.subjects.base import Subject


class Core(Subject):
    """It never changes and nothing can run in it."""

    kind = "core"

    def _open(self) -> native.Target:
        return self.session.library.open_core(self.path)

    def freshen(self) -> None:
        self.stale = False


class OpenedCore(Core):
    """One that GDB knows nothing of."""

    gdbs_own = False

    def thread_ids(self) -> Tuple[int, int]:
        """Of the main thread: nobody can select one."""
        threads = self.target.threads()
        main = [t for t in threads if t.native_thread_id == self.pid] or threads[-1:]  # the list has the oldest last
        return (main[0].native_thread_id, main[0].thread_id) if main else (0, 0)
