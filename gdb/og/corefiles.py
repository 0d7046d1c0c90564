"""Where GDB and the user say that the files of a core lie: GDB's sysroot, solib-search-path and executable, and og's own
search path."""

import os
from typing import Any, List, NamedTuple, Tuple

import gdb


class CoreFiles(NamedTuple):
    """Equal ones find the same files, as long as nobody moves them."""

    search: Tuple[str, ...]
    sysroot: str  # "": none
    executable: str  # "": none
    said: int  # how often `set og search path` was said: whoever copies files says it again


_said = 0


def say_again() -> None:
    global _said
    _said += 1


def chosen(of_inferior: bool) -> CoreFiles:
    """What holds now. OF_INFERIOR: the core is the selected inferior's, whose executable may be the core's."""
    search = _folders("og search path") + _folders("solib-search-path")
    executable = _local(_executable()) if of_inferior else ""
    return CoreFiles(tuple(dict.fromkeys(search)), _local(gdb.parameter("sysroot")).rstrip("/"), executable, _said)


def _executable() -> Any:
    return gdb.selected_inferior().progspace.filename


def _folders(parameter: str) -> List[str]:
    return [_local(each) for each in str(gdb.parameter(parameter) or "").split(":") if each]


def _local(path: Any) -> str:
    """A path of this machine. "target:" before it means the files of the process's machine: for a core, this one; alone
    (GDB's default sysroot) it names no folder."""
    path = str(path or "")
    if path.startswith("target:"):
        path = path[len("target:"):]
    return os.path.abspath(os.path.expanduser(path)) if path else ""
