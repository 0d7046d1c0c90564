"""Three more interpreters beside the main one, each with things of its own, until standard input ends."""
import sys

try:
    import _interpreters as module
except ImportError:
    import _xxsubinterpreters as module

COUNT = int(sys.argv[1])
CODE = "class Inner:\n    pass\nKEPT = [Inner() for _ in range(100)]\n"
MARK = ["of the main interpreter"]


class Outer:
    pass


OUTERS = [Outer() for _ in range(50)]


def make():
    try:
        number = module.create("legacy", reqrefs=False)
    except TypeError:
        number = module.create()
    getattr(module, "run_string")(number, CODE)
    return number


def wait():
    here = MARK
    print("READY", flush=True)
    sys.stdin.read()
    return here


MADE = [make() for _ in range(COUNT)]
wait()
