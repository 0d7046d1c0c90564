/* Modules, built-in functions, weak references: bodies with a condition each. */
#include "cpython/kinds/kinds.h"

enum {
    /* PyModuleDef */
    DEF_SIZE = 56,
    DEF_TRAVERSE = 80,
    STATE_WORDS_MAX = 1024,
    /* PyCMethodObject, PyMethodDef */
    MM_CLASS = 56,
    ML_FLAGS = 16,
    METH_METHOD = 0x200,
};

/* The state of a C module: which words m_traverse visits only it knows. */
static void walk_state(const struct og_walk *w, og_addr def, og_addr state)
{
    uint64_t size, traverse;
    struct og_object o;
    if (!og_mem_u64(w->py->mem, def + DEF_SIZE, &size) || !og_mem_u64(w->py->mem, def + DEF_TRAVERSE, &traverse) || !traverse ||
        (int64_t)size <= 0)
        return;
    uint64_t words = size / 8 < STATE_WORDS_MAX ? size / 8 : STATE_WORDS_MAX;
    for (uint64_t i = 0; i < words; i++) {
        struct og_ref ref = {.kind = OG_REF_INFERRED};
        if (!og_mem_u64(w->py->mem, state + i * 8, &ref.target))
            return;
        if (ref.target && og_py_plausible_object(w->py, ref.target, &o))
            og_give(w, &ref);
    }
}

void og_walk_module(const struct og_walk *w)
{
    const struct og_layout *l = &w->py->l;
    uint64_t dict, def, state;
    if (!og_mem_u64(w->py->mem, w->o->addr + (uint64_t)l->md_dict, &dict) ||
        !og_mem_u64(w->py->mem, w->o->addr + (uint64_t)l->md_def, &def) ||
        !og_mem_u64(w->py->mem, w->o->addr + (uint64_t)l->md_state, &state))
        return;
    og_give_text(w, dict, "__dict__");
    if (def && state)
        walk_state(w, def, state);
}

void og_walk_cfunction(const struct og_walk *w)
{
    const struct og_layout *l = &w->py->l;
    uint64_t def, self, module, class;
    uint32_t flags = 0;
    og_addr addr = w->o->addr;
    if (og_mem_u64(w->py->mem, addr + (uint64_t)l->m_self, &self))
        og_give_text(w, self, "__self__");
    if (og_mem_u64(w->py->mem, addr + (uint64_t)l->m_module, &module))
        og_give_text(w, module, "__module__");
    if (l->minor >= 9 && w->plan->solid->tp_basicsize > MM_CLASS && og_mem_u64(w->py->mem, addr + (uint64_t)l->m_ml, &def) && def &&
        og_mem_u32(w->py->mem, def + ML_FLAGS, &flags) && flags & METH_METHOD &&
        og_mem_u64(w->py->mem, addr + MM_CLASS, &class))
        og_give_text(w, class, "mm_class");
}

/* A dead reference points to None. */
void og_walk_weakref(const struct og_walk *w)
{
    struct og_object o;
    struct og_ref ref = {.kind = OG_REF_WEAK, .form = OG_NAME_TEXT, .text = "referent"};
    if (og_mem_u64(w->py->mem, w->o->addr + (uint64_t)w->py->l.wr_object, &ref.target) && ref.target &&
        og_py_object(w->py, ref.target, &o) && o.type->kind != OG_KIND_NONE)
        og_give(w, &ref);
}
