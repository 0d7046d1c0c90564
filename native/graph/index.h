/* Which addresses are objects, and which number each has. Addresses of objects crowd together in pages, so a bit per
 * 8 bytes of each page that holds one is small, and bits before an address count its rank: an address becomes a number
 * in two cache lines, without a hash of millions of random probes.
 *
 * Marking comes first; og_index_number then fixes the numbers: in the order of addresses, after them the few addresses
 * that are not 8-aligned (static objects of some builds), in order too. */
#ifndef OG_INDEX_H
#define OG_INDEX_H

#include "base/base.h"

#define OG_INDEX_CHUNK_SHIFT 22
#define OG_INDEX_PAGE_SHIFT  12
#define OG_INDEX_PAGES       (1u << (OG_INDEX_CHUNK_SHIFT - OG_INDEX_PAGE_SHIFT))
#define OG_INDEX_WORDS       8u /* of 64 bits, each 8 bytes of the page */
#define OG_INDEX_RECENT      256u

struct og_index_bits { /* one cache line */
    uint64_t word[OG_INDEX_WORDS];
};

struct og_index_rank {
    uint16_t before[OG_INDEX_WORDS]; /* objects of the page in the words before */
    uint32_t base;                   /* number of the first object of the page */
};

struct og_index_chunk { /* 4 MiB of addresses: records of its pages, 0: no object there */
    uint32_t record[OG_INDEX_PAGES];
};

struct og_index {
    struct og_vec chunks;     /* struct og_index_chunk */
    struct og_vec keys;       /* uint64_t: address >> OG_INDEX_CHUNK_SHIFT of each chunk */
    struct og_vec sorted;     /* uint32_t: chunks by key; after og_index_number */
    struct og_vec bits;       /* struct og_index_bits by record; record 0 is empty */
    struct og_vec ranks;      /* struct og_index_rank by record; after og_index_number */
    struct og_map by_key;     /* key -> chunk */
    struct og_map odd;        /* address not 8-aligned -> number */
    struct og_vec odd_sorted; /* uint64_t */
    uint64_t count;           /* objects */
    struct {
        uint64_t key;
        uint64_t chunk;
    } recent[OG_INDEX_RECENT];
};

void og_index_init(struct og_index *x);
void og_index_deinit(struct og_index *x);
uint64_t og_index_memory(const struct og_index *x);
/* index_number.c. Numbers from 0; false: out of memory. Nothing may be marked any more. */
bool og_index_number(struct og_index *x);
/* After og_index_number: all addresses by number. OUT has room for x->count. */
void og_index_addresses(const struct og_index *x, uint64_t *out);
/* After og_index_number: the number of the last 8-aligned object at or before ADDR, OG_ID_NONE if there is none. */
og_id og_index_before(const struct og_index *x, og_addr addr);

uint32_t og_index_record_slow(struct og_index *x, og_addr addr);
int og_index_mark_slow(struct og_index *x, og_addr addr);
og_id og_index_odd(const struct og_index *x, og_addr addr);
void og_index_unmark(struct og_index *x, og_addr addr);

/* The record of ADDR's page, 0: none. */
static inline uint32_t og_index_record(struct og_index *x, og_addr addr)
{
    uint64_t key = addr >> OG_INDEX_CHUNK_SHIFT, slot = key & (OG_INDEX_RECENT - 1);
    if (x->recent[slot].key != key)
        return og_index_record_slow(x, addr);
    const struct og_index_chunk *c = (const struct og_index_chunk *)x->chunks.data + x->recent[slot].chunk;
    return c->record[addr >> OG_INDEX_PAGE_SHIFT & (OG_INDEX_PAGES - 1)];
}

/* The compiler's own calls a function where the processor's instruction may be missing. */
static inline uint32_t og_popcount(uint64_t w)
{
    w -= w >> 1 & 0x5555555555555555ull;
    w = (w & 0x3333333333333333ull) + (w >> 2 & 0x3333333333333333ull);
    w = (w + (w >> 4)) & 0x0f0f0f0f0f0f0f0full;
    return (uint32_t)(w * 0x0101010101010101ull >> 56);
}

static inline uint64_t og_index_bit(og_addr addr)
{
    return 1ull << (addr >> 3 & 63);
}

static inline uint32_t og_index_word(og_addr addr)
{
    return addr >> 9 & (OG_INDEX_WORDS - 1);
}

/* 1: ADDR is new, 0: it was known, -1: out of memory. */
static inline int og_index_mark(struct og_index *x, og_addr addr)
{
    uint32_t record = addr & 7 ? 0 : og_index_record(x, addr);
    if (!record)
        return og_index_mark_slow(x, addr);
    uint64_t *word = &((struct og_index_bits *)x->bits.data)[record].word[og_index_word(addr)];
    uint64_t bit = og_index_bit(addr);
    if (*word & bit)
        return 0;
    *word |= bit;
    x->count++;
    return 1;
}

static inline bool og_index_has(struct og_index *x, og_addr addr)
{
    if (addr & 7)
        return og_index_odd(x, addr) != OG_ID_NONE;
    uint32_t record = og_index_record(x, addr);
    return record &&
           ((const struct og_index_bits *)x->bits.data)[record].word[og_index_word(addr)] & og_index_bit(addr);
}

/* After og_index_number: the number of the object at ADDR, OG_ID_NONE if there is none. */
static inline og_id og_index_id(struct og_index *x, og_addr addr)
{
    if (addr & 7)
        return og_index_odd(x, addr);
    uint32_t record = og_index_record(x, addr), word = og_index_word(addr);
    uint64_t bits = ((const struct og_index_bits *)x->bits.data)[record].word[word], bit = og_index_bit(addr);
    const struct og_index_rank *r = (const struct og_index_rank *)x->ranks.data + record;
    return bits & bit ? r->base + r->before[word] + og_popcount(bits & (bit - 1)) : OG_ID_NONE;
}

static inline void og_index_prefetch(struct og_index *x, og_addr addr)
{
    uint32_t record = og_index_record(x, addr);
    __builtin_prefetch((const struct og_index_bits *)x->bits.data + record);
    __builtin_prefetch((const struct og_index_rank *)x->ranks.data + record);
}

#endif
