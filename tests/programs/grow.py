"""Grows when it is told to, and stops itself then.

Prints "READY PID"; each SIGUSR1 adds 100 Orders to a cache and 10 to a list, then raises SIGINT, which a debugger sees as a stop."""
import gc
import os
import signal


class Order:
    def __init__(self, number):
        self.number, self.lines = number, [number]


CACHE, CALLBACKS = {}, []


def subscribe(order):
    CALLBACKS.append(lambda: order)


def grow(*_):
    for i in range(100):
        CACHE["order:%d" % len(CACHE)] = Order(i)
    for i in range(10):
        subscribe(Order(i))
    os.kill(os.getpid(), signal.SIGINT)


def main():
    gc.disable()
    signal.signal(signal.SIGUSR1, grow)
    signal.signal(signal.SIGINT, lambda *_: None)
    os.write(1, b"READY %d\n" % os.getpid())
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
