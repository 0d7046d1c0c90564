"""OBJ: how a user names an object. An address, a GDB expression, or a Python path read from memory."""

import re
from typing import List, NamedTuple, Optional, Sequence

import gdb
from og import expression, native, values
from og.native import OgError
from og.session import Session
from og.subjects.base import Subject

# What could be a Python path as well as a GDB expression: cache, app.CACHE['user:7'][0].
_BARE = re.compile(r"[^\W\d]\w*(\s*(\.\s*[^\W\d]\w*|\[.*\]))*$", re.DOTALL)
_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|[1-9][0-9]*|0)$")


class Named(NamedTuple):
    word: str
    address: int
    path: bool  # a Python path: may mean another object once the process ran


def resolve(s: Session, subject: Subject, words: Sequence[str]) -> List[Named]:
    """The objects that WORDS name, each checked to be one."""
    if not words:
        raise OgError("argument", "an object is needed: an address, a GDB expression, or py:NAME.attr['key'][0]")
    return [_resolve_one(subject, word) for word in _joined(words)]


def addresses(subject: Subject, words: Sequence[str]) -> List[int]:
    """What WORDS say, whether or not objects are there."""
    return [_address(subject, word) for word in _joined(words)]


def _address(subject: Subject, word: str) -> int:
    if _NUMBER.match(word):
        return int(word, 0)
    if word.startswith("py:"):
        return _path(subject, word).address
    try:
        return _evaluate(subject, word)
    except OgError as problem:
        if problem.code != "symbol" or not _BARE.match(word):
            raise
    return _path(subject, "py:" + word).address


def again(s: Session, subject: Subject, named: Sequence[Named]) -> List[Named]:
    """The same after og let the process run: paths are followed anew, addresses checked anew."""
    if not s.moved:
        return list(named)
    return [_path(subject, n.word) if n.path else _checked(subject, n.word, n.address) for n in named]


def _joined(words: Sequence[str]) -> List[str]:
    """WORDS with casts put before what they cast: (PyObject *) p is one expression."""
    out: List[str] = []
    for word in words:
        if out and _is_cast(out[-1]):
            out[-1] += " " + word
        else:
            out.append(word)
    return out


def _resolve_one(subject: Subject, word: str) -> Named:
    if word.startswith("py:"):
        return _path(subject, word)
    if _NUMBER.match(word):
        return _checked(subject, word, int(word, 0))
    if not _BARE.match(word):
        return _checked(subject, word, _evaluate(subject, word))
    return _bare(subject, word)


def _bare(subject: Subject, word: str) -> Named:
    """A word that is good C and good Python: what only one of them knows is that; what both know is asked about."""
    here: Optional[Named] = None
    problem: Optional[OgError] = None
    try:
        here = _checked(subject, word, _evaluate(subject, word))
    except OgError as reason:
        problem = reason
    try:
        there = _path(subject, "py:" + word)
    except OgError as reason:
        if here:
            return here
        unknown = problem is not None and problem.code == "symbol"
        raise reason if unknown else problem  # type: ignore[misc]
    if here and here.address != there.address:
        raise OgError("ambiguous", "%s is a GDB symbol and a Python name: write (%s) for the symbol, py:%s for the "
                      "Python object" % (word, word, word))
    return there


def _path(subject: Subject, word: str) -> Named:
    address = subject.target.resolve(word[len("py:"):] if word.startswith("py:") else word, *subject.thread_ids())
    return Named(word if word.startswith("py:") else "py:" + word, address, True)


def _evaluate(subject: Subject, word: str) -> int:
    """The address that a GDB expression gives."""
    if subject.gdbs_own:
        return expression.evaluate(word)
    address = expression.variable(word)
    if address is None:
        raise OgError("symbol" if _BARE.match(word) else "expression", "%s belongs to what GDB itself looks at, not to "
                      "%s: give an address, $ogN or py:PATH, or go back with `og-open -close`" % (word, subject.said))
    return address


def _is_cast(word: str) -> bool:
    """A word that is nothing but a pointer type in parentheses."""
    return re.match(r"\([\w\s]+\*+\s*\)$", word) is not None


def _checked(subject: Subject, word: str, address: int) -> Named:
    graph = subject.cached(native.SCAN_GRAPH)
    if graph is not None and graph.find(address) == address:
        return Named(word, address, False)
    try:
        subject.target.describe(address)
    except OgError as problem:
        if problem.code not in (native.EABSENT, native.EUNREADABLE):
            raise
        raise OgError(problem.code, _no_object(subject, word, address, graph), address) from None
    return Named(word, address, False)


def _no_object(subject: Subject, word: str, address: int, graph: Optional[native.Graph]) -> str:
    start = graph.find(address, containing=True) if graph is not None else None
    if _NUMBER.match(word):
        sentence = "no object starts at %s" % hex(address)
    else:
        sentence = "%s is %s, but no object starts there" % (word, hex(address))
    if start is None:
        return sentence if graph is not None else "%s; `og-at %s` says which object contains it, if any" % (
            sentence, hex(address))
    return "%s: it is byte %d of the %s at %s" % (sentence, address - start, subject.target.describe(start).type,
                                                 hex(start))


def completions(s: Optional[Session], word: str) -> Optional[List[str]]:
    """Python paths and results that WORD could become; None: let GDB complete it as an expression."""
    if word.startswith("$"):
        return [name for name in values.names() if name.startswith(word)]
    if s is None or not word.startswith("py:"):
        return None
    try:
        subject = s.current()
        return ["py:" + name for name in subject.target.complete(word[len("py:"):], *subject.thread_ids())]
    except (OgError, gdb.error):
        return []
