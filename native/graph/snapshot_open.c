/* Opening a snapshot: the file is mapped, its header and table are checked, and, as they are asked for, its sections.
 */
#include "graph/snapshot.h"
#include "memory/guard.h"

#include <stdlib.h>
#include <xxhash.h>

const char *og_snapshot_section_name(enum og_snapshot_kind kind)
{
    static const char *const names[] = {
#define X(constant, name, type) name,
        OG_SNAPSHOT_SECTIONS(X)
#undef X
    };
    return names[kind];
}

/* ---- the file ---- */

static int map_file(struct og_snapshot *s, const char *path, struct og_error *err)
{
    int code = og_mapped_open(path, OG_MAPPED_POPULATE | OG_MAPPED_WATCH, &s->mapped, err);
    if (code == OG_OK)
        s->bytes = og_mapped_bytes(s->mapped, &s->size);
    else if (code == OG_EARG && err)
        err->code = OG_EUNREADABLE;
    return code == OG_EARG ? OG_EUNREADABLE : code;
}

/* ---- header and table ---- */

static uint64_t header_checksum(const struct og_snapshot_header *h)
{
    unsigned char copy[sizeof *h + OG_SNAPSHOT_KINDS * sizeof(struct og_snapshot_section)];
    memcpy(copy, h, sizeof copy);
    memset(copy + offsetof(struct og_snapshot_header, checksum), 0, sizeof h->checksum);
    return XXH3_64bits(copy, sizeof copy);
}

static int check_header(const struct og_snapshot *s, const char *path, struct og_error *err)
{
    const struct og_snapshot_header *h = (const void *)s->bytes;
    const uint64_t whole = sizeof *h + OG_SNAPSHOT_KINDS * sizeof(struct og_snapshot_section);
    uint64_t n = s->size < sizeof h->magic ? s->size : sizeof h->magic;
    if (memcmp(s->bytes, OG_SNAPSHOT_MAGIC, n) != 0)
        return og_fail(err, OG_EUNREADABLE, 0, "%s is no snapshot of og", path);
    if (s->size < sizeof *h)
        return og_fail(err, OG_EUNREADABLE, 0, "%s is truncated: not even its header is whole", path);
    if (h->byte_order == __builtin_bswap32(OG_SNAPSHOT_BYTE_ORDER))
        return og_fail(err, OG_EUNREADABLE, 0, "%s was written on a machine with the other byte order", path);
    if (h->version != OG_SNAPSHOT_VERSION)
        return og_fail(err, OG_EUNREADABLE, 0,
                       "%s has format %u, and this og reads format %u: open it with the og that wrote it", path,
                       (uint64_t)h->version, (uint64_t)OG_SNAPSHOT_VERSION);
    if (s->size < whole)
        return og_fail(err, OG_EUNREADABLE, 0, "%s is truncated: not even its header is whole", path);
    if (h->header_size != whole || h->section_count != OG_SNAPSHOT_KINDS || h->byte_order != OG_SNAPSHOT_BYTE_ORDER ||
        header_checksum(h) != h->checksum)
        return og_fail(err, OG_EUNREADABLE, 0, "%s is damaged: its header", path);
    if (s->size < h->file_size)
        return og_fail(err, OG_EUNREADABLE, 0, "%s is truncated: %u of %u bytes are there", path, s->size,
                       h->file_size);
    return OG_OK;
}

static uint32_t elem_of(enum og_snapshot_kind kind)
{
    static const uint16_t sizes[] = {
#define X(constant, name, type) sizeof(type),
        OG_SNAPSHOT_SECTIONS(X)
#undef X
    };
    return sizes[kind];
}

/* Each where it must be, in whole elements, nothing but zeros between; the file ends with the last. */
static bool is_laid_out(const struct og_snapshot *s)
{
    uint64_t end = ((const struct og_snapshot_header *)s->bytes)->header_size;
    for (uint32_t i = 0; i < OG_SNAPSHOT_KINDS; i++) {
        const struct og_snapshot_section *x = &s->sections[i];
        if (x->kind != i || x->elem != elem_of(i) || x->bytes % x->elem || x->offset < end ||
            x->offset - end >= OG_SNAPSHOT_ALIGN || x->offset % OG_SNAPSHOT_ALIGN || x->offset > s->size ||
            x->bytes > s->size - x->offset)
            return false;
        for (; end < x->offset; end++)
            if (s->bytes[end])
                return false;
        end = x->offset + x->bytes;
    }
    return end == s->size;
}

static int copy_small_sections(struct og_snapshot *s, struct og_error *err)
{
    const enum og_snapshot_kind kinds[] = {OG_SNAPSHOT_TEXT, OG_SNAPSHOT_ABOUT, OG_SNAPSHOT_THREADS, OG_SNAPSHOT_GRAPH};
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        uint64_t bytes = s->sections[kinds[i]].bytes;
        void *copy = og_arena_alloc(&s->arena, bytes);
        if (!copy)
            return og_fail(err, OG_EMEMORY, 0, "out of memory");
        memcpy(copy, og_snapshot_data(s, kinds[i]), bytes);
        s->copies[kinds[i]] = copy;
    }
    return OG_OK;
}

static int open_snapshot(struct og_snapshot *s, const char *path, struct og_error *err)
{
    OG_GUARD(err);
    int code = map_file(s, path, err);
    if (code == OG_OK)
        code = check_header(s, path, err);
    if (code != OG_OK)
        return code;
    memcpy(s->sections, s->bytes + sizeof(struct og_snapshot_header), sizeof s->sections);
    if (!is_laid_out(s))
        return og_fail(err, OG_EUNREADABLE, 0, "%s is damaged: its sections are not where they must be", path);
    return copy_small_sections(s, err);
}

int og_snapshot_open(const char *path, struct og_snapshot **out, struct og_error *err)
{
    struct og_snapshot *s = calloc(1, sizeof *s);
    if (!s)
        return og_fail(err, OG_EMEMORY, 0, "out of memory");
    s->holders = 1;
    int code = open_snapshot(s, path, err);
    if (code == OG_OK)
        *out = s;
    else
        og_snapshot_release(s);
    return code;
}

void og_snapshot_release(struct og_snapshot *s)
{
    if (!s || --s->holders)
        return;
    og_mapped_close(s->mapped);
    og_arena_deinit(&s->arena);
    free(s);
}

/* ---- sections ---- */

static int check_section(const struct og_snapshot *s, enum og_snapshot_kind kind, const char *path,
                         struct og_error *err)
{
    const char *name = og_snapshot_section_name(kind);
    if (XXH3_64bits(og_snapshot_data(s, kind), s->sections[kind].bytes) != s->sections[kind].checksum)
        return og_fail(err, OG_EUNREADABLE, 0, "%s is damaged: the checksum of its section %s is wrong", path, name);
    const char *problem = og_snapshot_check(s, kind);
    if (problem)
        return og_fail(err, OG_EUNREADABLE, 0, "%s contradicts itself: its section %s %s", path, name, problem);
    return OG_OK;
}

int og_snapshot_check_about(const struct og_snapshot *s, const char *path, struct og_error *err)
{
    const enum og_snapshot_kind kinds[] = {OG_SNAPSHOT_TEXT, OG_SNAPSHOT_ABOUT, OG_SNAPSHOT_THREADS};
    int code = OG_OK;
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds && code == OG_OK; i++)
        code = check_section(s, kinds[i], path, err);
    return code;
}

static int check_all(const struct og_snapshot *s, const char *path, struct og_error *err)
{
    int code = og_snapshot_check_about(s, path, err);
    for (uint32_t i = 0; i < OG_SNAPSHOT_KINDS && code == OG_OK; i++)
        code = i == OG_SNAPSHOT_ABOUT || i == OG_SNAPSHOT_THREADS || i == OG_SNAPSHOT_TEXT
                   ? OG_OK
                   : check_section(s, i, path, err);
    return code;
}

/* ---- the graph: arrays of the file, and what it has pointers for ---- */

/* The graph only reads its arrays; they are not const because a builder writes them. */
static void *borrowed(const struct og_snapshot *s, enum og_snapshot_kind kind)
{
    return (void *)(uintptr_t)og_snapshot_data(s, kind);
}

static void borrow_vec(const struct og_snapshot *s, enum og_snapshot_kind kind, struct og_vec *v)
{
    v->data = borrowed(s, kind);
    v->len = v->cap = og_snapshot_len(s, kind);
}

static void borrow_arrays(const struct og_snapshot *s, struct og_graph *g)
{
    if (g->level == OG_SCAN_TYPES)
        return;
    g->addresses = borrowed(s, OG_SNAPSHOT_ADDRESSES);
    g->nodes = borrowed(s, OG_SNAPSHOT_NODES);
    g->order = borrowed(s, OG_SNAPSHOT_ORDER);
    borrow_vec(s, OG_SNAPSHOT_CHUNKS, &g->index.chunks);
    borrow_vec(s, OG_SNAPSHOT_KEYS, &g->index.keys);
    borrow_vec(s, OG_SNAPSHOT_SORTED, &g->index.sorted);
    borrow_vec(s, OG_SNAPSHOT_BITS, &g->index.bits);
    borrow_vec(s, OG_SNAPSHOT_RANKS, &g->index.ranks);
    borrow_vec(s, OG_SNAPSHOT_ODD, &g->index.odd_sorted);
    g->index.count = g->count;
    if (g->level != OG_SCAN_GRAPH)
        return;
    g->offsets[0] = borrowed(s, OG_SNAPSHOT_OFFSETS);
    g->targets[0] = borrowed(s, OG_SNAPSHOT_TARGETS);
    g->offsets[1] = borrowed(s, OG_SNAPSHOT_INVERSE_OFFSETS);
    g->targets[1] = borrowed(s, OG_SNAPSHOT_INVERSE_TARGETS);
}

static bool make_types(const struct og_snapshot *s, struct og_graph *g)
{
    const struct og_snapshot_type *rows = og_snapshot_data(s, OG_SNAPSHOT_TYPES);
    g->type_count = og_snapshot_len(s, OG_SNAPSHOT_TYPES);
    g->types = og_pages_alloc(og_array_bytes(g->type_count, sizeof *g->types));
    for (uint64_t i = 0; i < g->type_count && g->types; i++)
        g->types[i] = (struct og_graph_type){
            .addr = rows[i].addr,
            .name = og_snapshot_text(s, rows[i].name),
            .long_name = og_snapshot_text(s, rows[i].long_name),
            .basicsize = rows[i].basicsize,
            .itemsize = rows[i].itemsize,
            .tp_flags = rows[i].tp_flags,
            .kind = rows[i].kind,
            .has_del = rows[i].has_del,
            .is_class = rows[i].is_class,
            .tracked = rows[i].tracked,
            .untracked = rows[i].untracked,
        };
    return g->types != NULL;
}

static bool make_maps(const struct og_snapshot *s, struct og_graph *g)
{
    const struct og_long_len *big = og_snapshot_data(s, OG_SNAPSHOT_BIG);
    const uint64_t *keys = og_snapshot_data(s, OG_SNAPSHOT_KEYS), *odd = og_snapshot_data(s, OG_SNAPSHOT_ODD);
    uint64_t chunks = og_snapshot_len(s, OG_SNAPSHOT_KEYS), odds = og_snapshot_len(s, OG_SNAPSHOT_ODD);
    g->big_count = og_snapshot_len(s, OG_SNAPSHOT_BIG);
    g->big_sizes = og_pages_alloc(og_array_bytes(g->big_count, sizeof *g->big_sizes));
    bool ok = g->big_sizes != NULL;
    for (uint64_t i = 0; i < g->big_count && ok; i++) {
        g->big_sizes[i] = big[i].len;
        ok = og_map_put(&g->big, big[i].id, (uint32_t)i);
    }
    for (uint64_t i = 0; i < chunks && ok; i++)
        ok = og_map_put(&g->index.by_key, keys[i], (uint32_t)i);
    for (uint64_t i = 0; i < odds && ok; i++)
        ok = og_map_put(&g->index.odd, odd[i], (uint32_t)(g->count - odds + i));
    return ok;
}

static bool make_words(const struct og_snapshot *s, struct og_graph *g)
{
    const struct og_snapshot_graph *row = og_snapshot_data(s, OG_SNAPSHOT_GRAPH);
    struct og_words *w = og_arena_alloc(&g->arena, sizeof *w);
    if (!w)
        return false;
    *w = (struct og_words){
        .strings = borrowed(s, OG_SNAPSHOT_STRINGS),
        .strings_size = og_snapshot_len(s, OG_SNAPSHOT_STRINGS),
        .lens = borrowed(s, OG_SNAPSHOT_LENS),
        .labels = borrowed(s, OG_SNAPSHOT_LABELS),
        .classes = borrowed(s, OG_SNAPSHOT_CLASSES),
        .shapes = borrowed(s, OG_SNAPSHOT_SHAPES),
        .names = borrowed(s, OG_SNAPSHOT_NAMES),
        .name_count = og_snapshot_len(s, OG_SNAPSHOT_NAMES),
        .modules = borrowed(s, OG_SNAPSHOT_MODULES),
        .module_count = og_snapshot_len(s, OG_SNAPSHOT_MODULES),
        .roots = borrowed(s, OG_SNAPSHOT_ROOTS),
        .root_count = og_snapshot_len(s, OG_SNAPSHOT_ROOTS),
        .long_lens = borrowed(s, OG_SNAPSHOT_LONG_LENS),
        .long_len_count = og_snapshot_len(s, OG_SNAPSHOT_LONG_LENS),
        .with_strings = row->strings,
        .minor = og_snapshot_about(s)->hexversion >> 16 & 0xff,
    };
    g->words = w;
    return true;
}

static int fill_graph(const struct og_snapshot *s, bool words, const char *path, struct og_graph *g,
                      struct og_error *err)
{
    OG_GUARD(err);
    const struct og_snapshot_graph *row = og_snapshot_data(s, OG_SNAPSHOT_GRAPH);
    int code = check_all(s, path, err);
    if (code != OG_OK)
        return code;
    g->level = row->level;
    g->from_agent = row->from_agent;
    g->has_sizes = row->has_sizes;
    g->count = row->count;
    g->tracked = row->tracked;
    g->references = row->references;
    g->unreadable = row->unreadable;
    g->unreadable_lists = row->unreadable_lists;
    g->losses = row->losses;
    borrow_arrays(s, g);
    if (!make_types(s, g) || !make_maps(s, g) || (words && row->words && !make_words(s, g)))
        return og_fail(err, OG_EMEMORY, 0, "out of memory for the graph");
    return OG_OK;
}

int og_snapshot_make_graph(struct og_snapshot *s, bool words, const char *path, struct og_graph **out,
                           struct og_error *err)
{
    struct og_graph *g = og_graph_create();
    if (!g)
        return og_fail(err, OG_EMEMORY, 0, "out of memory for the graph");
    g->snapshot = s;
    s->holders++;
    int code = fill_graph(s, words, path, g, err);
    if (code != OG_OK) {
        og_graph_close(g);
        return code;
    }
    s->graph = g;
    *out = g;
    return OG_OK;
}

void og_snapshot_detach(struct og_graph *g)
{
    struct og_vec *const mapped[] = {&g->index.chunks, &g->index.keys,  &g->index.sorted,
                                     &g->index.bits,   &g->index.ranks, &g->index.odd_sorted};
    for (unsigned i = 0; i < sizeof mapped / sizeof *mapped; i++)
        og_vec_init(mapped[i], mapped[i]->elem);
    g->addresses = NULL;
    g->nodes = NULL;
    g->order = NULL;
    g->words = NULL;
    for (int i = 0; i < 2; i++)
        g->offsets[i] = g->targets[i] = NULL;
    if (g->snapshot->graph == g)
        g->snapshot->graph = NULL;
    og_snapshot_release(g->snapshot);
    g->snapshot = NULL;
}
