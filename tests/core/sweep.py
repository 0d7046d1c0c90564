"""Thousands of damaged cores through every command, in GDBs that live as long as they can.

    /usr/bin/python3 tests/core/sweep.py --variants 5000

A finding is a crash, an answer that is late, a traceback, an error that is no sentence, or fewer objects than the whole core
has without a word about it. Each comes with its recipe; --keep FOLDER leaves the file.
"""
import argparse
import collections
import contextlib
import json
import multiprocessing
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

HERE = os.path.dirname(os.path.abspath(__file__))
if __name__ == "__main__":
    sys.path[:0] = [os.path.dirname(HERE), os.path.join(os.path.dirname(os.path.dirname(HERE)), "gdb"), HERE]

import cores  # noqa: E402
import damage  # noqa: E402
import gdbrun  # noqa: E402
import interpreters  # noqa: E402
import processes  # noqa: E402

LIMIT = 10.0  # seconds of one answer
GDBS_OWN_LIMIT = 60.0  # of what GDB does without og
# The same counts by each of the three ways a heap is read: types alone, objects, the whole graph once it is there.
COMMON, LISTED, EVERY = "og-common -limit 0", "og-common -limit 0 -where 'size >= 0'", "og-common -limit 0 -all"
QUESTIONS = [
    COMMON,
    LISTED,
    "og-info -all",
    "og-count Plain",
    "og-count dict -where 'len > 5'",
    "og-growth -limit 0",
    "og-new -limit 3",
    EVERY,
    "og-by-type Plain -limit 0 -where 'refcount > 0'",
    "og-by-type type -limit 0",
    "og-by-type dict -limit 50 -all",
    "og-leaking -limit 0 -explained",
    "og-at py:KEPT",
    "og-show py:KEPT -limit 0",
    "og-show py:KEPT['many'] -limit 0",
    "og-refs py:KEPT -depth 3",
    "og-backrefs py:KEPT['plain'][7] -depth 4",
    "og-chain py:KEPT['plain'][7]",
    "og-chain py:KEPT -from -to Slotted -count 3",
    "og-save FOLDER/saved.og",
    "og-diff FOLDER/saved.og -all",
    "og-export FOLDER/graph.json",
    COMMON,
]
# What answers about a whole core say too.
USUAL = re.compile(r"counted: |bytes were not counted before|.* shown: |not shown: |no string contents ")
MARK = "==answered %d=="


class Finding(NamedTuple):
    what: str
    question: str
    core: str
    recipe: str
    told: str

    def tell(self) -> str:
        return "%s: %s on %s, %s\n    %s" % (self.what, self.question, self.core, self.recipe, self.told[-700:].replace("\n", "\n    "))


class Late(Exception):
    pass


class Died(Exception):
    pass


class Gdb:
    """One GDB that reads commands from a pipe; what it said to each, and nothing else."""

    def __init__(self, og_py: str):
        line = gdbrun.command(og_py, 0, [], attach=False)
        line = [word for word in line if word != "-batch"] + ["-q"]
        self.process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        bufsize=0, env=dict(os.environ, TERM="dumb"), start_new_session=True)
        self.asked = 0
        for setting in ("prompt", "width 0", "height 0", "confirm off", "pagination off"):
            self.ask("set " + setting, 60)

    def ask(self, question: str, limit: float) -> str:
        self.asked += 1
        mark = (MARK % self.asked).encode()
        self.process.stdin.write(b"%s\necho \\n%s\\n\n" % (question.encode(), mark))
        said, deadline = b"", time.monotonic() + limit
        while b"\n" + mark + b"\n" not in said:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise Late(said.decode(errors="replace"))
            piece = os.read(self.process.stdout.fileno(), 1 << 16)
            if not piece:
                raise Died(said.decode(errors="replace"))
            said += piece
        return said.decode(errors="replace").rpartition("\n" + mark.decode())[0]

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(20)


def unusual(notes: List[str]) -> List[str]:
    return [note for note in notes if not USUAL.match(note)]


def problem_of(question: str, said: str, subject: damage.Subject) -> Optional[str]:
    """What is wrong with an answer to a damaged core; None: nothing."""
    if "Traceback" in said or "Python Exception" in said:
        return "traceback"
    documents = gdbrun.documents(said)
    if len(documents) != 1:
        return "%d documents" % len(documents)
    document = documents[0]
    if not document["ok"]:
        message = document["error"]["message"]
        return None if message and "\n" not in message else "no sentence"
    if question in (COMMON, LISTED):
        missing = sum(subject.counts.values()) - sum(row["count"] for row in document["rows"])
        if missing and not unusual(document["notes"]):
            return "short" if missing > 0 else "more than there are"
    return None


class Sweep:
    """Takes the variants of one process of the sweep, one after another."""

    def __init__(self, og_py: str, folder: str, keep: str):
        self.og_py, self.folder, self.keep = og_py, folder, keep
        self.gdb: Optional[Gdb] = None
        self.outcomes: collections.Counter = collections.Counter()
        self.slowest = (0.0, "")

    def close(self) -> None:
        if self.gdb:
            self.gdb.close()
        self.gdb = None

    def take(self, subject: damage.Subject, number: int, opening: str) -> List[Finding]:
        variant = damage.Damage(subject, number).make()
        path = os.path.join(self.folder, "variant-%d" % number)
        with open(path, "wb") as file:
            file.write(variant.apply(subject.data))
        try:
            findings = list(self._questions(subject, variant, opening % path))
            if findings and self.keep:
                shutil.copy(path, self.keep)
            return findings
        finally:
            os.unlink(path)

    def _questions(self, subject: damage.Subject, variant: damage.Variant, opening: str) -> Iterator[Finding]:
        gdb = self.gdb = self.gdb or Gdb(self.og_py)
        question, answered = opening, 0
        try:
            gdb.ask("core-file", LIMIT)
            gdb.ask("og-open -close", LIMIT)
            questions = QUESTIONS
            if opening.startswith("core-file"):
                gdb.ask(opening, GDBS_OWN_LIMIT)
            else:
                questions = [opening] + QUESTIONS
            for question in questions:
                began = time.monotonic()
                said = gdb.ask(question.replace("FOLDER", self.folder) + " -json", LIMIT)
                self.slowest = max(self.slowest, (time.monotonic() - began, question + ", " + variant.recipe()))
                problem = problem_of(question, said, subject)
                answered += '"ok": true' in said
                if problem:
                    yield Finding(problem, question, subject.name, variant.recipe(), said)
            self.outcomes["answered" if answered > 3 else "refused"] += 1
        except (Late, Died) as problem:
            self.close()
            if question == opening and opening.startswith("core-file"):  # GDB 13 dies of some sequences of cores, without og too
                self.outcomes["GDB itself"] += 1
                return
            self.outcomes["lost"] += 1
            yield Finding(type(problem).__name__.lower(), question, subject.name, variant.recipe(), str(problem))


# ---- cores to damage ----


def small_program(interpreter, folder):
    line = [interpreter.path, "-I", "-S", "-B", os.path.join(processes.PROGRAMS, "small.py")]
    fixed = shutil.which("setarch")  # the same addresses each time: a variant is made again by its number
    small = {"MALLOC_ARENA_MAX": "1"}  # a thread's own arena is 64 MB of a gcore
    return processes.process(([fixed, "-R"] if fixed else []) + line, small, cwd=folder)


def dump(interpreter, folder: str, og_py: str) -> Dict[str, str]:
    """The program runs in a temporary folder: those of a root folder have few other places of this machine to leave a core in."""
    made = {"gcore": os.path.join(folder, interpreter.name + "-gcore")}
    with tempfile.TemporaryDirectory(prefix="og-core-") as place, small_program(interpreter, place) as program:
        gdbrun.run(og_py, program.pid, "gcore " + made["gcore"])
        if not cores.kernel_pattern():
            left = cores.kernel_core(program, place)
            made["kernel"] = os.path.join(folder, interpreter.name + "-kernel")
            shutil.move(left, made["kernel"])
    return made


def subjects_of(found, folder: str, build: str, kinds=("gcore", "kernel")) -> List[damage.Subject]:
    from og import native
    library = native.Library(os.path.join(build, "libog.so"))
    made = []
    for interpreter in found:
        for kind, path in dump(interpreter, folder, os.path.join(build, "og.py")).items():
            if kind in kinds:
                made.append(damage.Subject(library, path, "%s %s" % (interpreter.name, kind)))
    return made


# ---- many ----

OPENINGS = ["og-open %s", "core-file %s", "og-open %s"]


class Report(NamedTuple):
    findings: List[Finding]
    outcomes: Dict[str, int]
    slowest: Tuple[float, str]


def run_part(job) -> Report:
    """Every Nth variant, of all subjects in turn."""
    subjects, numbers, og_py, keep, loud = job
    findings: List[Finding] = []
    with tempfile.TemporaryDirectory(prefix="og-sweep-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        sweep = Sweep(og_py, folder, keep)
        try:
            for done, number in enumerate(numbers):
                for finding in sweep.take(subjects[number % len(subjects)], number, OPENINGS[number // len(subjects) % len(OPENINGS)]):
                    findings.append(finding)
                    if loud:
                        print(finding.tell(), flush=True)
                if loud and done % 50 == 49:
                    print("%d of %d: %s, slowest %.2f s" % (done + 1, len(numbers), dict(sweep.outcomes), sweep.slowest[0]), flush=True)
        finally:
            sweep.close()
    return Report(findings, dict(sweep.outcomes), sweep.slowest)


def run(subjects: List[damage.Subject], numbers, build: str, keep: str = "", loud: bool = False, parts: int = 2) -> Report:
    numbers, og_py = list(numbers), os.path.join(build, "og.py")
    jobs = [(subjects, numbers[part::parts], og_py, keep, loud) for part in range(parts)]
    with multiprocessing.Pool(parts) as pool:
        reports = pool.map(run_part, jobs, 1)
    outcomes: collections.Counter = collections.Counter()
    for each in reports:
        outcomes.update(each.outcomes)
    return Report([f for each in reports for f in each.findings], dict(outcomes), max(each.slowest for each in reports))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", type=int, default=5000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first one")
    parser.add_argument("--build", default=os.environ.get("OG_BUILD", "build"))
    parser.add_argument("--keep", default="", help="a folder for the files of findings")
    parser.add_argument("--python", default="", help="interpreters whose name has this")
    parser.add_argument("--kind", default="", help="only variants of this kind of damage")
    parser.add_argument("--parts", type=int, default=2)
    args = parser.parse_args()
    found = [each for each in interpreters.FOUND if args.python in each.name]
    with tempfile.TemporaryDirectory(prefix="og-cores-") as folder:
        subjects = subjects_of(found, folder, os.path.abspath(args.build))
        print("cores: %s" % ", ".join("%s (%d bytes)" % (s.name, len(s.data)) for s in subjects), flush=True)
        numbers = [n for n in range(args.first, args.first + args.variants) if args.kind in damage.kind_of(n)]
        report = run(subjects, numbers, os.path.abspath(args.build), args.keep, True, args.parts)
    print("%d variants: %s; %d findings; slowest answer %.2f s (%s)" % (len(numbers), report.outcomes, len(report.findings), *report.slowest))
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
