/* The instances of a type. */
#include "analysis/select.h"
#include "memory/guard.h"

/* Rows are made for those shown; the rest are counted. */
static int list(struct og_report *r, struct og_select *s, const struct og_query *q, const struct og_object_row **out,
                uint64_t *count, uint64_t *total, struct og_error *err)
{
    struct og_vec ids;
    bool ok = true;
    og_vec_init(&ids, sizeof(og_id));
    *total = 0;
    for (og_id id; ok && (id = og_select_next(s)) != OG_ID_NONE; ++*total) {
        og_id *slot = q->limit && *total >= q->limit ? &id : og_vec_push(&ids);
        ok = slot != NULL;
        if (ok)
            *slot = id;
    }
    struct og_object_row *rows = ok ? og_report_array(r, ids.len, sizeof *rows) : NULL;
    ok = rows != NULL;
    for (uint64_t i = 0; i < ids.len && ok; i++)
        ok = og_report_object(r, s->target, s->graph, ((og_id *)ids.data)[i], &rows[i]);
    *out = rows;
    *count = ids.len;
    og_vec_deinit(&ids);
    return ok ? OG_OK : og_fail(err, OG_EMEMORY, 0, "out of memory for the answer");
}

int og_by_type(struct og_target *t, struct og_graph *g, const char *type, const struct og_query *q,
               struct og_report **out, const struct og_object_row **rows, uint64_t *count, uint64_t *total,
               struct og_error *err)
{
    OG_GUARD(err);
    struct og_select s;
    int code = og_need_level(g, OG_SCAN_OBJECTS, err);
    if (code == OG_OK)
        code = og_select_begin(&s, t, g, q, type, err);
    struct og_report *r = code == OG_OK ? og_report_create(err) : NULL;
    if (!r)
        return code == OG_OK ? OG_EMEMORY : code;
    code = list(r, &s, q, rows, count, total, err);
    if (code == OG_OK)
        *out = r;
    else
        og_report_close(r);
    return code;
}
