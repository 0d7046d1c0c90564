"""The CPythons of this machine that og supports, one each of every build; those of other systems' root folders (roots.sh) too."""
import glob
import os
import re
import shlex
import subprocess
import sys
import tempfile
from typing import Iterator, List, NamedTuple, Optional, Tuple

SUPPORTED = [(3, minor) for minor in range(8, 16)]
PROBE = (
    "import sys, sysconfig; print(sys.implementation.name, *sys.version_info[:3], sysconfig.get_config_var('Py_GIL_DISABLED') or 0, "
    "sysconfig.get_config_var('Py_ENABLE_SHARED') or 0, sysconfig.get_config_var('Py_DEBUG') or 0)"
)


class Interpreter(NamedTuple):
    path: str
    version: tuple  # (3, 11, 2)
    shared: bool  # its code is in libpython
    debian: bool  # the distribution's
    root: str  # name of the root folder it lives in; "": this machine

    @property
    def minor(self):
        return self.version[:2]

    @property
    def sysroot(self):
        """Where the files are that its processes and cores name; "": where they say."""
        return os.path.join(ROOTS, self.root) if self.root else ""

    @property
    def name(self):
        return "%s%d.%d.%d" % (("debian-" if self.debian else self.root and self.root + "-",) + self.version)


# ---- root folders of other systems ----

ROOTS = os.environ.get("OG_ROOTS") or os.path.expanduser("~/.cache/og-tests/roots")
# Runs the Python of a root folder as a process of this pid namespace, in a mount namespace of its own, where tests and their temporary
# files are at the same places. $0: the root, $1: the program, then folders up to --, then arguments.
LAUNCHER = r"""#!/bin/sh
exec unshare --mount --propagation private sh -c '
root=$0 program=$1 here=$PWD
shift
for folder in /proc /dev; do mount --rbind $folder "$root$folder" || exit 125; done
while [ "$1" != -- ]; do mkdir -p "$root$1" && mount --bind "$1" "$root$1" || exit 125; shift; done
shift
[ -d "$root$here" ] || here=/
exec unshare --root="$root" --wd="$here" "$program" "$@"
' %s "$@"
"""


def shared_folders() -> List[str]:
    return [tempfile.gettempdir(), os.path.dirname(os.path.abspath(__file__))]


def in_roots() -> Iterator[Tuple[str, str, str]]:
    """(name of the root, its folder, program inside) of each CPython there."""
    for folder in sorted(glob.glob(os.path.join(ROOTS, "*", ""))):
        for path in sorted(glob.glob(os.path.join(folder, "usr/bin/python3.*"))):
            if re.fullmatch(r"python3\.\d+", os.path.basename(path)):
                yield os.path.basename(folder.rstrip("/")), folder.rstrip("/"), "/usr/bin/" + os.path.basename(path)


def launcher(name: str, folder: str, program: str) -> str:
    path = os.path.join(ROOTS, ".launchers", name, os.path.basename(program))
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
    for folder in ["/usr/bin", "/usr/local/bin"] + folders:
        if folder.endswith("shims"):
            continue
        found += [
            path
            for path in sorted(glob.glob(os.path.join(folder, "python3*")))
            if re.fullmatch(r"python3(\.\d+)?", os.path.basename(path))
        ]
    return [sys.executable] + found


def probe(path: str, root: str = "") -> Optional[Interpreter]:
    """Interpreter, or None if it does not run or is not a CPython that og looks at."""
    try:
        words = subprocess.run([path, "-I", "-c", PROBE], capture_output=True, text=True, timeout=20).stdout.split()
    except (OSError, subprocess.TimeoutExpired):
        return None
    if len(words) != 7 or words[0] != "cpython":
        return None
    version = tuple(map(int, words[1:4]))
    free_threaded, shared, debug = (word not in ("0", "None") for word in words[4:])
    if version[:2] not in SUPPORTED or free_threaded or debug:
        return None
    return Interpreter(path, version, shared, os.path.realpath(path).startswith("/usr/bin/"), root)


def find_in_roots() -> Tuple[List[Interpreter], List[str]]:
    """What runs, and why the others do not."""
    found, reasons = [], []
    for name, folder, program in in_roots():
        try:
            one = probe(launcher(name, folder, program), name) if os.geteuid() == 0 else None
        except OSError as error:
            reasons.append("%s of %s: %s" % (program, folder, error))
            continue
        if one:
            found.append(one)
        else:
            why = "does not run or is none that og supports" if os.geteuid() == 0 else "needs root for its mount namespace"
            reasons.append("%s of %s %s" % (program, folder, why))
    return found, reasons


def find() -> List[Interpreter]:
    """Unique by the real executable; a symbolic link or a virtual environment adds nothing."""
    chosen = {}
    for path in candidates():
        real = os.path.realpath(path)
        if real not in chosen and os.access(real, os.X_OK):
            chosen[real] = probe(real)
    return [each for each in chosen.values() if each]


IN_ROOTS, NOT_USED = find_in_roots()
FOUND = sorted(find() + IN_ROOTS, key=lambda each: (each.version, each.path))
MISSING = [version for version in SUPPORTED if version not in {each.minor for each in FOUND}]


def old(major: int, minor: int):
    """The path of a CPython that og refuses, or None."""
    pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    paths = sorted(glob.glob(os.path.join(pyenv, "versions", "%d.%d*" % (major, minor), "bin", "python"))) + [
        "/usr/bin/python%d.%d" % (major, minor)
    ]
    return next((path for path in paths if os.access(path, os.X_OK)), None)
