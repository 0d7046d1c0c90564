"""A saved and opened snapshot answers as the process did, in a GDB that has neither process nor core."""
import cores
import gdbrun
from test_answers import comparable

TEXTS = ("label", "expression", "labels", "form")  # without contents of strings they are others
CHAIN = "og-chain py:KEPT['middle_aged']"


def ask(path, questions, og_py):
    answers = cores.ask(og_py, questions, before=["og-open " + path], attach=False)
    for answer in answers.values():
        assert answer["stopped_ms"] == 0
        assert answer["target"]["kind"] == "snapshot" and answer["target"]["path"] == path
    return list(answers.values())


def stored(document):
    """What the live process and its snapshot both have."""
    document = comparable(document)
    document.pop("snapshot", None)
    for only in ("pythons", "gils"):  # of a process or core: its CPythons, and who holds each lock
        document.pop(only, None)
    if document.get("graph"):
        document["graph"].pop("memory")  # og's own
    return document


def hidden(live, plain):
    """LIVE without what PLAIN has not: labels, and keys and members of which it has no name."""
    if isinstance(live, list) and isinstance(plain, list) and len(live) == len(plain):
        return [hidden(a, b) for a, b in zip(live, plain)]
    if not isinstance(live, dict) or not isinstance(plain, dict):
        return live
    return {key: plain.get(key) if key in TEXTS or key == "name" and plain.get(key, "")[:1] in "[{"
            else hidden(value, plain.get(key)) for key, value in live.items()}


def test_snapshot_with_strings_answers_every_command_as_the_live_process(dumped, og_py):
    for question, answer in zip(cores.QUESTIONS, ask(dumped.snapshots["strings"], cores.QUESTIONS, og_py)):
        assert answer["ok"] == (question != cores.WRONG), answer
        if answer["ok"]:
            assert stored(answer) == stored(dumped.live[question]), question


def test_snapshot_without_strings_answers_the_same_but_for_contents(one_dumped, og_py):
    live = one_dumped.live
    address = live[CHAIN]["rows"][0]["addresses"][-1]  # a key that is not stored can be in no path
    asked = [question.replace("py:KEPT['middle_aged']", address) for question in cores.QUESTIONS]
    for question, answer in zip(cores.QUESTIONS, ask(one_dumped.snapshots["plain"], asked, og_py)):
        if question != cores.WRONG:
            assert stored(answer) == hidden(stored(live[question]), stored(answer)), question


def test_key_whose_contents_are_not_stored_is_said_to_be_perhaps_there(one_dumped, gdb):
    said = gdb(0, "og-open " + one_dumped.snapshots["plain"], "og-show py:KEPT['middle_aged'] -json",
               "og-show py:KEPT.middle_aged -json", "og-show py:threading.nothing_there -json",
               "og-open " + one_dumped.snapshots["strings"], "og-show py:KEPT['middle_agd'] -json", attach=False)
    perhaps, attribute, absent, misspelt = [document["error"]["message"] for document in gdbrun.documents(said.out)]
    assert "'middle_aged'" in perhaps and "contents" in perhaps
    assert "no attribute 'middle_aged'" in attribute and "no attribute 'nothing_there'" in absent
    assert "no key" in misspelt and "'middle_aged'" in misspelt


def test_paths_complete_in_a_snapshot(one_dumped, gdb):
    cases = {"og-show py:threadi": "og-show py:threading",
             "og-show py:threading.current_th": "og-show py:threading.current_thread",
             "og-show py:KEPT['middle_a": "og-show py:KEPT['middle_aged"}
    said = gdb(0, "og-open " + one_dumped.snapshots["strings"], *["complete " + typed for typed in cases], attach=False)
    for expected in cases.values():
        assert expected in [line.rstrip("'") for line in said.out.splitlines()], said.tell()  # GDB 16 shows the quote it adds
