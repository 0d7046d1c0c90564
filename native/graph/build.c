/* From streams to arrays: number the objects, fill in what each is, translate references, turn them round.
 * Passes run over whole streams; where they jump, they jump through small batches whose lines were prefetched. */
#define _GNU_SOURCE
#include "graph/build.h"
#include "graph/inverse.h"

#include <sys/mman.h>

enum phase {
    PHASE_MARK,    /* found objects into the index */
    PHASE_NUMBER,  /* ids, arrays */
    PHASE_OBJECTS, /* nodes and degrees */
    PHASE_COUNT,   /* degrees without references that lead nowhere; only when there are such */
    PHASE_TARGETS, /* references by source */
    PHASE_TALLY,   /* referrers counted */
    PHASE_INVERSE, /* referrers by target */
    PHASE_DONE
};

enum { BATCH = 64, AHEAD = 24 };

void og_build_begin(struct og_build *b, struct og_graph *g, bool indexed)
{
    memset(b, 0, sizeof *b);
    b->graph = g;
    b->exact = g->unreadable == 0;
    b->sound = indexed && b->exact;
    b->phase = b->sound ? PHASE_NUMBER : PHASE_MARK;
    og_vec_init(&b->found, sizeof(struct og_found));
    og_vec_init(&b->edges, sizeof(uint64_t));
    og_vec_init(&b->big, sizeof(struct og_big_size));
}

void og_build_deinit(struct og_build *b)
{
    og_vec_deinit(&b->found);
    og_vec_deinit(&b->edges);
    og_vec_deinit(&b->big);
    og_graph_close(b->graph);
    b->graph = NULL;
}

static int no_memory(struct og_error *err)
{
    return og_fail(err, OG_EMEMORY, 0, "out of memory for the graph");
}

static int damaged(struct og_error *err, const char *what)
{
    return og_fail(err, OG_EUNREADABLE, 0, "the result of the scan is damaged: %s", what);
}

/* Large arrays are jumped about in: large pages save most of the misses. */
static void *array(uint64_t count, uint64_t elem)
{
    uint64_t bytes = og_array_bytes(count, elem);
    void *p = og_pages_alloc(bytes);
    if (p && bytes >= 8u << 20)
        madvise(p, bytes, MADV_HUGEPAGE);
    return p;
}

static void enter(struct og_build *b, enum phase phase)
{
    b->phase = phase;
    b->next = b->edge = 0;
}

static const struct og_found *found_at(const struct og_build *b, uint64_t i)
{
    return (const struct og_found *)b->found.data + i;
}

/* ---- mark and number ---- */

static int step_mark(struct og_build *b, uint64_t work, struct og_error *err)
{
    uint64_t end = b->next + work < b->found.len ? b->next + work : b->found.len;
    struct og_index *x = &b->graph->index;
    for (; b->next < end; b->next++) {
        const struct og_found *f = found_at(b, b->next);
        if (f->flags & OG_FOUND_BAD)
            og_index_unmark(x, f->addr);
        else if (og_index_mark(x, f->addr) < 0)
            return no_memory(err);
    }
    if (b->next == b->found.len)
        enter(b, PHASE_NUMBER);
    return OG_OK;
}

static bool allocate(struct og_graph *g, uint64_t tracked)
{
    g->count = g->index.count;
    g->tracked = tracked;
    g->addresses = array(g->count, sizeof *g->addresses);
    g->nodes = array(g->count, sizeof *g->nodes);
    g->order = array(tracked, sizeof *g->order);
    if (g->level == OG_SCAN_GRAPH)
        g->offsets[0] = array(g->count + 1, sizeof **g->offsets);
    return g->addresses && g->nodes && g->order && (g->level != OG_SCAN_GRAPH || g->offsets[0]);
}

static int number(struct og_build *b, struct og_error *err)
{
    struct og_graph *g = b->graph;
    uint64_t tracked = 0;
    for (uint64_t i = 0; i < b->found.len; i++)
        tracked += found_at(b, i)->flags == OG_FOUND_TRACKED;
    if (g->index.count > OG_TARGET_ID_MASK)
        return og_fail(err, OG_EMEMORY, 0, "%u objects are more than a graph can hold", g->index.count);
    if (!og_index_number(&g->index) || !allocate(g, tracked))
        return no_memory(err);
    enter(b, PHASE_OBJECTS);
    return OG_OK;
}

/* ---- objects ---- */

static int take_object(struct og_build *b, const struct og_found *f, uint64_t *rank, struct og_error *err)
{
    struct og_graph *g = b->graph;
    og_id id = og_index_id(&g->index, f->addr);
    if (id == OG_ID_NONE || f->type >= g->type_count)
        return damaged(err, "an object of unknown type");
    bool tracked = f->flags & OG_FOUND_TRACKED;
    g->nodes[id] = (struct og_node){f->type & 0x7fffffffu, tracked, f->size, f->refcount};
    if (tracked)
        g->order[(*rank)++] = id;
    if (g->offsets[0])
        g->offsets[0][id] += f->degree;
    return OG_OK;
}

static void count_type(struct og_graph *g, og_id id)
{
    const struct og_node *n = &g->nodes[id];
    struct og_graph_type *t = &g->types[n->type];
    struct og_graph_tally *c = n->tracked ? &t->tracked : &t->untracked;
    c->count++;
    c->bytes += og_graph_size(g, id);
}

static bool take_big(struct og_build *b)
{
    struct og_graph *g = b->graph;
    g->big_count = b->big.len;
    g->big_sizes = array(g->big_count, sizeof *g->big_sizes);
    for (uint64_t i = 0; g->big_sizes && i < b->big.len; i++) {
        const struct og_big_size *big = og_vec_at(&b->big, i);
        og_id id = og_index_id(&g->index, big->addr);
        g->big_sizes[i] = big->size;
        if (id != OG_ID_NONE && !og_map_put(&g->big, id, (uint32_t)i))
            return false;
    }
    return g->big_sizes != NULL;
}

/* Degrees become offsets. */
static int prefix(uint32_t *offsets, uint64_t count, uint64_t *total, struct og_error *err)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint32_t degree = offsets[i];
        offsets[i] = (uint32_t)sum;
        sum += degree;
    }
    offsets[count] = (uint32_t)sum;
    *total = sum;
    return sum <= UINT32_MAX ? OG_OK : og_fail(err, OG_EMEMORY, 0, "%u references are more than a graph can hold", sum);
}

static int prepare_targets(struct og_build *b, struct og_error *err)
{
    struct og_graph *g = b->graph;
    uint64_t references;
    int code = prefix(g->offsets[0], g->count, &references, err);
    if (code != OG_OK)
        return code;
    g->targets[0] = array(references, sizeof **g->targets);
    if (!g->targets[0])
        return no_memory(err);
    g->references = references;
    enter(b, PHASE_TARGETS);
    return OG_OK;
}

static int finish_objects(struct og_build *b, struct og_error *err)
{
    struct og_graph *g = b->graph;
    if (b->edge != b->edges.len)
        return damaged(err, "references without an object");
    if (!take_big(b))
        return no_memory(err);
    for (uint64_t i = 0; i < g->count; i++)
        count_type(g, (og_id)i);
    if (g->level != OG_SCAN_GRAPH) {
        og_index_addresses(&g->index, g->addresses);
        enter(b, PHASE_DONE);
        return OG_OK;
    }
    if (b->exact)
        return prepare_targets(b, err);
    memset(g->offsets[0], 0, (g->count + 1) * sizeof **g->offsets);
    enter(b, PHASE_COUNT);
    return OG_OK;
}

/* b->edge adds up degrees here; the rank in heap order is how many tracked objects came before. */
static int step_objects(struct og_build *b, uint64_t work, struct og_error *err)
{
    uint64_t end = b->next + work < b->found.len ? b->next + work : b->found.len;
    for (; b->next < end; b->next++) {
        const struct og_found *f = found_at(b, b->next);
        if (b->next + AHEAD < b->found.len)
            og_index_prefetch(&b->graph->index, f[AHEAD].addr);
        b->edge += f->degree;
        if (f->flags & OG_FOUND_BAD)
            continue;
        int code = take_object(b, f, &b->ranked, err);
        if (code != OG_OK)
            return code;
    }
    return b->next == b->found.len ? finish_objects(b, err) : OG_OK;
}

/* ---- references ---- */

/* The id a reference leads to, kind included; OG_ID_NONE: nowhere. */
static uint32_t translate(struct og_index *x, uint64_t edge)
{
    og_id id = og_index_id(x, edge & OG_EDGE_ADDR_MASK);
    return id == OG_ID_NONE ? OG_ID_NONE : id | (uint32_t)(edge >> OG_EDGE_KIND_SHIFT) << OG_TARGET_KIND_SHIFT;
}

static void prefetch_edge(struct og_build *b, uint64_t i)
{
    if (i < b->edges.len)
        og_index_prefetch(&b->graph->index, ((const uint64_t *)b->edges.data)[i] & OG_EDGE_ADDR_MASK);
}

static int step_count(struct og_build *b, uint64_t work, struct og_error *err)
{
    struct og_graph *g = b->graph;
    const uint64_t *edges = b->edges.data;
    for (uint64_t done = 0; b->next < b->found.len && done < work; b->next++, done++) {
        const struct og_found *f = found_at(b, b->next);
        og_id id = f->flags & OG_FOUND_BAD ? OG_ID_NONE : og_index_id(&g->index, f->addr);
        uint32_t degree = 0;
        for (uint64_t i = 0; i < f->degree; i++) {
            prefetch_edge(b, b->edge + AHEAD);
            degree += translate(&g->index, edges[b->edge++]) != OG_ID_NONE;
        }
        if (id != OG_ID_NONE)
            g->offsets[0][id] = degree;
        done += f->degree;
    }
    if (b->next < b->found.len)
        return OG_OK;
    b->exact = true;
    return prepare_targets(b, err);
}

/* The references of one object; false: one leads nowhere though none should. */
static bool take_edges(struct og_build *b, const struct og_found *f, og_id id, bool expect_all)
{
    struct og_graph *g = b->graph;
    const uint64_t *edges = b->edges.data;
    uint64_t end = b->edge + f->degree;
    uint32_t *out = g->targets[0] + g->offsets[0][id], *stop = g->targets[0] + g->offsets[0][id + 1];
    for (; b->edge < end; b->edge++) {
        prefetch_edge(b, b->edge + AHEAD);
        uint32_t target = translate(&g->index, edges[b->edge]);
        if (target == OG_ID_NONE && expect_all)
            return false;
        if (target != OG_ID_NONE && out < stop)
            *out++ = target;
    }
    return true;
}

/* Damaged streams may name what was not found: start over, counting. */
static void recount(struct og_build *b)
{
    struct og_graph *g = b->graph;
    og_pages_free(g->targets[0], og_array_bytes(g->references, sizeof **g->targets));
    g->targets[0] = NULL;
    g->references = 0;
    memset(g->offsets[0], 0, (g->count + 1) * sizeof **g->offsets);
    enter(b, PHASE_COUNT);
}

static bool take_batch(struct og_build *b, uint64_t n, uint64_t *done, bool expect_all)
{
    struct og_graph *g = b->graph;
    og_id ids[BATCH];
    for (uint64_t i = 0; i < n; i++) {
        ids[i] = og_index_id(&g->index, found_at(b, b->next + i)->addr);
        if (ids[i] != OG_ID_NONE)
            __builtin_prefetch(&g->offsets[0][ids[i]]);
    }
    for (uint64_t i = 0; i < n; i++)
        if (ids[i] != OG_ID_NONE)
            __builtin_prefetch(&g->targets[0][g->offsets[0][ids[i]]], 1);
    for (uint64_t i = 0; i < n; i++) {
        const struct og_found *f = found_at(b, b->next + i);
        if (ids[i] == OG_ID_NONE)
            b->edge += f->degree;
        else if (!take_edges(b, f, ids[i], expect_all))
            return false;
        *done += f->degree + 1;
    }
    b->next += n;
    return true;
}

static int finish_targets(struct og_build *b, struct og_error *err)
{
    struct og_graph *g = b->graph;
    og_vec_deinit(&b->found);
    og_vec_deinit(&b->edges);
    og_index_addresses(&g->index, g->addresses); /* not before: the streams are where memory peaks */
    g->offsets[1] = array(g->count + 1, sizeof **g->offsets);
    g->targets[1] = array(g->references, sizeof **g->targets);
    if (!g->offsets[1] || !g->targets[1])
        return no_memory(err);
    enter(b, PHASE_TALLY);
    return OG_OK;
}

/* The pages of V before element LEN are not read again. */
static void release(const struct og_vec *v, uint64_t len)
{
    uint64_t bytes = len * v->elem / OG_PAGE * OG_PAGE;
    if (bytes)
        madvise(v->data, bytes, MADV_DONTNEED);
}

static int start_over(struct og_build *b, struct og_error *err)
{
    if (b->sound)
        return damaged(err, "a reference that leads nowhere");
    b->recounted = true;
    recount(b);
    return OG_OK;
}

static int step_targets(struct og_build *b, uint64_t work, struct og_error *err)
{
    for (uint64_t done = 0; b->next < b->found.len && done < work;) {
        uint64_t left = b->found.len - b->next;
        if (!take_batch(b, left < BATCH ? left : BATCH, &done, b->graph->unreadable == 0 && !b->recounted))
            return start_over(b, err);
    }
    if (b->sound) {
        release(&b->found, b->next);
        release(&b->edges, b->edge);
    }
    return b->next == b->found.len ? finish_targets(b, err) : OG_OK;
}

/* ---- the other direction ---- */

static void step_tally(struct og_build *b, uint64_t work)
{
    struct og_graph *g = b->graph;
    uint64_t end = b->next + work < g->references ? b->next + work : g->references;
    og_inverse_tally(g, b->next, end);
    b->next = end;
    if (end == g->references) {
        og_inverse_ends(g);
        enter(b, PHASE_INVERSE);
    }
}

int og_build_step(struct og_build *b, uint64_t work, struct og_error *err)
{
    int code = OG_OK;
    switch ((enum phase)b->phase) {
    case PHASE_MARK:
        code = step_mark(b, work, err);
        break;
    case PHASE_NUMBER:
        code = number(b, err);
        break;
    case PHASE_OBJECTS:
        code = step_objects(b, work, err);
        break;
    case PHASE_COUNT:
        code = step_count(b, work, err);
        break;
    case PHASE_TARGETS:
        code = step_targets(b, work, err);
        break;
    case PHASE_TALLY:
        step_tally(b, work);
        break;
    case PHASE_INVERSE:
        if (og_inverse_fill(b->graph, &b->next, work))
            enter(b, PHASE_DONE);
        break;
    case PHASE_DONE:
        break;
    }
    if (code != OG_OK)
        return code;
    return b->phase == PHASE_DONE ? OG_OK : OG_MORE;
}

void og_build_progress(const struct og_build *b, struct og_progress *out)
{
    const struct og_graph *g = b->graph;
    bool inverse = b->phase >= PHASE_TALLY;
    *out = (struct og_progress){
        .done = b->next,
        .total = b->phase == PHASE_TALLY ? g->references
                 : inverse               ? g->count
                                         : b->found.len,
        .what = inverse                   ? "inverse"
                : b->phase >= PHASE_COUNT ? "references"
                                          : "index",
    };
}
