/* Which process the bytes are of: the same answers for a live process and for its cores. Host only. */
#ifndef OG_IDENTITY_H
#define OG_IDENTITY_H

#include "memory/build_id.h"
#include "memory/memory.h"

/* What og_mem's pointers point to. */
struct og_identity_text {
    char build_id[OG_BUILD_ID_TEXT];
};

/* The value of the auxiliary vector's entry TYPE (AT_*); false: it has none. AUXV need not be aligned. */
bool og_auxv_find(const unsigned char *auxv, uint64_t size, uint64_t type, uint64_t *value);

/* Fills token, program and build_id of M, whose regions are known, from the SIZE bytes of its auxiliary vector. What
 * cannot be read stays 0 or "", and is no miss. KEPT and M's names must live as long as M. */
void og_identify(struct og_mem *m, const unsigned char *auxv, uint64_t size, struct og_identity_text *kept);

#endif
