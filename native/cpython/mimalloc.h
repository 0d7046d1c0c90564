/* Objects of free-threaded builds: no list holds them, the allocator's pages do. */
#ifndef OG_MIMALLOC_H
#define OG_MIMALLOC_H

#include "cpython/python.h"

/* Finds out how the allocator that PY->l names lays out its blocks, by what is in them; false: nothing in memory looks
 * like it. Sets PY->l.block_prefix. */
bool og_blocks_prove(struct og_py *py);
/* The next up to CAP tracked objects from C on, in the order of addresses; 0 at the end (C->region beyond the last). */
uint64_t og_blocks_next(struct og_py *py, struct og_block_cursor *c, struct og_listed *out, uint64_t cap);

#endif
