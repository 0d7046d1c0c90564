/* -where expressions: what they mean, and what is said of those that mean nothing. */
#include "cmocka_all.h"
#include "analysis/filter.h"

#include <stdlib.h>

static const struct og_subject order = {
    .type = "Order", .long_type = "shop.models.Order", .size = 2048, .refcount = 3, .tracked = 1};
static const struct og_subject text = {.type = "str", .long_type = "builtins.str", .size = 50, .refcount = UINT32_MAX};

static bool holds(const char *expression, const struct og_subject *s)
{
    struct og_filter *f = NULL;
    struct og_error err = {0};
    if (og_filter_compile(expression, &f, &err) != OG_OK)
        fail_msg("%s: %s", expression, err.msg);
    bool result = og_filter_matches(f, s);
    og_filter_free(f);
    return result;
}

static void comparisons_of_numbers(void **state)
{
    (void)state;
    assert_true(holds("size == 2048", &order));
    assert_true(holds("size == 2k and size==2K", &order));
    assert_true(holds("size < 1M", &order));
    assert_true(holds("size <= 2048 and size >= 2048", &order));
    assert_false(holds("size > 2048", &order));
    assert_true(holds("1.5k < size", &order));
    assert_true(holds("size != 0x10", &order));
    assert_true(holds("refcount > 1G", &text));
}

static void a_text_with_a_dot_is_the_long_name(void **state)
{
    (void)state;
    assert_true(holds("type == 'Order'", &order));
    assert_true(holds("type == \"shop.models.Order\"", &order));
    assert_false(holds("type == 'other.Order'", &order));
    assert_true(holds("module == 'shop.models'", &order));
    assert_true(holds("module ~ 'shop'", &order));
    assert_true(holds("'rde' in type", &order));
    assert_false(holds("type ~ 'shop'", &order));
    assert_true(holds("type ~ 'models.'", &order));
    assert_true(holds("'x\\'y' != type", &order));
}

static void and_binds_tighter_than_or_and_not_tightest(void **state)
{
    (void)state;
    assert_true(holds("size > 1 or size > 1M and type == 'x'", &order));
    assert_false(holds("(size > 1 or size > 1M) and type == 'x'", &order));
    assert_true(holds("not type == 'x' and size > 1", &order));
    assert_false(holds("not (type == 'x' or size > 1)", &order));
    assert_true(holds("not not tracked", &order));
    assert_true(holds("size < 1 or size < 2 or size < 3 or tracked", &order));
    assert_false(holds("tracked and tracked and tracked and size < 3", &order));
}

static void tracked_stands_alone_or_compared(void **state)
{
    (void)state;
    assert_true(holds("tracked", &order));
    assert_false(holds("tracked", &text));
    assert_true(holds("tracked == false", &text));
    assert_true(holds("not tracked", &text));
}

static void what_an_object_does_not_have_makes_comparisons_false(void **state)
{
    (void)state;
    assert_false(holds("len == 0", &order));
    assert_false(holds("len != 0", &order));
    assert_false(holds("repr ~ 'x'", &order));
    assert_true(holds("not len > 3", &order));
}

static void refuses(const char *expression, const char *because)
{
    struct og_filter *f = NULL;
    struct og_error err = {0};
    assert_int_equal(og_filter_compile(expression, &f, &err), OG_EARG);
    if (!strstr(err.msg, because))
        fail_msg("%s: said \"%s\", expected \"%s\"", expression, err.msg, because);
}

static void mistakes_are_named_with_their_position(void **state)
{
    (void)state;
    refuses("", "empty");
    refuses("   ", "empty");
    refuses("size", "position 5");
    refuses("size >", "position 7");
    refuses("colour == 'red'", "position 1");
    refuses("size == 'big'", "a text cannot be compared with a number");
    refuses("size ~ 3", "only texts");
    refuses("(size > 1", "closing parenthesis");
    refuses("size > 1)", "position 9");
    refuses("type == 'x", "not closed");
    refuses("size > 10q", "position 10");
    refuses("size > 1 size > 2", "position 10");
    refuses("size > 1 and", "position 13");
}

static void nesting_is_bounded(void **state)
{
    (void)state;
    char deep[4000];
    memset(deep, '(', sizeof deep);
    deep[sizeof deep - 1] = 0;
    refuses(deep, "too many parentheses");
    char nots[4000] = {0};
    for (int i = 0; i < 3000; i += 4)
        memcpy(nots + i, "not ", 4);
    strcat(nots, "tracked");
    assert_true(holds(nots, &order));
    char endless[5000];
    memset(endless, ' ', sizeof endless);
    endless[sizeof endless - 1] = 0;
    refuses(endless, "longer than");
}

static void any_bytes_are_answered(void **state)
{
    (void)state;
    static const char pieces[][10] = {"size",  " ",  "type", "'a'", "==", "<",  "(",  ")",       "not",
                                      " and ", "or", "1k",   "~",   "\"", "in", "\\", "tracked", "\xff"};
    uint64_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        char expression[128] = "";
        for (int i = 0; i < 10; i++) {
            seed = seed * 6364136223846793005ull + 1442695040888963407ull;
            strcat(expression, pieces[(seed >> 33) % (sizeof pieces / sizeof *pieces)]);
        }
        struct og_filter *f = NULL;
        struct og_error err = {0};
        if (og_filter_compile(expression, &f, &err) == OG_OK) {
            og_filter_matches(f, &order);
            og_filter_free(f);
        } else {
            assert_true(err.msg[0] != 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparisons_of_numbers),
        cmocka_unit_test(a_text_with_a_dot_is_the_long_name),
        cmocka_unit_test(and_binds_tighter_than_or_and_not_tightest),
        cmocka_unit_test(tracked_stands_alone_or_compared),
        cmocka_unit_test(what_an_object_does_not_have_makes_comparisons_false),
        cmocka_unit_test(mistakes_are_named_with_their_position),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(any_bytes_are_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
