/* The memory of the process this code runs in: direct loads, bounded by the regions that can be read. */
#include "memory/memory.h"

static bool own_locate(struct og_mem *m, og_addr addr, uint64_t len, struct og_window *out)
{
    const struct og_region *r = og_mem_region(m, addr);
    if (!r || len > r->end - addr)
        return false;
    *out = (struct og_window){r->start, r->end - r->start, (const unsigned char *)r->start};
    return true;
}

void og_mem_init_own(struct og_mem *m, const struct og_region *regions, uint64_t count)
{
    memset(m, 0, sizeof *m);
    m->locate = own_locate;
    m->regions = regions;
    m->region_count = count;
}
