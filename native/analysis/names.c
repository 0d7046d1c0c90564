/* Numbering names by hash; equal hashes of different names move on to the next. */
#include "analysis/tally.h"

void og_names_init(struct og_names *n)
{
    memset(n, 0, sizeof *n);
    og_vec_init(&n->names, sizeof(const char *));
}

void og_names_deinit(struct og_names *n)
{
    og_map_deinit(&n->by_hash);
    og_vec_deinit(&n->names);
}

/* FNV-1a. */
static uint64_t hash(const char *s)
{
    uint64_t h = 0xcbf29ce484222325ull;
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 0x100000001b3ull;
    return h;
}

/* Number of NAME, or OG_ID_NONE with the key under which it is to be put. */
static uint32_t look(const struct og_names *n, const char *name, uint64_t *key)
{
    uint32_t number;
    for (*key = hash(name); og_map_get(&n->by_hash, *key, &number); ++*key)
        if (og_streq(og_names_at(n, number), name))
            return number;
    return OG_ID_NONE;
}

uint32_t og_names_find(const struct og_names *n, const char *name)
{
    uint64_t key;
    return look(n, name, &key);
}

uint32_t og_names_add(struct og_names *n, const char *name)
{
    uint64_t key;
    uint32_t number = look(n, name, &key);
    if (number != OG_ID_NONE)
        return number;
    const char **slot = og_vec_push(&n->names);
    if (!slot)
        return OG_ID_NONE;
    *slot = name;
    number = (uint32_t)(n->names.len - 1);
    return og_map_put(&n->by_hash, key, number) ? number : OG_ID_NONE;
}
