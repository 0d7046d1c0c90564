"""A process that makes it hard for what runs inside it.

usage: agent_trouble.py faulty|signalled
faulty: a class whose tp_traverse is no address, with faulthandler on. signalled: counts its SIGUSR1.
Prints "READY PID"; answers a byte on standard input with what it counted, or "PONG"."""
import ctypes
import faulthandler
import gc
import os
import signal
import sys

TP_TRAVERSE = 184  # of PyTypeObject in every version


class Faulty:
    pass


class Signalled:
    count = 0

    def note(self, *_):
        self.count += 1


def main():
    signalled = Signalled()
    kept = [Faulty() for _ in range(100)]
    if sys.argv[1] == "faulty":
        faulthandler.enable()
        gc.disable()
        ctypes.c_uint64.from_address(id(Faulty) + TP_TRAVERSE).value = 16
    else:
        signal.signal(signal.SIGUSR1, signalled.note)
    print("READY %d" % os.getpid(), flush=True)
    while os.read(0, 1):
        os.write(1, ("%d\n" % signalled.count if sys.argv[1] == "signalled" else "PONG\n").encode())
    os._exit(len(kept) - 100)  # the interpreter would traverse them at its end


main()
