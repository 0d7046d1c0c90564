"""Which words of their state the C modules of this interpreter visit in m_traverse.

    PYTHON probe_modules.py MODULES.json

Run it with the interpreter that is asked, on every module of the standard library.
"""
import ctypes
import gc
import json
import os
import sys
import types

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import marks  # noqa: E402

# PyModuleDef
DEF_NAME, DEF_SIZE, DEF_TRAVERSE = (marks.EXTRA + each for each in (40, 56, 80))
# PyModuleObject: to 3.14 the definition is all; 3.15 keeps size and function in the module.
MD_DEF, MD_STATE = (marks.EXTRA + each for each in (24, 32))
MD_STATE_3_15, MD_TOKEN_IS_DEF, MD_STATE_SIZE, MD_STATE_TRAVERSE, MD_TOKEN = (marks.EXTRA + each for each in (24, 48, 56, 64, 88))
MODULE_BYTES = marks.EXTRA + 104
STATE_MAX = 60000


class Module:
    def __init__(self, module: types.ModuleType) -> None:
        at = id(module)
        if sys.version_info < (3, 15):
            definition, self.state = marks.word(at + MD_DEF), MD_STATE
            self.size, self.traverse = (marks.word(definition + each) if definition else 0 for each in (DEF_SIZE, DEF_TRAVERSE))
        else:
            definition = marks.word(at + MD_TOKEN) if marks.word(at + MD_TOKEN_IS_DEF) & 1 else 0
            self.state, self.size, self.traverse = MD_STATE_3_15, marks.word(at + MD_STATE_SIZE), marks.word(at + MD_STATE_TRAVERSE)
        self.name = marks.text(marks.word(definition + DEF_NAME)) if definition else module.__name__
        self.body = ctypes.string_at(at, type(module).__basicsize__)
        self.type = id(type(module))

    def ask(self) -> marks.Answer:
        copy = ctypes.create_string_buffer(self.body, MODULE_BYTES)
        memory = ctypes.create_string_buffer(self.size + 4096)
        state = (ctypes.addressof(memory) + 15) & -16
        marks.put(ctypes.addressof(copy) + self.state, state)

        def body(offsets) -> int:
            for offset in offsets:
                marks.put(state + offset, marks.mark(offset))
            return ctypes.addressof(copy)

        return marks.Answer(self.traverse, body, range(0, self.size - 7, 8), self.type)


def main() -> None:
    marks.import_everything()
    modules = {id(each): each for each in list(sys.modules.values()) + gc.get_objects() if isinstance(each, types.ModuleType)}
    rows = {}
    for module in map(Module, modules.values()):
        if module.traverse and 0 < module.size < STATE_MAX and module.name not in rows:
            rows[module.name] = dict(vars(module.ask()), name=module.name, size=module.size)
    with open(sys.argv[1], "w") as out:
        json.dump({"version": list(sys.version_info[:3]), "extra": marks.EXTRA, "rows": [rows[name] for name in sorted(rows)]}, out, indent=1)
    os._exit(0)  # modules that were imported may wait for ever at the end


main()
