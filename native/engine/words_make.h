/* The words of a graph, made from the target it was read from: words_make.c goes over the objects, words_label.c
 * decides which labels may be kept, words_edges.c does so for names of references, words_pool.c keeps each text and
 * each list of names once.
 *
 * Without STRINGS nothing is kept that holds the contents of an object: names of program parts only, which are
 * functions, classes, modules, files of code, attributes and variables. */
#ifndef OG_WORDS_MAKE_H
#define OG_WORDS_MAKE_H

#include "analysis/edge_names.h"
#include "graph/words.h"

/* ---- words_pool.c ---- */

struct og_pool_slot {
    uint32_t hash, place; /* place 0: empty */
};

/* Open addressing, at most half full. */
struct og_pool_index {
    struct og_pool_slot *slots;
    uint64_t cap, len;
};

struct og_pool {
    struct og_vec strings; /* char */
    struct og_vec names;   /* struct og_edge_word */
    struct og_pool_index by_text, by_shape;
};

#define OG_POOL_FULL UINT32_MAX

bool og_pool_init(struct og_pool *p); /* false: out of memory */
void og_pool_deinit(struct og_pool *p);
/* The offset of a text of N bytes, 0 for "". OG_POOL_FULL: out of memory, or more than 4 GB of texts. */
uint32_t og_pool_text(struct og_pool *p, const char *s, uint64_t n);
/* The shape of an object whose references have these names. OG_POOL_FULL as above. */
uint32_t og_pool_shape(struct og_pool *p, const struct og_edge_word *words, uint64_t count);

/* ---- the maker ---- */

/* A text that was asked for lately, by its address: names are few and come again and again. */
struct og_words_recent {
    uint64_t key; /* 0: none */
    uint32_t text;
    uint8_t form;    /* enum og_edge_form */
    bool attributes; /* a field whose target has names as keys */
    bool tells;      /* may give the hint in the label of its object */
};
#define OG_WORDS_RECENT (1u << 16)

struct og_words_make {
    struct og_target *target;
    const struct og_graph *graph;
    bool strings;
    uint32_t phase;
    uint64_t next;
    struct og_pool pool;
    uint32_t *lens, *labels, *shapes; /* by id */
    uint32_t *classes;                /* by type */
    uint8_t *enums;                   /* by type */
    uint8_t *attributes;              /* a bit by id: a dict of attributes */
    struct og_vec modules, roots, long_lens;
    struct og_edge_namer namer;
    struct og_vec words; /* struct og_edge_word: of the object at hand */
    struct og_words_recent *recent;
    bool tells; /* a name of the object at hand does */
};

/* G has level GRAPH and was read from T. After an error only deinit. */
int og_words_make_begin(struct og_words_make *m, struct og_target *t, const struct og_graph *g, bool strings,
                        struct og_error *err);
/* About WORK objects and references. OG_MORE, OG_OK at the end. */
int og_words_make_step(struct og_words_make *m, uint64_t work, struct og_error *err);
void og_words_make_progress(const struct og_words_make *m, struct og_progress *out);
/* After OG_OK; M keeps the arrays. */
void og_words_make_view(const struct og_words_make *m, struct og_words *out);
void og_words_make_deinit(struct og_words_make *m);

/* ---- words_label.c, words_edges.c: false: out of memory ---- */

bool og_words_make_classes(struct og_words_make *m);
/* After its names. */
bool og_words_make_label(struct og_words_make *m, og_id id, const struct og_object *o);
/* Dicts that running code has its variables in, and sys.modules. */
void og_words_mark_running(struct og_words_make *m);
/* Only marks what ID calls its __dict__ and the like. */
bool og_words_mark(struct og_words_make *m, og_id id);
/* Marks too. */
bool og_words_make_edges(struct og_words_make *m, og_id id);

#endif
