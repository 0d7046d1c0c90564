"""The options of a command: one table gives parsing, TAB completion and help."""

from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from og import words
from og.native import OgError


class Option(NamedTuple):
    name: str  # without the dash
    value: str  # what stands behind it, in capitals; "" for a flag
    help: str  # one or more sentences
    kind: str = "flag"  # flag, number, choice, text, file, source, snapshot, type or object
    default: Any = None
    choices: Tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.name.replace("-", "_")

    @property
    def usage(self) -> str:
        value = "|".join(self.choices) if self.choices else self.value
        return "-%s %s" % (self.name, value) if value else "-%s" % self.name


JSON = Option("json", "", "Print one JSON document instead of text.")
LONG = Option("long", "", "Show types with their module: shop.cart.Order, not Order.")
ALL = Option("all", "", "Count every object reachable from what the garbage collector tracks, not only tracked objects.")
WHERE = Option("where", "EXPR", "Only objects for which EXPR holds, for example \"size > 1000 and type == 'dict'\"; "
               "the names are type, module, size, refcount, len, tracked and repr.", "text")
BY = Option("by", "", "Order by count (the default) or by bytes.", "choice", "count", ("count", "bytes"))
OUTPUT = Option("o", "FILE", "Write the answer to FILE instead of the terminal.", "file")


def limit(default: int, what: str) -> Option:
    return Option("limit", "N", "Show at most N %s (default %d); 0 shows all." % (what, default), "number", default)


class Arguments:
    """What the user asked for: an attribute for each option, and the other words."""

    def __init__(self, values: Dict[str, Any], rest: List[str]):
        self.__dict__.update(values)
        self.rest = rest

    def __getattr__(self, name: str) -> Any:  # for type checkers; a wrong name is a bug of ours
        raise AttributeError(name)


def _find(options: Sequence[Option], word: str) -> Optional[Option]:
    """The option WORD names, in full or by a beginning that fits no other; None if it does not look like one."""
    if len(word) < 2 or word[0] != "-" or not word[1].isalpha():
        return None
    name = word[1:]
    exact = [o for o in options if o.name == name]
    fitting = exact or [o for o in options if o.name.startswith(name)]
    if len(fitting) == 1:
        return fitting[0]
    known = " ".join("-" + o.name for o in (fitting or options))
    raise OgError("argument", "%s %s: %s" % (word, "is ambiguous" if fitting else "is not an option here; there are",
                                             known))


def _convert(option: Option, word: str) -> Any:
    if option.kind == "number":
        try:
            number = int(words.unquote(word), 0)
        except ValueError:
            number = -1
        if not 0 <= number < 1 << 32:
            raise OgError("argument", "-%s takes a number from 0 on, not %s" % (option.name, word))
        return number
    if option.kind == "choice":
        fitting = [c for c in option.choices if c == word] or [c for c in option.choices if c.startswith(word)]
        if len(fitting) != 1:
            raise OgError("argument", "-%s takes %s, not %s" % (option.name, words.listed(option.choices), word))
        return fitting[0]
    return word if option.kind == "object" else words.unquote(word)


def parse(options: Sequence[Option], text: str) -> Arguments:
    """Options may stand anywhere among the other words until `--`."""
    values: Dict[str, Any] = {o.key: (False if o.kind == "flag" else o.default) for o in options}
    rest: List[str] = []
    pending = [w.text for w in words.split(text)]
    pending.reverse()
    while pending:
        word = pending.pop()
        if word == "--":
            rest.extend(reversed(pending))
            break
        option = _find(options, word)
        if option is None:
            rest.append(word)
        elif option.kind == "flag":
            values[option.key] = True
        elif not pending:
            raise OgError("argument", "-%s needs a value: -%s %s" % (option.name, option.name,
                                                                    option.value or "|".join(option.choices)))
        else:
            values[option.key] = _convert(option, pending.pop())
    return Arguments(values, rest)


def wants_json(text: str) -> bool:
    """Whether -json was given, even where the rest makes no sense."""
    try:
        given = [word.text for word in words.split(text)]
    except OgError:  # an open quote or bracket swallows the rest
        given = text.split()
    return "-json" in (given[:given.index("--")] if "--" in given else given)


class Completing(NamedTuple):
    """What TAB has to complete: an option's name, an option's value, or one of the other words."""

    word: str  # as far as typed, from the beginning of the whole word
    option: Optional[Option]  # whose value it is
    names: List[str]  # options that fit


def completing(options: Sequence[Option], text: str) -> Completing:
    typed = words.split(text, complete=False)
    last = typed.pop().text if typed and typed[-1].end == len(text) else ""
    ended, expecting = False, None
    for word in typed:
        if expecting:
            expecting = None
        elif word.text == "--":
            ended = True
        elif not ended and word.text.startswith("-"):
            fitting = [o for o in options if o.name == word.text[1:]]
            expecting = fitting[0] if fitting and fitting[0].kind != "flag" else None
    if expecting:
        return Completing(last, expecting, [])
    if last.startswith("-") and not ended:
        return Completing(last, None, ["-" + o.name for o in options if ("-" + o.name).startswith(last)])
    return Completing(last, None, [])
