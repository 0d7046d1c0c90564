/* While a collection runs, objects that it suspects are not on the collector's own lists but on others, whose heads are
 * variables of C functions: unreachable, final_unreachable and finalizers (gc_collect_main; collect to 3.11),
 * wrcb_to_call (handle_weakrefs), seen (finalize_garbage); Modules/gcmodule.c to 3.12, Python/gc.c from 3.13. The heads
 * stand on the C stack of the thread that collects.
 *
 * A head is known by its last object, whose _gc_next leads back to it. That holds in every phase: while _gc_prev of
 * objects holds counts (update_refs, subtract_refs), that of a head is still the last object, also of the list that
 * move_unreachable empties; and the flag NEXT_MASK_UNREACHABLE is masked. What an earlier call left on the stack fails
 * it, for a list that is merged into another leads to the other's head, and an object that is freed leads nowhere. */
#include "cpython/heap.h"

#define ADDRESS_MAX (1ull << 47)

enum { BATCH_BYTES = 2048, OBJECT_ALIGN = 16 };

struct search {
    struct og_py *py;
    og_addr *heads;
    uint32_t count, cap;
    uint32_t step; /* heads are as aligned as those of the generations: Debian's 3.13.5 has 4 */
};

static bool is_member(struct og_py *py, og_addr head, uint64_t words[OG_HEAD_WORDS])
{
    return og_mem_readable(py->mem, head, OG_HEAD_WORDS * sizeof *words) && og_gc_head_read(py, head, words) &&
           words[OG_HEAD_NEXT] && og_gc_type_fits(py, words[OG_HEAD_TYPE]);
}

static bool may_be_member(og_addr link)
{
    return link >= OG_PAGE && link < ADDRESS_MAX && link % OBJECT_ALIGN == 0;
}

static bool is_head(struct search *s, og_addr at, const uint64_t links[2])
{
    uint64_t first[OG_HEAD_WORDS], last[OG_HEAD_WORDS];
    og_addr next = og_gc_link(links[0]), prev = og_gc_link(links[1]);
    return may_be_member(next) && may_be_member(prev) && next != at && is_member(s->py, prev, last) &&
           og_gc_link(last[OG_HEAD_NEXT]) == at && is_member(s->py, next, first);
}

static void add(struct search *s, og_addr head)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (s->heads[i] == head)
            return;
    s->heads[s->count++] = head;
}

/* Batches overlap by a head less a step. */
static bool search_stack(void *arg, const struct og_stack *stack)
{
    struct search *s = arg;
    unsigned char bytes[BATCH_BYTES];
    uint64_t links[2], step = BATCH_BYTES - sizeof links + s->step;
    for (uint64_t at = 0; at + sizeof links <= stack->bytes && s->count < s->cap; at += step) {
        uint64_t n = stack->bytes - at < BATCH_BYTES ? stack->bytes - at : BATCH_BYTES;
        if (!og_mem_readable(s->py->mem, stack->start + at, n) || !og_mem_read(s->py->mem, stack->start + at, bytes, n))
            continue;
        for (uint64_t i = 0; i + sizeof links <= n && s->count < s->cap; i += s->step) {
            memcpy(links, bytes + i, sizeof links);
            if (is_head(s, stack->start + at + i, links))
                add(s, stack->start + at + i);
        }
    }
    return s->count < s->cap;
}

uint32_t og_heap_find_aside(struct og_py *py, og_addr *heads, uint32_t cap)
{
    struct search s = {py, heads, 0, cap, py->l.gc_generations % 8 ? 4 : 8};
    bool collecting = false;
    for (uint32_t i = 0; i < py->interp_count; i++)
        collecting |= py->interps[i].collecting != 0;
    if (collecting)
        og_py_stacks(py, search_stack, &s);
    return s.count;
}
