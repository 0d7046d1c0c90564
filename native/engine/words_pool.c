/* Each text and each list of names once. */
#include "engine/words_make.h"

#include <xxhash.h>

enum { FIRST_SLOTS = 1 << 12 };

static struct og_pool_slot *slot_at(const struct og_pool_index *x, uint64_t i)
{
    return &x->slots[i & (x->cap - 1)];
}

static bool grow(struct og_pool_index *x)
{
    struct og_pool_index bigger = {.cap = x->cap ? x->cap * 2 : FIRST_SLOTS, .len = x->len};
    bigger.slots = og_pages_alloc(bigger.cap * sizeof *bigger.slots);
    if (!bigger.slots)
        return false;
    for (uint64_t i = 0; i < x->cap; i++) {
        uint64_t at = x->slots[i].hash;
        if (!x->slots[i].place)
            continue;
        while (slot_at(&bigger, at)->place)
            at++;
        *slot_at(&bigger, at) = x->slots[i];
    }
    og_pages_free(x->slots, x->cap * sizeof *x->slots);
    *x = bigger;
    return true;
}

static void drop(struct og_pool_index *x)
{
    og_pages_free(x->slots, x->cap * sizeof *x->slots);
    *x = (struct og_pool_index){0};
}

bool og_pool_init(struct og_pool *p)
{
    memset(p, 0, sizeof *p);
    og_vec_init(&p->strings, 1);
    og_vec_init(&p->names, sizeof(struct og_edge_word));
    bool ok = og_vec_push(&p->strings) && grow(&p->by_text) && grow(&p->by_shape);
    for (uint32_t i = 0; i < OG_SHAPE_FIRST && ok; i++)
        ok = og_vec_push(&p->names) != NULL;
    return ok;
}

void og_pool_deinit(struct og_pool *p)
{
    og_vec_deinit(&p->strings);
    og_vec_deinit(&p->names);
    drop(&p->by_text);
    drop(&p->by_shape);
}

/* ---- texts ---- */

static uint32_t append_text(struct og_pool *p, const char *s, uint64_t n)
{
    uint64_t at = p->strings.len;
    if (at + n + 1 >= OG_POOL_FULL || !og_vec_reserve(&p->strings, at + n + 1))
        return OG_POOL_FULL;
    memcpy((char *)p->strings.data + at, s, n);
    ((char *)p->strings.data)[at + n] = 0;
    p->strings.len = at + n + 1;
    return (uint32_t)at;
}

uint32_t og_pool_text(struct og_pool *p, const char *s, uint64_t n)
{
    struct og_pool_index *x = &p->by_text;
    uint32_t hash = (uint32_t)XXH3_64bits(s, n);
    if (!n)
        return 0;
    if (x->len * 2 >= x->cap && !grow(x))
        return OG_POOL_FULL;
    for (uint64_t i = hash;; i++) {
        struct og_pool_slot *slot = slot_at(x, i);
        const char *there = (const char *)p->strings.data + slot->place;
        if (slot->place && (slot->hash != hash || strncmp(there, s, n) != 0 || there[n]))
            continue;
        if (!slot->place) {
            uint32_t at = append_text(p, s, n);
            if (at == OG_POOL_FULL)
                return at;
            *slot = (struct og_pool_slot){hash, at};
            x->len++;
        }
        return slot->place;
    }
}

/* ---- shapes ---- */

static uint32_t append_shape(struct og_pool *p, const struct og_edge_word *words, uint64_t count)
{
    uint64_t at = p->names.len;
    if (at + count + 1 >= OG_POOL_FULL || !og_vec_reserve(&p->names, at + count + 1))
        return OG_POOL_FULL;
    struct og_edge_word *to = og_vec_at(&p->names, at);
    to[0] = (struct og_edge_word){OG_EDGE_NONE, (uint32_t)count};
    memcpy(to + 1, words, count * sizeof *words);
    p->names.len = at + count + 1;
    return (uint32_t)at;
}

static bool is_shape(const struct og_pool *p, uint32_t place, const struct og_edge_word *words, uint64_t count)
{
    const struct og_edge_word *there = og_vec_at(&p->names, place);
    return there->text == count && memcmp(there + 1, words, count * sizeof *words) == 0;
}

static uint32_t intern(struct og_pool *p, const struct og_edge_word *words, uint64_t count)
{
    struct og_pool_index *x = &p->by_shape;
    uint32_t hash = (uint32_t)XXH3_64bits(words, count * sizeof *words);
    if (x->len * 2 >= x->cap && !grow(x))
        return OG_POOL_FULL;
    for (uint64_t i = hash;; i++) {
        struct og_pool_slot *slot = slot_at(x, i);
        if (slot->place && (slot->hash != hash || !is_shape(p, slot->place, words, count)))
            continue;
        if (!slot->place) {
            uint32_t at = append_shape(p, words, count);
            if (at == OG_POOL_FULL)
                return at;
            *slot = (struct og_pool_slot){hash, at};
            x->len++;
        }
        return slot->place;
    }
}

uint32_t og_pool_shape(struct og_pool *p, const struct og_edge_word *words, uint64_t count)
{
    bool none = true, forward = true, backward = true;
    for (uint64_t k = 0; k < count && (none || forward || backward); k++) {
        bool index = words[k].form == OG_EDGE_INDEX;
        none &= words[k].form == OG_EDGE_NONE;
        forward &= index && words[k].text == k;
        backward &= index && words[k].text == count - 1 - k;
    }
    if (none)
        return OG_SHAPE_NONE;
    if (forward || backward)
        return forward ? OG_SHAPE_INDEXES : OG_SHAPE_REVERSED;
    return intern(p, words, count);
}
