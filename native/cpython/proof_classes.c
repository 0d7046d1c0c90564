/* tp_traverse of classes made by class statements, subtype_traverse of Objects/typeobject.c, which has no symbol: a
 * class that every interpreter has shows it. Of a damaged core, where that class may be missing, the classes that are
 * left vote. */
#include "cpython/lookup.h"
#include "cpython/proof.h"

enum {
    CHUNK = 1 << 16,
    BYTES_MAX = 1 << 29,
    FUNCTIONS_MAX = 8,
    VOTES_ENOUGH = 64,
    VOTES_MIN = 8,
    NAME_BYTES = 256,
};

struct election {
    og_addr function[FUNCTIONS_MAX];
    unsigned votes[FUNCTIONS_MAX], count, all;
};

/* ---- the class that every interpreter has ---- */

static og_addr of_module_spec(struct og_py *py)
{
    og_addr importlib = og_py_word(py, py->interps[0].addr, py->l.interp_importlib);
    og_addr dict = importlib && og_mem_readable(py->mem, importlib, (uint64_t)py->l.pyvarobject_size)
                       ? og_py_word(py, importlib, py->l.md_dict)
                       : 0;
    og_addr spec = og_is_dict(py, dict) ? og_dict_get(py, dict, "ModuleSpec") : 0;
    return spec && og_mem_readable(py->mem, spec, (uint64_t)py->l.type_size) ? og_py_word(py, spec, py->l.tp_traverse)
                                                                             : 0;
}

/* ---- the vote ---- */

static bool has_dot(struct og_py *py, og_addr tp_name)
{
    char name[NAME_BYTES];
    if (!og_mem_readable(py->mem, tp_name, 1) || !og_mem_string(py->mem, tp_name, name, sizeof name))
        return true; /* C's */
    for (const char *s = name; *s; s++)
        if (*s == '.')
            return true;
    return false;
}

/* A class whose name has no module part: types made from C specifications have one, all but a few. */
static bool may_vote(struct og_py *py, og_addr addr)
{
    struct og_object o;
    const uint64_t wanted = OG_TPFLAGS_HEAPTYPE | OG_TPFLAGS_HAVE_GC;
    return og_py_object(py, addr, &o) && o.type->tp_flags & OG_TPFLAGS_TYPE_SUBCLASS &&
           og_mem_readable(py->mem, addr, (uint64_t)py->l.type_size) &&
           (og_py_word(py, addr, py->l.tp_flags) & wanted) == wanted &&
           !has_dot(py, og_py_word(py, addr, py->l.tp_name));
}

static void vote(struct election *e, og_addr function)
{
    unsigned i = 0;
    while (i < e->count && e->function[i] != function)
        i++;
    if (i == FUNCTIONS_MAX)
        return;
    if (i == e->count)
        e->function[e->count++] = function;
    e->votes[i]++;
    e->all++;
}

static og_addr winner(const struct election *e)
{
    for (unsigned i = 0; i < e->count; i++)
        if (e->votes[i] >= VOTES_MIN && e->votes[i] * 2 > e->all)
            return e->function[i];
    return 0;
}

/* Classes among the objects of a chunk: their type is `type`. */
static void poll_chunk(struct og_py *py, struct election *e, og_addr start, uint64_t len)
{
    const unsigned char *p = og_mem_at(py->mem, start, len);
    for (uint64_t at = (uint64_t)py->l.ob_type; p && at + 8 <= len && e->all < VOTES_ENOUGH; at += 8) {
        uint64_t type;
        memcpy(&type, p + at, sizeof type);
        if (type != py->type_type)
            continue;
        if (may_vote(py, start + at - (uint64_t)py->l.ob_type))
            vote(e, og_py_word(py, start + at - (uint64_t)py->l.ob_type, py->l.tp_traverse));
        p = og_mem_at(py->mem, start, len);
    }
}

/* Lists may be broken anywhere: memory is looked at, in the order of addresses. */
static og_addr by_vote(struct og_py *py)
{
    struct election e = {.count = 0};
    uint64_t budget = BYTES_MAX;
    for (uint64_t i = 0; i < py->mem->region_count && e.all < VOTES_ENOUGH; i++) {
        const struct og_region *r = &py->mem->regions[i];
        if (r->flags & OG_REGION_FILE || !(r->flags & OG_REGION_WRITE))
            continue;
        for (og_addr at = (r->start + 7) & ~7ull; at < r->end && budget && e.all < VOTES_ENOUGH; at += CHUNK) {
            uint64_t len = r->end - at < CHUNK ? r->end - at : CHUNK;
            if (og_mem_readable(py->mem, at, len))
                poll_chunk(py, &e, at, len);
            budget -= len < budget ? len : budget;
        }
    }
    return winner(&e);
}

og_addr og_proof_subtype_traverse(struct og_py *py, bool certain)
{
    og_addr found = of_module_spec(py);
    return found || !certain ? found : by_vote(py);
}
