/* What grew since the peaks seen so far: objgraph.growth. A type that falls and grows back to its old peak is silent.
 */
#include "analysis/tally.h"
#include "memory/guard.h"

#include <stdlib.h>

struct peak {
    const char *name;
    uint64_t count, bytes;
    bool has_bytes; /* some heap was read with sizes */
    bool here;      /* in the heap being looked at */
};

struct og_growth {
    struct og_names names;
    struct og_vec peaks; /* struct peak, by number of the name */
    struct og_arena arena;
};

struct ranked {
    struct og_growth_row row;
    uint64_t place;
    int64_t key;
};

struct og_growth *og_growth_create(void)
{
    struct og_growth *s = calloc(1, sizeof *s);
    if (s) {
        og_names_init(&s->names);
        og_vec_init(&s->peaks, sizeof(struct peak));
    }
    return s;
}

void og_growth_destroy(struct og_growth *s)
{
    if (!s)
        return;
    og_names_deinit(&s->names);
    og_vec_deinit(&s->peaks);
    og_arena_deinit(&s->arena);
    free(s);
}

static struct peak *peak_of(struct og_growth *s, const char *name)
{
    uint32_t at = og_names_find(&s->names, name);
    if (at == OG_ID_NONE) {
        const char *copy = og_arena_strndup(&s->arena, name, strlen(name));
        struct peak *fresh = copy ? og_vec_push(&s->peaks) : NULL;
        if (!fresh)
            return NULL;
        fresh->name = copy;
        at = og_names_add(&s->names, copy);
        if (at == OG_ID_NONE) {
            s->peaks.len--;
            return NULL;
        }
    }
    return og_vec_at(&s->peaks, at);
}

/* The row of one type; peaks are raised where they were exceeded. */
static struct og_growth_row compare_to_peak(struct peak *p, const struct og_tally *t, bool sizes)
{
    struct og_growth_row row = {p->name, t->count, t->bytes, (int64_t)(t->count - p->count), 0};
    if (t->count > p->count)
        p->count = t->count;
    if (sizes) {
        row.bytes_delta = (int64_t)(t->bytes - p->bytes);
        if (t->bytes > p->bytes)
            p->bytes = t->bytes;
        p->has_bytes = true;
    }
    p->here = true;
    return row;
}

static int compare(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    return x->place < y->place ? -1 : 1;
}

struct collecting {
    struct ranked *rows;
    uint64_t count;
    bool by_bytes, shrunk;
};

static void collect(struct collecting *c, const struct og_growth_row *row)
{
    int64_t key = c->by_bytes ? row->bytes_delta : row->delta;
    if (key > 0 || (key < 0 && c->shrunk)) {
        c->rows[c->count] = (struct ranked){*row, c->count, key};
        c->count++;
    }
}

/* Types of which nothing is left are below their peak too, those of the names in use: short or long. */
static void collect_gone(struct collecting *c, struct og_growth *s, bool long_names)
{
    for (uint64_t i = 0; i < s->peaks.len; i++) {
        const struct peak *p = og_vec_at(&s->peaks, i);
        bool is_long = strchr(p->name, '.') != NULL;
        if (p->here || is_long != long_names)
            continue;
        struct og_growth_row row = {p->name, 0, 0, -(int64_t)p->count, p->has_bytes ? -(int64_t)p->bytes : 0};
        collect(c, &row);
    }
}

static int update(struct og_growth *s, const struct og_tally *tallies, uint64_t n, struct collecting *c, bool sizes,
                  struct og_error *err)
{
    for (uint64_t i = 0; i < s->peaks.len; i++)
        ((struct peak *)og_vec_at(&s->peaks, i))->here = false;
    for (uint64_t i = 0; i < n; i++) {
        struct peak *p = peak_of(s, tallies[i].name);
        if (!p)
            return og_fail(err, OG_EMEMORY, 0, "out of memory for the peaks");
        struct og_growth_row row = compare_to_peak(p, &tallies[i], sizes);
        collect(c, &row);
    }
    return OG_OK;
}

static const struct og_growth_row *rank(struct og_report *r, struct collecting *c)
{
    struct og_growth_row *rows = og_report_array(r, c->count, sizeof *rows);
    if (!rows)
        return NULL;
    qsort(c->rows, c->count, sizeof *c->rows, compare);
    for (uint64_t i = 0; i < c->count; i++) {
        rows[i] = c->rows[i].row;
        rows[i].type = og_report_string(r, rows[i].type);
        if (!rows[i].type)
            return NULL;
    }
    return rows;
}

int og_growth_update(struct og_growth *s, struct og_target *t, struct og_graph *g, const struct og_query *q,
                     uint32_t shrunk, struct og_report **out, const struct og_growth_row **rows, uint64_t *count,
                     uint64_t *total, struct og_error *err)
{
    OG_GUARD(err);
    struct og_select select;
    struct og_tally *tallies = NULL;
    uint64_t n = 0;
    int code = og_select_begin(&select, t, g, q, NULL, err);
    struct og_report *r = code == OG_OK ? og_report_create(err) : NULL;
    if (!r)
        return code == OG_OK ? OG_EMEMORY : code;
    code = og_tally_names(r, &select, q->long_names, &tallies, &n, err);
    struct collecting c = {.by_bytes = q->by_bytes != 0, .shrunk = shrunk != 0};
    if (code == OG_OK) {
        c.rows = og_report_array(r, n + s->peaks.len, sizeof *c.rows);
        code = c.rows ? update(s, tallies, n, &c, g->has_sizes, err)
                      : og_fail(err, OG_EMEMORY, 0, "out of memory for the answer");
    }
    if (code != OG_OK) {
        og_report_close(r);
        return code;
    }
    if (shrunk)
        collect_gone(&c, s, q->long_names);
    *rows = rank(r, &c);
    if (!*rows)
        return og_report_no_memory(r, err);
    *count = q->limit && q->limit < c.count ? q->limit : c.count;
    *total = c.count;
    *out = r;
    return OG_OK;
}
