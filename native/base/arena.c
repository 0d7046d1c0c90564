/* Memory that is handed out piece by piece and given back all at once. */
#include "base/base.h"

struct og_arena_block {
    struct og_arena_block *previous;
    uint64_t bytes, used;
};

enum { ARENA_BLOCK = 1 << 16, ARENA_ALIGN = 16 };

static struct og_arena_block *add_block(struct og_arena *a, uint64_t payload)
{
    uint64_t bytes;
    if (og_add_overflows(payload, sizeof(struct og_arena_block) + OG_PAGE, &bytes))
        return NULL;
    bytes = bytes < ARENA_BLOCK ? ARENA_BLOCK : bytes & ~(uint64_t)(OG_PAGE - 1);
    struct og_arena_block *b = og_pages_alloc(bytes);
    if (!b)
        return NULL;
    b->previous = a->last;
    b->bytes = bytes;
    b->used = (sizeof *b + ARENA_ALIGN - 1) & ~(uint64_t)(ARENA_ALIGN - 1);
    a->last = b;
    a->total += bytes;
    return b;
}

void *og_arena_alloc(struct og_arena *a, uint64_t bytes)
{
    if (bytes > INT64_MAX)
        return NULL;
    bytes = (bytes + ARENA_ALIGN - 1) & ~(uint64_t)(ARENA_ALIGN - 1);
    struct og_arena_block *b = a->last;
    if (!b || bytes > b->bytes - b->used)
        b = add_block(a, bytes + ARENA_ALIGN);
    if (!b)
        return NULL;
    void *p = (char *)b + b->used;
    b->used += bytes;
    return p;
}

const char *og_arena_strndup(struct og_arena *a, const char *s, uint64_t n)
{
    char *p = og_arena_alloc(a, n + 1);
    if (p)
        memcpy(p, s, n);
    return p;
}

void og_arena_deinit(struct og_arena *a)
{
    while (a->last) {
        struct og_arena_block *b = a->last;
        a->last = b->previous;
        og_pages_free(b, b->bytes);
    }
    a->total = 0;
}
