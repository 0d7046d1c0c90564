"""Working on the process without a trace in the session: settings, breakpoints, selection, screen stay the user's."""

import contextlib
import os
import re
import signal
from typing import Any, Dict, Iterator, List, Tuple

import gdb
from og import talk

_BASE = {
    "confirm": "off",
    "pagination": "off",
    "language": "c",
    "print thread-events": "off",
    "follow-fork-mode": "parent",  # children that the process makes meanwhile go their way
    "detach-on-fork": "on",
    "schedule-multiple": "off",  # other processes of this GDB stand, and what og knows of them stays true
    "unwindonsignal": "on",
    "unwind-on-terminating-exception": "off",
}
# A fault of the agent must come to GDB, and must not go on to the process.
_FAULTS = ("SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGTRAP")


def _show(value: Any) -> str:
    return ("on" if value else "off") if isinstance(value, (bool, type(None))) else str(value)


@contextlib.contextmanager
def settings(values: Dict[str, str]) -> Iterator[None]:
    """GDB's parameters, changed for a while."""
    before = []
    try:
        for name, value in values.items():
            old = _show(gdb.parameter(name))
            if old != value:
                gdb.execute("set %s %s" % (name, value), to_string=True)
                before.append((name, old))
        yield
    finally:
        for name, old in reversed(before):
            gdb.execute("set %s %s" % (name, old), to_string=True)


# One line of `info signals NAME`: stop, print, pass.
_SIGNAL = re.compile(r"^SIG\S+\s+(Yes|No)\s+(Yes|No)\s+(Yes|No)\s", re.M)


@contextlib.contextmanager
def signals_stop(names: Tuple[str, ...] = _FAULTS) -> Iterator[None]:
    before = []
    try:
        for name in names:
            match = _SIGNAL.search(talk.said("info signals " + name))
            stop, shown, passed = (word == "Yes" for word in match.groups()) if match else (True, True, False)
            if not stop or (passed and name == "SIGTRAP"):
                gdb.execute("handle %s stop print%s" % (name, " nopass" if name == "SIGTRAP" else ""), to_string=True)
                before.append(
                    "handle %s %s %s %s"
                    % (
                        name,
                        "print" if shown else "noprint",
                        "stop" if stop else "nostop",
                        "pass" if passed else "nopass",
                    )
                )
        yield
    finally:
        for command in before:
            gdb.execute(command, to_string=True)


@contextlib.contextmanager
def selection() -> Iterator[None]:
    """The selected thread and frame, given back if they still exist."""
    thread = gdb.selected_thread()
    try:
        level = gdb.selected_frame().level()
    except gdb.error:
        level = 0
    try:
        yield
    finally:
        if thread is not None and thread.is_valid():
            if gdb.selected_thread() is None or gdb.selected_thread().num != thread.num:
                thread.switch()
            _select_frame(level)


def _select_frame(level: int) -> None:
    try:
        frame = gdb.newest_frame()
        for _ in range(level):
            frame = frame.older() or frame
        frame.select()
    except gdb.error:
        pass


@contextlib.contextmanager
def no_breakpoints() -> Iterator[None]:
    """The user's breakpoints are not for what og runs, and a software watchpoint would step every instruction of it."""
    disabled: List[Any] = []
    try:
        for breakpoint in gdb.breakpoints() or ():
            if breakpoint.is_valid() and breakpoint.enabled:
                breakpoint.enabled = False
                disabled.append(breakpoint)
        yield
    finally:
        for breakpoint in disabled:
            if breakpoint.is_valid():
                breakpoint.enabled = True


@contextlib.contextmanager
def base() -> Iterator[None]:
    with selection(), settings(_BASE), signals_stop():
        yield


@contextlib.contextmanager
def frozen() -> Iterator[None]:
    """Only the selected thread runs, and only what og calls."""
    with settings({"scheduler-locking": "on"}), no_breakpoints():
        yield


@contextlib.contextmanager
def muted() -> Iterator[None]:
    """GDB announces a signal on its standard output itself, whatever `to_string` says."""
    gdb.flush()
    saved = os.dup(1)
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.close(null)
        yield
        gdb.flush()
    finally:
        os.dup2(saved, 1)
        os.close(saved)


# ---- Ctrl-C: heard at the places that can bear it ----


def interrupt_point() -> None:
    """Inside native.no_interrupt(): a Ctrl-C that waits becomes KeyboardInterrupt here."""
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        for _ in range(2):  # the interpreter looks between instructions
            pass
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
