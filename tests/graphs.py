"""A graph of og as plain arrays, and its comparison with the interpreter's word."""
import array
import collections
from typing import NamedTuple

STRONG, WEAK, INFERRED = range(3)
KIND_SHIFT, ID_MASK = 30, (1 << 30) - 1
WORK = 2000000


class Arrays:
    """References of every object: ids are dense, a reference is an id with its kind in the top two bits."""

    def __init__(self, addresses, offsets, targets):
        self.addresses, self.offsets, self.targets = addresses, offsets, targets
        self.number = {address: i for i, address in enumerate(addresses)}

    @classmethod
    def of(cls, graph):
        """From og.native.Graph."""
        raw, objects = graph.arrays(), graph.info.objects
        offsets = array.array("I", raw["offsets"][: objects + 1])
        return cls(
            array.array("Q", raw["addresses"][:objects]), offsets, array.array("I", raw["targets"][: offsets[-1]])
        )

    @classmethod
    def load(cls, path):
        """As a GDB script of the tests left it: three lengths, then the three arrays."""
        with open(path, "rb") as file:
            lengths = array.array("Q")
            lengths.fromfile(file, 3)
            parts = []
            for code, length in zip("QII", lengths):
                parts.append(array.array(code))
                parts[-1].fromfile(file, length)
        return cls(*parts)

    def save(self, path):
        with open(path, "wb") as file:
            parts = (self.addresses, self.offsets, self.targets)
            array.array("Q", map(len, parts)).tofile(file)
            for part in parts:
                part.tofile(file)

    def references(self, address, kinds=(STRONG,)):
        """Addresses that the object at ADDRESS refers to, of these kinds."""
        number = self.number[address]
        words = self.targets[self.offsets[number] : self.offsets[number + 1]]
        return [self.addresses[word & ID_MASK] for word in words if word >> KIND_SHIFT in kinds]


def scan(target, level=3):
    """The whole graph, read from outside."""
    running = target.scan(level)
    while running.step(WORK):
        pass
    return running.finish()


def addresses(graph):
    """Of all objects, by number."""
    return [graph.library.graph_address(graph.handle, number) for number in range(graph.info.objects)]


class Difference(NamedTuple):
    """References of tracked objects: how many the interpreter names, which are missing, which nobody but og names."""

    total: int
    missing: collections.Counter  # (source type, target type) -> number
    invented: collections.Counter  # strong ones
    guessed: collections.Counter  # inferred ones that are not references
    examples: dict

    def tell(self, what, limit=25):
        lines = [
            "%d references, %d missing, %d invented, %d wrongly inferred"
            % (self.total, sum(self.missing.values()), sum(self.invented.values()), sum(self.guessed.values()))
        ]
        for key, number in getattr(self, what).most_common(limit):
            lines.append("%s: %s -> %s: %d, e.g. %s" % (what, *key, number, self.examples[what, key]))
        return "\n".join(lines)


def compare(truth, graph, everything=False):
    """Object by object, as multisets. EVERYTHING: what is reachable too, not only what the collector tracks."""
    found = {"missing": collections.Counter(), "invented": collections.Counter(), "guessed": collections.Counter()}
    examples = {}
    for number in range(len(truth.addresses) if everything else truth.tracked):
        address = truth.addresses[number]
        if not truth.is_collected[number]:  # code objects, static types: og may name what they hold, the collector does not
            continue
        expected = collections.Counter(truth.referents(number))
        if address in graph.number:
            strong = collections.Counter(graph.references(address))
            inferred = collections.Counter(graph.references(address, (INFERRED,)))
        else:
            strong, inferred = collections.Counter(), collections.Counter()
        if expected == strong and not inferred:
            continue
        lacking, surplus = expected - strong, strong - expected
        for what, targets in (("missing", lacking - inferred), ("invented", surplus), ("guessed", inferred - lacking)):
            for target, times in targets.items():
                to = truth.number.get(target)
                key = truth.type_name(number, True), truth.type_name(to, True) if to is not None else "?"
                found[what][key] += times
                examples.setdefault((what, key), "%s -> %s" % (truth.describe(address), truth.describe(target)))
    total = len(truth.targets) if everything else truth.offsets[truth.tracked]
    return Difference(total, found["missing"], found["invented"], found["guessed"], examples)
