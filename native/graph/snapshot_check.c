/* What checksums cannot say: that the numbers in a snapshot fit together. A file may have been made to do harm; after
 * these checks every id, offset and text in it can be followed. Each looks at one section, given that those before it
 * in the file are in order (and "text", which comes first of all). */
#include "graph/snapshot.h"

#include <stdlib.h>

static const struct og_snapshot_graph *graph_of(const struct og_snapshot *s)
{
    return og_snapshot_data(s, OG_SNAPSHOT_GRAPH);
}

static const char *need_len(const struct og_snapshot *s, enum og_snapshot_kind kind, uint64_t len)
{
    return og_snapshot_len(s, kind) == len ? NULL : "has another length than it must have";
}

/* ---- text and what refers to it ---- */

static const char *check_text(const struct og_snapshot *s, enum og_snapshot_kind kind)
{
    const char *text = og_snapshot_data(s, kind);
    uint64_t len = og_snapshot_len(s, kind);
    if (len == 0 || len > UINT32_MAX || text[0] || text[len - 1])
        return "does not begin and end with NUL";
    return NULL;
}

static bool is_text(const struct og_snapshot *s, uint32_t offset)
{
    return offset < og_snapshot_len(s, OG_SNAPSHOT_TEXT);
}

static const char *check_about(const struct og_snapshot *s)
{
    const struct og_snapshot_about *a = og_snapshot_about(s);
    if (og_snapshot_len(s, OG_SNAPSHOT_ABOUT) != 1)
        return need_len(s, OG_SNAPSHOT_ABOUT, 1);
    const uint32_t texts[] = {a->version, a->layout_source, a->notes, a->program, a->build_id,
                              a->name,    a->source,        a->key,   a->writer};
    for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!is_text(s, texts[i]))
            return "names a text that is not there";
    return NULL;
}

static const char *check_threads(const struct og_snapshot *s)
{
    const struct og_snapshot_thread *rows = og_snapshot_data(s, OG_SNAPSHOT_THREADS);
    for (uint64_t i = 0; i < og_snapshot_len(s, OG_SNAPSHOT_THREADS); i++)
        if (!is_text(s, rows[i].function) || !is_text(s, rows[i].file))
            return "names a text that is not there";
    return NULL;
}

static const char *check_types(const struct og_snapshot *s)
{
    const struct og_snapshot_type *rows = og_snapshot_data(s, OG_SNAPSHOT_TYPES);
    uint64_t len = og_snapshot_len(s, OG_SNAPSHOT_TYPES);
    if (len > INT32_MAX)
        return "is longer than it can be";
    for (uint64_t i = 0; i < len; i++) {
        if (!is_text(s, rows[i].name) || !is_text(s, rows[i].long_name))
            return "names a text that is not there";
        if (rows[i].kind >= OG_KIND_COUNT)
            return "has a kind of type that does not exist";
    }
    return NULL;
}

/* ---- objects ---- */

static const char *check_graph(const struct og_snapshot *s)
{
    const struct og_snapshot_graph *g = graph_of(s);
    if (og_snapshot_len(s, OG_SNAPSHOT_GRAPH) != 1)
        return need_len(s, OG_SNAPSHOT_GRAPH, 1);
    if (g->level < OG_SCAN_TYPES || g->level > OG_SCAN_GRAPH || g->words > 1 || g->strings > 1)
        return "has a flag that does not exist";
    bool objects = g->level != OG_SCAN_TYPES, references = g->level == OG_SCAN_GRAPH;
    if (g->count > (objects ? OG_TARGET_ID_MASK : 0) || g->references > (references ? UINT32_MAX : 0) ||
        (objects && g->tracked > g->count) || (g->words && !references))
        return "counts what cannot be";
    return NULL;
}

/* Addresses are compared with those of the index, which comes behind them. */
static const char *check_addresses(const struct og_snapshot *s)
{
    return need_len(s, OG_SNAPSHOT_ADDRESSES, graph_of(s)->count);
}

/* The objects of each type must be as many, and as large, as the type says. */
static const char *compare_tallies(const struct og_snapshot *s, const struct og_graph_tally (*tallies)[2])
{
    const struct og_snapshot_type *types = og_snapshot_data(s, OG_SNAPSHOT_TYPES);
    for (uint64_t i = 0; i < og_snapshot_len(s, OG_SNAPSHOT_TYPES); i++)
        if (tallies[i][1].count != types[i].tracked.count || tallies[i][0].count != types[i].untracked.count)
            return "has other numbers of objects than its types";
    return NULL;
}

static const char *check_nodes(const struct og_snapshot *s)
{
    const struct og_snapshot_graph *g = graph_of(s);
    const struct og_node *nodes = og_snapshot_data(s, OG_SNAPSHOT_NODES);
    uint64_t types = og_snapshot_len(s, OG_SNAPSHOT_TYPES), tracked = 0;
    if (og_snapshot_len(s, OG_SNAPSHOT_NODES) != g->count || g->level == OG_SCAN_TYPES)
        return need_len(s, OG_SNAPSHOT_NODES, g->count);
    struct og_graph_tally(*tallies)[2] = calloc(types + 1, sizeof *tallies);
    const char *problem = tallies ? NULL : "is too large to be checked in the memory that is left";
    for (uint64_t i = 0; i < g->count && !problem; i++) {
        if (nodes[i].type >= types)
            problem = "names a type that is not there";
        else
            tallies[nodes[i].type][nodes[i].tracked].count++;
        tracked += nodes[i].tracked;
    }
    if (!problem && tracked != g->tracked)
        problem = "has another number of tracked objects than the graph";
    if (!problem)
        problem = compare_tallies(s, (const struct og_graph_tally(*)[2])tallies);
    free(tallies);
    return problem;
}

/* Every tracked object once. */
static const char *check_order(const struct og_snapshot *s)
{
    const struct og_snapshot_graph *g = graph_of(s);
    const struct og_node *nodes = og_snapshot_data(s, OG_SNAPSHOT_NODES);
    const uint32_t *order = og_snapshot_data(s, OG_SNAPSHOT_ORDER);
    if (g->level == OG_SCAN_TYPES)
        return need_len(s, OG_SNAPSHOT_ORDER, 0);
    if (og_snapshot_len(s, OG_SNAPSHOT_ORDER) != g->tracked)
        return need_len(s, OG_SNAPSHOT_ORDER, g->tracked);
    uint64_t *seen = calloc(g->count / 64 + 1, sizeof *seen);
    const char *problem = seen ? NULL : "is too large to be checked in the memory that is left";
    for (uint64_t i = 0; i < g->tracked && !problem; i++) {
        uint32_t id = order[i];
        if (id >= g->count || !nodes[id].tracked || seen[id / 64] >> id % 64 & 1)
            problem = "names something else than every tracked object once";
        else
            seen[id / 64] |= 1ull << id % 64;
    }
    free(seen);
    return problem;
}

static const char *check_long(const struct og_snapshot *s, enum og_snapshot_kind kind)
{
    const struct og_long_len *rows = og_snapshot_data(s, kind);
    uint64_t count = graph_of(s)->count, len = og_snapshot_len(s, kind);
    for (uint64_t i = 0; i < len; i++)
        if (rows[i].id >= count || (i && rows[i].id <= rows[i - 1].id))
            return "is not in the order of its objects";
    return NULL;
}

/* ---- references ---- */

static const char *check_offsets(const struct og_snapshot *s, enum og_snapshot_kind kind)
{
    const struct og_snapshot_graph *g = graph_of(s);
    const uint32_t *offsets = og_snapshot_data(s, kind);
    uint64_t len = g->level == OG_SCAN_GRAPH ? g->count + 1 : 0;
    uint32_t falling = 0;
    if (len == 0 || og_snapshot_len(s, kind) != len)
        return need_len(s, kind, len);
    for (uint64_t i = 0; i < g->count; i++)
        falling |= offsets[i] > offsets[i + 1];
    return falling || offsets[0] || offsets[g->count] != g->references ? "does not rise from 0 to the last reference"
                                                                       : NULL;
}

static const char *check_targets(const struct og_snapshot *s, enum og_snapshot_kind kind)
{
    const struct og_snapshot_graph *g = graph_of(s);
    const uint32_t *targets = og_snapshot_data(s, kind);
    uint32_t beyond = 0, count = (uint32_t)g->count;
    if (og_snapshot_len(s, kind) != g->references)
        return need_len(s, kind, g->references);
    for (uint64_t i = 0; i < g->references; i++)
        beyond |= (og_target_id(targets[i]) >= count) | (og_target_kind(targets[i]) > OG_REF_INFERRED);
    return beyond ? "names an object that is not there" : NULL;
}

/* ---- the index ---- */

static const char *check_chunks(const struct og_snapshot *s)
{
    const struct og_index_chunk *chunks = og_snapshot_data(s, OG_SNAPSHOT_CHUNKS);
    uint64_t len = og_snapshot_len(s, OG_SNAPSHOT_CHUNKS), records = og_snapshot_len(s, OG_SNAPSHOT_BITS);
    uint32_t beyond = 0;
    for (uint64_t i = 0; i < len; i++)
        for (uint32_t p = 0; p < OG_INDEX_PAGES; p++)
            beyond |= chunks[i].record[p] >= records;
    return beyond || len > UINT32_MAX ? "names a page that is not there" : NULL;
}

static const char *check_sorted(const struct og_snapshot *s)
{
    const uint32_t *sorted = og_snapshot_data(s, OG_SNAPSHOT_SORTED);
    const uint64_t *keys = og_snapshot_data(s, OG_SNAPSHOT_KEYS);
    uint64_t len = og_snapshot_len(s, OG_SNAPSHOT_CHUNKS);
    if (og_snapshot_len(s, OG_SNAPSHOT_SORTED) != len)
        return need_len(s, OG_SNAPSHOT_SORTED, len);
    for (uint64_t i = 0; i < len; i++)
        if (sorted[i] >= len || keys[sorted[i]] > UINT64_MAX >> OG_INDEX_CHUNK_SHIFT ||
            (i && keys[sorted[i]] <= keys[sorted[i - 1]]))
            return "is not in the order of addresses";
    return NULL;
}

/* What og_index_record gives for a page without objects must have none. */
static const char *check_bits(const struct og_snapshot *s)
{
    const struct og_index_bits *bits = og_snapshot_data(s, OG_SNAPSHOT_BITS), none = {{0}};
    if (graph_of(s)->level == OG_SCAN_TYPES)
        return NULL;
    if (og_snapshot_len(s, OG_SNAPSHOT_BITS) == 0 || memcmp(bits, &none, sizeof none) != 0)
        return "does not begin with a page without objects";
    return NULL;
}

/* The page's rank is that of its bits, its objects are those whose turn it is. false: they are not. */
static bool check_page(const struct og_snapshot *s, uint32_t record, og_addr page, uint64_t *next, uint64_t end)
{
    const struct og_index_bits *bits = (const struct og_index_bits *)og_snapshot_data(s, OG_SNAPSHOT_BITS) + record;
    const struct og_index_rank *rank = (const struct og_index_rank *)og_snapshot_data(s, OG_SNAPSHOT_RANKS) + record;
    const uint64_t *addresses = og_snapshot_data(s, OG_SNAPSHOT_ADDRESSES);
    uint64_t id = *next;
    if (rank->base != id)
        return false;
    for (unsigned w = 0; w < OG_INDEX_WORDS; w++) {
        if (rank->before[w] != id - *next || og_popcount(bits->word[w]) > end - id)
            return false;
        for (uint64_t word = bits->word[w]; word; word &= word - 1)
            if (addresses[id++] != page + ((uint64_t)w * 64 + (uint64_t)__builtin_ctzll(word)) * 8)
                return false;
    }
    *next = id;
    return true;
}

/* Walks the index as og_index_number does: it must number exactly the addresses that stand before the odd ones. */
static const char *check_ranks(const struct og_snapshot *s)
{
    const struct og_index_chunk *chunks = og_snapshot_data(s, OG_SNAPSHOT_CHUNKS);
    const uint32_t *sorted = og_snapshot_data(s, OG_SNAPSHOT_SORTED);
    const uint64_t *keys = og_snapshot_data(s, OG_SNAPSHOT_KEYS);
    uint64_t count = graph_of(s)->count, odd = og_snapshot_len(s, OG_SNAPSHOT_ODD), next = 0;
    if (og_snapshot_len(s, OG_SNAPSHOT_RANKS) != og_snapshot_len(s, OG_SNAPSHOT_BITS))
        return need_len(s, OG_SNAPSHOT_RANKS, og_snapshot_len(s, OG_SNAPSHOT_BITS));
    if (odd > count)
        return "numbers more objects than there are";
    for (uint64_t i = 0; i < og_snapshot_len(s, OG_SNAPSHOT_SORTED); i++) {
        og_addr start = keys[sorted[i]] << OG_INDEX_CHUNK_SHIFT;
        for (uint32_t p = 0; p < OG_INDEX_PAGES; p++) {
            uint32_t record = chunks[sorted[i]].record[p];
            og_addr page = start + ((uint64_t)p << OG_INDEX_PAGE_SHIFT);
            if (record && !check_page(s, record, page, &next, count - odd))
                return "numbers other addresses than the graph has";
        }
    }
    return next == count - odd ? NULL : "numbers other addresses than the graph has";
}

static const char *check_odd(const struct og_snapshot *s)
{
    const uint64_t *odd = og_snapshot_data(s, OG_SNAPSHOT_ODD), *addresses = og_snapshot_data(s, OG_SNAPSHOT_ADDRESSES);
    uint64_t len = og_snapshot_len(s, OG_SNAPSHOT_ODD), first = graph_of(s)->count - len;
    for (uint64_t i = 0; i < len; i++)
        if (odd[i] != addresses[first + i] || odd[i] % 8 == 0 || (i && odd[i] <= odd[i - 1]))
            return "numbers other addresses than the graph has";
    return NULL;
}

/* ---- words ---- */

static const char *check_strings(const struct og_snapshot *s)
{
    return graph_of(s)->words ? check_text(s, OG_SNAPSHOT_STRINGS) : need_len(s, OG_SNAPSHOT_STRINGS, 0);
}

static bool is_string(const struct og_snapshot *s, uint32_t offset)
{
    return offset < og_snapshot_len(s, OG_SNAPSHOT_STRINGS);
}

static const char *check_by_id(const struct og_snapshot *s, enum og_snapshot_kind kind)
{
    return need_len(s, kind, graph_of(s)->words ? graph_of(s)->count : 0);
}

/* By id or by type. */
static const char *check_labels(const struct og_snapshot *s, enum og_snapshot_kind kind, uint64_t count)
{
    const uint32_t *labels = og_snapshot_data(s, kind);
    const char *problem = need_len(s, kind, graph_of(s)->words ? count : 0);
    for (uint64_t i = 0; i < og_snapshot_len(s, kind) && !problem; i++)
        problem = is_string(s, labels[i]) ? NULL : "names a text that is not there";
    return problem;
}

/* Which place is a count and which a record only shapes say, so each record must do as a record. */
static const char *check_names(const struct og_snapshot *s)
{
    const struct og_edge_word *names = og_snapshot_data(s, OG_SNAPSHOT_NAMES);
    uint64_t len = og_snapshot_len(s, OG_SNAPSHOT_NAMES);
    for (uint64_t i = 0; i < len; i++) {
        if (names[i].form >= OG_EDGE_FORM_COUNT)
            return "has a form of name that does not exist";
        if (names[i].form != OG_EDGE_NONE && names[i].form != OG_EDGE_INDEX && !is_string(s, names[i].text))
            return "names a text that is not there";
    }
    return NULL;
}

static bool is_shape(const struct og_snapshot *s, uint32_t shape, uint32_t degree)
{
    const struct og_edge_word *names = og_snapshot_data(s, OG_SNAPSHOT_NAMES);
    uint64_t len = og_snapshot_len(s, OG_SNAPSHOT_NAMES);
    if (shape < OG_SHAPE_FIRST)
        return true;
    return shape < len && names[shape].text == degree && degree < len - shape;
}

static const char *check_shapes(const struct og_snapshot *s)
{
    const uint32_t *shapes = og_snapshot_data(s, OG_SNAPSHOT_SHAPES),
                   *offsets = og_snapshot_data(s, OG_SNAPSHOT_OFFSETS);
    const char *problem = check_by_id(s, OG_SNAPSHOT_SHAPES);
    for (uint64_t i = 0; i < og_snapshot_len(s, OG_SNAPSHOT_SHAPES) && !problem; i++)
        problem = is_shape(s, shapes[i], offsets[i + 1] - offsets[i]) ? NULL : "does not fit the references";
    return problem;
}

static const char *check_modules(const struct og_snapshot *s)
{
    const uint32_t *modules = og_snapshot_data(s, OG_SNAPSHOT_MODULES);
    for (uint64_t i = 0; i < og_snapshot_len(s, OG_SNAPSHOT_MODULES); i++)
        if (modules[i] >= graph_of(s)->count || (i && modules[i] <= modules[i - 1]))
            return "is not in the order of its objects";
    return NULL;
}

static const char *check_roots(const struct og_snapshot *s)
{
    const struct og_id_text *roots = og_snapshot_data(s, OG_SNAPSHOT_ROOTS);
    for (uint64_t i = 0; i < og_snapshot_len(s, OG_SNAPSHOT_ROOTS); i++) {
        if (roots[i].id >= graph_of(s)->count || (i && roots[i].id <= roots[i - 1].id))
            return "is not in the order of its objects";
        if (!is_string(s, roots[i].text))
            return "names a text that is not there";
    }
    return NULL;
}

/* ---- all ---- */

const char *og_snapshot_check(const struct og_snapshot *s, enum og_snapshot_kind kind)
{
    switch (kind) {
    case OG_SNAPSHOT_GRAPH:
        return check_graph(s);
    case OG_SNAPSHOT_ABOUT:
        return check_about(s);
    case OG_SNAPSHOT_THREADS:
        return check_threads(s);
    case OG_SNAPSHOT_TEXT:
        return check_text(s, OG_SNAPSHOT_TEXT);
    case OG_SNAPSHOT_TYPES:
        return check_types(s);
    case OG_SNAPSHOT_ADDRESSES:
        return check_addresses(s);
    case OG_SNAPSHOT_NODES:
        return check_nodes(s);
    case OG_SNAPSHOT_ORDER:
        return check_order(s);
    case OG_SNAPSHOT_BIG:
    case OG_SNAPSHOT_LONG_LENS:
        return check_long(s, kind);
    case OG_SNAPSHOT_OFFSETS:
    case OG_SNAPSHOT_INVERSE_OFFSETS:
        return check_offsets(s, kind);
    case OG_SNAPSHOT_TARGETS:
    case OG_SNAPSHOT_INVERSE_TARGETS:
        return check_targets(s, kind);
    case OG_SNAPSHOT_CHUNKS:
        return check_chunks(s);
    case OG_SNAPSHOT_KEYS:
        return need_len(s, kind, og_snapshot_len(s, OG_SNAPSHOT_CHUNKS));
    case OG_SNAPSHOT_SORTED:
        return check_sorted(s);
    case OG_SNAPSHOT_BITS:
        return check_bits(s);
    case OG_SNAPSHOT_RANKS:
        return check_ranks(s);
    case OG_SNAPSHOT_ODD:
        return check_odd(s);
    case OG_SNAPSHOT_STRINGS:
        return check_strings(s);
    case OG_SNAPSHOT_LENS:
        return check_by_id(s, kind);
    case OG_SNAPSHOT_LABELS:
        return check_labels(s, kind, graph_of(s)->count);
    case OG_SNAPSHOT_CLASSES:
        return check_labels(s, kind, og_snapshot_len(s, OG_SNAPSHOT_TYPES));
    case OG_SNAPSHOT_SHAPES:
        return check_shapes(s);
    case OG_SNAPSHOT_NAMES:
        return check_names(s);
    case OG_SNAPSHOT_MODULES:
        return check_modules(s);
    case OG_SNAPSHOT_ROOTS:
        return check_roots(s);
    case OG_SNAPSHOT_KINDS:
        break;
    }
    return NULL;
}
