/* Objects in pages of mimalloc, in both of its layouts, on memory made for it: what is given, what is not, and what
 * damage does. */
#include "cmocka_all.h"
#include "cpython/mimalloc.h"

#include <stdlib.h>

#define SEGMENT (32ull << 20)
#define SLICE   (64ull << 10)
#define BASE    (SEGMENT * 4)

enum {
    SEGMENTS = 4,
    TYPE_AT = 0x1000, /* of the lowest segment, which is none of the allocator's */
    BLOCK = 96,
    TRACKED = 1,
    MEM = 0,
    OBJECT = 1,
    GC = 2,
    GC_PRE = 3,
    FOUND_MAX = 4096,
};

struct made {
    struct og_mem mem;
    struct og_py py;
    struct og_region region;
    unsigned char *bytes;
    og_addr missing; /* the segment here cannot be read; 0: none */
    uint32_t form;   /* enum og_mimalloc */
    uint64_t broken; /* of the last walk */
};

static bool locate(struct og_mem *mem, og_addr addr, uint64_t len, struct og_window *out)
{
    const struct made *m = (const struct made *)mem;
    if (addr < BASE || len > SEGMENT || addr + len > BASE + SEGMENTS * SEGMENT)
        return false;
    og_addr segment = addr & ~(SEGMENT - 1);
    if (segment == m->missing || addr + len > segment + SEGMENT)
        return false;
    *out = (struct og_window){segment, SEGMENT, m->bytes + (segment - BASE)};
    return true;
}

static void put(struct made *m, og_addr at, uint64_t value, unsigned size)
{
    memcpy(m->bytes + (at - BASE), &value, size);
}

/* `type`, its own type; every object here is one. */
static void make(struct made *m, uint32_t form)
{
    og_addr type = BASE + TYPE_AT;
    memset(m, 0, sizeof *m);
    m->bytes = calloc(SEGMENTS, SEGMENT);
    m->form = form;
    m->region = (struct og_region){BASE, BASE + SEGMENTS * SEGMENT, 0, OG_REGION_READ | OG_REGION_WRITE, 0};
    m->mem = (struct og_mem){.locate = locate, .regions = &m->region, .region_count = 1};
    m->py.mem = &m->mem;
    m->py.max_objects = 1 << 20;
    m->py.type_type = type;
    og_vec_init(&m->py.types, sizeof(struct og_type *));
    for (unsigned i = 0; og_layout_form(form == OG_MIMALLOC_212 ? 13 : 15, i, &m->py.l); i++)
        if (m->py.l.mimalloc == form)
            break;
    assert_int_equal(m->py.l.mimalloc, form);
    put(m, type + (uint64_t)m->py.l.ob_type, type, 8);
    put(m, type + (uint64_t)m->py.l.tp_flags, OG_TPFLAGS_TYPE_SUBCLASS | OG_TPFLAGS_HAVE_GC, 8);
    put(m, type + (uint64_t)m->py.l.tp_name, BASE + 16, 8);
}

static void end(struct made *m)
{
    og_py_close(&m->py);
    free(m->bytes);
}

static og_addr segment_at(unsigned number)
{
    return BASE + number * SEGMENT;
}

static og_addr make_segment(struct made *m, unsigned number, uint64_t slices, uint32_t kind)
{
    bool old = m->form == OG_MIMALLOC_212;
    og_addr s = segment_at(number);
    put(m, s + (old ? 224 : 248), slices, 8);
    put(m, s + (old ? 232 : 256), 1, 8);
    put(m, s + (old ? 240 : 264), kind, 4);
    put(m, s + (old ? 248 : 272), slices < 512 ? slices : 512, 8);
    for (unsigned i = 0; i < 512; i++) /* spans of one slice, all free but the first */
        put(m, s + (old ? 264 : 288) + i * (old ? 96u : 112u), 1, 4);
    return s;
}

static og_addr page_of(const struct made *m, og_addr segment, unsigned slice)
{
    bool old = m->form == OG_MIMALLOC_212;
    return segment + (old ? 264 : 288) + slice * (old ? 96u : 112u);
}

/* Blocks of BLOCK bytes begin where the allocator has them begin; gives the first. */
static og_addr make_page(struct made *m, og_addr segment, unsigned slice, unsigned count, unsigned tag,
                         unsigned capacity, uint64_t block)
{
    bool old = m->form == OG_MIMALLOC_212;
    og_addr page = page_of(m, segment, slice), start = segment + slice * SLICE + (old && block <= 512 ? block : 0);
    put(m, page, count, 4);
    put(m, page + 10, capacity, 2);
    put(m, page + (old ? 24 : 32), capacity, old ? 4 : 2);
    if (old) {
        put(m, page + 8, tag << 3 | 3, 1); /* two flags below */
        put(m, page + 28, block, 4);
    } else {
        put(m, page + 35, tag, 1);
        put(m, page + 40, block, 8);
        put(m, page + 48, start, 8);
    }
    for (unsigned i = 1; i < count && slice + i < 512; i++) {
        put(m, page_of(m, segment, slice + i), 0, 4);
        put(m, page_of(m, segment, slice + i) + 4, i * 96, 4);
    }
    return start;
}

static void make_object(struct made *m, og_addr at, unsigned bits)
{
    put(m, at + 11, bits, 1);
    put(m, at + 12, 1, 4);
    put(m, at + 24, BASE + TYPE_AT, 8);
}

enum { FREE = 16, LOCAL_FREE_212 = 32, LOCAL_FREE_252 = 24, XTHREAD_212 = 40, XTHREAD_252 = 56 };

static void set_used(struct made *m, og_addr page, unsigned used)
{
    put(m, page + (m->form == OG_MIMALLOC_212 ? 24 : 32), used, 2);
}

static void free_chain(struct made *m, og_addr page, unsigned at, og_addr first, og_addr second)
{
    put(m, page + at, first, 8);
    put(m, first & ~3ull, second, 8);
}

static uint64_t walk(struct made *m, struct og_listed *out)
{
    struct og_block_cursor *c = calloc(1, sizeof *c);
    uint64_t n = 0, got;
    while ((got = og_blocks_next(&m->py, c, out + n, 7)) > 0)
        n += got;
    m->broken = c->broken;
    assert_int_equal(og_blocks_next(&m->py, c, out + n, 7), 0);
    free(c);
    return n;
}

static const uint32_t layouts[] = {OG_MIMALLOC_212, OG_MIMALLOC_252};
#define EACH(layout) for (unsigned layout = 0; layout < 2; layout++)

static void tracked_objects_of_the_collectors_pages_are_given(void **state)
{
    (void)state;
    EACH(l)
    {
        struct made m;
        struct og_listed found[FOUND_MAX];
        make(&m, layouts[l]);
        og_addr s = make_segment(&m, 1, 512, 0);
        const unsigned tags[] = {MEM, OBJECT, GC, GC_PRE};
        og_addr starts[4];
        for (unsigned i = 0; i < 4; i++) {
            starts[i] = make_page(&m, s, 1 + 8 * i, i == 2 ? 8 : 1, tags[i], 10, BLOCK);
            for (unsigned k = 0; k < 10; k++)
                make_object(&m, starts[i] + k * BLOCK + (tags[i] == GC_PRE ? 16 : 0), k == 4 ? 0 : TRACKED);
        }
        assert_int_equal(walk(&m, found), 18);
        for (unsigned k = 0; k < 9; k++) {
            unsigned block = k + (k >= 4);
            assert_int_equal(found[k].addr, starts[2] + block * BLOCK);
            assert_int_equal(found[9 + k].addr, starts[3] + block * BLOCK + 16);
            assert_int_equal(found[k].type, BASE + TYPE_AT);
        }
        end(&m);
    }
}

static void blocks_of_the_three_free_chains_are_not_given(void **state)
{
    (void)state;
    EACH(l)
    {
        struct made m;
        struct og_listed found[FOUND_MAX];
        make(&m, layouts[l]);
        bool old = layouts[l] == OG_MIMALLOC_212;
        og_addr s = make_segment(&m, 1, 512, 0), start = make_page(&m, s, 1, 1, GC, 10, BLOCK),
                page = page_of(&m, s, 1);
        for (unsigned k = 0; k < 10; k++)
            make_object(&m, start + k * BLOCK, TRACKED);
        free_chain(&m, page, FREE, start + 9 * BLOCK, start);
        put(&m, start, 0, 8);
        free_chain(&m, page, old ? LOCAL_FREE_212 : LOCAL_FREE_252, start + 2 * BLOCK, 0);
        free_chain(&m, page, old ? XTHREAD_212 : XTHREAD_252, (start + 5 * BLOCK) | 2, 0);
        set_used(&m, page, 7); /* what another thread freed counts */
        assert_int_equal(walk(&m, found), 6);
        assert_int_equal(found[0].addr, start + BLOCK);
        assert_int_equal(found[1].addr, start + 3 * BLOCK);
        assert_int_equal(found[5].addr, start + 8 * BLOCK);
        assert_int_equal(m.broken, 0);
        end(&m);
    }
}

static void a_free_chain_that_is_damaged_ends_and_is_counted(void **state)
{
    (void)state;
    EACH(l)
    {
        struct made m;
        struct og_listed found[FOUND_MAX];
        make(&m, layouts[l]);
        og_addr s = make_segment(&m, 1, 512, 0), start = make_page(&m, s, 1, 1, GC, 10, BLOCK),
                page = page_of(&m, s, 1);
        for (unsigned k = 0; k < 10; k++)
            make_object(&m, start + k * BLOCK, TRACKED);
        free_chain(&m, page, FREE, start + BLOCK, start + BLOCK); /* a circle */
        set_used(&m, page, 9);
        assert_int_equal(walk(&m, found), 9);
        assert_int_equal(m.broken, 1);
        set_used(&m, page, 10);
        const og_addr wild[] = {1, start + 1, start - BLOCK, start + 10 * BLOCK, ~0ull << 3, BASE + SEGMENTS * SEGMENT};
        for (unsigned i = 0; i < sizeof wild / sizeof *wild; i++) {
            put(&m, page + FREE, wild[i], 8);
            assert_int_equal(walk(&m, found), 10);
            assert_int_equal(m.broken, 1);
        }
        end(&m);
    }
}

/* One object of more than 16 MiB has a segment of its own; what is inside it may look like anything. */
static void an_object_in_a_huge_segment_is_given_and_its_inside_is_not_searched(void **state)
{
    (void)state;
    EACH(l)
    {
        struct made m;
        struct og_listed found[FOUND_MAX];
        make(&m, layouts[l]);
        og_addr s = make_segment(&m, 1, 700, 1), start = make_page(&m, s, 1, 699, GC, 1, 699 * SLICE);
        make_object(&m, start, TRACKED);
        og_addr inside = make_segment(&m, 2, 512, 0);
        make_object(&m, make_page(&m, inside, 1, 1, GC, 1, BLOCK), TRACKED);
        og_addr behind = make_segment(&m, 3, 512, 0);
        make_object(&m, make_page(&m, behind, 511, 1, GC, 1, BLOCK), TRACKED);
        assert_int_equal(walk(&m, found), 2);
        assert_int_equal(found[0].addr, start);
        assert_true(found[1].addr > behind);
        assert_int_equal(m.broken, 0);
        end(&m);
    }
}

static void what_contradicts_itself_is_no_segment_and_no_page(void **state)
{
    (void)state;
    EACH(l)
    {
        struct made m;
        struct og_listed found[FOUND_MAX];
        make(&m, layouts[l]);
        bool old = layouts[l] == OG_MIMALLOC_212;
        og_addr s = make_segment(&m, 1, 512, 0), start = make_page(&m, s, 1, 1, GC, 4, BLOCK);
        for (unsigned k = 0; k < 4; k++)
            make_object(&m, start + k * BLOCK, TRACKED);
        assert_int_equal(walk(&m, found), 4);
        const struct {
            unsigned at, size;
            uint64_t bad, good;
        } changes[] = {
            {old ? 224 : 248, 8, 511, 512},
            {old ? 224 : 248, 8, 0, 512},
            {old ? 232 : 256, 8, 0, 1},
            {old ? 232 : 256, 8, 512, 1},
            {old ? 240 : 264, 4, 7, 0},
            {old ? 248 : 272, 8, 1 << 20, 512},
            {old ? 264 : 288, 4, 9, 1},
            {(unsigned)(page_of(&m, 0, 1)) + 10, 2, 60000, 4},
            {(unsigned)(page_of(&m, 0, 1)) + (old ? 28 : 40), old ? 4 : 8, 0, BLOCK},
            {(unsigned)(page_of(&m, 0, 1)) + (old ? 28 : 40), old ? 4 : 8, 0xfffffff8, BLOCK},
        };
        for (unsigned i = 0; i < sizeof changes / sizeof *changes; i++) {
            put(&m, s + changes[i].at, changes[i].bad, changes[i].size);
            assert_int_equal(walk(&m, found), 0);
            put(&m, s + changes[i].at, changes[i].good, changes[i].size);
        }
        assert_int_equal(walk(&m, found), 4);
        end(&m);
    }
}

static void a_segment_that_cannot_be_read_is_counted(void **state)
{
    (void)state;
    EACH(l)
    {
        struct made m;
        struct og_listed found[FOUND_MAX];
        make(&m, layouts[l]);
        make_object(&m, make_page(&m, make_segment(&m, 3, 512, 0), 1, 1, GC, 1, BLOCK), TRACKED);
        m.missing = segment_at(2);
        assert_int_equal(walk(&m, found), 1);
        assert_int_equal(m.broken, 1);
        end(&m);
    }
}

static void the_debug_hooks_prefix_is_found(void **state)
{
    (void)state;
    EACH(l)
    for (unsigned prefix = 0; prefix <= 16; prefix += 16) {
        struct made m;
        make(&m, layouts[l]);
        og_addr s = make_segment(&m, 1, 512, 0);
        for (unsigned tag = GC; tag <= GC_PRE; tag++) {
            og_addr start = make_page(&m, s, tag, 1, tag, 20, BLOCK + 32);
            for (unsigned k = 0; k < 20; k++) {
                if (prefix) /* size, api, guard */
                    memset(m.bytes + (start + k * (BLOCK + 32) - BASE), 0xfd, 16);
                make_object(&m, start + k * (BLOCK + 32) + prefix + (tag == GC_PRE ? 16 : 0), TRACKED);
            }
        }
        assert_true(og_blocks_prove(&m.py));
        assert_int_equal(m.py.l.block_prefix, prefix);
        end(&m);
    }
}

static void memory_without_objects_is_not_taken(void **state)
{
    (void)state;
    EACH(l)
    {
        struct made m;
        make(&m, layouts[l]);
        assert_false(og_blocks_prove(&m.py));
        og_addr s = make_segment(&m, 1, 512, 0), start = make_page(&m, s, 1, 1, GC, 40, BLOCK);
        for (unsigned k = 0; k < 40; k++) {
            make_object(&m, start + k * BLOCK, TRACKED);
            put(&m, start + k * BLOCK + 24, BASE + 64, 8); /* no type */
        }
        assert_false(og_blocks_prove(&m.py));
        end(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tracked_objects_of_the_collectors_pages_are_given),
        cmocka_unit_test(blocks_of_the_three_free_chains_are_not_given),
        cmocka_unit_test(a_free_chain_that_is_damaged_ends_and_is_counted),
        cmocka_unit_test(an_object_in_a_huge_segment_is_given_and_its_inside_is_not_searched),
        cmocka_unit_test(what_contradicts_itself_is_no_segment_and_no_page),
        cmocka_unit_test(a_segment_that_cannot_be_read_is_counted),
        cmocka_unit_test(the_debug_hooks_prefix_is_found),
        cmocka_unit_test(memory_without_objects_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
