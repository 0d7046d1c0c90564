"""The snapshots that og-snapshot keeps in memory, by name, until they are deleted or GDB ends."""

import os
import re
from typing import Any, Callable, Dict, List, Optional

from og.native import OgError
from og.subjects.snapshot import Snapshot

_NAME = re.compile(r"[A-Za-z_][\w.-]*$")
NOW = "now"  # og-diff's word for this stop


class Kept:
    """Each is a file without a name, which is mapped."""

    def __init__(self, session: Any):
        self._session = session
        self._by_name: Dict[str, Snapshot] = {}
        self._files: Dict[str, int] = {}
        self._numbered = 0

    def names(self) -> List[str]:
        return list(self._by_name)

    def get(self, name: str) -> Optional[Snapshot]:
        return self._by_name.get(name)

    def holds(self, subject: Any) -> bool:
        return any(kept is subject for kept in self._by_name.values())

    def all(self) -> List[Snapshot]:
        return list(self._by_name.values())

    def find(self, name: str) -> Snapshot:
        found = self.get(name)
        if found is None:
            raise OgError("absent", "no snapshot is kept as %s%s" % (
                name, "; there are " + ", ".join(self._by_name) if self._by_name else "; og-snapshot keeps one"))
        return found

    def check(self, name: str) -> None:
        """Raises why nothing can be kept as NAME."""
        if not _NAME.match(name) or name == NOW:
            raise OgError("argument", "%s is no name for a snapshot: a letter, then letters, digits and _ . -%s"
                          % (name, "; `now` is this stop" if name == NOW else ""))
        if name in self._by_name:
            raise OgError("argument", "there is a snapshot %s already: `og-snapshot -delete %s` first" % (name, name))

    def next_name(self) -> str:
        """s1, s2, ...: none is given twice, so that an old note never means a new snapshot."""
        while True:
            self._numbered += 1
            name = "s%d" % self._numbered
            if name not in self._by_name:
                return name

    def keep(self, name: str, write: Callable[[int], None]) -> Snapshot:
        """What WRITE puts into the file that it gets."""
        fd = os.memfd_create("og-snapshot")
        try:
            write(fd)
            snapshot = Snapshot(self._session, "/proc/self/fd/%d" % fd, name)
        except BaseException:
            os.close(fd)
            raise
        self._by_name[name] = snapshot
        self._files[name] = fd
        return snapshot

    def delete(self, name: str) -> Snapshot:
        found = self.find(name)
        if found is self._session.opened:
            raise OgError("argument", "%s is what is looked at: `og-open -close` first" % name)
        del self._by_name[name]
        os.close(self._files.pop(name))
        found.close()  # what it is made of stays known
        return found
