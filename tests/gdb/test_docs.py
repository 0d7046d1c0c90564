"""docs/commands: a page for each command, and on it each option as `help` has it."""
import glob
import json
import os
import re

import pytest

import gdbrun

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGES = os.path.join(ROOT, "docs", "commands")
LIST = ("python import json; from og import command; "
        "print(json.dumps({c.name: [c.summary] + [[o.usage, o.help] for o in c.table] for c in command.commands}))")


@pytest.fixture(scope="module")
def tables(og_py):
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


QUESTIONS = ["og-info -all", "og-count dict", "og-common", "og-growth", "og-new", "og-leaking -explained -limit 2", "og-by-type dict -limit 2",
             "og-at 0x3 $og1", "og-at $og1", "og-show py:CACHE", "og-refs py:CACHE -depth 1 -o %s/x.dot", "og-backrefs py:CACHE -depth 1",
             "og-chain py:CACHE", "og-snapshot", "og-snapshot -list", "og-save %s/x.og", "og-open %s/x.og", "og-info", "og-open -close",
             "og-diff s1 -objects", "og-export %s/x.csv", "og-count"]  # fmt: skip
ELSEWHERE = {"og-chain": "og-refs", "og-diff": "og-by-type"}  # pages that these name for rows of theirs


def keys(value):
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_every_key_of_a_document_is_on_its_page(one_reference, gdb, tmp_path):
    said = gdb(one_reference.pid, *[question.replace("%s", str(tmp_path)) + " -json" for question in QUESTIONS])
    documents = gdbrun.documents(said.out)
    assert [document["command"] for document in documents] == [question.split()[0] for question in QUESTIONS], said.tell()
    missing = []
    for document in documents:
        name = document["command"]
        pages = [os.path.join(PAGES, page + ".md") for page in (name, ELSEWHERE.get(name, name))] + [os.path.join(ROOT, "docs", "json.md")]
        text = "".join(open(page, encoding="utf-8").read() for page in pages)
        missing += ["%s: %s" % (name, key) for key in keys(document) if "`%s`" % key not in text]
    assert not missing


def test_every_code_of_an_error_is_on_the_page_about_json():
    codes = set(re.findall(r'OgError\("([a-z-]+)"|E[A-Z]+: "([a-z-]+)"', "".join(
        open(path).read() for path in glob.glob(os.path.join(ROOT, "gdb", "og", "**", "*.py"), recursive=True))))
    with open(os.path.join(ROOT, "docs", "json.md"), encoding="utf-8") as page:
        text = page.read()
    missing = [code for pair in codes for code in pair if code and "`%s`" % code not in text]
    assert missing == ["library"], "that one ends the loading of og"
