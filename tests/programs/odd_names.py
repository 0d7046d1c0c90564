"""A process whose names are hard to write down.

usage: odd_names.py [N]
Keeps N more lists. Prints "READY PID", then waits until standard input ends."""
import os
import sys

NAMES = ["plain", "a,b", 'a"b', "a\nb", "a\r\nb", " a ", "\t", "'", "\\", "\x01\x7f", "\u00e9", "\U0001f40d", "\ud800", "x\udfff", "=1+1"]
HUGE = "k" * 5000000


class Holder:
    pass


ODD_TYPES = [type("T" + name.replace("\0", ""), (), {"__module__": "m" + name})() for name in NAMES if name.isprintable() or name in "a\nb"]
ATTRIBUTES = Holder()
for number, name in enumerate(NAMES):
    setattr(ATTRIBUTES, name, 1000 + number)
KEYS = {name: float(number) for number, name in enumerate(NAMES)}
KEYS.update({HUGE: 0.25, (1, "a,b"): 0.5, b'\x00,"': 0.75, frozenset([1]): 1.25})
MANY = [[number] for number in range(int(sys.argv[1]) if len(sys.argv) > 1 else 0)]

print("READY %d" % os.getpid(), flush=True)
sys.stdin.read()
