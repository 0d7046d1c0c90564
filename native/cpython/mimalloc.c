/* Walking the pages of mimalloc, which CPython's free-threaded builds allocate every object from: segments of 32 MiB,
 * aligned to that, made of slices of 64 KiB; a page is some slices with blocks of one size. Its heap's tag says what is
 * in it: only the collector's objects are in pages with the tags 2 and 3, those of tag 3 with two words in front of
 * each (Include/internal/pycore_interp.h, _Py_MIMALLOC_HEAP_GC; the runtime's own walk is gc_visit_heaps() of
 * Python/gc_free_threading.c). Segments are found by looking at every aligned address: those of threads that have ended
 * are not in any list. */
#include "cpython/mimalloc.h"

#define SEGMENT_BYTES (32ull << 20)
#define SLICE_BYTES   (64ull << 10)

enum {
    SLICES = 512,
    KIND_NORMAL = 0,
    KIND_HUGE = 1,
    TAG_GC = 2,
    TAG_GC_PRE = 3,
    PREHEADER = 16,
    DEBUG_PREFIX = 16, /* of PYTHONMALLOC=debug: size, api, guard bytes (Objects/obmalloc.c) */
    PAGE_BYTES = 64,   /* of mi_page_t that are looked at */
    BLOCK_MIN = 8,
    LINK_FLAGS = 3,
    SAMPLE = 256,
    SAMPLE_MIN = 16,
};

/* Offsets of mi_segment_t and mi_page_t: Include/internal/mimalloc/mimalloc/types.h. */
struct form {
    int32_t segment_slices, info_slices, kind, entries, slices, page_size;
    int32_t local_free, xthread_free, block_size, block_size_bytes, tag, tag_shift, tag_mask, page_start;
};

static const struct form forms[] = {
    [OG_MIMALLOC_212] = {224, 232, 240, 248, 264, 96, 32, 40, 28, 4, 8, 3, 15, -1},
    [OG_MIMALLOC_252] = {248, 256, 264, 272, 288, 112, 24, 56, 40, 8, 35, 0, 255, 48},
};

enum { PAGE_SLICE_COUNT = 0, PAGE_SLICE_OFFSET = 4, PAGE_CAPACITY = 10, PAGE_FREE = 16 };

static const struct form *form_of(const struct og_py *py)
{
    return &forms[py->l.mimalloc];
}

static uint64_t number(const unsigned char *p, unsigned bytes)
{
    uint64_t n = 0;
    memcpy(&n, p, bytes);
    return n;
}

/* ---- segments ---- */

struct segment {
    uint64_t segment_slices, info_slices, entries;
    uint32_t kind;
};

/* What stands at ADDR is the head of a segment: its numbers agree with each other. */
static bool read_segment(struct og_py *py, og_addr addr, struct segment *out)
{
    const struct form *f = form_of(py);
    struct og_mem *m = py->mem;
    uint32_t count, offset;
    if (!og_mem_u64(m, addr + (uint64_t)f->segment_slices, &out->segment_slices) ||
        !og_mem_u64(m, addr + (uint64_t)f->info_slices, &out->info_slices) ||
        !og_mem_u32(m, addr + (uint64_t)f->kind, &out->kind) ||
        !og_mem_u64(m, addr + (uint64_t)f->entries, &out->entries) ||
        !og_mem_u32(m, addr + (uint64_t)(f->slices + PAGE_SLICE_COUNT), &count) ||
        !og_mem_u32(m, addr + (uint64_t)(f->slices + PAGE_SLICE_OFFSET), &offset))
        return false;
    bool normal = out->kind == KIND_NORMAL && out->segment_slices == SLICES && out->entries == SLICES;
    bool huge = out->kind == KIND_HUGE && out->segment_slices >= out->entries && out->entries > 0 &&
                out->entries <= SLICES && out->segment_slices < 1ull << 32;
    return (normal || huge) && out->info_slices > 0 && out->info_slices < out->entries && count == out->info_slices &&
           offset == 0;
}

static uint64_t segment_bytes(const struct segment *s)
{
    uint64_t bytes = s->segment_slices * SLICE_BYTES;
    return (bytes + SEGMENT_BYTES - 1) & ~(SEGMENT_BYTES - 1);
}

static bool may_hold(const struct og_region *r)
{
    return (r->flags & (OG_REGION_READ | OG_REGION_WRITE | OG_REGION_FILE)) == (OG_REGION_READ | OG_REGION_WRITE);
}

/* The next segment behind C->at; false: there is none. */
static bool next_segment(struct og_py *py, struct og_block_cursor *c)
{
    const struct og_mem *m = py->mem;
    for (; c->region < m->region_count; c->region++) {
        const struct og_region *r = &m->regions[c->region];
        og_addr from = c->at > r->start ? c->at : r->start;
        if (!may_hold(r) || from > UINT64_MAX - SEGMENT_BYTES)
            continue;
        for (og_addr at = (from + SEGMENT_BYTES - 1) & ~(SEGMENT_BYTES - 1); at < r->end; at += SEGMENT_BYTES) {
            struct segment s;
            c->at = at + SEGMENT_BYTES;
            if (!og_mem_readable(py->mem, at, (uint64_t)(form_of(py)->slices + form_of(py)->page_size))) {
                c->broken++;
                continue;
            }
            if (!read_segment(py, at, &s))
                continue;
            c->segment = at;
            c->at = at + segment_bytes(&s);
            c->slice = (uint32_t)s.info_slices;
            c->slices = (uint32_t)s.entries;
            return true;
        }
    }
    return false;
}

/* ---- pages ---- */

/* mimalloc 2.1.2 leaves room in front of small blocks (segment.c, _mi_segment_page_start_from_slice). */
static uint64_t start_offset(uint64_t block_size)
{
    return block_size <= 64 ? 3 * block_size : block_size <= 512 ? block_size : 0;
}

static void mark_free(struct og_block_cursor *c, uint64_t block)
{
    c->free[block / 8] |= (uint8_t)(1u << block % 8);
}

static bool is_free(const struct og_block_cursor *c, uint64_t block)
{
    return c->free[block / 8] >> block % 8 & 1;
}

/* Blocks of a chain are not in use. It ends where it leaves the page: then it is torn, which is counted. */
static void follow_free(struct og_py *py, struct og_block_cursor *c, og_addr block)
{
    for (uint32_t i = 0; block && i <= c->capacity; i++) {
        uint64_t at = block - c->start, number = at / c->block_size;
        if (block < c->start || number >= c->capacity || at % c->block_size || is_free(c, number) ||
            !og_mem_u64(py->mem, block, &block)) {
            og_mem_miss(py->mem, OG_MISS_TORN);
            return;
        }
        mark_free(c, number);
    }
}

/* A page of the collector's heaps whose numbers agree. */
static bool open_page(struct og_py *py, struct og_block_cursor *c, const unsigned char *page, uint64_t slice_count)
{
    const struct form *f = form_of(py);
    uint64_t tag = number(page + f->tag, 1) >> f->tag_shift & (uint64_t)f->tag_mask;
    uint64_t size = number(page + f->block_size, (unsigned)f->block_size_bytes), bytes = slice_count * SLICE_BYTES;
    uint64_t capacity = number(page + PAGE_CAPACITY, 2);
    if ((tag != TAG_GC && tag != TAG_GC_PRE) || size < BLOCK_MIN || size % BLOCK_MIN || !capacity)
        return false;
    og_addr slice = c->segment + c->slice * SLICE_BYTES;
    c->start = f->page_start >= 0 ? number(page + f->page_start, 8) : slice + start_offset(size);
    if (c->start < slice || c->start - slice >= bytes)
        return false;
    if (capacity > 1 && (size > bytes || capacity > (bytes - (c->start - slice)) / size))
        return false;
    c->block_size = size;
    c->capacity = (uint32_t)capacity;
    c->block = 0;
    c->object_at = (uint32_t)py->l.block_prefix + (tag == TAG_GC_PRE ? PREHEADER : 0);
    memset(c->free, 0, (capacity + 7) / 8);
    og_addr chains[] = {number(page + PAGE_FREE, 8), number(page + f->local_free, 8),
                        number(page + f->xthread_free, 8) & ~(uint64_t)LINK_FLAGS};
    for (unsigned i = 0; i < sizeof chains / sizeof *chains; i++)
        follow_free(py, c, chains[i]);
    return true;
}

/* The next page with tracked objects in it, of this segment or a later one. */
static bool next_page(struct og_py *py, struct og_block_cursor *c)
{
    const struct form *f = form_of(py);
    unsigned char page[PAGE_BYTES];
    for (;;) {
        while (c->slice < c->slices) {
            og_addr at = c->segment + (uint64_t)f->slices + c->slice * (uint64_t)f->page_size;
            if (!og_mem_read(py->mem, at, page, sizeof page)) {
                c->broken++;
                c->slice = c->slices;
                break;
            }
            uint64_t count = number(page + PAGE_SLICE_COUNT, 4), offset = number(page + PAGE_SLICE_OFFSET, 4);
            bool first = offset == 0 && count > 0;
            bool opened = first && open_page(py, c, page, count);
            c->slice += first && count < c->slices ? (uint32_t)count : 1;
            if (opened)
                return true;
        }
        if (!next_segment(py, c))
            return false;
    }
}

/* ---- blocks ---- */

/* One block of the page; false: free, not tracked, or not readable. */
static bool take_block(struct og_py *py, struct og_block_cursor *c, struct og_listed *out)
{
    uint64_t block = c->block++;
    og_addr object = c->start + block * c->block_size + c->object_at;
    if (is_free(c, block))
        return false;
    const unsigned char *p = og_mem_at(py->mem, object, (uint64_t)py->l.pyobject_size);
    if (!p) {
        c->unreadable++;
        return false;
    }
    *out = (struct og_listed){object, number(p + py->l.ob_type, 8)};
    return p[OG_OB_GC_BITS] & OG_GC_BITS_TRACKED;
}

uint64_t og_blocks_next(struct og_py *py, struct og_block_cursor *c, struct og_listed *out, uint64_t cap)
{
    uint64_t n = 0;
    while (n < cap && (c->block < c->capacity || next_page(py, c)))
        while (n < cap && c->block < c->capacity)
            n += take_block(py, c, &out[n]);
    return n;
}

/* ---- proof ---- */

/* As many of the first objects as have a type; 0 if there are too few. */
static unsigned typed_share(struct og_py *py)
{
    struct og_listed sample[SAMPLE];
    struct og_block_cursor *c = og_arena_alloc(&py->arena, sizeof *c);
    if (!c)
        return 0;
    uint64_t typed = 0, n = og_blocks_next(py, c, sample, SAMPLE);
    for (uint64_t i = 0; i < n; i++) {
        const struct og_type *t = og_py_type(py, sample[i].type);
        typed += t && t->tp_flags & OG_TPFLAGS_HAVE_GC;
    }
    return n < SAMPLE_MIN ? 0 : (unsigned)(typed * 100 / n);
}

bool og_blocks_prove(struct og_py *py)
{
    enum { ENOUGH = 95 };
    for (int32_t prefix = 0; prefix <= DEBUG_PREFIX; prefix += DEBUG_PREFIX) {
        py->l.block_prefix = prefix;
        if (typed_share(py) >= ENOUGH)
            return true;
    }
    return false;
}
