/* Several chains, shortest first. A set of objects seen, shared between chains, would lose valid ones, so: first the
 * distance of every object from the nearest end, by one search from all ends; then paths are enumerated by length,
 * entering only objects from which an end can still be reached in time. Every step of a shortest path succeeds. */
#include "analysis/chain.h"

#include <stdlib.h>

enum { FAR = 255, NEIGHBOURS_COMPARED = 64 };
#define STEPS_MAX 20000000ull /* looking for detours may not take for ever */

struct frame {
    og_id id;
    uint64_t next; /* position in the neighbours */
};

struct many {
    struct og_chain_search *wanted;
    const struct og_graph *graph;
    uint8_t *distance; /* to the nearest end, FAR: too far */
    struct frame path[OG_CHAIN_DEPTH_MAX + 1];
    uint32_t depth; /* of the last of path */
    uint32_t goal;  /* length looked for, in steps */
    uint64_t steps;
};

/* ---- distances ---- */

static bool push_ends(struct many *m, struct og_vec *queue)
{
    for (uint64_t i = 0; i < m->graph->count; i++) {
        if (!og_chain_is_end(m->wanted->ends, (og_id)i))
            continue;
        og_id *slot = og_vec_push(queue);
        if (!slot)
            return false;
        *slot = (og_id)i;
        m->distance[i] = 0;
    }
    return true;
}

/* From the ends towards START: against the direction in which chains run. */
static bool measure(struct many *m)
{
    struct og_vec queue;
    int direction = m->wanted->forward;
    const uint32_t *targets = m->graph->targets[direction], *offsets = m->graph->offsets[direction];
    og_vec_init(&queue, sizeof(og_id));
    bool ok = push_ends(m, &queue);
    for (uint64_t q = 0; q < queue.len && ok; q++) {
        og_id id = ((const og_id *)queue.data)[q];
        if (m->distance[id] >= m->wanted->max_depth)
            continue;
        for (uint64_t i = offsets[id]; i < offsets[id + 1] && ok; i++) {
            og_id next = og_target_id(targets[i]);
            if (og_target_kind(targets[i]) == OG_REF_WEAK || m->distance[next] != FAR)
                continue;
            og_id *slot = og_vec_push(&queue);
            ok = slot != NULL;
            if (ok)
                *slot = next;
            m->distance[next] = (uint8_t)(m->distance[id] + 1);
        }
    }
    og_vec_deinit(&queue);
    return ok;
}

/* ---- paths of one length ---- */

static bool on_path(const struct many *m, og_id id)
{
    for (uint32_t i = 0; i <= m->depth; i++)
        if (m->path[i].id == id)
            return true;
    return false;
}

/* An object that refers twice gives one path. */
static bool was_tried(const uint32_t *targets, uint64_t first, uint64_t at)
{
    uint64_t from = at - first > NEIGHBOURS_COMPARED ? at - NEIGHBOURS_COMPARED : first;
    for (uint64_t i = at; i-- > from;)
        if (og_target_id(targets[i]) == og_target_id(targets[at]) && og_target_kind(targets[i]) != OG_REF_WEAK)
            return true;
    return false;
}

/* The next neighbour of the last object from which an end is reached after exactly so many steps, or sooner. */
static og_id advance(struct many *m)
{
    int direction = !m->wanted->forward;
    const uint32_t *targets = m->graph->targets[direction], *offsets = m->graph->offsets[direction];
    struct frame *f = &m->path[m->depth];
    uint32_t left = m->goal - m->depth - 1;
    while (f->next < offsets[f->id + 1] && m->steps < STEPS_MAX) {
        uint64_t at = f->next++;
        og_id id = og_target_id(targets[at]);
        m->steps++;
        if (og_target_kind(targets[at]) == OG_REF_WEAK || m->distance[id] > left)
            continue;
        if ((m->distance[id] == 0) != (left == 0) || on_path(m, id) || was_tried(targets, offsets[f->id], at))
            continue;
        return id;
    }
    return OG_ID_NONE;
}

static bool is_known(const struct og_chain_search *w, const og_id *path, uint32_t length)
{
    const og_id *known = w->chains.data;
    for (uint64_t i = 0; i < w->lengths.len; i++) {
        uint32_t n = ((const uint32_t *)w->lengths.data)[i];
        if (n == length && memcmp(known, path, length * sizeof *path) == 0)
            return true;
        known += n;
    }
    return false;
}

static bool take_path(struct many *m, og_id end)
{
    og_id ids[OG_CHAIN_DEPTH_MAX + 1];
    for (uint32_t i = 0; i <= m->depth; i++)
        ids[i] = m->path[i].id;
    ids[m->depth + 1] = end;
    return is_known(m->wanted, ids, m->depth + 2) || og_chain_add(m->wanted, ids, m->depth + 2);
}

static void enter(struct many *m, uint32_t depth, og_id id)
{
    m->depth = depth;
    m->path[depth] = (struct frame){id, m->graph->offsets[!m->wanted->forward][id]};
}

static bool enumerate(struct many *m)
{
    enter(m, 0, m->wanted->start);
    while (m->wanted->lengths.len < m->wanted->count) {
        og_id next = advance(m);
        if (next == OG_ID_NONE) {
            if (m->depth-- == 0)
                return true;
        } else if (m->depth + 1 < m->goal) {
            enter(m, m->depth + 1, next);
        } else if (!take_path(m, next)) {
            return false;
        }
    }
    return true;
}

bool og_chain_search_many(struct og_chain_search *wanted)
{
    struct many *m = calloc(1, sizeof *m);
    if (!m)
        return false;
    m->wanted = wanted;
    m->graph = wanted->ends->graph;
    m->distance = malloc(m->graph->count + 1);
    bool ok = m->distance != NULL;
    if (ok) {
        memset(m->distance, FAR, m->graph->count + 1);
        ok = measure(m);
    }
    for (m->goal = ok ? m->distance[wanted->start] : FAR;
         ok && m->goal <= wanted->max_depth && wanted->lengths.len < wanted->count && m->steps < STEPS_MAX; m->goal++)
        ok = enumerate(m);
    free(m->distance);
    free(m);
    return ok;
}
