/* Names of references. A graph keeps none; for the few that are shown, their object is decoded again and the K-th
 * reference to a target in the graph is matched with the K-th one that the decoder reports. */
#ifndef OG_EDGE_NAMES_H
#define OG_EDGE_NAMES_H

#include "analysis/report.h"

struct og_named_edge {
    og_addr target;
    bool weak;
    struct og_ref ref; /* out; form OG_NAME_NONE: not matched */
};

/* The references out of SOURCE that are wanted, several to one target in their order. false: out of memory. */
bool og_edges_decode(struct og_target *t, og_addr source, struct og_named_edge *edges, uint64_t count);
/* Text and form (of og_edge_row) of a decoded reference, the text in R. NULL: out of memory. */
const char *og_edge_label(struct og_report *r, struct og_target *t, const struct og_ref *ref);
uint32_t og_edge_form(const struct og_ref *ref);

#endif
