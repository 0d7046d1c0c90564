"""A heap of about N tracked objects, and what gc and objgraph need for it, measured inside.

Usage: heap.py N [OBJGRAPH_FILE]. Prints one line of JSON (seconds) when the peers are measured, then waits on standard
input until it ends. Without OBJGRAPH_FILE only what the standard library has is measured. The heap is what services have:
records with attribute dictionaries, records with slots, lists, tuples and dictionaries of them, in an order of allocation
that a running program leaves behind.
"""
import collections
import gc
import importlib.util
import io
import json
import os
import random
import sys
import time


class Order:
    def __init__(self, number, customer):
        self.number = number
        self.customer = customer
        self.lines = []


class Line:
    __slots__ = ("order", "article", "price")

    def __init__(self, order, article):
        self.order = order
        self.article = article
        self.price = (article, {"net": order})


class Marker:
    pass


CACHE = {}


def fill(tracked):
    """An order with five lines is 1 + 1 + 5 * 3 tracked objects, and a dictionary entry."""
    for number in range(tracked // 18):
        order = Order(number, "customer %d" % (number % 1000))
        order.lines.extend(Line(order, "article %d" % i) for i in range(5))
        CACHE[number] = order
    for number in random.Random(1).sample(range(len(CACHE)), len(CACHE) // 10):
        CACHE[number] = CACHE.pop(number)
    marker = Marker()
    CACHE[len(CACHE) // 2].lines[2].price[1]["marker"] = marker
    return marker


def timed(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def count_types():
    return collections.Counter(type(each).__name__ for each in gc.get_objects())


def walk_references():
    return sum(len(gc.get_referents(each)) for each in gc.get_objects())


def measure():
    return {"gc.collect": min(timed(gc.collect) for _ in range(3)),
            "counting gc.get_objects": min(timed(count_types) for _ in range(2)),
            "walking gc.get_referents": min(timed(walk_references) for _ in range(2))}


def measure_objgraph(path, marker):
    spec = importlib.util.spec_from_file_location("objgraph", path)
    objgraph = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(objgraph)
    result = {}
    result["objgraph.growth"] = min(timed(lambda: objgraph.growth(limit=10)) for _ in range(2))
    result["objgraph.show_backrefs depth 5"] = timed(
        lambda: objgraph.show_backrefs([marker], max_depth=5, output=io.StringIO()))
    result["objgraph.find_backref_chain"] = timed(
        lambda: objgraph.find_backref_chain(marker, objgraph.is_proper_module))
    return result


def main():
    gc.disable()
    marker = fill(int(sys.argv[1]))
    gc.collect()
    result = measure()
    if len(sys.argv) > 2:
        result.update(measure_objgraph(sys.argv[2], marker))
    print(json.dumps({"pid": os.getpid(), "tracked": len(gc.get_objects()), "blocks": sys.getallocatedblocks(),
                      "python": sys.version.split()[0], "seconds": result}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
