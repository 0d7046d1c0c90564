/* What changed between two heaps, by type name: two stops of one process, or two processes of one program. */
#include "analysis/census.h"
#include "memory/guard.h"

#include <stdlib.h>

struct side {
    struct og_target *target;
    const struct og_graph *graph;
    struct og_tally *tallies;
    uint64_t count;
};

struct diff {
    struct og_report *report;
    const struct og_query *query;
    struct side a, b;
    struct og_names names;
    struct og_diff_row *rows; /* by number of the name: first those of B in heap order, then those of A alone */
};

static int no_memory(struct og_error *err)
{
    return og_fail(err, OG_EMEMORY, 0, "out of memory for the answer");
}

static int count_side(struct diff *d, struct side *s, struct og_error *err)
{
    struct og_select select;
    int code = og_select_begin(&select, s->target, s->graph, d->query, NULL, err);
    if (code != OG_OK)
        return code;
    return og_tally_names(d->report, &select, d->query->long_names, &s->tallies, &s->count, err);
}

static bool name_rows(struct diff *d)
{
    d->rows = og_report_array(d->report, d->a.count + d->b.count, sizeof *d->rows);
    for (uint64_t i = 0; i < d->b.count && d->rows; i++) {
        uint32_t at = og_names_add(&d->names, d->b.tallies[i].name);
        if (at == OG_ID_NONE)
            return false;
        d->rows[at].count_b = d->b.tallies[i].count;
        d->rows[at].bytes_b = d->b.tallies[i].bytes;
    }
    for (uint64_t i = 0; i < d->a.count && d->rows; i++) {
        uint32_t at = og_names_add(&d->names, d->a.tallies[i].name);
        if (at == OG_ID_NONE)
            return false;
        d->rows[at].count_a = d->a.tallies[i].count;
        d->rows[at].bytes_a = d->a.tallies[i].bytes;
    }
    return d->rows != NULL;
}

static bool take_differences(struct diff *d)
{
    bool sizes = d->a.graph->has_sizes && d->b.graph->has_sizes;
    for (uint64_t i = 0; i < d->names.names.len; i++) {
        struct og_diff_row *row = &d->rows[i];
        row->type = og_report_string(d->report, og_names_at(&d->names, i));
        row->delta = (int64_t)(row->count_b - row->count_a);
        row->bytes_delta = sizes ? (int64_t)(row->bytes_b - row->bytes_a) : 0;
        if (!row->type)
            return false;
    }
    return true;
}

/* ---- new objects ---- */

static bool compare_objects(struct diff *d, struct og_census *a, struct og_census *b)
{
    struct og_arena *arena = &d->report->arena;
    uint64_t count = d->names.names.len;
    if (!og_census_take(a, &d->names, arena, d->a.target, d->a.graph, d->query) ||
        !og_census_take(b, &d->names, arena, d->b.target, d->b.graph, d->query))
        return false;
    struct og_census_change *changes = og_report_array(d->report, d->names.names.len, sizeof *changes);
    if (!changes || !og_census_compare(d->report, a, b, changes, d->names.names.len))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        d->rows[i].new_count = changes[i].fresh;
        d->rows[i].new_addresses = changes[i].addresses;
    }
    return true;
}

static int take_new(struct diff *d, struct og_error *err)
{
    struct og_census a, b;
    og_census_init(&a);
    og_census_init(&b);
    bool ok = compare_objects(d, &a, &b);
    og_census_deinit(&a);
    og_census_deinit(&b);
    if (ok)
        return OG_OK;
    if (og_stopped(d->a.target) || og_stopped(d->b.target))
        return og_fail(err, OG_ESTOPPED, 0, "stopped");
    return no_memory(err);
}

/* ---- the order ---- */

struct ranked {
    struct og_diff_row row;
    uint64_t place;
    int64_t key;
};

static int compare(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    return x->place < y->place ? -1 : 1;
}

static const struct og_diff_row *rank(const struct diff *d, uint64_t *total)
{
    uint64_t n = 0, all = d->names.names.len;
    struct ranked *ranked = og_report_array(d->report, all, sizeof *ranked);
    struct og_diff_row *rows = og_report_array(d->report, all, sizeof *rows);
    if (!ranked || !rows)
        return NULL;
    for (uint64_t i = 0; i < all; i++) {
        const struct og_diff_row *row = &d->rows[i];
        if (row->delta || row->bytes_delta || row->new_count)
            ranked[n++] = (struct ranked){*row, i, d->query->by_bytes ? row->bytes_delta : row->delta};
    }
    qsort(ranked, n, sizeof *ranked, compare);
    for (uint64_t i = 0; i < n; i++)
        rows[i] = ranked[i].row;
    *total = n;
    return rows;
}

static int answer(struct diff *d, bool objects, const struct og_diff_row **rows, uint64_t *total, struct og_error *err)
{
    int code = count_side(d, &d->b, err);
    if (code == OG_OK)
        code = count_side(d, &d->a, err);
    if (code == OG_OK && (!name_rows(d) || !take_differences(d)))
        code = no_memory(err);
    if (code == OG_OK && objects)
        code = take_new(d, err);
    if (code != OG_OK)
        return code;
    *rows = rank(d, total);
    return *rows ? OG_OK : no_memory(err);
}

static int check(struct og_target *ta, const struct og_graph *a, struct og_target *tb, const struct og_graph *b,
                 bool objects, struct og_error *err)
{
    if (!objects)
        return OG_OK;
    if (!og_same_process(ta, tb))
        return og_fail(err, OG_EARG, 0,
                       "new objects are told by their addresses, and these two are not known to be one process");
    int code = og_need_level(a, OG_SCAN_OBJECTS, err);
    return code == OG_OK ? og_need_level(b, OG_SCAN_OBJECTS, err) : code;
}

int og_diff(struct og_target *ta, struct og_graph *a, struct og_target *tb, struct og_graph *b,
            const struct og_query *q, uint32_t objects, struct og_report **out, const struct og_diff_row **rows,
            uint64_t *count, uint64_t *total, struct og_error *err)
{
    OG_GUARD(err);
    int code = check(ta, a, tb, b, objects != 0, err);
    if (code != OG_OK)
        return code;
    struct diff d = {
        .report = og_report_create(err), .query = q, .a = {.target = ta, .graph = a}, .b = {.target = tb, .graph = b}};
    if (!d.report)
        return OG_EMEMORY;
    og_names_init(&d.names);
    code = answer(&d, objects != 0, rows, total, err);
    og_names_deinit(&d.names);
    if (code != OG_OK) {
        og_report_close(d.report);
        return code;
    }
    *count = q->limit && q->limit < *total ? q->limit : *total;
    *out = d.report;
    return OG_OK;
}
