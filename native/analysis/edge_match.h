/* Pairing two lists of references of one object that are in different order: the K-th to a target in one is the K-th to
 * it in the other. */
#ifndef OG_EDGE_MATCH_H
#define OG_EDGE_MATCH_H

#include "base/base.h"

struct og_edge_match { /* zeroed before the first use; may be used again and again */
    struct og_vec chains;
    struct og_vec after; /* uint32_t by place: the next one to the same target */
    uint64_t mask;
    uint64_t left; /* not taken yet */
};

/* Of COUNT places, of which each is to be added. false: out of memory. */
bool og_edge_match_begin(struct og_edge_match *m, uint64_t count);
void og_edge_match_add(struct og_edge_match *m, uint32_t place, og_addr target, bool weak);
/* The next place with such a reference, UINT32_MAX: there is none left. */
uint32_t og_edge_match_take(struct og_edge_match *m, og_addr target, bool weak);
void og_edge_match_deinit(struct og_edge_match *m);

#endif
