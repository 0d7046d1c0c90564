/* Code objects and the names of their variables. The collector asks them for nothing, in free-threaded builds for their
 * constants: everything they hold is named. */
#include "cpython/kinds/kinds.h"

static void give_at(const struct og_walk *w, int32_t offset, const char *name)
{
    uint64_t word;
    if (offset > 0 && og_mem_u64(w->py->mem, w->o->addr + (uint64_t)offset, &word))
        og_give_text(w, word, name);
}

/* 3.12: struct _PyCoCached behind one pointer; 3.11 has co_code alone there (Include/cpython/code.h). */
static void give_cached(const struct og_walk *w)
{
    uint64_t cached, words[4];
    if (w->py->l.code_cached < 0 || !og_mem_u64(w->py->mem, w->o->addr + (uint64_t)w->py->l.code_cached, &cached) ||
        !cached || !og_words(w->py, cached, words, 4))
        return;
    og_give_text(w, words[0], "co_code");
    og_give_text(w, words[1], "co_varnames");
    og_give_text(w, words[2], "co_cellvars");
    og_give_text(w, words[3], "co_freevars");
}

void og_walk_code(const struct og_walk *w)
{
    const struct og_layout *l = &w->py->l;
    bool old = l->code_nlocalsplus < 0;
    if (old)
        give_at(w, l->code_consts - 8, "co_code");
    give_at(w, l->code_consts, "co_consts");
    give_at(w, l->code_names, "co_names");
    give_at(w, l->code_varnames, old ? "co_varnames" : "co_localsplusnames");
    give_at(w, l->code_localspluskinds, "co_localspluskinds");
    give_at(w, l->code_freevars, "co_freevars");
    give_at(w, l->code_cellvars, "co_cellvars");
    give_at(w, l->code_filename, "co_filename");
    give_at(w, l->code_name, "co_name");
    give_at(w, l->code_qualname, "co_qualname");
    give_at(w, l->code_linetable, l->minor >= 10 ? "co_linetable" : "co_lnotab");
    give_at(w, l->code_exceptiontable, "co_exceptiontable");
    give_at(w, l->code_co_code, "co_code");
    give_cached(w);
}

static uint64_t tuple_size(struct og_py *py, og_addr code, int32_t offset)
{
    uint64_t tuple, size;
    if (!og_mem_u64(py->mem, code + (uint64_t)offset, &tuple) || !tuple ||
        !og_mem_u64(py->mem, tuple + (uint64_t)py->l.ob_size, &size))
        return 0;
    return size;
}

uint64_t og_code_locals(struct og_py *py, og_addr code, uint32_t *stack_size)
{
    const struct og_layout *l = &py->l;
    uint32_t locals = 0;
    *stack_size = 0;
    og_mem_u32(py->mem, code + (uint64_t)l->code_stacksize, stack_size);
    if (l->code_nlocalsplus >= 0) {
        og_mem_u32(py->mem, code + (uint64_t)l->code_nlocalsplus, &locals);
        return locals;
    }
    og_mem_u32(py->mem, code + (uint64_t)l->code_nlocals, &locals);
    return locals + tuple_size(py, code, l->code_cellvars) + tuple_size(py, code, l->code_freevars);
}

static og_addr tuple_item(struct og_py *py, og_addr code, int32_t offset, uint64_t *i)
{
    uint64_t tuple, size, item;
    if (!og_mem_u64(py->mem, code + (uint64_t)offset, &tuple) || !tuple ||
        !og_mem_u64(py->mem, tuple + (uint64_t)py->l.ob_size, &size))
        return 0;
    if (*i >= size) {
        *i -= size;
        return 0;
    }
    return og_mem_u64(py->mem, tuple + (uint64_t)py->l.tuple_ob_item + *i * 8, &item) ? item : 0;
}

og_addr og_code_local_name(struct og_py *py, og_addr code, uint64_t i)
{
    const struct og_layout *l = &py->l;
    og_addr name = tuple_item(py, code, l->code_varnames, &i);
    if (!name && l->code_nlocalsplus < 0)
        name = tuple_item(py, code, l->code_cellvars, &i);
    if (!name && l->code_nlocalsplus < 0)
        name = tuple_item(py, code, l->code_freevars, &i);
    return name;
}
