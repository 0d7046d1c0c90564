/* Making a graph from the streams of a scan, in steps. */
#ifndef OG_BUILD_H
#define OG_BUILD_H

#include "graph/graph.h"

/* Takes the streams over and frees each as soon as it is used up. */
struct og_build {
    struct og_graph *graph;
    struct og_vec found, edges, big;
    uint32_t phase;
    bool sound;          /* no reference can lead nowhere: streams are read once, and go while references are written */
    bool exact;          /* degrees count no reference that leads nowhere */
    bool recounted;      /* because some did */
    uint64_t next, edge; /* positions in found and edges */
    uint64_t ranked;     /* tracked objects put in heap order */
};

/* The graph has its types and level; INDEXED: its index has the found objects marked already. */
void og_build_begin(struct og_build *b, struct og_graph *g, bool indexed);
/* OG_MORE, OG_OK or an error. WORK: objects plus references. */
int og_build_step(struct og_build *b, uint64_t work, struct og_error *err);
void og_build_progress(const struct og_build *b, struct og_progress *out);
void og_build_deinit(struct og_build *b);

#endif
