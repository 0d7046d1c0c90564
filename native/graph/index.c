/* Marking addresses, and the pages and chunks behind it. */
#include "graph/index.h"

void og_index_init(struct og_index *x)
{
    memset(x, 0, sizeof *x);
    og_vec_init(&x->chunks, sizeof(struct og_index_chunk));
    og_vec_init(&x->keys, sizeof(uint64_t));
    og_vec_init(&x->sorted, sizeof(uint32_t));
    og_vec_init(&x->bits, sizeof(struct og_index_bits));
    og_vec_init(&x->ranks, sizeof(struct og_index_rank));
    og_vec_init(&x->odd_sorted, sizeof(uint64_t));
    for (unsigned i = 0; i < OG_INDEX_RECENT; i++)
        x->recent[i].key = UINT64_MAX;
}

void og_index_deinit(struct og_index *x)
{
    og_vec_deinit(&x->chunks);
    og_vec_deinit(&x->keys);
    og_vec_deinit(&x->sorted);
    og_vec_deinit(&x->bits);
    og_vec_deinit(&x->ranks);
    og_vec_deinit(&x->odd_sorted);
    og_map_deinit(&x->by_key);
    og_map_deinit(&x->odd);
    og_index_init(x);
}

static uint64_t vec_bytes(const struct og_vec *v)
{
    return v->len * v->elem;
}

uint64_t og_index_memory(const struct og_index *x)
{
    return sizeof *x + vec_bytes(&x->chunks) + vec_bytes(&x->keys) + vec_bytes(&x->sorted) + vec_bytes(&x->bits) +
           vec_bytes(&x->ranks) + vec_bytes(&x->odd_sorted) + (x->by_key.cap + x->odd.cap) * 16;
}

/* The chunk of KEY, remembered for the next time; false: none. */
static bool find_chunk(struct og_index *x, uint64_t key, uint32_t *chunk)
{
    if (!og_map_get(&x->by_key, key, chunk))
        return false;
    uint64_t slot = key & (OG_INDEX_RECENT - 1);
    x->recent[slot].key = key;
    x->recent[slot].chunk = *chunk;
    return true;
}

static bool add_chunk(struct og_index *x, uint64_t key, uint32_t *chunk)
{
    uint64_t *slot = og_vec_push(&x->keys);
    if (!slot || !og_vec_push(&x->chunks))
        return false;
    *slot = key;
    *chunk = (uint32_t)(x->chunks.len - 1);
    return og_map_put(&x->by_key, key, *chunk);
}

uint32_t og_index_record_slow(struct og_index *x, og_addr addr)
{
    uint32_t chunk;
    if (!find_chunk(x, addr >> OG_INDEX_CHUNK_SHIFT, &chunk))
        return 0;
    const struct og_index_chunk *c = og_vec_at(&x->chunks, chunk);
    return c->record[addr >> OG_INDEX_PAGE_SHIFT & (OG_INDEX_PAGES - 1)];
}

static int mark_odd(struct og_index *x, og_addr addr)
{
    uint32_t known;
    if (og_map_get(&x->odd, addr, &known))
        return 0;
    uint64_t *slot = og_map_put(&x->odd, addr, 0) ? og_vec_push(&x->odd_sorted) : NULL;
    if (!slot)
        return -1;
    *slot = addr;
    x->count++;
    return 1;
}

/* The page of ADDR gets a record of its own. */
static bool add_record(struct og_index *x, og_addr addr)
{
    uint32_t chunk;
    uint64_t key = addr >> OG_INDEX_CHUNK_SHIFT;
    if (x->bits.len == 0 && !og_vec_push(&x->bits))
        return false;
    if (!find_chunk(x, key, &chunk) && !(add_chunk(x, key, &chunk) && find_chunk(x, key, &chunk)))
        return false;
    if (x->bits.len >= UINT32_MAX || !og_vec_push(&x->bits))
        return false;
    struct og_index_chunk *c = og_vec_at(&x->chunks, chunk);
    c->record[addr >> OG_INDEX_PAGE_SHIFT & (OG_INDEX_PAGES - 1)] = (uint32_t)(x->bits.len - 1);
    return true;
}

int og_index_mark_slow(struct og_index *x, og_addr addr)
{
    if (addr & 7)
        return mark_odd(x, addr);
    if (!add_record(x, addr))
        return -1;
    return og_index_mark(x, addr);
}

void og_index_unmark(struct og_index *x, og_addr addr)
{
    uint32_t value;
    if (addr & 7) {
        /* Entries of a map are never removed: the value says that this one is no object. */
        if (og_map_get(&x->odd, addr, &value) && value != OG_ID_NONE && og_map_put(&x->odd, addr, OG_ID_NONE))
            x->count--;
        return;
    }
    uint32_t record = og_index_record(x, addr);
    if (!record)
        return;
    uint64_t *word = &((struct og_index_bits *)x->bits.data)[record].word[og_index_word(addr)];
    x->count -= (*word & og_index_bit(addr)) != 0;
    *word &= ~og_index_bit(addr);
}

og_id og_index_odd(const struct og_index *x, og_addr addr)
{
    uint32_t id;
    return og_map_get(&x->odd, addr, &id) ? id : OG_ID_NONE;
}
