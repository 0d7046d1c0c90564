"""Files that og writes: whole or not at all."""

import contextlib
import os
import secrets
from typing import BinaryIO, Iterator, List

from og.native import OgError


def write(path: str, data: bytes) -> str:
    """Writes DATA to PATH; returns the full path."""
    path = os.path.abspath(os.path.expanduser(path))
    with replacing(path, 0o666 & ~_umask()) as out:
        out.write(data)
    return path


@contextlib.contextmanager
def replacing(path: str, mode: int = 0o600, suffix: str = "") -> Iterator[BinaryIO]:
    """A temporary file next to PATH, which becomes PATH when all is written. It has its name before it is there, so that a
    Ctrl-C at any moment leaves none."""
    temporary = os.path.join(os.path.dirname(path), ".og-" + secrets.token_hex(8) + suffix)
    try:
        if os.path.isdir(path):
            raise IsADirectoryError(21, "it is a folder")
        with open(temporary, "xb", opener=_private) as out:
            os.fchmod(out.fileno(), mode)
            yield out
        os.replace(temporary, path)
    except OSError as problem:
        raise OgError("file", "cannot write %s: %s" % (path, problem.strerror or problem)) from None
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def completions(word: str) -> List[str]:
    """Paths that begin with WORD; folders end in a slash."""
    folder, start = os.path.split(word)
    try:
        names = sorted(os.listdir(os.path.expanduser(folder) or "."))
    except OSError:
        return []
    out = []
    for name in names:
        if name.startswith(start) and (start or not name.startswith(".")):
            path = os.path.join(folder, name)
            out.append(path + "/" if os.path.isdir(os.path.expanduser(path)) else path)
    return out
