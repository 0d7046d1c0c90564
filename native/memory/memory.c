/* What all sources of bytes share: windows, copying, strings, regions. */
#include "memory/memory.h"

static void remember(struct og_mem *m, const struct og_window *w)
{
    m->windows[1] = m->windows[0];
    m->windows[0] = *w;
}

static const void *in_second_window(struct og_mem *m, og_addr addr, uint64_t len)
{
    struct og_window w = m->windows[1];
    uint64_t offset = addr - w.start;
    if (offset >= w.len || len > w.len - offset)
        return NULL;
    remember(m, &w);
    return w.ptr + offset;
}

static const void *locate(struct og_mem *m, og_addr addr, uint64_t len)
{
    const void *hit = in_second_window(m, addr, len);
    if (hit)
        return hit;
    struct og_window w;
    if (!m->locate(m, addr, len, &w))
        return NULL;
    remember(m, &w);
    return w.ptr + (addr - w.start);
}

const void *og_mem_at_slow(struct og_mem *m, og_addr addr, uint64_t len)
{
    const void *p = locate(m, addr, len);
    if (!p)
        og_mem_miss(m, og_mem_region(m, addr) ? OG_MISS_UNREADABLE : OG_MISS_UNMAPPED);
    return p;
}

static bool in_one_piece(struct og_mem *m, og_addr addr, uint64_t len)
{
    const struct og_window *w = &m->windows[0];
    uint64_t offset = addr - w->start;
    return (offset < w->len && len <= w->len - offset) || locate(m, addr, len) != NULL;
}

/* Static objects may straddle neighbouring regions: where .data ends and .bss begins. */
bool og_mem_readable(struct og_mem *m, og_addr addr, uint64_t len)
{
    while (!in_one_piece(m, addr, len)) {
        const struct og_region *r = og_mem_region(m, addr);
        uint64_t piece = r ? r->end - addr : 0;
        if (piece == 0 || piece >= len || !in_one_piece(m, addr, piece))
            return false;
        addr += piece;
        len -= piece;
    }
    return true;
}

/* Neighbouring regions are separate windows: copy what each holds. */
static bool read_pieces(struct og_mem *m, og_addr addr, char *dst, uint64_t len)
{
    while (len > 0) {
        const struct og_region *r = og_mem_region(m, addr);
        uint64_t piece = r ? r->end - addr : 0;
        if (piece > len)
            piece = len;
        const void *p = piece ? og_mem_at(m, addr, piece) : NULL;
        if (!p)
            return false;
        memcpy(dst, p, piece);
        addr += piece;
        dst += piece;
        len -= piece;
    }
    return true;
}

bool og_mem_read(struct og_mem *m, og_addr addr, void *dst, uint64_t len)
{
    if (len == 0)
        return true;
    if (in_one_piece(m, addr, len)) {
        memcpy(dst, og_mem_at(m, addr, len), len);
        return true;
    }
    uint64_t end;
    if (!og_add_overflows(addr, len, &end) && read_pieces(m, addr, dst, len))
        return true;
    og_mem_miss(m, og_mem_region(m, addr) ? OG_MISS_UNREADABLE : OG_MISS_UNMAPPED);
    return false;
}

bool og_mem_string(struct og_mem *m, og_addr addr, char *buf, uint64_t cap)
{
    for (uint64_t i = 0; i < cap; i++) {
        const char *p = og_mem_at(m, addr + i, 1);
        if (!p)
            break;
        buf[i] = *p;
        if (!*p)
            return true;
    }
    buf[0] = 0;
    return false;
}

const struct og_region *og_mem_region(const struct og_mem *m, og_addr addr)
{
    uint64_t low = 0, high = m->region_count;
    while (low < high) {
        uint64_t mid = low + (high - low) / 2;
        const struct og_region *r = &m->regions[mid];
        if (addr < r->start)
            high = mid;
        else if (addr >= r->end)
            low = mid + 1;
        else
            return r;
    }
    return NULL;
}

const char *og_mem_region_name(const struct og_mem *m, const struct og_region *r)
{
    return m->names ? m->names + r->name : "";
}

void og_mem_close(struct og_mem *m)
{
    if (m && m->close)
        m->close(m);
}
