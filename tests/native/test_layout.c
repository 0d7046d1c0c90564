/* Which form of a version's layout a made CPython is proven to have, and what its collector's lists hold then. */
#include "cmocka_all.h"
#include "cpython/heap.h"

#include "made_python.h"

enum { TABLE, INCREMENTAL, FINAL = 0xf0, OLD_SPACE = 1 };

struct seen {
    struct made_python made;
    struct og_py py;
};

static enum og_proof prove(struct seen *s, uint32_t minor, bool certain)
{
    memset(&s->py, 0, sizeof s->py);
    s->py.mem = &s->made.mem;
    s->py.max_objects = PY_SIZE;
    og_vec_init(&s->py.types, sizeof(struct og_type *));
    return og_proof_of(&s->py, &s->made.candidate, minor, certain);
}

static void assert_proven(struct seen *s, uint32_t minor, bool certain)
{
    enum og_proof proof = prove(s, minor, certain);
    assert_string_equal(s->py.proof.misfit, "");
    assert_int_equal(proof, OG_PROOF_HOLDS);
}

static void make(struct seen *s, unsigned form, uint32_t patch)
{
    struct og_layout l;
    assert_true(og_layout_form(14, form, &l));
    python_make(&s->made, &l, 3u << 24 | 14 << 16 | patch << 8 | FINAL);
}

static void end(struct seen *s)
{
    og_py_close(&s->py);
    free(s->made.bytes);
}

static void assert_tracked(struct seen *s, const og_addr *expected, uint64_t count)
{
    struct og_heap_cursor c;
    og_addr found[64];
    uint64_t all = 0, n;
    og_heap_begin(&c);
    while ((n = og_heap_next(&s->py, &c, found + all, 64 - all)) > 0)
        all += n;
    assert_int_equal(all, count);
    assert_memory_equal(found, expected, count * sizeof *found);
    assert_int_equal(c.broken, 0);
}

static void every_version_is_proven_by_its_own_table(void **state)
{
    (void)state;
    for (uint32_t minor = 11; minor <= OG_MINOR_MAX; minor++) {
        struct seen s;
        struct og_layout l;
        assert_true(og_layout_form(minor, TABLE, &l));
        python_make(&s.made, &l, 3u << 24 | minor << 16 | FINAL);
        assert_proven(&s, minor, false);
        assert_memory_equal(&s.py.l, &l, sizeof l);
        for (uint32_t other = 11; other <= OG_MINOR_MAX; other++)
            if (other != minor)
                assert_int_not_equal(prove(&s, other, true), OG_PROOF_HOLDS);
        end(&s);
    }
}

static void lists_of_both_forms_of_3_14_are_told_apart(void **state)
{
    (void)state;
    for (unsigned form = TABLE; form <= INCREMENTAL; form++)
        for (int certain = 0; certain < 2; certain++) {
            struct seen s;
            make(&s, form, form == TABLE ? 5 : 4);
            assert_proven(&s, 14, certain);
            assert_memory_equal(&s.py.l, &s.made.l, sizeof s.made.l);
            assert_int_equal(s.py.l.gc_generation0 < 0, form == INCREMENTAL);
            end(&s);
        }
}

/* The forms of builds with the GIL. */
static bool next_form(uint32_t minor, unsigned *form, struct og_layout *l)
{
    while (og_layout_form(minor, (*form)++, l))
        if (!og_is_free_threaded(l))
            return true;
    return false;
}

/* What a debug build has more shows where static types are kept, and sys.abiflags says the same. */
static void debug_builds_are_told_from_releases(void **state)
{
    (void)state;
    for (uint32_t minor = OG_DEBUG_DIFFERS_FROM; minor <= OG_MINOR_MAX; minor++) {
        struct og_layout l;
        unsigned form = 0, forms = 0, debug = 0;
        for (; next_form(minor, &form, &l); forms++, debug += l.debug) {
            struct seen s;
            python_make(&s.made, &l, 3u << 24 | minor << 16 | FINAL);
            assert_int_equal(prove(&s, minor, false), OG_PROOF_HOLDS);
            assert_memory_equal(&s.py.l, &l, sizeof l);
            end(&s);
        }
        assert_true(forms >= 2);
        assert_int_equal(debug, forms / 2);
    }
}

static void a_build_that_contradicts_itself_is_refused(void **state)
{
    (void)state;
    struct og_layout l;
    for (unsigned form = 0; next_form(15, &form, &l);) {
        struct seen s;
        l.debug = !l.debug; /* abiflags */
        python_make(&s.made, &l, 3u << 24 | 15 << 16 | FINAL);
        assert_int_not_equal(prove(&s, 15, false), OG_PROOF_HOLDS);
        assert_int_not_equal(prove(&s, 15, true), OG_PROOF_HOLDS);
        end(&s);
    }
}

/* The bit that says which of the old spaces an object is in stands in links in normal running. */
static void incremental_lists_give_every_object(void **state)
{
    (void)state;
    struct seen s;
    og_addr expected[12];
    make(&s, INCREMENTAL, 0);
    for (unsigned i = 0; i < 12; i++)
        expected[i] = track(&s.made, list_of(&s.made, i / 3), i / 3 == 2 ? OLD_SPACE : 0);
    assert_proven(&s, 14, false);
    assert_tracked(&s, expected, 12);
    end(&s);
}

static void a_running_collection_does_not_hide_the_form(void **state)
{
    (void)state;
    for (unsigned form = TABLE; form <= INCREMENTAL; form++) {
        struct seen s;
        make(&s, form, 0);
        put(&s.made, PY_INTERP + (uint64_t)s.made.l.interp_gc, s.made.l.gc_collecting, 1);
        put(&s.made, list_of(&s.made, 1), 8, 7); /* _gc_prev counts */
        assert_proven(&s, 14, false);
        assert_int_equal(s.py.l.gc_size, s.made.l.gc_size);
        end(&s);
    }
}

/* Neither form: lists that nothing points to have to close. */
static void lists_that_fit_neither_form_are_refused(void **state)
{
    (void)state;
    struct seen s;
    make(&s, INCREMENTAL, 0);
    for (unsigned i = 0; i < GC_HEADS - 1; i++)
        put(&s.made, list_of(&s.made, i), 0, PY_HEAP);
    assert_int_not_equal(prove(&s, 14, false), OG_PROOF_HOLDS);
    assert_int_not_equal(prove(&s, 14, true), OG_PROOF_HOLDS);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_version_is_proven_by_its_own_table),
        cmocka_unit_test(lists_of_both_forms_of_3_14_are_told_apart),
        cmocka_unit_test(debug_builds_are_told_from_releases),
        cmocka_unit_test(a_build_that_contradicts_itself_is_refused),
        cmocka_unit_test(incremental_lists_give_every_object),
        cmocka_unit_test(a_running_collection_does_not_hide_the_form),
        cmocka_unit_test(lists_that_fit_neither_form_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
