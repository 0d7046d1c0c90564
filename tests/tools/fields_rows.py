"""Brings what probe_types.py and field_names.py found for a new version into native/cpython/kinds/fields_table.h.

    python3 fields_rows.py TYPES.json FIELDS_TABLE.h

A row that still holds gets the new version as its last one; what changed becomes a row of its own. Running it again replaces what it wrote.
Of a build with a larger header (free-threaded, Py_TRACE_REFS) rows are added for types of another size than the usual build's; none is changed.
Prints what a person has to look at: types that follow words of their bodies (they need a storage letter and code in kinds/storage.c), types
that are gone, fields without a name.
"""
import re
from typing import Dict, List, NamedTuple, Optional, Tuple

import table_rows

WIDTH = 95  # of the text of fields in one row
ROW = re.compile(r'    \{"([^"]*)", (\d+), (\d+), (\d+), (\d+), \'(.)\', "([^"]*)"\},')
# Families that native/cpython/kinds reads itself.
OWN_KIND = {
    "frame", "generator", "coroutine", "async_generator", "builtin_function_or_method", "module", "collections.OrderedDict",
    "collections.deque", "functools._lru_cache_wrapper",
    "uop_executor",  # of the just-in-time compiler: words are inferred
}  # fmt: skip
NO_CPYTHON = ("_testcapi", "_test", "Plugin", "yaml.", "_cffi_", "pydantic", "__mypyc", "ManualHeapType", "HeapCCollection")

# ---- names ----

# What Python calls a field that C calls otherwise.
EVERYWHERE = {
    "dict": "__dict__", "notes": "__notes__", "traceback": "__traceback__", "context": "__context__", "cause": "__cause__",
    "myerrno": "errno", "excs": "exceptions", "wr_callback": "__callback__", "ob_ref": "cell_contents", "im_func": "__func__",
    "im_self": "__self__", "cm_callable": "__func__", "sm_callable": "__func__", "cm_dict": "__dict__", "sm_dict": "__dict__",
    "prop_get": "fget", "prop_set": "fset", "prop_del": "fdel", "prop_doc": "__doc__", "prop_name": "__name__",
    "d_type": "__objclass__", "ns_dict": "__dict__", "fn": "func", "kw": "keywords", "ctx_prev": "prev", "ctx_vars": "vars",
    "var_name": "name", "var_default": "default", "tok_ctx": "context", "tok_var": "var", "tok_oldval": "old_value",
}  # fmt: skip
FUTURE = {
    "dict": "__dict__", "cancel_msg": "_cancel_message", "source_tb": "_source_traceback",
}  # fmt: skip
BY_TYPE: Dict[str, Dict[str, str]] = {
    "super": {"type": "__thisclass__", "obj": "__self__", "obj_type": "__self_class__"},
    "types.GenericAlias": {"origin": "__origin__", "args": "__args__", "parameters": "__parameters__"},
    "typing.Union": {"args": "__args__", "parameters": "__parameters__", "hashable_args": "hashable_args"},
    "method-wrapper": {"self": "__self__"},
    "re.Match": {"pattern": "re"},
    "BaseExceptionGroup": {"msg": "message"},
    "typing.TypeVar": {"bound": "__bound__", "constraints": "__constraints__", "default_value": "__default__"},
    "typing.TypeVarTuple": {"default_value": "__default__"},
    "typing.ParamSpec": {"bound": "__bound__", "default_value": "__default__"},
    "unicodedata.GraphemeBreakIterator": {"": "string"},
    "unicodedata.Segment": {"": "string"},
    "typing.TypeAliasType": {"type_params": "__type_params__", "value": "__value__", "module": "__module__"},
}


def python_name(type_: str, field: str) -> str:
    if type_ == "function" and field.startswith("func_"):
        return {"func_typeparams": "__type_params__"}.get(field, "__%s__" % field[len("func_") :])
    if type_ in ("_asyncio.Future", "_asyncio.Task"):
        field = re.sub("^(fut|task)_(?!waiter)", "", field)
        return FUTURE.get(field, "_" + field)
    if type_.startswith("_ctypes.") and field in ("b_base", "b_objects"):
        return {"b_base": "_b_base_", "b_objects": "_objects"}[field]
    return BY_TYPE.get(type_, {}).get(field, EVERYWHERE.get(field, field))


# ---- the table ----


class Row(NamedTuple):
    name: str
    first: int
    last: int
    type_from: int
    basicsize: int
    storage: str
    fields: Tuple[Tuple[int, str], ...]  # a tagged pointer's name begins with ~

    def lines(self) -> List[str]:
        parts = [""]
        for offset, field in self.fields:
            text = "%d %s" % (offset, field)
            if parts[-1] and len(parts[-1]) + len(text) + 1 > WIDTH:
                parts.append("")
            parts[-1] += ("," if parts[-1] else "") + text
        head = '    {"%s", %d, %d, %d, %d, \'%s\', ' % self[:6]
        return ['%s"%s"},' % (head, part) for part in parts]


def read_table(text: str) -> List[Row]:
    rows: List[Row] = []
    for name, first, last, type_from, basicsize, storage, fields in ROW.findall(text):
        listed = tuple((int(each.split(" ")[0]), each.split(" ")[1]) for each in fields.split(",") if each)
        row = Row(name, int(first), int(last), int(type_from), int(basicsize), storage, listed)
        if rows and rows[-1][:6] == row[:6]:
            row = row._replace(fields=rows.pop().fields + row.fields)
        rows.append(row)
    return rows


def fields_of(found: dict, before: Optional[Row]) -> List[Tuple[int, str]]:
    """Names of the row before stand for those that the debug information does not have."""
    earlier = dict(before.fields) if before else {}
    fields = []
    for offset in found["visited"]:
        raw = found["names"].get(str(offset))
        old = earlier.get(offset, "")
        name = python_name(found["name"], raw) if raw else old.lstrip("~") or python_name(found["name"], "")
        if not name and (not before or before.storage == "-"):
            print("no name: %s + %d" % (found["name"], offset))
            name = "field%d" % offset
        fields.append((offset, ("~" if old.startswith("~") else "") + name))
    return fields


def bring(rows: List[Row], found: dict, minor: int) -> None:
    before = next((row for row in rows if row.name == found["name"] and row.last == minor - 1), None)
    storage = before.storage if before else "-"
    fields = tuple(fields_of(found, before))
    if found["followed"] or storage != "-":
        print("look at: %s, storage '%s', words followed: %s, visited: %s" % (found["name"], storage, found["followed"][:6], fields))
        if before and before.basicsize == found["basicsize"]:
            fields = before.fields  # what a marked body cannot show was entered by hand
        elif storage not in "-LPU":
            fields = ()
    type_from = before.type_from if before else 0
    if found["type"] and not type_from:
        type_from = minor
    if before and (before.basicsize, before.fields, before.type_from) == (found["basicsize"], fields, type_from):
        rows[rows.index(before)] = before._replace(last=minor)
    else:
        rows.append(Row(found["name"], minor, minor, type_from, found["basicsize"], storage, fields))


def bring_beside(rows: List[Row], found: dict, minor: int) -> None:
    """A type of a build that is not the usual one of its version."""
    like = [row for row in rows if row.name == found["name"] and row.first <= minor <= row.last]
    same = next((row for row in like if row.basicsize == found["basicsize"]), None)
    if same and same.storage == "-" and sorted(offset for offset, _ in same.fields) != found["visited"]:
        print("look at: %s has the size of the usual build, but visits %s" % (found["name"], found["visited"]))
    elif like and not same:
        fields = tuple(fields_of(found, like[0]))
        rows.append(Row(found["name"], minor, minor, like[0].type_from, found["basicsize"], like[0].storage, fields))


def is_wanted(found: dict) -> bool:
    own = found["name"] in OWN_KIND or found["function"] == "structseq_traverse"
    return not own and not any(part in found["name"] for part in NO_CPYTHON)


table_rows.update(read_table, Row.lines, is_wanted, bring, bring_beside)
