/* Which objects are new since the last time, by address and type name: objgraph.get_new_ids. An object at the address
 * of one of the same type that was there before counts as old, as it does there. */
#include "analysis/tally.h"

#include <stdlib.h>

/* Objects by ascending address, with the number of their type's name. */
struct census {
    struct og_vec addrs; /* uint64_t */
    struct og_vec names; /* uint32_t */
};

struct og_new {
    struct og_names names;
    struct og_arena arena; /* the names */
    struct census current;
};

struct per_name {
    uint64_t old, current, fresh;
    uint64_t *addresses; /* of the fresh ones */
};

static void census_init(struct census *c)
{
    og_vec_init(&c->addrs, sizeof(uint64_t));
    og_vec_init(&c->names, sizeof(uint32_t));
}

static void census_deinit(struct census *c)
{
    og_vec_deinit(&c->addrs);
    og_vec_deinit(&c->names);
}

static uint64_t addr_at(const struct census *c, uint64_t i)
{
    return ((const uint64_t *)c->addrs.data)[i];
}

static uint32_t name_at(const struct census *c, uint64_t i)
{
    return ((const uint32_t *)c->names.data)[i];
}

struct og_new *og_new_create(void)
{
    struct og_new *s = calloc(1, sizeof *s);
    if (s) {
        og_names_init(&s->names);
        census_init(&s->current);
    }
    return s;
}

void og_new_destroy(struct og_new *s)
{
    if (!s)
        return;
    og_names_deinit(&s->names);
    og_arena_deinit(&s->arena);
    census_deinit(&s->current);
    free(s);
}

/* The number of a name, which is copied at first sight. */
static uint32_t number_of(struct og_new *s, const char *name)
{
    uint32_t at = og_names_find(&s->names, name);
    if (at != OG_ID_NONE)
        return at;
    const char *copy = og_arena_strndup(&s->arena, name, strlen(name));
    return copy ? og_names_add(&s->names, copy) : OG_ID_NONE;
}

static bool append(struct census *c, og_addr addr, uint32_t name)
{
    uint64_t *a = og_vec_push(&c->addrs);
    uint32_t *n = og_vec_push(&c->names);
    if (!a || !n)
        return false;
    *a = addr;
    *n = name;
    return true;
}

/* Ids are in the order of addresses, but for the odd ones at the end (graph/index.h): the two runs are merged from
 * behind. */
static bool settle(struct census *c)
{
    uint64_t *addrs = c->addrs.data, n = c->addrs.len, even = 1;
    uint32_t *names = c->names.data;
    while (even < n && addrs[even - 1] < addrs[even])
        even++;
    if (even >= n)
        return true;
    uint64_t odd = n - even;
    uint64_t *odd_addrs = malloc(odd * sizeof *odd_addrs);
    uint32_t *odd_names = malloc(odd * sizeof *odd_names);
    if (odd_addrs && odd_names) {
        memcpy(odd_addrs, addrs + even, odd * sizeof *odd_addrs);
        memcpy(odd_names, names + even, odd * sizeof *odd_names);
        for (uint64_t at = n; odd > 0;) {
            bool from_even = even > 0 && addrs[even - 1] > odd_addrs[odd - 1];
            addrs[--at] = from_even ? addrs[even - 1] : odd_addrs[odd - 1];
            names[at] = from_even ? names[even - 1] : odd_names[odd - 1];
            even -= from_even;
            odd -= !from_even;
        }
    }
    free(odd_addrs);
    free(odd_names);
    return odd == 0;
}

static bool take_census(struct og_new *s, struct census *c, struct og_target *t, const struct og_graph *g,
                        const struct og_query *q)
{
    uint32_t *numbers = calloc(g->type_count + 1, sizeof *numbers); /* 0: not known yet */
    bool ok = numbers && og_vec_reserve(&c->addrs, g->tracked) && og_vec_reserve(&c->names, g->tracked);
    for (uint64_t id = 0; id < g->count && ok; id++) {
        const struct og_node *n = &g->nodes[id];
        if ((!n->tracked && !q->all) || !og_select_passes(t, g, q->filter, (og_id)id))
            continue;
        uint32_t *number = &numbers[n->type];
        if (!*number)
            *number = number_of(s, q->long_names ? g->types[n->type].long_name : g->types[n->type].name) + 1;
        ok = *number && !og_stopped(t) && append(c, g->addresses[id], *number - 1);
    }
    free(numbers);
    return ok && settle(c);
}

/* ---- old against current ---- */

/* The I-th of CURRENT was there before; *AT moves along OLD. */
static bool was_there(const struct census *old, const struct census *current, uint64_t i, uint64_t *at)
{
    uint64_t addr = addr_at(current, i);
    while (*at < old->addrs.len && addr_at(old, *at) < addr)
        ++*at;
    return *at < old->addrs.len && addr_at(old, *at) == addr && name_at(old, *at) == name_at(current, i);
}

static bool compare_censuses(struct og_report *r, const struct census *old, const struct census *current,
                             struct per_name *names, uint64_t count)
{
    uint64_t at = 0, fresh = 0;
    for (uint64_t i = 0; i < old->names.len; i++)
        names[name_at(old, i)].old++;
    for (uint64_t i = 0; i < current->names.len; i++) {
        bool is_fresh = !was_there(old, current, i, &at);
        names[name_at(current, i)].current++;
        names[name_at(current, i)].fresh += is_fresh;
        fresh += is_fresh;
    }
    uint64_t *addresses = og_report_array(r, fresh, sizeof *addresses);
    if (!addresses)
        return false;
    for (uint64_t i = 0; i < count; i++) {
        names[i].addresses = addresses;
        addresses += names[i].fresh;
        names[i].fresh = 0;
    }
    at = 0;
    for (uint64_t i = 0; i < current->names.len; i++)
        if (!was_there(old, current, i, &at)) {
            struct per_name *n = &names[name_at(current, i)];
            n->addresses[n->fresh++] = addr_at(current, i);
        }
    return true;
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

static const struct og_new_row *rank(struct og_report *r, const struct og_new *s, const struct per_name *names,
                                     uint32_t sort, uint64_t *count)
{
    uint64_t n = 0, all = s->names.names.len;
    struct ranked *ranked = og_report_array(r, all, sizeof *ranked);
    struct og_new_row *rows = og_report_array(r, all, sizeof *rows);
    for (uint64_t i = 0; i < all && ranked; i++) {
        const struct per_name *p = &names[i];
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

static const struct og_new_row *answer(struct og_report *r, struct og_new *s, const struct census *current,
                                       uint32_t sort, uint64_t *count)
{
    struct per_name *names = og_report_array(r, s->names.names.len, sizeof *names);
    if (!names || !compare_censuses(r, &s->current, current, names, s->names.names.len))
        return NULL;
    return rank(r, s, names, sort, count);
}

int og_new_update(struct og_new *s, struct og_target *t, struct og_graph *g, const struct og_query *q, uint32_t sort,
                  struct og_report **out, const struct og_new_row **rows, uint64_t *count, uint64_t *total,
                  struct og_error *err)
{
    struct og_select select;
    int code = og_need_level(g, OG_SCAN_OBJECTS, err);
    if (code == OG_OK)
        code = og_select_begin(&select, t, g, q, NULL, err);
    struct og_report *r = code == OG_OK ? og_report_create(err) : NULL;
    if (!r)
        return code == OG_OK ? OG_EMEMORY : code;
    struct census current;
    census_init(&current);
    *rows = take_census(s, &current, t, g, q) ? answer(r, s, &current, sort, total) : NULL;
    if (!*rows) {
        census_deinit(&current);
        return og_report_no_memory(r, err);
    }
    census_deinit(&s->current);
    s->current = current;
    *count = q->limit && q->limit < *total ? q->limit : *total;
    *out = r;
    return OG_OK;
}
