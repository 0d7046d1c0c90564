/* Bytes made by a test or a fuzzer, copied so that the caller may free its own. */
#include "memory/memory.h"

struct buffer_mem {
    struct og_mem mem;
    struct og_arena arena;
    struct og_window *parts; /* as many as regions */
};

static bool buffer_locate(struct og_mem *m, og_addr addr, uint64_t len, struct og_window *out)
{
    struct buffer_mem *b = (struct buffer_mem *)m;
    const struct og_region *r = og_mem_region(m, addr);
    if (!r || len > r->end - addr)
        return false;
    *out = b->parts[r - m->regions];
    return true;
}

static void buffer_close(struct og_mem *m)
{
    struct buffer_mem *b = (struct buffer_mem *)m;
    struct og_arena arena = b->arena; /* holds b itself */
    og_arena_deinit(&arena);
}

static bool add_part(struct buffer_mem *b, struct og_region *regions, const struct og_buffer_part *part)
{
    uint64_t i = b->mem.region_count;
    char *bytes = og_arena_alloc(&b->arena, part->len);
    if (!bytes)
        return false;
    memcpy(bytes, part->bytes, part->len);
    for (; i > 0 && regions[i - 1].start > part->addr; i--) {
        regions[i] = regions[i - 1];
        b->parts[i] = b->parts[i - 1];
    }
    regions[i] = (struct og_region){part->addr, part->addr + part->len, 0, OG_REGION_READ | OG_REGION_WRITE, 0};
    b->parts[i] = (struct og_window){part->addr, part->len, (unsigned char *)bytes};
    b->mem.region_count++;
    return true;
}

int og_mem_open_buffer(const struct og_buffer_part *parts, uint64_t count, struct og_mem **out, struct og_error *err)
{
    struct og_arena arena = {0};
    struct buffer_mem *b = og_arena_alloc(&arena, sizeof *b);
    struct og_region *regions = og_arena_alloc(&arena, (count + 1) * sizeof *regions);
    struct og_window *windows = og_arena_alloc(&arena, (count + 1) * sizeof *windows);
    if (!b || !regions || !windows) {
        og_arena_deinit(&arena);
        return og_fail(err, OG_EMEMORY, 0, "out of memory for a buffer of %u parts", count);
    }
    b->arena = arena;
    b->parts = windows;
    b->mem.locate = buffer_locate;
    b->mem.close = buffer_close;
    b->mem.regions = regions;
    for (uint64_t i = 0; i < count; i++)
        if (!add_part(b, regions, &parts[i])) {
            buffer_close(&b->mem);
            return og_fail(err, OG_EMEMORY, parts[i].addr, "out of memory for %u bytes of a buffer", parts[i].len);
        }
    *out = &b->mem;
    return OG_OK;
}
