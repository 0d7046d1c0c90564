"""What a heap lacks, in sentences: every answer from it carries them."""

import contextlib
from typing import Any, Callable, Iterator, List

from og import native
from og.text import number, several

# As native.MISSES: no mapping there; a mapping whose bytes the core or process does not give; bytes that make no object.
_REASONS = ("not mapped", "in memory that cannot be read", "damaged")


def sentences(info: native.GraphInfo, free_threaded: bool) -> List[str]:
    """Nothing for a heap that was read whole."""
    found, lost, notes = max(info.objects, info.tracked), info.losses, []
    if info.unreadable:
        reasons = ["%s %s" % (number(n), why) for n, why in zip(lost.unreadable, _REASONS) if n]
        notes.append("%s of %s objects unreadable: %s"
                     % (number(info.unreadable), number(found + info.unreadable), ", ".join(reasons)))
    if lost.torn:
        notes.append("%s of %s objects answered in part: they were being changed, are damaged, or some of their bytes are "
                     "missing" % (number(lost.torn), number(found)))
    return notes + (_of_pages(info) if free_threaded else _of_lists(info))


def _of_pages(info: native.GraphInfo) -> List[str]:
    if not info.unreadable_lists:
        return []
    return ["%s of the allocator's memory cannot be read or contradict themselves: objects in them may be missing, unless "
            "others refer to them"
            % several(info.unreadable_lists, "piece")]


def _of_lists(info: native.GraphInfo) -> List[str]:
    lost, notes = info.losses, []
    if lost.mended_lists:
        notes.append("%s of the garbage collector with one wrong link, by damage or a change under way: no object is missing"
                     % several(lost.mended_lists, "list"))
    broken = info.unreadable_lists - lost.mended_lists
    if broken:
        notes.append("%s of the garbage collector %s not close: %s found by sweeping the memory that is there; others may "
                     "be missing" % (several(broken, "list"), "does" if broken == 1 else "do", several(lost.swept, "object")))
    return notes


def collection(info: native.GraphInfo, free_threaded: bool) -> str:
    """The heap was read while a collection ran."""
    if free_threaded:  # which sets nothing aside
        return "a collection was running at this stop: what it was changing may have been read half done"
    if info.losses.aside:
        return ("a collection was running at this stop: %s that it had set aside were found by its lists on the C stack"
                % several(info.losses.aside, "object"))
    return "a collection was running at this stop: no objects were found that it had set aside; if it had, they are missing"


@contextlib.contextmanager
def noted(target: Any, note: Callable[[str], None]) -> Iterator[None]:
    """What is read inside, straight from memory: reads that fail are said."""
    before = sum(target.info().misses)
    yield
    failed = sum(target.info().misses) - before
    if failed:
        note("%s failed of this object or of what it refers to: it was being changed, is damaged, or some bytes are missing"
             % several(failed, "read"))
