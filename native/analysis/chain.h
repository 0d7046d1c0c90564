/* Chains: found in chain_search.c, put into words in chain_text.c. */
#ifndef OG_CHAIN_H
#define OG_CHAIN_H

#include "analysis/edge_names.h"

#define OG_CHAIN_DEPTH_MAX 250u

/* Where chains end. */
struct og_chain_ends {
    struct og_target *target;
    const struct og_graph *graph;
    const char *type; /* NULL: not by type */
    bool by_long_name;
    og_id id; /* OG_ID_NONE: not one object. Neither: proper modules */
};

bool og_chain_is_end(const struct og_chain_ends *e, og_id id);

/* Up to COUNT chains from START along references (FORWARD) or against them, shortest first, those found first in heap
 * order; each differs from the others in at least one object, and none passes through an end or twice through an
 * object. CHAINS gets their ids one after the other, from START on, LENGTHS (uint32_t) the number of each. false: out
 * of memory. */
struct og_chain_search {
    const struct og_chain_ends *ends;
    og_id start;
    bool forward;
    uint32_t max_depth, count;
    struct og_vec chains;  /* og_id */
    struct og_vec lengths; /* uint32_t */
};
bool og_chain_search(struct og_chain_search *s);
/* chain_many.c: the same for more than one. */
bool og_chain_search_many(struct og_chain_search *s);
bool og_chain_add(struct og_chain_search *s, const og_id *path, uint32_t length);

/* Labels and expression of the chain of IDS, row->length of them, each referring to the next. false: out of memory. */
bool og_chain_describe(struct og_report *r, struct og_target *t, const struct og_graph *g, const og_id *ids,
                       struct og_chain_row *row);

#endif
