/* Counting by type, then by name: different types may have the same. */
#include "analysis/tally.h"

struct type_tally {
    uint64_t count, bytes;
    uint64_t first; /* in which place its first object came */
};

static void add(struct type_tally *t, const struct og_graph_tally *more)
{
    t->count += more->count;
    t->bytes += more->bytes;
}

/* Types are numbered in heap order already: sums are kept by the graph. */
static void count_kept(const struct og_select *s, struct type_tally *types)
{
    const struct og_graph *g = s->graph;
    for (uint64_t i = 0; i < g->type_count; i++) {
        if (!og_select_type(s, &g->types[i]))
            continue;
        add(&types[i], &g->types[i].tracked);
        if (s->all)
            add(&types[i], &g->types[i].untracked);
        types[i].first = i;
    }
}

static void count_selected(struct og_select *s, struct type_tally *types)
{
    const struct og_graph *g = s->graph;
    uint64_t place = 0;
    og_id id;
    while ((id = og_select_next(s)) != OG_ID_NONE) {
        struct type_tally *t = &types[g->nodes[id].type];
        if (t->count++ == 0)
            t->first = place++;
        t->bytes += og_graph_size(g, id);
    }
}

/* ORDER: types that have objects, by first place. */
static uint64_t order_types(const struct type_tally *types, uint64_t count, uint32_t *order)
{
    uint64_t n = 0;
    for (uint64_t i = 0; i < count; i++)
        if (types[i].count && types[i].first < count)
            order[types[i].first] = (uint32_t)i;
    for (uint64_t i = 0; i < count; i++)
        if (order[i] != UINT32_MAX)
            order[n++] = order[i];
    return n;
}

static bool merge_names(const struct og_graph *g, const struct type_tally *types, const uint32_t *order, uint64_t n,
                        bool long_names, struct og_tally *rows, uint64_t *count)
{
    struct og_names names;
    bool ok = true;
    og_names_init(&names);
    for (uint64_t i = 0; i < n && ok; i++) {
        const struct og_graph_type *type = &g->types[order[i]];
        const char *name = long_names ? type->long_name : type->name;
        uint32_t at = og_names_add(&names, name);
        ok = at != OG_ID_NONE;
        if (!ok)
            break;
        if (!rows[at].name)
            rows[at] = (struct og_tally){name, 0, 0, type->addr};
        rows[at].count += types[order[i]].count;
        rows[at].bytes += types[order[i]].bytes;
    }
    *count = names.names.len;
    og_names_deinit(&names);
    return ok;
}

int og_tally_names(struct og_report *r, struct og_select *s, bool long_names, struct og_tally **out, uint64_t *count,
                   struct og_error *err)
{
    const struct og_graph *g = s->graph;
    struct type_tally *types = og_report_array(r, g->type_count, sizeof *types);
    uint32_t *order = og_report_array(r, g->type_count, sizeof *order);
    struct og_tally *rows = og_report_array(r, g->type_count, sizeof *rows);
    if (!types || !order || !rows)
        return og_fail(err, OG_EMEMORY, 0, "out of memory for the answer");
    memset(order, 0xff, g->type_count * sizeof *order);
    if (s->filter)
        count_selected(s, types);
    else
        count_kept(s, types);
    if (og_stopped(s->target))
        return og_fail(err, OG_ESTOPPED, 0, "stopped");
    uint64_t n = order_types(types, g->type_count, order);
    if (!merge_names(g, types, order, n, long_names, rows, count))
        return og_fail(err, OG_EMEMORY, 0, "out of memory for the answer");
    *out = rows;
    return OG_OK;
}
