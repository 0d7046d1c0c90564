/* Walking the pages of mimalloc, which CPython's free-threaded builds allocate every object from: segments of 32 MiB,
 * aligned to that, made of slices of 64 KiB; a page is some slices with blocks of one size. Its heap's tag says what is
 * in it: only the collector's objects are in pages with the tags 2 and 3, those of tag 3 with two words in front of
 * each (Include/internal/pycore_interp.h, _Py_MIMALLOC_HEAP_GC; the runtime's own walk is gc_visit_heaps() of
 * Python/gc_free_threading.c). Segments are found by looking at every aligned address: those of threads that have ended
 * are not in any list. */
#include "cpython/heap.h"
#include "cpython/mimalloc.h"

#define SEGMENT_BYTES (32ull << 20)
#define SLICE_BYTES   (64ull << 10)
#define SEGMENT_HEAD  512 /* bytes of it that tell what it is */

enum {
    SLICES = 512,
    KIND_NORMAL = 0,
    KIND_HUGE = 1,
    TAG_GC = 2,
    TAG_GC_PRE = 3,
    PREHEADER = 16,
    DEBUG_PREFIX = 16, /* of PYTHONMALLOC=debug: size, api, guard bytes (Objects/obmalloc.c) */
    PAGE_BYTES = 80,   /* of mi_page_t that are looked at */
    BLOCK_MIN = 8,
    QUEUES = 75, /* MI_BIN_FULL + 1, of which each is first, last, block_size */
    QUEUE_BYTES = 24,
    LINK_FLAGS = 3,
    SAMPLE = 256,
    SAMPLE_MIN = 16,
};

/* Offsets of mi_segment_t and mi_page_t: Include/internal/mimalloc/mimalloc/types.h. */
struct form {
    int32_t segment_slices, info_slices, kind, entries, slices, page_size;
    int32_t local_free, xthread_free, used, used_bytes, block_size, block_size_bytes;
    int32_t tag, tag_shift, tag_mask, page_start;
    int32_t keys;                   /* -1: chains of free blocks are plain pointers */
    int32_t heap_size, heap_queues; /* mi_heap_t: its bytes, and mi_page_queue_t pages[] in it */
};

/* With Py_DEBUG each page has keys for its chains, and heaps one more list (MI_ENCODE_FREELIST, MI_PADDING). */
static const struct form forms[][2] = {
    [OG_MIMALLOC_212] = {{224, 232, 240, 248, 264, 96, 32, 40, 24, 4, 28, 4, 8, 3, 15, -1, -1, 3064, 1040},
                         {224, 232, 240, 248, 264, 112, 32, 56, 24, 4, 28, 4, 8, 3, 15, -1, 40, 3072, 1048}},
    [OG_MIMALLOC_252] = {{248, 256, 264, 272, 288, 112, 24, 56, 32, 2, 40, 8, 35, 0, 255, 48, -1, 3088, 1288},
                         {248, 256, 264, 272, 288, 128, 24, 72, 32, 2, 40, 8, 35, 0, 255, 48, 56, 3096, 1296}},
};

enum { PAGE_SLICE_COUNT = 0, PAGE_SLICE_OFFSET = 4, PAGE_CAPACITY = 10, PAGE_FREE = 16 };

static const struct form *form_of(const struct og_py *py)
{
    return &forms[py->l.mimalloc][py->l.debug != 0];
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

/* The next segment behind C->at; false: there is none. */
static bool next_segment(struct og_py *py, struct og_block_cursor *c)
{
    const struct og_mem *m = py->mem;
    for (; c->region < m->region_count; c->region++) {
        const struct og_region *r = &m->regions[c->region];
        og_addr from = c->at > r->start ? c->at : r->start;
        if (!og_region_is_anonymous_data(r) || from > UINT64_MAX - SEGMENT_BYTES)
            continue;
        for (og_addr at = (from + SEGMENT_BYTES - 1) & ~(SEGMENT_BYTES - 1); at < r->end; at += SEGMENT_BYTES) {
            struct segment s;
            c->at = at + SEGMENT_BYTES;
            if (!og_mem_readable(py->mem, at, SEGMENT_HEAD)) {
                c->broken++;
                continue;
            }
            if (!read_segment(py, at, &s))
                continue;
            c->segment = at;
            c->at = at + segment_bytes(&s);
            c->slice = (uint32_t)s.info_slices;
            c->slices = (uint32_t)s.entries;
            c->huge = s.kind == KIND_HUGE;
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

/* The block after one whose first word is WORD (mi_ptr_decode of mimalloc's internal.h); the page itself stands for
 * none. */
static og_addr link_of(const struct og_block_cursor *c, uint64_t word)
{
    if (!c->keyed)
        return word;
    unsigned by = c->keys[0] % 64;
    word -= c->keys[0];
    og_addr block = (word >> by | word << (64 - by) % 64) ^ c->keys[1];
    return block == c->page ? 0 : block;
}

/* Blocks of a chain are not in use: how many. It breaks where it leaves the page or comes back. */
static uint32_t follow_free(struct og_py *py, struct og_block_cursor *c, og_addr block)
{
    uint32_t n = 0;
    for (; block; n++) {
        uint64_t word, at = block - c->start, i = at / c->block_size;
        if (block < c->start || i >= c->capacity || at % c->block_size || is_free(c, i) ||
            !og_mem_u64(py->mem, block, &word)) {
            c->broken++;
            return n;
        }
        mark_free(c, i);
        block = link_of(c, word);
    }
    return n;
}

static uint64_t size_of_blocks(const struct form *f, const unsigned char *page)
{
    return number(page + f->block_size, (unsigned)f->block_size_bytes);
}

static uint64_t tag_of(const struct form *f, const unsigned char *page)
{
    return number(page + f->tag, 1) >> f->tag_shift & (uint64_t)f->tag_mask;
}

/* Where its blocks begin, all of which lie in it. */
static bool place_blocks(const struct form *f, struct og_block_cursor *c, const unsigned char *page, uint64_t slices)
{
    uint64_t size = size_of_blocks(f, page), bytes = slices * SLICE_BYTES, capacity = number(page + PAGE_CAPACITY, 2);
    og_addr slice = c->segment + c->slice * SLICE_BYTES;
    c->start = f->page_start >= 0 ? number(page + f->page_start, 8) : slice + start_offset(size);
    c->block_size = size;
    c->capacity = 0;
    if (size < BLOCK_MIN || size % BLOCK_MIN || c->start < slice || c->start - slice >= bytes)
        return false;
    if (capacity > 1 && (size > bytes || capacity > (bytes - (c->start - slice)) / size))
        return false;
    c->capacity = (uint32_t)capacity;
    return true;
}

/* A page of the collector's heaps; false: another, a free span, or one whose numbers contradict each other. */
static bool open_page(struct og_py *py, struct og_block_cursor *c, og_addr addr, const unsigned char *page,
                      uint64_t slices)
{
    const struct form *f = form_of(py);
    uint64_t tag = tag_of(f, page), used = number(page + f->used, (unsigned)f->used_bytes);
    bool wanted = tag == TAG_GC || tag == TAG_GC_PRE;
    c->block = c->capacity = 0;
    if (!wanted || !size_of_blocks(f, page) || !number(page + PAGE_CAPACITY, 2))
        return false;
    if (!place_blocks(f, c, page, slices)) {
        c->broken++;
        return false;
    }
    c->object_at = (uint32_t)py->l.block_prefix + (tag == TAG_GC_PRE ? PREHEADER : 0);
    memset(c->free, 0, (c->capacity + 7) / 8);
    c->page = addr;
    c->keyed = f->keys >= 0;
    if (c->keyed)
        memcpy(c->keys, page + f->keys, sizeof c->keys);
    uint32_t unused = follow_free(py, c, number(page + PAGE_FREE, 8));
    unused += follow_free(py, c, number(page + f->local_free, 8));
    c->broken += used + unused != c->capacity; /* blocks that another thread has freed count as used */
    follow_free(py, c, number(page + f->xthread_free, 8) & ~(uint64_t)LINK_FLAGS);
    return true;
}

/* The next page with tracked objects in it, of this segment. Spans follow each other: one begins where the last ends.
 */
static bool next_page(struct og_py *py, struct og_block_cursor *c)
{
    const struct form *f = form_of(py);
    unsigned char page[PAGE_BYTES];
    while (c->slice < c->slices) {
        og_addr at = c->segment + (uint64_t)f->slices + c->slice * (uint64_t)f->page_size;
        if (!og_mem_read(py->mem, at, page, sizeof page)) {
            c->broken++;
            c->slice = c->slices;
            return false;
        }
        uint64_t count = number(page + PAGE_SLICE_COUNT, 4), offset = number(page + PAGE_SLICE_OFFSET, 4);
        bool span = offset == 0 && count > 0 && (count <= c->slices - c->slice || c->huge);
        bool opened = span && open_page(py, c, at, page, count);
        c->broken += !span;
        uint64_t left = c->slices - c->slice;
        c->slice += span ? (uint32_t)(count < left ? count : left) : 1;
        if (opened)
            return true;
    }
    return false;
}

/* ---- what the threads say ---- */

/* Pages that a heap's queue names lie in segments that are known as such. */
static void check_queue(struct og_py *py, struct og_block_cursor *c, og_addr queue)
{
    uint64_t ends[2];
    if (!og_mem_readable(py->mem, queue, sizeof ends) || !og_mem_read(py->mem, queue, ends, sizeof ends)) {
        c->broken++;
        return;
    }
    for (unsigned i = 0; i < 2; i++) {
        struct segment s;
        og_addr segment = ends[i] & ~(SEGMENT_BYTES - 1);
        c->broken += ends[i] && (!og_mem_readable(py->mem, segment, SEGMENT_HEAD) || !read_segment(py, segment, &s));
    }
}

struct checking {
    struct og_py *py;
    struct og_block_cursor *c;
};

static void check_thread(void *arg, const struct og_thread *t)
{
    struct checking *k = arg;
    const struct form *f = form_of(k->py);
    for (unsigned tag = TAG_GC; tag <= TAG_GC_PRE; tag++) {
        og_addr heap = t->tstate + (uint64_t)k->py->l.tstate_heaps + tag * (uint64_t)f->heap_size;
        for (unsigned i = 0; i < QUEUES; i++)
            check_queue(k->py, k->c, heap + (uint64_t)f->heap_queues + i * QUEUE_BYTES);
    }
}

/* A segment whose head is damaged is not found; a thread that has pages in it knows of it. */
static void check_heaps(struct og_py *py, struct og_block_cursor *c)
{
    struct checking k = {py, c};
    if (!c->checked)
        og_py_threads(py, check_thread, &k);
    c->checked = true;
}

/* ---- blocks ---- */

/* One block of the page; false: free, not tracked, or without a type, which no block in use is. */
static bool take_block(struct og_py *py, struct og_block_cursor *c, struct og_listed *out)
{
    uint64_t block = c->block++;
    og_addr object = c->start + block * c->block_size + c->object_at;
    if (is_free(c, block))
        return false;
    const unsigned char *p = og_mem_at(py->mem, object, (uint64_t)py->l.pyobject_size);
    if (!p) {
        c->broken++;
        return false;
    }
    *out = (struct og_listed){object, number(p + py->l.ob_type, 8)};
    if (p[OG_OB_GC_BITS] & OG_GC_BITS_TRACKED)
        return true;
    c->broken += !og_py_type(py, out->type) || !og_split_head_is_sound(p);
    return false;
}

uint64_t og_blocks_next(struct og_py *py, struct og_block_cursor *c, struct og_listed *out, uint64_t cap)
{
    uint64_t n = 0;
    for (;;) {
        while (n < cap && c->block < c->capacity)
            n += take_block(py, c, &out[n]);
        if (n == cap)
            return n;
        if (!next_page(py, c) && !next_segment(py, c)) {
            check_heaps(py, c);
            return n;
        }
    }
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
