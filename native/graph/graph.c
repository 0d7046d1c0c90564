/* A finished graph: what it answers by itself. */
#include "graph/snapshot.h"
#include "memory/guard.h"

#include <stdlib.h>

enum { BODY_MIN = 16 }; /* the smallest header of an object */

struct og_graph *og_graph_create(void)
{
    struct og_graph *g = calloc(1, sizeof *g);
    if (g)
        og_index_init(&g->index);
    return g;
}

void og_graph_close(struct og_graph *g)
{
    if (!g)
        return;
    if (g->snapshot)
        og_snapshot_detach(g);
    og_pages_free(g->addresses, og_array_bytes(g->count, sizeof *g->addresses));
    og_pages_free(g->nodes, og_array_bytes(g->count, sizeof *g->nodes));
    og_pages_free(g->order, og_array_bytes(g->tracked, sizeof *g->order));
    for (int i = 0; i < 2; i++) {
        og_pages_free(g->offsets[i], og_array_bytes(g->count + 1, sizeof **g->offsets));
        og_pages_free(g->targets[i], og_array_bytes(g->references, sizeof **g->targets));
    }
    og_index_deinit(&g->index);
    og_map_deinit(&g->big);
    og_pages_free(g->big_sizes, og_array_bytes(g->big_count, sizeof *g->big_sizes));
    og_pages_free(g->types, og_array_bytes(g->type_count, sizeof *g->types));
    og_arena_deinit(&g->arena);
    free(g);
}

static uint64_t memory_of(const struct og_graph *g)
{
    uint64_t bytes = sizeof *g + og_index_memory(&g->index) - sizeof g->index + g->arena.total;
    bytes += g->nodes ? g->count * (sizeof *g->nodes + sizeof *g->addresses) : 0;
    bytes += g->order ? g->tracked * sizeof *g->order : 0;
    for (int i = 0; i < 2; i++)
        if (g->offsets[i])
            bytes += (g->count + 1) * sizeof **g->offsets + g->references * sizeof **g->targets;
    return bytes + g->big_count * sizeof *g->big_sizes + g->big.cap * 16 + g->type_count * sizeof *g->types;
}

void og_graph_info(const struct og_graph *g, struct og_graph_info *out)
{
    *out = (struct og_graph_info){
        .level = g->level,
        .from_agent = g->from_agent,
        .objects = g->count,
        .tracked = g->tracked,
        .references = g->references,
        .memory = memory_of(g),
        .unreadable = g->unreadable,
        .unreadable_lists = g->unreadable_lists,
        .losses = g->losses,
    };
}

uint64_t og_graph_size(const struct og_graph *g, og_id id)
{
    uint32_t size = g->nodes[id].size, big;
    return size == UINT32_MAX && og_map_get(&g->big, id, &big) && big < g->big_count ? g->big_sizes[big] : size;
}

/* Bytes from the object's address on that are the object itself. Some types count memory elsewhere to their size. */
static uint64_t body_size(const struct og_graph *g, og_id id)
{
    const struct og_graph_type *t = og_graph_type_of(g, id);
    uint64_t basic = t->basicsize > BODY_MIN ? (uint64_t)t->basicsize : BODY_MIN;
    uint64_t size = og_graph_size(g, id);
    uint64_t head = t->tp_flags & OG_TPFLAGS_HAVE_GC ? OG_GC_HEAD_SIZE : 0;
    size = size > head ? size - head : 0;
    bool sized_elsewhere = t->itemsize == 0 && t->kind != OG_KIND_STR && t->kind != OG_KIND_OBJECT;
    return sized_elsewhere || size < basic ? basic : size;
}

static og_id containing(const struct og_graph *g, og_addr addr)
{
    og_id id = og_index_before(&g->index, addr);
    if (id != OG_ID_NONE && addr - g->addresses[id] < body_size(g, id))
        return id;
    /* The collector's head stands in front of the object. */
    id = id == OG_ID_NONE ? 0 : id + 1;
    if (id < g->count && g->addresses[id] > addr && g->addresses[id] - addr <= OG_GC_HEAD_SIZE &&
        og_graph_type_of(g, id)->tp_flags & OG_TPFLAGS_HAVE_GC)
        return id;
    return OG_ID_NONE;
}

uint32_t og_graph_find(const struct og_graph *g, uint64_t addr, uint32_t inside)
{
    OG_GUARD_OR(OG_ID_NONE);
    if (g->count == 0)
        return OG_ID_NONE;
    /* The index remembers recent chunks, which changes no answer. */
    og_id id = og_index_id((struct og_index *)&g->index, addr);
    return id == OG_ID_NONE && inside ? containing(g, addr) : id;
}

uint64_t og_graph_address(const struct og_graph *g, uint32_t id)
{
    OG_GUARD_OR(0);
    return id < g->count ? g->addresses[id] : 0;
}

int og_graph_arrays(const struct og_graph *g, uint32_t inverse, const uint64_t **addresses, const uint32_t **offsets,
                    const uint32_t **targets, struct og_error *err)
{
    if (g->level != OG_SCAN_GRAPH)
        return og_fail(err, OG_EARG, 0, "this heap was read without references");
    *addresses = g->addresses;
    *offsets = g->offsets[inverse != 0];
    *targets = g->targets[inverse != 0];
    return OG_OK;
}
