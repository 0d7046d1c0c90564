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
/* An object that cannot be read: counted, with the reason (scan_losses.c). */
void og_scan_lose(struct og_scan_core *s, og_addr addr);
/* A reference to what no object can be: counted once an address. false: out of memory. */
bool og_scan_lose_wild(struct og_scan_core *s, og_addr addr);
/* What the lists lacked, when they are done. */
void og_scan_note_lists(struct og_scan_core *s);
/* A tracked object at levels OBJECTS and GRAPH. */
void og_scan_take(struct og_scan_core *s, og_addr addr);
/* Level TYPES (scan_count.c): walks the lists; one object that is new to the index; the order of first objects at the
 * end. */
void og_scan_count_step(struct og_scan_core *s, uint64_t limit);
void og_scan_count_one(struct og_scan_core *s, const struct og_listed *o, uint64_t rank);
void og_scan_count_finish(struct og_scan_core *s);
/* Lists did not close: the objects that are in memory all the same (scan_sweep.c). False: all was gone through. */
bool og_scan_sweep_step(struct og_scan_core *s, uint64_t limit);
/* What interpreters and running frames hold, for no object refers to them (scan_roots.c). */
void og_scan_roots(struct og_scan_core *s);

#endif
