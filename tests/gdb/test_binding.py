"""gdb/og/abi.py and native.py against native/include/og/og.h: what ctypes believes is what the compiler says."""
import ctypes
import os
import re
import subprocess

import pytest

from og import native

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HEADER = os.path.join(ROOT, "native", "include", "og", "og.h")


def compiled(folder, lines):
    source, program = os.path.join(str(folder), "layout.c"), os.path.join(str(folder), "layout")
    with open(source, "w", encoding="utf-8") as out:
        out.write("#include <stddef.h>\n#include <stdio.h>\n#include <og/og.h>\nint main(void)\n{\n%s\nreturn 0;\n}\n"
                  % "\n".join(lines))
    subprocess.run(["cc", "-std=c11", "-I", os.path.dirname(os.path.dirname(HEADER)), "-o", program, source], check=True)
    return [line.split() for line in subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()]


def declared():
    with open(HEADER, encoding="utf-8") as text:
        return re.sub(r"/\*.*?\*/", "", text.read(), flags=re.S)


def test_every_structure_has_the_size_and_offsets_of_the_header(tmp_path):
    expected, lines = [], []
    for name, structure in native.STRUCTURES.items():
        expected.append([name, str(ctypes.sizeof(structure))])
        lines.append('printf("%s %%zu\\n", sizeof(struct %s));' % (name, name))
        for field, *_ in structure._fields_:
            expected.append([name + "." + field, str(getattr(structure, field).offset)])
            lines.append('printf("%s.%s %%zu\\n", offsetof(struct %s, %s));' % (name, field, name, field))
    assert compiled(tmp_path, lines) == expected


def test_every_structure_with_fields_is_bound():
    assert set(re.findall(r"^struct (og_\w+) \{", declared(), re.M)) == set(native.STRUCTURES)


def test_every_function_is_bound_with_as_many_arguments():
    found = {}
    for name, arguments in re.findall(r"^OG_API [^;(]*?(og_\w+)\(([^;]*)\);", declared(), re.M):
        found[name] = 0 if arguments.strip() == "void" else arguments.count(",") + 1
    assert {name: len(arguments) for name, (_, arguments) in native.FUNCTIONS.items()} == found


def test_constants_are_those_of_the_header(tmp_path):
    names = {"OG_ABI": native.ABI, "OG_MORE": native.MORE, "OG_EABSENT": native.EABSENT, "OG_EUNREADABLE": native.EUNREADABLE,
             "OG_SCAN_GRAPH": native.SCAN_GRAPH, "OG_NODE_DEL": native.NODE_DEL, "OG_MISS_COUNT": len(native.MISSES),
             "OG_REF_INFERRED": native.REF_KINDS.index("inferred"), "OG_NEW_NEW": native.NEW_SORT["new"]}
    lines = ['printf("%s %%d\\n", (int)%s);' % (name, name) for name in names]
    assert dict(compiled(tmp_path, lines)) == {name: str(value) for name, value in names.items()}


def test_another_interface_version_is_refused_with_a_sentence(tmp_path):
    source, library = tmp_path / "other.c", str(tmp_path / "libother.so")
    source.write_text("unsigned og_abi(void) { return 99; }\n")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, str(source)], check=True)
    with pytest.raises(native.OgError, match="has interface 99 and these commands need %d" % native.ABI):
        native.Library(library)


def test_a_missing_library_is_refused_with_its_path():
    with pytest.raises(native.OgError, match="^/nowhere/libog.so: cannot open"):
        native.Library("/nowhere/libog.so")
