"""The rows of the matrix: what runs the small zoo. Each interpreter, and processes that live elsewhere."""
import contextlib
import glob
import os
import re
import shutil
import tempfile
from typing import Any, Callable, ContextManager, Iterator, List, NamedTuple

import gdbrun
import interpreters
import places
import processes

# What is wanted of each kind of build. Of those that are not there the table says so.
WANTED = {
    "release": interpreters.SUPPORTED,
    "debug": [(3, 9), (3, 11), (3, 13), (3, 14), (3, 15)],
    "free-threaded": [(3, 13)],
    "free-threaded-debug": [(3, 13)],
    "trace-refs": [(3, 9)],
}
MADE_BY_ROOTS = ["release", "debug"]
PLACES = ["pids, as pid 1", "everything"]
SMALL = "--small"


class Started(NamedTuple):
    pid: int
    truth: str  # path


class Row(NamedTuple):
    name: str
    start: Callable[[str], ContextManager[Started]]  # in a folder
    shown: List[str]  # files that a GDB of another root needs to see
    sysroot: str
    skipped: str  # why


def rows() -> List[Row]:
    return [of(each) for each in interpreters.ALL] + missing() + namespaced() + rooted()


def of(one: interpreters.Interpreter) -> Row:
    @contextlib.contextmanager
    def start(folder: str) -> Iterator[Started]:
        truth = os.path.join(folder, "truth")
        with processes.running(one.path, "zoo.py", truth, SMALL) as program:
            yield Started(program.pid, truth)

    why = "" if one in interpreters.FOUND else "not read yet"
    return Row(one.name, start, gdbrun.files(one), one.sysroot, why)


def missing() -> List[Row]:
    there = {(each.build, each.minor) for each in interpreters.ALL}
    return [
        absent("%d.%d%s" % (*minor, interpreters.SUFFIXES[build]), "none here (%s.sh)" % ("roots" if build in MADE_BY_ROOTS else "builds"))
        for build, minors in WANTED.items()
        for minor in minors
        if (build, minor) not in there
    ]


def absent(name: str, why: str) -> Row:
    return Row(name, lambda folder: contextlib.nullcontext(), [], "", why)


def namespaced() -> List[Row]:
    """Interpreters of this machine in namespaces of their own."""
    one = next((each for each in interpreters.RELEASES if each.debian), interpreters.RELEASES[-1])

    def row(name: str) -> Row:
        @contextlib.contextmanager
        def start(folder: str) -> Iterator[Started]:
            truth = os.path.join(folder, "truth")
            command = places.namespaces(one.path)[name]
            with places.running(command, "-B", os.path.join(processes.PROGRAMS, "zoo.py"), truth, SMALL) as program:
                yield Started(program.pid, truth)

        return Row("%s in namespaces: %s" % (one.name, name), start, gdbrun.files(one), "", "")

    return [row(name) for name in PLACES]


def rooted() -> List[Row]:
    """Interpreters of other systems in a chroot, and in a container, that do not see this system."""

    def row(root: str, folder: str, python: str, how: str) -> Row:
        @contextlib.contextmanager
        def start(_: str) -> Iterator[Started]:
            with inside(folder) as (here, there):
                arguments = ["-B", os.path.join(there, "zoo.py"), os.path.join(there, "truth"), SMALL]
                with places.running(places.rooted(folder, python)[how], *arguments) as program:
                    yield Started(program.pid, os.path.join(here, "truth"))

        system = re.sub("-dbg$", "", root)
        return Row("%s of %s in a %s" % (os.path.basename(python), system, how), start, [folder], folder, "")

    found = [row(root, folder, python, how) for root, folder, python, _ in places.roots() for how in places.ROOTED]
    return found or [absent("another system in a chroot", "no other system (roots.sh)")]


@contextlib.contextmanager
def inside(folder: str) -> Iterator[Any]:
    """(path here, path there) of a folder with the programs in the root FOLDER."""
    os.makedirs(os.path.join(folder, "tmp"), exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="og-", dir=os.path.join(folder, "tmp")) as here:
        for path in glob.glob(os.path.join(processes.PROGRAMS, "zoo*.py")) + [os.path.join(processes.PROGRAMS, "truth.py")]:
            shutil.copy(path, here)
        yield here, here[len(folder) :]
