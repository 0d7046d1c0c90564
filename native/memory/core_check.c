/* Program headers that contradict each other. The kernel and gcore write one for each mapping: whole pages, in the
 * order of addresses, each with bytes of its own in the file. Where that does not hold, a header is damaged, and what
 * is read by it is something else or not there. */
#include "memory/core.h"

#include <stdlib.h>

static int by_bytes(const void *a, const void *b)
{
    const struct og_core_segment *const *x = a, *const *y = b;
    return (*x)->bytes < (*y)->bytes ? -1 : (*x)->bytes > (*y)->bytes;
}

static uint64_t overlapping_addresses(const struct og_core *c)
{
    uint64_t n = 0;
    for (uint64_t i = 1; i < c->segments.len; i++) {
        const struct og_core_segment *s = og_vec_at(&c->segments, i), *before = s - 1;
        n += s->start < before->end;
    }
    return n;
}

static uint64_t overlapping_bytes(const struct og_core *c)
{
    uint64_t n = 0, held = 0;
    const struct og_core_segment **order = calloc(c->segments.len + 1, sizeof *order);
    for (uint64_t i = 0; i < c->segments.len && order; i++) {
        const struct og_core_segment *s = og_vec_at(&c->segments, i);
        if (s->have)
            order[held++] = s;
    }
    if (order)
        qsort(order, held, sizeof *order, by_bytes);
    for (uint64_t i = 1; i < held; i++)
        n += order[i]->bytes < order[i - 1]->bytes + order[i - 1]->have;
    free(order);
    return n;
}

void og_core_note_contradictions(const struct og_core *c, struct og_text *notes)
{
    uint64_t n = c->odd_headers + overlapping_addresses(c) + overlapping_bytes(c);
    if (n)
        og_text_addf(notes,
                     "%u program headers of the core contradict the others: it is damaged, and what lies at their "
                     "addresses may be missing or wrong\n",
                     n);
}
