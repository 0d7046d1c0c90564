"""A process of few objects that needs no file of its own: its text is given to python -c, wherever that lives.

Prints "READY" and answers a byte on standard input with "PONG", or "CHILD" once it met one that it never made; the end of the
input ends it. With an argument it adopts orphans, as init does."""
import os
import signal
import sys

PR_SET_CHILD_SUBREAPER = 36


class Canary:
    def __init__(self, number):
        self.number, self.owner = number, CACHE


CACHE = {}
for i in range(1234):
    CACHE["canary:%d" % i] = [Canary(i)]


def children():
    try:
        return os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None


def wait():
    ended = []
    signal.signal(signal.SIGCHLD, lambda *_: ended.append(1))
    local_variable = {"of a frame": [Canary(-1)]}
    os.write(1, b"READY\n")
    while os.read(0, 1):
        os.write(1, b"CHILD\n" if ended or children() else b"PONG\n")
    return local_variable


if __name__ == "__main__":
    if sys.argv[1:]:
        import ctypes

        assert ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1) == 0
    wait()
