/* What an og_target is made of: memory, the Python in it, and what was handed out for this stop. */
#ifndef OG_TARGET_H
#define OG_TARGET_H

#include "cpython/python.h"

struct og_target {
    struct og_mem *mem;
    struct og_py py;
    struct og_arena rows;   /* rows of og_target_threads: until the next call */
    struct og_arena object; /* rows of og_object_describe */
    struct og_arena fields; /* rows of og_object_fields */
    struct og_arena names;  /* of og_path_complete */
    char version[32];
    char layout_source[256];
};

#endif
