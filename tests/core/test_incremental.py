"""A core of 3.14.5 or later, rewritten as 3.14.0 to 3.14.4 would have left it: those had another collector, in less room."""
import os

import pytest

import cores
import graphs
import interpreters
from og import native

INTERP_GC, GC_KEPT, GC_SIZE, GC_SIZE_BEFORE, INTERP_SIZE = 7408, 216, 264, 240, 225864  # native/cpython/layout.h
INSIDE = {"hamt", "hamt_bitmap_node"}  # the empty ones lie in the interpreter and were moved with it, what refers to them was not
GIL_POINTER, HEADS, HEAD_SIZE, OLD_SPACE = 16, 24, 24, 1
# Words of _Py_DebugOffsets (native/cpython/proof_offsets.c) that tell sizes of, and offsets in, what became shorter.
INTERP_SIZE_WORD, GC_SIZE_WORD, INTERP_WORDS = 6, 81, range(7, 22)


def place(file, address):
    segment = next(each for each in cores.segments(file) if each.holds(address))
    return segment.offset + address - segment.start


def read(file, address, size):
    file.seek(place(file, address))
    return file.read(size)


def write(file, address, data):
    file.seek(place(file, address))
    file.write(data)


def word(file, address):
    return int.from_bytes(read(file, address, 8), "little")


def shorten_offsets(file, runtime, shorter):
    for number in (INTERP_SIZE_WORD, GC_SIZE_WORD, *INTERP_WORDS):
        offset = word(file, runtime + 8 * number)
        if number == GC_SIZE_WORD or offset > INTERP_GC:
            write(file, runtime + 8 * number, (offset - shorter).to_bytes(8, "little"))


def make_incremental(path, runtime, interp):
    with open(path, "rb+") as file:
        body = read(file, interp, INTERP_SIZE)
        shorter = GC_SIZE - GC_SIZE_BEFORE
        shorten_offsets(file, runtime, shorter)
        collector = body[INTERP_GC : INTERP_GC + GC_KEPT] + bytes(GC_SIZE_BEFORE - GC_KEPT)
        write(file, interp, body[:INTERP_GC] + collector + body[INTERP_GC + GC_SIZE :] + bytes(shorter))
        gil = word(file, interp + GIL_POINTER)
        if interp <= gil < interp + INTERP_SIZE:
            write(file, interp + GIL_POINTER, (gil - shorter).to_bytes(8, "little"))
        oldest = interp + INTERP_GC + HEADS + 2 * HEAD_SIZE
        node = word(file, oldest)
        while node != oldest:  # each link of the list says that it is in the other old space
            following = word(file, node)
            write(file, node, (following | OLD_SPACE).to_bytes(8, "little"))
            node = following


def counts(library, python, path):
    target = library.open_core(path, sysroot=python.sysroot)
    graph = graphs.scan(target)
    rows = {row.type: row.count for row in target.types(graph, native.query(all=True))[0]}
    info = target.info()
    said = native.text(info.layout_source), graph.info.references, graph.info.unreadable_lists, (info.runtime, target.threads()[0].interp)
    graph.close()
    target.close()
    return rows, said


def test_incremental_lists_hold_the_same_heap(library, tmp_path):
    able = [each for each in interpreters.RELEASES if each.minor == (3, 14) and each.version[2] >= 5]
    reason = cores.kernel_pattern() if able else "no CPython 3.14.5 or later of 3.14 on this machine"
    if reason:
        pytest.skip(reason)
    with cores.dumpable(able[-1], str(tmp_path), "small.py") as program:
        path = cores.kernel_core(program, str(tmp_path))
    before, (source, edges, _, places) = counts(library, able[-1], path)
    assert "incremental" not in source
    make_incremental(path, *places)
    after, (source, edges_after, unreadable, _) = counts(library, able[-1], path)
    os.unlink(path)
    assert "3.14.0 to 3.14.4, whose collector was incremental" in source
    assert unreadable == 0
    assert {name: after.get(name) for name in before if name not in INSIDE} == {name: n for name, n in before.items() if name not in INSIDE}
    assert edges - edges_after <= len(INSIDE)
