"""A process in a state that few are in.

usage: odd_states.py STATE
Prints "READY PID", or "NOT HERE why" where the kernel has no such state; answers a byte on standard input with "PONG"."""
import ctypes
import fcntl
import os
import resource
import signal
import struct
import sys
import threading
import time

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_void_p
PR_SET_MDWE, MDWE_REFUSE_EXEC_GAIN = 65, 1
CLONE_FILES = 0x400
SYS_EXIT, SYS_USERFAULTFD = 60, 323
UFFDIO_API, UFFD_API = 0xC018AA3F, 0xAA
UFFDIO_REGISTER, UFFDIO_REGISTER_MODE_MISSING = 0xC020AA00, 1
PROT_READ, PROT_WRITE, MAP_PRIVATE_ANONYMOUS = 1, 2, 0x22
PAGE = 4096
MAPPINGS = 20000


class Canary:
    def __init__(self, number):
        self.number, self.owner = number, CACHE


CACHE = {}
for i in range(1234):
    CACHE["canary:%d" % i] = [Canary(i)]


def wait():
    os.write(1, b"READY %d\n" % os.getpid())
    while os.read(0, 1):
        os.write(1, b"PONG\n")


def needs(result):
    if result == -1:
        os.write(1, b"NOT HERE " + os.strerror(ctypes.get_errno()).encode() + b"\n")
        sys.exit()
    return result


def mapped(size):
    return LIBC.mmap(None, ctypes.c_size_t(size), PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0)


def serves_faults():
    """Missing pages beside its heap are filled by itself, who stands still."""
    descriptor = needs(LIBC.syscall(SYS_USERFAULTFD, os.O_CLOEXEC | os.O_NONBLOCK))
    fcntl.ioctl(descriptor, UFFDIO_API, bytearray(struct.pack("QQQ", UFFD_API, 0, 0)))
    for _ in range(20):
        region = struct.pack("QQQQ", mapped(1 << 20), 1 << 20, UFFDIO_REGISTER_MODE_MISSING, 0)
        fcntl.ioctl(descriptor, UFFDIO_REGISTER, bytearray(region))
    wait()


def no_more_memory():
    resource.setrlimit(resource.RLIMIT_DATA, (1 << 20, 1 << 20))
    wait()


def no_new_code():
    needs(LIBC.prctl(PR_SET_MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0))
    wait()


def no_more_files():
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    wait()


def ignores_faults():
    signal.signal(signal.SIGSEGV, signal.SIG_IGN)
    wait()


def files_of_its_own():
    """The thread that waits, where an agent is best run, has other files than the rest of the process."""

    def body():
        needs(LIBC.unshare(CLONE_FILES))
        for _ in range(9):
            os.dup(0)
        wait()

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()


def many_mappings():
    """Neighbours that differ are not merged."""
    start = mapped(MAPPINGS * PAGE)
    for number in range(0, MAPPINGS, 2):
        LIBC.mprotect(ctypes.c_void_p(start + number * PAGE), ctypes.c_size_t(PAGE), PROT_READ)
    wait()


def main_thread_gone():
    """Started by a GDB, which SIGTRAP stops."""

    def body():
        while open("/proc/self/stat").read().rpartition(")")[2].split()[0] != "Z":
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTRAP)
        time.sleep(1000)

    threading.Thread(target=body, daemon=True).start()
    LIBC.syscall(SYS_EXIT, 0)


globals()[sys.argv[1]]()
