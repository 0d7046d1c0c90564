"""Keeps objects of the extension foreign.c, from the folder FOLDER; writes the truth to FOLDER/truth and waits."""
import sys

import truth

sys.path.insert(0, sys.argv[1])
import foreign  # noqa: E402


class Held:
    pass


class Derived(foreign.Pattern):
    pass


Made = foreign.foreign_type("Made", (), {})


def typed_list():
    made = foreign.TypedList([Held()])
    made.signature = Held()
    return made


KEPT = {
    "generators": [foreign.generator(Held(), compile("1", "foreign", "eval"), "name %d" % i) for i in range(20)],
    "patterns": [foreign.Pattern(Held()) for _ in range(20)],
    "derived": [Derived(Held()) for _ in range(20)],
    "lists": [typed_list() for _ in range(20)],
    "functions": [foreign.function([Held()], Held()) for _ in range(20)],
    "metatype": [Made, Made()],
}
truth.publish_and_wait(sys.argv[1] + "/truth", KEPT)
