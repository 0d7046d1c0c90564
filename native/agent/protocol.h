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
    OG_AGENT_CLONE =
        4, /* START and STEP to the end in a clone of the process; the memfd's header says when it is done */
};

enum og_agent_flags {
    OG_AGENT_OUR_CTRL_C = 1, /* the terminal's Ctrl-C reaches the process: take it out of its pending signals */
    OG_AGENT_REAP = 2,       /* out, of CLONE: child is one of the process's own, to be waited for with __WALL */
};

/* What GDB itself reads and writes, at fixed offsets: gdb/og/inferior.py has the same fields. */
struct og_agent_control {
    uint64_t magic, size;
    uint32_t command;                       /* in */
    int32_t status;                         /* out: enum og_code */
    uint64_t work;                          /* in, of STEP */
    uint64_t stack;                         /* in: the end of the agent's own stack */
    uint64_t signal_mask;                   /* out: the thread's, restored when the agent returns */
    uint32_t flags;                         /* in and out: enum og_agent_flags */
    uint32_t interrupted;                   /* out: a Ctrl-C was taken out */
    int32_t result_fd;                      /* out */
    int32_t child;                          /* out, of CLONE: pid of the clone */
    uint64_t progress_done, progress_total; /* out */
    struct og_error error;                  /* out */
};
#define OG_AGENT_CONTROL_SIZE  464
#define OG_AGENT_CONTROL_STACK 32 /* offset of stack, for entry.c */
_Static_assert(sizeof(struct og_agent_control) == OG_AGENT_CONTROL_SIZE, "gdb/og/inferior.py mirrors og_agent_control");
_Static_assert(offsetof(struct og_agent_control, stack) == OG_AGENT_CONTROL_STACK, "entry.c loads it");

struct og_agent_request {
    struct og_agent_control control;
    struct og_scan_options options;
    struct og_layout layout;
    uint64_t runtime, hexversion, type_type, object_type, subtype_traverse;
    uint64_t untrusted_traverse; /* a tp_traverse that must not be called, 0: none */
    uint32_t interp_count, region_count;
    struct og_interp interps[OG_INTERP_MAX];
    uint64_t regions; /* address of struct og_region[region_count], behind this block */
    uint64_t state;   /* the agent's own */
};

#define OG_AGENT_STACK (256u << 10) /* bytes at the end of the room for the request */

/* The result file: this header, then each section at its own sparse offset. */
#define OG_RESULT_SECTION (1ull << 36)
enum og_result_section {
    OG_RESULT_FOUND = 1,
    OG_RESULT_EDGES = 2,
    OG_RESULT_TYPES = 3,
    OG_RESULT_BIG = 4,
    OG_RESULT_COUNTS = 5,
    OG_RESULT_END = 6
};

struct og_result_header {
    uint64_t magic;
    uint32_t done; /* 1: complete; 2: failed, error says why */
    uint32_t level;
    uint32_t stop, sizes; /* stop: GDB wants no more, the clone ends */
    int32_t child;        /* of CLONE: pid of the clone, if it is a grandchild */
    uint32_t unused;
    uint64_t len[OG_RESULT_END]; /* elements in each section */
    uint64_t unreadable, unreadable_lists;
    struct og_losses losses;
    uint64_t progress_done, progress_total;
    struct og_error error;
};

#endif
