"""GDB's expressions as addresses: registers, C variables, results of earlier commands."""

import re
from typing import Any, Optional

import gdb
from og.native import OgError

_MASK = (1 << 64) - 1
_VARIABLE = re.compile(r"\$(?:(\d+)|([A-Za-z_]\w*))$")


def variable(word: str) -> Optional[int]:
    """What $NAME or $7 holds: GDB's own variables and history, which belong to no process. None: it is something else."""
    match = _VARIABLE.match(word)
    if not match:
        return None
    try:
        value = gdb.history(int(match.group(1))) if match.group(1) else gdb.convenience_variable(match.group(2))
        return None if value is None else _address_of(word, value)
    except gdb.error as problem:
        raise OgError("expression", "%s: %s" % (word, str(problem).rstrip("."))) from None


def evaluate(word: str) -> int:
    """The address that a GDB expression gives."""
    try:
        value = gdb.parse_and_eval(word)
    except gdb.error as problem:
        sentence = str(problem).rstrip(".")
        if "has unknown type" in sentence:  # data without debug information: the symbol itself is meant
            return evaluate("(unsigned long) &(%s)" % word)
        if "PyObject" in word and sentence.startswith("No symbol"):
            sentence = "GDB does not know PyObject here; give the address or pointer without the cast"
        code = "symbol" if sentence.startswith("No symbol") or sentence.startswith("No frame") else "expression"
        raise OgError(code, "%s: %s" % (word, sentence)) from None
    try:
        return _address_of(word, value)
    except gdb.error as problem:
        raise OgError("expression", "%s: %s" % (word, str(problem).rstrip("."))) from None


def _address_of(word: str, value: Any) -> int:
    kind = value.type.strip_typedefs()
    if kind.code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
        value = value.referenced_value()
        kind = value.type.strip_typedefs()
    if kind.code in (gdb.TYPE_CODE_PTR, gdb.TYPE_CODE_INT, gdb.TYPE_CODE_ENUM):
        return int(value) & _MASK
    if kind.code == gdb.TYPE_CODE_VOID:
        raise OgError("expression", "%s has no value yet" % word)
    if value.address is not None and kind.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION, gdb.TYPE_CODE_FUNC):
        return int(value.address) & _MASK
    raise OgError("expression", "%s is a %s, neither an address nor a pointer" % (word, value.type))
