# Sourced by GDB after og.py, for files that change in the middle of a command.
import os
import shutil

from og import command


def before(function, do):
    """DO happens when og calls its library's FUNCTION the next time, just before that."""
    library = command.session.library
    original = getattr(library, function)

    def changed(*arguments):
        setattr(library, function, original)
        do()
        return original(*arguments)

    setattr(library, function, changed)


def cut(function, path, size):
    before(function, lambda: os.truncate(path, size))


def overwrite(function, path, other):
    """In place, as cp does."""
    before(function, lambda: shutil.copyfile(other, path))
