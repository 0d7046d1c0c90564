/* Objects whose neighbours in the collector's list are out of sight: the memory around them says whether they are. */
#include "cmocka_all.h"
#include "cpython/heap.h"

#define BASE   0x100000ull
#define GONE   0x200000ull /* known to be there, without bytes */
#define TYPE   (BASE + 0x1000)
#define OBJECT (BASE + 0x1400)
#define NODE   (BASE + 0x1800)
#define POOL   (BASE + 0x4000)

enum { SIZE = 0x8000, BASIC = 600, HOOK = 16 };

static unsigned char bytes[SIZE];
static struct og_region regions[] = {
    {BASE, BASE + SIZE, 0, OG_REGION_READ | OG_REGION_WRITE, 0},
    {GONE, GONE + SIZE, 0, OG_REGION_READ | OG_REGION_WRITE, 0},
};

static bool locate(struct og_mem *m, og_addr addr, uint64_t len, struct og_window *out)
{
    (void)m;
    if (addr < BASE || len > SIZE || addr - BASE > SIZE - len)
        return false;
    *out = (struct og_window){BASE, SIZE, bytes};
    return true;
}

static void put(og_addr at, uint64_t value)
{
    memcpy(bytes + (at - BASE), &value, sizeof value);
}

static void put_type(const struct og_layout *l, og_addr at, uint64_t flags)
{
    put(at + (uint64_t)l->ob_type, TYPE);
    put(at + (uint64_t)l->tp_base, at == OBJECT ? 0 : OBJECT);
    put(at + (uint64_t)l->tp_flags, flags);
    put(at + (uint64_t)l->tp_basicsize, BASIC);
}

struct world {
    struct og_mem mem;
    struct og_py py;
    uint64_t words[OG_HEAD_WORDS];
};

/* An object at HEAD in the layout of 3.MINOR's FORM, both links leading out of sight. */
static void make(struct world *w, uint32_t minor, unsigned form, og_addr head)
{
    struct og_layout l;
    memset(bytes, 0, sizeof bytes);
    memset(w, 0, sizeof *w);
    assert_true(og_layout_form(minor, form, &l));
    put_type(&l, TYPE, OG_TPFLAGS_TYPE_SUBCLASS | OG_TPFLAGS_HAVE_GC);
    put_type(&l, OBJECT, 0);
    put_type(&l, NODE, OG_TPFLAGS_HAVE_GC);
    w->mem = (struct og_mem){.locate = locate, .regions = regions, .region_count = 2};
    og_py_init(&w->py, &w->mem, &l);
    w->py.type_type = TYPE;
    w->py.object_type = OBJECT;
    w->words[OG_HEAD_NEXT] = GONE;
    w->words[OG_HEAD_PREV] = GONE + 64;
    w->words[OG_HEAD_REFCNT] = 1;
    w->words[OG_HEAD_TYPE] = NODE;
    put(head, w->words[OG_HEAD_NEXT]);
    put(head + 8, w->words[OG_HEAD_PREV]);
}

/* Around BLOCK as the allocator's debug hooks do. */
static void put_hooks(og_addr block, uint64_t size)
{
    unsigned char *front = bytes + (block - BASE) - HOOK;
    for (unsigned i = 0; i < 8; i++)
        front[i] = (unsigned char)(size >> (56 - 8 * i));
    front[8] = 'o';
    memset(front + 9, 0xfd, 7);
    memset(front + HOOK + size, 0xfd, 8);
}

static bool is_stray(struct world *w, og_addr head)
{
    bool is = og_heap_is_stray(&w->py, head, w->words);
    og_py_close(&w->py);
    return is;
}

static void bytes_that_nothing_speaks_for_are_no_object(void **state)
{
    (void)state;
    struct world w;
    make(&w, 11, 0, POOL + 0x100);
    assert_false(is_stray(&w, POOL + 0x100));
}

static void a_block_of_the_debug_hooks_is_an_object(void **state)
{
    (void)state;
    struct world w;
    og_addr head = POOL + 0x100;
    uint64_t size = OG_GC_HEAD_SIZE + BASIC;
    make(&w, 11, 0, head);
    put_hooks(head, size);
    assert_true(is_stray(&w, head));
}

static void a_block_of_the_debug_hooks_has_to_be_large_enough_and_whole(void **state)
{
    (void)state;
    struct world w;
    og_addr head = POOL + 0x100;
    uint64_t size = OG_GC_HEAD_SIZE + BASIC;
    make(&w, 11, 0, head);
    put_hooks(head, size - 1);
    assert_false(is_stray(&w, head));
    const int broken[] = {-HOOK, -8, -7, -1, (int)size, (int)size + 7};
    for (unsigned i = 0; i < sizeof broken / sizeof *broken; i++) {
        make(&w, 11, 0, head);
        put_hooks(head, size);
        bytes[(int)(head - BASE) + broken[i]] ^= 0x10;
        assert_false(is_stray(&w, head));
    }
}

/* Py_TRACE_REFS: links of the list of all objects stand where an object begins. */
static void what_stands_in_a_chained_object_is_no_object(void **state)
{
    (void)state;
    enum { RELEASE, CHAINED };
    for (int own = 0; own < 2; own++) {
        struct world w;
        og_addr head = POOL + 0x100, object = head + OG_GC_HEAD_SIZE;
        make(&w, 9, CHAINED, head);
        assert_int_equal(w.py.l.build, OG_BUILD_TRACE_REFS);
        put_hooks(head, OG_GC_HEAD_SIZE + BASIC);
        put(object, own ? POOL : 2); /* a length, as in a tuple, is no link */
        put(object + 8, own ? POOL : NODE);
        put(POOL, object);
        put(POOL + 8, object);
        assert_int_equal(is_stray(&w, head), own);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_that_nothing_speaks_for_are_no_object),
        cmocka_unit_test(a_block_of_the_debug_hooks_is_an_object),
        cmocka_unit_test(a_block_of_the_debug_hooks_has_to_be_large_enough_and_whole),
        cmocka_unit_test(what_stands_in_a_chained_object_is_no_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
