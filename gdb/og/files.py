"""Files that og writes: whole or not at all."""

import os
import tempfile

from og.native import OgError


def write(path: str, data: bytes) -> str:
    """Writes DATA to PATH through a temporary file next to it; returns the full path."""
    path = os.path.abspath(os.path.expanduser(path))
    folder = os.path.dirname(path)
    temporary = ""
    try:
        if os.path.isdir(path):
            raise IsADirectoryError(21, "it is a folder")
        handle, temporary = tempfile.mkstemp(prefix=".og-", dir=folder)
        with os.fdopen(handle, "wb") as out:
            os.fchmod(out.fileno(), 0o666 & ~_umask())
            out.write(data)
        os.replace(temporary, path)
    except OSError as problem:
        raise OgError("file", "cannot write %s: %s" % (path, problem.strerror or problem)) from None
    finally:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
    return path


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
