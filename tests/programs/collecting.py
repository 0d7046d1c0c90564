"""A process that stands still inside a collection of its own.

usage: collecting.py STAGE
STAGE is where in the collection: `finalizer` in the __del__ of the first of the garbage, `callback` in the callback of a weak
reference into it, `release` when the first of the garbage is being cleared. Prints "READY PID" and how many instances of each
class there are, in JSON. The end of standard input ends all."""
import gc
import json
import os
import sys
import weakref

GARBAGE, KEPT, WATCHES = 5000, 700, 40


class Aside:
    """Garbage: in a cycle of its own."""

    def __init__(self):
        self.own = [self]


class Finalized(Aside):
    def __del__(self):
        stand_still()


class Bell:
    """No object of the collector: goes off when what holds it is cleared."""

    __slots__ = ()

    def __del__(self):
        stand_still()


class Kept(Aside):
    pass


class Watch(weakref.ref):
    pass


kept, watches, still = [Kept() for _ in range(KEPT)], [], []


def stand_still(*_):
    if not still:
        still.append(True)
        counts = {"Aside": GARBAGE, "Finalized": int(stage == "finalizer"), "Kept": KEPT, "Watch": len(watches)}
        os.write(1, ("READY %d %s\n" % (os.getpid(), json.dumps(counts))).encode())
        os.read(0, 1)
        os._exit(0)


def main():
    gc.disable()
    garbage = [Aside() for _ in range(GARBAGE)]
    if stage == "finalizer":
        garbage.insert(GARBAGE // 2, Finalized())
    elif stage == "callback":
        watches.extend(Watch(each, stand_still) for each in garbage[:WATCHES])
    else:
        garbage[0].bell = Bell()
    del garbage
    gc.collect()


stage = sys.argv[1]
main()
