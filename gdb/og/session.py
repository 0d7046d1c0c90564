"""What og looks at in this GDB, and what goes with one command: its notes and how long the process stood still."""

import contextlib
import time
from typing import Any, Dict, Iterator, List, Optional, Tuple

import gdb
from og import debugged, losses, native, procfs, pythons
from og.kept import Kept
from og.native import OgError
from og.subjects.base import Subject
from og.subjects.core import Core
from og.subjects.live import Live


class Session:
    """All inferiors of this GDB, the file that og opened, and the one of them that a command is about."""

    def __init__(self, library: native.Library):
        self.library = library
        self.opened: Optional[Subject] = None  # by og-open: commands are about it until it is closed
        self.kept = Kept(self)
        self._debugged: Dict[Tuple[str, str], Subject] = {}  # what GDB looks at, by debugged.identity()
        self._moving = 0
        self.command = ""  # that is being answered
        self.moved = False  # og itself let the process run during this command
        self.notes: List[str] = []
        self.about: Optional[Subject] = None  # this command, as far as it has come
        self._asked: Optional[Subject] = None  # what was looked at for it
        self._live = False  # it looked at a process, which stood still for it
        self._begin = self._ran = 0.0

    # ---- GDB's events ----

    def connect(self) -> None:
        events = gdb.events
        events.cont.connect(self._on_change)
        events.stop.connect(self._on_change)  # an attach is one
        events.memory_changed.connect(self._on_change)
        events.inferior_call.connect(self._on_change)
        events.exited.connect(self._on_exit)
        events.inferior_deleted.connect(self._on_exit)

    def _on_change(self, _event: Any) -> None:
        if not self._moving:
            for subject in self._debugged.values():
                subject.stale = True

    def _on_exit(self, event: Any) -> None:
        """It ended, or GDB detached from it: nobody knows what it does now."""
        for subject in self._debugged.values():
            if subject.inferior == event.inferior.num:
                subject.stale = subject.left = True
                if not self._moving:
                    subject.drop_graphs()

    @contextlib.contextmanager
    def moving(self) -> Iterator[None]:
        """While og itself runs, steps or writes to the process: GDB's events are not news then."""
        self._moving += 1
        try:
            yield
        finally:
            self._moving -= 1

    # ---- one command ----

    def begin(self, command: str) -> None:
        self.command = command
        self._begin, self._ran = time.monotonic(), 0.0
        self.moved = False
        self.notes = []
        self.about = self._asked = None
        self._live = False

    def ran(self, seconds: float) -> None:
        """og let the process run for so long during this command."""
        self._ran += seconds
        self.moved = True

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def note_graph(self, graph: native.Graph, free_threaded: bool) -> None:
        """What could not be read, said with every answer from that graph."""
        for sentence in losses.sentences(graph.info, free_threaded):
            self.note(sentence)

    @property
    def ran_ms(self) -> float:
        return self._ran * 1000

    @property
    def elapsed_ms(self) -> float:
        return round((time.monotonic() - self._begin) * 1000, 3)

    @property
    def stopped_ms(self) -> float:
        """0 where no process was looked at."""
        if not self._live:
            return 0.0
        return round(max(0.0, time.monotonic() - self._begin - self._ran) * 1000, 3)

    def target_json(self) -> Optional[Dict[str, Any]]:
        """What this command was about, if it came so far."""
        subject = self.about or self.known()
        return subject.json() if subject else None

    # ---- what commands are about ----

    def current(self) -> Subject:
        """What is looked at, as it is now: the file that og-open opened, else the selected inferior."""
        subject = self.opened or self._of_gdb()
        self._asked = subject
        subject.freshen()
        self.about = subject
        self._live = isinstance(subject, Live)
        behind = debugged.said(gdb.selected_inferior()) if self.opened else ""
        if behind:
            self.note("this is %s, not %s: `og-open -close` goes back to that" % (subject.said, behind))
        for sentence in subject.target.notes() + pythons.notes(subject.pythons):
            self.note(sentence)
        return subject

    def ended(self) -> Optional[OgError]:
        """The process that this command is about has ended. None: it has not."""
        if not self._live or self.about is None or procfs.living(self.about.pid):
            return None
        return debugged.ended(self.about.pid)

    def check(self) -> None:
        """Raises that a file which the answer was read from has changed meanwhile."""
        if self._asked:
            self._asked.check()

    def reason(self) -> Optional[OgError]:
        """Why all else may have gone wrong in this command; None: not because of that."""
        try:
            self.check()
        except OgError as problem:
            return problem
        if self._live and self.about is not None:
            procfs.await_end(self.about.pid)
        return self.ended()

    def look_at(self, subject: Optional[Subject]) -> None:
        """Commands are about SUBJECT from now on, or about what GDB looks at."""
        before, self.opened = self.opened, subject
        if before is not None and before is not subject and not self.kept.holds(before):
            before.close()

    def known(self) -> Optional[Subject]:
        """The same, if og has looked at it before."""
        return self.opened or self.known_of_gdb()

    def _of_gdb(self) -> Subject:
        inferior = gdb.selected_inferior()
        core = debugged.core_of(inferior)
        if not core:
            debugged.check(inferior)
        self._forget_ended()
        subject = self.known_of_gdb()
        if subject is None:
            subject = Core(self, inferior.pid, core) if core else Live(self, inferior.pid)
            self._debugged[debugged.identity(inferior.pid, core)] = subject
        subject.inferior = inferior.num
        return subject

    def known_of_gdb(self) -> Optional[Subject]:
        inferior = gdb.selected_inferior()
        try:
            core = debugged.core_of(inferior)
        except OgError:
            return None
        if core:
            return next((subject for subject in self._debugged.values() if subject.path == core), None)
        return self._debugged.get(debugged.identity(inferior.pid, ""))

    def _forget_ended(self) -> None:
        """Processes that are gone; cores that GDB let go of and that are others now."""
        for identity, subject in list(self._debugged.items()):
            if (subject.left or not subject.path) and debugged.identity(subject.pid, subject.path) != identity:
                self._debugged.pop(identity).close()
