/* How many objects of each type there are. */
#include "analysis/tally.h"
#include "memory/guard.h"

#include <stdlib.h>

struct ranked {
    struct og_tally tally;
    uint64_t place;
    uint64_t key;
};

/* Largest first; equal ones stay in heap order, as Python's stable sort leaves them. */
static int compare(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    return x->place < y->place ? -1 : 1;
}

static const struct og_type_row *rank(struct og_report *r, const struct og_tally *tallies, uint64_t n, bool by_bytes)
{
    struct ranked *ranked = og_report_array(r, n, sizeof *ranked);
    struct og_type_row *rows = og_report_array(r, n, sizeof *rows);
    if (!ranked || !rows)
        return NULL;
    for (uint64_t i = 0; i < n; i++)
        ranked[i] = (struct ranked){tallies[i], i, by_bytes ? tallies[i].bytes : tallies[i].count};
    qsort(ranked, n, sizeof *ranked, compare);
    for (uint64_t i = 0; i < n; i++) {
        const struct og_tally *t = &ranked[i].tally;
        rows[i] = (struct og_type_row){og_report_string(r, t->name), t->count, t->bytes, t->type_address};
        if (!rows[i].type)
            return NULL;
    }
    return rows;
}

int og_types(struct og_target *t, struct og_graph *g, const struct og_query *q, struct og_report **out,
             const struct og_type_row **rows, uint64_t *count, uint64_t *total, struct og_error *err)
{
    OG_GUARD(err);
    struct og_select s;
    struct og_tally *tallies = NULL;
    uint64_t n = 0;
    int code = og_select_begin(&s, t, g, q, NULL, err);
    struct og_report *r = code == OG_OK ? og_report_create(err) : NULL;
    if (!r)
        return code == OG_OK ? OG_EMEMORY : code;
    code = og_tally_names(r, &s, q->long_names, &tallies, &n, err);
    if (code != OG_OK) {
        og_report_close(r);
        return code;
    }
    *rows = rank(r, tallies, n, q->by_bytes);
    if (!*rows)
        return og_report_no_memory(r, err);
    *count = q->limit && q->limit < n ? q->limit : n;
    *total = n;
    *out = r;
    return OG_OK;
}

int og_count(struct og_target *t, struct og_graph *g, const char *type, const struct og_query *q, uint64_t *count,
             uint64_t *bytes, struct og_error *err)
{
    OG_GUARD(err);
    struct og_select s;
    int code = og_select_begin(&s, t, g, q, type, err);
    *count = *bytes = 0;
    if (code != OG_OK)
        return code;
    if (q->filter) {
        for (og_id id; (id = og_select_next(&s)) != OG_ID_NONE; ++*count)
            *bytes += og_graph_size(g, id);
        return OG_OK;
    }
    for (uint64_t i = 0; i < g->type_count; i++) {
        const struct og_graph_type *x = &g->types[i];
        if (!og_select_type(&s, x))
            continue;
        *count += x->tracked.count + (q->all ? x->untracked.count : 0);
        *bytes += x->tracked.bytes + (q->all ? x->untracked.bytes : 0);
    }
    return OG_OK;
}
