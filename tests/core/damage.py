"""Damaged variants of a core, each made again by its number: cut, words flipped where they matter, pages zeroed and swapped."""
import random
import struct
from typing import Dict, List, NamedTuple, Tuple

import graphs
from og import native

WORD = struct.Struct("<Q")
HEADER = struct.Struct("<IIQQQQQQ")  # Elf64_Phdr
LOAD, NOTE = 1, 4
PAGE, GC_HEAD = 4096, 16
EXTRA, SEGMENT, SEGMENT_WORDS = 16, 32 << 20, 49152 // 8  # of free-threaded builds: header, mimalloc
EACH_TYPE = 150
RUNTIME_WORDS, STATE_WORDS, TYPE_WORDS = 400, 60, 53
MAPPINGS = {"dict", "OrderedDict", "Counter", "defaultdict", "Named"}
SIZED = {"list", "tuple", "set", "frozenset", "dict", "str", "bytes", "int", "deque", "code", "type"}
ABSURD = [0, 1, 2**31 - 1, 2**31, 2**32, 2**40, 2**47 - 8, 2**61, 2**63 - 1, 2**63, 2**64 - 1, 2**64 - 8]


class Segment(NamedTuple):
    start: int
    end: int  # of what the file holds
    offset: int


class Patch(NamedTuple):
    offset: int  # in the file
    new: bytes
    why: str


class Variant(NamedTuple):
    number: int
    kind: str
    patches: List[Patch]
    size: int  # of the file; the whole one's unless it was cut

    def apply(self, core: bytes) -> bytes:
        data = bytearray(core)
        for patch in self.patches:
            data[patch.offset : patch.offset + len(patch.new)] = patch.new
        return bytes(data[: self.size])

    def recipe(self) -> str:
        told = ["%s at byte %d: %s" % (p.why, p.offset, p.new[:16].hex()) for p in self.patches[:12]]
        return "variant %d (%s), %d bytes; %s" % (self.number, self.kind, self.size, "; ".join(told))


class Subject:
    """A whole core: its bytes, what lies where in it, and how many objects there are."""

    def __init__(self, library: native.Library, path: str, name: str):
        self.path, self.name = path, name
        with open(path, "rb") as file:
            self.data = file.read()
        self.segments, self.headers, self.notes = headers_of(self.data)
        target = library.open_core(path)
        try:
            self._look(target)
        finally:
            target.close()
        self.pages = sorted({address & -PAGE for address in self.objects})

    def _look(self, target: native.Target) -> None:
        graph = graphs.scan(target)
        self.by_type: Dict[str, List[int]] = {}
        self.tracked: List[int] = []
        every = native.query(limit=EACH_TYPE, all=True)
        for row in target.types(graph, native.query(all=True))[0]:
            found = target.by_type(graph, row.type, every)[0]
            self.by_type.setdefault(row.type, []).extend(o.address for o in found)
            self.tracked += [o.address for o in found if o.tracked]
        self.objects = sorted({address for each in self.by_type.values() for address in each})
        self.counts = {row.type: row.count for row in target.types(graph, native.query())[0]}
        self.all_counts = {row.type: row.count for row in target.types(graph, native.query(all=True))[0]}
        threads = target.threads()
        self.extra = EXTRA if target.info().free_threaded else 0  # bytes that an object's header has beyond the usual ones
        self.list_heads = [] if self.extra else self._list_heads()
        self.states = [(target.info().runtime, RUNTIME_WORDS)]
        for thread in threads:
            self.states += [(thread.interp, RUNTIME_WORDS), (thread.tstate, STATE_WORDS), (thread.frame, 16)]
        graph.close()

    def _list_heads(self) -> List[int]:
        """Of the lists that the tracked objects are on: the only members that stand in front of no object."""
        known, found = set(), []
        for tracked in self.tracked:
            at = tracked - GC_HEAD
            while at and at not in known:
                known.add(at)
                if not self._is_type(self.word(at + GC_HEAD + 8)):
                    found.append(at)
                at = self.word(at)
        return found

    def members(self, head: int) -> List[int]:
        """GC heads of the objects on the list of HEAD, in its order."""
        found, at = [], self.word(head)
        while at != head:
            found.append(at)
            at = self.word(at)
        return found

    def _is_type(self, address: int) -> bool:
        """Its type's type ... is `type`, whose type is itself."""
        for _ in range(4):
            if address and self.word(address + 8) == address:
                return True
            address = self.word(address + 8)
        return False

    def offset(self, address: int) -> int:
        """Where the file holds ADDRESS; -1: it does not."""
        for segment in self.segments:
            if segment.start <= address <= segment.end - 8:
                return segment.offset + address - segment.start
        return -1

    def word(self, address: int) -> int:
        at = self.offset(address)
        return WORD.unpack_from(self.data, at)[0] if at >= 0 else 0


def headers_of(data: bytes) -> Tuple[List[Segment], Tuple[int, int], Tuple[int, int]]:
    """Segments; where the program headers are and where the notes: offset and size."""
    table, = WORD.unpack_from(data, 32)
    count, = struct.unpack_from("<H", data, 56)
    segments, notes = [], (0, 0)
    for i in range(count):
        kind, _flags, offset, address, _, size, _, _ = HEADER.unpack_from(data, table + i * HEADER.size)
        if kind == LOAD and size:
            segments.append(Segment(address, address + size, offset))
        elif kind == NOTE:
            notes = offset, size
    return segments, (table, count * HEADER.size), notes


class Damage:
    """Chooses by a seed."""

    def __init__(self, subject: Subject, number: int):
        self.subject, self.number = subject, number
        self.random = random.Random(number)
        self.patches: List[Patch] = []
        self.size = len(subject.data)

    def make(self) -> Variant:
        kind = self.random.choice(KINDS)
        kind(self)
        return Variant(self.number, kind.__name__, self.patches, self.size)

    # ---- one word ----

    def put(self, address: int, value: int, why: str) -> None:
        at = self.subject.offset(address)
        if at >= 0:
            self.patches.append(Patch(at, WORD.pack(value & 2**64 - 1), "%s of %#x" % (why, address)))

    def value(self, address: int) -> int:
        """What a word becomes: a flipped bit, an absurd number, another object, itself, its own neighbourhood, text."""
        chance, old, subject = self.random, self.subject.word(address), self.subject
        return chance.choice([
            lambda: old ^ 1 << chance.randrange(64),
            lambda: chance.choice(ABSURD),
            lambda: chance.choice(subject.objects),
            lambda: chance.choice(subject.objects) + chance.choice([-16, -8, 4, 8, 16]),
            lambda: address & -16,
            lambda: old + chance.choice([-8, -1, 1, 8, 4096]),
            lambda: chance.randrange(2**64),
            lambda: WORD.unpack(b"damaged!")[0],
            lambda: subject.word(chance.choice(subject.objects) + 8 * chance.randrange(8)),
        ])()

    def flip(self, address: int, why: str) -> None:
        self.put(address, self.value(address), why)

    def some(self) -> range:
        return range(self.random.choice([1, 1, 1, 2, 5, 30]))

    def of_type(self, *names: str) -> int:
        known = [name for name in names if self.subject.by_type.get(name)]
        return self.random.choice(self.subject.by_type[self.random.choice(known)])

    # ---- the file ----

    def cut(self) -> None:
        chance, whole = self.random, self.size
        self.size = chance.choice([chance.randrange(whole), whole - chance.randrange(1, 1 << 16),
                                   chance.randrange(1 << 14), int(whole * chance.random() ** 0.3)])

    def _bytes(self, start: int, size: int, why: str) -> None:
        for _ in self.some():
            at = start + self.random.randrange(max(1, size - 8))
            at -= at % self.random.choice([1, 4, 8])
            width = self.random.choice([1, 2, 4, 8])
            value = self.random.choice(ABSURD + [self.random.randrange(2**64)])
            self.patches.append(Patch(at, WORD.pack(value)[:width], why))

    def file_header(self) -> None:
        self._bytes(0, 64, "file header")

    def program_headers(self) -> None:
        self._bytes(*self.subject.headers, "program header")

    def notes(self) -> None:
        self._bytes(*self.subject.notes, "note")

    def heap_page(self) -> None:
        at = self.subject.offset(self.random.choice(self.subject.pages))
        self.patches.append(Patch(at, self.random.choice([bytes(PAGE), b"\xff" * PAGE, self.random.randbytes(PAGE)]), "page"))

    def swapped_pages(self) -> None:
        one, other = (self.subject.offset(self.random.choice(self.subject.pages)) for _ in range(2))
        for at, source in ((one, other), (other, one)):
            self.patches.append(Patch(at, self.subject.data[source : source + PAGE], "page swapped"))

    # ---- the interpreter ----

    def state(self) -> None:
        start, words = self.random.choice(self.subject.states)
        for _ in self.some():
            self.flip(start + 8 * self.random.randrange(words), "state")

    def list_link(self) -> None:
        """Links of the collector: cycles, skips, another list's, nothing. Free-threaded: what the allocator's segments say of their pages."""
        chance, subject = self.random, self.subject
        if not subject.list_heads:
            for _ in self.some():
                self.flip((chance.choice(subject.tracked) & -SEGMENT) + 8 * chance.randrange(SEGMENT_WORDS), "segment")
            return
        for _ in self.some():
            head = chance.choice(subject.tracked) - GC_HEAD
            following, before = subject.word(head), subject.word(head + 8) & -4
            new = chance.choice([head, before, subject.word(following), subject.word(before), subject.word(before + 8) & -4,
                                 chance.choice(subject.tracked) - GC_HEAD, chance.choice(subject.list_heads), self.value(head)])
            head = chance.choice([head, head, head, head, chance.choice(subject.list_heads)])
            self.put(head + chance.choice([0, 0, 8]), new, "link")

    def type_object(self) -> None:
        for _ in self.some():
            self.flip(self.of_type("type") + 8 * self.random.randrange(TYPE_WORDS), "type")

    def type_of_object(self) -> None:
        for _ in self.some():
            self.flip(self.random.choice(self.subject.objects) + self.subject.extra + 8, "ob_type")

    def length(self) -> None:
        for _ in self.some():
            self.put(self.of_type(*SIZED) + self.subject.extra + 8 * self.random.choice([2, 2, 3, 4]), self.random.choice(ABSURD), "length")

    def mapping(self) -> None:
        for _ in self.some():
            address = self.of_type(*MAPPINGS) + self.subject.extra
            keys = self.subject.word(address + 32)
            self.flip(self.random.choice([address + 8 * self.random.randrange(2, 6), keys + 8 * self.random.randrange(12)]), "dict")

    def body(self) -> None:
        """Any word of an object of any type, each type as likely as another."""
        for _ in self.some():
            self.flip(self.of_type(*self.subject.by_type) + 8 * self.random.randrange(-2, 20), "body")

    def heap_words(self) -> None:
        for _ in range(self.random.choice([1, 20, 200])):
            self.flip(self.random.choice(self.subject.pages) + 8 * self.random.randrange(PAGE // 8), "heap")

    def everything(self) -> None:
        for kind in self.random.sample(KINDS[1:-1], 4):
            kind(self)


KINDS = [Damage.cut, Damage.file_header, Damage.program_headers, Damage.notes, Damage.heap_page, Damage.swapped_pages, Damage.state,
         Damage.list_link, Damage.type_object, Damage.type_of_object, Damage.length, Damage.mapping, Damage.body, Damage.heap_words,
         Damage.everything]


def kind_of(number: int) -> str:
    return random.Random(number).choice(KINDS).__name__
