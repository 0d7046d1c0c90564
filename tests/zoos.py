"""The zoo, filled and waiting."""
import contextlib
import os

import heaptruth
import processes


class Zoo:
    """A waiting zoo and what its interpreter says of it."""

    def __init__(self, program, truth, missing):
        self.program, self.truth, self.missing = program, truth, missing
        self.pid = program.pid


@contextlib.contextmanager
def waiting(interpreter, folder, *arguments):
    path = os.path.join(str(folder), "truth")
    with processes.running(interpreter.path, "zoo.py", path, *arguments) as program:
        missing = [line.split(":")[0][len("missing ") :] for line in program.lines if line.startswith("missing ")]
        yield Zoo(program, heaptruth.Truth(path), missing)
