/* Finding all objects and references: the part of the work that needs the target. Builds for libog and for the agent.
 *
 * A scan is a breadth-first search from the garbage collector's lists. It writes two streams in order of discovery:
 * one og_found per object and, grouped by source in the same order, one word per reference. graph.c turns the streams
 * into a graph with dense ids; the agent leaves them in a memfd for that. */
#ifndef OG_SCAN_H
#define OG_SCAN_H

#include "cpython/python.h"

enum og_found_flags {
    OG_FOUND_TRACKED = 1,
    OG_FOUND_BAD = 2, /* named by a reference, but no object could be read there */
};

struct og_found {
    uint64_t addr;
    uint32_t type;        /* index into scan.types */
    uint32_t size;        /* bytes; UINT32_MAX: in scan.big */
    uint32_t refcount;    /* UINT32_MAX: immortal */
    uint32_t degree : 30; /* references out; UINT32_MAX >> 2: overflow, the scan fails */
    uint32_t flags : 2;
};
_Static_assert(sizeof(struct og_found) == 24, "og_found is part of the agent's protocol");

/* A reference in the stream: the target's address, its kind in the top two bits. */
#define OG_EDGE_KIND_SHIFT 62
#define OG_EDGE_ADDR_MASK  ((1ull << OG_EDGE_KIND_SHIFT) - 1)

struct og_big_size {
    uint64_t addr, size;
};

/* One type at level TYPES. */
struct og_type_count {
    uint64_t type; /* address */
    uint64_t count, bytes;
    uint64_t first; /* rank of the first object in the order of the lists */
};

/* Which addresses are known: a bit per 8 bytes of pages that hold objects, with ranks, so that an address becomes a
 * dense id in one cache line. Odd addresses (not 8-aligned, as a static None may be) go to a map beside. */
struct og_index;

#define OG_SCAN_RECENT 256u

struct og_scan_type {
    og_addr addr; /* 0: empty */
    const struct og_type *type;
    uint32_t index; /* into og_scan_core.types */
    struct og_size_rule size;
};

struct og_scan_core {
    struct og_py *py;
    uint32_t level, sizes;
    /* The agent sets this: references by calling tp_traverse (address, object, visitor). NULL: decode. */
    void (*traverse)(struct og_scan_core *s, const struct og_object *o);
    struct og_heap_cursor heap;
    bool careful; /* level TYPES: the same object may come twice, so the index is asked too */
    struct og_scan_sweep {
        uint64_t region, bytes; /* where it is, how much it went through */
        og_addr at;             /* 0: at the start of the region */
    } sweep;
    struct og_index *index;
    struct og_vec found;  /* struct og_found */
    struct og_vec edges;  /* uint64_t */
    struct og_vec types;  /* uint64_t: type addresses */
    struct og_vec big;    /* struct og_big_size */
    struct og_vec counts; /* struct og_type_count, level TYPES */
    struct og_map wild;   /* addresses that were counted as unreadable without being found objects */
    uint64_t next;        /* objects whose references were taken */
    uint64_t failures;    /* of the memory, before the object that is being read */
    uint64_t unreadable, unreadable_lists;
    struct og_losses losses;
    uint32_t phase;
    bool failed;                                /* out of memory in a visitor, which cannot return it */
    struct og_vec known_types;                  /* struct og_scan_type, parallel to types */
    struct og_map type_slots;                   /* type address -> index */
    struct og_scan_type recent[OG_SCAN_RECENT]; /* by address: most objects are of few types */
};

/* Vectors may be switched to files (og_vec_init_file) between init and the first step. */
int og_scan_core_init(struct og_scan_core *s, struct og_py *py, const struct og_scan_options *o, struct og_error *err);
/* OG_MORE, OG_OK or an error. WORK bounds objects plus references handled in this call. */
int og_scan_core_step(struct og_scan_core *s, uint64_t work, struct og_error *err);
/* One reference, as a visitor or tp_traverse reports it: appended, its target remembered as an object to visit. false:
 * out of memory. */
bool og_scan_core_reference(struct og_scan_core *s, og_addr target, uint32_t kind);
void og_scan_core_deinit(struct og_scan_core *s);

#endif
