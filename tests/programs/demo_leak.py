"""A small web-shop service that leaks as real services do. Serves orders on 127.0.0.1 to clients of its own.

usage: demo_leak.py [SECONDS [REQUESTS_PER_SECOND]]
Prints "READY PID PORT" once it serves, ends by itself after SECONDS (default 300).

Three leaks, none of them exotic:
  SESSIONS    a module-level cache that nobody ever empties: each request adds a Session, and each holds its basket;
  on_price    a list of callbacks: each order subscribes a closure that holds the whole order, and never unsubscribes;
  Connection  a cycle through its own bound method, with a __del__: it waits for the collector, which is tuned to run rarely."""
import asyncio
import gc
import itertools
import os
import sys

SESSIONS = {}
on_price = []
numbers = itertools.count()


class Item:
    def __init__(self, name, price):
        self.name, self.price = name, price


class Session:
    """What one visitor does."""

    def __init__(self, user):
        self.user = user
        self.basket = []

    def add(self, item):
        self.basket.append(item)


class Order:
    def __init__(self, session, total):
        self.session, self.total = session, total


class Connection:
    def __init__(self, writer):
        self.writer = writer
        self.on_close = self.closed  # refers to itself: only the collector can free it

    def closed(self):
        self.writer = None

    def __del__(self):
        self.writer = None


def take_order(user, name):
    session = Session(user)
    session.add(Item(name, 100 + next(numbers) % 50))
    SESSIONS["%s:%d" % (user, next(numbers))] = session
    order = Order(session, sum(item.price for item in session.basket))

    def price_changed(item, price):
        order.total += price - item.price

    on_price.append(price_changed)
    return order


async def serve_client(reader, writer):
    connection = Connection(writer)
    while True:
        line = await reader.readline()
        if not line:
            break
        user, name = line.decode().split()
        writer.write(b"%d\n" % take_order(user, name).total)
        await writer.drain()
    writer.close()
    connection.closed()


async def visit(port, user, orders):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for name in orders:
        writer.write(("%s %s\n" % (user, name)).encode())
        await reader.readline()
    writer.close()


async def load(port, per_second):
    """Visitors who order three things each, at a bounded rate."""
    for visitor in itertools.count():
        await visit(port, "user%d" % (visitor % 10), ["tea", "cup", "spoon"])
        await asyncio.sleep(3 / per_second)


async def main(seconds, per_second):
    server = await asyncio.start_server(serve_client, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    visitors = asyncio.ensure_future(load(port, per_second))
    print("READY %d %d" % (os.getpid(), port), flush=True)
    await asyncio.sleep(seconds)
    visitors.cancel()
    server.close()


if __name__ == "__main__":
    gc.set_threshold(100000, 50, 50)
    arguments = [float(argument) for argument in sys.argv[1:]]
    asyncio.run(main(*(arguments + [300, 300][len(arguments) :])))
