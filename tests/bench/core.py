"""The benchmark of core files: a heap of millions of objects, its core, and what fresh GDBs need to answer from it.

Usage: python3 tests/bench/core.py [-n TRACKED] [--runs N] [--python PYTHON] [--build BUILD] [--folder FOLDER]
Run on demand, never part of the tests: the numbers go to docs/benchmarks.md. Needs GDB, a build, 3 GB of disk in FOLDER.
Times are the least of all runs; each run is a new GDB, from its start to its end. Memory is the peak of what
GDB has of its own (RssAnon of proc(5)) beyond the same GDB with the core and without og: the mapped core is not in it.
"""
import argparse
import json
import os
import resource
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
    cpu: float  # of them, by the processor: the rest is the disk, or other work of the machine
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


def cpu_of_children():
    """Of those that ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def watched(argv):
    began, used, peak = time.monotonic(), cpu_of_children(), 0
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
    return Run(seconds, cpu_of_children() - used, peak, list(documents(out)))


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
        return min(done, key=lambda each: each.seconds)._replace(
            cpu=min(each.cpu for each in done), peak=max(each.peak for each in done))

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


class Row(NamedTuple):
    what: str
    seconds: float
    peer: str = ""
    cpu: float = -1  # -1: not measured
    memory: int = -1  # bytes beyond GDB's own, -1: not measured
    asked: str = ""


def measure(bench, said, folder):
    """Yields rows; the peers first."""
    for name, seconds in said["seconds"].items():
        yield Row("%s, in the process" % name, seconds)
    yield Row("cat CORE", min(read_all(bench.core) for _ in range(bench.runs)))
    forget(bench.core)
    yield Row("cat CORE, from disk", read_all(bench.core))
    yield Row("gdb -c CORE, without og", bench.bare.seconds, cpu=bench.bare.cpu)

    def row(what, run, peer="", asked=""):
        return Row(what, run.seconds, peer, run.cpu, max(0, run.peak - bench.bare.peak), asked)

    count, walk = "counting gc.get_objects, in the process", "walking gc.get_referents, in the process"
    yield row("og-common", bench.ask("og-common -limit 3"), count, "3 s")
    yield row("og-common, from disk", bench.ask("og-common -limit 3", before=lambda: forget(bench.core)),
              "cat CORE, from disk")
    whole = bench.ask("og-common -all -limit 3", "og-by-type Marker -limit 1", "og-backrefs $og -depth 5", "og-chain $og")
    yield row("og-common -all, og-backrefs, og-chain", whole, walk, "6 s, 500 MB")
    yield Row("og-backrefs, the graph is there", whole.answers[2]["elapsed_ms"] / 1000)
    yield Row("og-chain, the graph is there", whole.answers[3]["elapsed_ms"] / 1000)
    yield from measure_files(bench, folder, row, "og-common -all, og-backrefs, og-chain")


def measure_files(bench, folder, row, whole):
    saved, table, cache = (os.path.join(folder, name) for name in ("saved.og", "graph.csv", "cache"))
    os.environ["XDG_CACHE_HOME"] = cache
    questions = ("og-common -all -limit 3", "og-by-type Marker -limit 1", "og-backrefs $og -depth 5", "og-chain $og")
    made = bench.ask("og-save " + saved)
    yield row("og-save, %.0f MB" % (os.path.getsize(saved) / 1e6), made)
    yield row("og-open, og-common", bench.ask("og-common -limit 3", opened=saved), whole, "1 s")
    yield row("og-open, og-common -all, og-backrefs, og-chain", bench.ask(*questions, opened=saved), whole, "1 s")
    yield row("set og cache on, first opening", bench.ask("set og cache on", questions[0],
                                                          before=lambda: shutil.rmtree(cache, ignore_errors=True)))
    yield row("set og cache on, second opening", bench.ask("set og cache on", questions[0]), whole, "1 s")
    made = bench.ask("og-export " + table)
    size = sum(os.path.getsize(os.path.join(table, name)) for name in os.listdir(table))
    yield row("og-export, %.0f MB of CSV" % (size / 1e6), made)


def ratio(row, seconds):
    if not row.peer:
        return ""
    theirs = seconds[row.peer]
    return "1/%.1f" % (theirs / row.seconds) if theirs > row.seconds else "%.1f" % (row.seconds / theirs)


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
        print("CPython %s: %s blocks, %s tracked objects, a core of %.0f MB; the least of %d runs; load %.1f\n"
              % (said["python"], format(said["blocks"], ","), format(said["tracked"], ","), os.path.getsize(core) / 1e6,
                 options.runs, os.getloadavg()[0]))
        print("| | s | CPU s | own memory | asked | peer | ratio |\n|---|---|---|---|---|---|---|")
        seconds = {}
        for row in measure(bench, said, folder):
            seconds[row.what] = row.seconds
            memory = "" if row.memory < 0 else "%.0f MB" % (row.memory / 1e6)
            cpu = "" if row.cpu < 0 else "%.2f" % row.cpu
            print("| %s | %.2f | %s | %s | %s | %s | %s |"
                  % (row.what, row.seconds, cpu, memory, row.asked, row.peer, ratio(row, seconds)), flush=True)


if __name__ == "__main__":
    main()
