/* Places that look like _PyRuntime, in memory made for it. */
#include "cmocka_all.h"
#include "cpython/locate.h"

#include <string.h>

enum { WORDS = 64, AT = 16, BASE = 0x10000 };

#define RUNTIME (BASE + AT * 8)

static const uint64_t old_head[] = {1ull << 32, 1ull << 32 | 1, 0, 0x7000, 0x20000, 0x20000, 1};
static const uint64_t new_head[] = {1, 1ull << 32 | 1, 1, 0, 0x7000, 0x20000, RUNTIME + 4096, 1};

/* Memory of one region, as a source with these flags shows it. */
struct made {
    struct og_mem mem;
    struct og_region region;
    uint64_t words[WORDS];
    unsigned reads;
};

static bool locate_made(struct og_mem *m, og_addr addr, uint64_t len, struct og_window *out)
{
    struct made *made = (struct made *)m;
    made->reads++;
    if (addr < BASE || len > sizeof made->words || addr - BASE > sizeof made->words - len)
        return false;
    *out = (struct og_window){BASE, sizeof made->words, (const unsigned char *)made->words};
    return true;
}

static void make(struct made *m, uint32_t flags, const uint64_t *words, uint64_t n, uint64_t at)
{
    memset(m, 0, sizeof *m);
    memcpy(m->words + at, words, n * 8);
    m->region = (struct og_region){BASE, BASE + sizeof m->words, 0, OG_REGION_READ | flags, 0};
    m->mem = (struct og_mem){.locate = locate_made, .regions = &m->region, .region_count = 1};
}

struct heard {
    struct og_candidate last;
    unsigned count;
    bool answer;
};

static bool hear(struct og_seeker *s, const struct og_candidate *c)
{
    struct heard *h = s->arg;
    h->last = *c;
    h->count++;
    return h->answer;
}

static struct heard seek(struct made *m, bool files, bool answer)
{
    struct heard h = {.answer = answer};
    struct og_seeker s = {hear, &h};
    bool found = files ? og_locate_in_files(&m->mem, &s) : og_locate_elsewhere(&m->mem, &s);
    assert_int_equal(found, h.count > 0 && answer);
    return h;
}

static void runtime_is_offered_by_its_shape(void **state)
{
    (void)state;
    struct made m;
    const uint64_t *heads[] = {old_head, new_head};
    const uint64_t sizes[] = {sizeof old_head / 8, sizeof new_head / 8};
    for (int i = 0; i < 2; i++) {
        make(&m, OG_REGION_WRITE | OG_REGION_FILE, heads[i], sizes[i], AT);
        struct heard h = seek(&m, true, true);
        assert_int_equal(h.count, 1);
        assert_int_equal(h.last.runtime, RUNTIME);
        assert_int_equal(h.last.how, OG_FOUND_BY_SHAPE);
        assert_int_equal(h.last.hexversion, 0);
    }
}

static void what_differs_in_one_word_is_not_offered(void **state)
{
    (void)state;
    struct made m;
    uint64_t words[8];
    const struct {
        const uint64_t *head;
        unsigned word;
        uint64_t value;
    } changes[] = {{old_head, 0, 0},       {old_head, 1, 2}, {old_head, 3, 0},    {old_head, 4, 0x20004},
                   {old_head, 5, 1 << 11}, {old_head, 6, 0}, {new_head, 0, 2},    {new_head, 1, 0},
                   {new_head, 2, 2},       {new_head, 5, 0}, {new_head, 6, BASE}, {new_head, 6, RUNTIME + (2 << 20)},
                   {new_head, 7, ~0ull}};
    for (unsigned i = 0; i < sizeof changes / sizeof *changes; i++) {
        uint64_t n = changes[i].head == old_head ? sizeof old_head / 8 : sizeof new_head / 8;
        memcpy(words, changes[i].head, n * 8);
        words[changes[i].word] = changes[i].value;
        make(&m, OG_REGION_WRITE | OG_REGION_FILE, words, n, AT);
        assert_int_equal(seek(&m, true, true).count, 0);
    }
}

static void cookie_is_offered_with_its_version(void **state)
{
    (void)state;
    struct made m;
    uint64_t words[2] = {0, 0x030d00f0};
    memcpy(words, OG_COOKIE, 8);
    make(&m, OG_REGION_WRITE | OG_REGION_FILE, words, 2, AT);
    struct heard h = seek(&m, true, true);
    assert_int_equal(h.last.runtime, RUNTIME);
    assert_int_equal(h.last.how, OG_FOUND_BY_COOKIE);
    assert_int_equal(h.last.hexversion, 0x030d00f0);
    words[1] = 0x1234567890;
    make(&m, OG_REGION_WRITE | OG_REGION_FILE, words, 2, AT);
    assert_int_equal(seek(&m, true, true).count, 0);
}

static void a_refused_place_does_not_end_the_search(void **state)
{
    (void)state;
    struct made m;
    make(&m, OG_REGION_WRITE | OG_REGION_FILE, old_head, sizeof old_head / 8, AT);
    memcpy(m.words + 2 * AT, old_head, sizeof old_head);
    assert_int_equal(seek(&m, true, false).count, 2);
}

static void only_writable_memory_is_looked_at(void **state)
{
    (void)state;
    struct made m;
    make(&m, OG_REGION_FILE, old_head, sizeof old_head / 8, AT);
    assert_int_equal(seek(&m, true, true).count, 0);
    assert_int_equal(seek(&m, false, true).count, 0);
    assert_int_equal(m.reads, 0);
}

static void memory_of_no_file_is_looked_at_last(void **state)
{
    (void)state;
    struct made m;
    make(&m, OG_REGION_WRITE, old_head, sizeof old_head / 8, AT);
    assert_int_equal(seek(&m, true, true).count, 0);
    assert_int_equal(seek(&m, false, true).count, 1);
}

static void a_head_cut_off_by_the_end_of_memory_is_not_offered(void **state)
{
    (void)state;
    struct made m;
    make(&m, OG_REGION_WRITE, old_head, 2, WORDS - 2);
    assert_int_equal(seek(&m, false, true).count, 0);
}

static uint32_t version_in(const char *text)
{
    struct made m;
    uint64_t none = 0;
    make(&m, OG_REGION_WRITE | OG_REGION_FILE, &none, 1, 0);
    memcpy(m.words + AT, text, strlen(text) + 1);
    return og_locate_version_text(&m.mem);
}

static void version_is_read_from_its_text(void **state)
{
    (void)state;
    assert_int_equal(version_in("3.9.18 (main, May  9 2026, 07:33:49) \n[GCC 12.2.0]"), 0x030912f0);
    assert_int_equal(version_in("3.10.13 (main, May  9 2026, 07:34:36) [GCC 12.2.0]"), 0x030a0df0);
    assert_int_equal(version_in("3.8.0rc2+ (default, Oct  4 2019, 08:00:00) \n[GCC 9]"), 0x030800c2);
}

static void text_of_something_else_is_no_version(void **state)
{
    (void)state;
    const char *others[] = {"3.9.18",         "3.9.18 of SQLite", "3.9. (x) [y]",    "3.7.1 (x) [y]",
                            "3.16.1 (x) [y]", "3.9.1 (x)",        "3.9.300 (x) [y]", "3."};
    for (unsigned i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(version_in(others[i]), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runtime_is_offered_by_its_shape),
        cmocka_unit_test(what_differs_in_one_word_is_not_offered),
        cmocka_unit_test(cookie_is_offered_with_its_version),
        cmocka_unit_test(a_refused_place_does_not_end_the_search),
        cmocka_unit_test(only_writable_memory_is_looked_at),
        cmocka_unit_test(memory_of_no_file_is_looked_at_last),
        cmocka_unit_test(a_head_cut_off_by_the_end_of_memory_is_not_offered),
        cmocka_unit_test(version_is_read_from_its_text),
        cmocka_unit_test(text_of_something_else_is_no_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
