/* The garbage collector's lists: three generations and the permanent one, of every interpreter (Modules/gcmodule.c to 3.12,
 * Python/gc.c from 3.13). A list is circular through its head; PyGC_Head stands 16 bytes before its object. */
#include "cpython/python.h"

enum { GENERATIONS = 4, PERMANENT = 3 };

/* The two low bits of both links are flags. */
#define LINK(word) ((word) & ~(uint64_t)3)

static og_addr list_head(const struct og_py *py, const struct og_heap_cursor *c)
{
    og_addr gc = py->interps[c->interp].gc;
    if (c->generation == PERMANENT)
        return gc + (uint64_t)py->l.gc_permanent_generation;
    return gc + (uint64_t)py->l.gc_generations + c->generation * (uint64_t)py->l.gc_generation_size;
}

void og_heap_begin(struct og_heap_cursor *c)
{
    memset(c, 0, sizeof *c);
}

static void next_list(const struct og_py *py, struct og_heap_cursor *c)
{
    c->head = 0;
    if (++c->generation < GENERATIONS)
        return;
    c->generation = 0;
    c->done = ++c->interp >= py->interp_count;
}

static void open_list(struct og_py *py, struct og_heap_cursor *c)
{
    uint64_t next;
    c->head = list_head(py, c);
    c->back = c->head;
    if (!og_mem_u64(py->mem, c->head, &next)) {
        c->broken++;
        next_list(py, c);
        return;
    }
    c->next = LINK(next);
}

/* While a collection runs, _gc_prev holds counts instead of links. */
static bool links_back(const struct og_py *py, const struct og_heap_cursor *c, uint64_t prev)
{
    return py->interps[c->interp].collecting || LINK(prev) == c->back;
}

uint64_t og_heap_next(struct og_py *py, struct og_heap_cursor *c, og_addr *out, uint64_t cap)
{
    uint64_t n = 0;
    c->done |= py->interp_count == 0;
    while (n < cap && !c->done) {
        if (!py->interps[c->interp].gc) { /* shares the collector of the first interpreter */
            next_list(py, c);
            continue;
        }
        if (!c->head) {
            open_list(py, c);
            continue;
        }
        if (c->next == c->head) {
            next_list(py, c);
            continue;
        }
        const uint64_t *links = og_mem_at(py->mem, c->next, OG_GC_HEAD_SIZE);
        if (!links || !links_back(py, c, links[1]) || ++c->steps > py->max_objects) {
            c->broken++;
            next_list(py, c);
            continue;
        }
        out[n++] = c->next + OG_GC_HEAD_SIZE;
        c->back = c->next;
        c->next = LINK(links[0]);
    }
    return n;
}

bool og_object_is_tracked(struct og_py *py, const struct og_object *o)
{
    uint64_t next, flags;
    if (!(o->type->tp_flags & OG_TPFLAGS_HAVE_GC))
        return false;
    /* type_is_gc: static types have no PyGC_Head. */
    if (o->type->kind == OG_KIND_TYPE && (!og_mem_u64(py->mem, o->addr + (uint64_t)py->l.tp_flags, &flags) ||
                                          !(flags & OG_TPFLAGS_HEAPTYPE)))
        return false;
    return og_mem_u64(py->mem, o->addr - OG_GC_HEAD_SIZE, &next) && next != 0;
}
