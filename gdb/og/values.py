"""$og and $ogN: results that feed the next command."""

from typing import Any, List, Sequence

import gdb

MOST = 1000  # rows that get a variable: GDB keeps them in a list it searches from the front

_set = 0  # how many $ogN stand from the last command


def pointer_type() -> Any:
    """PyObject * where GDB knows it, an unsigned 64-bit number elsewhere."""
    try:
        return gdb.lookup_type("PyObject").pointer()
    except gdb.error:
        return gdb.lookup_type("unsigned long long")


def publish(addresses: Sequence[int]) -> None:
    """$og is the first of ADDRESSES, $ogN the N-th. Without any, the variables stay as they are."""
    global _set
    if not addresses:
        return
    kind = pointer_type()
    shown = addresses[:MOST]
    for number, address in enumerate(shown, 1):
        gdb.set_convenience_variable("og%d" % number, gdb.Value(address).cast(kind))
    gdb.set_convenience_variable("og", gdb.Value(addresses[0]).cast(kind))
    for number in range(len(shown) + 1, _set + 1):
        gdb.set_convenience_variable("og%d" % number, None)
    _set = len(shown)


def names() -> List[str]:
    """The variables that stand, for TAB."""
    return ["$og"] + ["$og%d" % n for n in range(1, _set + 1)] if _set else []
