/* Names of references. A graph read from memory keeps none: the object is decoded again, and the K-th reference to a
 * target in the graph is the K-th one that the decoder reports. A graph that carries its words says them itself. */
#ifndef OG_EDGE_NAMES_H
#define OG_EDGE_NAMES_H

#include "analysis/edge_match.h"
#include "analysis/report.h"
#include "cpython/edge_name.h"

/* ---- some references of one object ---- */

struct og_named_edge {
    og_id target;
    bool weak;
    struct og_edge_name name; /* out, its text in the arena; form OG_EDGE_NONE: it has none */
};

/* The references out of SOURCE that are wanted, several to one target in their order. T may be NULL: no names where the
 * graph has none. false: out of memory. */
bool og_edges_name(struct og_target *t, const struct og_graph *g, og_id source, struct og_named_edge *edges,
                   uint64_t count, struct og_arena *arena);
/* The label of a name, in R; NULL: out of memory. */
const char *og_edge_label(struct og_report *r, const struct og_edge_name *name);

/* ---- all references of one object after another, in the order of the graph ---- */

/* What the decoder says of one reference: og_ref without what the graph has. */
struct og_edge_origin {
    union {
        const char *text;
        og_addr obj;
        uint64_t index;
    };
    uint8_t form; /* enum og_name_form */
    bool by_obj;
};

struct og_edge_namer {
    struct og_target *target;
    const struct og_graph *graph;
    og_id id;
    uint64_t count;
    bool from_words;
    struct og_vec origins; /* struct og_edge_origin, by place; not for graphs with words */
    struct og_edge_match match;
    char text[OG_EDGE_TEXT];
};

void og_edge_namer_init(struct og_edge_namer *n, struct og_target *t, const struct og_graph *g);
/* Turns to the object ID. false: out of memory. */
bool og_edge_namer_open(struct og_edge_namer *n, og_id id);
/* What the decoder says of its K-th reference, which is not of a graph with words. */
struct og_ref og_edge_namer_ref(const struct og_edge_namer *n, uint64_t k);
/* The name of its K-th reference; the text stays until the next call. */
void og_edge_namer_name(struct og_edge_namer *n, uint64_t k, struct og_edge_name *out);
void og_edge_namer_deinit(struct og_edge_namer *n);

#endif
