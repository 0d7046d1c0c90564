"""`set og ...`: how og may treat a live process, where it finds what a core lacks, what it may write. Which CPython is looked
at is in pythons.py: TAB knows those, which GDB allows a command alone and no parameter."""

import gdb
from og import corefiles


class _Prefix(gdb.Command):
    def __init__(self, name: str, doc: str):
        self.__doc__ = doc
        super().__init__(name, gdb.COMMAND_NONE, gdb.COMPLETE_NONE, True)


class _ShowAll(_Prefix):
    """GDB before 18 shows nothing at a prefix of Python's."""

    def invoke(self, argument: str, _from_tty: bool) -> None:
        if argument:
            raise gdb.GdbError('Undefined show og command: "%s".  Try "help show og".' % argument)
        for name in ("live", "resume", "python", "search path", "cache", "cache-limit"):
            gdb.write("og %s:  %s" % (name, gdb.execute("show og " + name, to_string=True)))


class _Live(gdb.Parameter):
    """How a live process is read: auto, agent or read."""

    set_doc = "Set how og reads a live process: auto, agent or read."
    show_doc = "Show how og reads a live process."
    __doc__ = ("agent runs a small scanner inside the process, which asks every type for its references; read\n"
               "decodes its memory from outside and runs nothing in it; auto, the default, uses the agent where\n"
               "the process can be brought to a safe point and reads from outside otherwise, with a note.")

    def __init__(self) -> None:
        super().__init__("og live", gdb.COMMAND_DATA, gdb.PARAM_ENUM, ["auto", "agent", "read"])
        self.value = "auto"

    def get_set_string(self) -> str:
        return ""

    def get_show_string(self, value: str) -> str:
        return "A live process is read by: %s." % value


class _Resume(gdb.Parameter):
    """Whether a live process runs on while its heap is scanned."""

    set_doc = "Set whether a live process runs on while og scans a clone of it."
    show_doc = "Show whether a live process runs on while og scans a clone of it."
    __doc__ = ("on: the process is cloned and runs on while the frozen clone is scanned, so that it stands still for\n"
               "the copying of its page tables only; what GDB shows afterwards is a later moment than the answer.\n"
               "off: it stays stopped where it is. auto, the default: on for a process with more than 256 MB of\n"
               "memory of its own that was attached to or interrupted, off at a breakpoint or after a step.")

    def __init__(self) -> None:
        super().__init__("og resume", gdb.COMMAND_DATA, gdb.PARAM_ENUM, ["auto", "on", "off"])
        self.value = "auto"

    def get_set_string(self) -> str:
        return ""

    def get_show_string(self, value: str) -> str:
        return "The process runs on while a clone of it is scanned: %s." % value


class _SearchPath(gdb.Parameter):
    """Folders with the executables and libraries that a core needs."""

    set_doc = "Set the folders where og looks for executables and libraries that a core needs."
    show_doc = "Show the folders where og looks for executables and libraries that a core needs."
    __doc__ = ("DIR[:DIR...]. In each folder a file is looked for by its full name (DIR stands for the / of the machine\n"
               "where the core was made), by its last name, and as .build-id/xx/yyyy. Before them come the executable that\n"
               "GDB has, GDB's sysroot and the name that is in the core; behind them the folders of solib-search-path.\n"
               "A file is used only if its build-id is the one in the core. No DIR: none. Said again, it looks again.")

    def __init__(self) -> None:
        super().__init__("og search path", gdb.COMMAND_DATA, gdb.PARAM_OPTIONAL_FILENAME)
        self.value = ""

    def get_set_string(self) -> str:
        corefiles.say_again()
        return ""

    def get_show_string(self, value: str) -> str:
        return "Files that a core needs are also looked for in: %s." % (value or "no other folder")


class _Cache(gdb.Parameter):
    """Whether graphs of core files are kept on disk."""

    set_doc = "Set whether og keeps graphs of core files on disk."
    show_doc = "Show whether og keeps graphs of core files on disk."
    __doc__ = ("on: the graph of a core file is written to $XDG_CACHE_HOME/og (or ~/.cache/og) when it was made, and the next\n"
               "GDB uses it. No contents of objects are in it. off, the default: nothing is written or read.")

    def __init__(self) -> None:
        super().__init__("og cache", gdb.COMMAND_DATA, gdb.PARAM_BOOLEAN)
        self.value = False

    def get_set_string(self) -> str:
        return ""

    def get_show_string(self, value: str) -> str:
        return "Graphs of core files are kept on disk: %s." % value


class _CacheLimit(gdb.Parameter):
    """How much room the kept graphs may take."""

    set_doc = "Set how many megabytes the graphs on disk may take, or unlimited."
    show_doc = "Show how many megabytes the graphs on disk may take."
    __doc__ = ("When there are more, those that were used longest ago are removed; the one in use stays however large it\n"
               "is. Other files in the folder are left alone. 5000 is the default.")

    def __init__(self) -> None:
        super().__init__("og cache-limit", gdb.COMMAND_DATA, gdb.PARAM_ZUINTEGER_UNLIMITED)
        self.value = 5000

    def get_set_string(self) -> str:
        return ""

    def get_show_string(self, value: str) -> str:
        return "Graphs on disk take at most: %s%s." % (value, "" if value == "unlimited" else " MB")


def register() -> None:
    _Prefix("set og", "Set how og reads processes and core files.")
    _ShowAll("show og", "Show how og reads processes and core files.")
    _Prefix("set og search", "Set where og looks for files.")
    _Prefix("show og search", "Show where og looks for files.")
    _Live()
    _Resume()
    _SearchPath()
    _Cache()
    _CacheLimit()
