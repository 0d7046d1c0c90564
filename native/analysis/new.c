/* Which objects are new since the last time, by address and type name: objgraph.get_new_ids. An object at the address
 * of one of the same type that was there before counts as old, as it does there. */
#include "analysis/census.h"
#include "memory/guard.h"

#include <stdlib.h>

struct og_new {
    struct og_names names;
    struct og_arena arena; /* the names */
    struct og_census current;
};

struct og_new *og_new_create(void)
{
    struct og_new *s = calloc(1, sizeof *s);
    if (s) {
        og_names_init(&s->names);
        og_census_init(&s->current);
    }
    return s;
}

void og_new_destroy(struct og_new *s)
{
    if (!s)
        return;
    og_names_deinit(&s->names);
    og_arena_deinit(&s->arena);
    og_census_deinit(&s->current);
    free(s);
}

struct ranked {
    struct og_new_row row;
    int64_t key;
};

/* Largest first, ties by name, last one first: objgraph sorts by (key, name) in reverse. */
static int compare(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    return strcmp(y->row.type, x->row.type);
}

static int64_t key_of(const struct og_new_row *row, uint32_t sort)
{
    switch ((enum og_new_sort)sort) {
    case OG_NEW_OLD:
        return (int64_t)row->old_ids;
    case OG_NEW_CURRENT:
        return (int64_t)row->current_ids;
    case OG_NEW_NEW:
        return (int64_t)row->new_ids;
    case OG_NEW_DELTAS:
        break;
    }
    return row->count_delta;
}

static const struct og_new_row *rank(struct og_report *r, const struct og_new *s, const struct og_census_change *names,
                                     uint32_t sort, uint64_t *count)
{
    uint64_t n = 0, all = s->names.names.len;
    struct ranked *ranked = og_report_array(r, all, sizeof *ranked);
    struct og_new_row *rows = og_report_array(r, all, sizeof *rows);
    for (uint64_t i = 0; i < all && ranked; i++) {
        const struct og_census_change *p = &names[i];
        if (!p->old && !p->current)
            continue;
        const char *name = og_report_string(r, og_names_at(&s->names, i));
        if (!name)
            return NULL;
        ranked[n].row =
            (struct og_new_row){name, p->old, p->current, p->fresh, (int64_t)(p->current - p->old), p->addresses};
        ranked[n].key = key_of(&ranked[n].row, sort);
        n++;
    }
    if (!ranked || !rows)
        return NULL;
    qsort(ranked, n, sizeof *ranked, compare);
    for (uint64_t i = 0; i < n; i++)
        rows[i] = ranked[i].row;
    *count = n;
    return rows;
}

static const struct og_new_row *answer(struct og_report *r, struct og_new *s, const struct og_census *current,
                                       uint32_t sort, uint64_t *count)
{
    struct og_census_change *names = og_report_array(r, s->names.names.len, sizeof *names);
    if (!names || !og_census_compare(r, &s->current, current, names, s->names.names.len))
        return NULL;
    return rank(r, s, names, sort, count);
}

int og_new_update(struct og_new *s, struct og_target *t, struct og_graph *g, const struct og_query *q, uint32_t sort,
                  struct og_report **out, const struct og_new_row **rows, uint64_t *count, uint64_t *total,
                  struct og_error *err)
{
    OG_GUARD(err);
    struct og_select select;
    int code = og_need_level(g, OG_SCAN_OBJECTS, err);
    if (code == OG_OK)
        code = og_select_begin(&select, t, g, q, NULL, err);
    struct og_report *r = code == OG_OK ? og_report_create(err) : NULL;
    if (!r)
        return code == OG_OK ? OG_EMEMORY : code;
    struct og_census current;
    og_census_init(&current);
    *rows = og_census_take(&current, &s->names, &s->arena, t, g, q) ? answer(r, s, &current, sort, total) : NULL;
    if (!*rows) {
        og_census_deinit(&current);
        return og_report_no_memory(r, err);
    }
    og_census_deinit(&s->current);
    s->current = current;
    *count = q->limit && q->limit < *total ? q->limit : *total;
    *out = r;
    return OG_OK;
}
