"""og: what there is."""

import gdb
from og import command


class Overview(gdb.Command):
    """List og's commands: the object graph of a CPython process.
Usage: og

Each command has a page: `help og-growth`. OBJ, wherever a command takes one, is
an address, a GDB expression such as $rdi, $og or self->cache, or a Python path:
py:app.CACHE['user:7'][0]. Commands that list objects set $og to the first of
them and $og1, $og2, ... to each row."""

    def __init__(self) -> None:
        super().__init__("og", gdb.COMMAND_DATA, gdb.COMPLETE_NONE)

    def invoke(self, argument: str, _from_tty: bool) -> None:
        if argument.strip():
            raise gdb.GdbError("og takes no arguments: the commands are named og-info, og-growth, ...")
        width = max(len(c.name) for c in command.commands)
        for c in command.commands:
            command.write("%-*s -- %s\n" % (width, c.name, c.summary))
