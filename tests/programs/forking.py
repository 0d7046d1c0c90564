"""Computes, and makes a child every few milliseconds; prints "READY PID". For debuggers that follow children."""
import os
import sys
import time


class Canary:
    pass


KEPT = [Canary() for _ in range(300)]
print("READY", os.getpid(), flush=True)
until = time.monotonic() + float(sys.argv[1])
while time.monotonic() < until:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    sum(range(50000))
