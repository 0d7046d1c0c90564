"""A sample of tests/core/sweep.py: damaged cores, each through every command in a GDB."""
import os
import shutil
import tempfile

import pytest

import damage
import gdbrun
import graphs
import interpreters
import sweep
from og import losses, native

VARIANTS = 60


@pytest.fixture(scope="module")
def subjects(build):
    here = [each for each in interpreters.RELEASES if not each.root]  # GDB makes whole cores of them
    chosen = [each for each in here if each.debian] + here[:1] + here[-1:]
    folder = tempfile.mkdtemp(prefix="og-cores-")
    try:
        yield sweep.subjects_of(dict.fromkeys(chosen), folder, build)
    finally:
        shutil.rmtree(folder)


def test_whole_cores_are_answered_without_complaint(subjects, build, tmp_path):
    for subject in subjects:
        gdb = sweep.Gdb(os.path.join(build, "og.py"))
        try:
            gdb.ask("set sysroot " + (gdbrun.SYSROOT or "target:"), sweep.GDBS_OWN_LIMIT)
            gdb.ask("og-open " + subject.path, sweep.GDBS_OWN_LIMIT)
            for question in sweep.QUESTIONS:
                document = gdbrun.documents(gdb.ask(question.replace("FOLDER", str(tmp_path)) + " -json", sweep.LIMIT))[0]
                assert document["ok"] and not sweep.unusual(document["notes"]), (subject.name, document)
        finally:
            gdb.close()


def flipped(subject, library, tmp_path, *patches):
    """Counts, and what is said of losses, of a core with some words of memory changed."""
    damaged = damage.Damage(subject, 0)
    for address, value in patches:
        damaged.put(address, value, "")
    path = tmp_path / "core"
    path.write_bytes(damage.Variant(0, "", damaged.patches, damaged.size).apply(subject.data))
    target = library.open_core(str(path))
    graph = graphs.scan(target, native.SCAN_OBJECTS)
    told = sum(row.count for row in target.types(graph, native.query())[0]), losses.sentences(graph.info, bool(target.info().free_threaded)) + target.notes()
    graph.close()
    target.close()
    return told


def test_a_link_that_skips_to_the_end_of_its_list_loses_nothing(subjects, library, tmp_path):
    for subject in subjects:
        lists = {head: subject.members(head) for head in subject.list_heads}
        head, longest = max(lists.items(), key=lambda each: len(each[1]))
        count, told = flipped(subject, library, tmp_path, (longest[len(longest) // 2], head))
        assert count == sum(subject.counts.values()), subject.name
        assert any("no object is missing" in sentence for sentence in told), told


def test_threads_in_a_circle_are_said(subjects, library, tmp_path):
    for subject in subjects:
        target = library.open_core(subject.path)
        first, second = target.threads()
        target.close()
        following = next(at for at in range(first.tstate, first.tstate + 64, 8) if subject.word(at) == second.tstate)
        offset = following - first.tstate
        count, told = flipped(subject, library, tmp_path, (second.tstate + offset, first.tstate))
        assert count == sum(subject.counts.values()), subject.name
        assert any("thread" in sentence for sentence in told), told


def test_damaged_cores_are_answered_or_refused_soon_and_never_silently_short(subjects, build):
    first = int(os.environ.get("OG_SWEEP_FIRST", 0))
    report = sweep.run(subjects, range(first, first + VARIANTS), build)
    assert not report.findings, "\n".join(finding.tell() for finding in report.findings)
    assert report.outcomes.get("answered", 0) > VARIANTS / 2, report.outcomes
    assert report.slowest[0] < sweep.LIMIT
