"""Ten greenlets, each suspended five calls deep, with an object in a variable of each frame that nothing else holds. Then waits."""
import os
import sys

import greenlet


class Held:
    pass


def deep(calls):
    local, text = Held(), "only in a frame %d" % os.getpid()
    if calls:
        return deep(calls - 1), local, text
    greenlet.getcurrent().parent.switch()
    return local, text


SUSPENDED = [greenlet.greenlet(deep) for _ in range(10)]
for each in SUSPENDED:
    each.switch(4)
print("READY", flush=True)
sys.stdin.read()
