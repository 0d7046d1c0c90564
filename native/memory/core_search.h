/* Where a file that a process had mapped may lie here, and whether what lies there is the same file. Host only. */
#ifndef OG_CORE_SEARCH_H
#define OG_CORE_SEARCH_H

#include "memory/build_id.h"

#define OG_CORE_PATH_MAX 4096 /* PATH_MAX of Linux */

/* What the core says of a mapped file. */
struct og_core_wanted {
    const char *name;          /* its path where the process ran */
    const unsigned char *head; /* its first bytes, as many as the core holds; NULL: none */
    uint64_t head_size;
    struct og_build_id id;
};

enum og_core_verdict {
    OG_CORE_SAME,      /* by build-id */
    OG_CORE_SAME_PAGE, /* by the whole first page: there is no build-id to compare */
    OG_CORE_OTHER_ID,
    OG_CORE_OTHER_BUILD, /* no build-id to compare, and another first page */
    OG_CORE_NO_MEMORY,   /* the build-id, but not the bytes that were mapped */
    OG_CORE_CUT,
    OG_CORE_NOT_ELF,
    OG_CORE_NO_HEAD, /* the core lacks what tells */
};

/* The place NUMBER, in order of preference, counted from 0: written to PATH, which stays "" where that place does not
 * apply to the file. false: no more places. Place 0 is the executable that was named. */
bool og_core_place(const struct og_core_options *o, const struct og_core_wanted *w, uint64_t number,
                   char path[OG_CORE_PATH_MAX]);
/* Whether the SIZE bytes at P are the file that was mapped. */
enum og_core_verdict og_core_compare(const struct og_core_wanted *w, const unsigned char *p, uint64_t size);
/* The verdict as words that follow a file's name; NULL: it can be used. */
const char *og_core_why(enum og_core_verdict verdict);

#endif
