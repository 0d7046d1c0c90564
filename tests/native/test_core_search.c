/* Where the files of a core are looked for, and in which order. */
#include "cmocka_all.h"
#include "memory/core_search.h"

static const char *const folders[] = {"/one", "/two"};
static const struct og_core_options everywhere = {folders, 2, "/image", "/exe"};

/* All places of a file, joined by spaces; "-": one that does not apply. */
static const char *places(const struct og_core_options *o, const char *name, unsigned id_len)
{
    static char all[8 * OG_CORE_PATH_MAX];
    char path[OG_CORE_PATH_MAX];
    struct og_core_wanted w = {.name = name, .id = {.bytes = {0xab, 0xcd, 0x0e}, .len = id_len}};
    struct og_text text;
    og_text_init(&text, all, sizeof all);
    for (uint64_t i = 0; og_core_place(o, &w, i, path); i++)
        og_text_addf(&text, "%s%s", i ? " " : "", *path ? path : "-");
    return all;
}

static void named_then_sysroot_then_name_then_folders(void **state)
{
    (void)state;
    assert_string_equal(places(&everywhere, "/lib/x.so", 3),
                        "/exe /image/lib/x.so /lib/x.so "
                        "/one/lib/x.so /one/x.so /one/.build-id/ab/cd0e "
                        "/two/lib/x.so /two/x.so /two/.build-id/ab/cd0e");
}

static void without_options_the_name_alone(void **state)
{
    static const struct og_core_options none = {0};
    (void)state;
    assert_string_equal(places(&none, "/lib/x.so", 3), "- - /lib/x.so");
}

static void deleted_file_is_looked_for_by_the_name_it_had(void **state)
{
    (void)state;
    assert_string_equal(places(&everywhere, "/lib/x.so (deleted)", 0),
                        "/exe /image/lib/x.so /lib/x.so /one/lib/x.so /one/x.so - /two/lib/x.so /two/x.so -");
}

/* The folder that GDB happens to run in has nothing to say. */
static void relative_name_is_looked_for_in_folders_only(void **state)
{
    (void)state;
    assert_string_equal(places(&everywhere, "x.so", 0), "/exe - - - /one/x.so - - /two/x.so -");
}

static void name_that_does_not_fit_is_no_place(void **state)
{
    static char name[OG_CORE_PATH_MAX + 8];
    (void)state;
    memset(name, 'x', sizeof name - 1);
    name[0] = '/';
    assert_string_equal(places(&everywhere, name, 0), "/exe - - - - - - - -");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(named_then_sysroot_then_name_then_folders),
        cmocka_unit_test(without_options_the_name_alone),
        cmocka_unit_test(deleted_file_is_looked_for_by_the_name_it_had),
        cmocka_unit_test(relative_name_is_looked_for_in_folders_only),
        cmocka_unit_test(name_that_does_not_fit_is_no_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
