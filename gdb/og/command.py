"""The base of all commands: parses, checks, runs, shows. A command itself says what it is called, which options it
has, and how its question becomes an Answer."""

import difflib
import textwrap
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import gdb
from og import compare, files, jsonout, native, obj, opening, options, style, values
from og.native import OgError
from og.options import Option
from og.session import Session

session: Optional[Session] = None  # set once, by og.load
commands: List["Command"] = []  # in the order of `og`


class Answer(NamedTuple):
    """What a command found: lines for a person, the same as data for -json, objects for $og and $ogN (None: it lists
    none, the variables stay as they are)."""

    lines: List[str]
    data: Dict[str, Any]
    objects: Optional[Sequence[int]] = None


class Command(gdb.Command):
    """Subclasses set the class attributes and write run()."""

    name = ""
    summary = ""  # one sentence
    usage = ""  # the words besides options, in capitals: OBJ...
    about = ""  # paragraphs; explains every word of usage
    options: Tuple[Option, ...] = ()
    # What TAB completes words as: "", type, object, file, source (a file or a kept snapshot), stop (one of these or now).
    operands = ""
    example = ""
    repeats = True  # an empty line runs it again

    def __init__(self) -> None:
        self.table = self.options + (options.JSON,)
        self.__doc__ = self._help()
        super().__init__(self.name, gdb.COMMAND_DATA)
        commands.append(self)

    def run(self, s: Session, args: Any) -> Answer:
        raise AssertionError("a command without run()")

    # ---- GDB's side ----

    def invoke(self, argument: str, from_tty: bool) -> None:
        if not self.repeats:
            self.dont_repeat()
        s = session
        assert s is not None
        if s.command:  # a hook or an event of the user's, while og lets the process run or calls into it
            raise gdb.GdbError("%s is at work: %s cannot be run in the middle of it" % (s.command, self.name))
        s.begin(self.name)
        as_json = options.wants_json(argument)
        try:
            problem = self._answer(s, argument, as_json, from_tty and style.enabled())
        except KeyboardInterrupt:
            if as_json:
                self._fail(s, OgError("interrupted", "stopped by Ctrl-C"))
            raise
        finally:
            s.command = ""
        if problem:
            if as_json:
                self._fail(s, problem)
            raise gdb.GdbError(style.clean(problem.message))

    def _answer(self, s: Session, argument: str, as_json: bool, coloured: bool) -> Optional[OgError]:
        try:
            args = options.parse(self.table, argument)
            answer = self.run(s, args)
            s.check()
            if answer.objects is not None:
                values.publish(answer.objects, s.about is None or s.about.gdbs_own)
            gone = s.ended()
            if gone:
                s.note("%s: what was to be read of it after that is missing" % gone)
            self._show(s, args, answer, as_json, coloured)
        except OgError as problem:
            return s.reason() or problem
        except gdb.error as problem:  # gdb.MemoryError is one too
            return s.reason() or OgError("gdb", str(problem).rstrip("."))
        except MemoryError:
            return OgError(native.EMEMORY, "GDB has no memory left for the answer")
        return None

    def _show(self, s: Session, args: Any, answer: Answer, as_json: bool, coloured: bool) -> None:
        path = args.o if options.OUTPUT in self.table else None
        if as_json:
            out = jsonout.document(self.name, s.target_json(), answer.data, s.notes, s.stopped_ms, s.elapsed_ms)
        else:
            out = "".join(style.shown(line, coloured and not path) + "\n" for line in list(answer.lines) + s.notes)
        if path:
            path = files.write(path, out.encode())
            if not as_json:
                out = "Written to %s\n" % path
        write(out)

    def _fail(self, s: Session, problem: OgError) -> None:
        write(jsonout.failure(self.name, s.target_json(), problem, s.notes, s.stopped_ms, s.elapsed_ms))

    # ---- TAB ----

    def complete(self, typed: str, word: Optional[str]) -> Any:
        state = options.completing(self.table, typed)
        kind = state.option.kind if state.option else self.operands
        if state.names or state.word.startswith("-") and not state.option:
            names = state.names
        elif kind == "choice":
            names = [c for c in state.option.choices if c.startswith(state.word)]
        elif kind == "file":
            names = files.completions(state.word)  # GDB's own completer would take all the text for the name
        elif kind == "source":
            names = opening.completions(session, state.word)
        elif kind == "stop":
            names = compare.completions(session, state.word)
        elif kind == "snapshot":
            names = [name for name in session.kept.names() if name.startswith(state.word)]
        elif kind == "type":
            names = self._types(state.word)
        elif kind == "object":
            names = obj.completions(session, state.word)
            if names is None:
                return gdb.COMPLETE_EXPRESSION
        else:
            names = []
        names = [name for name in names if name.isprintable()]  # `complete` hands them to the terminal as they are
        # GDB takes `-`, quotes and brackets as ends of words: what it has already must not be given again.
        typed = len(state.word) - len(word if word is not None else state.word)
        return [_unclosed(state.word, name)[typed:] for name in names]

    @staticmethod
    def _types(word: str) -> List[str]:
        """Type names of the graph that is there; TAB alone never reads a heap."""
        assert session is not None
        subject = session.known()
        graph = subject.cached(native.SCAN_TYPES, sizes=False) if subject and not subject.stale else None
        if subject is None or graph is None:
            return []
        rows, _ = subject.target.types(graph, native.query(long_names="." in word))
        return sorted(r.type for r in rows if r.type.startswith(word))

    # ---- help ----

    def _help(self) -> str:
        words = " ".join([self.name] + ["[%s]" % o.usage for o in self.table] + ([self.usage] if self.usage else []))
        parts = [self.summary, textwrap.fill("Usage: " + words, 76, subsequent_indent="  ", break_on_hyphens=False)]
        parts.extend(textwrap.fill(p, 76) for p in self.about.split("\n\n") if p)
        parts.append("Options:\n" + "\n".join(
            "  %s\n%s" % (o.usage, textwrap.indent(textwrap.fill(o.help, 70), "    ")) for o in self.table))
        if self.example:
            parts.append("Example:\n" + textwrap.indent(self.example, "  "))
        return "\n\n".join(parts).replace("\n\nUsage:", "\nUsage:", 1)


def _unclosed(typed: str, name: str) -> str:
    """NAME as TAB gives it for what was TYPED. Inside a quote GDB adds the closing one itself: app['ke -> app['key'."""
    end = name[-2:]
    return name[:-2] if end in ("']", '"]') and typed.count(end[0]) % 2 else name


def write(shown: str) -> None:
    """To GDB's standard output, through its pager, whatever the host charset cannot show escaped."""
    try:
        gdb.write(shown)
    except UnicodeEncodeError:
        gdb.write(shown.encode("ascii", "backslashreplace").decode())


# ---- what several commands share ----

COUNTED_TRACKED = "counted: objects tracked by the garbage collector; -all counts every object reachable from them"
COUNTED_ALL = "counted: every object reachable from those that the garbage collector tracks"


def query(s: Session, args: Any) -> native.Query:
    """The common options as libog takes them. The filter lives as long as ARGS."""
    args.filter = s.library.filter(getattr(args, "where", None))
    return native.query(getattr(args, "limit", 0), getattr(args, "all", False), getattr(args, "long", False),
                        getattr(args, "by", "count") == "bytes", args.filter)


def level(args: Any, least: int) -> int:
    """How much of the heap a question needs to know."""
    if getattr(args, "all", False):
        return native.SCAN_GRAPH
    return max(least, native.SCAN_OBJECTS) if getattr(args, "where", None) else least


def counted(s: Session, args: Any) -> Dict[str, Any]:
    """Says which objects were counted: a note for people, a key for programs."""
    every = getattr(args, "all", False)
    s.note(COUNTED_ALL if every else COUNTED_TRACKED)
    return {"counted": "all" if every else "tracked"}


def one_operand(args: Any, usage: str) -> str:
    from og import words
    if len(args.rest) != 1:
        raise OgError("argument", "one %s is needed%s%s" % (usage, ", not %d words" % len(args.rest) if args.rest else "",
                                                           _unquoted(args)))
    return words.unquote(args.rest[0])


def no_operands(args: Any) -> None:
    if args.rest:
        raise OgError("argument", "only options can follow, not: %s%s" % (" ".join(args.rest), _unquoted(args)))


def _unquoted(args: Any) -> str:
    where = getattr(args, "where", None)
    return "; the filter behind -where needs quotes around it" if where and args.rest and " " not in where else ""


def note_similar(s: Session, graph: native.Graph, name: str, every: bool) -> None:
    """NAME has no objects: a slip of the finger is not to pass for a number."""
    rows, _ = s.about.target.types(graph, native.query(all=every, long_names="." in name))
    names = {r.type for r in rows}
    last = name.rpartition(".")[2].lower()
    similar = [each for each in sorted(names) if each.rpartition(".")[2].lower() == last]
    similar += [each for each in difflib.get_close_matches(name, sorted(names), 3, 0.75) if each not in similar]
    if similar and name not in names:
        s.note("no object has a type called %s; similar: %s" % (name, ", ".join(similar[:3])))
