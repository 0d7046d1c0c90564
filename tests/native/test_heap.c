/* The collector's lists on memory made for it: whole, broken, circular, and of a collection that runs. */
#include "cmocka_all.h"
#include "cpython/heap.h"
#include "graph/index.h"
#include "graph/scan.h"

#define HEAP   0x100000ull
#define STACK  0x200000ull
#define TYPE   (HEAP + 0x1000)
#define OBJECT (HEAP + 0x1400)
#define NODE   (HEAP + 0x1800)
#define ATOM   (HEAP + 0x1c00)
#define GC     (HEAP + 0x2000)
#define FIRST  (HEAP + 0x3000)

enum { HEAP_WORDS = 0x8000 / 8, STACK_WORDS = 64, STEP = 64, COUNT = 12, YOUNG = 24, PERMANENT = 104, TYPE_WORDS = 64 };

static uint64_t heap[HEAP_WORDS], stack[STACK_WORDS];

static uint64_t *at(og_addr addr)
{
    return addr >= STACK ? &stack[(addr - STACK) / 8] : &heap[(addr - HEAP) / 8];
}

static void make_type(og_addr addr, og_addr base, const char *name, uint64_t flags)
{
    struct og_layout l;
    og_addr text = addr + 0x380;
    og_layout_for_minor(11, &l);
    *at(addr) = 1;
    *at(addr + 8) = TYPE;
    *at(addr + (uint64_t)l.tp_name) = text;
    *at(addr + (uint64_t)l.tp_base) = base;
    *at(addr + (uint64_t)l.tp_flags) = flags;
    *at(addr + (uint64_t)l.tp_basicsize) = 32;
    memcpy(at(text), name, strlen(name) + 1);
}

/* The head of the I-th object. */
static og_addr node(unsigned i)
{
    return FIRST + i * STEP;
}

static void link_up(og_addr one, og_addr other)
{
    *at(one) = other;
    *at(other + 8) = one;
}

/* Objects FROM up to TO behind HEAD. */
static void make_list(og_addr head, unsigned from, unsigned to)
{
    og_addr last = head;
    for (unsigned i = from; i < to; i++) {
        link_up(last, node(i));
        last = node(i);
        *at(last + 16) = 1;
        *at(last + 24) = NODE;
    }
    link_up(last, head);
}

static og_addr young(void)
{
    return GC + YOUNG;
}

static int make_heap(void **state)
{
    (void)state;
    memset(heap, 0, sizeof heap);
    memset(stack, 0, sizeof stack);
    make_type(TYPE, OBJECT, "type", OG_TPFLAGS_TYPE_SUBCLASS | OG_TPFLAGS_HAVE_GC);
    make_type(OBJECT, 0, "object", 0);
    make_type(NODE, OBJECT, "app.Node", OG_TPFLAGS_HAVE_GC);
    make_type(ATOM, OBJECT, "app.Atom", 0);
    for (unsigned i = 0; i < 3; i++)
        make_list(young() + i * 24, 0, 0);
    make_list(GC + PERMANENT, 0, 0);
    make_list(young(), 0, COUNT);
    return 0;
}

struct world {
    struct og_mem *mem;
    struct og_py py;
    struct og_stack_pointer stack;
};

static void open_world(struct world *w, bool collecting)
{
    const struct og_buffer_part parts[] = {{HEAP, sizeof heap, heap}, {STACK, sizeof stack, stack}};
    struct og_layout l;
    og_layout_for_minor(11, &l);
    assert_int_equal(og_mem_open_buffer(parts, 2, &w->mem, NULL), OG_OK);
    og_py_init(&w->py, w->mem, &l);
    w->stack = (struct og_stack_pointer){1, STACK};
    w->mem->stacks = &w->stack;
    w->mem->stack_count = 1;
    w->py.type_type = TYPE;
    w->py.object_type = OBJECT;
    w->py.interp_count = 1;
    w->py.interps[0].gc = GC;
    w->py.interps[0].addr = GC + 0x400;
    w->py.interps[0].collecting = collecting;
}

static void close_world(struct world *w)
{
    og_py_close(&w->py);
    og_mem_close(w->mem);
}

struct seen {
    uint64_t objects, types, lists;
    struct og_losses losses;
};

static void run(struct world *w, uint32_t level, struct seen *out)
{
    struct og_scan_core s;
    const struct og_scan_options o = {level, 0};
    int code;
    unsigned steps = 0;
    assert_int_equal(og_scan_core_init(&s, &w->py, &o, NULL), OG_OK);
    while ((code = og_scan_core_step(&s, 7, NULL)) == OG_MORE)
        assert_true(++steps < 1000);
    assert_int_equal(code, OG_OK);
    *out = (struct seen){s.found.len, s.types.len, s.unreadable_lists, s.losses};
    for (uint64_t i = 0; i < s.counts.len; i++)
        out->objects += ((const struct og_type_count *)og_vec_at(&s.counts, i))->count;
    og_scan_core_deinit(&s);
}

/* At both levels: so many objects, lists that did not close, lists mended, objects swept and set aside. */
static void expect(bool collecting, uint64_t objects, uint64_t lists, uint64_t mended, uint64_t swept, uint64_t aside)
{
    for (uint32_t level = OG_SCAN_TYPES; level <= OG_SCAN_OBJECTS; level++) {
        struct world w;
        struct seen seen;
        open_world(&w, collecting);
        run(&w, level, &seen);
        assert_int_equal(seen.objects, objects);
        assert_int_equal(seen.lists, lists);
        assert_int_equal(seen.losses.mended_lists, mended);
        assert_int_equal(seen.losses.swept, swept);
        assert_int_equal(seen.losses.aside, aside);
        close_world(&w);
    }
}

static void whole_list_gives_every_object(void **state)
{
    (void)state;
    expect(false, COUNT, 0, 0, 0, 0);
}

static void list_with_one_wrong_link_is_whole_from_both_ends(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT; i++)
        for (unsigned link = 0; link < 2; link++)
            for (unsigned to = 0; to < COUNT; to += 5) {
                og_addr wrong = to ? node(to) : 0xdead0;
                uint64_t *word = at(node(i) + 8 * link), right = *word;
                if (wrong == right)
                    continue;
                *word = wrong;
                expect(false, COUNT, 1, 1, 0, 0);
                *word = right;
            }
}

static void wrong_links_of_the_head_are_mended_too(void **state)
{
    (void)state;
    *at(young()) = node(3);
    expect(false, COUNT, 1, 1, 0, 0);
    make_heap(NULL);
    *at(young() + 8) = node(3);
    expect(false, COUNT, 1, 1, 0, 0);
}

static void objects_between_two_breaks_are_swept_up_once(void **state)
{
    (void)state;
    *at(node(2)) = node(1);
    *at(node(7)) = node(4);
    expect(false, COUNT, 1, 0, 5, 0);
}

static void what_was_freed_is_not_swept_up(void **state)
{
    (void)state;
    make_list(young(), 0, 0);
    make_list(young(), 0, 4);
    for (unsigned i = 6; i < COUNT; i++) { /* untracked: no next, a flag in prev; or a free block's link over next */
        *at(node(i)) = i % 2 ? 0 : node(i + 2);
        *at(node(i) + 8) = 1;
    }
    link_up(node(4), node(3)); /* looks back at a list that does not lead to it */
    *at(node(4) + 8) = node(2);
    *at(node(2)) = *at(node(3)) = 0xdead0;
    make_list(young() + 24, 20, 23);
    *at(node(20)) = *at(node(21)) = 0xdead0;
    struct world w;
    struct seen seen;
    open_world(&w, false);
    run(&w, OG_SCAN_OBJECTS, &seen);
    assert_int_equal(seen.lists, 2);
    assert_true(seen.objects <= 4 + 3 + 1);
    close_world(&w);
}

static void only_types_that_the_collector_knows_are_swept_up(void **state)
{
    (void)state;
    *at(node(2)) = node(1);
    *at(node(7)) = node(4);
    *at(node(5) + 24) = ATOM;
    *at(node(6) + 24) = HEAP + 8; /* no type */
    expect(false, COUNT - 2, 1, 0, 3, 0);
}

static void circle_while_a_collection_runs_ends_and_counts_once(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT; i++)
        *at(node(i) + 8) = 3 << 2 | 2; /* gc_refs, COLLECTING */
    *at(node(9)) = node(4);            /* behind it: one that the head leads back to, and one that nobody does */
    expect(true, COUNT - 1, 1, 0, 0, 0);
}

static void counts_in_back_links_are_no_break_while_a_collection_runs(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT; i++)
        *at(node(i) + 8) = (uint64_t)i << 2 | 2;
    expect(true, COUNT, 0, 0, 0, 0);
}

/* Half of the objects on a list whose head is a local variable, its links flagged as move_unreachable does. */
static void set_aside(og_addr head)
{
    make_list(young(), 0, 0);
    make_list(young(), 0, 6);
    make_list(head, 6, COUNT);
    for (unsigned i = 6; i < COUNT; i++)
        *at(node(i)) |= 1;
}

static void objects_set_aside_are_found_by_their_head_on_the_stack(void **state)
{
    (void)state;
    for (unsigned i = 0; i < STACK_WORDS - 2; i += 7) {
        make_heap(NULL);
        set_aside(STACK + i * 8);
        expect(true, COUNT, 0, 0, 0, 6);
        expect(false, 6, 0, 0, 0, 0); /* without a collection nothing is looked for */
    }
}

static void objects_set_aside_may_hold_counts(void **state)
{
    (void)state;
    set_aside(STACK + 16);
    for (unsigned i = 6; i < COUNT; i++)
        *at(node(i) + 8) = 1 << 2 | 2;
    expect(true, COUNT, 0, 0, 0, 6);
}

static void what_an_earlier_call_left_on_the_stack_is_no_list(void **state)
{
    (void)state;
    *at(STACK + 16) = node(0); /* merged into the young list since */
    *at(STACK + 24) = node(COUNT - 1);
    *at(STACK + 64) = *at(STACK + 72) = STACK + 64; /* empty */
    *at(STACK + 128) = *at(STACK + 136) = 0xdead0;
    expect(true, COUNT, 0, 0, 0, 0);
}

static void head_below_the_stack_pointer_is_stale(void **state)
{
    (void)state;
    set_aside(STACK + 16);
    struct world w;
    struct seen seen;
    open_world(&w, true);
    w.stack.pointer = STACK + 64;
    run(&w, OG_SCAN_OBJECTS, &seen);
    assert_int_equal(seen.objects, 6);
    close_world(&w);
}

static void head_that_cannot_be_read_is_a_broken_list(void **state)
{
    (void)state;
    struct world w;
    struct seen seen;
    open_world(&w, false);
    w.py.l.gc_permanent_generation = 0x7fffff0;
    run(&w, OG_SCAN_OBJECTS, &seen);
    assert_int_equal(seen.objects, COUNT);
    assert_int_equal(seen.lists, 1);
    assert_int_equal(seen.losses.swept, 0);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(whole_list_gives_every_object, make_heap),
        cmocka_unit_test_setup(list_with_one_wrong_link_is_whole_from_both_ends, make_heap),
        cmocka_unit_test_setup(wrong_links_of_the_head_are_mended_too, make_heap),
        cmocka_unit_test_setup(objects_between_two_breaks_are_swept_up_once, make_heap),
        cmocka_unit_test_setup(what_was_freed_is_not_swept_up, make_heap),
        cmocka_unit_test_setup(only_types_that_the_collector_knows_are_swept_up, make_heap),
        cmocka_unit_test_setup(circle_while_a_collection_runs_ends_and_counts_once, make_heap),
        cmocka_unit_test_setup(counts_in_back_links_are_no_break_while_a_collection_runs, make_heap),
        cmocka_unit_test_setup(objects_set_aside_are_found_by_their_head_on_the_stack, make_heap),
        cmocka_unit_test_setup(objects_set_aside_may_hold_counts, make_heap),
        cmocka_unit_test_setup(what_an_earlier_call_left_on_the_stack_is_no_list, make_heap),
        cmocka_unit_test_setup(head_below_the_stack_pointer_is_stale, make_heap),
        cmocka_unit_test_setup(head_that_cannot_be_read_is_a_broken_list, make_heap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
