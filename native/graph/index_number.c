/* Numbers: once all addresses are marked, each page learns how many objects stand before it. */
#include "graph/index.h"

static uint64_t key_of(const struct og_index *x, uint32_t chunk)
{
    return *(const uint64_t *)og_vec_at(&x->keys, chunk);
}

/* Heap sorts: freestanding, no recursion, no bad case. */
static void sift_chunks(const struct og_index *x, uint32_t *a, uint64_t root, uint64_t n)
{
    for (uint64_t child; (child = 2 * root + 1) < n; root = child) {
        child += child + 1 < n && key_of(x, a[child]) < key_of(x, a[child + 1]);
        if (key_of(x, a[root]) >= key_of(x, a[child]))
            return;
        uint32_t t = a[root];
        a[root] = a[child];
        a[child] = t;
    }
}

static bool sort_chunks(struct og_index *x)
{
    uint64_t n = x->chunks.len;
    if (!og_vec_reserve(&x->sorted, n))
        return false;
    uint32_t *a = x->sorted.data;
    x->sorted.len = n;
    for (uint64_t i = 0; i < n; i++)
        a[i] = (uint32_t)i;
    for (uint64_t i = n / 2; i-- > 0;)
        sift_chunks(x, a, i, n);
    for (uint64_t end = n; end-- > 1;) {
        uint32_t t = a[0];
        a[0] = a[end];
        a[end] = t;
        sift_chunks(x, a, 0, end);
    }
    return true;
}

static void sift_odd(uint64_t *a, uint64_t root, uint64_t n)
{
    for (uint64_t child; (child = 2 * root + 1) < n; root = child) {
        child += child + 1 < n && a[child] < a[child + 1];
        if (a[root] >= a[child])
            return;
        uint64_t t = a[root];
        a[root] = a[child];
        a[child] = t;
    }
}

/* Those that turned out to be no objects are left out. */
static void sort_odd(struct og_index *x)
{
    uint64_t *a = x->odd_sorted.data, n = 0;
    for (uint64_t i = 0; i < x->odd_sorted.len; i++)
        if (og_index_odd(x, a[i]) != OG_ID_NONE)
            a[n++] = a[i];
    x->odd_sorted.len = n;
    for (uint64_t i = n / 2; i-- > 0;)
        sift_odd(a, i, n);
    for (uint64_t end = n; end-- > 1;) {
        uint64_t t = a[0];
        a[0] = a[end];
        a[end] = t;
        sift_odd(a, 0, end);
    }
}

static uint32_t number_page(const struct og_index_bits *bits, struct og_index_rank *rank, uint32_t base)
{
    uint32_t n = 0;
    rank->base = base;
    for (unsigned w = 0; w < OG_INDEX_WORDS; w++) {
        rank->before[w] = (uint16_t)n;
        n += og_popcount(bits->word[w]);
    }
    return base + n;
}

bool og_index_number(struct og_index *x)
{
    /* Record 0 must exist: it is what an unknown page looks like. */
    if (x->bits.len == 0 && !og_vec_push(&x->bits))
        return false;
    if (!sort_chunks(x) || !og_vec_reserve(&x->ranks, x->bits.len))
        return false;
    sort_odd(x);
    x->ranks.len = x->bits.len;
    uint32_t next = 0;
    for (uint64_t i = 0; i < x->sorted.len; i++) {
        const struct og_index_chunk *c = og_vec_at(&x->chunks, ((uint32_t *)x->sorted.data)[i]);
        for (unsigned p = 0; p < OG_INDEX_PAGES; p++)
            if (c->record[p])
                next = number_page(og_vec_at(&x->bits, c->record[p]), og_vec_at(&x->ranks, c->record[p]), next);
    }
    for (uint64_t i = 0; i < x->odd_sorted.len; i++)
        if (!og_map_put(&x->odd, ((uint64_t *)x->odd_sorted.data)[i], next++))
            return false;
    x->count = next;
    return true;
}

static uint64_t *page_addresses(const struct og_index_bits *bits, og_addr page, uint64_t *out)
{
    for (unsigned w = 0; w < OG_INDEX_WORDS; w++)
        for (uint64_t word = bits->word[w]; word; word &= word - 1)
            *out++ = page + ((uint64_t)w * 64 + (uint64_t)__builtin_ctzll(word)) * 8;
    return out;
}

void og_index_addresses(const struct og_index *x, uint64_t *out)
{
    for (uint64_t i = 0; i < x->sorted.len; i++) {
        uint32_t chunk = ((const uint32_t *)x->sorted.data)[i];
        const struct og_index_chunk *c = og_vec_at(&x->chunks, chunk);
        og_addr start = key_of(x, chunk) << OG_INDEX_CHUNK_SHIFT;
        for (unsigned p = 0; p < OG_INDEX_PAGES; p++)
            if (c->record[p])
                out = page_addresses(og_vec_at(&x->bits, c->record[p]), start + ((uint64_t)p << OG_INDEX_PAGE_SHIFT),
                                     out);
    }
    if (x->odd_sorted.len)
        memcpy(out, x->odd_sorted.data, x->odd_sorted.len * sizeof *out);
}

/* Objects of the page at or before bit END of it (0 to 511). */
static uint32_t page_rank(const struct og_index_bits *bits, unsigned end)
{
    uint32_t n = 0;
    for (unsigned w = 0; w < end / 64; w++)
        n += og_popcount(bits->word[w]);
    return n + og_popcount(bits->word[end / 64] & (UINT64_MAX >> (63 - end % 64)));
}

/* The last object of pages [0, END] of a chunk, whose last page counts up to bit LAST only. */
static og_id last_of_chunk(const struct og_index *x, const struct og_index_chunk *c, unsigned end, unsigned last)
{
    for (unsigned p = end + 1; p-- > 0; last = OG_INDEX_WORDS * 64 - 1) {
        uint32_t record = c->record[p];
        uint32_t rank = record ? page_rank(og_vec_at(&x->bits, record), last) : 0;
        if (rank)
            return ((const struct og_index_rank *)og_vec_at(&x->ranks, record))->base + rank - 1;
    }
    return OG_ID_NONE;
}

og_id og_index_before(const struct og_index *x, og_addr addr)
{
    uint64_t low = 0, high = x->sorted.len, key = addr >> OG_INDEX_CHUNK_SHIFT;
    while (low < high) { /* the first chunk behind ADDR */
        uint64_t mid = low + (high - low) / 2;
        if (key_of(x, ((const uint32_t *)x->sorted.data)[mid]) <= key)
            low = mid + 1;
        else
            high = mid;
    }
    while (low-- > 0) {
        uint32_t chunk = ((const uint32_t *)x->sorted.data)[low];
        bool here = key_of(x, chunk) == key;
        unsigned page = here ? addr >> OG_INDEX_PAGE_SHIFT & (OG_INDEX_PAGES - 1) : OG_INDEX_PAGES - 1;
        unsigned bit = here ? addr >> 3 & (OG_INDEX_WORDS * 64 - 1) : OG_INDEX_WORDS * 64 - 1;
        og_id id = last_of_chunk(x, og_vec_at(&x->chunks, chunk), page, bit);
        if (id != OG_ID_NONE)
            return id;
    }
    return OG_ID_NONE;
}
