/* The garbage collector's lists: three generations and the permanent one, of every interpreter (Modules/gcmodule.c
 * to 3.12, Python/gc.c from 3.13), then what a running collection has set aside. A list is circular through its head;
 * PyGC_Head stands 16 bytes before its object.
 *
 * A list that breaks is followed from its end too. Where the links on both sides of every object agree, no object comes
 * twice and no walk is endless. While a collection runs, _gc_prev may hold counts instead of links; then the walk goes
 * forward, looks at types instead, and finds circles as Brent did. */
#include "cpython/heap.h"
#include "cpython/mimalloc.h"

enum { GENERATIONS = 4, PERMANENT = 3 };

static bool at_aside(const struct og_py *py, const struct og_heap_cursor *c)
{
    return c->interp >= py->interp_count;
}

static og_addr list_head(const struct og_py *py, const struct og_heap_cursor *c)
{
    if (at_aside(py, c))
        return c->aside[c->generation];
    og_addr gc = py->interps[c->interp].gc;
    if (c->generation == PERMANENT)
        return gc + (uint64_t)py->l.gc_permanent_generation;
    return gc + (uint64_t)py->l.gc_generations + c->generation * (uint64_t)py->l.gc_generation_size;
}

void og_heap_begin(struct og_heap_cursor *c)
{
    memset(c, 0, sizeof *c);
}

static void next_list(struct og_py *py, struct og_heap_cursor *c)
{
    bool aside = at_aside(py, c);
    c->head = 0;
    if (++c->generation < (aside ? c->aside_count : GENERATIONS))
        return;
    c->generation = 0;
    c->interp++;
    if (!aside && at_aside(py, c)) {
        c->aside_count = og_heap_find_aside(py, c->aside, OG_ASIDE_MAX);
        c->aside_from = c->steps;
    }
    c->done = aside || (at_aside(py, c) && c->aside_count == 0);
}

static void open_list(struct og_py *py, struct og_heap_cursor *c)
{
    uint64_t links[2];
    c->head = c->back = c->fore = list_head(py, c);
    c->front_ended = c->end_ended = false;
    c->collecting = at_aside(py, c) || py->interps[c->interp].collecting;
    c->mark = c->lap = 0;
    c->power = 1;
    if (!og_mem_read(py->mem, c->head, links, sizeof links)) {
        c->broken++;
        next_list(py, c);
        return;
    }
    c->next = og_gc_link(links[0]);
    c->last = og_gc_link(links[1]);
}

/* True while there is a list to walk. Interpreters without one share the collector of the first (3.8). */
static bool at_list(struct og_py *py, struct og_heap_cursor *c)
{
    while (!c->done && !c->head) {
        if (!at_aside(py, c) && !py->interps[c->interp].gc)
            next_list(py, c);
        else
            open_list(py, c);
    }
    return !c->done;
}

/* Brent: the mark moves to where the walk is after 1, 2, 4, ... steps; a circle comes back to it. */
static bool circles(struct og_heap_cursor *c)
{
    if (c->next == c->mark)
        return true;
    if (++c->lap == c->power) {
        c->mark = c->next;
        c->power *= 2;
        c->lap = 0;
    }
    return false;
}

static bool follows(struct og_py *py, struct og_heap_cursor *c, const uint64_t head[OG_HEAD_WORDS])
{
    if (!c->collecting)
        return og_gc_link(head[OG_HEAD_PREV]) == c->back;
    return og_gc_type_fits(py, head[OG_HEAD_TYPE]) && !circles(c);
}

static bool end_front(struct og_heap_cursor *c)
{
    c->broken++;
    c->front_ended = true;
    return false;
}

/* One object from the front; false: the list is at its end, or broken: then what is left comes from its end. */
static inline bool take_front(struct og_py *py, struct og_heap_cursor *c, struct og_listed *out)
{
    if (c->next == c->fore) {
        if (c->last != c->back && !c->collecting) /* a wrong link may lead there too early */
            return end_front(c);
        next_list(py, c);
        return false;
    }
    uint64_t head[OG_HEAD_WORDS];
    if (!og_gc_head_read(py, c->next, head) || !follows(py, c, head) || ++c->steps > py->max_objects)
        return end_front(c);
    *out = (struct og_listed){c->next + OG_GC_HEAD_SIZE, head[OG_HEAD_TYPE]};
    c->back = c->next;
    c->next = og_gc_link(head[OG_HEAD_NEXT]);
    return true;
}

/* One from the end; a link that does not fit leaves the rest to the front. */
static inline bool take_end(struct og_py *py, struct og_heap_cursor *c, struct og_listed *out)
{
    if (c->end_ended || c->last == c->back || c->last == c->head)
        return false;
    uint64_t head[OG_HEAD_WORDS];
    if (!og_gc_head_read(py, c->last, head) || og_gc_link(head[OG_HEAD_NEXT]) != c->fore ||
        ++c->steps > py->max_objects) {
        c->end_ended = true;
        return false;
    }
    *out = (struct og_listed){c->last + OG_GC_HEAD_SIZE, head[OG_HEAD_TYPE]};
    c->fore = c->last;
    c->last = og_gc_link(head[OG_HEAD_PREV]);
    return true;
}

/* The end can go no further. Nothing lies between what it gave and what the front gave if one link between both is
 * right: that of the object the end took last, back to the one that the front took last, or the other way round. */
static bool ends_meet(const struct og_heap_cursor *c)
{
    bool taken = c->back != c->head || c->fore != c->head;
    return taken && (c->last == c->back || c->next == c->fore);
}

static bool take_rest(struct og_py *py, struct og_heap_cursor *c, struct og_listed *out)
{
    if (take_end(py, c, out))
        return true;
    c->mended += ends_meet(c);
    next_list(py, c);
    return false;
}

static uint64_t next_blocks(struct og_py *py, struct og_heap_cursor *c, struct og_listed *out, uint64_t cap)
{
    uint64_t n = c->done ? 0 : og_blocks_next(py, &c->blocks, out, cap);
    c->done |= n == 0;
    c->steps += n;
    c->broken = c->blocks.broken;
    return n;
}

uint64_t og_heap_next(struct og_py *py, struct og_heap_cursor *c, og_addr *out, uint64_t cap)
{
    uint64_t n = 0;
    c->done |= py->interp_count == 0;
    if (og_is_free_threaded(&py->l)) {
        struct og_listed listed[64];
        uint64_t got = next_blocks(py, c, listed, cap < 64 ? cap : 64);
        for (; n < got; n++)
            out[n] = listed[n].addr;
        return n;
    }
    struct og_listed listed;
    while (n < cap && at_list(py, c)) {
        while (n < cap && !c->front_ended && take_front(py, c, &listed))
            out[n++] = listed.addr;
        while (n < cap && c->front_ended && take_rest(py, c, &listed))
            out[n++] = listed.addr;
    }
    return n;
}

static void take_both(struct og_py *py, struct og_heap_cursor *c, struct og_listed *out, uint64_t cap, uint64_t *front,
                      uint64_t *end)
{
    uint64_t from_front = *front, from_end = *end;
    while (from_front + from_end + 2 <= cap && take_front(py, c, &out[from_front])) {
        from_front++;
        if (!c->collecting)
            from_end += take_end(py, c, &out[cap - from_end - 1]);
    }
    *front = from_front;
    *end = from_end;
}

void og_heap_next_both(struct og_py *py, struct og_heap_cursor *c, struct og_listed *out, uint64_t cap, uint64_t *front,
                       uint64_t *end)
{
    *front = *end = 0;
    c->done |= py->interp_count == 0;
    if (og_is_free_threaded(&py->l)) {
        c->list = 0;
        *front = next_blocks(py, c, out, cap);
        return;
    }
    while (*front + *end + 2 <= cap && at_list(py, c)) {
        uint32_t list = c->interp * GENERATIONS + c->generation;
        if (*front + *end && list != c->list)
            return;
        c->list = list;
        if (c->front_ended)
            *end += take_rest(py, c, &out[cap - *end - 1]);
        else
            take_both(py, c, out, cap, front, end);
    }
}

bool og_gc_type_fits(struct og_py *py, og_addr addr)
{
    if (!addr || addr & 3)
        return false;
    if (!og_mem_readable(py->mem, addr, (uint64_t)py->l.pyobject_size))
        return og_mem_region(py->mem, addr) != NULL;
    const struct og_type *type = og_py_type(py, addr);
    return type && type->tp_flags & OG_TPFLAGS_HAVE_GC;
}

bool og_object_is_tracked(struct og_py *py, const struct og_object *o)
{
    uint64_t next, flags;
    if (!(o->type->tp_flags & OG_TPFLAGS_HAVE_GC))
        return false;
    /* type_is_gc: static types have no PyGC_Head. */
    if (o->type->kind == OG_KIND_TYPE &&
        (!og_mem_u64(py->mem, o->addr + (uint64_t)py->l.tp_flags, &flags) || !(flags & OG_TPFLAGS_HEAPTYPE)))
        return false;
    if (og_is_free_threaded(&py->l)) {
        uint8_t bits;
        return og_mem_u8(py->mem, o->addr + OG_OB_GC_BITS, &bits) && bits & OG_GC_BITS_TRACKED;
    }
    return og_mem_u64(py->mem, o->addr - OG_GC_HEAD_SIZE, &next) && next != 0;
}
