"""What people read: objgraph's formats word for word, tables, help, TAB."""
import re

import pytest

import processes

COMMANDS = [
    "og-info",
    "og-count",
    "og-common",
    "og-growth",
    "og-new",
    "og-leaking",
    "og-by-type",
    "og-at",
    "og-show",
    "og-refs",
    "og-backrefs",
    "og-chain",
    "og-snapshot",
    "og-save",
    "og-open",
    "og-diff",
]


COMMON = {"": "common10.txt", "-limit 3": "common3.txt", "-long": "common_long.txt"}


@pytest.mark.parametrize("mode", ["read", "agent"])
def test_common_types_are_printed_as_objgraph_prints_them(reference, gdb, mode):
    said = gdb(reference.pid, "set og live " + mode, *["og-common " + options for options in COMMON])
    for name in COMMON.values():
        assert reference.text(name) in said.out, said.tell()


def test_count_equals_objgraphs(reference, gdb):
    stats = reference.data("typestats.json")
    names = ["dict", "Order", "function", "OrderedDict"]
    said = gdb(reference.pid, *["og-count %s -json" % name for name in names])
    assert [document["rows"][0]["count"] for document in gdb_documents(said)] == [
        stats.get(name, 0) for name in names
    ], said.tell()


def test_growth_prints_objgraphs_columns(python, gdb):
    with processes.running(python.path, "grow.py") as program:
        said = gdb(
            program.pid,
            "og-growth -limit 3",
            "signal SIGUSR1",
            "echo SECOND\\n",
            "og-growth",
            "echo THIRD\\n",
            "og-growth",
        )
        first, _, rest = said.out.partition("SECOND\n")
        second, _, third = rest.partition("THIRD\n")
        pattern = re.compile(r"^(\S+) +(\d+) +\+(\d+)$", re.M)
        assert len(pattern.findall(first)) == 3, said.tell()
        grown = {name: (int(count), int(delta)) for name, count, delta in pattern.findall(second)}
        assert grown["Order"] == (110, 110), said.tell()
        lines = [line for line in second.splitlines() if pattern.match(line)]
        width = max(len(line.split()[0]) for line in lines)
        assert all(
            line == "%-*s%9d %+9d" % (width, line.split()[0], int(line.split()[1]), int(line.split()[2]))
            for line in lines
        )
        deltas = [int(line.split()[2]) for line in lines]
        assert deltas == sorted(deltas, reverse=True)
        assert not pattern.findall(third), "growth without growth prints nothing"


def test_new_objects_are_counted_in_objgraphs_columns(one_python, gdb):
    with processes.running(one_python.path, "grow.py") as program:
        said = gdb(program.pid, "og-new", "signal SIGUSR1", "echo SECOND\\n", "og-new")
        second = said.out.partition("SECOND\n")[2]
        assert re.search(r"^Type +Old_ids +Current_ids +New_ids +Count_Deltas$", second, re.M), said.tell()
        row = re.search(r"^Order +(\d+) +(\d+) +([+-]\d+) +([+-]\d+)$", second, re.M)
        assert row and tuple(map(int, row.groups())) == (0, 110, 110, 110), said.tell()


def test_growth_without_an_answer_says_how_much_was_cut(one_reference, gdb):
    said = gdb(one_reference.pid, "og-common -limit 3")
    assert "-limit 0" in said.out, said.tell()


@pytest.mark.parametrize("name", COMMANDS)
def test_help_states_usage_and_explains_every_option(og_py, gdb, name):
    said = gdb(0, "help " + name, "complete %s -" % name, attach=False)
    assert "Usage: " + name in said.out, said.tell()
    first = said.out.splitlines()[0]
    assert first.endswith("."), "the first line is a sentence"
    help_text, options = said.out.partition("\n%s -" % name)[0], re.findall(r"^%s (-[\w-]+)$" % name, said.out, re.M)
    assert "-json" in options, said.tell()
    for option in options:
        assert re.search(r"^ *%s\b" % option, help_text, re.M), "%s is not explained" % option
    usage = re.search(r"Usage: (.*?)\n\n", help_text, re.S).group(1)
    for word in set(re.findall(r"\b[A-Z]{2,}\b", usage)):
        assert help_text.count(word) >= 2, "%s is not explained" % word


def test_command_names_complete(gdb):
    said = gdb(0, "complete og-", attach=False)
    assert set(COMMANDS) <= set(said.out.split()), said.tell()


@pytest.mark.parametrize(
    "typed, expected",
    [
        ("og-growth -lim", "og-growth -limit"),
        ("og-backrefs -d", "og-backrefs -depth"),
        ("og-backrefs -max-n", "og-backrefs -max-nodes"),
        ("og-new -sort d", "og-new -sort deltas"),
        ("og-common -by b", "og-common -by bytes"),
    ],
)
def test_options_complete(gdb, typed, expected):
    said = gdb(0, "complete " + typed, attach=False)
    assert expected in said.out.splitlines(), said.tell()


def test_python_paths_complete(one_zoo, gdb):
    said = gdb(one_zoo.pid, "complete og-show py:zoo_reg", "complete og-show py:zoo_registered.ca")
    assert "og-show py:zoo_registered" in said.out.splitlines(), said.tell()
    assert "og-show py:zoo_registered.cache" in said.out.splitlines(), said.tell()


def test_types_complete_from_the_graph_that_is_there(one_reference, gdb):
    said = gdb(one_reference.pid, "og-common", "complete og-count Slott")
    assert "og-count Slotted" in said.out.splitlines(), said.tell()


def test_names_cannot_command_the_terminal(one_python, gdb, tmp_path):
    """Of a class in a process or, from anyone, in a file."""
    path = tmp_path / "evil.og"
    program = "kept = [type('Evil\\x1b]0;title\\x07\\x9b2J', (), {})() for i in range(9)]; print('READY', flush=True); input()"
    questions = ("og-common -where \"type ~ 'Evil'\"", "og-growth -where \"type ~ 'Evil'\"")
    with processes.process([one_python.path, "-c", program]) as evil:
        live = gdb(evil.pid, *questions, "og-save %s" % path)
    saved = gdb(0, "og-open %s" % path, *questions, attach=False)
    for said in (live, saved):
        assert said.out.count("Evil\\x1b]0;title\\x07\\x9b2J") == 2, said.tell()
        assert not set(said.out) & {"\x1b", "\x07", "\x9b"}


def test_overview_lists_every_command(gdb):
    said = gdb(0, "og", attach=False)
    assert all(name in said.out for name in COMMANDS), said.tell()


def test_loading_prints_one_line_at_most(gdb):
    said = gdb(0, attach=False)
    assert len((said.out + said.err).splitlines()) <= 1, said.tell()


def test_loading_twice_is_harmless(og_py, gdb):
    said = gdb(0, "source " + og_py, "og", attach=False)
    assert said.status == 0 and not said.err, said.tell()


def gdb_documents(said):
    import gdbrun

    return gdbrun.documents(said.out)
