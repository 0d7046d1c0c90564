"""The benchmark of core files: a heap of millions of objects, its core, and what fresh GDBs need to answer from it.

Usage: python3 tests/bench/core.py [-n TRACKED] [--runs N] [--python PYTHON] [--build BUILD] [--folder FOLDER]
Run on demand, never part of the tests: the numbers go to docs/benchmarks.md. Needs GDB, a build, 3 GB of disk in FOLDER.
Times are the least of all runs; each run is a new GDB, measured from its start to its end. Memory is the peak of what
GDB has of its own (RssAnon of proc(5)) beyond the same GDB with the core and without og: the mapped core is not in it.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

from run import documents

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLE = 0.002


class Run(NamedTuple):
    seconds: float
    peak: int  # bytes of its own memory
    answers: list


def own_memory(pid):
    """Bytes that are neither of a file nor shared with one."""
    try:
        with open("/proc/%d/status" % pid) as status:
            fields = dict(line.split(":", 1) for line in status)
        return sum(int(fields[name].split()[0]) * 1024 for name in ("RssAnon", "RssShmem") if name in fields)
    except OSError:
        return 0


def watched(argv):
    began, peak = time.monotonic(), 0
    started = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while True:
        peak = max(peak, own_memory(started.pid))
        try:
            out, err = started.communicate(timeout=SAMPLE)
            break
        except subprocess.TimeoutExpired:
            continue
    seconds = time.monotonic() - began
    if started.returncode:
        sys.exit("%s\nended with %d:\n%s\n%s" % (argv, started.returncode, out[-2000:], err[-2000:]))
    return Run(seconds, peak, list(documents(out)))


class Bench:
    def __init__(self, build, core, runs):
        self.build, self.core, self.runs = build, core, runs
        self.bare = self.least(lambda: watched(self.gdb(["-c", core], [])))

    def gdb(self, what, commands):
        argv = ["gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off", *what]
        if commands:
            argv += ["-x", os.path.join(self.build, "og.py")]
        for command in commands:
            argv += ["-ex", command]
        return argv

    def least(self, run):
        """Time of the quickest run, memory of the largest."""
        done = [run() for _ in range(self.runs)]
        return min(done)._replace(peak=max(each.peak for each in done))

    def ask(self, *commands, opened=None, before=None):
        """Fresh GDBs with the core, or with what og-open OPENED."""
        what = [] if opened else ["-c", self.core]
        commands = (["og-open " + opened] if opened else []) + [each if each.startswith("set ") else each + " -json"
                                                             for each in commands]

        def run():
            if before:
                before()
            return watched(self.gdb(what, commands))

        done = self.least(run)
        for answer in done.answers:
            if not answer["ok"] or answer["notes"] and any("unreadable" in note for note in answer["notes"]):
                sys.exit("not a whole answer: %s" % json.dumps(answer)[:2000])
        return done


def make_core(python, tracked, path):
    """What the process says of itself; its core at PATH."""
    heap = subprocess.Popen([python, os.path.join(HERE, "heap.py"), str(tracked)], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True)
    try:
        said = json.loads(heap.stdout.readline())
        subprocess.run(["gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-p", str(said["pid"]), "-ex",
                        "gcore " + path], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    finally:
        heap.kill()
        heap.wait()
    return said


def forget(path):
    """The next reading of PATH comes from the disk."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def read_all(path):
    began = time.monotonic()
    subprocess.run(["cat", path], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def peers(bench, said):
    """What the same core, or the same heap, costs others; seconds."""
    warm = min(read_all(bench.core) for _ in range(3))
    forget(bench.core)
    cold = read_all(bench.core)
    return {"gdb -c CORE alone": bench.bare.seconds, "cat CORE": warm, "cat CORE, from disk": cold,
            "counting gc.get_objects() in the process": said["seconds"]["counting gc.get_objects"],
            "gc.collect() in the process": said["seconds"]["gc.collect"]}


def rows(bench, folder):
    """(what, seconds, own memory or None, what was asked)."""
    def row(what, run, asked):
        return what, run.seconds, max(0, run.peak - bench.bare.peak), asked

    def between(what, run, number, asked):
        return what, run.answers[number]["elapsed_ms"] / 1000, None, asked

    bench.ask("og-count Marker")  # all of it is in memory
    common = bench.ask("og-common -limit 3")
    yield row("og-common", common, "3 s")
    yield row("og-common, core from disk", bench.ask("og-common -limit 3", before=lambda: forget(bench.core)), None)
    whole = bench.ask("og-common -all -limit 3", "og-by-type Marker -limit 1", "og-backrefs $og -depth 5", "og-chain $og")
    yield row("whole graph, both directions, og-backrefs, og-chain", whole, "6 s, 500 MB")
    yield between("- og-backrefs -depth 5, graph is there", whole, 2, None)
    yield between("- og-chain, graph is there", whole, 3, None)
    yield from snapshot_rows(bench, folder, row)
    yield from cache_rows(bench, folder, row)
    path = os.path.join(folder, "graph.csv")
    yield row("og-export graph.csv (%s)" % "whole graph and files", bench.ask("og-export " + path), "1 min")
    shutil.rmtree(path)


def snapshot_rows(bench, folder, row):
    path = os.path.join(folder, "saved.og")
    yield row("og-save FILE (whole graph and file)", bench.ask("og-save " + path), None)
    yield "- its size, MB", os.path.getsize(path) / 1e6, None, None
    yield row("og-open FILE, og-common", bench.ask("og-common -limit 3", opened=path), "1 s")
    yield row("og-open FILE, og-common -all", bench.ask("og-common -all -limit 3", opened=path), "1 s")
    yield row("og-open FILE, og-backrefs, og-chain",
              bench.ask("og-by-type Marker -limit 1", "og-backrefs $og -depth 5", "og-chain $og", opened=path), None)
    os.unlink(path)


def cache_rows(bench, folder, row):
    os.environ["XDG_CACHE_HOME"] = os.path.join(folder, "cache")
    commands = ("set og cache on", "og-common -all -limit 3")

    def empty():
        shutil.rmtree(os.environ["XDG_CACHE_HOME"], ignore_errors=True)

    yield row("set og cache on: first opening, og-common -all", bench.ask(*commands, before=empty), None)
    yield row("set og cache on: second opening, og-common -all", bench.ask(*commands), "1 s")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=4_505_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--python", default="/usr/bin/python3")
    parser.add_argument("--build", default=os.path.join(HERE, "..", "..", "build"))
    parser.add_argument("--folder", default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        core = os.path.join(folder, "core")
        said = make_core(options.python, options.n, core)
        bench = Bench(options.build, core, options.runs)
        print("CPython %s: %s blocks, %s tracked objects, a core of %.0f MB; least of %d runs; load %s"
              % (said["python"], format(said["blocks"], ","), format(said["tracked"], ","), os.path.getsize(core) / 1e6,
                 options.runs, "%.1f %.1f %.1f" % os.getloadavg()))
        for what, seconds in peers(bench, said).items():
            print("| %s | %.2f | | |" % (what, seconds))
        print("|---|---|---|---|")
        for what, seconds, memory, asked in rows(bench, folder):
            print("| %s | %.2f | %s | %s |" % (what, seconds, "" if memory is None else "%.0f MB" % (memory / 1e6), asked or ""),
                  flush=True)


if __name__ == "__main__":
    main()
