/* Inside the scan: types by address, and what is visited besides the collector's lists. */
#ifndef OG_SCAN_TYPES_H
#define OG_SCAN_TYPES_H

#include "graph/scan.h"

/* The type at ADDR, numbered at first sight; NULL: not a type, or out of memory (s->failed). */
const struct og_scan_type *og_scan_type_slow(struct og_scan_core *s, og_addr addr);

static inline const struct og_scan_type *og_scan_type_at(struct og_scan_core *s, og_addr addr)
{
    const struct og_scan_type *t = &s->recent[addr >> 4 & (OG_SCAN_RECENT - 1)];
    return t->addr == addr && addr ? t : og_scan_type_slow(s, addr);
}

/* Remembers ADDR as an object to visit; false: out of memory. */
bool og_scan_see(struct og_scan_core *s, og_addr addr, uint32_t flags);
/* Level TYPES: walks the lists; counts are in the order of first objects when the lists are done (scan_count.c). */
void og_scan_count_step(struct og_scan_core *s, uint64_t limit);
/* What interpreters and running frames hold, for no object refers to them (scan_roots.c). */
void og_scan_roots(struct og_scan_core *s);

#endif
