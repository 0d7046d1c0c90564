/* The shortest chains between an object and where it hangs. */
#include "analysis/chain.h"
#include "memory/guard.h"

#include <string.h>

static int find_ends(struct og_chain_ends *e, const struct og_chain_options *o, struct og_error *err)
{
    e->id = OG_ID_NONE;
    e->type = o->to_type && *o->to_type ? o->to_type : NULL;
    e->by_long_name = e->type && strchr(e->type, '.');
    if (o->to_address) {
        e->id = og_graph_find(e->graph, o->to_address, 0);
        if (e->id == OG_ID_NONE)
            return og_fail(err, OG_EABSENT, o->to_address, "no object at %x in this graph", o->to_address);
    }
    return OG_OK;
}

static bool fill_row(struct og_report *r, struct og_target *t, const struct og_graph *g, const og_id *ids,
                     uint32_t length, bool forward, struct og_chain_row *row)
{
    uint64_t *addresses = og_report_array(r, length, sizeof *addresses);
    og_id *turned = og_report_array(r, length, sizeof *turned);
    if (!addresses || !turned)
        return false;
    for (uint32_t i = 0; i < length; i++) {
        turned[i] = forward ? ids[i] : ids[length - 1 - i];
        addresses[i] = g->addresses[turned[i]];
    }
    row->addresses = addresses;
    row->length = length;
    return og_chain_describe(r, t, g, turned, row);
}

static bool fill(struct og_report *r, const struct og_chain_search *s, const struct og_chain_row **rows,
                 uint64_t *count)
{
    struct og_chain_row *out = og_report_array(r, s->lengths.len, sizeof *out);
    const og_id *ids = s->chains.data;
    bool ok = out != NULL;
    for (uint64_t i = 0; i < s->lengths.len && ok; i++) {
        uint32_t length = ((const uint32_t *)s->lengths.data)[i];
        ok = fill_row(r, s->ends->target, s->ends->graph, ids, length, s->forward, &out[i]);
        ids += length;
    }
    *rows = out;
    *count = s->lengths.len;
    return ok;
}

static int check(struct og_target *t, const struct og_graph *g, uint64_t obj, og_id *id, struct og_error *err)
{
    int code = og_need_level(g, OG_SCAN_GRAPH, err);
    if (code != OG_OK)
        return code;
    code = og_need_words(t, g, "a chain names modules and references", err);
    if (code != OG_OK)
        return code;
    *id = og_graph_find(g, obj, 0);
    return *id == OG_ID_NONE ? og_fail(err, OG_EABSENT, obj, "no object at %x in this graph", obj) : OG_OK;
}

int og_chain(struct og_target *t, struct og_graph *g, uint64_t obj, const struct og_chain_options *o,
             struct og_report **out, const struct og_chain_row **rows, uint64_t *count, struct og_error *err)
{
    OG_GUARD(err);
    struct og_chain_ends ends = {.target = t, .graph = g};
    struct og_chain_search s = {
        .ends = &ends, .forward = o->forward != 0, .max_depth = o->max_depth, .count = o->count ? o->count : 1};
    int code = check(t, g, obj, &s.start, err);
    if (code == OG_OK)
        code = find_ends(&ends, o, err);
    struct og_report *r = code == OG_OK ? og_report_create(err) : NULL;
    if (!r)
        return code == OG_OK ? OG_EMEMORY : code;
    og_vec_init(&s.chains, sizeof(og_id));
    og_vec_init(&s.lengths, sizeof(uint32_t));
    bool ok = og_chain_search(&s) && fill(r, &s, rows, count);
    og_vec_deinit(&s.chains);
    og_vec_deinit(&s.lengths);
    if (!ok)
        return og_report_no_memory(r, err);
    *out = r;
    return OG_OK;
}
