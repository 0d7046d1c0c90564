/* The snapshot file: a graph, what it was read from and, if wanted, the words of its objects, in one file without
 * pointers.
 *
 *   header, section table | padding | section | padding | section ...
 *
 * Sections follow in the order of OG_SNAPSHOT_SECTIONS, each there exactly once (it may be empty), each at the next
 * multiple of 64 bytes; padding is zero; the file ends where the last section ends. Numbers are of the writer's byte
 * order, whose mark is in the header. Every section has a checksum of its own, the header with its table too:
 * XXH3_64bits. A reader takes files of its own OG_SNAPSHOT_VERSION only: whatever changes below or in a structure named
 * here counts it up.
 *
 * Texts are offsets into the section "text", names of words offsets into "strings"; both begin and end with NUL. */
#ifndef OG_SNAPSHOT_FORMAT_H
#define OG_SNAPSHOT_FORMAT_H

#include "graph/words.h"

#define OG_SNAPSHOT_MAGIC      "ogsnap\r\n" /* 8 bytes; the line end shows a transfer as text */
#define OG_SNAPSHOT_VERSION    3u
#define OG_SNAPSHOT_BYTE_ORDER 0x01020304u
#define OG_SNAPSHOT_ALIGN      64u

/* clang-format off */
/*    constant, its name in sentences, element */
#define OG_SNAPSHOT_SECTIONS(X) \
    X(GRAPH, "graph", struct og_snapshot_graph) /* one: how many of everything */ \
    X(ABOUT, "about", struct og_snapshot_about) /* one: whose heap it was */ \
    X(THREADS, "threads", struct og_snapshot_thread) \
    X(TEXT, "text", char) \
    X(TYPES, "types", struct og_snapshot_type) \
    X(ADDRESSES, "addresses", uint64_t) /* by id, like all up to order */ \
    X(NODES, "nodes", struct og_node) \
    X(ORDER, "order", uint32_t)       /* ids of tracked objects in heap order */ \
    X(BIG, "big", struct og_long_len) /* sizes beyond 32 bits, by id, ascending */ \
    X(OFFSETS, "offsets", uint32_t)   /* level GRAPH: count + 1; else these four are empty */ \
    X(TARGETS, "targets", uint32_t)   /* id, kind in the top two bits */ \
    X(INVERSE_OFFSETS, "inverse offsets", uint32_t) \
    X(INVERSE_TARGETS, "inverse targets", uint32_t) \
    X(CHUNKS, "index chunks", struct og_index_chunk) /* graph/index.h, from here to odd */ \
    X(KEYS, "index keys", uint64_t) \
    X(SORTED, "index order", uint32_t) \
    X(BITS, "index bits", struct og_index_bits) \
    X(RANKS, "index ranks", struct og_index_rank) \
    X(ODD, "index odd", uint64_t) \
    X(STRINGS, "strings", char) /* graph/words.h, from here on; all are empty without words */ \
    X(LENS, "lengths", uint32_t) \
    X(LABELS, "labels", uint32_t) \
    X(CLASSES, "classes", uint32_t) /* by type */ \
    X(NAMES, "names", struct og_edge_word) \
    X(SHAPES, "shapes", uint32_t) \
    X(MODULES, "modules", uint32_t) \
    X(ROOTS, "roots", struct og_id_text) \
    X(LONG_LENS, "long lengths", struct og_long_len)
/* clang-format on */

enum og_snapshot_kind {
#define X(constant, name, type) OG_SNAPSHOT_##constant,
    OG_SNAPSHOT_SECTIONS(X)
#undef X
        OG_SNAPSHOT_KINDS
};

struct og_snapshot_section {
    uint32_t kind; /* enum og_snapshot_kind */
    uint32_t elem; /* bytes of one element */
    uint64_t offset, bytes;
    uint64_t checksum;
};

struct og_snapshot_header {
    char magic[8];
    uint32_t version, byte_order;
    uint32_t header_size; /* of this and the table behind it */
    uint32_t section_count;
    uint64_t file_size;
    uint64_t checksum; /* of header_size bytes, this field taken as 0 */
};

struct og_snapshot_graph {
    uint32_t level, from_agent, has_sizes;
    uint32_t words, strings; /* 1: there; 1: contents of strings are in them */
    uint32_t unused;
    uint64_t count, tracked, references, unreadable, unreadable_lists;
    struct og_losses losses;
};

struct og_snapshot_about {
    uint64_t pid, process[2]; /* og_mem.subject_pid, token */
    uint64_t time;            /* unix seconds */
    uint64_t runtime, gil_holder, gil;
    uint64_t misses[OG_MISS_COUNT];
    uint32_t hexversion, interpreters, threads;
    uint32_t collecting, gc_enabled, gil_held;
    /* texts */
    uint32_t version, layout_source, notes, program, build_id;
    uint32_t name, source, key; /* the caller's */
    uint32_t writer;            /* og's version */
    uint32_t free_threaded;
};

struct og_snapshot_thread {
    uint64_t tstate, interp, thread_id, native_thread_id, frame;
    uint32_t depth, line;
    uint32_t function, file; /* texts */
};

struct og_snapshot_type {
    uint64_t addr;
    int64_t basicsize, itemsize;
    uint64_t tp_flags;
    struct og_graph_tally tracked, untracked;
    uint32_t name, long_name; /* texts */
    uint8_t kind;             /* enum og_kind */
    uint8_t has_del, is_class;
    uint8_t unused[5];
};

_Static_assert(sizeof(struct og_snapshot_header) == 40 && sizeof(struct og_snapshot_section) == 32, "no padding");
_Static_assert(sizeof(struct og_snapshot_graph) == 120 && sizeof(struct og_snapshot_about) == 144, "no padding");
_Static_assert(sizeof(struct og_snapshot_thread) == 56 && sizeof(struct og_snapshot_type) == 80, "no padding");
_Static_assert(sizeof(struct og_node) == 12 && sizeof(struct og_index_rank) == 20, "no padding");
_Static_assert(sizeof(struct og_index_chunk) == 4096 && sizeof(struct og_index_bits) == 64, "no padding");
_Static_assert(sizeof(struct og_edge_word) == 8 && sizeof(struct og_id_text) == 8 && sizeof(struct og_long_len) == 16,
               "no padding");

#endif
