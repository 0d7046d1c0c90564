"""What /proc says of a process: its threads, mappings, files, limits. Needs no GDB."""

import os
import re
import time
from typing import Dict, List, NamedTuple, Optional, Tuple, Union

# System calls in which a thread waits and can hold no lock of the allocator or the loader (x86-64 numbers).
BLOCKING = frozenset(
    (
        0,
        7,
        23,
        34,
        35,
        42,
        43,
        45,
        47,
        61,
        128,
        219,
        230,
        232,
        270,
        271,
        281,
        288,
        # read poll select pause nanosleep connect accept recvfrom recvmsg wait4 rt_sigtimedwait restart_syscall
        # clock_nanosleep epoll_wait pselect6 ppoll epoll_pwait accept4
    )
)
FUTEX = 202
END_SECONDS = 0.2  # in which a killed process has ended

# SIGILL SIGTRAP SIGBUS SIGFPE SIGSEGV: blocked or ignored, a fault would make the kernel reset their handlers.
FAULTS = sum(1 << number - 1 for number in (4, 5, 7, 8, 11))


class Task(NamedTuple):
    tid: int
    syscall: int  # -1: not in one, -2: not known
    where: str  # the kernel's whole line: number, arguments, stack pointer, program counter
    takes_faults: bool
    filtered: bool  # by seccomp, which is of each thread

    @property
    def waits(self) -> bool:
        return self.syscall in BLOCKING


_MAX_FILE_SIZE = re.compile(r"^Max file size\s+(\S+)", re.M)


def read(path: str) -> str:
    """ "" if it cannot be read: a thread may be gone, a kernel may hide it."""
    try:
        with open(path, errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def field(text: str, name: str) -> str:
    """What stands behind "NAME:" at the start of a line. No pattern: the process stands still while one is compiled."""
    for line in text.splitlines():
        if line.startswith(name) and line[len(name):len(name) + 1] == ":":
            return line[len(name) + 1:].strip(" \t")
    return ""


def task(pid: int, tid: int) -> Optional[Task]:
    """None: it is no more."""
    base = "/proc/%d/task/%d/" % (pid, tid)
    status = read(base + "status")
    if not status or field(status, "State")[:1] in ("Z", "X", ""):
        return None
    where = read(base + "syscall").strip()
    first = where.split(" ")[0]
    number = int(first) if re.match(r"-?\d+$", first) else -2
    return Task(tid, number, where, _takes_faults(status), field(status, "Seccomp") == "2")


def _takes_faults(status: str) -> bool:
    """Neither blocked nor ignored: a breakpoint or a fault would make the kernel change that for good."""
    return not any(int(field(status, name) or "0", 16) & FAULTS for name in ("SigBlk", "SigIgn"))


def deaf(pid: int, tid: int) -> bool:
    """The thread is there and takes no faults."""
    status = _status(pid, tid)
    return bool(status) and not _takes_faults(status)


def living(pid: int) -> int:
    """A thread of the process by which the kernel tells of its memory and files: the main thread, or another where that has
    ended. 0: all have."""
    if not _ended(pid, pid):
        return pid
    try:
        return next((tid for tid in map(int, os.listdir("/proc/%d/task" % pid)) if not _ended(pid, tid)), 0)
    except OSError:
        return 0


def _ended(pid: int, tid: int) -> bool:
    """Memory goes before the state says it."""
    status = _status(pid, tid)
    return field(status, "State")[:1] in ("Z", "X", "") or not field(status, "VmSize")


def _status(pid: int, tid: int) -> str:
    return read("/proc/%d/task/%d/status" % (pid, tid))


def await_end(pid: int) -> None:
    """Of a process that does not stand still though GDB stopped it: SIGKILL ends it, in a moment. Otherwise it returns at once, or
    when it has waited in vain."""
    deadline = time.monotonic() + END_SECONDS
    while time.monotonic() < deadline:
        tid = living(pid)
        if not tid or field(_status(pid, tid), "State")[:1] in ("t", "T"):
            return
        time.sleep(END_SECONDS / 100)


def untraced(pid: int) -> List[int]:
    """Threads that run on though GDB stopped PID: it was told the number of a thread that is not the main one."""
    if field(read("/proc/%d/status" % pid), "Tgid") == str(pid):
        return []
    try:
        tids = list(map(int, os.listdir("/proc/%d/task" % pid)))
    except OSError:
        return []
    return [tid for tid in tids
            if not _ended(pid, tid) and field(_status(pid, tid), "TracerPid") == "0"]


def number_inside(pid: int, tid: int) -> int:
    """What the thread TID of ours is called in its own pid namespace."""
    numbers = field(_status(pid, tid), "NSpid").split()
    return int(numbers[-1]) if numbers else tid


def number_here(pid: int, number: int) -> int:
    """The other way round: threads of a process know themselves by NUMBER. 0: there is none."""
    try:
        if os.path.isdir("/proc/%d/task/%d" % (pid, number)) and number_inside(pid, number) == number:
            return number
        tids = map(int, os.listdir("/proc/%d/task" % pid))
        return next((tid for tid in tids if number_inside(pid, tid) == number), 0)
    except OSError:
        return 0


def pending(pid: Union[int, str], number: int) -> bool:
    """A signal waits for the process or its main thread."""
    status = read("/proc/%s/status" % pid)
    return any(int(field(status, name) or "0", 16) & 1 << number - 1 for name in ("ShdPnd", "SigPnd"))


class Footprint(NamedTuple):
    """What a process has mapped and open: compared before and after."""

    mappings: Tuple[Tuple[int, int, str, str], ...]  # start, end, permissions, name
    files: Dict[int, str]

    def new_mappings(self, later: "Footprint") -> List[Tuple[int, int]]:
        """Anonymous memory and og's own file in LATER where nothing was before."""
        left, at, old = [], 0, self.mappings  # both in the order of addresses; there can be 65,530
        for start, end, _, name in later.mappings:
            if name and "memfd:og" not in name:
                continue
            while at < len(old) and old[at][1] <= start:
                at += 1
            within = at
            while within < len(old) and old[within][0] < end:
                if start < old[within][0]:
                    left.append((start, old[within][0]))
                start = max(start, old[within][1])
                within += 1
            if start < end:
                left.append((start, end))
        return left

    def new_files(self, later: "Footprint") -> List[int]:
        return [fd for fd, name in later.files.items() if "memfd:og" in name and self.files.get(fd) != name]


def footprint(pid: int, tid: int = 0) -> Footprint:
    """As the thread TID has it (files may be a thread's own: unshare(2)); 0: as any has."""
    base = "/proc/%d/task/%d/" % (pid, tid or living(pid))
    mappings = []
    for line in read(base + "maps").splitlines():
        parts = line.split(None, 5)
        start, _, end = parts[0].partition("-")
        mappings.append((int(start, 16), int(end, 16), parts[1], parts[5] if len(parts) > 5 else ""))
    files = {}
    folder = base + "fd/"
    try:
        for number in os.listdir(folder):
            try:
                files[int(number)] = os.readlink(folder + number)
            except OSError:
                pass
    except OSError:
        pass
    return Footprint(tuple(mappings), files)


# ---- may it grow? ----


def anonymous_bytes(pid: int) -> int:
    text = field(read("/proc/%d/status" % living(pid)), "RssAnon").split()
    return int(text[0]) * 1024 if text else 0


def file_size_limited(pid: int) -> bool:
    match = _MAX_FILE_SIZE.search(read("/proc/%d/limits" % pid))
    return bool(match) and match.group(1) != "unlimited"


def memory_room(pid: int) -> int:
    """Bytes the process may still take: of the machine, and of every control group above it that can be seen."""
    rooms = [int(field(read("/proc/meminfo"), "MemAvailable").split()[0] or 0) * 1024]
    for line in read("/proc/%d/cgroup" % pid).splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            rooms += _rooms("/sys/fs/cgroup", path, "memory.max", "memory.current", "inactive_file")
            rooms += _rooms("/sys/fs/cgroup/unified", path, "memory.max", "memory.current", "inactive_file")
        elif "memory" in controllers.split(","):
            rooms += _rooms(
                "/sys/fs/cgroup/memory", path, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"
            )
    return min(rooms)


def _rooms(root: str, path: str, limit_name: str, usage_name: str, cache_name: str) -> List[int]:
    rooms = []
    while True:
        folder = root + path.rstrip("/") + "/"
        limit, usage = read(folder + limit_name).strip(), read(folder + usage_name).strip()
        if limit.isdigit() and usage.isdigit():
            cache = re.search(r"^%s (\d+)" % cache_name, read(folder + "memory.stat"), re.M)
            rooms.append(max(0, int(limit) - int(usage) + (int(cache.group(1)) if cache else 0)))
        if path in ("/", ""):
            return rooms
        path = path.rpartition("/")[0] or "/"
