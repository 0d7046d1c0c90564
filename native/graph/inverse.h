/* Turning references round: a counting sort by target. */
#ifndef OG_INVERSE_H
#define OG_INVERSE_H

#include "graph/graph.h"

/* Counts referrers for references [FROM, TO). */
void og_inverse_tally(struct og_graph *g, uint64_t from, uint64_t to);
/* Counts become ends; each end moves down to its start while referrers are filled in. */
void og_inverse_ends(struct og_graph *g);
/* Fills in, about WORK objects and references at a time. *NEXT: sources done. true: finished. */
bool og_inverse_fill(struct og_graph *g, uint64_t *next, uint64_t work);

#endif
