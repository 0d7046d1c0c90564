/* Type objects. type_traverse for heap types; what static ones hold, which the collector never visits, is named all the
 * same. */
#include "cpython/kinds/kinds.h"

enum {
    /* struct managed_static_type_state, Include/internal/pycore_typeobject.h */
    STATE_TYPE = 0,
    STATE_SIZE_312 = 40,
    STATE_SIZE_313 = 48,
    INDEX_MAX = 512,
    /* StgInfo in the metatype's part of the type (3.13), StgDict as tp_dict (to 3.12): Modules/_ctypes */
    STGDICT_PROTO = 96,
    STGINFO_PROTO = 56,
    STGINFO_WORDS = 10,
    TYPE_DATA_ALIGNMENT = 16,
};

static og_addr state_at(struct og_py *py, const struct og_interp *in, og_addr type, uint64_t index)
{
    uint64_t owner, size = py->l.minor >= 13 ? STATE_SIZE_313 : STATE_SIZE_312;
    const int32_t arrays[] = {py->l.interp_static_builtins, py->l.interp_static_extensions};
    for (unsigned i = 0; i < 2 && arrays[i] >= 0; i++) {
        og_addr state = in->addr + (uint64_t)arrays[i] + index * size;
        if (og_mem_readable(py->mem, state, size) && og_mem_u64(py->mem, state + STATE_TYPE, &owner) && owner == type)
            return state;
    }
    return 0;
}

/* From 3.12 on, static built-in types keep what differs by interpreter in the interpreter; tp_subclasses is an index.
 */
static bool static_words(struct og_py *py, og_addr type, uint64_t *dict, uint64_t *subclasses)
{
    uint64_t flags, index, words[2];
    if (py->l.interp_static_builtins < 0 || !og_mem_u64(py->mem, type + (uint64_t)py->l.tp_flags, &flags) ||
        !(flags & OG_TPFLAGS_STATIC_BUILTIN) || flags & OG_TPFLAGS_HEAPTYPE)
        return false;
    *dict = *subclasses = 0;
    if (!og_mem_u64(py->mem, type + (uint64_t)py->l.tp_subclasses, &index) || !index || index > INDEX_MAX ||
        !py->interp_count)
        return true;
    og_addr state = state_at(py, &py->interps[0], type, index - 1);
    if (state && og_words(py, state + (py->l.minor >= 13 ? 24 : 16), words, 2)) {
        *dict = words[0];
        *subclasses = words[1];
    }
    return true;
}

og_addr og_type_dict(struct og_py *py, og_addr type)
{
    uint64_t dict = 0, subclasses;
    if (!static_words(py, type, &dict, &subclasses))
        og_mem_u64(py->mem, type + (uint64_t)py->l.tp_dict, &dict);
    return dict;
}

og_addr og_type_subclasses(struct og_py *py, og_addr type)
{
    uint64_t dict, subclasses = 0;
    if (!static_words(py, type, &dict, &subclasses))
        og_mem_u64(py->mem, type + (uint64_t)py->l.tp_subclasses, &subclasses);
    return subclasses;
}

static void give_at(const struct og_walk *w, int64_t offset, const char *name)
{
    uint64_t word;
    if (og_mem_u64(w->py->mem, w->o->addr + (uint64_t)offset, &word))
        og_give_text(w, word, name);
}

/* A ctypes type to 3.12: what its instances are made of hangs on the dict itself. */
static void give_stgdict(const struct og_walk *w, og_addr dict)
{
    struct og_object o;
    uint64_t proto;
    if (dict && og_py_object(w->py, dict, &o) && o.type->kind == OG_KIND_DICT &&
        o.type->tp_basicsize > w->py->l.ob_extra + STGDICT_PROTO + 8 &&
        og_mem_u64(w->py->mem, og_body(w->py, dict) + STGDICT_PROTO, &proto))
        og_give_text(w, proto, "_type_");
}

/* What a metatype adds to its types lies behind them, aligned as for anything (PyObject_GetTypeData). */
og_addr og_type_data(const struct og_py *py, og_addr type)
{
    return type + (((uint64_t)py->l.heaptype_size + TYPE_DATA_ALIGNMENT - 1) & ~(uint64_t)(TYPE_DATA_ALIGNMENT - 1));
}

static void give_stginfo(const struct og_walk *w)
{
    static const char names[STGINFO_WORDS][16] = {
        "_type_", "", "", "", "_argtypes_", "converters", "_restype_", "checker", "_pointer_type", "module"};
    uint64_t words[STGINFO_WORDS];
    unsigned moved = w->py->l.minor >= 14; /* by the type of pointers to it */
    if (!og_words(w->py, og_type_data(w->py, w->o->addr) + STGINFO_PROTO, words, STGINFO_WORDS - 1 + moved))
        return;
    for (unsigned i = 0; i < STGINFO_WORDS - 1 + moved; i++) {
        const char *name = names[i == STGINFO_WORDS - 2 ? i + 1 - moved : i];
        if (*name)
            og_give_text(w, words[i], name);
    }
}

void og_walk_type(const struct og_walk *w)
{
    uint64_t flags;
    const struct og_layout *l = &w->py->l;
    if (!og_mem_u64(w->py->mem, w->o->addr + (uint64_t)l->tp_flags, &flags))
        return;
    og_addr dict = og_type_dict(w->py, w->o->addr);
    og_give_text(w, dict, "__dict__");
    give_at(w, l->tp_cache, "tp_cache");
    give_at(w, l->tp_mro, "__mro__");
    give_at(w, l->tp_bases, "__bases__");
    give_at(w, l->tp_base, "__base__");
    if (w->plan->storage == 'G')
        give_stgdict(w, dict);
    else if (w->plan->storage == 'C')
        give_stginfo(w);
    if (!(flags & OG_TPFLAGS_HEAPTYPE))
        og_give_text(w, og_type_subclasses(w->py, w->o->addr), "tp_subclasses");
    else if (l->ht_module >= 0)
        give_at(w, l->ht_module, "ht_module");
}
