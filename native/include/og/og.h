/* libog: the object graph of a CPython process, from outside. The only header callers need.
 *
 * Handles are opaque; rows are plain and stay valid until the handle they came from is closed.
 * Fallible calls return OG_OK, OG_MORE (call again) or a negative code and fill the caller's og_error.
 * Not thread-safe: one thread at a time per target. Nothing here prints, exits, or calls back. */
#ifndef OG_H
#define OG_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define OG_ABI 1
#define OG_VERSION "0.1.0"

#if defined(__GNUC__) && !defined(OG_FREESTANDING)
#define OG_API __attribute__((visibility("default")))
#else
#define OG_API
#endif

enum og_code {
    OG_OK = 0,
    OG_MORE = 1,        /* not finished: call again */
    OG_EARG = -1,       /* the caller's argument */
    OG_EMEMORY = -2,    /* no memory left for us */
    OG_EOS = -3,        /* the system said no: os_errno */
    OG_ENOPYTHON = -4,  /* no CPython in the target */
    OG_EVERSION = -5,   /* a CPython og does not know */
    OG_ELAYOUT = -6,    /* a CPython whose memory does not fit the layout */
    OG_EABSENT = -7,    /* no such object, attribute, key, type, path */
    OG_EUNREADABLE = -8, /* target bytes that cannot be read */
    OG_ESTOPPED = -9,    /* og_target_stop */
    OG_ECHANGED = -10    /* a file that is read where it lies was written to, cut, or cannot be read any more */
};

struct og_error {
    int32_t code; /* enum og_code */
    int32_t os_errno;
    uint64_t addr; /* 0: none */
    char msg[368]; /* one lower-case sentence, no full stop */
};

/* Why a read of the target failed. */
enum og_miss { OG_MISS_UNMAPPED, OG_MISS_UNREADABLE, OG_MISS_TORN, OG_MISS_COUNT };

enum og_ref_kind { OG_REF_STRONG, OG_REF_WEAK, OG_REF_INFERRED };

/* ---- target ---- */

struct og_target;

struct og_buffer_part { /* for tests: bytes that stand at ADDR */
    uint64_t addr, len;
    const void *bytes;
};

struct og_core_options { /* where else files lie that a core needs; each may be 0 */
    const char *const *search; /* folders: DIR + full name, DIR/basename, DIR/.build-id/xx/yyyy */
    uint64_t search_count;
    const char *sysroot;    /* folder that stands for the / of the process; tried before the name itself */
    const char *executable; /* the program that ran, whatever its name is now */
};

struct og_info {
    uint64_t runtime; /* &_PyRuntime */
    uint32_t hexversion;
    uint32_t interpreters, threads;
    uint32_t collecting; /* a collection is running in some interpreter */
    uint32_t gc_enabled;
    uint32_t gil_held; /* in some interpreter; free-threaded: how many threads run Python, or CPython's C code, now */
    uint64_t gil_holder; /* its thread state, or that of the one thread that runs; 0: none, or not known */
    uint64_t misses[OG_MISS_COUNT];
    const char *version;       /* "3.11.2" */
    const char *layout_source; /* one phrase: where offsets came from and what was corrected */
    uint64_t gil; /* address of the main interpreter's int that says whether its GIL is held; 0: not known, or free-threaded */
    uint32_t free_threaded;    /* 1: a build without the GIL (Py_GIL_DISABLED) */
    uint32_t unused;
};

struct og_python_row {
    uint64_t runtime; /* &_PyRuntime */
    uint32_t hexversion;
    uint32_t interpreters;
    uint32_t chosen; /* the target is about this one */
    uint32_t unused;
    const char *version, *image; /* "3.11.2"; the file it lies in */
};

struct og_interpreter_row {
    uint64_t address;
    int64_t id;      /* 0: the main one */
    uint64_t gil;    /* address of the int that says whether its GIL is held: the same for those that share one; 0: not known */
    uint64_t holder; /* the thread state that holds it; 0: none, several, or not known */
    uint32_t held;   /* free-threaded: how many threads run Python in it */
    uint32_t collecting; /* a collection is running in it */
};

struct og_thread_row {
    uint64_t tstate, interp, thread_id, native_thread_id, frame;
    uint32_t depth, line;
    const char *function; /* of the innermost Python frame, "" if none */
    const char *file;
    uint32_t attached; /* 1: free-threaded, and it runs Python, or CPython's C code */
    uint32_t unused;
};

OG_API uint32_t og_abi(void);
/* A stopped live process. Reads only. */
OG_API int og_target_open_process(int pid, struct og_target **out, struct og_error *err);
/* A core file, of the kernel or of GDB's gcore. What it lacks comes from files, if their build-ids are the same: those of OPTIONS
 * (may be NULL) and those that the core names. og_target_notes names the ones that were found and are others. */
OG_API int og_target_open_core(const char *path, const struct og_core_options *options, struct og_target **out, struct og_error *err);
OG_API int og_target_open_buffer(const struct og_buffer_part *parts, uint64_t count, struct og_target **out, struct og_error *err);
OG_API void og_target_close(struct og_target *t);
/* The process ran or was written to since: everything read is forgotten. Graphs made before keep what they hold. */
OG_API int og_target_refresh(struct og_target *t, struct og_error *err);
/* The one function that another thread may call while a question is under way: STOP 1 makes it end soon, with OG_ESTOPPED or with
 * an answer that is not complete. Nothing that is kept between questions has changed then. 0 before the next question. */
OG_API void og_target_stop(struct og_target *t, uint32_t stop);
OG_API int og_target_info(struct og_target *t, struct og_info *out, struct og_error *err);
/* The CPythons in the target: those that exported symbols tell of; EVERYWHERE 1: also those that only look like one, which takes
 * reading the data of all mapped files. None of a snapshot. A target is about the first of them that it found. */
OG_API int og_target_pythons(struct og_target *t, uint32_t everywhere, const struct og_python_row **rows, uint64_t *count,
                             struct og_error *err);
/* From now on it is about the one at RUNTIME. OG_EABSENT: there is none, and nothing has changed. Graphs made before are of the other. */
OG_API int og_target_choose_python(struct og_target *t, uint64_t runtime, struct og_error *err);
/* The main one is the first. None of a snapshot. */
OG_API int og_target_interpreters(struct og_target *t, const struct og_interpreter_row **rows, uint64_t *count,
                                  struct og_error *err);
OG_API int og_target_threads(struct og_target *t, const struct og_thread_row **rows, uint64_t *count, struct og_error *err);
/* Sentences, each ended by a newline: what the source of bytes lacks; "" if nothing. */
OG_API const char *og_target_notes(struct og_target *t);

struct og_identity { /* which process the target is, or was when its file was written: 0 and "" where that is not known */
    uint64_t pid;
    uint64_t token[2];    /* of the process's start: two with the same pid and token are one process */
    const char *program;  /* path of the executable; this and build_id are valid until the target is closed */
    const char *build_id; /* of the executable, in hexadecimal */
};

OG_API void og_target_identity(struct og_target *t, struct og_identity *out);
/* 1: both show one process, at whatever moments; 0: they do not, or that is not known. Either may be NULL. */
OG_API int og_same_process(struct og_target *a, struct og_target *b);
/* The address of an exported symbol of any image mapped in the target; 0: none. Only target memory is consulted. */
OG_API uint64_t og_target_symbol(struct og_target *t, const char *name);
OG_API int og_target_read(struct og_target *t, uint64_t addr, void *dst, uint64_t len, struct og_error *err);

/* ---- one object, straight from memory ---- */

struct og_object_row {
    uint64_t address, type_address, size;
    int64_t len;       /* -1: has none */
    uint32_t refcount; /* UINT32_MAX: immortal */
    uint32_t tracked;  /* 1, 0 */
    uint32_t id;       /* in the graph it came from, else UINT32_MAX */
    uint32_t is_module; /* sys.modules[its name] */
    const char *type, *long_type, *label;
};

struct og_field_row {
    uint64_t target;
    uint32_t kind; /* enum og_ref_kind */
    uint32_t unused;
    const char *name; /* "" if it has none */
    const char *type, *label; /* of the target */
};

/* OG_EABSENT if no object starts at ADDR. */
OG_API int og_object_describe(struct og_target *t, uint64_t addr, struct og_object_row *out, struct og_error *err);
/* References by name, at most LIMIT (0: all); TOTAL says how many there are. Valid until the next call of this function. */
OG_API int og_object_fields(struct og_target *t, uint64_t addr, uint64_t limit, const struct og_field_row **rows, uint64_t *count,
                            uint64_t *total, struct og_error *err);
/* A Python path, NAME.attr['key'][0]. NATIVE_TID and THREAD_ID (pthread_self) name the thread whose innermost Python frame gives
 * locals, closure variables, globals and builtins; both 0: no frame. Then sys.modules, then __main__, then sys.modules of
 * the other interpreters. */
OG_API int og_path_resolve(struct og_target *t, const char *path, uint64_t native_tid, uint64_t thread_id, uint64_t *out,
                           struct og_error *err);
/* Names that PATH could be completed to (whole paths, NUL-separated, double NUL at the end), for TAB. */
OG_API int og_path_complete(struct og_target *t, const char *path, uint64_t native_tid, uint64_t thread_id, const char **names,
                            struct og_error *err);

/* ---- a heap: the objects of one stop, with or without their references ---- */

struct og_graph;
struct og_scan;

enum og_scan_level {
    OG_SCAN_TYPES = 1,   /* objects and bytes by type, of tracked objects */
    OG_SCAN_OBJECTS = 2, /* every tracked object: address, type, size, refcount */
    OG_SCAN_GRAPH = 3    /* everything reachable, references in both directions */
};

struct og_scan_options {
    uint32_t level; /* enum og_scan_level */
    uint32_t sizes; /* 0: no sizes at level TYPES (quicker) */
};

struct og_progress {
    uint64_t done, total; /* total 0: not known */
    const char *what;     /* "objects", "references", ... */
};

/* Reads the heap from outside. Step until OG_OK, then finish. WORK is a number of objects and references, roughly 50 ms at 1,000,000. */
OG_API int og_scan_begin(struct og_target *t, const struct og_scan_options *options, struct og_scan **out, struct og_error *err);
/* The same over what the agent found: FD is its result file (agent/protocol.h), mapped here; the caller still closes FD. */
OG_API int og_scan_adopt(struct og_target *t, int fd, struct og_scan **out, struct og_error *err);
OG_API int og_scan_step(struct og_scan *s, uint64_t work, struct og_error *err);
OG_API void og_scan_progress(const struct og_scan *s, struct og_progress *out);
/* After OG_OK: the graph, which the caller closes; the scan is gone. */
OG_API int og_scan_finish(struct og_scan *s, struct og_graph **out, struct og_error *err);
OG_API void og_scan_cancel(struct og_scan *s);
OG_API void og_graph_close(struct og_graph *g);
/* Cores and snapshots are read where the files lie. OG_ECHANGED, with a sentence, if one of them (or a file that the core needs, or
 * that of G, which may be NULL) was written to or cut since it was opened, or could not be read. An answer that was given before
 * that is good; questions that meet it answer OG_ECHANGED themselves, and the caller closes what it has of that file. */
OG_API int og_target_check(struct og_target *t, const struct og_graph *g, struct og_error *err);

/* What a heap lacks, and what had to be searched for. */
struct og_losses {
    uint64_t unreadable[OG_MISS_COUNT]; /* objects that were named by a reference but could not be read, by reason */
    uint64_t torn;         /* objects that are there in part, or whose parts contradict each other */
    uint64_t mended_lists; /* GC lists that did not close, but whose two ends meet: none of their objects is missing */
    uint64_t swept;        /* tracked objects found by going through memory, because lists did not close */
    uint64_t aside;        /* tracked objects that a running collection had set aside, found by its lists on the C stacks */
};

struct og_graph_info {
    uint32_t level, from_agent;
    uint64_t objects, tracked, references;
    uint64_t memory;     /* bytes the graph occupies */
    uint64_t unreadable; /* objects that were named by a reference but could not be read: the sum of losses.unreadable */
    uint64_t unreadable_lists; /* GC lists that did not close */
    struct og_losses losses;
};

OG_API void og_graph_info(const struct og_graph *g, struct og_graph_info *out);
/* The object that starts at ADDR, or that contains it: UINT32_MAX if none. */
OG_API uint32_t og_graph_find(const struct og_graph *g, uint64_t addr, uint32_t containing);
OG_API uint64_t og_graph_address(const struct og_graph *g, uint32_t id);
/* For tests and tools: all references, N+1 offsets then targets (top 2 bits: enum og_ref_kind). INVERSE: who refers to it. */
OG_API int og_graph_arrays(const struct og_graph *g, uint32_t inverse, const uint64_t **addresses, const uint32_t **offsets,
                           const uint32_t **targets, struct og_error *err);

/* ---- snapshots: a graph as one file ---- */

struct og_save;
struct og_save_options { /* the strings may be NULL, which is "" */
    uint32_t words;   /* 1: labels, lengths and names of references too, so that the file answers alone (level GRAPH) */
    uint32_t strings; /* 1: with contents of strings; 0: none leave the process */
    const char *name;   /* the caller's, all three */
    const char *source;
    const char *key; /* og_graph_open asks for it */
};

/* T is what G was read from, as it is now: it is asked for threads, state and words. G and T must outlive the save. */
OG_API int og_save_begin(struct og_target *t, struct og_graph *g, const struct og_save_options *o, struct og_save **out,
                         struct og_error *err);
OG_API int og_save_step(struct og_save *s, uint64_t work, struct og_error *err);
OG_API void og_save_progress(const struct og_save *s, struct og_progress *out);
/* After OG_OK: PATH appears whole or not at all, for its owner only. PATH NULL: written into FD, from its start on. The save is
 * gone afterwards, whatever the answer. og_target_stop ends the writing. */
OG_API int og_save_finish(struct og_save *s, const char *path, int fd, struct og_error *err);
OG_API void og_save_cancel(struct og_save *s);
/* A target without memory: what it answers is what the file says. The caller closes GRAPH, then the target. */
OG_API int og_target_open_snapshot(const char *path, struct og_target **out, struct og_graph **graph, struct og_error *err);
/* A graph alone, without words. OG_EABSENT: there is no such file, or it was saved with another key. */
OG_API int og_graph_open(const char *path, const char *key, struct og_graph **out, struct og_error *err);

struct og_snapshot_info {
    uint64_t pid, process[2]; /* as og_identity */
    uint64_t time;            /* of saving, unix seconds */
    uint64_t file_size;
    uint32_t hexversion, words, strings, unused;
    const char *name, *source, *version, *program, *build_id;
};
/* Of a target that is a snapshot; OG_EARG for every other one. Valid until the target is closed. */
OG_API int og_target_snapshot_info(struct og_target *t, struct og_snapshot_info *out, struct og_error *err);

/* ---- questions ---- */

struct og_filter; /* a compiled -where expression */
OG_API int og_filter_compile(const char *expression, struct og_filter **out, struct og_error *err);
OG_API void og_filter_free(struct og_filter *f);

struct og_query { /* what most questions share; zero is the default */
    uint32_t all;       /* 1: untracked objects too (needs level GRAPH) */
    uint32_t long_names; /* module-qualified type names */
    uint32_t by_bytes;  /* order by bytes, not count */
    uint32_t unused;
    uint64_t limit;     /* rows, 0: all */
    const struct og_filter *filter; /* NULL: all */
};

struct og_report; /* rows of one answer */
OG_API void og_report_close(struct og_report *r);

struct og_type_row {
    const char *type;
    uint64_t count, bytes;
    uint64_t type_address; /* one of the types of that name */
};
/* Most common types, most first, ties in heap order. TOTAL: distinct names before the limit. A filter or level OBJECTS needs T; it may be NULL otherwise. */
OG_API int og_types(struct og_target *t, struct og_graph *g, const struct og_query *q, struct og_report **out, const struct og_type_row **rows,
                    uint64_t *count, uint64_t *total, struct og_error *err);
/* Instances of exactly TYPE (a dot in it compares the long name). */
OG_API int og_count(struct og_target *t, struct og_graph *g, const char *type, const struct og_query *q, uint64_t *count, uint64_t *bytes,
                    struct og_error *err);

/* Growth: peaks as objgraph.growth keeps them; one handle a session. */
struct og_growth;
struct og_growth_row {
    const char *type;
    uint64_t count, bytes;
    int64_t delta, bytes_delta;
};
OG_API struct og_growth *og_growth_create(void);
OG_API void og_growth_destroy(struct og_growth *s);
/* SHRUNK 1: also types that are below their peak. Rows: largest delta first. */
OG_API int og_growth_update(struct og_growth *s, struct og_target *t, struct og_graph *g, const struct og_query *q, uint32_t shrunk,
                            struct og_report **out, const struct og_growth_row **rows, uint64_t *count, uint64_t *total, struct og_error *err);

/* New objects by type since the last call, as objgraph.get_new_ids. Needs level OBJECTS. */
struct og_new;
struct og_new_row {
    const char *type;
    uint64_t old_ids, current_ids, new_ids;
    int64_t count_delta;
    const uint64_t *addresses; /* new_ids of them */
};
enum og_new_sort { OG_NEW_DELTAS, OG_NEW_OLD, OG_NEW_CURRENT, OG_NEW_NEW };
OG_API struct og_new *og_new_create(void);
OG_API void og_new_destroy(struct og_new *s);
OG_API int og_new_update(struct og_new *s, struct og_target *t, struct og_graph *g, const struct og_query *q, uint32_t sort,
                         struct og_report **out, const struct og_new_row **rows, uint64_t *count, uint64_t *total, struct og_error *err);

/* What changed from A to B: two stops, two cores, two processes of one program. */
struct og_diff_row {
    const char *type;
    uint64_t count_a, count_b, bytes_a, bytes_b;
    int64_t delta, bytes_delta; /* bytes_delta: 0 unless both were read with sizes */
    uint64_t new_count;         /* objects of B that are not in A: with OBJECTS 1 */
    const uint64_t *new_addresses;
};
/* Types that did not change are left out; largest delta first (by_bytes: bytes_delta). TA and TB may be NULL where no filter asks
 * for more than the graph knows. OBJECTS 1: new objects too, told by address and type; needs level OBJECTS and one process. */
OG_API int og_diff(struct og_target *ta, struct og_graph *a, struct og_target *tb, struct og_graph *b, const struct og_query *q,
                   uint32_t objects, struct og_report **out, const struct og_diff_row **rows, uint64_t *count, uint64_t *total,
                   struct og_error *err);

/* Instances, in heap order. */
OG_API int og_by_type(struct og_target *t, struct og_graph *g, const char *type, const struct og_query *q, struct og_report **out,
                      const struct og_object_row **rows, uint64_t *count, uint64_t *total, struct og_error *err);

/* Tracked objects that no object refers to; explained: some root does, and ROOT says which. */
struct og_leaking_row {
    struct og_object_row object;
    const char *root; /* "" : unexplained */
};
OG_API int og_leaking(struct og_target *t, struct og_graph *g, const struct og_query *q, uint32_t explained, struct og_report **out,
                      const struct og_leaking_row **rows, uint64_t *count, uint64_t *total, struct og_error *err);

/* A part of the graph for drawing. */
enum og_node_flags {
    OG_NODE_ROOT = 1,   /* asked for */
    OG_NODE_MODULE = 2, /* a proper module */
    OG_NODE_DEL = 4     /* its class has a __del__ */
};
struct og_node_row {
    struct og_object_row object;
    uint32_t depth, flags;
    uint64_t cut;      /* neighbours beyond too_many or max_nodes that are not drawn */
};
struct og_edge_row {
    uint64_t source, target; /* addresses */
    uint32_t kind;           /* enum og_ref_kind */
    uint32_t form;           /* 0 none, 1 field named by CPython, 2 index, 3 dict key, 4 attribute, 5 local variable */
    const char *label;       /* "" if it has none */
};
struct og_view_options {
    uint32_t inverse;   /* 1: what refers to the roots */
    uint32_t depth;     /* 0: the roots alone */
    uint32_t too_many;  /* neighbours drawn per node */
    uint32_t max_nodes;
    uint32_t long_names;
    uint32_t unused;
    const struct og_filter *filter; /* neighbours drawn, NULL: all */
    const uint64_t *ignore;         /* addresses not drawn */
    uint64_t ignore_count;
};
/* Breadth first as objgraph.show_refs and show_backrefs. Nodes in the order objgraph pops them. */
OG_API int og_view(struct og_target *t, struct og_graph *g, const uint64_t *roots, uint64_t root_count, const struct og_view_options *o,
                   struct og_report **out, const struct og_node_row **nodes, uint64_t *node_count, const struct og_edge_row **edges,
                   uint64_t *edge_count, struct og_error *err);

/* Shortest chains. */
struct og_chain_options {
    uint32_t forward;    /* 1: from OBJ along references; 0: back along referrers */
    uint32_t max_depth;  /* objgraph: 20 */
    uint32_t count;      /* chains wanted */
    uint32_t long_names;
    uint64_t to_address; /* end there; 0 */
    const char *to_type; /* end at an instance of; NULL. Neither: at a proper module */
};
struct og_chain_row {
    const uint64_t *addresses; /* from the root end to OBJ (backward), from OBJ on (forward) */
    uint64_t length;
    const char *expression; /* app.CACHE['user:7'][0] */
    const char *const *labels; /* length - 1 */
};
/* No chain: OG_OK with count 0. */
OG_API int og_chain(struct og_target *t, struct og_graph *g, uint64_t obj, const struct og_chain_options *o, struct og_report **out,
                    const struct og_chain_row **rows, uint64_t *count, struct og_error *err);

/* ---- the graph for other tools ---- */

enum og_export_format {
    OG_EXPORT_CSV = 1, /* a folder: objects.csv, references.csv */
    OG_EXPORT_JSON = 2 /* one document */
};

struct og_export;
struct og_export_summary {
    uint64_t objects, references; /* rows */
    uint64_t bytes[2];            /* of each file */
};
/* Every object and every reference of G, which needs level GRAPH; T names the references. PATH appears whole or not at all; what is
 * there is replaced only if it is an export of the same format. Step until OG_OK, then finish. WORK as of og_scan_step. */
OG_API int og_export_begin(struct og_target *t, struct og_graph *g, uint32_t format, const char *path, struct og_export **out,
                           struct og_error *err);
OG_API int og_export_step(struct og_export *x, uint64_t work, struct og_error *err);
OG_API void og_export_progress(const struct og_export *x, struct og_progress *out);
/* After OG_OK: the files are in place; the export is gone, whatever is answered. */
OG_API int og_export_finish(struct og_export *x, struct og_export_summary *out, struct og_error *err);
OG_API void og_export_cancel(struct og_export *x);

/* ---- the agent: what the caller must put into the target, and how ---- */

struct og_agent_image {
    const void *bytes; /* position independent, entry at offset 0 */
    uint64_t size;     /* to be mapped readable and executable */
};
OG_API int og_agent_image(struct og_agent_image *out, struct og_error *err);
/* The request block (agent/protocol.h) for this target, as bytes to be written at WHERE in the target. */
OG_API int og_agent_request(struct og_target *t, const struct og_scan_options *options, uint64_t where, uint64_t size, void *dst, uint64_t *used,
                            struct og_error *err);

#ifdef __cplusplus
}
#endif
#endif
