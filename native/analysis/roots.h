/* What keeps an object alive though no object refers to it: local variables of running functions, the interpreter's own
 * structures, variables of C libraries. */
#ifndef OG_ROOTS_H
#define OG_ROOTS_H

#include "analysis/report.h"

/* Objects in question, and the first root found for each. */
struct og_roots {
    struct og_py *py;
    struct og_report *report; /* owns the texts */
    struct og_map wanted;     /* address -> place in names */
    const char **names;       /* NULL: no root found */
    uint64_t left;            /* objects without a root */
    bool failed;              /* out of memory */
    uint64_t frames;          /* walked */
};

/* roots.c: structures of interpreters, threads and the runtime */
void og_roots_state(struct og_roots *r);
/* roots_frames.c: local variables of running functions */
void og_roots_frames(struct og_roots *r);
/* roots_static.c: variables of C libraries */
void og_roots_static(struct og_roots *r);
/* roots_stacks.c: C functions that are running */
void og_roots_stacks(struct og_roots *r);
/* ADDR has a root: names it unless it has one already or is not wanted. */
void og_roots_name(struct og_roots *r, og_addr addr, const char *name);
bool og_roots_wants(const struct og_roots *r, og_addr addr);
/* Every word of [START, START + BYTES) that is the address of a wanted object. */
void og_roots_words(struct og_roots *r, og_addr start, uint64_t bytes, const char *name);

#endif
