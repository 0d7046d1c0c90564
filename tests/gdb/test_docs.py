"""docs/commands: a page for each command, and on it each option as `help` has it."""
import json
import os

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGES = os.path.join(ROOT, "docs", "commands")
LIST = ("python import json; from og import command; "
        "print(json.dumps({c.name: [c.summary] + [[o.usage, o.help] for o in c.table] for c in command.commands}))")


@pytest.fixture(scope="module")
def tables(og_py):
    import gdbrun

    return json.loads(gdbrun.run(og_py, 0, LIST, attach=False).out)


def test_every_command_has_a_page_and_every_page_a_command(tables):
    assert {name + ".md" for name in tables} == set(os.listdir(PAGES))


def test_pages_have_the_options_of_the_commands(tables):
    wrong = []
    for name, (summary, *options) in tables.items():
        with open(os.path.join(PAGES, name + ".md"), encoding="utf-8") as page:
            text = page.read()
        if not text.startswith("# %s\n\n%s\n" % (name, summary)):
            wrong.append(name)
        rows = ["| `%s` | %s |" % (usage.replace("|", "\\|"), what.replace("|", "\\|")) for usage, what in options]
        wrong += ["%s: %s" % (name, row) for row in rows if row not in text]
        wrong += ["%s: too many options" % name] * (text.count("\n| `-") != len(rows))
    assert not wrong
