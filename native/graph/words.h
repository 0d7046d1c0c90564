/* What a graph says of its objects by itself: lengths, labels, the names of references. A snapshot carries them, so that
 * it answers where neither process nor core is. All arrays are plain and hold no pointers; they belong to whoever made
 * them: a builder (engine/words_make.c) or the mapped file. */
#ifndef OG_WORDS_H
#define OG_WORDS_H

#include "graph/graph.h"

enum og_edge_form { /* as og_edge_row.form up to LOCAL */
    OG_EDGE_NONE,
    OG_EDGE_FIELD,     /* text: a field CPython names, "__dict__", "tb_frame" */
    OG_EDGE_INDEX,     /* number */
    OG_EDGE_KEY,       /* text: the key as Python writes it, 7, b'x', (1, 2); empty: it was not to be stored */
    OG_EDGE_ATTRIBUTE, /* text: attribute name */
    OG_EDGE_LOCAL,     /* text: variable name */
    OG_EDGE_KEY_SELF,  /* the target is itself a key of the dict or a member of the set */
    OG_EDGE_KEY_STR,   /* text: contents of the key, a str */
};

struct og_edge_word {
    uint32_t form; /* enum og_edge_form */
    uint32_t text; /* offset in strings; the number of OG_EDGE_INDEX */
};

#define OG_LEN_NONE UINT32_MAX       /* has no len() */
#define OG_LEN_LONG (UINT32_MAX - 1) /* in long_lens */
#define OG_SHAPE_NONE    0u /* no reference has a name */
#define OG_SHAPE_INDEXES 1u /* [0], [1], ... in order */

struct og_id_text {
    uint32_t id, text;
};

struct og_long_len {
    uint64_t id, len;
};

struct og_words {
    const char *strings; /* each ended by NUL; offset 0 is "" */
    uint64_t strings_size;
    const uint32_t *lens;   /* by id */
    const uint32_t *labels; /* by id: offset in strings; 0: made from type and length */
    const uint32_t *shapes; /* by id: OG_SHAPE_*, else a place in names: there stands a record whose text is the number
                             * of references, then a record for each of them, in the order of the graph. Objects with
                             * the same names share them. */
    const struct og_edge_word *names; /* places 0 and 1 are not used */
    uint64_t name_count;
    const uint32_t *modules; /* ids of proper modules, ascending */
    uint64_t module_count;
    const struct og_id_text *roots; /* by id, ascending: what holds a tracked object that no object refers to */
    uint64_t root_count;
    const struct og_long_len *long_lens; /* by id, ascending */
    uint64_t long_len_count;
    uint32_t with_strings; /* contents of strings are in them */
};

#endif
