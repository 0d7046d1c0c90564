"""Sourced by GDB: the column of native/cpython/layout.h for a build, from its debug information.

    gdb -batch -nx -iex 'set debug-file-directory ROOT/usr/lib/debug' -ex 'python BUILD, TABLE, WRITE = "PROGRAM", "LAYOUT.H", False' -x layout_probe.py

PROGRAM: the python3.N (python3.Nt: free-threaded), or its libpython3.N where it has one; or an object file of that name, compiled with -g, that
includes the internal headers and defines a variable of each structure. Prints each row that the table has otherwise for that version; with WRITE a
new version becomes the last column. A field that a version does not have is -1.
"""
import re
from typing import Dict, List, Optional, Tuple

import gdb

ROW = re.compile(r"^    X\((\w+), ([-\d, ]+)\)", re.M)
HEADING = re.compile(r"/\*    field((?:, 3\.\d+t?)+) \*/")

# Fields by prefix: the structure, and what stands before the name of the member.
STRUCTURES: List[Tuple[str, str, str]] = [
    ("ob_size", "PyVarObject", "ob_"),
    ("ob_", "PyObject", "ob_"),
    ("pyobject_", "PyObject", ""),
    ("pyvarobject_", "PyVarObject", ""),
    ("runtime_", "struct pyruntimestate", ""),
    ("interp_", "struct _is", ""),
    ("tstate_heaps", "_PyThreadStateImpl", "mimalloc."),
    ("tstate_", "struct _ts", ""),
    ("gil_", "struct _gil_runtime_state", ""),
    ("gc_generation_", "struct gc_generation", ""),
    ("gc_", "struct _gc_runtime_state", ""),
    ("iframe_", "struct _PyInterpreterFrame", ""),
    ("frame_", "struct _frame", ""),
    ("code_", "PyCodeObject", "co_"),
    ("gen_", "PyGenObject", ""),
    ("func_", "PyFunctionObject", "func_"),
    ("tp_", "PyTypeObject", "tp_"),
    ("type_", "PyTypeObject", ""),
    ("ht_", "PyHeapTypeObject", "ht_"),
    ("heaptype_", "PyHeapTypeObject", ""),
    ("ma_", "PyDictObject", "ma_"),
    ("dk_", "struct _dictkeysobject", "dk_"),
    ("dictvalues_", "struct _dictvalues", ""),
    ("set_", "PySetObject", ""),
    ("list_", "PyListObject", ""),
    ("tuple_", "PyTupleObject", ""),
    ("bytes_", "PyBytesObject", ""),
    ("bytearray_", "PyByteArrayObject", ""),
    ("long_", "struct _longobject", ""),
    ("ascii_", "PyASCIIObject", ""),
    ("compact_", "PyCompactUnicodeObject", ""),
    ("unicode_", "PyUnicodeObject", ""),
    ("md_", "PyModuleObject", "md_"),
    ("cell_", "PyCellObject", ""),
    ("im_", "PyMethodObject", "im_"),
    ("m_", "PyCFunctionObject", "m_"),
    ("wr_", "struct _PyWeakReference", "wr_"),
    ("exc_", "PyBaseExceptionObject", ""),
    ("tb_", "struct _traceback", "tb_"),
    ("memoryview_", "PyMemoryViewObject", ""),
]
# Members whose name is another than the row's; the first that exists.
MEMBERS: Dict[str, str] = {
    "ob_refcnt": "ob_refcnt|ob_ref_local",
    "ob_size": "ob_size",
    "runtime_interpreters_head": "interpreters.head",
    "runtime_interpreters_main": "interpreters.main",
    "runtime_gil_locked": "ceval.gil.locked",
    "runtime_gil_last_holder": "ceval.gil.last_holder",
    "runtime_tstate_current": "gilstate.tstate_current",
    "interp_tstate_head": "tstate_head|threads.head",
    "interp_modules": "modules|imports.modules",
    "interp_importlib": "importlib|imports.importlib",
    "interp_ceval_gil": "ceval.gil",
    "interp_static_builtins": "types.builtins.initialized|types.builtins",
    "interp_static_extensions": "types.for_extensions.initialized",
    "tstate_heaps": "mimalloc.heaps",
    "tstate_frame": "frame|current_frame",
    "iframe_executable": "f_executable|f_code",
    "iframe_funcobj": "f_func|f_funcobj",
    "iframe_globals": "f_globals",
    "iframe_builtins": "f_builtins",
    "iframe_locals": "f_locals",
    "iframe_prev_instr": "prev_instr|instr_ptr",
    "frame_f_overwritten": "f_overwritten_fast_locals",
    "frame_data": "_f_frame_data",
    "code_varnames": "co_varnames|co_localsplusnames",
    "code_linetable": "co_lnotab|co_linetable",
    "code_cached": "_co_cached",
    "code_co_code": "_co_code",
    "dk_size": "dk_size|dk_log2_size",
    "long_lv_tag": "long_value.lv_tag|ob_base.ob_size",
    "long_ob_digit": "long_value.ob_digit|ob_digit",
    "unicode_length": "_base._base.length",
    "unicode_state": "_base._base.state",
    "unicode_wstr": "_base._base.wstr",
    "md_def": "md_def|md_token",
}


def structure(name: str) -> Optional[gdb.Type]:
    try:
        return gdb.lookup_type(name).strip_typedefs()
    except gdb.error:
        return None


def offset(type_: gdb.Type, path: str) -> int:
    """Of the member at PATH, unnamed structures and unions looked through; -1: none."""
    name, _, rest = path.partition(".")
    for field in type_.fields() if type_.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION) else []:
        inner = field.type.strip_typedefs()
        if field.name == name:
            below = offset(inner, rest) if rest else 0
        elif not field.name:
            below = offset(inner, path)
        else:
            continue
        if below >= 0:
            return field.bitpos // 8 + below
    return -1


def value(row: str) -> int:
    prefix, name, members = next(each for each in STRUCTURES if row.startswith(each[0]))
    type_ = structure(name)
    if type_ is None:
        return -1
    rest = row[len(prefix) :]
    if rest == "size" and row not in MEMBERS and offset(type_, members + "size") < 0:
        return type_.sizeof
    paths = MEMBERS.get(row, members + rest).split("|")
    return next((found for found in (offset(type_, path) for path in paths) if found >= 0), -1)


def version() -> str:
    """"3.13", or "3.13t" of a free-threaded build."""
    return re.findall(r"python(3\.\d+t?)", BUILD)[-1]  # noqa: F821


def main() -> None:
    gdb.execute("file " + BUILD, to_string=True)  # noqa: F821
    with open(TABLE) as file:  # noqa: F821
        text = file.read()
    columns = HEADING.search(text)[1].split(", ")[1:]
    known = columns.index(version()) if version() in columns else None
    wrong = 0
    for name, numbers in ROW.findall(text):
        found = value(name)
        if known is not None and int(numbers.split(", ")[known]) != found:
            wrong += 1
            print("%s: %d, the table has %s" % (name, found, numbers.split(", ")[known]))
        elif known is None:
            print("%s: %d" % (name, found))
    print("%s: %s" % (version(), "a new column" if known is None else "%d rows differ from the table" % wrong))
    if WRITE and known is None:  # noqa: F821
        text = ROW.sub(lambda row: "    X(%s, %s, %d)" % (row[1], row[2], value(row[1])), text)
        text = HEADING.sub(lambda row: "/*    field%s, %s */" % (row[1], version()), text)
        with open(TABLE, "w") as out:  # noqa: F821
            out.write(text)


main()
