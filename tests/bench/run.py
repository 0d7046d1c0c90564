"""The benchmark: og from outside against gc and objgraph inside the same process, as ratios.

Usage: python3 tests/bench/run.py [-n TRACKED] [--python PYTHON] [--build BUILD] [--live auto|agent|read] [--resume on|off]
Run on demand, never part of the tests: the numbers go to docs/benchmarks.md. Needs GDB, a build, and objgraph.py
(Debian: python3-objgraph).
"""
import argparse
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
OBJGRAPH = "/usr/lib/python3/dist-packages/objgraph.py"

# (what, og command, its time, peer, the ratio that the project promises)
ROWS = [
    ("og-growth", "og-growth", "stopped_ms", "gc.collect", 1 / 12),
    ("og-growth", "og-growth", "stopped_ms", "objgraph.growth", 1 / 20),
    ("whole graph", "graph", "stopped_ms", "gc.collect", 0.7),
    ("whole graph, until the answer", "graph", "elapsed_ms", "gc.collect", None),
    ("og-backrefs -depth 5", "og-backrefs", "elapsed_ms", "objgraph.show_backrefs depth 5", None),
    ("og-chain", "og-chain", "elapsed_ms", "objgraph.find_backref_chain", None),
]

# The graph is built by the first command that needs it.
COMMANDS = [
    ("open", "og-info"),  # finds the interpreter, once a session
    ("og-growth", "og-growth"),
    ("marker", "og-by-type Marker -limit 1"),
    ("graph", "og-backrefs $og -depth 0"),
    ("og-backrefs", "og-backrefs $og -depth 5"),
    ("og-chain", "og-chain $og"),
    ("info", "og-info"),
]


def documents(text):
    decoder = json.JSONDecoder()
    for line in text.splitlines():
        if line.startswith("{"):
            yield decoder.raw_decode(line)[0]


def run_gdb(pid, build, live, resume):
    argv = ["gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-p", str(pid), "-x", os.path.join(build, "og.py"),
            "-ex", "set og live " + live, "-ex", "set og resume " + resume]
    for _, command in COMMANDS:
        argv += ["-ex", command + " -json"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=600)
    found = list(documents(done.stdout))
    if len(found) != len(COMMANDS):
        sys.exit("gdb answered %d of %d commands:\n%s\n%s" % (len(found), len(COMMANDS), done.stdout[-2000:], done.stderr[-2000:]))
    return {name: document for (name, _), document in zip(COMMANDS, found)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=4_000_000)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--build", default=os.path.join(HERE, "..", "..", "build"))
    parser.add_argument("--live", default="auto")
    parser.add_argument("--resume", default="auto")
    options = parser.parse_args()
    heap = subprocess.Popen([options.python, os.path.join(HERE, "heap.py"), str(options.n), OBJGRAPH],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        peers = json.loads(heap.stdout.readline())
        answers = run_gdb(peers["pid"], options.build, options.live, options.resume)
    finally:
        heap.kill()
        heap.wait()
    print("CPython %s, %d tracked objects, set og live %s, set og resume %s"
          % (peers["python"], peers["tracked"], options.live, options.resume))
    print("| og | ms | peer | ms | ratio | promised |\n|---|---|---|---|---|---|")
    for what, command, key, peer, promise in ROWS:
        ours, theirs = answers[command][key], peers["seconds"][peer] * 1000
        print("| %s (%s) | %.0f | %s | %.0f | 1/%.1f | %s |" % (what, key, ours, peer, theirs, theirs / max(ours, 0.001),
                                                             "1/%.1f" % (1 / promise) if promise else "-"))
    print("\nmemory of the graph: %s" % json.dumps(answers["info"].get("graph")))


if __name__ == "__main__":
    main()
