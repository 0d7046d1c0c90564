"""Numpy arrays that hold objects which nothing else holds, a text in each that says where it is. Prints what sys.getsizeof says of them,
then waits."""
import json
import os
import sys

import numpy

OWN = "only in an array %d" % os.getpid()


class Held:
    def __init__(self):
        self.text = OWN


class Derived(numpy.ndarray):
    pass


def objects(*shape, order="C"):
    made = numpy.empty(shape, dtype=object, order=order)
    for place in numpy.ndindex(*shape):
        made[place] = Held()
    return made


def records():
    made = numpy.zeros(4, dtype=[("number", "i4"), ("it", "O"), ("inner", [("deep", "O"), ("x", "f8")])])
    for row in made:
        row["it"], row["inner"]["deep"] = Held(), Held()
    return made


PLAIN = objects(7)
GRID = objects(3, 5)
FORTRAN = objects(3, 5, order="F")
CUBE = numpy.transpose(objects(2, 3, 4), (1, 2, 0)).copy(order="K")
VIEW = objects(6)[2:4]
POINT = objects()
RECORDS = records()
DERIVED = Derived((2,), dtype=object)
DERIVED[:] = [Held(), Held()]
LOOP = numpy.empty(2, dtype=object)
LOOP[0] = LOOP
WIDE = numpy.broadcast_to(numpy.array([Held()], dtype=object), (1 << 35, 1 << 20))
NUMBERS = numpy.arange(1000.0)
NOTHING = objects(0, 4)
TEXTS = numpy.array(["%s %d" % (OWN, i) for i in range(10)], dtype=object)
HELD = 7 + 15 + 15 + 24 + 6 + 1 + 8 + 2 + 1
ARRAYS = (PLAIN, GRID, FORTRAN, CUBE, VIEW, POINT, RECORDS, DERIVED, LOOP, WIDE, NUMBERS, NOTHING, TEXTS)
SAID = {
    "held": HELD,
    "text": "'%s" % OWN,
    "sizes": {id(each): sys.getsizeof(each) for each in ARRAYS},
    "cube": id(CUBE[2, 3, 1]),
    "cube at": "[2, 3, 1]",
    "grid": id(GRID[1, 3]),
    "fortran": id(FORTRAN[2, 1]),
    "record": id(RECORDS[3]["inner"]["deep"]),
    "plain": id(PLAIN[4]),
}
print("READY", json.dumps(SAID), flush=True)
sys.stdin.read()
