"""What a word of the user names: a kept snapshot, or a file with a snapshot or a core in it."""

import os
import stat
from typing import Any, List

from og import files
from og.native import SNAPSHOT_MAGIC, OgError
from og.subjects.base import Subject
from og.subjects.core import OpenedCore
from og.subjects.snapshot import Snapshot


def named(session: Any, word: str) -> Subject:
    """A kept snapshot has the name before a file has it. Who gets a file's subject closes it."""
    kept = session.kept.get(word)
    if kept is not None:
        return kept
    path = os.path.abspath(os.path.expanduser(word))
    if not os.path.lexists(path) and os.sep not in word:
        known = session.kept.names()
        raise OgError("file", "%s is neither a file here nor a kept snapshot%s"
                      % (word, "; there are " + ", ".join(known) if known else ""))
    return Snapshot(session, path) if _magic(path) == SNAPSHOT_MAGIC else OpenedCore(session, path)


def _magic(path: str) -> bytes:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would wait for a writer
            raise OgError("file", "%s is not a file" % path if not os.path.isdir(path) else "%s is a folder" % path)
        with open(path, "rb") as file:
            return file.read(len(SNAPSHOT_MAGIC))
    except OSError as problem:
        raise OgError("file", "cannot open %s: %s" % (path, problem.strerror or problem)) from None


def completions(session: Any, word: str) -> List[str]:
    return [name for name in session.kept.names() if name.startswith(word)] + files.completions(word)
