/* Words of a graph: each text and each list of names once, what they answer, and what damaged ones do. */
#include "made_graph.h"
#include "engine/words_make.h"

#include <stdio.h>
#include <sys/resource.h>

/* ---- the pool ---- */

static void a_text_is_kept_once(void **state)
{
    struct og_pool p;
    (void)state;
    assert_true(og_pool_init(&p));
    uint32_t first = og_pool_text(&p, "number", 6), other = og_pool_text(&p, "numb", 4);
    for (unsigned i = 0; i < 20000; i++) {
        char buf[16];
        int n = snprintf(buf, sizeof buf, "text %u", i);
        assert_int_not_equal(og_pool_text(&p, buf, (uint64_t)n), OG_POOL_FULL);
    }
    uint64_t bytes = p.strings.len;
    assert_int_equal(og_pool_text(&p, "number", 6), first);
    assert_int_equal(og_pool_text(&p, "number of", 4), other);
    assert_int_equal(og_pool_text(&p, "text 19999", 10), og_pool_text(&p, "text 19999", 10));
    assert_int_equal(og_pool_text(&p, "", 0), 0);
    assert_int_equal(p.strings.len, bytes);
    assert_string_equal((const char *)p.strings.data + first, "number");
    og_pool_deinit(&p);
}

static void names_in_order_need_no_place_and_others_one(void **state)
{
    const struct og_edge_word none[] = {{OG_EDGE_NONE, 0}, {OG_EDGE_NONE, 0}};
    const struct og_edge_word forward[] = {{OG_EDGE_INDEX, 0}, {OG_EDGE_INDEX, 1}, {OG_EDGE_INDEX, 2}};
    const struct og_edge_word backward[] = {{OG_EDGE_INDEX, 1}, {OG_EDGE_INDEX, 0}};
    const struct og_edge_word gap[] = {{OG_EDGE_INDEX, 0}, {OG_EDGE_INDEX, 2}};
    const struct og_edge_word mixed[] = {{OG_EDGE_INDEX, 0}, {OG_EDGE_NONE, 0}};
    struct og_pool p;
    (void)state;
    assert_true(og_pool_init(&p));
    assert_int_equal(og_pool_shape(&p, none, 2), OG_SHAPE_NONE);
    assert_int_equal(og_pool_shape(&p, none, 0), OG_SHAPE_NONE);
    assert_int_equal(og_pool_shape(&p, forward, 3), OG_SHAPE_INDEXES);
    assert_int_equal(og_pool_shape(&p, backward, 2), OG_SHAPE_REVERSED);
    uint32_t a = og_pool_shape(&p, gap, 2), b = og_pool_shape(&p, mixed, 2);
    assert_true(a >= OG_SHAPE_FIRST && b >= OG_SHAPE_FIRST && a != b);
    assert_int_equal(og_pool_shape(&p, gap, 2), a);
    assert_int_equal(p.names.len, OG_SHAPE_FIRST + 6);
    og_pool_deinit(&p);
}

static void a_pool_without_memory_says_so_and_keeps_what_it_has(void **state)
{
    enum { TEXT = 1 << 14, MOST = 1 << 16 };
    static char text[TEXT];
    struct rlimit before, tight;
    struct og_pool p;
    uint32_t at = 0, first;
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    tight = before;
    tight.rlim_cur = 256ul << 20;
    assert_true(og_pool_init(&p));
    memset(text, 'x', sizeof text);
    first = og_pool_text(&p, text, sizeof text);
    if (setrlimit(RLIMIT_AS, &tight) != 0)
        skip();
    for (unsigned i = 0; i < MOST && at != OG_POOL_FULL; i++) {
        memcpy(text, &i, sizeof i);
        text[3] = 'y';
        for (unsigned k = 0; k < 3; k++)
            text[k] = (char)('a' + (i >> 5 * k & 31));
        at = og_pool_text(&p, text, sizeof text);
    }
    setrlimit(RLIMIT_AS, &before);
    assert_int_equal(at, OG_POOL_FULL);
    memset(text, 'x', sizeof text);
    assert_int_equal(og_pool_text(&p, text, sizeof text), first);
    og_pool_deinit(&p);
}

/* ---- answers ---- */

static const char strings[] = "\0app.Outer.Node\0 name='a'\0work\0left";
enum { CLASS = 1, SUFFIX = 16, WORK = 26, LEFT = 31, BEYOND = 1 << 20 };

static const struct object three[] = {
    {0x1000, NODE, TRACKED, 48, {0x2000, 0x3000, 0x2000}},
    {0x2000, BOX, TRACKED, 48, {0}},
    {0x3000, NODE, TRACKED, 48, {0}},
};

struct made {
    struct og_graph *graph;
    struct og_words words;
    uint32_t lens[3], labels[3], shapes[3], classes[TYPES], modules[1];
    struct og_edge_word names[8];
    struct og_long_len longs[1];
};

static void make(struct made *m)
{
    *m = (struct made){
        .graph = graph_of(three, 3, 100),
        .lens = {OG_LEN_NONE, 7, OG_LEN_LONG},
        .labels = {SUFFIX, 0, 0},
        .shapes = {OG_SHAPE_FIRST, 0, 0},
        .classes = {CLASS, 0},
        .names = {[OG_SHAPE_FIRST] = {OG_EDGE_NONE, 3},
                  {OG_EDGE_ATTRIBUTE, LEFT},
                  {OG_EDGE_KEY_SELF, 0},
                  {OG_EDGE_KEY, 0}},
        .longs = {{2, 1ull << 33}},
    };
    m->words = (struct og_words){.strings = strings,
                                 .strings_size = sizeof strings,
                                 .lens = m->lens,
                                 .labels = m->labels,
                                 .classes = m->classes,
                                 .shapes = m->shapes,
                                 .names = m->names,
                                 .name_count = 8,
                                 .modules = m->modules,
                                 .long_lens = m->longs,
                                 .long_len_count = 1};
    m->graph->words = &m->words;
}

static void end(struct made *m)
{
    m->graph->words = NULL;
    og_graph_close(m->graph);
}

static const char *label_of(const struct made *m, og_id id)
{
    static char buf[512];
    struct og_text t;
    og_text_init(&t, buf, sizeof buf);
    og_words_label(m->graph, id, &t);
    return buf;
}

static const char *name_of(const struct made *m, og_id id, uint64_t k)
{
    static char buf[512];
    char text[OG_EDGE_TEXT];
    struct og_text t;
    struct og_edge_name name;
    og_text_init(&t, text, sizeof text);
    og_words_name(m->graph, id, k, &t, &name);
    og_text_init(&t, buf, sizeof buf);
    og_edge_name_label(&name, &t);
    return buf;
}

static void labels_are_made_from_type_length_and_address(void **state)
{
    struct made m;
    (void)state;
    make(&m);
    assert_string_equal(label_of(&m, 0), "<app.Outer.Node object at 0x1000> name='a'");
    assert_string_equal(label_of(&m, 1), "<app.Box object at 0x2000>");
    m.graph->types[BOX].kind = OG_KIND_LIST;
    assert_string_equal(label_of(&m, 1), "7 items");
    m.graph->types[BOX].kind = OG_KIND_STR;
    assert_string_equal(label_of(&m, 1), "Box of 7 characters");
    m.graph->types[BOX].kind = OG_KIND_GENERATOR;
    m.labels[1] = WORK;
    assert_string_equal(label_of(&m, 1), "<Box object work at 0x2000>");
    assert_int_equal(og_words_len(m.graph, 0), -1);
    assert_int_equal(og_words_len(m.graph, 1), 7);
    assert_int_equal(og_words_len(m.graph, 2), 1ll << 33);
    end(&m);
}

static void names_that_were_not_kept_are_told_by_what_they_are(void **state)
{
    struct made m;
    (void)state;
    make(&m);
    assert_string_equal(name_of(&m, 0, 0), "left");
    assert_string_equal(name_of(&m, 0, 1), "{<app.Outer.Node object at 0x3000>}");
    assert_string_equal(name_of(&m, 0, 2), "[<key>]");
    m.shapes[0] = OG_SHAPE_REVERSED;
    assert_string_equal(name_of(&m, 0, 0), "[2]");
    end(&m);
}

static void numbers_that_lead_nowhere_are_no_names(void **state)
{
    struct made m;
    (void)state;
    make(&m);
    m.labels[1] = m.classes[BOX] = BEYOND;
    assert_string_equal(label_of(&m, 1), "<app.Box object at 0x2000>");
    m.names[OG_SHAPE_FIRST + 1].text = BEYOND;
    assert_string_equal(name_of(&m, 0, 0), "");
    m.names[OG_SHAPE_FIRST].text = 100;
    assert_string_equal(name_of(&m, 0, 1), "");
    m.shapes[0] = BEYOND;
    assert_string_equal(name_of(&m, 0, 2), "");
    end(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_kept_once),
        cmocka_unit_test(names_in_order_need_no_place_and_others_one),
        cmocka_unit_test(a_pool_without_memory_says_so_and_keeps_what_it_has),
        cmocka_unit_test(labels_are_made_from_type_length_and_address),
        cmocka_unit_test(names_that_were_not_kept_are_told_by_what_they_are),
        cmocka_unit_test(numbers_that_lead_nowhere_are_no_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
