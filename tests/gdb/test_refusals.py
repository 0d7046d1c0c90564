"""What og cannot look at is refused in one sentence that names it."""
import os
import shutil
import subprocess

import pytest

import gdbrun
import interpreters
import processes

SLEEP = shutil.which("sleep")


def refusal(said):
    """The one sentence."""
    assert "Traceback" not in said.err and "Python Exception" not in said.err, said.tell()
    lines = said.complaints
    assert len(lines) == 1, said.tell()
    return lines[0]


def test_no_process_is_said(gdb):
    assert "attach" in refusal(gdb(0, "og-count dict", attach=False))


def test_process_without_python_is_refused(gdb):
    with processes.process([SLEEP, "1000"], wait_for=None) as program:
        assert "Python" in refusal(gdb(program.pid, "og-count dict"))
        assert "Python" in gdb(program.pid, "og-common -json").document["error"]["message"]


def test_stripped_program_named_like_python_is_refused(gdb, tmp_path):
    copy = str(tmp_path / "python3.11")
    shutil.copy(SLEEP, copy)
    subprocess.run(["strip", copy], check=True)
    with processes.process([copy, "1000"], wait_for=None) as program:
        assert "Python" in refusal(gdb(program.pid, "og-growth"))


@pytest.mark.parametrize("version", [(2, 7), (3, 6), (3, 7)], ids=["2.7", "3.6", "3.7"])
def test_python_older_than_3_8_is_refused_by_version(gdb, version):
    path = interpreters.old(*version)
    if path is None:
        pytest.skip("no CPython %d.%d on this machine" % version)
    with processes.process(
        [path, "-c", "import sys, time; sys.stdout.write('READY\\n'); sys.stdout.flush(); time.sleep(1000)"]
    ) as program:
        sentence = refusal(gdb(program.pid, "og-count dict"))
        assert "3.8" in sentence, sentence


def test_process_of_another_user_is_refused(one_reference, og_py, as_nobody):
    line = gdbrun.command(og_py, one_reference.pid, ["og-count dict"])
    said = subprocess.run(
        as_nobody + line,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        env=dict(os.environ, HOME="/"),
    )
    assert said.returncode != 0
    assert "Traceback" not in said.stderr and "Python Exception" not in said.stderr
    assert "not permitted" in said.stderr, said.stderr


def test_zombie_library_is_named(tmp_path):
    """og.py of a build whose library is gone says which file is missing."""
    broken = tmp_path / "og.py"
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    broken.write_text(
        "import sys\nsys.path.insert(0, %r)\nimport og\nog.load('/nonexistent/libog.so')\n" % os.path.join(root, "gdb")
    )
    said = gdbrun.run(str(broken), 0, attach=False)
    assert "/nonexistent/libog.so" in said.err and "Traceback" not in said.err, said.tell()


def test_interpreter_that_has_not_started_yet_is_refused(one_python, gdb):
    """Stopped at the first instruction: the runtime is there, Python is not."""
    said = gdb(0, "set startup-with-shell off", "file " + one_python.path, "starti", "og-count dict", "kill", attach=False)
    assert "Traceback" not in said.err and "Python Exception" not in said.err, said.tell()
    assert "Python" in said.err or "interpreter" in said.err, said.tell()
