/* Graphs from streams, and the questions that need nothing but a graph. */
#include "cmocka_all.h"
#include "analysis/chain.h"
#include "made_graph.h"

static void arrays_hold_references_both_ways(void **state)
{
    (void)state;
    const uint64_t *addresses;
    const uint32_t *offsets, *targets;
    const uint64_t works[] = {1, 2, 1000};
    for (int i = 0; i < 3; i++) {
        struct og_graph *g = graph_of(small, 3, works[i]);
        assert_int_equal(og_graph_arrays(g, 0, &addresses, &offsets, &targets, NULL), OG_OK);
        const uint64_t expected[] = {0x1000, 0x2000, 0x3000};
        assert_memory_equal(addresses, expected, sizeof expected);
        const uint32_t out_offsets[] = {0, 1, 2, 5}, out[] = {1, 2, 0, 0, 1 | OG_REF_WEAK << OG_TARGET_KIND_SHIFT};
        assert_memory_equal(offsets, out_offsets, sizeof out_offsets);
        assert_memory_equal(targets, out, sizeof out);
        og_graph_arrays(g, 1, &addresses, &offsets, &targets, NULL);
        /* referrers of 2: first 3, then 1, as the heap has them */
        const uint32_t in_offsets[] = {0, 2, 4, 5}, in[] = {2, 2, 2 | OG_REF_WEAK << OG_TARGET_KIND_SHIFT, 0, 1};
        assert_memory_equal(offsets, in_offsets, sizeof in_offsets);
        assert_memory_equal(targets, in, sizeof in);
        og_graph_close(g);
    }
}

static void references_to_what_could_not_be_read_are_left_out(void **state)
{
    (void)state;
    const struct object objects[] = {
        {0x1000, NODE, TRACKED, 1, {0x2000, 0x3000, 0x2000}},
        {0x2000, NODE, OG_FOUND_BAD, 1, {0}},
        {0x3000, BOX, 0, 1, {0x2000, 0x1000}},
    };
    struct og_build b;
    og_build_begin(&b, types_only(OG_SCAN_GRAPH), false);
    b.graph->unreadable = 1;
    b.exact = false;
    feed(&b, objects, 3);
    assert_int_equal(run(&b, 1, NULL), OG_OK);
    assert_int_equal(b.graph->count, 2);
    assert_int_equal(b.graph->references, 2);
    assert_int_equal(og_graph_find(b.graph, 0x2000, 0), OG_ID_NONE);
    og_build_deinit(&b);
}

static void references_to_what_was_never_found_are_left_out(void **state)
{
    (void)state;
    const struct object objects[] = {{0x1000, NODE, TRACKED, 1, {0x9000, 0x1000}}};
    struct og_graph *g = graph_of(objects, 1, 1);
    assert_int_equal(g->references, 1);
    assert_int_equal(g->targets[0][0], 0);
    og_graph_close(g);
}

static void damaged_streams_are_refused(void **state)
{
    (void)state;
    struct object objects[] = {{0x1000, 77, TRACKED, 1, {0x1000}}};
    struct og_build b;
    struct og_error err = {0};
    og_build_begin(&b, types_only(OG_SCAN_GRAPH), false);
    feed(&b, objects, 1);
    assert_int_equal(run(&b, 10, &err), OG_EUNREADABLE);
    assert_non_null(strstr(err.msg, "damaged"));
    og_build_deinit(&b);
    objects[0].type = NODE;
    og_build_begin(&b, types_only(OG_SCAN_GRAPH), false);
    feed(&b, objects, 1);
    *(uint64_t *)og_vec_push(&b.edges) = 0x1000;
    assert_int_equal(run(&b, 10, &err), OG_EUNREADABLE);
    og_build_deinit(&b);
    objects[0].out[0] = 0;
    og_build_begin(&b, types_only(OG_SCAN_GRAPH), false);
    feed(&b, objects, 1);
    ((struct og_found *)b.found.data)->degree = 3;
    assert_int_equal(run(&b, 10, &err), OG_EUNREADABLE);
    og_build_deinit(&b);
}

static void an_empty_heap_is_a_graph(void **state)
{
    (void)state;
    struct og_graph *g = graph_of(NULL, 0, 1);
    struct og_graph_info info;
    og_graph_info(g, &info);
    assert_int_equal(info.objects, 0);
    assert_int_equal(og_graph_find(g, 0x1000, 1), OG_ID_NONE);
    og_graph_close(g);
}

static void an_address_inside_an_object_finds_it(void **state)
{
    (void)state;
    struct og_graph *g = graph_of(small, 3, 100);
    assert_int_equal(og_graph_find(g, 0x2000, 0), 1);
    assert_int_equal(og_graph_find(g, 0x2008, 0), OG_ID_NONE);
    assert_int_equal(og_graph_find(g, 0x2008, 1), 1);
    assert_int_equal(og_graph_find(g, 0x2000 + 299, 1), 1);
    assert_int_equal(og_graph_find(g, 0x2000 + 300, 1), OG_ID_NONE);
    assert_int_equal(og_graph_find(g, 0xff0, 1), 0); /* the collector's head in front */
    assert_int_equal(og_graph_find(g, 0xfe8, 1), OG_ID_NONE);
    og_graph_close(g);
}

static void sizes_beyond_32_bits_are_kept(void **state)
{
    (void)state;
    const struct object objects[] = {{0x1000, NODE, TRACKED, UINT32_MAX, {0}}};
    struct og_build b;
    og_build_begin(&b, types_only(OG_SCAN_GRAPH), false);
    feed(&b, objects, 1);
    *(struct og_big_size *)og_vec_push(&b.big) = (struct og_big_size){0x1000, 1ull << 40};
    assert_int_equal(run(&b, 10, NULL), OG_OK);
    assert_int_equal(og_graph_size(b.graph, 0), 1ull << 40);
    assert_int_equal(b.graph->types[NODE].tracked.bytes, 1ull << 40);
    og_build_deinit(&b);
}

/* ---- questions ---- */

static void types_count_tracked_objects_unless_all_are_wanted(void **state)
{
    (void)state;
    struct og_graph *g = graph_of(small, 3, 100);
    struct og_query q = {0};
    struct og_report *r;
    const struct og_type_row *rows;
    uint64_t n, total;
    assert_int_equal(og_types(NULL, g, &q, &r, &rows, &n, &total, NULL), OG_OK);
    assert_int_equal(n, 2);
    assert_string_equal(rows[0].type, "Node"); /* first in the heap among equals */
    assert_int_equal(rows[0].count, 1);
    og_report_close(r);
    q.all = q.long_names = 1;
    q.limit = 1;
    assert_int_equal(og_types(NULL, g, &q, &r, &rows, &n, &total, NULL), OG_OK);
    assert_int_equal(n, 1);
    assert_int_equal(total, 2);
    assert_string_equal(rows[0].type, "app.Node");
    assert_int_equal(rows[0].count, 2);
    assert_int_equal(rows[0].bytes, 400);
    og_report_close(r);
    og_graph_close(g);
}

static void growth_is_silent_up_to_the_old_peak(void **state)
{
    (void)state;
    struct object many[4] = {{0x1000, NODE, TRACKED, 10, {0}},
                             {0x2000, NODE, TRACKED, 10, {0}},
                             {0x3000, BOX, TRACKED, 10, {0}},
                             {0x4000, BOX, TRACKED, 10, {0}}};
    struct og_growth *s = og_growth_create();
    struct og_query q = {0};
    const unsigned objects[] = {4, 2, 3, 4}, shown[] = {2, 0, 0, 0}, with_shrunk[] = {2, 1, 1, 0};
    for (int i = 0; i < 4; i++) {
        struct og_graph *g = graph_of(many, objects[i], 100);
        struct og_report *r;
        const struct og_growth_row *rows;
        uint64_t n, total;
        assert_int_equal(og_growth_update(s, NULL, g, &q, 0, &r, &rows, &n, &total, NULL), OG_OK);
        assert_int_equal(n, shown[i]);
        og_report_close(r);
        assert_int_equal(og_growth_update(s, NULL, g, &q, 1, &r, &rows, &n, &total, NULL), OG_OK);
        assert_int_equal(n, i ? with_shrunk[i] : 0); /* right after the first call nothing differs */
        if (i == 1) {
            assert_string_equal(rows[0].type, "Box");
            assert_int_equal(rows[0].delta, -2);
            assert_int_equal(rows[0].bytes_delta, -20);
        }
        og_report_close(r);
        og_graph_close(g);
    }
    og_growth_destroy(s);
}

static void new_objects_are_told_by_address_and_type(void **state)
{
    (void)state;
    const struct object first[] = {{0x1000, NODE, TRACKED, 1, {0}}, {0x2000, NODE, TRACKED, 1, {0}}};
    const struct object second[] = {{0x1004, BOX, TRACKED, 1, {0}},
                                    {0x2000, NODE, TRACKED, 1, {0}},
                                    {0x1000, BOX, TRACKED, 1, {0}},
                                    {0x3000, NODE, TRACKED, 1, {0}}};
    struct og_new *s = og_new_create();
    struct og_query q = {0};
    struct og_report *r;
    const struct og_new_row *rows;
    uint64_t n, total;
    struct og_graph *g = graph_of(first, 2, 100);
    assert_int_equal(og_new_update(s, NULL, g, &q, OG_NEW_DELTAS, &r, &rows, &n, &total, NULL), OG_OK);
    assert_int_equal(rows[0].new_ids, 2);
    og_report_close(r);
    og_graph_close(g);
    g = graph_of(second, 4, 100);
    assert_int_equal(og_new_update(s, NULL, g, &q, OG_NEW_DELTAS, &r, &rows, &n, &total, NULL), OG_OK);
    assert_int_equal(n, 2);
    assert_string_equal(rows[0].type, "Box");
    assert_int_equal(rows[0].count_delta, 2);
    assert_int_equal(rows[0].addresses[0], 0x1000);
    assert_int_equal(rows[0].addresses[1], 0x1004);
    assert_string_equal(rows[1].type, "Node");
    assert_int_equal(rows[1].old_ids, 2);
    assert_int_equal(rows[1].new_ids, 1);
    assert_int_equal(rows[1].addresses[0], 0x3000);
    og_report_close(r);
    og_graph_close(g);
    og_new_destroy(s);
}

/* ---- drawing ---- */

static uint64_t draw(const struct object *objects, unsigned n, uint64_t root, struct og_view_options *o,
                     uint64_t *edges, uint64_t *cut)
{
    struct og_graph *g = graph_of(objects, n, 100);
    struct og_report *r;
    const struct og_node_row *nodes;
    const struct og_edge_row *edge_rows;
    uint64_t count;
    assert_int_equal(og_view(NULL, g, &root, 1, o, &r, &nodes, &count, &edge_rows, edges, NULL), OG_OK);
    *cut = nodes[0].cut;
    og_report_close(r);
    og_graph_close(g);
    return count;
}

static void a_view_repeats_references_and_cuts_neighbours(void **state)
{
    (void)state;
    uint64_t edges, cut;
    struct og_view_options o = {.depth = 1, .too_many = 10, .max_nodes = 10};
    assert_int_equal(draw(small, 3, 0x3000, &o, &edges, &cut), 3);
    assert_int_equal(edges, 3);
    assert_int_equal(cut, 0);
    o.too_many = 1; /* of what gc.get_referents gives: 1, 1 and, last, the weak one */
    assert_int_equal(draw(small, 3, 0x3000, &o, &edges, &cut), 2);
    assert_int_equal(edges, 1);
    assert_int_equal(cut, 2);
    o.inverse = 1; /* of what gc.get_referrers gives: 3 once, both references are drawn */
    assert_int_equal(draw(small, 3, 0x1000, &o, &edges, &cut), 2);
    assert_int_equal(edges, 1 + 1);
    assert_int_equal(cut, 0);
}

static void a_view_ends_at_its_limits(void **state)
{
    (void)state;
    uint64_t edges, cut;
    const uint64_t ignored = 0x1000;
    struct og_view_options o = {.depth = 0, .too_many = 10, .max_nodes = 10};
    assert_int_equal(draw(small, 3, 0x3000, &o, &edges, &cut), 1);
    o.depth = 5;
    o.max_nodes = 2;
    assert_int_equal(draw(small, 3, 0x3000, &o, &edges, &cut), 2);
    assert_int_equal(cut, 1);
    o.max_nodes = 10;
    o.ignore = &ignored;
    o.ignore_count = 1;
    assert_int_equal(draw(small, 3, 0x3000, &o, &edges, &cut), 2);
    assert_int_equal(edges, 2);
}

/* ---- chains ---- */

/* 1 is the end. 5 hangs on 3 and on 4; 3 and 4 on 2; 2 on 1, 4 weakly on 1; 2 and 3 form a cycle. */
static const struct object diamond[] = {
    {0x1000, BOX, TRACKED, 1, {0x2000, 0x4000 | WEAK}},
    {0x2000, NODE, TRACKED, 1, {0x3000, 0x4000}},
    {0x3000, NODE, TRACKED, 1, {0x5000, 0x5000, 0x2000}},
    {0x4000, NODE, TRACKED, 1, {0x5000, 0x3000}},
    {0x5000, NODE, TRACKED, 1, {0}},
};

static uint64_t chains(uint32_t count, uint32_t max_depth, bool forward, uint32_t lengths[8])
{
    struct og_graph *g = graph_of(diamond, 5, 100);
    struct og_chain_ends ends = {.graph = g, .id = forward ? 4 : 0};
    struct og_chain_search s = {
        .ends = &ends, .start = forward ? 0 : 4, .forward = forward, .max_depth = max_depth, .count = count};
    og_vec_init(&s.chains, sizeof(og_id));
    og_vec_init(&s.lengths, sizeof(uint32_t));
    assert_true(og_chain_search(&s));
    uint64_t found = s.lengths.len;
    for (uint64_t i = 0; i < found; i++)
        lengths[i] = ((uint32_t *)s.lengths.data)[i];
    og_vec_deinit(&s.chains);
    og_vec_deinit(&s.lengths);
    og_graph_close(g);
    return found;
}

static void chains_are_distinct_shortest_first_and_pass_no_weak_reference(void **state)
{
    (void)state;
    uint32_t lengths[8];
    for (int forward = 0; forward < 2; forward++) {
        assert_int_equal(chains(1, 20, forward, lengths), 1);
        assert_int_equal(lengths[0], 4);
        assert_int_equal(chains(8, 20, forward, lengths), 3); /* 1-2-3-5, 1-2-4-5, 1-2-4-3-5 */
        assert_int_equal(lengths[1], 4);
        assert_int_equal(lengths[2], 5);
    }
}

static void chains_beyond_the_depth_are_not_found(void **state)
{
    (void)state;
    uint32_t lengths[8];
    assert_int_equal(chains(1, 2, false, lengths), 0);
    assert_int_equal(chains(5, 2, false, lengths), 0);
    assert_int_equal(chains(5, 3, false, lengths), 2);
    assert_int_equal(chains(1, 100000, true, lengths), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_hold_references_both_ways),
        cmocka_unit_test(references_to_what_could_not_be_read_are_left_out),
        cmocka_unit_test(references_to_what_was_never_found_are_left_out),
        cmocka_unit_test(damaged_streams_are_refused),
        cmocka_unit_test(an_empty_heap_is_a_graph),
        cmocka_unit_test(an_address_inside_an_object_finds_it),
        cmocka_unit_test(sizes_beyond_32_bits_are_kept),
        cmocka_unit_test(types_count_tracked_objects_unless_all_are_wanted),
        cmocka_unit_test(growth_is_silent_up_to_the_old_peak),
        cmocka_unit_test(new_objects_are_told_by_address_and_type),
        cmocka_unit_test(a_view_repeats_references_and_cuts_neighbours),
        cmocka_unit_test(a_view_ends_at_its_limits),
        cmocka_unit_test(chains_are_distinct_shortest_first_and_pass_no_weak_reference),
        cmocka_unit_test(chains_beyond_the_depth_are_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
