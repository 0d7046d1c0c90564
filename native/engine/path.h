/* Inside the paths: parsing (path_parse.c), where the first name comes from (path_root.c), one step further
 * (path_step.c), which names there are (path_names.c), whole paths (path.c, path_complete.c), snapshots (path_words.c,
 * path_words_names.c). */
#ifndef OG_PATH_H
#define OG_PATH_H

#include "cpython/target.h"
#include "graph/graph.h"

enum { OG_PATH_NAME = 256, OG_LITERAL_PARTS = 32, OG_LITERAL_TEXT = 1024, OG_PATH_MAX = 4096 };

enum og_literal_kind {
    OG_LITERAL_NONE,
    OG_LITERAL_BOOL,
    OG_LITERAL_INT,
    OG_LITERAL_BIG, /* an int beyond 60 bits: its digits as text */
    OG_LITERAL_FLOAT,
    OG_LITERAL_STR,
    OG_LITERAL_BYTES,
    OG_LITERAL_TUPLE, /* its items follow */
};

struct og_literal_part {
    uint8_t kind;
    int64_t number; /* value, or count of items */
    double real;
    uint32_t text, text_len; /* in og_literal.text */
};

/* What stands between brackets, flat: a tuple, then its items. */
struct og_literal {
    struct og_literal_part parts[OG_LITERAL_PARTS];
    uint32_t count;
    uint32_t text_len;
    char text[OG_LITERAL_TEXT]; /* each text ends with NUL */
};

/* A path that is being read. */
struct og_path {
    const char *whole; /* from here */
    const char *at;    /* to here everything is read */
};

/* ---- path_parse.c ---- */

/* An identifier at p->at; false: none, or too long. */
bool og_path_name(struct og_path *p, char name[OG_PATH_NAME]);
/* A literal and the bracket behind it; P stands behind the opening one. OG_MORE: the text ends too soon. */
int og_path_literal(struct og_path *p, struct og_literal *out, struct og_error *err);
/* The object at ADDR equals the literal, as a dict compares keys. */
bool og_literal_equals(struct og_py *py, const struct og_literal *l, og_addr addr);

/* ---- path_root.c ---- */

/* Where names are looked up. FRAME.code 0: no Python frame. */
struct og_scope {
    struct og_py *py;
    const struct og_graph
        *graph; /* of an opened snapshot, which is asked instead of memory (path_words.c); else NULL */
    struct og_pyframe frame;
    og_addr modules;
    bool thread_wanted; /* a thread was named */
};

void og_scope_open(struct og_target *t, uint64_t native_tid, uint64_t thread_id, struct og_scope *out);
/* The I-th variable of the frame, looked through its cell; 0: unbound. */
og_addr og_scope_local(const struct og_scope *s, uint32_t i, og_addr *name);
/* __main__'s dict, 0 if there is none. */
og_addr og_scope_main(const struct og_scope *s);
/* sys.modules[NAME], 0: there is none. */
og_addr og_scope_module(const struct og_scope *s, const char *name);
/* The dict in which a module or class body keeps its variables, 0: a function. */
og_addr og_scope_dict(const struct og_scope *s);
/* The object that the first name of P leads to; a dotted module name is taken as far as sys.modules knows it. */
int og_scope_find(const struct og_scope *s, struct og_path *p, og_addr *out, struct og_error *err);

/* ---- path_step.c ---- */

/* OBJ.NAME and OBJ[LITERAL]. PATH: how OBJ was reached, for the error's sentence. */
int og_path_attr(const struct og_scope *s, og_addr obj, const char *name, const char *path, og_addr *out,
                 struct og_error *err);
/* What reading a class attribute of TYPE through an instance would do; NULL: it is the value. */
const char *og_path_runs_code(const char *type);
/* WRITTEN: the literal as it stands in the path. */
int og_path_item(const struct og_scope *s, og_addr obj, const struct og_literal *key, const char *written,
                 const char *path, og_addr *out, struct og_error *err);

/* ---- path.c ---- */

/* The next step of P from *OBJ on. */
int og_path_step(const struct og_scope *s, struct og_path *p, og_addr *obj, struct og_error *err);

/* ---- path_names.c ---- */

struct og_names_visitor {
    void (*visit)(struct og_names_visitor *v, const char *name);
    void *arg;
    uint64_t left; /* visits that are still wanted */
};

/* Attributes of OBJ that a path can name: its own, then those of its class. */
void og_names_of_object(const struct og_scope *s, og_addr obj, struct og_names_visitor *v);
/* First names of paths. */
void og_names_of_scope(const struct og_scope *s, struct og_names_visitor *v);
/* The keys of a dict, as they are written between brackets. */
void og_names_of_dict(const struct og_scope *s, og_addr dict, struct og_names_visitor *v);
/* Up to three names that look like WANTED; while there are none, the first three. */
struct og_near {
    struct og_names_visitor visitor;
    const char *wanted;
    char names[3][64], first[3][64];
    uint32_t count, first_count;
};
void og_near_begin(struct og_near *n, const char *wanted);
void og_near_text(const struct og_near *n, struct og_text *t);

/* ---- path_words.c: the same in an opened snapshot, by the names of references ---- */

og_addr og_words_get(const struct og_graph *g, og_addr dict, const char *name);
og_addr og_words_module(const struct og_graph *g, const char *name);
/* The __dict__ of the module NAME. */
og_addr og_words_module_dict(const struct og_graph *g, const char *name);
og_addr og_words_own_attr(const struct og_graph *g, og_addr obj, const char *name);
int og_words_attr(const struct og_scope *s, og_addr obj, const char *name, const char *path, og_addr *out,
                  struct og_error *err);
int og_words_item(const struct og_scope *s, og_addr obj, const struct og_literal *key, const char *written,
                  const char *path, og_addr *out, struct og_error *err);
bool og_words_is_dict(const struct og_graph *g, og_addr obj);

/* ---- path_words_names.c ---- */

void og_words_names_of_object(const struct og_graph *g, og_addr obj, struct og_names_visitor *v);
void og_words_names_of_scope(const struct og_graph *g, struct og_names_visitor *v);
void og_words_names_of_dict(const struct og_graph *g, og_addr dict, struct og_names_visitor *v);

#endif
