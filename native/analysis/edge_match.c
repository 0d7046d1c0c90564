/* Places chained by what they refer to. */
#include "analysis/edge_match.h"

/* Places of one target, in their order. */
struct chain {
    uint64_t key;  /* target, weak in the lowest bit beyond addresses; 0: empty */
    uint32_t next; /* place to be taken next, UINT32_MAX: all are */
    uint32_t last;
};

static uint64_t key_of(og_addr target, bool weak)
{
    return target | (uint64_t)weak << 63;
}

static struct chain *chain_of(const struct og_edge_match *m, uint64_t key)
{
    struct chain *chains = m->chains.data;
    uint64_t i = key * 0x9e3779b97f4a7c15ull >> 20 & m->mask;
    while (chains[i].key && chains[i].key != key)
        i = (i + 1) & m->mask;
    return &chains[i];
}

bool og_edge_match_begin(struct og_edge_match *m, uint64_t count)
{
    uint64_t slots = 16;
    while (slots < 2 * count)
        slots *= 2;
    if (!m->chains.elem) {
        og_vec_init(&m->chains, sizeof(struct chain));
        og_vec_init(&m->after, sizeof(uint32_t));
    }
    if (count >= UINT32_MAX || !og_vec_reserve(&m->chains, slots) || !og_vec_reserve(&m->after, count))
        return false;
    memset(m->chains.data, 0, slots * sizeof(struct chain));
    m->mask = slots - 1;
    m->left = count;
    return true;
}

void og_edge_match_add(struct og_edge_match *m, uint32_t place, og_addr target, bool weak)
{
    uint64_t key = key_of(target, weak);
    uint32_t *after = m->after.data;
    struct chain *c = chain_of(m, key);
    after[place] = UINT32_MAX;
    if (c->key)
        after[c->last] = place;
    else
        *c = (struct chain){key, place, place};
    c->last = place;
}

uint32_t og_edge_match_take(struct og_edge_match *m, og_addr target, bool weak)
{
    if (!m->left || !target)
        return UINT32_MAX;
    struct chain *c = chain_of(m, key_of(target, weak));
    uint32_t place = c->key ? c->next : UINT32_MAX;
    if (place != UINT32_MAX) {
        c->next = ((const uint32_t *)m->after.data)[place];
        m->left--;
    }
    return place;
}

void og_edge_match_deinit(struct og_edge_match *m)
{
    og_vec_deinit(&m->chains);
    og_vec_deinit(&m->after);
}
