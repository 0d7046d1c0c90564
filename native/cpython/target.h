/* What an og_target is made of: memory, the Python in it, and what was handed out for this stop. */
#ifndef OG_TARGET_H
#define OG_TARGET_H

#include "cpython/python.h"

struct og_snapshot;

struct og_target {
    struct og_mem *mem;
    struct og_py py;
    struct og_arena rows;   /* rows of og_target_threads: until the next call */
    struct og_arena object; /* rows of og_object_describe */
    struct og_arena fields; /* rows of og_object_fields */
    struct og_arena names;  /* of og_path_complete */
    struct og_snapshot *snapshot; /* graph/snapshot.h: this is an opened file; mem holds nothing and py is not set up */
    uint32_t stop;          /* og_target_stop(): set by another thread while a question is worked on */
    char version[32];
    char layout_source[512];
    char notes[8192];       /* of og_target_notes: until the next call */
};

/* Whoever loops over objects asks this; T may be NULL. */
static inline bool og_stopped(const struct og_target *t)
{
    return t && __atomic_load_n(&t->stop, __ATOMIC_RELAXED);
}

#endif
