/* The graph of one stop: parallel arrays by dense id, references in both directions, no pointers between objects.
 * Holds what it needs of types, so that it outlives the stop it was made in.
 *
 * Ids are in the order of addresses (index.h). Heap order, the order of the collector's lists which objgraph's answers
 * have, is kept for tracked objects; untracked ones follow by id. References of an object stand in the order its type
 * visits them; referrers in heap order of the referrers. */
#ifndef OG_GRAPH_H
#define OG_GRAPH_H

#include "graph/index.h"
#include "graph/scan.h"

#define OG_TARGET_KIND_SHIFT 30
#define OG_TARGET_ID_MASK    ((1u << OG_TARGET_KIND_SHIFT) - 1)

struct og_node {
    uint32_t type : 31; /* index into og_graph.types */
    uint32_t tracked : 1;
    uint32_t size; /* UINT32_MAX: in og_graph.big */
    uint32_t refcount;
};

struct og_words;
struct og_snapshot;

struct og_graph_type {
    og_addr addr;
    const char *name, *long_name;
    int64_t basicsize, itemsize;
    uint64_t tp_flags; /* OG_TPFLAGS_HAVE_GC: the collector's head stands in front of instances */
    uint8_t kind;      /* enum og_kind */
    uint8_t has_del;
    uint8_t is_class; /* made by a class statement */
    struct og_graph_tally {
        uint64_t count, bytes;
    } tracked, untracked;
};

struct og_graph {
    uint32_t level, from_agent;
    bool has_sizes;
    uint64_t count, tracked, references;
    uint64_t unreadable, unreadable_lists;
    struct og_losses losses;
    uint64_t *addresses;   /* count */
    struct og_node *nodes; /* count */
    uint32_t *order;       /* tracked: ids in heap order */
    /* [0]: what an object refers to, [1]: what refers to it. count + 1 offsets. */
    uint32_t *offsets[2];
    uint32_t *targets[2]; /* id, kind in the top two bits */
    struct og_index index;
    struct og_map big; /* id -> index into big_sizes */
    uint64_t *big_sizes;
    uint64_t big_count;
    struct og_graph_type *types; /* in the order of first sight on the heap */
    uint64_t type_count;
    struct og_arena arena;        /* names */
    const struct og_words *words; /* graph/words.h; NULL: the process or core is asked */
    struct og_snapshot *snapshot; /* graph/snapshot.h: whose arrays, index and words these are; NULL: its own */
};

struct og_graph *og_graph_create(void); /* NULL: out of memory */

/* What an array takes: an empty one is there too. */
static inline uint64_t og_array_bytes(uint64_t count, uint64_t elem)
{
    return count ? count * elem : 1;
}

static inline og_id og_target_id(uint32_t target)
{
    return target & OG_TARGET_ID_MASK;
}

static inline uint32_t og_target_kind(uint32_t target)
{
    return target >> OG_TARGET_KIND_SHIFT;
}

static inline const struct og_graph_type *og_graph_type_of(const struct og_graph *g, og_id id)
{
    return &g->types[g->nodes[id].type];
}

uint64_t og_graph_size(const struct og_graph *g, og_id id);

/* All objects, or the tracked ones, in heap order: for (c = ...; (id = og_graph_next(g, &c)) != OG_ID_NONE;) */
struct og_graph_cursor {
    uint64_t next;
    bool all;
};

static inline og_id og_graph_next(const struct og_graph *g, struct og_graph_cursor *c)
{
    if (c->next < g->tracked)
        return g->order[c->next++];
    while (c->all && c->next - g->tracked < g->count) {
        og_id id = (og_id)(c->next++ - g->tracked);
        if (!g->nodes[id].tracked)
            return id;
    }
    return OG_ID_NONE;
}

#endif
