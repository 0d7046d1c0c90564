"""A process whose large dict grows once a file appears.

usage: resizing.py FILE
Prints "READY PID ADDRESS" of the dict, then waits for FILE and puts one Value after the other into it."""
import gc
import os
import sys
import time


class Value:
    def __init__(self, number):
        self.number = [number]


class Kept:
    pass


START = 5000
values = {"value %d" % number: Value(number) for number in range(START)}
kept = [Kept() for _ in range(300)]


def main():
    gc.disable()
    os.write(1, b"READY %d %d\n" % (os.getpid(), id(values)))
    while not os.path.exists(sys.argv[1]):
        time.sleep(0.01)
    for number in range(START, 10 * START):
        values["value %d" % number] = Value(number)


main()
