"""A process in each state that a debugger can meet.

usage: states.py STATE COUNTER
STATE: idle, busy, threads, collecting, blocked, waiting.  COUNTER: a file of 8 bytes that goes up while the process works.
Prints "READY PID". idle, blocked and waiting answer a byte on standard input with "PONG"; the end of the input ends all."""
import ctypes
import gc
import mmap
import os
import struct
import sys
import threading


class Canary:
    def __init__(self, number):
        self.number, self.owner = number, CACHE


CACHE = {}
for i in range(1234):
    CACHE["canary:%d" % i] = [Canary(i)]
GARBAGE_PER_ROUND = 50


def ready():
    os.write(1, b"READY %d\n" % os.getpid())


def spin(count):
    """Computes, allocates and frees; never blocks."""
    number, kept = 0, {}
    while True:
        number += 1
        kept[number % 100 + 100] = bytes(2000), "x" * (2000 + number % 7)  # calloc and malloc
        kept[number % 100] = [
            number,
            "text %d" % number,
            (number, kept.get((number + 1) % 100) is None),
        ]
        if number % 1000 == 0:
            count()


def busy(count):
    ready()
    spin(count)


def collect(count):
    ready()
    while True:
        for _ in range(GARBAGE_PER_ROUND):
            cycle = []
            cycle.append(cycle)
        gc.collect()
        count()


def idle(count):
    local_variable = {"of a frame": [Canary(-1)]}
    ready()
    while os.read(0, 1):
        count()
        os.write(1, b"PONG\n")
    return local_variable


def blocked(count):
    """In a C function that keeps the GIL."""
    read, byte = ctypes.PyDLL(None).read, ctypes.create_string_buffer(1)
    ready()
    while read(0, byte, 1) == 1:
        count()
        os.write(1, b"PONG\n")


def waiting(count):
    """The main thread waits for a lock while others sleep: nobody holds the GIL."""
    gate = threading.Lock()
    gate.acquire()
    threading.Thread(target=lambda: (idle(count), gate.release()), daemon=True).start()
    gate.acquire()


def threads(count):
    others = [threading.Thread(target=spin, args=(count,), daemon=True) for _ in range(3)]
    for other in others:
        other.start()
    busy(count)


def main():
    with open(sys.argv[2], "r+b") as file:
        shared = mmap.mmap(file.fileno(), 8)

    def count():
        struct.pack_into("<Q", shared, 0, struct.unpack_from("<Q", shared, 0)[0] + 1)

    {"idle": idle, "busy": busy, "threads": threads, "collecting": collect, "blocked": blocked, "waiting": waiting}[
        sys.argv[1]
    ](count)


if __name__ == "__main__":
    main()
