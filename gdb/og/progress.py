"""How far long work has come: one line on a terminal, after half a second, erased at the end."""

import os
import time
from typing import Any

# Objects and references per native call: near 50 ms, so Ctrl-C is heard and progress moves.
STEP_WORK = 1000000
_SHOW_AFTER = 0.5
_EVERY = 0.1


class Progress:
    """`with Progress() as p: p.update(...)`. Writes to standard error only, and only if that is a terminal."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._next = self._start + _SHOW_AFTER
        self._shown = False
        self._terminal = os.isatty(2)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self.erase()

    def update(self, done: int, total: int, what: str) -> None:
        now = time.monotonic()
        if not self._terminal or now < self._next:
            return
        self._next = now + _EVERY
        share = " of {:,}".format(total) if total else ""
        self._write("\r\033[Kog: {:,}{} {}, {:.0f} s (Ctrl-C stops)".format(done, share, what, now - self._start))
        self._shown = True

    def erase(self) -> None:
        if self._shown:
            self._write("\r\033[K")
            self._shown = False

    @staticmethod
    def _write(text: str) -> None:
        try:
            os.write(2, text.encode())
        except OSError:  # the terminal is gone: nothing to show it on
            pass


def steps(work: Any, progress: Progress) -> None:
    """All steps of WORK but the last, which is its own."""
    while work.step(STEP_WORK):
        progress.update(*work.progress())


def complete(scan: Any, progress: Progress) -> Any:
    """Steps SCAN, or another work of that shape, to its end and gives what came of it; Ctrl-C is heard between steps and
    leaves nothing behind."""
    try:
        steps(scan, progress)
        return scan.finish()
    finally:
        scan.close()
