"""The corpus that fuzzing starts from, made of small real cores: heads of cores, changes to objects, texts."""
import os
import random
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[:0] = [TESTS, os.path.join(TESTS, "core"), os.path.join(os.path.dirname(TESTS), "gdb")]

HEAD = 1 << 14  # headers and notes of a small core
PATHS = ["KEPT", "KEPT['plain'][7].name", "KEPT['general'][3, 'key']", "sys.modules['threading']", "KEPT[\"many\"]['key-1']",
         "DEEP[0][0][0]", "KEPT['ordered'].__class__.__mro__[1]", "__main__.Plain.__init__.__code__.co_consts[1]", "KEPT['texts'][-1]"]
FILTERS = ["len > 5", "type = dict and size >= 100 or not tracked", "module ~ '^thr'", "repr ~ 'x+y?' and (refcount < 3)",
           "type in (list, tuple)", "'it''s' = repr"]
CHANGES, CHANGE_BYTES = 80, 14


def write(folder: str, name: str, data: bytes) -> None:
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def make(folder: str, build: str) -> str:
    """The core that targets look into, made the first time; "": none could be made."""
    import interpreters
    import sweep
    core = os.path.join(folder, "whole")
    if os.path.exists(core):
        return core
    os.makedirs(folder, exist_ok=True)
    chosen = [each for each in interpreters.RELEASES if each.debian] + interpreters.RELEASES[-1:]
    made = []
    for interpreter in chosen:
        made += sweep.dump(interpreter, folder, os.path.join(build, "og.py")).values()
    made = [path for path in made if os.path.exists(path)]
    for number, path in enumerate(made):
        with open(path, "rb") as file:
            head = file.read(HEAD)
        for mode in (0, 1):
            write(os.path.join(folder, "core"), "head-%d-%d" % (number, mode), bytes([mode]) + head)
    chance = random.Random(1)
    for number in range(CHANGES):
        size = 1 + CHANGE_BYTES * chance.choice([1, 2, 8])
        write(os.path.join(folder, "objects"), "changes-%d" % number, chance.randbytes(size))
        write(os.path.join(folder, "snapshot"), "changes-%d" % number, b"\1" + chance.randbytes(size - 1))
    for name, texts in (("path", PATHS), ("filter", FILTERS)):
        for number, text in enumerate(texts):
            write(os.path.join(folder, name), str(number), text.encode())
    if not made:
        return ""
    os.rename(made[0], core)
    for path in made[1:]:
        os.unlink(path)
    return core
