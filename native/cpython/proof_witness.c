/* Finding the static types of CPython: `object` knows the classes derived from it, by weak references in a dict. */
#include "cpython/lookup.h"
#include "cpython/proof_witness.h"

enum { CLASSES_MAX = 2048, NAME_BYTES = 64, FOUND_MIN = 6 };

struct witness_name {
    char tp_name[28];
    uint8_t witness; /* enum og_witness */
};

static const struct witness_name names[] = {
    {"dict", OG_WITNESS_DICT},
    {"list", OG_WITNESS_LIST},
    {"tuple", OG_WITNESS_TUPLE},
    {"set", OG_WITNESS_SET},
    {"frozenset", OG_WITNESS_FROZENSET},
    {"str", OG_WITNESS_STR},
    {"bytes", OG_WITNESS_BYTES},
    {"bytearray", OG_WITNESS_BYTEARRAY},
    {"int", OG_WITNESS_INT},
    {"function", OG_WITNESS_FUNCTION},
    {"method", OG_WITNESS_METHOD},
    {"builtin_function_or_method", OG_WITNESS_CFUNCTION},
    {"code", OG_WITNESS_CODE},
    {"frame", OG_WITNESS_FRAME},
    {"generator", OG_WITNESS_GENERATOR},
    {"coroutine", OG_WITNESS_COROUTINE},
    {"async_generator", OG_WITNESS_ASYNC_GENERATOR},
    {"cell", OG_WITNESS_CELL},
    {"module", OG_WITNESS_MODULE},
    {"weakref", OG_WITNESS_WEAKREF},
    {"weakref.ReferenceType", OG_WITNESS_WEAKREF},
    {"traceback", OG_WITNESS_TRACEBACK},
    {"BaseException", OG_WITNESS_EXCEPTION},
};

/* Its bytes are missing where memory was: a truncated core. */
static bool is_lost(struct og_py *py, og_addr addr)
{
    return og_mem_region(py->mem, addr) && !og_mem_readable(py->mem, addr, 8);
}

static void look_at(struct og_py *py, og_addr type, struct og_witnesses *out)
{
    char name[NAME_BYTES];
    const uint64_t unlike = OG_TPFLAGS_HEAPTYPE;
    uint64_t flags;
    if (og_proof_word(py, type, py->l.ob_type) != py->type_type || !og_proof_read(py, type, py->l.tp_flags, &flags) ||
        flags & unlike)
        return;
    og_addr at = og_proof_word(py, type, py->l.tp_name);
    if (!at || !og_mem_readable(py->mem, at, 1) || !og_mem_string(py->mem, at, name, sizeof name))
        return;
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (!out->type[names[i].witness] && og_streq(names[i].tp_name, name)) {
            out->type[names[i].witness] = type;
            out->found++;
        }
}

bool og_witnesses_find(struct og_py *py, struct og_witnesses *out)
{
    struct og_dict_cursor c;
    og_addr key, weak;
    uint64_t failures = py->mem->failures;
    *out = (struct og_witnesses){.found = 2};
    out->type[OG_WITNESS_OBJECT] = py->object_type;
    out->type[OG_WITNESS_TYPE] = py->type_type;
    og_addr classes = og_type_subclasses(py, py->object_type);
    if (!og_mem_readable(py->mem, classes, OG_PAGE / 64) || !og_dict_begin(py, classes, &c))
        return is_lost(py, classes) || is_lost(py, og_proof_word(py, classes, py->l.ma_keys));
    bool lost = false;
    for (unsigned i = 0; i < CLASSES_MAX && out->found < OG_WITNESSES && og_dict_next(py, &c, &key, &weak); i++) {
        og_addr type = og_proof_word(py, weak, py->l.wr_object);
        lost |= is_lost(py, weak) || is_lost(py, type);
        look_at(py, type, out);
    }
    /* Names lie in the files of the program, which a core may lack. */
    return out->found >= FOUND_MIN || lost || py->mem->failures > failures ||
           !og_mem_readable(py->mem, og_proof_word(py, py->type_type, py->l.tp_name), 1);
}
