/* The objects of a heap by address, with the number of their type's name: what tells new objects from old ones. */
#ifndef OG_CENSUS_H
#define OG_CENSUS_H

#include "analysis/tally.h"

struct og_census {       /* by ascending address */
    struct og_vec addrs; /* uint64_t */
    struct og_vec names; /* uint32_t */
};

void og_census_init(struct og_census *c);
void og_census_deinit(struct og_census *c);
/* Every object of G that Q asks for. Names that are new to NAMES are added, copied into ARENA. false: out of memory, or
 * stopped. */
bool og_census_take(struct og_census *c, struct og_names *names, struct og_arena *arena, struct og_target *t,
                    const struct og_graph *g, const struct og_query *q);

/* What became of the objects of one name. */
struct og_census_change {
    uint64_t old, current, fresh;
    uint64_t *addresses; /* of the fresh ones, in the report */
};

/* An object at the address of one of the same type name that was there before is old. CHANGES, zeroed, has COUNT
 * elements, one a name. false: out of memory. */
bool og_census_compare(struct og_report *r, const struct og_census *old, const struct og_census *current,
                       struct og_census_change *changes, uint64_t count);

#endif
