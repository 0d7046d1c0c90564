/* The shortest chain: one breadth-first search, as objgraph's find_backref_chain and find_ref_chain. */
#include "analysis/chain.h"

bool og_chain_is_end(const struct og_chain_ends *e, og_id id)
{
    const struct og_graph_type *type = og_graph_type_of(e->graph, id);
    if (e->id != OG_ID_NONE)
        return id == e->id;
    if (e->type)
        return og_streq(e->by_long_name ? type->long_name : type->name, e->type);
    return og_is_module(e->target, e->graph, id);
}

bool og_chain_add(struct og_chain_search *s, const og_id *path, uint32_t length)
{
    uint32_t *n = og_vec_push(&s->lengths);
    if (!n || !og_vec_reserve(&s->chains, s->chains.len + length))
        return false;
    *n = length;
    memcpy((og_id *)s->chains.data + s->chains.len, path, length * sizeof *path);
    s->chains.len += length;
    return true;
}

struct search {
    struct og_chain_search *wanted;
    const struct og_graph *graph;
    uint32_t *parents;   /* by id: parent + 1, 0: not reached */
    struct og_vec queue; /* og_id */
};

static bool push(struct search *s, og_id id, og_id parent)
{
    og_id *slot = og_vec_push(&s->queue);
    if (!slot)
        return false;
    *slot = id;
    s->parents[id] = parent + 1;
    return true;
}

static bool expand(struct search *s, og_id id)
{
    int direction = !s->wanted->forward;
    const uint32_t *targets = s->graph->targets[direction], *offsets = s->graph->offsets[direction];
    for (uint64_t i = offsets[id]; i < offsets[id + 1]; i++) {
        og_id next = og_target_id(targets[i]);
        if (og_target_kind(targets[i]) != OG_REF_WEAK && !s->parents[next] && !push(s, next, id))
            return false;
    }
    return true;
}

/* The way back from END to the start, turned round. */
static bool take_path(struct search *s, og_id end)
{
    og_id path[OG_CHAIN_DEPTH_MAX + 1];
    uint32_t at = OG_CHAIN_DEPTH_MAX + 1;
    for (og_id id = end; at > 0; id = s->parents[id] - 1) {
        path[--at] = id;
        if (id == s->wanted->start)
            break;
    }
    return og_chain_add(s->wanted, path + at, OG_CHAIN_DEPTH_MAX + 1 - at);
}

static bool run(struct search *s)
{
    uint64_t level_end = 1;
    uint32_t depth = 0;
    if (!push(s, s->wanted->start, s->wanted->start))
        return false;
    for (uint64_t i = 0; i < s->queue.len; i++) {
        if (i == level_end) {
            depth++;
            level_end = s->queue.len;
        }
        og_id id = ((const og_id *)s->queue.data)[i];
        if (og_chain_is_end(s->wanted->ends, id))
            return take_path(s, id);
        if (depth < s->wanted->max_depth && !expand(s, id))
            return false;
    }
    return true;
}

bool og_chain_search(struct og_chain_search *wanted)
{
    struct search s = {.wanted = wanted, .graph = wanted->ends->graph};
    if (wanted->max_depth > OG_CHAIN_DEPTH_MAX)
        wanted->max_depth = OG_CHAIN_DEPTH_MAX;
    if (wanted->count > 1 && !og_chain_is_end(wanted->ends, wanted->start))
        return og_chain_search_many(wanted);
    uint64_t bytes = s.graph->count * sizeof *s.parents;
    s.parents = og_pages_alloc(bytes);
    og_vec_init(&s.queue, sizeof(og_id));
    bool ok = s.parents && run(&s);
    og_pages_free(s.parents, bytes);
    og_vec_deinit(&s.queue);
    return ok;
}
