"""Which CPython of a process that has several: `set og python auto|VERSION|ADDRESS`."""

import re
from typing import Any, List

import gdb
from og import native
from og.native import OgError
from og.text import several

AUTO = "auto"
_VERSION = re.compile(r"3\.\d+(\.\d+\w*)?$")


class _Wanted:
    value = AUTO


def wanted() -> str:
    return _Wanted.value


def choose(target: native.Target, said: str) -> None:
    """TARGET is about the CPython that the user wants. SAID: what it is."""
    value = wanted()
    if value == AUTO:
        return
    if not _VERSION.match(value):
        try:
            target.choose_python(int(value, 16))
        except OgError as problem:
            raise OgError(problem.code, "%s: `set og python auto` goes back to the first" % problem)
        return
    named = _named(target.pythons(), value) or _named(target.pythons(everywhere=True), value)
    if len(named) == 1:
        target.choose_python(named[0].runtime)
    elif named:
        raise OgError(native.EARG, "%s of %s in %s: %s; `set og python ADDRESS` chooses one"
                      % (several(len(named), "CPython"), value, said, listed(named)))
    else:
        raise OgError(native.EABSENT, "no CPython %s in %s, but %s: `set og python auto` goes back to the first"
                      % (value, said, listed(target.pythons())))


def _named(found: List[native.Python], version: str) -> List[native.Python]:
    return [each for each in found if (each.version + ".").startswith(version + ".")]


def listed(found: List[native.Python]) -> str:
    return ", ".join("%s at %#x" % (each.version, each.runtime) for each in found)


def notes(found: List[native.Python]) -> List[str]:
    """Said with every answer where there are several and the user has not chosen one."""
    if len(found) < 2 or wanted() != AUTO:
        return []
    mine = next((each for each in found if each.chosen), found[0])
    others = [each for each in found if each is not mine]
    return ["%s in this process: this is about %s, not about %s; `set og python` chooses"
            % (several(len(found), "CPython"), listed([mine]), listed(others))]


class _Set(gdb.Command):
    """Set which CPython of a process or core is looked at: auto, a version or an address.
VERSION is 3.12 or 3.12.1, ADDRESS that of its state (_PyRuntime), as og-info and the notes of every answer
have it where there are several. auto, the default, is the first that is found. What og-growth and og-new
compare with is forgotten when another one is chosen."""

    def __init__(self, session: Any) -> None:
        super().__init__("set og python", gdb.COMMAND_DATA)
        self._session = session

    def invoke(self, argument: str, from_tty: bool) -> None:
        value = argument.strip()
        if value != AUTO and not _VERSION.match(value):
            try:
                value = "%#x" % (int(gdb.parse_and_eval(value)) & (1 << 64) - 1)
            except (gdb.error, ValueError):
                raise gdb.GdbError("%s is neither auto nor a version such as 3.12 nor an address" % (value or "nothing"))
        _Wanted.value = value

    def complete(self, text: str, word: str) -> List[str]:
        found = self._known()
        versions = sorted({version for each in found for version in (each.version.rpartition(".")[0], each.version)})
        values = [AUTO] + [each for each in versions if len(_named(found, each)) == 1]
        values += ["%#x" % each.runtime for each in found]
        skip = len(text) - len(word) if word is not None else 0
        return [value[skip:] for value in values if value.startswith(text)]

    def _known(self) -> List[native.Python]:
        """Of what is looked at, if og has looked at it before."""
        try:
            subject = self._session.known()
            return subject.pythons if subject else []
        except (OgError, gdb.error):
            return []


class _Show(gdb.Command):
    """Show which CPython of a process or core is looked at."""

    def __init__(self) -> None:
        super().__init__("show og python", gdb.COMMAND_DATA, gdb.COMPLETE_NONE)

    def invoke(self, argument: str, from_tty: bool) -> None:
        print("The CPython that is looked at: %s." % (wanted() if wanted() != AUTO else "auto, the first that is found"))


def register(session: Any) -> None:
    _Set(session)
    _Show()
