/* The counting sort of referrers. Sources are taken last first, so that each list ends up in heap order: tracked
 * sources as the collector lists them, which is what gc.get_referrers gives, then untracked ones by id. */
#include "graph/inverse.h"

enum { PAIRS = 256 };

struct pair {
    uint32_t target, source; /* both with nothing but the id; kind goes with the source */
};

void og_inverse_tally(struct og_graph *g, uint64_t from, uint64_t to)
{
    uint32_t *counts = g->offsets[1];
    for (uint64_t i = from; i < to; i++)
        counts[og_target_id(g->targets[0][i])]++;
}

void og_inverse_ends(struct og_graph *g)
{
    uint32_t *offsets = g->offsets[1], sum = 0;
    for (uint64_t i = 0; i < g->count; i++)
        offsets[i] = sum += offsets[i];
    offsets[g->count] = sum;
}

static void flush(struct og_graph *g, const struct pair *pairs, unsigned n)
{
    uint32_t *ends = g->offsets[1], *out = g->targets[1];
    for (unsigned i = 0; i < n; i++)
        __builtin_prefetch(&ends[pairs[i].target], 1);
    for (unsigned i = 0; i < n; i++)
        __builtin_prefetch(&out[ends[pairs[i].target] - 1], 1);
    for (unsigned i = 0; i < n; i++)
        out[--ends[pairs[i].target]] = pairs[i].source;
}

/* Sources from the last to the first: untracked by id, then tracked in heap order. */
static og_id source_at(const struct og_graph *g, uint64_t i)
{
    if (i >= g->count)
        return g->order[g->tracked - 1 - (i - g->count)];
    og_id id = (og_id)(g->count - 1 - i);
    return g->nodes[id].tracked ? OG_ID_NONE : id;
}

static void prefetch_source(const struct og_graph *g, uint64_t i)
{
    if (i >= g->count && i < g->count + g->tracked)
        __builtin_prefetch(&g->offsets[0][g->order[g->tracked - 1 - (i - g->count)]]);
}

static void prefetch_targets(const struct og_graph *g, uint64_t i)
{
    if (i >= g->count && i < g->count + g->tracked)
        __builtin_prefetch(&g->targets[0][g->offsets[0][g->order[g->tracked - 1 - (i - g->count)]]]);
}

bool og_inverse_fill(struct og_graph *g, uint64_t *next, uint64_t work)
{
    struct pair pairs[PAIRS];
    unsigned n = 0;
    uint64_t sources = g->count + g->tracked;
    for (uint64_t done = 0; *next < sources && done < work; ++*next, done++) {
        prefetch_source(g, *next + 32);
        prefetch_targets(g, *next + 16);
        og_id id = source_at(g, *next);
        if (id == OG_ID_NONE)
            continue;
        const uint32_t *from = g->targets[0] + g->offsets[0][id], *to = g->targets[0] + g->offsets[0][id + 1];
        done += (uint64_t)(to - from);
        while (to-- > from) {
            pairs[n++] = (struct pair){og_target_id(*to), id | (*to & ~OG_TARGET_ID_MASK)};
            if (n == PAIRS) {
                flush(g, pairs, n);
                n = 0;
            }
        }
    }
    flush(g, pairs, n);
    return *next == sources;
}
