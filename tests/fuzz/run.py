"""Runs one fuzz target for its share of OG_FUZZ_SECONDS (15), from a corpus of real cores and past findings.

    /usr/bin/python3 tests/fuzz/run.py objects build
"""
import os
import subprocess
import sys

import corpus

SHARES = {"core": 0.3, "objects": 0.45, "snapshot": 0.15, "path": 0.05, "filter": 0.05}
MAX_LENGTH = {"core": 1 << 15, "objects": 1 << 10, "snapshot": 1 << 16, "path": 200, "filter": 200}
SKIPPED = 77
SECONDS = "OG_FUZZ_SECONDS"


def skip(reason: str) -> int:
    print(reason)
    return SKIPPED


def main(target: str, build: str) -> int:
    program = os.path.join(build, "fuzz", "fuzz_" + target)
    if not os.path.exists(program):
        return skip("%s is not there: cmake --build %s --target og_fuzz" % (program, build))
    folder = os.path.join(build, "fuzz", "corpus")
    core = corpus.make(folder, build)
    if not core:
        return skip("no core to start from: no interpreter, or gcore failed")
    inputs = [os.path.join(folder, target), os.path.join(os.path.dirname(os.path.abspath(__file__)), "findings", target)]
    if SECONDS in os.environ:  # libFuzzer adds to the first folder, for the next time; a short run is to be the same each time
        inputs.insert(0, os.path.join(folder, "found", target))
        os.makedirs(inputs[0], exist_ok=True)
    seconds = max(1, int(float(os.environ.get(SECONDS, 15)) * SHARES[target]))
    line = [program, "-max_total_time=%d" % seconds, "-max_len=%d" % MAX_LENGTH[target], "-timeout=10", "-rss_limit_mb=4096",
            "-seed=1", "-verbosity=0", "-print_final_stats=1", "-artifact_prefix=%s/" % os.path.dirname(folder)]
    env = dict(os.environ, OG_FUZZ_CORE=core, UBSAN_OPTIONS="print_stacktrace=1")
    return subprocess.run(line + [each for each in inputs if os.path.isdir(each)], env=env, cwd=os.path.dirname(folder)).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
