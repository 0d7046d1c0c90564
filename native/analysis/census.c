/* Taking a census, and comparing two. */
#include "analysis/census.h"

#include <stdlib.h>

void og_census_init(struct og_census *c)
{
    og_vec_init(&c->addrs, sizeof(uint64_t));
    og_vec_init(&c->names, sizeof(uint32_t));
}

void og_census_deinit(struct og_census *c)
{
    og_vec_deinit(&c->addrs);
    og_vec_deinit(&c->names);
}

static uint64_t addr_at(const struct og_census *c, uint64_t i)
{
    return ((const uint64_t *)c->addrs.data)[i];
}

static uint32_t name_at(const struct og_census *c, uint64_t i)
{
    return ((const uint32_t *)c->names.data)[i];
}

/* The number of a name, which is copied at first sight. */
static uint32_t number_of(struct og_names *names, struct og_arena *arena, const char *name)
{
    uint32_t at = og_names_find(names, name);
    if (at != OG_ID_NONE)
        return at;
    const char *copy = og_arena_strndup(arena, name, strlen(name));
    return copy ? og_names_add(names, copy) : OG_ID_NONE;
}

static bool append(struct og_census *c, og_addr addr, uint32_t name)
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
static bool settle(struct og_census *c)
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

bool og_census_take(struct og_census *c, struct og_names *names, struct og_arena *arena, struct og_target *t,
                    const struct og_graph *g, const struct og_query *q)
{
    uint32_t *numbers = calloc(g->type_count + 1, sizeof *numbers); /* 0: not known yet */
    bool ok = numbers && og_vec_reserve(&c->addrs, g->tracked) && og_vec_reserve(&c->names, g->tracked);
    for (uint64_t id = 0; id < g->count && ok; id++) {
        const struct og_node *n = &g->nodes[id];
        if ((!n->tracked && !q->all) || !og_select_passes(t, g, q->filter, (og_id)id))
            continue;
        uint32_t *number = &numbers[n->type];
        if (!*number)
            *number = number_of(names, arena, q->long_names ? g->types[n->type].long_name : g->types[n->type].name) + 1;
        ok = *number && !og_stopped(t) && append(c, g->addresses[id], *number - 1);
    }
    free(numbers);
    return ok && settle(c);
}

/* ---- old against current ---- */

/* The I-th of CURRENT was there before; *AT moves along OLD. */
static bool was_there(const struct og_census *old, const struct og_census *current, uint64_t i, uint64_t *at)
{
    uint64_t addr = addr_at(current, i);
    while (*at < old->addrs.len && addr_at(old, *at) < addr)
        ++*at;
    return *at < old->addrs.len && addr_at(old, *at) == addr && name_at(old, *at) == name_at(current, i);
}

bool og_census_compare(struct og_report *r, const struct og_census *old, const struct og_census *current,
                       struct og_census_change *names, uint64_t count)
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
            struct og_census_change *n = &names[name_at(current, i)];
            n->addresses[n->fresh++] = addr_at(current, i);
        }
    return true;
}
