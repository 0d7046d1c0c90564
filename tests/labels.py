"""What a label has to say: what objgraph's _short_repr does, where that needs no user code."""
CUT = 40  # objgraph cuts a repr there; og may show more
NUMBERS = {"int", "float", "bool", "complex", "NoneType", "ellipsis", "NotImplementedType", "range"}
TEXTS = {"str", "bytes", "bytearray"}
COUNTED = {"tuple", "list", "dict", "set"}
NAMED = {"type", "module", "builtin_function_or_method"}


def agree(name, ours, truth):
    """Of an object whose type is called NAME."""
    if name in NUMBERS or name in TEXTS:
        return same_start(ours, truth)
    return truth in ours if name == "method" else ours == truth


def same_start(ours, truth):
    """Equal, or equal as far as a cut repr goes: og may show more or mark the cut."""
    if ours == truth:
        return True
    if len(truth) < CUT:
        return False
    shown = ours[:CUT].rstrip(".…")
    return len(shown) >= CUT - 5 and truth.startswith(shown.rstrip("'\""))
