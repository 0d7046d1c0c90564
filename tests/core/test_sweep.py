"""A sample of tests/core/sweep.py: damaged cores, each through every command in a GDB."""
import os
import shutil
import tempfile

import pytest

import interpreters
import sweep

VARIANTS = 60


@pytest.fixture(scope="module")
def subjects(build):
    chosen = [each for each in interpreters.FOUND if each.debian] + interpreters.FOUND[:1] + interpreters.FOUND[-1:]
    folder = tempfile.mkdtemp(prefix="og-cores-")
    try:
        yield sweep.subjects_of(dict.fromkeys(chosen), folder, build)
    finally:
        shutil.rmtree(folder)


def test_damaged_cores_are_answered_or_refused_soon_and_never_silently_short(subjects, build):
    first = int(os.environ.get("OG_SWEEP_FIRST", 0))
    report = sweep.run(subjects, range(first, first + VARIANTS), build)
    assert not report.findings, "\n".join(finding.tell() for finding in report.findings)
    assert report.outcomes.get("answered", 0) > VARIANTS / 2, report.outcomes
    assert report.slowest[0] < sweep.LIMIT
