/* What a graph says of its objects by itself: lengths, labels, the names of references. A snapshot carries them, so
 * that it answers where neither process nor core is. All arrays are plain and hold no pointers; they belong to whoever
 * made them: a builder (engine/words_make.c) or the mapped file. */
#ifndef OG_WORDS_H
#define OG_WORDS_H

#include "cpython/edge_name.h"
#include "graph/graph.h"

struct og_edge_word {
    uint32_t form; /* enum og_edge_form */
    uint32_t text; /* offset in strings; the number of OG_EDGE_INDEX */
};

#define OG_LEN_NONE       UINT32_MAX       /* has no len() */
#define OG_LEN_LONG       (UINT32_MAX - 1) /* in long_lens */
#define OG_SHAPE_NONE     0u               /* no reference has a name */
#define OG_SHAPE_INDEXES  1u               /* [0], [1], ... in order */
#define OG_SHAPE_REVERSED 2u               /* ..., [1], [0]: as CPython visits lists and tuples */
#define OG_SHAPE_FIRST    3u               /* places in names begin here */

struct og_id_text {
    uint32_t id, text;
};

struct og_long_len {
    uint64_t id, len;
};

struct og_words {
    const char *strings; /* each ended by NUL; offset 0 is "" */
    uint64_t strings_size;
    const uint32_t *lens;    /* by id */
    const uint32_t *labels;  /* by id: offset in strings; 0: made from type and length. One that begins with a space
                              * goes on where the made one ends. Of a generator: its qualified name */
    const uint32_t *classes; /* by type: offset in strings of what stands in the labels of its instances: the class, as
                              * <mod.C object at 0x..> has it; of weak references: the type they are named after */
    const uint32_t *shapes;  /* by id: OG_SHAPE_*, else a place in names: there stands a record whose text is the number
                              * of references, then a record for each of them, in the order of the graph. Objects with
                              * the same names share them. */
    const struct og_edge_word *names; /* places below OG_SHAPE_FIRST are not used */
    uint64_t name_count;
    const uint32_t *modules; /* ids of proper modules, ascending */
    uint64_t module_count;
    const struct og_id_text *roots; /* by id, ascending: what holds a tracked object that no object refers to */
    uint64_t root_count;
    const struct og_long_len *long_lens; /* by id, ascending */
    uint64_t long_len_count;
    uint32_t with_strings; /* contents of strings are in them */
    uint32_t minor;        /* of the CPython they are of */
};

/* ---- words.c: what a graph with words answers; safe with any array whose ends are where they are said to be ---- */

int64_t og_words_len(const struct og_graph *g, og_id id); /* -1: has none */
void og_words_label(const struct og_graph *g, og_id id, struct og_text *t);
/* The label of an object that has none of its own, where W has lengths and classes. */
void og_words_made_label(const struct og_graph *g, const struct og_words *w, og_id id, struct og_text *t);
bool og_words_is_module(const struct og_graph *g, og_id id);
const char *og_words_root(const struct og_graph *g, og_id id); /* NULL: none */
/* Of the K-th reference of ID. */
struct og_edge_word og_words_edge(const struct og_graph *g, og_id id, uint64_t k);
/* The same as a name, whose text may be written to T. */
void og_words_name(const struct og_graph *g, og_id id, uint64_t k, struct og_text *t, struct og_edge_name *out);
const char *og_words_string(const struct og_words *w, uint32_t offset);

#endif
