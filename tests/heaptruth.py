"""What programs/truth.py wrote, read back: the interpreter's own word about a heap."""
import array
import collections
import pickle

# Types outside `builtins` whose instances have a size of their own, known to og.
SIZED = {"collections.deque", "collections.OrderedDict", "collections.defaultdict", "functools._lru_cache_wrapper"}


class Truth:
    """All objects that gc.get_referents leads to; the first `tracked` of them are the collector's, in its order."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = pickle.load(file)
        self.hexversion, self.pid, self.tracked = data["hexversion"], data["pid"], data["tracked"]
        self.addresses = unpacked(data["addresses"])
        self.type_addresses = unpacked(data["type_addresses"])
        self.refcounts = unpacked(data["refcounts"])
        self.offsets, self.targets = unpacked(data["offsets"]), unpacked(data["targets"])
        self.sizes, self.lengths = unpacked(data["sizes"], "q"), unpacked(data["lengths"], "q")
        self.head, self.is_tracked = data["head"], data["is_tracked"]
        self.is_collected = data["is_collected"]  # gc.get_referents has a word on it at all
        self.types = data["types"]  # address -> (short name, long name, made by a class statement, the interpreter's own)
        self.kinds, self.labels = data["kinds"], data["labels"]
        self.noise = set(data["noise"])
        self.number = {address: i for i, address in enumerate(self.addresses)}

    def referents(self, number):
        """Addresses, in the order of tp_traverse, as often as it names them."""
        return self.targets[self.offsets[number] : self.offsets[number + 1]]

    def type_name(self, number, long=False):
        return self.types[self.type_addresses[number]][1 if long else 0]

    def size_is_known(self, number):
        """og has to have the size that the interpreter says."""
        if self.sizes[number] < 0 or self.addresses[number] in self.noise:
            return False
        return self.types[self.type_addresses[number]][3] or self.type_name(number, True) in SIZED

    def counts(self, long=False):
        """Tracked objects by type name, in the order of the heap."""
        counts = collections.Counter()
        for number in range(self.tracked):
            counts[self.type_name(number, long)] += 1
        return counts

    def describe(self, address):
        """For messages: what is at ADDRESS."""
        number = self.number.get(address)
        if number is None:
            return "0x%x (not a known object)" % address
        return "%s at 0x%x %s" % (self.type_name(number, True), address, self.labels.get(address) or "")


def unpacked(raw, code="Q"):
    return array.array(code, raw)
