"""Splitting a command's arguments: at white space outside quotes and brackets, so `py:a['x y']` and `(T *) p` hold."""

from typing import List, NamedTuple, Sequence

from og.native import OgError

_CLOSERS = {"(": ")", "[": "]", "{": "}"}


class Word(NamedTuple):
    text: str
    start: int
    end: int


def split(text: str, complete: bool = True) -> List[Word]:
    """The words of TEXT. With COMPLETE an open quote or bracket is an error, otherwise (TAB) it ends with the text."""
    words: List[Word] = []
    open_brackets: List[str] = []
    start, quote, at = -1, "", 0
    while at < len(text):
        c = text[at]
        if quote:
            if c == "\\":
                at += 1
            elif c == quote:
                quote = ""
        elif c.isspace() and not open_brackets:
            if start >= 0:
                words.append(Word(text[start:at], start, at))
                start = -1
            at += 1
            continue
        elif c in "'\"":
            quote = c
        elif c in _CLOSERS:
            open_brackets.append(_CLOSERS[c])
        elif open_brackets and c == open_brackets[-1]:
            open_brackets.pop()
        if start < 0:
            start = at
        at += 1
    if complete and (quote or open_brackets):
        raise OgError("argument", "%s is missing in: %s" % (quote or open_brackets[-1], text.strip()))
    if start >= 0:
        words.append(Word(text[start:], start, len(text)))
    return words


def listed(names: Sequence[str]) -> str:
    """a, b or c."""
    return " or ".join([", ".join(names[:-1]), names[-1]]) if names[1:] else names[0]


def unquote(word: str) -> str:
    """WORD without the quotes that enclose all of it."""
    if len(word) >= 2 and word[0] in "'\"" and word[-1] == word[0]:
        inner = word[1:-1]
        if word[0] not in inner.replace("\\" + word[0], ""):
            return inner.replace("\\" + word[0], word[0])
    return word
