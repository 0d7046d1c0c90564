"""$og and $ogN: results that feed the next command."""

from typing import Any, List, Sequence

import gdb

MOST = 1000  # rows that get a variable: GDB keeps them in a list it searches from the front

_set = 0  # how many $ogN stand from the last command


def _value(address: int, gdbs_own: bool) -> Any:
    """PyObject * where GDB knows it and looks at the same memory, an unsigned 64-bit number elsewhere."""
    for find in (lambda: gdb.lookup_type("PyObject").pointer(),
                 lambda: gdb.lookup_type("unsigned long long"))[0 if gdbs_own else 1:]:
        try:
            return gdb.Value(address).cast(find())
        except gdb.error:  # no such type, or none of that name in the language that is set
            continue
    return gdb.Value(address)


def publish(addresses: Sequence[int], gdbs_own: bool = True) -> None:
    """$og is the first of ADDRESSES, $ogN the N-th; none of them is left from before."""
    global _set
    shown = addresses[:MOST]
    kind = _value(shown[0], gdbs_own).type if shown else None
    for number, address in enumerate(shown, 1):
        gdb.set_convenience_variable("og%d" % number, gdb.Value(address).cast(kind))
    for number in range(len(shown) + 1, _set + 1):
        gdb.set_convenience_variable("og%d" % number, None)
    gdb.set_convenience_variable("og", gdb.Value(shown[0]).cast(kind) if shown else None)
    _set = len(shown)


def names() -> List[str]:
    """The variables that stand, for TAB."""
    return ["$og"] + ["$og%d" % n for n in range(1, _set + 1)] if _set else []
