"""The shape of the code: includes look down, the library exports its header, the agent needs nobody."""
import glob
import os
import re
import subprocess

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NATIVE = os.path.join(ROOT, "native")

# Each layer may include itself and those before it.
ORDER = ["base", "memory", "cpython", "graph", "analysis"]
MAY = {layer: set(ORDER[: i + 1]) for i, layer in enumerate(ORDER)}
MAY["agent"] = {"base", "memory", "cpython", "graph", "agent"}
MAY["engine"] = set(ORDER) | {"engine"}
SHARED = {
    "engine": "agent/protocol.h",
}  # what a layer may see of a higher one: one contract each
FREESTANDING = {"string.h", "stdint.h", "stdbool.h", "stddef.h", "stdarg.h", "limits.h"}


def sources():
    return sorted(glob.glob(os.path.join(NATIVE, "*", "**", "*.[ch]"), recursive=True))


def includes(path):
    with open(path) as file:
        return re.findall(r'^\s*#\s*include\s+["<]([^">]+)[">]', file.read(), re.M)


def test_includes_go_down_the_layers_only():
    wrong = []
    for path in sources():
        relative = os.path.relpath(path, NATIVE)
        layer = relative.split(os.sep)[0]
        if layer == "include":
            continue
        for name in includes(path):
            other = name.split("/")[0]
            if "/" in name and other in MAY and other not in MAY[layer] and SHARED.get(layer) != name:
                wrong.append("%s includes %s" % (relative, name))
    assert not wrong


def is_table(path):
    """A header without a guard is the body of an array."""
    with open(path) as file:
        return "#ifndef" not in file.read()


def test_headers_can_be_included_alone(tmp_path):
    wrong = []
    for path in sources():
        if path.endswith(".h") and not is_table(path):
            run = subprocess.run(
                [
                    "gcc",
                    "-std=c11",
                    "-D_GNU_SOURCE",
                    "-fsyntax-only",
                    "-x",
                    "c",
                    "-I",
                    NATIVE,
                    "-I",
                    os.path.join(NATIVE, "include"),
                    path,
                ],
                capture_output=True,
                text=True,
            )
            if run.returncode:
                wrong.append(run.stderr)
    assert not wrong, "\n".join(wrong)


def test_public_header_compiles_as_c_and_cxx():
    header = os.path.join(NATIVE, "include", "og", "og.h")
    subprocess.run(
        ["gcc", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", header], check=True
    )


def test_exported_symbols_are_the_headers(build):
    with open(os.path.join(NATIVE, "include", "og", "og.h")) as file:
        promised = set(re.findall(r"OG_API[^;(]*?\b(og_\w+)\s*\(", file.read()))
    listed = subprocess.run(
        ["nm", "-D", "--defined-only", os.path.join(build, "libog.so")], capture_output=True, text=True, check=True
    ).stdout
    exported = {line.split()[-1] for line in listed.splitlines()}
    assert exported == promised


def test_library_needs_no_library_that_gdb_does_not(build):
    listed = subprocess.run(
        ["readelf", "-d", os.path.join(build, "libog.so")], capture_output=True, text=True, check=True
    ).stdout
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", listed))
    assert needed <= {"libc.so.6", "libm.so.6", "libelf.so.1", "libxxhash.so.0", "ld-linux-x86-64.so.2"}


def agent_elf(build):
    for path in glob.glob(os.path.join(build, "**", "*"), recursive=True):
        if os.path.isfile(path) and "agent" in os.path.basename(path) and not path.endswith((".o", ".a", ".bin", ".S")):
            with open(path, "rb") as file:
                if file.read(4) == b"\x7fELF":
                    return path
    return None


def test_agent_image_needs_no_relocation_and_nobody(build):
    path = agent_elf(build)
    if path is None:
        pytest.fail("the linked agent is not in %s" % build)
    relocations = subprocess.run(["readelf", "-rW", path], capture_output=True, text=True, check=True).stdout
    assert "R_X86_64" not in relocations, relocations
    undefined = subprocess.run(["nm", "-u", path], capture_output=True, text=True, check=True).stdout.strip()
    assert not undefined
    sections = subprocess.run(["readelf", "-SW", path], capture_output=True, text=True, check=True).stdout
    writable = [
        line
        for line in sections.splitlines()
        if re.search(r"\.(data|bss|got|init_array)\b", line) and not re.search(r"\s0+\s+\d+\s+WA?", line)
    ]
    for line in writable:
        size = re.search(r"(?:PROGBITS|NOBITS)\s+\w+\s+\w+\s+(\w+)", line)
        assert not size or int(size.group(1), 16) == 0, line


def test_image_is_carried_by_the_library(library):
    image = library.agent_bytes()
    assert 4096 < len(image) < 1 << 20


def agent_sources():
    """What native/agent/CMakeLists.txt builds the image from: not labels and names, which are for people."""
    for path in sources():
        relative = os.path.relpath(path, NATIVE)
        parts = ("cpython/", "graph/scan", "graph/index", "agent/")
        if relative.startswith(parts) and not re.match(r"cpython/(label|path|type_name)", relative):
            yield relative, path


def test_agent_layers_use_no_library_header():
    """Beyond the freestanding headers the C library is the host's."""
    wrong = [
        "%s includes %s" % (relative, name)
        for relative, path in agent_sources()
        for name in includes(path)
        if "/" not in name
        and name not in FREESTANDING
        and not os.path.exists(os.path.join(os.path.dirname(path), name))
    ]
    assert not wrong


def test_files_are_short_and_end_with_a_newline():
    wrong = []
    for path in sources():
        with open(path) as file:
            text = file.read()
        if len(text.splitlines()) > (1000 if path.endswith("_table.h") else 700) or not text.endswith("\n") or "\t" in text:
            wrong.append(os.path.relpath(path, ROOT))
    assert not wrong


def test_nothing_is_left_to_do():
    pattern = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    wrong = []
    for path in sources() + glob.glob(os.path.join(ROOT, "gdb", "**", "*.py"), recursive=True):
        with open(path) as file:
            wrong += [
                "%s:%d" % (os.path.relpath(path, ROOT), number)
                for number, line in enumerate(file, 1)
                if pattern.search(line)
            ]
    assert not wrong


def test_python_of_gdb_does_not_call_native_code_back():
    """A callback swallows Ctrl-C (facts of GDB): there is none."""
    for path in glob.glob(os.path.join(ROOT, "gdb", "**", "*.py"), recursive=True):
        with open(path) as file:
            text = file.read()
        assert "CFUNCTYPE" not in text and "PYFUNCTYPE" not in text, path


def test_gdb_package_is_loaded_from_its_own_folder(og_py, gdb, tmp_path, monkeypatch):
    """A folder named gdb or og where GDB was started must not be taken for ours."""
    for name in ("gdb", "og"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('the wrong package')\n")
    monkeypatch.chdir(tmp_path)
    said = gdb(0, "python import og, gdb; print(og.__file__, gdb.VERSION)", attach=False)
    assert "the wrong package" not in said.out + said.err
    assert os.path.join(ROOT, "gdb", "og") in said.out, said.tell()


def test_bindings_agree_with_the_header(build, tmp_path):
    """Size of every structure and offset of every field, as the compiler has them."""
    from og import native

    lines = ["#include <og/og.h>", "#include <stddef.h>", "#include <stdio.h>", "int main(void) {"]
    for name, structure in native.STRUCTURES.items():
        lines.append('printf("%s %%zu\\n", sizeof(struct %s));' % (name, name))
        lines += [
            'printf("%s.%s %%zu\\n", offsetof(struct %s, %s));' % (name, field[0], name, field[0])
            for field in structure._fields_
        ]
    source, program = tmp_path / "sizes.c", tmp_path / "sizes"
    source.write_text("\n".join(lines + ["return 0; }"]))
    subprocess.run(["gcc", "-I", os.path.join(NATIVE, "include"), "-o", str(program), str(source)], check=True)
    said = dict(
        line.split()
        for line in subprocess.run([str(program)], capture_output=True, text=True, check=True).stdout.splitlines()
    )
    import ctypes

    for name, structure in native.STRUCTURES.items():
        assert int(said[name]) == ctypes.sizeof(structure), name
        for field in structure._fields_:
            assert int(said["%s.%s" % (name, field[0])]) == getattr(structure, field[0]).offset, (name, field[0])


# Read nothing of a file that is mapped, or have the guard inside, with an owner of what was made around it.
NEED_NO_GUARD = {
    "og_target_open_process", "og_target_open_core", "og_target_open_buffer", "og_target_open_snapshot", "og_graph_open",
    "og_target_close", "og_target_stop", "og_target_identity", "og_same_process", "og_target_check", "og_target_snapshot_info",
    "og_graph_close", "og_graph_info", "og_graph_arrays", "og_scan_progress", "og_scan_finish", "og_scan_cancel",
    "og_save_progress", "og_save_finish", "og_save_cancel", "og_export_progress", "og_export_finish", "og_export_cancel",
}  # fmt: skip


def test_public_functions_that_read_have_a_guard():
    """Files are read where they are mapped: a function without a guard ends GDB when somebody cuts the file."""
    with open(os.path.join(NATIVE, "include", "og", "og.h")) as file:
        declared = re.findall(r"OG_API[^;(]*?\b(og_\w+)\s*\(([^;]*)\);", file.read())
    asked = {name for name, rest in declared if re.search(r"struct og_(target|graph|scan|save|export) \*", rest)}
    guarded = set()
    for path in sources():
        if path.endswith(".c"):
            with open(path) as file:
                guarded |= set(re.findall(r"^[\w *]*\b(og_\w+)\([^;{]*\)\n\{\n    OG_GUARD", file.read(), re.M))
    assert asked - guarded == NEED_NO_GUARD


def test_ci_runs_the_test_command_of_the_readme():
    def commands(path):
        with open(os.path.join(ROOT, path)) as file:
            return [line.strip() for line in file if line.rstrip().endswith("--target check")]

    assert len(commands("README.md")) == 1
    assert commands("README.md") == commands(".ci/run")
