/* What a scan could not read, and why. */
#include "graph/scan_types.h"

/* So many addresses are told apart; beyond, each reference counts. */
enum { WILD_MAX = 1 << 20 };

static bool is_address(og_addr addr)
{
    return addr >= OG_PAGE && addr <= OG_EDGE_ADDR_MASK && !(addr & 3);
}

static enum og_miss why_missing(struct og_scan_core *s, og_addr addr)
{
    return og_mem_region(s->py->mem, addr) ? OG_MISS_UNREADABLE : OG_MISS_UNMAPPED;
}

/* An object whose bytes are there but whose type's are missing is as unreadable as the type. */
static enum og_miss why(struct og_scan_core *s, og_addr addr)
{
    uint64_t type;
    if (!is_address(addr))
        return OG_MISS_TORN;
    if (!og_mem_readable(s->py->mem, addr, (uint64_t)s->py->l.pyobject_size) ||
        !og_mem_u64(s->py->mem, addr + (uint64_t)s->py->l.ob_type, &type))
        return why_missing(s, addr);
    bool missing = is_address(type) && !og_mem_readable(s->py->mem, type, (uint64_t)s->py->l.pyobject_size);
    return missing && why_missing(s, type) == OG_MISS_UNREADABLE ? OG_MISS_UNREADABLE : OG_MISS_TORN;
}

void og_scan_lose(struct og_scan_core *s, og_addr addr)
{
    s->unreadable++;
    s->losses.unreadable[why(s, addr)]++;
}

bool og_scan_lose_wild(struct og_scan_core *s, og_addr addr)
{
    uint32_t unused;
    if (og_map_get(&s->wild, addr, &unused))
        return true;
    if (s->wild.len < WILD_MAX && !og_map_put(&s->wild, addr, 0)) {
        s->failed = true;
        return false;
    }
    og_scan_lose(s, addr);
    return true;
}

void og_scan_note_lists(struct og_scan_core *s)
{
    s->unreadable_lists = s->heap.broken;
    s->losses.mended_lists = s->heap.mended;
    s->losses.aside = s->heap.aside_count ? s->heap.steps - s->heap.aside_from : 0;
}
