"""A small heap, and what objgraph says of it from inside, written by a forked copy; then waits.

usage: parity.py FOLDER DEPTH
In FOLDER: NAME.refs.dot and NAME.backrefs.dot for each name of ROOTS, common.txt, growth.txt, typestats.json, leaking.json,
known.json (addresses of all objects there were) and roots.json (name -> address)."""
import collections
import functools
import gc
import io
import json
import os
import sys
import weakref

import objgraph

import truth


class Order:
    registry = []

    def __init__(self, number, owner):
        self.number, self.owner, self.lines = number, owner, [number, owner]


class Slotted:
    __slots__ = ("left", "right")


class Finalized:
    def __del__(self):
        pass


class Mapping(dict):
    pass


CACHE = {}
CALLBACKS = []


def generator(held):
    local = [held]
    yield local


def build():
    owner = Order(0, None)
    orders = [Order(i, owner) for i in range(5)]
    CACHE["user:7"] = orders
    CACHE[("tuple", "key")] = owner
    CACHE[12] = {"nested": {"deeper": [owner]}}
    slotted = Slotted()
    slotted.left, slotted.right = orders, owner
    Order.registry.extend(orders)
    CALLBACKS.append(lambda: owner)
    CALLBACKS.append(functools.partial(len, [orders]))
    held = generator(owner)
    next(held)
    finalized = Finalized()
    finalized.myself = [finalized, owner]
    child = Mapping(owner=owner)
    child.extra = slotted
    CACHE["others"] = [
        slotted,
        held,
        finalized,
        child,
        weakref.ref(owner),
        owner.__init__,
        collections.deque([owner]),
        {owner},
        (owner, orders),
        collections.OrderedDict(k=owner),
    ]
    try:
        raise ValueError(owner)
    except ValueError as error:
        CACHE["error"] = error
    return {
        "owner": owner,
        "orders": orders,
        "order": orders[3],
        "cache": CACHE,
        "slotted": slotted,
        "finalized": finalized,
        "class": Order,
        "held": held,
    }


def dump(folder, depth, roots, objects):
    known = truth.closure(objects)[0]
    save(folder, "known.json", json.dumps(list(map(id, known))))
    save(folder, "roots.json", json.dumps({name: id(value) for name, value in roots.items()}))
    save(folder, "typestats.json", json.dumps(objgraph.typestats(objects)))
    for limit in (10, 3):
        out = io.StringIO()
        objgraph.show_most_common_types(limit=limit, objects=objects, file=out)
        save(folder, "common%d.txt" % limit, out.getvalue())
    out = io.StringIO()
    objgraph.show_most_common_types(limit=10, objects=objects, shortnames=False, file=out)
    save(folder, "common_long.txt", out.getvalue())
    for name, value in roots.items():
        for kind, show in (("refs", objgraph.show_refs), ("backrefs", objgraph.show_backrefs)):
            out = io.StringIO()
            show([value], max_depth=depth, output=out, extra_ignore=(id(objects), id(roots)))
            save(folder, "%s.%s.dot" % (name, kind), out.getvalue())


def save(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)


def main():
    folder, depth = sys.argv[1], int(sys.argv[2])
    roots = build()
    ready = b"READY %d\n" % os.getpid()
    gc.collect()
    gc.disable()
    if truth.FORK() == 0:
        gc.unfreeze()  # og counts what is frozen too; 3.12 freezes what is immortal when it collects
        try:
            dump(folder, depth, roots, gc.get_objects())
        except BaseException:
            sys.excepthook(*sys.exc_info())
        os._exit(0)
    os.waitpid(-1, 0)
    os.write(1, ready)
    os.read(0, 1)
    os._exit(0)


if __name__ == "__main__":
    main()
