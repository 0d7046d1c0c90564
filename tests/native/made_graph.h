/* Graphs from lists of objects written down in a test. */
#ifndef MADE_GRAPH_H
#define MADE_GRAPH_H

#include "cmocka_all.h"
#include "graph/build.h"

enum { NODE, BOX, TYPES };

struct object {
    uint64_t addr;
    uint32_t type, flags, size;
    uint64_t out[6]; /* kind in the top two bits; 0 ends */
};

#define WEAK    ((uint64_t)OG_REF_WEAK << OG_EDGE_KIND_SHIFT)
#define TRACKED OG_FOUND_TRACKED

static struct og_graph *types_only(uint32_t level)
{
    struct og_graph *g = og_graph_create();
    g->level = level;
    g->has_sizes = true;
    g->type_count = TYPES;
    g->types = og_pages_alloc(og_array_bytes(TYPES, sizeof *g->types));
    g->types[NODE] = (struct og_graph_type){
        .addr = 0x10, .name = "Node", .long_name = "app.Node", .basicsize = 48, .kind = OG_KIND_OBJECT};
    g->types[BOX] = (struct og_graph_type){.addr = 0x20,
                                           .name = "Box",
                                           .long_name = "app.Box",
                                           .basicsize = 48,
                                           .tp_flags = OG_TPFLAGS_HAVE_GC,
                                           .kind = OG_KIND_OBJECT};
    return g;
}

static void feed(struct og_build *b, const struct object *objects, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        struct og_found *f = og_vec_push(&b->found);
        *f =
            (struct og_found){.addr = objects[i].addr, .type = objects[i].type, .size = objects[i].size, .refcount = 1};
        f->flags = objects[i].flags & 3;
        for (const uint64_t *out = objects[i].out; *out; out++) {
            *(uint64_t *)og_vec_push(&b->edges) = *out;
            f->degree++;
        }
    }
}

static int run(struct og_build *b, uint64_t work, struct og_error *err)
{
    int code;
    while ((code = og_build_step(b, work, err)) == OG_MORE)
        continue;
    return code;
}

static struct og_graph *graph_of(const struct object *objects, unsigned n, uint64_t work)
{
    struct og_build b;
    struct og_error err = {0};
    og_build_begin(&b, types_only(OG_SCAN_GRAPH), false);
    feed(&b, objects, n);
    if (run(&b, work, &err) != OG_OK)
        fail_msg("%s", err.msg);
    struct og_graph *g = b.graph;
    b.graph = NULL;
    og_build_deinit(&b);
    return g;
}

/* 3 -> 1, 1, 2 (weak); 1 -> 2; 2 -> 3. Heap order 3, 1; 2 is not tracked. */
static const struct object small[] = {
    {0x3000, NODE, TRACKED, 100, {0x1000, 0x1000, 0x2000 | WEAK}},
    {0x1000, BOX, TRACKED, 200, {0x2000}},
    {0x2000, NODE, 0, 300, {0x3000}},
};

#endif
