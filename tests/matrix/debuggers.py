"""The GDBs of this machine and those of other systems' root folders (roots.sh), one each of every version."""
import glob
import os
import re
import shlex
import shutil
import subprocess
from typing import Dict, List, NamedTuple, Optional

import interpreters

IN_ROOT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "in-root")
LISTED = {"": "gdb", " multiarch": "gdb-multiarch"}  # by what is added to the version


class Debugger(NamedTuple):
    name: str  # "13.1", "13.1 multiarch", "16.3 of trixie"
    command: List[str]

    @property
    def elsewhere(self) -> bool:
        """It lives in another system, whose files it takes for those of this one."""
        return self.command[0] == IN_ROOT


def version(command: List[str]) -> Optional[str]:
    """None: it does not run, or has no Python."""
    line = command + ["-nx", "-batch", "-ex", "python print('GDB', gdb.VERSION)"]
    try:
        said = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"^GDB .*?(\d+\.\d+)", said, re.M)
    return found.group(1) if found else None


def here() -> Dict[str, List[str]]:
    if "OG_GDB" in os.environ:
        return {"": shlex.split(os.environ["OG_GDB"])}
    return {after: [program] for after, program in LISTED.items() if shutil.which(program)}


def in_roots() -> Dict[str, List[str]]:
    if os.geteuid() != 0 or "OG_GDB" in os.environ:
        return {}
    folders = sorted(os.path.dirname(path)[: -len("/usr/bin")] for path in glob.glob(os.path.join(interpreters.ROOTS, "*", "usr/bin/gdb")))
    return {" of " + os.path.basename(folder): [IN_ROOT, folder, "gdb"] for folder in folders}


def find() -> List[Debugger]:
    found = {}
    for after, command in list(here().items()) + list(in_roots().items()):
        number = version(command)
        if number:
            kind = number, after == " multiarch"
            found.setdefault(kind, Debugger(number + after, command))
    return sorted(found.values(), key=lambda each: [int(part) for part in each.name.split()[0].split(".")] + [len(each.name)])
