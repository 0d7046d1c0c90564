"""The CPythons of this machine that og supports, one each of every build; those of other systems' root folders (roots.sh) and those that
builds.sh made too."""
import glob
import os
import re
import shlex
import subprocess
import sys
import tempfile
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

SUPPORTED = [(3, minor) for minor in range(8, 16)]
# What og reads, by the kind of build: a version entered here is tested from then on, one that is not is a skip that says so.
BUILDS_READ: Dict[str, List[Tuple[int, int]]] = {
    "release": SUPPORTED,
    "debug": [(3, minor) for minor in (9, 11, 13, 14, 15)],
    "free-threaded": [(3, 13)],
    "free-threaded-debug": [(3, 13)],
    "trace-refs": [(3, minor) for minor in (8, 9, 10)],
}
SUFFIXES = {"release": "", "debug": "d", "free-threaded": "t", "free-threaded-debug": "td", "trace-refs": "r"}
# In this order where more than one is true.
PROBE = (
    "import sys, sysconfig; value = sysconfig.get_config_var; free, debug = value('Py_GIL_DISABLED'), hasattr(sys, 'gettotalrefcount'); "
    "build = [name for name, true in (('free-threaded-debug', free and debug), ('free-threaded', free), "
    "('trace-refs', hasattr(sys, 'getobjects')), ('debug', debug), ('release', True)) if true][0]; "
    "print(sys.implementation.name, *sys.version_info[:3], value('Py_ENABLE_SHARED') or 0, build)"
)


class Interpreter(NamedTuple):
    path: str
    version: tuple  # (3, 11, 2)
    shared: bool  # its code is in libpython
    debian: bool  # the distribution's
    root: str  # name of the root folder it lives in; "": this machine
    build: str  # a key of BUILDS_READ
    made: str  # how builds.sh made it, where version and build do not tell: musl, O0; else ""

    @property
    def minor(self):
        return self.version[:2]

    @property
    def sysroot(self):
        """Where the files are that its processes and cores name; "": where they say."""
        return os.path.join(ROOTS, self.root) if self.root else ""

    @property
    def name(self):
        """3.12.1, debian-3.11.2, sid-3.14.10, musl-3.13.5; with a letter for builds other than releases: 3.13.5t."""
        of = "debian" if self.debian else re.sub("-dbg$", "", self.root) or self.made
        return (of and of + "-") + "%d.%d.%d" % self.version + SUFFIXES[self.build]


# ---- root folders of other systems ----

ROOTS = os.environ.get("OG_ROOTS") or os.path.expanduser("~/.cache/og-tests/roots")
CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILDS = os.environ.get("OG_BUILDS") or os.path.expanduser("~/.cache/og-tests/builds")  # by builds.sh
# Runs the Python of a root folder as a process of this pid namespace, in a mount namespace of its own, where the checkout and temporary
# files are at the same places. $0: the root, $1: the program, then folders up to --, then arguments.
LAUNCHER = r"""#!/bin/sh
exec unshare --mount --propagation private sh -c '
root=$0 program=$1 here=$PWD
shift
for folder in /proc /dev; do mkdir -p "$root$folder" && mount --rbind $folder "$root$folder" || exit 125; done
while [ "$1" != -- ]; do mkdir -p "$root$1" && mount --bind "$1" "$root$1" || exit 125; shift; done
shift
[ -d "$root$here" ] || here=/
exec unshare --root="$root" --wd="$here" "$program" "$@"
' %s "$@"
"""


def shared_folders() -> List[str]:
    return [tempfile.gettempdir(), CHECKOUT]


def in_roots() -> Iterator[Tuple[str, str, str]]:
    """(name of the root, its folder, program inside) of each CPython there."""
    for folder in sorted(each.rstrip("/") for each in glob.glob(os.path.join(ROOTS, "*", ""))):
        for path in sorted(glob.glob(os.path.join(folder, "usr/bin/python3.*"))):
            if re.fullmatch(r"python3\.\d+(-dbg)?", os.path.basename(path)):
                yield os.path.basename(folder), folder, "/usr/bin/" + os.path.basename(path)


def launcher(name: str, folder: str, program: str) -> str:
    own = CHECKOUT.strip("/").replace("/", "-")  # another checkout shows another folder
    path = os.path.join(ROOTS, ".launchers", own, name, os.path.basename(program))
    words = [folder, program, *shared_folders(), "--"]
    text = LAUNCHER % " ".join(map(shlex.quote, words))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=os.path.dirname(path), delete=False) as made:
        made.write(text)
    os.chmod(made.name, 0o755)
    os.replace(made.name, path)
    return path


# ---- all of them ----


def candidates() -> List[str]:
    folders = os.environ.get("PATH", "").split(os.pathsep)
    pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    found = sorted(glob.glob(os.path.join(pyenv, "versions", "*", "bin", "python")))
    for folder in ["/usr/bin", "/usr/local/bin"] + folders + sorted(glob.glob(os.path.join(BUILDS, "*", "bin"))):
        if folder.endswith("shims"):
            continue
        found += [
            path
            for path in sorted(glob.glob(os.path.join(folder, "python3*")))
            if re.fullmatch(r"python3(\.\d+)?(-dbg|t|d|td)?", os.path.basename(path))
        ]
    return [sys.executable] + found


def probe(path: str, root: str = "") -> Optional[Interpreter]:
    """Interpreter, or None if it does not run or is not a CPython that og looks at."""
    try:
        words = subprocess.run([path, "-I", "-c", PROBE], capture_output=True, text=True, timeout=20).stdout.split()
    except (OSError, subprocess.TimeoutExpired):
        return None
    if len(words) != 6 or words[0] != "cpython":
        return None
    version = tuple(map(int, words[1:4]))
    if version[:2] not in SUPPORTED:
        return None
    shared, debian = words[4] not in ("0", "None"), os.path.realpath(path).startswith("/usr/bin/")
    return Interpreter(path, version, shared, debian, root, words[5], how_made(path))


def how_made(path: str) -> str:
    """$OG_BUILDS/musl-3.13/bin/python3.13: musl. free-threaded-3.13 is what its build says already."""
    folder = os.path.dirname(os.path.dirname(os.path.realpath(path)))
    if os.path.dirname(folder) != os.path.realpath(BUILDS):
        return ""
    name = re.sub(r"-[\d.]+$", "", os.path.basename(folder))
    return "" if name in SUFFIXES else name


def find_in_roots(here: List[Interpreter]) -> Tuple[List[Interpreter], List[str]]:
    """What runs, one of each version and build that Debian has, and why the others do not. HERE: those of this machine."""
    known = {(each.version, each.build) for each in here if each.debian}
    found, reasons = {}, []
    for name, folder, program in in_roots():
        try:
            one = probe(launcher(name, folder, program), name) if os.geteuid() == 0 else None
        except OSError as error:
            reasons.append("%s of %s: %s" % (program, folder, error))
            continue
        if one:
            if (one.version, one.build) not in known:
                found.setdefault((one.version, one.build), one)
        else:
            why = "does not run or is none that og supports" if os.geteuid() == 0 else "needs root for its mount namespace"
            reasons.append("%s of %s %s" % (program, folder, why))
    return list(found.values()), reasons


def find() -> List[Interpreter]:
    """Unique by the file; a link or a virtual environment adds nothing."""
    chosen = {}
    for path in candidates():
        real = os.path.realpath(path)
        if os.access(real, os.X_OK):
            file = os.stat(real)
            if (file.st_dev, file.st_ino) not in chosen:
                chosen[file.st_dev, file.st_ino] = probe(real)
    return [each for each in chosen.values() if each]


def wanted(one: Interpreter) -> bool:
    """$OG_PYTHONS is a regular expression for names, for who wants only some."""
    return re.search(os.environ.get("OG_PYTHONS", ""), one.name) is not None


HERE = find()
IN_ROOTS, NOT_USED = find_in_roots(HERE)
NAMED = {each.name: each for each in reversed(HERE + IN_ROOTS) if wanted(each)}  # of the same version and build the first
ALL = sorted(NAMED.values(), key=lambda each: (each.version, each.path))
FOUND = [each for each in ALL if each.minor in BUILDS_READ[each.build]]
NOT_USED += ["%s: og reads no %s build of %d.%d yet" % (each.name, each.build, *each.minor) for each in ALL if each not in FOUND]
# Where a test takes one or some: the usual ones, unless $OG_PYTHONS leaves none.
EVERY_RELEASE = [each for each in FOUND if each.build == "release"]
RELEASES = [each for each in EVERY_RELEASE if not each.made] or EVERY_RELEASE


def chosen(every_minor: bool) -> List[Interpreter]:
    """Where not every patch release needs to be: the releases of this machine, of minor versions that it lacks the latest of other systems, and
    the latest of each other kind of build, or of EVERY_MINOR of it."""
    here = [each for each in RELEASES if not each.root]
    others = {}
    for each in FOUND:
        release = each.build == "release" and not each.made
        if each not in here and (not release or each.minor not in {one.minor for one in here}):
            others[each.build, each.made, each.minor if every_minor or release else None] = each
    return [each for each in FOUND if each in here or each in others.values()]


def with_package(name: str) -> Optional[Interpreter]:
    """The latest release that can import NAME."""
    imports = ["-c", "import " + name]
    return next((each for each in reversed(RELEASES) if subprocess.run([each.path, *imports], capture_output=True).returncode == 0), None)


MISSING = [version for version in SUPPORTED if version not in {each.minor for each in RELEASES}]


def old(major: int, minor: int):
    """The path of a CPython that og refuses, or None."""
    pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    paths = sorted(glob.glob(os.path.join(pyenv, "versions", "%d.%d*" % (major, minor), "bin", "python"))) + [
        "/usr/bin/python%d.%d" % (major, minor)
    ]
    return next((path for path in paths if os.access(path, os.X_OK)), None)
