"""What GDB itself looks at: a process, a core file, or nothing."""

import os
import re
from typing import Any, Tuple

import gdb
from og import procfs, remote, talk
from og.native import OgError

NO_PROCESS = ("no process: attach to one with `attach PID`, start one with `run`, or open a core or a snapshot with "
              "`og-open FILE`")


def connection(inferior: Any) -> str:
    return getattr(getattr(inferior, "connection", None), "type", "")


def is_remote(inferior: Any) -> bool:
    return connection(inferior) in ("remote", "extended-remote")


def core_of(inferior: Any) -> str:
    """The path of the core file that GDB has open; "": it has none."""
    if connection(inferior) != "core":
        return ""
    text = talk.said("info target")
    # The only place where GDB says it: no version to 14 has it in its Python.
    match = re.search(r"^Local core dump file:\s+`(.*)', file type ", text, re.M)
    if not match:
        raise OgError("core", "GDB does not say which core file it has open: `core FILE` opens it anew")
    return match.group(1)


def said(inferior: Any) -> str:
    """In a sentence; "": nothing."""
    if not inferior.pid:
        return ""
    core = core_of(inferior)
    return "the core %s" % core if core else "process %d" % inferior.pid


def ended(pid: int) -> OgError:
    """GDB does not know before it lets it run."""
    return OgError("no-process", "process %d has ended" % pid)


def check(inferior: Any) -> None:
    """Raises why the process of INFERIOR cannot be looked at."""
    if inferior.pid == 0:
        raise OgError("no-process", NO_PROCESS)
    if is_remote(inferior) and not remote.is_here(inferior):
        raise OgError("remote", "process %d is behind a remote target and none of this machine: run GDB on the machine "
                      "of the process" % inferior.pid)
    if not procfs.living(inferior.pid):
        raise ended(inferior.pid)
    thread = gdb.selected_thread()
    if thread is not None and thread.is_running():
        raise OgError("running", "process %d is running: stop it first, with Ctrl-C or `interrupt`"
                      % inferior.pid)


def identity(pid: int, core: str) -> Tuple[str, str]:
    """Tells a process from an older one with the same number, a core from an older one of the same name."""
    if not core:
        return str(pid), _start_time(pid)
    try:
        stat = os.stat(core)
    except OSError:
        return core, ""
    return core, "%d %d %d" % (stat.st_ino, stat.st_size, stat.st_mtime_ns)


def _start_time(pid: int) -> str:
    """Field 22 of stat, proc(5)."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as stat:
            return stat.read().rpartition(b")")[2].split()[19].decode()
    except (OSError, IndexError):
        return ""


def selected_thread_ids() -> Tuple[int, int]:
    """The number by which the selected thread knows itself, and its pthread_self(): they name its Python frame."""
    thread = gdb.selected_thread()
    if thread is None:
        return 0, 0
    native_tid = thread.ptid[1] or thread.ptid[0]
    if connection(gdb.selected_inferior()) != "core":
        native_tid = procfs.number_inside(thread.ptid[0], native_tid)
    try:
        # pthread_self() is the thread pointer on the System V x86-64 ABI (glibc and musl). Not as an expression: what that
        # means, and how long it takes (a quarter of a second in Ada), is up to the language that is set.
        return native_tid, int(gdb.newest_frame().read_register("fs_base")) & (1 << 64) - 1
    except (gdb.error, ValueError):
        return native_tid, 0
