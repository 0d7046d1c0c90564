"""The CPythons of this machine that og supports, one each of every build."""
import glob
import os
import re
import subprocess
import sys
from typing import List, NamedTuple

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

    @property
    def minor(self):
        return self.version[:2]

    @property
    def name(self):
        return "%s%d.%d.%d" % (("debian-" if self.debian else "",) + self.version)


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


def probe(path: str):
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
    return Interpreter(path, version, shared, os.path.realpath(path).startswith("/usr/bin/"))


def find() -> List[Interpreter]:
    """Unique by the real executable; a symbolic link or a virtual environment adds nothing."""
    chosen = {}
    for path in candidates():
        real = os.path.realpath(path)
        if real not in chosen and os.access(real, os.X_OK):
            chosen[real] = probe(real)
    return sorted((each for each in chosen.values() if each), key=lambda each: (each.version, each.path))


FOUND = find()
MISSING = [version for version in SUPPORTED if version not in {each.minor for each in FOUND}]


def old(major: int, minor: int):
    """The path of a CPython that og refuses, or None."""
    pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    paths = sorted(glob.glob(os.path.join(pyenv, "versions", "%d.%d*" % (major, minor), "bin", "python"))) + [
        "/usr/bin/python%d.%d" % (major, minor)
    ]
    return next((path for path in paths if os.access(path, os.X_OK)), None)
