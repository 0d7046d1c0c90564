/* Tracked objects without referrers and what holds them: for the answer, and for graphs that carry it with them. */
#ifndef OG_LEAKING_H
#define OG_LEAKING_H

#include "analysis/report.h"

/* All of them in heap order: IDS (og_id), and for each the root that holds it, NULL if none was found; the texts are
 * R's. false: out of memory. */
bool og_leaking_find(struct og_report *r, struct og_target *t, const struct og_graph *g, struct og_vec *ids,
                     const char ***names);

#endif
