/* Snapshot files: what comes back is what was saved, and what was not written by og is refused. */
#define _GNU_SOURCE
#include "graph/snapshot.h"
#include "made_graph.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

/* Two chunks of the index, two odd addresses, a size beyond 32 bits. */
static const struct object objects[] = {
    {0x1000, BOX, TRACKED, 1, {0x2000, 0x2000, 0x7f0000000010}},
    {0x2000, NODE, TRACKED, 2, {0x1000 | WEAK, 0x1004, 0x7f0000000010}},
    {0x7f0000000010, NODE, 0, UINT32_MAX, {0x1000}},
    {0x1004, NODE, 0, 4, {0}},
    {0x100c, BOX, TRACKED, 5, {0x2000, 0x1000}},
};
enum { COUNT = 5 };

static struct og_graph *sample(void)
{
    struct og_build b;
    og_build_begin(&b, types_only(OG_SCAN_GRAPH), false);
    feed(&b, objects, COUNT);
    *(struct og_big_size *)og_vec_push(&b.big) = (struct og_big_size){0x7f0000000010, 1ull << 40};
    assert_int_equal(run(&b, 10, NULL), OG_OK);
    struct og_graph *g = b.graph;
    b.graph = NULL;
    og_build_deinit(&b);
    g->unreadable = g->losses.unreadable[1] = 3;
    return g;
}

/* By id: 0x1000, 0x2000, 0x7f0000000010, 0x1004, 0x100c. */
static const uint32_t lens[COUNT] = {2, OG_LEN_NONE, OG_LEN_LONG, 0, 7}, labels[COUNT] = {0, 1, 5, 0, 1},
                      classes[TYPES] = {0, 5},
                      shapes[COUNT] = {4, 4, OG_SHAPE_INDEXES, OG_SHAPE_NONE, OG_SHAPE_REVERSED}, modules[] = {1, 4};
static const struct og_edge_word names[] = {
    {OG_EDGE_NONE, 0}, {OG_EDGE_NONE, 0},      {OG_EDGE_NONE, 0},  {OG_EDGE_NONE, 0},
    {OG_EDGE_NONE, 3}, {OG_EDGE_ATTRIBUTE, 1}, {OG_EDGE_INDEX, 9}, {OG_EDGE_KEY_STR, 5},
};
static const struct og_id_text roots[] = {{0, 5}, {4, 1}};
static const struct og_long_len long_lens[] = {{2, 1ull << 33}};
static const struct og_words words = {
    .strings = "\0one\0three",
    .strings_size = 11,
    .lens = lens,
    .labels = labels,
    .classes = classes,
    .shapes = shapes,
    .names = names,
    .name_count = sizeof names / sizeof *names,
    .modules = modules,
    .module_count = 2,
    .roots = roots,
    .root_count = 2,
    .long_lens = long_lens,
    .long_len_count = 1,
    .with_strings = 1,
};

static const struct og_thread_row threads[] = {{1, 2, 3, 4, 5, 6, 7, "serve", "app.py", 0, 0}};

static struct og_snapshot_facts facts(const char *key)
{
    struct og_snapshot_facts f = {.threads = threads, .thread_count = 1, .pid = 77, .process = {8, 9}, .time = 1000};
    f.info = (struct og_info){.hexversion = 0x030b02f0, .threads = 1, .gil_held = 1, .misses = {1, 2, 3}};
    f.info.version = "3.11.2";
    f.info.layout_source = "a table";
    f.notes = "a note\n";
    f.program = "/usr/bin/python3";
    f.build_id = "abc";
    f.name = "before";
    f.source = "pid 77";
    f.key = key;
    return f;
}

/* ---- files in memory ---- */

struct image {
    unsigned char *bytes;
    uint64_t size;
};

static int memory_file(const struct image *from)
{
    int fd = memfd_create("snapshot", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, from->bytes, from->size), from->size);
    return fd;
}

static struct image read_all(int fd)
{
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    struct image out = {malloc((size_t)st.st_size), (uint64_t)st.st_size};
    assert_int_equal(pread(fd, out.bytes, out.size, 0), out.size);
    close(fd);
    return out;
}

static struct image written(const struct og_graph *g, const struct og_words *w, const char *key)
{
    const struct og_snapshot_facts f = facts(key);
    struct og_snapshot_image *made;
    struct og_error err;
    assert_int_equal(og_snapshot_image_create(g, w, &f, &made, &err), OG_OK);
    while (!og_snapshot_image_step(made, 100))
        continue;
    int fd = memfd_create("snapshot", MFD_CLOEXEC);
    assert_int_equal(og_snapshot_image_write(made, fd, NULL, "memory", &err), OG_OK);
    og_snapshot_image_destroy(made);
    return read_all(fd);
}

static struct image sample_image(void)
{
    struct og_graph *g = sample();
    struct image out = written(g, &words, "a key");
    og_graph_close(g);
    return out;
}

static int open_image(const struct image *from, struct og_target **t, struct og_graph **g, struct og_error *err)
{
    char path[64];
    int fd = memory_file(from);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int code = og_target_open_snapshot(path, t, g, err);
    close(fd);
    return code;
}

static struct og_snapshot_header *header_of(const struct image *i)
{
    return (struct og_snapshot_header *)i->bytes;
}

static struct og_snapshot_section *section_of(const struct image *i, enum og_snapshot_kind kind)
{
    return (struct og_snapshot_section *)(i->bytes + sizeof(struct og_snapshot_header)) + kind;
}

static void *data_of(const struct image *i, enum og_snapshot_kind kind)
{
    return i->bytes + section_of(i, kind)->offset;
}

/* As one who wants to be believed: all checksums are right. */
static void seal(const struct image *i)
{
    struct og_snapshot_header *h = header_of(i);
    for (int k = 0; k < OG_SNAPSHOT_KINDS; k++) {
        struct og_snapshot_section *s = section_of(i, k);
        if (s->offset <= i->size && s->bytes <= i->size - s->offset)
            s->checksum = XXH3_64bits(i->bytes + s->offset, s->bytes);
    }
    h->checksum = 0;
    h->checksum = XXH3_64bits(h, sizeof *h + OG_SNAPSHOT_KINDS * sizeof(struct og_snapshot_section));
}

static void refused(const struct image *i, const char *sentence)
{
    struct og_target *t;
    struct og_graph *g;
    struct og_error err = {0};
    assert_int_equal(open_image(i, &t, &g, &err), OG_EUNREADABLE);
    if (!strstr(err.msg, sentence))
        fail_msg("%s: not about %s", err.msg, sentence);
}

/* ---- what comes back ---- */

#define SAME(a, b, count) assert_memory_equal(a, b, (count) * sizeof *(a))

static void a_reopened_graph_is_the_one_that_was_saved(void **state)
{
    (void)state;
    struct og_graph *g = sample(), *o;
    struct image i = written(g, &words, "");
    struct og_target *t;
    struct og_error err;
    assert_int_equal(open_image(&i, &t, &o, &err), OG_OK);
    assert_int_equal(o->count, COUNT);
    assert_int_equal(o->tracked, g->tracked);
    assert_int_equal(o->references, g->references);
    SAME(o->addresses, g->addresses, COUNT);
    SAME(o->nodes, g->nodes, COUNT);
    SAME(o->order, g->order, g->tracked);
    for (int d = 0; d < 2; d++) {
        SAME(o->offsets[d], g->offsets[d], COUNT + 1);
        SAME(o->targets[d], g->targets[d], g->references);
    }
    for (int n = 0; n < COUNT; n++) {
        assert_int_equal(og_graph_find(o, objects[n].addr, 0), og_graph_find(g, objects[n].addr, 0));
        assert_int_equal(og_graph_find(o, objects[n].addr + 9, 1), og_graph_find(g, objects[n].addr + 9, 1));
        assert_int_equal(og_graph_size(o, (og_id)n), og_graph_size(g, (og_id)n));
    }
    assert_int_equal(og_graph_size(o, 2), 1ull << 40);
    assert_int_equal(og_graph_find(o, 0x3000, 0), OG_ID_NONE);
    assert_int_equal(o->losses.unreadable[1], 3);
    for (int n = 0; n < TYPES; n++) {
        assert_string_equal(o->types[n].long_name, g->types[n].long_name);
        assert_int_equal(o->types[n].tracked.bytes, g->types[n].tracked.bytes);
        assert_int_equal(o->types[n].tp_flags, g->types[n].tp_flags);
    }
    og_graph_close(g);
    og_graph_close(o);
    og_target_close(t);
    free(i.bytes);
}

static void its_words_are_those_that_were_saved(void **state)
{
    (void)state;
    struct image i = sample_image();
    struct og_target *t;
    struct og_graph *g;
    assert_int_equal(open_image(&i, &t, &g, NULL), OG_OK);
    const struct og_words *w = g->words;
    assert_non_null(w);
    assert_int_equal(w->strings_size, words.strings_size);
    SAME(w->strings, words.strings, words.strings_size);
    SAME(w->lens, lens, COUNT);
    SAME(w->labels, labels, COUNT);
    SAME(w->classes, classes, TYPES);
    SAME(w->shapes, shapes, COUNT);
    assert_int_equal(w->name_count, words.name_count);
    SAME(w->names, names, words.name_count);
    assert_int_equal(w->module_count, 2);
    SAME(w->modules, modules, 2);
    assert_int_equal(w->root_count, 2);
    SAME(w->roots, roots, 2);
    assert_int_equal(w->long_len_count, 1);
    SAME(w->long_lens, long_lens, 1);
    assert_int_equal(w->with_strings, 1);
    og_graph_close(g);
    og_target_close(t);
    free(i.bytes);
}

static void a_snapshot_says_whose_it_is(void **state)
{
    (void)state;
    struct image i = sample_image();
    struct og_target *t;
    struct og_graph *g;
    struct og_info info;
    struct og_snapshot_info about;
    struct og_identity who;
    const struct og_thread_row *rows;
    uint64_t n;
    char byte;
    assert_int_equal(open_image(&i, &t, &g, NULL), OG_OK);
    assert_int_equal(og_target_info(t, &info, NULL), OG_OK);
    assert_string_equal(info.version, "3.11.2");
    assert_int_equal(info.misses[2], 3);
    assert_int_equal(info.gil_held, 1);
    assert_int_equal(og_target_threads(t, &rows, &n, NULL), OG_OK);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].line, 7);
    assert_string_equal(rows[0].function, "serve");
    assert_string_equal(rows[0].file, "app.py");
    assert_string_equal(og_target_notes(t), "a note\n");
    assert_int_equal(og_target_snapshot_info(t, &about, NULL), OG_OK);
    assert_string_equal(about.name, "before");
    assert_string_equal(about.source, "pid 77");
    assert_int_equal(about.time, 1000);
    assert_int_equal(about.file_size, i.size);
    og_target_identity(t, &who);
    assert_int_equal(who.pid, 77);
    assert_string_equal(who.build_id, "abc");
    assert_int_equal(og_same_process(t, t), 1);
    assert_int_equal(og_target_refresh(t, NULL), OG_OK);
    assert_int_equal(og_target_read(t, 0x1000, &byte, 1, NULL), OG_EARG);
    og_graph_close(g);
    struct og_object_row row;
    assert_int_equal(og_object_describe(t, 0x1000, &row, NULL), OG_EARG); /* its graph is closed */
    og_target_close(t);
    free(i.bytes);
}

static void other_levels_come_back_too(void **state)
{
    (void)state;
    const uint32_t levels[] = {OG_SCAN_TYPES, OG_SCAN_OBJECTS};
    for (int l = 0; l < 2; l++) {
        struct og_build b;
        og_build_begin(&b, types_only(levels[l]), false);
        if (levels[l] == OG_SCAN_OBJECTS) {
            feed(&b, objects, COUNT);
            b.edges.len = 0;
            for (uint64_t n = 0; n < b.found.len; n++)
                ((struct og_found *)b.found.data)[n].degree = 0;
            assert_int_equal(run(&b, 10, NULL), OG_OK);
        } else {
            b.graph->types[NODE].tracked = (struct og_graph_tally){5, 50};
            b.graph->tracked = 5;
        }
        struct image i = written(b.graph, NULL, "");
        struct og_target *t;
        struct og_graph *g;
        struct og_error err;
        if (open_image(&i, &t, &g, &err) != OG_OK)
            fail_msg("%s", err.msg);
        assert_int_equal(g->level, levels[l]);
        assert_int_equal(g->count, b.graph->count);
        assert_int_equal(g->types[NODE].tracked.count, b.graph->types[NODE].tracked.count);
        og_graph_close(g);
        og_target_close(t);
        og_build_deinit(&b);
        free(i.bytes);
    }
}

static void a_graph_is_opened_for_its_key_only(void **state)
{
    (void)state;
    struct image i = sample_image();
    struct og_graph *g;
    char path[64];
    int fd = memory_file(&i);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    assert_int_equal(og_graph_open(path, "another", &g, NULL), OG_EABSENT);
    assert_int_equal(og_graph_open("/absent", "a key", &g, NULL), OG_EABSENT);
    assert_int_equal(og_graph_open(path, "a key", &g, NULL), OG_OK);
    assert_null(g->words);
    assert_int_equal(g->count, COUNT);
    og_graph_close(g);
    close(fd);
    free(i.bytes);
}

/* ---- damage ---- */

static void damage_is_refused_with_the_name_of_its_section(void **state)
{
    (void)state;
    struct image i = sample_image();
    for (int k = 0; k < OG_SNAPSHOT_KINDS; k++) {
        struct og_snapshot_section *s = section_of(&i, k);
        char sentence[64];
        snprintf(sentence, sizeof sentence, "its section %s is wrong", og_snapshot_section_name(k));
        assert_true(s->bytes > 0); /* the sample has something of everything */
        for (uint64_t at = 0; at<s->bytes; at += s->bytes> 600 ? s->bytes / 7 : 1) {
            i.bytes[s->offset + at] ^= 0x10;
            refused(&i, sentence);
            i.bytes[s->offset + at] ^= 0x10;
        }
    }
    free(i.bytes);
}

static void any_byte_that_is_not_the_writers_is_refused(void **state)
{
    (void)state;
    struct image i = sample_image();
    uint64_t table = header_of(&i)->header_size;
    for (uint64_t at = 0; at < i.size; at += at < table ? 1 : 13) {
        i.bytes[at] ^= 0x01;
        refused(&i, "");
        i.bytes[at] ^= 0x01;
    }
    for (int k = 1; k < OG_SNAPSHOT_KINDS; k++) /* between the sections too */
        for (uint64_t at = section_of(&i, k - 1)->offset + section_of(&i, k - 1)->bytes; at < section_of(&i, k)->offset;
             at++) {
            i.bytes[at] = 1;
            refused(&i, "sections");
            i.bytes[at] = 0;
        }
    free(i.bytes);
}

static void a_cut_or_longer_file_is_refused(void **state)
{
    (void)state;
    struct image whole = sample_image(), i = whole;
    for (i.size = 1; i.size < whole.size; i.size += i.size < 1024 ? 7 : 1024)
        refused(&i, "is truncated");
    i.size = 0;
    refused(&i, "is empty");
    i.bytes = calloc(1, whole.size + 64);
    memcpy(i.bytes, whole.bytes, whole.size);
    i.size = whole.size + 64;
    refused(&i, "sections");
    free(i.bytes);
    free(whole.bytes);
}

static void other_files_are_refused_by_what_they_are(void **state)
{
    (void)state;
    struct image i = sample_image();
    struct og_target *t;
    struct og_graph *g;
    struct og_error err;
    header_of(&i)->version++;
    refused(&i, "has format 4, and this og reads format 3");
    header_of(&i)->byte_order = __builtin_bswap32(OG_SNAPSHOT_BYTE_ORDER);
    refused(&i, "byte order");
    memcpy(i.bytes, "\177ELF", 4);
    refused(&i, "no snapshot of og");
    assert_int_equal(og_target_open_snapshot("/absent", &t, &g, &err), OG_EOS);
    assert_int_equal(og_target_open_snapshot("/", &t, &g, &err), OG_EUNREADABLE);
    assert_non_null(strstr(err.msg, "no regular file"));
    free(i.bytes);
}

/* ---- files made to do harm ---- */

static void contradictions_are_refused_whatever_the_checksums_say(void **state)
{
    (void)state;
    const struct {
        enum og_snapshot_kind kind;
        uint32_t at, value; /* a word of the section */
    } lies[] = {
        {OG_SNAPSHOT_GRAPH, 0, 9},
        {OG_SNAPSHOT_GRAPH, offsetof(struct og_snapshot_graph, count) / 4 + 1, 1},
        {OG_SNAPSHOT_GRAPH, offsetof(struct og_snapshot_graph, tracked) / 4, 99},
        {OG_SNAPSHOT_ABOUT, offsetof(struct og_snapshot_about, notes) / 4, 1u << 30},
        {OG_SNAPSHOT_THREADS, offsetof(struct og_snapshot_thread, file) / 4, 1u << 30},
        {OG_SNAPSHOT_TEXT, 0, UINT32_MAX},
        {OG_SNAPSHOT_TYPES, offsetof(struct og_snapshot_type, long_name) / 4, 1u << 30},
        {OG_SNAPSHOT_TYPES, offsetof(struct og_snapshot_type, kind) / 4, 0xff},
        {OG_SNAPSHOT_NODES, 0, 7},
        {OG_SNAPSHOT_NODES, 0, NODE}, /* another type than its count says */
        {OG_SNAPSHOT_ORDER, 0, COUNT},
        {OG_SNAPSHOT_ORDER, 0, 3}, /* not tracked */
        {OG_SNAPSHOT_ORDER, 0, 1}, /* twice */
        {OG_SNAPSHOT_BIG, 0, COUNT},
        {OG_SNAPSHOT_OFFSETS, 0, 1},
        {OG_SNAPSHOT_OFFSETS, 1, 1u << 30},
        {OG_SNAPSHOT_OFFSETS, COUNT, 0},
        {OG_SNAPSHOT_TARGETS, 0, COUNT},
        {OG_SNAPSHOT_TARGETS, 0, 3u << OG_TARGET_KIND_SHIFT},
        {OG_SNAPSHOT_INVERSE_OFFSETS, 2, 1u << 30},
        {OG_SNAPSHOT_INVERSE_TARGETS, 0, OG_TARGET_ID_MASK},
        {OG_SNAPSHOT_CHUNKS, 1, 1000},
        {OG_SNAPSHOT_SORTED, 0, 2},
        {OG_SNAPSHOT_SORTED, 0, 1},
        {OG_SNAPSHOT_BITS, 0, 1},
        {OG_SNAPSHOT_STRINGS, 0, UINT32_MAX},
        {OG_SNAPSHOT_LABELS, 0, 11},
        {OG_SNAPSHOT_CLASSES, 1, 11},
        {OG_SNAPSHOT_NAMES, 2 * 5, OG_EDGE_FORM_COUNT},
        {OG_SNAPSHOT_NAMES, 2 * 5 + 1, 11},
        {OG_SNAPSHOT_SHAPES, 0, 8},
        {OG_SNAPSHOT_SHAPES, 0, 5},
        {OG_SNAPSHOT_MODULES, 0, 4},
        {OG_SNAPSHOT_ROOTS, 1, 11},
        {OG_SNAPSHOT_ROOTS, 0, COUNT},
        {OG_SNAPSHOT_LONG_LENS, 0, COUNT},
    };
    for (unsigned n = 0; n < sizeof lies / sizeof *lies; n++) {
        struct image i = sample_image();
        char sentence[64];
        ((uint32_t *)data_of(&i, lies[n].kind))[lies[n].at] = lies[n].value;
        seal(&i);
        snprintf(sentence, sizeof sentence, "contradicts itself: its section %s ",
                 og_snapshot_section_name(lies[n].kind));
        refused(&i, sentence);
        free(i.bytes);
    }
}

/* The index may be wrong in many ways, all of which show where its numbers are compared with the addresses. */
static void an_index_of_other_addresses_is_refused(void **state)
{
    (void)state;
    for (int lie = 0; lie < 5; lie++) {
        struct image i = sample_image();
        if (lie == 0)
            ((uint64_t *)data_of(&i, OG_SNAPSHOT_ADDRESSES))[1] += 8;
        if (lie == 1)
            ((uint64_t *)data_of(&i, OG_SNAPSHOT_KEYS))[0] += 1;
        if (lie == 2)
            ((struct og_index_bits *)data_of(&i, OG_SNAPSHOT_BITS))[1].word[3] |= 1;
        if (lie == 3)
            ((struct og_index_rank *)data_of(&i, OG_SNAPSHOT_RANKS))[2].base += 1;
        if (lie == 4)
            ((uint64_t *)data_of(&i, OG_SNAPSHOT_ODD))[0] += 2;
        seal(&i);
        refused(&i, "numbers other addresses than the graph has");
        free(i.bytes);
    }
}

static uint64_t random_number(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed * 0x2545f4914f6cdd1dull >> 8;
}

static const uint64_t interesting[] = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 64, 255, 0x7fffffff, 0x80000000, UINT32_MAX - 1, UINT32_MAX, UINT64_MAX};

/* One number of a section, or of the table. */
static void spoil(const struct image *i, uint64_t *seed)
{
    int kind = (int)(random_number(seed) % (OG_SNAPSHOT_KINDS + 1));
    uint64_t start = sizeof(struct og_snapshot_header), bytes = sizeof(struct og_snapshot_section) * OG_SNAPSHOT_KINDS;
    if (kind < OG_SNAPSHOT_KINDS) {
        start = section_of(i, kind)->offset;
        bytes = section_of(i, kind)->bytes;
    }
    uint64_t width = random_number(seed) % 3 ? 4 : random_number(seed) % 2 ? 8 : 1;
    if (bytes < width || start >= i->size || bytes > i->size - start)
        return; /* the table is spoilt already */
    uint64_t value = random_number(seed);
    if (random_number(seed) % 2)
        value = interesting[random_number(seed) % (sizeof interesting / sizeof *interesting)];
    memcpy(i->bytes + start + random_number(seed) % (bytes / width) * width, &value, width);
}

static void ask_everything(struct og_target *t, struct og_graph *g)
{
    struct og_query q = {.all = g->level == OG_SCAN_GRAPH, .long_names = 1};
    struct og_report *r;
    const struct og_type_row *types;
    const struct og_object_row *rows;
    const struct og_leaking_row *leaking;
    const struct og_node_row *nodes;
    const struct og_edge_row *edges;
    const struct og_chain_row *chains;
    const struct og_field_row *fields;
    struct og_object_row row;
    uint64_t n, m;
    if (og_types(t, g, &q, &r, &types, &n, &m, NULL) == OG_OK)
        og_report_close(r);
    for (uint64_t i = 0; i < g->type_count; i++)
        if (og_by_type(t, g, g->types[i].long_name, &q, &r, &rows, &n, &m, NULL) == OG_OK)
            og_report_close(r);
    if (og_leaking(t, g, &q, 1, &r, &leaking, &n, &m, NULL) == OG_OK)
        og_report_close(r);
    for (uint64_t i = 0; i < g->count; i++) {
        struct og_view_options v = {.inverse = i % 2, .depth = 4, .too_many = 9, .max_nodes = 99};
        struct og_chain_options c = {.max_depth = 9, .count = 3, .forward = i % 2, .to_type = i % 3 ? "Box" : NULL};
        uint64_t addr = g->addresses[i];
        assert_int_equal(og_graph_find(g, addr, 0), i);
        og_graph_find(g, addr + 17, 1);
        og_object_describe(t, addr, &row, NULL);
        og_object_fields(t, addr, 0, &fields, &n, &m, NULL);
        if (og_view(t, g, &addr, 1, &v, &r, &nodes, &n, &edges, &m, NULL) == OG_OK)
            og_report_close(r);
        if (og_chain(t, g, addr, &c, &r, &chains, &n, NULL) == OG_OK)
            og_report_close(r);
    }
}

/* OG_FUZZ in the environment: how many files, and other ones than by default. */
static void whatever_opens_can_be_asked_everything(void **state)
{
    (void)state;
    const char *wanted = getenv("OG_FUZZ");
    uint64_t rounds = wanted ? strtoull(wanted, NULL, 10) : 5000, seed = wanted ? rounds : 1, opened = 0;
    struct image whole = sample_image(), i = {malloc(whole.size), whole.size};
    for (uint64_t n = 0; n < rounds; n++) {
        struct og_target *t;
        struct og_graph *g;
        memcpy(i.bytes, whole.bytes, whole.size);
        for (uint64_t times = random_number(&seed) % 3 + 1; times > 0; times--)
            spoil(&i, &seed);
        seal(&i);
        if (open_image(&i, &t, &g, NULL) != OG_OK)
            continue;
        opened++;
        ask_everything(t, g);
        og_graph_close(g);
        og_target_close(t);
    }
    assert_true(opened > rounds / 50 && opened < rounds);
    free(i.bytes);
    free(whole.bytes);
}

/* ---- writing ---- */

/* Some file systems know no files without names. */
static bool names_only;

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);

int __wrap_open(const char *path, int flags, ...)
{
    if (names_only && (flags & O_TMPFILE) == O_TMPFILE) {
        errno = EOPNOTSUPP;
        return -1;
    }
    va_list args;
    va_start(args, flags);
    mode_t mode = va_arg(args, mode_t);
    va_end(args);
    return __real_open(path, flags, mode);
}

static void in_folder(char folder[64], char path[80])
{
    strcpy(folder, "/tmp/og-snapshot-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, 80, "%s/heap.og", folder);
}

static int files_in(const char *folder)
{
    int n = 0;
    DIR *d = opendir(folder);
    while (readdir(d))
        n++;
    closedir(d);
    return n - 2;
}

static int save(const struct image *from, const char *path, const char *name, struct og_error *err)
{
    struct og_target *t;
    struct og_graph *g;
    struct og_save *s;
    const struct og_save_options o = {.words = 1, .strings = 1, .name = name};
    assert_int_equal(open_image(from, &t, &g, NULL), OG_OK);
    assert_int_equal(og_save_begin(t, g, &o, &s, err), OG_OK);
    int code;
    while ((code = og_save_step(s, 1, err)) == OG_MORE)
        continue;
    assert_int_equal(code, OG_OK);
    code = og_save_finish(s, path, -1, err);
    og_graph_close(g);
    og_target_close(t);
    return code;
}

static void a_file_in_the_way_is_replaced_whole(void **state)
{
    names_only = *state != NULL;
    char folder[64], path[80];
    struct stat st;
    struct og_target *t;
    struct og_graph *g;
    struct og_snapshot_info info;
    struct image i = sample_image();
    in_folder(folder, path);
    const char *const written_names[] = {"first", "second"};
    for (int n = 0; n < 2; n++) {
        assert_int_equal(save(&i, path, written_names[n], NULL), OG_OK);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0600);
        assert_int_equal(files_in(folder), 1);
        assert_int_equal(og_target_open_snapshot(path, &t, &g, NULL), OG_OK);
        assert_int_equal(og_target_snapshot_info(t, &info, NULL), OG_OK);
        assert_string_equal(info.name, written_names[n]);
        og_graph_close(g);
        og_target_close(t);
        chmod(path, 0644);
    }
    unlink(path);
    rmdir(folder);
    free(i.bytes);
}

/* Every write that goes beyond the limit fails, and would end the process by a signal. */
static void a_write_that_fails_leaves_the_old_file(void **state)
{
    names_only = *state != NULL;
    char folder[64], path[80];
    struct image i = sample_image();
    struct rlimit before, small_limit;
    struct og_error err;
    getrlimit(RLIMIT_FSIZE, &before);
    in_folder(folder, path);
    for (int exists = 0; exists < 2; exists++) {
        for (uint64_t limit = 0; limit < i.size; limit += 997) {
            FILE *old = exists ? fopen(path, "w") : NULL;
            if (old) {
                fputs("old", old);
                fclose(old);
            }
            small_limit = (struct rlimit){limit, before.rlim_max};
            struct og_target *t;
            struct og_graph *g;
            struct og_save *s;
            const struct og_save_options o = {.words = 1, .strings = 1};
            assert_int_equal(open_image(&i, &t, &g, NULL), OG_OK);
            assert_int_equal(og_save_begin(t, g, &o, &s, NULL), OG_OK);
            while (og_save_step(s, 1000, NULL) == OG_MORE)
                continue;
            setrlimit(RLIMIT_FSIZE, &small_limit);
            assert_int_equal(og_save_finish(s, path, -1, &err), OG_EOS);
            setrlimit(RLIMIT_FSIZE, &before);
            assert_non_null(strstr(err.msg, "cannot write"));
            assert_non_null(strstr(err.msg, "File too large"));
            assert_int_equal(files_in(folder), exists);
            if (exists) {
                struct image left = read_all(open(path, O_RDONLY));
                assert_int_equal(left.size, 3);
                assert_memory_equal(left.bytes, "old", 3);
                free(left.bytes);
            }
            og_graph_close(g);
            og_target_close(t);
        }
    }
    unlink(path);
    rmdir(folder);
    free(i.bytes);
}

static void what_is_no_regular_file_is_not_replaced(void **state)
{
    (void)state;
    names_only = false;
    char folder[64], path[80], link[80];
    struct stat st;
    struct og_error err;
    struct image i = sample_image();
    in_folder(folder, path);
    snprintf(link, sizeof link, "%s/link", folder);
    assert_int_equal(save(&i, folder, "", &err), OG_EARG);
    assert_non_null(strstr(err.msg, "it is a folder"));
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(save(&i, path, "", &err), OG_EARG);
    assert_non_null(strstr(err.msg, "no regular file"));
    unlink(path);
    assert_int_equal(symlink("heap.og", link), 0);
    assert_int_equal(save(&i, link, "", &err), OG_EARG);
    assert_non_null(strstr(err.msg, "a link that leads nowhere"));
    assert_int_equal(save(&i, path, "", &err), OG_OK);
    assert_int_equal(save(&i, link, "", &err), OG_OK); /* the file behind it is replaced, the link stays */
    assert_int_equal(lstat(link, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(files_in(folder), 2);
    assert_int_equal(save(&i, "/proc/absent/heap.og", "", &err), OG_EOS);
    unlink(link);
    unlink(path);
    rmdir(folder);
    free(i.bytes);
}

static void a_stopped_save_leaves_nothing(void **state)
{
    (void)state;
    char folder[64], path[80];
    struct image i = sample_image();
    struct og_target *t;
    struct og_graph *g;
    struct og_save *s;
    const struct og_save_options o = {.words = 1, .strings = 1};
    in_folder(folder, path);
    assert_int_equal(open_image(&i, &t, &g, NULL), OG_OK);
    assert_int_equal(og_save_begin(t, g, &o, &s, NULL), OG_OK);
    assert_int_equal(og_save_step(s, 1, NULL), OG_MORE);
    og_save_cancel(s);
    assert_int_equal(og_save_begin(t, g, &o, &s, NULL), OG_OK);
    assert_int_equal(og_save_finish(s, path, -1, NULL), OG_EARG); /* before its last step */
    assert_int_equal(og_save_begin(t, g, &o, &s, NULL), OG_OK);
    while (og_save_step(s, 1000, NULL) == OG_MORE)
        continue;
    og_target_stop(t, 1);
    assert_int_equal(og_save_finish(s, path, -1, NULL), OG_ESTOPPED);
    assert_int_equal(files_in(folder), 0);
    og_graph_close(g);
    og_target_close(t);
    rmdir(folder);
    free(i.bytes);
}

/* ---- what changed ---- */

static void a_diff_names_what_changed_and_what_is_new(void **state)
{
    (void)state;
    struct object later[COUNT];
    memcpy(later, objects, sizeof later);
    later[3] = (struct object){0x9000, NODE, TRACKED, 50, {0}}; /* instead of the one at 0x1004, not tracked */
    later[4].type = NODE;                                       /* at the same address, of another type */
    struct og_graph *g = graph_of(objects, COUNT, 10), *h = graph_of(later, COUNT, 10), *a, *b;
    struct image x = written(g, NULL, ""), y = written(h, NULL, "");
    struct og_target *ta, *tb;
    struct og_report *r;
    const struct og_diff_row *rows;
    struct og_query q = {.long_names = 1};
    struct og_error err;
    uint64_t n, total;
    assert_int_equal(open_image(&x, &ta, &a, NULL), OG_OK);
    assert_int_equal(open_image(&y, &tb, &b, NULL), OG_OK);
    assert_int_equal(og_diff(ta, a, tb, b, &q, 1, &r, &rows, &n, &total, &err), OG_OK);
    assert_int_equal(n, 2);
    assert_string_equal(rows[0].type, "app.Node");
    assert_int_equal(rows[0].count_a, 1);
    assert_int_equal(rows[0].delta, 2);
    assert_int_equal(rows[0].bytes_delta, 50 + 5);
    assert_int_equal(rows[0].new_count, 2);
    assert_int_equal(rows[0].new_addresses[0], 0x100c);
    assert_int_equal(rows[0].new_addresses[1], 0x9000);
    assert_string_equal(rows[1].type, "app.Box");
    assert_int_equal(rows[1].delta, -1);
    assert_int_equal(rows[1].new_count, 0);
    og_report_close(r);
    q.limit = 1;
    q.long_names = 0;
    assert_int_equal(og_diff(tb, b, ta, a, &q, 0, &r, &rows, &n, &total, &err), OG_OK);
    assert_int_equal(n, 1);
    assert_int_equal(total, 2);
    assert_string_equal(rows[0].type, "Box");
    assert_int_equal(rows[0].delta, 1);
    og_report_close(r);
    assert_int_equal(og_diff(ta, a, ta, a, &q, 1, &r, &rows, &n, &total, &err), OG_OK);
    assert_int_equal(total, 0);
    og_report_close(r);
    assert_int_equal(og_diff(NULL, g, NULL, h, &q, 1, &r, &rows, &n, &total, &err), OG_EARG);
    assert_non_null(strstr(err.msg, "not known to be one process"));
    og_graph_close(a);
    og_graph_close(b);
    og_target_close(ta);
    og_target_close(tb);
    og_graph_close(g);
    og_graph_close(h);
    free(x.bytes);
    free(y.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reopened_graph_is_the_one_that_was_saved),
        cmocka_unit_test(its_words_are_those_that_were_saved),
        cmocka_unit_test(a_snapshot_says_whose_it_is),
        cmocka_unit_test(other_levels_come_back_too),
        cmocka_unit_test(a_graph_is_opened_for_its_key_only),
        cmocka_unit_test(damage_is_refused_with_the_name_of_its_section),
        cmocka_unit_test(any_byte_that_is_not_the_writers_is_refused),
        cmocka_unit_test(a_cut_or_longer_file_is_refused),
        cmocka_unit_test(other_files_are_refused_by_what_they_are),
        cmocka_unit_test(contradictions_are_refused_whatever_the_checksums_say),
        cmocka_unit_test(an_index_of_other_addresses_is_refused),
        cmocka_unit_test(whatever_opens_can_be_asked_everything),
        cmocka_unit_test(a_file_in_the_way_is_replaced_whole),
        cmocka_unit_test(a_write_that_fails_leaves_the_old_file),
        {"a_file_in_the_way_is_replaced_whole, by names only", a_file_in_the_way_is_replaced_whole, NULL, NULL,
         "names"},
        {"a_write_that_fails_leaves_the_old_file, by names only", a_write_that_fails_leaves_the_old_file, NULL, NULL,
         "names"},
        cmocka_unit_test(what_is_no_regular_file_is_not_replaced),
        cmocka_unit_test(a_stopped_save_leaves_nothing),
        cmocka_unit_test(a_diff_names_what_changed_and_what_is_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
