/* Objects and bytes by type name, in the order in which the names are first met on the heap. */
#ifndef OG_TALLY_H
#define OG_TALLY_H

#include "analysis/select.h"

struct og_tally {
    const char *name; /* the graph's */
    uint64_t count, bytes;
    uint64_t type_address; /* of the first type of that name */
};

/* Rows in R's arena. Types without objects are left out. */
int og_tally_names(struct og_report *r, struct og_select *s, bool long_names, struct og_tally **out, uint64_t *count,
                   struct og_error *err);

/* Names to numbers, from 0 in the order of first sight. */
struct og_names {
    struct og_map by_hash;
    struct og_vec names; /* const char *, the caller's */
};

void og_names_init(struct og_names *n);
void og_names_deinit(struct og_names *n);
/* The number of NAME; OG_ID_NONE: out of memory. NAME itself is kept where it is new. */
uint32_t og_names_add(struct og_names *n, const char *name);
/* The number of NAME, or OG_ID_NONE. */
uint32_t og_names_find(const struct og_names *n, const char *name);
static inline const char *og_names_at(const struct og_names *n, uint64_t i)
{
    return *(const char **)og_vec_at(&n->names, i);
}

#endif
