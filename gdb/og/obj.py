"""OBJ: how a user names an object. An address, a GDB expression, or a Python path read from memory."""

import re
from typing import Any, List, NamedTuple, Optional, Sequence

import gdb
from og import native, values
from og.native import OgError
from og.session import Process, Session, selected_thread_ids

# What could be a Python path as well as a GDB expression: cache, app.CACHE['user:7'][0].
_BARE = re.compile(r"[^\W\d]\w*(\s*(\.\s*[^\W\d]\w*|\[.*\]))*$", re.DOTALL)
_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|[1-9][0-9]*|0)$")
_MASK = (1 << 64) - 1


class Named(NamedTuple):
    word: str
    address: int
    path: bool  # a Python path: may mean another object once the process ran


def resolve(s: Session, process: Process, words: Sequence[str]) -> List[Named]:
    """The objects that WORDS name, each checked to be one."""
    if not words:
        raise OgError("argument", "an object is needed: an address, a GDB expression, or py:NAME.attr['key'][0]")
    return [_resolve_one(process, word) for word in _joined(words)]


def addresses(process: Process, words: Sequence[str]) -> List[int]:
    """What WORDS say, whether or not objects are there."""
    return [_address(process, word) for word in _joined(words)]


def _address(process: Process, word: str) -> int:
    if _NUMBER.match(word):
        return int(word, 0)
    if word.startswith("py:"):
        return _path(process, word).address
    try:
        return _evaluate(word)
    except OgError as problem:
        if problem.code != "symbol" or not _BARE.match(word):
            raise
    return _path(process, "py:" + word).address


def again(s: Session, process: Process, named: Sequence[Named]) -> List[Named]:
    """The same after og let the process run: paths are followed anew, addresses checked anew."""
    if not s.moved:
        return list(named)
    return [_path(process, n.word) if n.path else _checked(process, n.word, n.address) for n in named]


def _joined(words: Sequence[str]) -> List[str]:
    """WORDS with casts put before what they cast: (PyObject *) p is one expression."""
    out: List[str] = []
    for word in words:
        if out and _is_cast(out[-1]):
            out[-1] += " " + word
        else:
            out.append(word)
    return out


def _resolve_one(process: Process, word: str) -> Named:
    if word.startswith("py:"):
        return _path(process, word)
    if _NUMBER.match(word):
        return _checked(process, word, int(word, 0))
    if not _BARE.match(word):
        return _checked(process, word, _evaluate(word))
    return _bare(process, word)


def _bare(process: Process, word: str) -> Named:
    """A word that is good C and good Python: what only one of them knows is that; what both know is asked about."""
    here: Optional[Named] = None
    problem: Optional[OgError] = None
    try:
        here = _checked(process, word, _evaluate(word))
    except OgError as reason:
        problem = reason
    try:
        there = _path(process, "py:" + word)
    except OgError as reason:
        if here:
            return here
        unknown = problem is not None and problem.code == "symbol"
        raise reason if unknown else problem  # type: ignore[misc]
    if here and here.address != there.address:
        raise OgError("ambiguous", "%s is a GDB symbol and a Python name: write (%s) for the symbol, py:%s for the "
                      "Python object" % (word, word, word))
    return there


def _path(process: Process, word: str) -> Named:
    address = process.target.resolve(word[len("py:"):] if word.startswith("py:") else word, *selected_thread_ids())
    return Named(word if word.startswith("py:") else "py:" + word, address, True)


def _evaluate(word: str) -> int:
    """The address that a GDB expression gives."""
    try:
        value = gdb.parse_and_eval(word)
    except gdb.error as problem:
        sentence = str(problem).rstrip(".")
        if "has unknown type" in sentence:  # data without debug information: the symbol itself is meant
            return _evaluate("(unsigned long) &(%s)" % word)
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


def _is_cast(word: str) -> bool:
    """A word that is nothing but a pointer type in parentheses."""
    return re.match(r"\([\w\s]+\*+\s*\)$", word) is not None


def _checked(process: Process, word: str, address: int) -> Named:
    graph = process.cached(native.SCAN_GRAPH)
    if graph is not None and graph.find(address) == address:
        return Named(word, address, False)
    try:
        process.target.describe(address)
    except OgError as problem:
        if problem.code not in (native.EABSENT, native.EUNREADABLE):
            raise
        raise OgError(problem.code, _no_object(process, word, address, graph), address) from None
    return Named(word, address, False)


def _no_object(process: Process, word: str, address: int, graph: Optional[native.Graph]) -> str:
    start = graph.find(address, containing=True) if graph is not None else None
    if _NUMBER.match(word):
        sentence = "no object starts at %s" % hex(address)
    else:
        sentence = "%s is %s, but no object starts there" % (word, hex(address))
    if start is None:
        return sentence if graph is not None else "%s; `og-at %s` says which object contains it, if any" % (
            sentence, hex(address))
    return "%s: it is byte %d of the %s at %s" % (sentence, address - start, process.target.describe(start).type,
                                                 hex(start))


def completions(s: Optional[Session], word: str) -> Optional[List[str]]:
    """Python paths and results that WORD could become; None: let GDB complete it as an expression."""
    if word.startswith("$"):
        return [name for name in values.names() if name.startswith(word)]
    if s is None or not word.startswith("py:"):
        return None
    try:
        return ["py:" + name for name in s.current().target.complete(word[len("py:"):], *selected_thread_ids())]
    except (OgError, gdb.error):
        return []
