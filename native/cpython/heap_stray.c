/* Whether bytes that look like a tracked object are one, though the list that held it is broken elsewhere.
 *
 * Stale bytes do not pass. An object that is freed was untracked before, which sets _gc_next to 0
 * (_PyObject_GC_UNTRACK, every version) and clears _gc_prev but for a flag; the allocator then writes a link over the
 * first word of the block, never over both. What merely has an object's form lacks neighbours in the list that lead
 * back to it. */
#include "cpython/heap.h"

enum side { SIDE_AGREES, SIDE_MISSING, SIDE_WRONG };

/* BACK: which of the neighbour's links has to lead to HEAD. */
static enum side side_of(struct og_py *py, og_addr neighbour, unsigned back, og_addr head)
{
    uint64_t links[2];
    if (!og_mem_readable(py->mem, neighbour, sizeof links)) {
        const struct og_region *r = og_mem_region(py->mem, neighbour);
        return r && r->flags & OG_REGION_WRITE ? SIDE_MISSING : SIDE_WRONG;
    }
    if (!og_mem_read(py->mem, neighbour, links, sizeof links))
        return SIDE_WRONG;
    return og_gc_link(links[back]) == head ? SIDE_AGREES : SIDE_WRONG;
}

bool og_heap_is_stray(struct og_py *py, og_addr head, const uint64_t words[OG_HEAD_WORDS])
{
    og_addr type = words[OG_HEAD_TYPE];
    enum side next = side_of(py, og_gc_link(words[OG_HEAD_NEXT]), OG_HEAD_PREV, head);
    enum side prev = side_of(py, og_gc_link(words[OG_HEAD_PREV]), OG_HEAD_NEXT, head);
    if (next == SIDE_WRONG && prev == SIDE_WRONG)
        return false;
    bool sure = next == SIDE_AGREES || prev == SIDE_AGREES;
    if (!sure && (next == SIDE_WRONG || prev == SIDE_WRONG))
        return false;
    /* Without its type an object is one only if the whole list says so. */
    if (!og_mem_readable(py->mem, type, OG_PYOBJECT_SIZE) && (next != SIDE_AGREES || prev != SIDE_AGREES))
        return false;
    return og_gc_type_fits(py, type);
}
