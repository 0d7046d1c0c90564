/* The address space of a core: segments and mapped files laid over each other, each piece with the bytes that it has.
 */
#include "memory/core.h"

#include <elf.h>

struct piece {
    og_addr start, end;
    const struct og_core_segment *segment; /* NULL: none here */
    const struct og_core_mapping *mapping; /* NULL: anonymous */
};

/* The piece's bytes, and how many of them there are. */
static const unsigned char *bytes_of(const struct og_core *c, const struct piece *p, uint64_t *len)
{
    const struct og_core_segment *s = p->segment;
    *len = p->end - p->start;
    if (s && p->start - s->start < s->have)
        return s->bytes + (p->start - s->start);
    /* What was to be dumped and is lost may have been written to: the file does not know. */
    if (!p->mapping || (s && p->start - s->start < s->meant))
        return NULL;
    const struct og_core_file *file = og_vec_at(&c->files, p->mapping->file);
    uint64_t offset;
    if (!file->bytes || og_add_overflows(p->mapping->offset, p->start - p->mapping->start, &offset) ||
        offset >= file->size)
        return NULL;
    if (*len > file->size - offset)
        *len = file->size - offset;
    return file->bytes + offset;
}

static uint32_t flags_of(const struct piece *p)
{
    uint32_t pf = p->segment ? p->segment->flags : PF_R;
    return OG_REGION_READ | (pf & PF_W ? OG_REGION_WRITE : 0u) | (pf & PF_X ? OG_REGION_EXEC : 0u) |
           (p->mapping ? OG_REGION_FILE : 0u);
}

static bool continues(const struct og_region *r, const struct og_window *w, const struct og_region *next,
                      const unsigned char *ptr)
{
    return r->end == next->start && r->flags == next->flags && !(r->flags & OG_REGION_FILE) &&
           (w->ptr ? w->ptr + w->len == ptr : !ptr);
}

static bool add_region(struct og_core *c, struct og_region next, const unsigned char *ptr)
{
    uint64_t n = c->regions.len, len = next.end - next.start;
    struct og_region *last = n ? og_vec_at(&c->regions, n - 1) : NULL;
    struct og_window *last_window = n ? og_vec_at(&c->windows, n - 1) : NULL;
    if (last && continues(last, last_window, &next, ptr)) {
        last->end = next.end;
        last_window->len += len;
        return true;
    }
    struct og_region *r = og_vec_push(&c->regions);
    struct og_window *w = og_vec_push(&c->windows);
    if (!r || !w)
        return false;
    *r = next;
    *w = (struct og_window){next.start, len, ptr};
    return true;
}

static bool add_piece(struct og_core *c, const struct piece *p)
{
    if (p->segment && !(p->segment->flags & PF_R)) /* as in a live process: what could not be read is not there */
        return true;
    uint64_t len;
    const unsigned char *ptr = bytes_of(c, p, &len);
    struct og_region r = {p->start, p->start + len, 0, flags_of(p), 0};
    if (p->mapping) {
        const struct og_core_file *file = og_vec_at(&c->files, p->mapping->file);
        r.file_offset = p->mapping->offset + (p->start - p->mapping->start);
        r.name = file->name;
    }
    if (!add_region(c, r, ptr))
        return false;
    if (r.end == p->end)
        return true;
    r.file_offset += len;
    r.start = r.end;
    r.end = p->end;
    return add_region(c, r, NULL);
}

static void lower(og_addr *to, og_addr bound, og_addr above)
{
    if (bound > above && bound < *to)
        *to = bound;
}

bool og_core_lay_out(struct og_core *c)
{
    og_addr at = 0;
    uint64_t i = 0, j = 0;
    for (;;) {
        while (i < c->segments.len && ((struct og_core_segment *)og_vec_at(&c->segments, i))->end <= at)
            i++;
        while (j < c->mappings.len && ((struct og_core_mapping *)og_vec_at(&c->mappings, j))->end <= at)
            j++;
        const struct og_core_segment *s = i < c->segments.len ? og_vec_at(&c->segments, i) : NULL;
        const struct og_core_mapping *m = j < c->mappings.len ? og_vec_at(&c->mappings, j) : NULL;
        if (!s && !m)
            return true;
        bool in_segment = s && s->start <= at, in_mapping = m && m->start <= at;
        og_addr next = UINT64_MAX;
        if (s) {
            lower(&next, s->start, at);
            lower(&next, s->start + s->have, at);
            lower(&next, s->start + s->meant, at);
            lower(&next, s->end, at);
        }
        if (m) {
            lower(&next, m->start, at);
            lower(&next, m->end, at);
        }
        struct piece p = {at, next, in_segment ? s : NULL, in_mapping ? m : NULL};
        if ((in_segment || in_mapping) && !add_piece(c, &p))
            return false;
        at = next;
    }
}
