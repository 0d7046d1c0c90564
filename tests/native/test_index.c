/* Addresses to numbers and back. */
#include "cmocka_all.h"
#include "graph/index.h"

#include <stdlib.h>

static void mark_all(struct og_index *x, const uint64_t *addrs, uint64_t n)
{
    og_index_init(x);
    for (uint64_t i = 0; i < n; i++)
        assert_int_equal(og_index_mark(x, addrs[i]), 1);
}

static void number_is_rank_among_addresses(void **state)
{
    (void)state;
    const uint64_t addrs[] = {0x7f0000001000, 0x555500000010, 0x7f0000001ff8,
                              0x555500000ff8, 0x555500001000, 0x7f00003ffff8};
    const og_id expected[] = {3, 0, 4, 1, 2, 5};
    struct og_index x;
    mark_all(&x, addrs, 6);
    assert_true(og_index_number(&x));
    for (int i = 0; i < 6; i++)
        assert_int_equal(og_index_id(&x, addrs[i]), expected[i]);
    og_index_deinit(&x);
}

static void unknown_addresses_have_no_number(void **state)
{
    (void)state;
    const uint64_t addrs[] = {0x1000, 0x1010};
    const uint64_t others[] = {0, 0x1008, 0x1020, 0x2000, 0x7fffffffffff8, UINT64_MAX & ~7ull, 0x1004};
    struct og_index x;
    mark_all(&x, addrs, 2);
    assert_true(og_index_number(&x));
    for (int i = 0; i < 7; i++)
        assert_int_equal(og_index_id(&x, others[i]), OG_ID_NONE);
    og_index_deinit(&x);
}

static void an_empty_index_answers(void **state)
{
    (void)state;
    struct og_index x;
    mark_all(&x, NULL, 0);
    assert_true(og_index_number(&x));
    assert_int_equal(x.count, 0);
    assert_int_equal(og_index_id(&x, 0x1000), OG_ID_NONE);
    assert_int_equal(og_index_before(&x, 0x1000), OG_ID_NONE);
    og_index_deinit(&x);
}

static void a_second_mark_is_no_news(void **state)
{
    (void)state;
    struct og_index x;
    og_index_init(&x);
    assert_int_equal(og_index_mark(&x, 0x1000), 1);
    assert_int_equal(og_index_mark(&x, 0x1000), 0);
    assert_int_equal(og_index_mark(&x, 0x1004), 1);
    assert_int_equal(og_index_mark(&x, 0x1004), 0);
    assert_int_equal(x.count, 2);
    og_index_deinit(&x);
}

static void odd_addresses_come_last_in_order(void **state)
{
    (void)state;
    const uint64_t addrs[] = {0x1004, 0x9000, 0x100c, 0x1000, 0x1002};
    const og_id expected[] = {3, 1, 4, 0, 2};
    uint64_t out[5];
    struct og_index x;
    mark_all(&x, addrs, 5);
    assert_true(og_index_number(&x));
    og_index_addresses(&x, out);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(og_index_id(&x, addrs[i]), expected[i]);
        assert_int_equal(out[expected[i]], addrs[i]);
    }
    og_index_deinit(&x);
}

static void unmarked_addresses_are_not_numbered(void **state)
{
    (void)state;
    const uint64_t addrs[] = {0x1000, 0x1010, 0x1020, 0x1004, 0x1014};
    struct og_index x;
    mark_all(&x, addrs, 5);
    og_index_unmark(&x, 0x1010);
    og_index_unmark(&x, 0x1004);
    og_index_unmark(&x, 0x5000);
    assert_true(og_index_number(&x));
    assert_int_equal(x.count, 3);
    assert_int_equal(og_index_id(&x, 0x1020), 1);
    assert_int_equal(og_index_id(&x, 0x1014), 2);
    assert_int_equal(og_index_id(&x, 0x1010), OG_ID_NONE);
    assert_int_equal(og_index_id(&x, 0x1004), OG_ID_NONE);
    og_index_deinit(&x);
}

static void before_finds_the_last_object_across_pages_and_chunks(void **state)
{
    (void)state;
    const uint64_t addrs[] = {0x1000, 0x1ff8, 0x40000000, 0x7f0000000000};
    struct og_index x;
    mark_all(&x, addrs, 4);
    assert_true(og_index_number(&x));
    assert_int_equal(og_index_before(&x, 0xff8), OG_ID_NONE);
    assert_int_equal(og_index_before(&x, 0x1000), 0);
    assert_int_equal(og_index_before(&x, 0x1007), 0);
    assert_int_equal(og_index_before(&x, 0x1ff7), 0);
    assert_int_equal(og_index_before(&x, 0x1ff8), 1);
    assert_int_equal(og_index_before(&x, 0x3fffffff), 1);
    assert_int_equal(og_index_before(&x, 0x7effffffffff), 2);
    assert_int_equal(og_index_before(&x, UINT64_MAX), 3);
    og_index_deinit(&x);
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void a_hundred_thousand_addresses_keep_their_order(void **state)
{
    (void)state;
    enum { N = 100000 };
    uint64_t *addrs = calloc(N, sizeof *addrs), *out = calloc(N, sizeof *out), seed = 1, n = 0;
    struct og_index x;
    og_index_init(&x);
    while (n < N) { /* clusters in a wide space: more chunks than are remembered */
        seed = seed * 6364136223846793005ull + 1442695040888963407ull;
        uint64_t addr = 0x550000000000 + ((seed >> 33) % 4096 << 23) + ((seed >> 20) % 2048) * 16;
        if (og_index_mark(&x, addr) == 1)
            addrs[n++] = addr;
    }
    assert_true(og_index_number(&x));
    qsort(addrs, N, sizeof *addrs, compare);
    og_index_addresses(&x, out);
    assert_memory_equal(addrs, out, N * sizeof *addrs);
    for (uint64_t i = 0; i < N; i++) {
        assert_int_equal(og_index_id(&x, addrs[i]), i);
        assert_int_equal(og_index_before(&x, addrs[i] + 5), i);
    }
    og_index_deinit(&x);
    free(addrs);
    free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number_is_rank_among_addresses),
        cmocka_unit_test(unknown_addresses_have_no_number),
        cmocka_unit_test(an_empty_index_answers),
        cmocka_unit_test(a_second_mark_is_no_news),
        cmocka_unit_test(odd_addresses_come_last_in_order),
        cmocka_unit_test(unmarked_addresses_are_not_numbered),
        cmocka_unit_test(before_finds_the_last_object_across_pages_and_chunks),
        cmocka_unit_test(a_hundred_thousand_addresses_keep_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
