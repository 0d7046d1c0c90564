"""At a terminal: colour where GDB has it, names that try to command it, typing errors."""
import os
import pty
import subprocess

import pytest

import gdbrun
import processes

PROGRAM = r"""
Evil = type("Evil\x1b[41m\x1b]0;title\x07\x9b2J\n\u202e\t", (), {})
Wide = type("\u65e5\u672c\u8a9e", (), {})
Long = type("L" * 300, (), {})
kept = [each() for each in (Evil, Wide, Long) for i in range(7)]
setattr(kept[0], "key\x1b[41m", {"\x1b[41m": kept})
print("READY", flush=True)
input()
"""
NAME = r"Evil\x1b[41m\x1b]0;title\x07\x9b2J\n\u202e\t"
WHERE = "-where \"type ~ 'Evil'\""


@pytest.fixture(scope="module")
def evil(one_python):
    with processes.process([one_python.path, "-c", PROGRAM]) as program:
        yield program.pid


def typed(og_py, pid, *commands):
    """What GDB shows at a terminal, with its colours."""
    ours, its = pty.openpty()
    asked = ["set confirm off", "set width 0", "set height 0", "set style enabled on", "echo BEGIN\\n", *commands, "echo END\\n", "quit"]
    line = [word for word in gdbrun.command(og_py, pid, asked) if word != "-batch"]
    environment = dict(gdbrun.plain(), TERM="xterm", LC_ALL="C.UTF-8")
    started = subprocess.Popen(line, stdin=its, stdout=its, stderr=its, env=environment)
    os.close(its)
    out = b""
    try:
        while True:
            piece = os.read(ours, 4096)
            out += piece
            if not piece:
                break
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(ours)
        started.wait(timeout=60)
    return out.decode(errors="replace").replace("\r\n", "\n").partition("BEGIN\n")[2].partition("END\n")[0]


def test_no_answer_lets_a_name_command_the_terminal(evil, gdb, tmp_path):
    commands = ["og-common -all " + WHERE, "og-growth " + WHERE, "og-new " + WHERE, "og-show py:kept[0]", "og-refs py:kept[0]",
                "og-backrefs py:kept[0]", "og-chain py:kept[0]", "og-at py:kept[0]", "og-show py:kept[0].nix", "complete og-count Ev"]
    said = gdb(evil, *[line for command in commands for line in ("echo == %s\\n" % command, command)])
    assert not {c for c in said.out + said.err if not c.isprintable()} - {"\n", "\t"}, said.tell()  # the tabs are GDB's own
    answers = [answer for answer in said.out.split("== ")[1:] if not answer.startswith(("og-show py:kept[0].nix", "complete"))]
    assert all(NAME in answer for answer in answers) and len(answers) == 8, said.tell()


def test_only_ogs_own_colours_reach_the_terminal(evil, og_py, tmp_path):
    path = tmp_path / "shown"
    said = typed(og_py, evil, "og-refs py:kept[0]", "echo FILE\\n", "og-show py:kept[0] -o %s" % path,
                 "python print(gdb.execute('og-show py:kept[0]', to_string=True))")
    tree, plain = said.replace("\x1b[m", "").split("FILE\n")  # GDB itself ends colours now and then
    assert "\x1b[" in tree and NAME in tree and "\x1b[41m" not in said
    assert "\x1b" not in plain + path.read_text() and NAME in plain


@pytest.mark.skipif(not (gdbrun.shows("sh") and gdbrun.shows("cat")), reason="no shell to pipe to")
def test_nothing_that_is_piped_has_colours(evil, og_py):
    said = typed(og_py, evil, "pipe og-show py:kept[0] | cat")
    assert "\x1b" not in said.replace("\x1b[m", "") and NAME in said


def test_columns_stand_below_each_other_in_every_script(evil, gdb):
    said = gdb(evil, "og-common -where \"module == '__main__'\"", "og-show py:kept")
    assert "\u65e5\u672c\u8a9e" + " " * (len(NAME) - 6) + " 7" in said.out, said.tell()
    assert "L" * 300 + " 7" in said.out, said.tell()
    heads, first = [line for line in said.out.splitlines() if line.startswith((" #", " 2"))][:2]
    assert first.index("<__main__") == heads.index("object") < 120, said.tell()


@pytest.mark.parametrize("asked, said", [
    ("og-common -where size > 3", "only options can follow, not: > 3; the filter behind -where needs quotes around it"),
    ("og-common dict", "only options can follow, not: dict"),
    ("og-new -sort by", "-sort takes deltas, old, current or new, not by"),
    ("og-refs py:kept -o x.foo", "a graph is written as .dot, .svg, .png or .pdf: x.foo is none of these"),
    ("set og python", "nothing is neither auto nor a version such as 3.12 nor an address"),
])  # fmt: skip
def test_slip_is_told_in_one_sentence(evil, gdb, asked, said):
    assert gdb(evil, asked).complaints == [said]


@pytest.mark.parametrize("asked, similar", [("tupel", "tuple"), ("DICT", "dict"), ("app.Wide", None), ("no_such_thing", None)])
def test_type_that_nobody_has_is_told_with_similar_ones(evil, gdb, asked, similar):
    for command in ("og-count ", "og-by-type "):
        notes = gdb(evil, command + asked + " -json").document["notes"]
        told = [note for note in notes if "similar" in note]
        assert told == (["no object has a type called %s; similar: %s" % (asked, similar)] if similar else []), notes
