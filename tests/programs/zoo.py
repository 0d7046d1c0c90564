"""Keeps alive at least one of every kind of built-in and standard-library object, writes the truth about its heap, and waits.

usage: zoo.py TRUTH [--freeze] [--big] [--small]
--small: no families of the standard library, which bring most of the objects.
Prints one line "missing NAME: REASON" for each family that this build of Python lacks, then "READY PID"."""
import asyncio
import gc
import sys

import truth
from zoo_makers import MAKERS

import zoo_builtins  # noqa: F401  (each module adds its families to MAKERS)
import zoo_running  # noqa: F401
import zoo_interpreter  # noqa: F401

if "--small" not in sys.argv:
    import zoo_library  # noqa: F401
    import zoo_formats  # noqa: F401
    import zoo_newer  # noqa: F401

KEPT = {}


def fill():
    for maker in MAKERS:
        try:
            KEPT[maker.__name__] = maker()
        except ImportError as error:
            print("missing %s: %s" % (maker.__name__, error), flush=True)


def age():
    """Objects in each generation of the collector."""
    if "--big" in sys.argv:
        KEPT["million"] = [None] * 1000000
        KEPT["million_objects"] = [[i] for i in range(1000000)]
    gc.collect()
    if "--freeze" in sys.argv:
        gc.freeze()
    KEPT["middle_aged"] = [[i] for i in range(100)]
    gc.collect(0)
    KEPT["young"] = [{"young": [i]} for i in range(100)]


def named():
    """Objects by name, for tests: families, and the members of those that are dicts."""
    names = dict(KEPT)
    for family, members in KEPT.items():
        if isinstance(members, dict):
            names.update(("%s.%s" % (family, name), value) for name, value in members.items())
    return names


def inside_running_frames(wait):
    """Waits below a running generator, in a running coroutine, in a task: their frames are live."""

    def generator():
        local = ["held by a running generator"]
        yield wait(), local

    async def coroutine():
        held = ["held by a running coroutine"]
        next(generator())
        return held

    loop = asyncio.new_event_loop()
    loop.run_until_complete(coroutine())


def main():
    gc.disable()
    fill()
    names = named()
    age()
    inside_running_frames(lambda: truth.publish_and_wait(sys.argv[1], names))


if __name__ == "__main__":
    main()
