"""All ways to name an object lead to the same one."""
import re

import gdbrun

PATH = "zoo_registered.cache['user:7'][0]"


def addresses(said):
    return [document["address"] for document in gdbrun.documents(said.out)]


def test_path_address_variable_and_result_lead_to_the_same_object(zoo, gdb):
    named = "py:" + PATH
    said = gdb(
        zoo.pid,
        "og-show %s -json" % named,
        "og-show $og -json",
        "og-show $og1 -json",
        "set var $kept = $og",
        "og-show $kept -json",
        "og-show (void*)$kept -json",
        "og-show %s -json" % PATH,
    )
    found = addresses(said)
    assert len(found) == 6, said.tell()
    assert len(set(found)) == 1, said.tell()
    said = gdb(zoo.pid, "og-show %s -json" % found[0], "og-show %d -json" % int(found[0], 16))
    assert addresses(said) == [found[0]] * 2, said.tell()
    truth = zoo.truth
    assert truth.type_name(truth.number[int(found[0], 16)]) == "Plain"


PATHS = {
    "sys.version_info": "items",
    "zoo_running.function_of_everything": "function_of_everything",
    "zoo_builtins.Plain": "Plain",
    "zoo_builtins.Made.attribute['class']": "'level'",
    "__main__.KEPT": "items",
    "KEPT['dicts']['int_keys'][-5]": "1 items",
    "KEPT['instances']['few'].a[0]": "1",
    "KEPT['instances']['slots'].first": "1 items",
    "KEPT['dicts']['mixed_keys'][1.5]": "0 items",
    "KEPT['lists']['many_same'][-1]": "60 items",
    "KEPT['collections_kinds'][0]": "items",
}


def test_paths_are_resolved_through_every_kind_of_holder(zoo, gdb):
    said = gdb(zoo.pid, *["og-show py:%s -json" % path for path in PATHS])
    answers = gdbrun.documents(said.out)
    assert len(answers) == len(PATHS), said.tell()
    wrong = {
        path: answer
        for (path, label), answer in zip(PATHS.items(), answers)
        if not answer["ok"] or label not in answer["label"]
    }
    assert not wrong


def test_c_variable_leads_to_its_object(zoo, gdb):
    said = gdb(zoo.pid, "og-show &_Py_NoneStruct -json")
    assert said.document["ok"] and said.document["type"] == "NoneType", said.tell()


def test_local_of_the_selected_frame_is_found(python, gdb, state):
    with state(python, "idle") as program:
        said = gdb(program.pid, "og-show py:local_variable['of a frame'] -json", "og-show py:count -json")
        first, second = gdbrun.documents(said.out)
        assert first["ok"] and first["type"] == "list", said.tell()
        assert second["ok"] and second["type"] == "function", said.tell()


def test_inner_address_is_attributed_to_its_object(zoo, gdb):
    truth = zoo.truth
    number = next(i for i in range(truth.tracked) if truth.type_name(i) == "tuple" and truth.lengths[i] >= 4)
    address = truth.addresses[number]
    row = gdb(zoo.pid, "og-at 0x%x -json" % (address + 32)).document["rows"][0]
    assert int(row["address"], 16) == address


def test_show_names_every_field(zoo, gdb):
    said = gdb(
        zoo.pid,
        "og-show py:KEPT['instances']['both']",
        "og-show py:KEPT['instances']['few']",
        "og-show py:zoo_running.function_of_everything",
    )
    for name in ("first", "third", "__code__", "__globals__", "__defaults__"):
        assert name in said.out, said.tell()
    # Up to 3.10 an instance has a dict, which has the attributes; from 3.11 on they are the instance's own.
    inline = zoo.truth.hexversion >= 0x30B0000
    assert re.search(r"\ba +0x", said.out) if inline else "__dict__" in said.out, said.tell()
