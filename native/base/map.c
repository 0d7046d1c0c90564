/* Open addressing with linear probing, at most three quarters full; entries are never removed. */
#include "base/base.h"

struct og_map_slot {
    uint64_t key;
    uint32_t value, used;
};

enum { MAP_FIRST = 256 };

static uint64_t slot_of(const struct og_map *m, uint64_t key)
{
    uint64_t h = key * 0x9e3779b97f4a7c15ull;
    uint64_t i = (h ^ h >> 32) & (m->cap - 1);
    while (m->slots[i].used && m->slots[i].key != key)
        i = (i + 1) & (m->cap - 1);
    return i;
}

void og_map_deinit(struct og_map *m)
{
    og_pages_free(m->slots, m->cap * sizeof *m->slots);
    memset(m, 0, sizeof *m);
}

bool og_map_get(const struct og_map *m, uint64_t key, uint32_t *value)
{
    if (!m->cap)
        return false;
    const struct og_map_slot *s = &m->slots[slot_of(m, key)];
    *value = s->value;
    return s->used;
}

static bool rehash(struct og_map *m, uint64_t cap)
{
    struct og_map bigger = {og_pages_alloc(cap * sizeof *m->slots), cap, m->len};
    if (!bigger.slots)
        return false;
    for (uint64_t i = 0; i < m->cap; i++)
        if (m->slots[i].used)
            bigger.slots[slot_of(&bigger, m->slots[i].key)] = m->slots[i];
    og_pages_free(m->slots, m->cap * sizeof *m->slots);
    *m = bigger;
    return true;
}

bool og_map_put(struct og_map *m, uint64_t key, uint32_t value)
{
    if (m->len + 1 > m->cap / 4 * 3 && !rehash(m, m->cap ? m->cap * 2 : MAP_FIRST))
        return false;
    struct og_map_slot *s = &m->slots[slot_of(m, key)];
    m->len += !s->used;
    *s = (struct og_map_slot){key, value, 1};
    return true;
}
