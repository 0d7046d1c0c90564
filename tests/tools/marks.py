"""Asks a traverse function of this interpreter which words of a body it visits: every word asked about holds an address of its own, a mark.

A function that follows a word reads zeros there, or dies: it is asked in a child, which says nothing then.
"""
import ctypes
import faulthandler
import importlib
import json
import os
import pkgutil
import resource
import signal
import sys
import warnings
from typing import Callable, Iterable, List, Optional

MARKS_MAX = 16384
MARK = 4096  # bytes from one mark to the next; they read as zeros
VISIT = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
TRAVERSE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, VISIT, ctypes.c_void_p)
ELSE = -1  # visited: what is no mark and not known
SECONDS = 2.0
EXTRA = object.__basicsize__ - 16  # bytes that an object's header has beyond the usual ones: free-threaded and Py_TRACE_REFS builds

NOT_IMPORTED = {"antigravity", "this", "idlelib", "turtledemo", "turtle", "lib2to3", "test", "pip", "setuptools", "__main__", "xxlimited"}

_memory = ctypes.create_string_buffer((MARKS_MAX + 1) * MARK)
_first = (ctypes.addressof(_memory) + MARK - 1) & -MARK


def word(address: int) -> int:
    return ctypes.c_uint64.from_address(address).value


def put(address: int, value: int) -> None:
    ctypes.c_uint64.from_address(address).value = value


def mark(offset: int) -> int:
    return _first + offset // 8 * MARK


def text(address: int) -> str:
    return ctypes.string_at(address).decode()


def import_everything() -> None:
    """What is not imported cannot be asked; what cannot be imported is not there."""
    warnings.simplefilter("ignore")
    faulthandler.disable()
    here = {name[:-3] for name in os.listdir(os.path.dirname(os.path.abspath(__file__))) if name.endswith(".py")}
    for name in sorted(set(sys.builtin_module_names) | {module.name for module in pkgutil.iter_modules()}):
        if name in NOT_IMPORTED or name in here or name.startswith(("_test", "_xx", "xxlimited")):
            continue
        try:
            importlib.import_module(name)
        except BaseException:  # whatever a module does when it is imported is no concern of ours
            pass


def _call(traverse: int, body: Callable[[], int], known: int) -> List:
    visited = []

    def visit(address: Optional[int], _: Optional[int]) -> int:
        number, rest = divmod((address or 0) - _first, MARK)
        if address == known:
            visited.append("type")
        else:
            visited.append(number * 8 if rest == 0 and 0 <= number < MARKS_MAX else ELSE)
        return 0

    TRAVERSE(traverse)(body(), VISIT(visit), None)
    return visited


def ask(traverse: int, body: Callable[[], int], known: int = 0) -> Optional[List]:
    """Offsets visited, "type" for KNOWN, ELSE for others, in order; None: the child died."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            os.write(writer, json.dumps(_call(traverse, body, known)).encode()[:60000])
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        said = answer.read()
    return json.loads(said) if os.waitpid(pid, 0)[1] == 0 else None


class Answer:
    """What TRAVERSE visits of the words at OFFSETS; BODY makes a body with the given words marked."""

    def __init__(self, traverse: int, body: Callable[[Iterable[int]], int], offsets: Iterable[int], known: int = 0) -> None:
        offsets = list(offsets)
        whole, empty = (ask(traverse, lambda: body(filled), known) for filled in (offsets, []))
        alone = {offset: ask(traverse, lambda: body([offset]), known) for offset in offsets}
        self.type = None if whole is None and empty is None else "type" in (whole or []) + (empty or [])
        by_itself = {offset for offset, said in alone.items() if offset in (said or [])}
        self.visited = sorted(by_itself | {offset for offset in whole or [] if offset in alone})
        # What has to be looked at by a person: words that are followed, or visited only together with others.
        self.followed = sorted(offset for offset, said in alone.items() if said is None or ELSE in said)
        self.together = sorted(set(self.visited) - by_itself)
