/* Roots: bookkeeping, and the structures of the interpreter itself. */
#include "analysis/roots.h"

bool og_roots_wants(const struct og_roots *r, og_addr addr)
{
    uint32_t at;
    return r->left && og_map_get(&r->wanted, addr, &at) && !r->names[at];
}

void og_roots_name(struct og_roots *r, og_addr addr, const char *name)
{
    uint32_t at;
    if (!og_map_get(&r->wanted, addr, &at) || r->names[at])
        return;
    r->names[at] = og_report_string(r->report, name);
    r->failed |= !r->names[at];
    r->left--;
}

void og_roots_words(struct og_roots *r, og_addr start, uint64_t bytes, const char *name)
{
    start = (start + 7) & ~7ull;
    for (uint64_t at = 0; at + 8 <= bytes && r->left && !r->failed; at += 8) {
        uint64_t word;
        if ((start + at) % OG_PAGE == 0 && !og_mem_readable(r->py->mem, start + at, 8)) {
            at += OG_PAGE - 8;
            continue;
        }
        if (og_mem_u64(r->py->mem, start + at, &word) && word >= OG_PAGE)
            if (og_roots_wants(r, word))
                og_roots_name(r, word, name);
    }
}

static void name_thread_state(void *arg, const struct og_thread *thread)
{
    struct og_roots *r = arg;
    char name[96];
    struct og_text text;
    og_text_init(&text, name, sizeof name);
    og_text_addf(&text, "state of thread %u", thread->native_thread_id ? thread->native_thread_id : thread->thread_id);
    if (r->py->l.tstate_size > 0)
        og_roots_words(r, thread->tstate, (uint64_t)r->py->l.tstate_size, name);
}

static void name_interpreters(struct og_roots *r)
{
    for (uint32_t i = 0; i < r->py->interp_count; i++) {
        const struct og_interp *in = &r->py->interps[i];
        og_roots_name(r, in->modules, "sys.modules");
        if (r->py->l.interp_size > 0)
            og_roots_words(r, in->addr, (uint64_t)r->py->l.interp_size, "interpreter state");
    }
}

void og_roots_state(struct og_roots *r)
{
    og_py_threads(r->py, name_thread_state, r);
    name_interpreters(r);
    if (r->py->l.runtime_size > 0)
        og_roots_words(r, r->py->runtime, (uint64_t)r->py->l.runtime_size, "runtime state");
}
