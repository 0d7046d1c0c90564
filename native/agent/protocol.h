/* What libog and the agent tell each other. Both sides are built from this file together; no version skew is possible,
 * but magic and size are checked all the same. */
#ifndef OG_AGENT_PROTOCOL_H
#define OG_AGENT_PROTOCOL_H

#include "cpython/python.h"
#include "graph/scan.h"

#define OG_AGENT_MAGIC 0x31746e656761676full /* "ogagent1" */

enum og_agent_command {
    OG_AGENT_START = 1,  /* prepare a scan: state is allocated, the memfd made (number in result_fd) */
    OG_AGENT_STEP = 2,   /* work on: status OG_MORE or OG_OK */
    OG_AGENT_FINISH = 3, /* free everything, close the memfd: nothing is left but the image and this block */
    OG_AGENT_CLONE = 4,  /* START and STEP to the end in a grandchild; the memfd's header says when it is done */
};

struct og_agent_request {
    uint64_t magic, size;
    uint32_t command;      /* in */
    int32_t status;        /* out: enum og_code */
    uint64_t work;         /* in, of STEP */
    struct og_scan_options options;
    struct og_layout layout;
    uint64_t runtime, hexversion, type_type, object_type, subtype_traverse;
    uint32_t interp_count, region_count;
    struct og_interp interps[OG_INTERP_MAX];
    uint64_t regions;      /* address of struct og_region[region_count], behind this block */
    int32_t result_fd;     /* out */
    int32_t child;         /* out, of CLONE: pid of the grandchild */
    struct og_progress progress; /* out; what is not used */
    uint64_t state;        /* the agent's own */
    struct og_error error; /* out */
};

/* The result file: this header, then each section at its own sparse offset. */
#define OG_RESULT_SECTION (1ull << 36)
enum og_result_section { OG_RESULT_FOUND = 1, OG_RESULT_EDGES = 2, OG_RESULT_TYPES = 3, OG_RESULT_BIG = 4, OG_RESULT_COUNTS = 5, OG_RESULT_END = 6 };

struct og_result_header {
    uint64_t magic;
    uint32_t done;   /* 1: complete; 2: failed, error says why */
    uint32_t level;
    uint64_t len[OG_RESULT_END]; /* elements in each section */
    uint64_t unreadable, unreadable_lists;
    uint64_t progress_done, progress_total;
    struct og_error error;
};

#endif
