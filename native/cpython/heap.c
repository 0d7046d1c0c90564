/* The garbage collector's lists: three generations and the permanent one, of every interpreter (Modules/gcmodule.c to 3.12,
 * Python/gc.c from 3.13). A list is circular through its head; PyGC_Head stands 16 bytes before its object. */
#include "cpython/python.h"

enum { GENERATIONS = 4, PERMANENT = 3, HEAD_WORDS = 4, TYPE_WORD = 3 };

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
    uint64_t links[2];
    c->head = c->back = c->fore = list_head(py, c);
    if (!og_mem_read(py->mem, c->head, links, sizeof links)) {
        c->broken++;
        next_list(py, c);
        return;
    }
    c->next = LINK(links[0]);
    c->last = LINK(links[1]);
}

/* While a collection runs, _gc_prev holds counts instead of links. */
static bool links_back(const struct og_py *py, const struct og_heap_cursor *c, uint64_t prev)
{
    return py->interps[c->interp].collecting || LINK(prev) == c->back;
}

/* True while there is a list to walk. Interpreters without one share the collector of the first (3.8). */
static bool at_list(struct og_py *py, struct og_heap_cursor *c)
{
    while (!c->done && (!c->head || !py->interps[c->interp].gc)) {
        if (!py->interps[c->interp].gc)
            next_list(py, c);
        else
            open_list(py, c);
    }
    return !c->done;
}

/* Links, count and type of the object behind HEAD. Heads may be 4-aligned (Debian's 3.13.5), so words are copied. */
static inline bool read_head(struct og_py *py, og_addr head, uint64_t out[HEAD_WORDS])
{
    const void *p = og_mem_at(py->mem, head, HEAD_WORDS * sizeof *out);
    if (p)
        memcpy(out, p, HEAD_WORDS * sizeof *out);
    return p != NULL;
}

/* One object from the front; false: the list is at its end, or broken. */
static inline bool take_front(struct og_py *py, struct og_heap_cursor *c, struct og_listed *out)
{
    if (c->next == c->fore) {
        next_list(py, c);
        return false;
    }
    uint64_t links[HEAD_WORDS];
    if (!read_head(py, c->next, links) || !links_back(py, c, links[1]) || ++c->steps > py->max_objects) {
        c->broken++;
        next_list(py, c);
        return false;
    }
    *out = (struct og_listed){c->next + OG_GC_HEAD_SIZE, links[TYPE_WORD]};
    c->back = c->next;
    c->next = LINK(links[0]);
    return true;
}

/* One from the end; a link that does not fit leaves the rest to the front. */
static inline bool take_end(struct og_py *py, struct og_heap_cursor *c, struct og_listed *out)
{
    if (py->interps[c->interp].collecting || c->next == c->fore || c->last == c->head)
        return false;
    uint64_t links[HEAD_WORDS];
    if (!read_head(py, c->last, links) || LINK(links[0]) != c->fore || ++c->steps > py->max_objects) {
        c->last = c->head;
        return false;
    }
    *out = (struct og_listed){c->last + OG_GC_HEAD_SIZE, links[TYPE_WORD]};
    c->fore = c->last;
    c->last = LINK(links[1]);
    return true;
}

uint64_t og_heap_next(struct og_py *py, struct og_heap_cursor *c, og_addr *out, uint64_t cap)
{
    uint64_t n = 0;
    c->done |= py->interp_count == 0;
    struct og_listed listed;
    while (n < cap && at_list(py, c))
        if (take_front(py, c, &listed))
            out[n++] = listed.addr;
    return n;
}

void og_heap_next_both(struct og_py *py, struct og_heap_cursor *c, struct og_listed *out, uint64_t cap, uint64_t *front,
                       uint64_t *end)
{
    *front = *end = 0;
    c->done |= py->interp_count == 0;
    while (*front + *end + 2 <= cap && at_list(py, c)) {
        uint32_t list = c->interp * GENERATIONS + c->generation;
        if (take_front(py, c, &out[*front])) {
            c->list = list;
            ++*front;
            *end += take_end(py, c, &out[cap - *end - 1]);
        } else if (*front) {
            return;
        }
    }
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
