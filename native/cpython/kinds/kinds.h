/* Inside the reference decoder: the plan of a type, the walk over one object, and the families that storage comes in.
 * A plan is made once per type; a walk reads the body by it and hands what lies elsewhere to its family. */
#ifndef OG_KINDS_H
#define OG_KINDS_H

#include "cpython/python.h"

/* A word of the body. Ordered: first all strong ones, then inferred ones. */
struct og_plan_field {
    int32_t offset;
    bool tagged;      /* the low bit is not part of the address */
    bool slot;        /* of a class: its name is an attribute's */
    bool after_items; /* the offset is counted as if the object had no items */
    const char *name; /* "" if it has none */
};

/* How instances keep the attributes that a class gave them a dict for. */
enum og_dict_form {
    OG_DICT_NONE,
    OG_DICT_AT,       /* a dict pointer at dict_offset */
    OG_DICT_FROM_END, /* the same, counted from the end of the items */
    OG_DICT_MANAGED,  /* before the object, possibly as inline values */
};

enum og_type_ref { OG_TYPE_REF_NONE, OG_TYPE_REF_STRONG, OG_TYPE_REF_INFERRED };

enum og_suspends { OG_SUSPENDS_NOT, OG_SUSPENDS_GENERATOR, OG_SUSPENDS_COROUTINE, OG_SUSPENDS_ASYNC_GENERATOR };

struct og_plan {
    uint8_t family;    /* enum og_kind whose storage the C part has; OG_KIND_UNKNOWN: none beyond fields */
    uint8_t dict_form; /* enum og_dict_form */
    uint8_t type_ref;  /* enum og_type_ref */
    char storage;      /* of the table in fields.c; '-': none outside the body */
    uint8_t sizer;     /* enum og_sizer: whose __sizeof__ beyond object's the C part has */
    uint8_t suspends;  /* enum og_suspends: which of the three generators are */
    bool struct_seq;   /* a tuple with more items than its length says */
    bool infer_items;  /* items of no known type are scanned */
    bool hides;        /* instances hold what their tp_traverse does not visit */
    int64_t dict_offset;
    uint64_t hidden_items; /* struct_seq: items beyond ob_size */
    uint32_t strong_count, inferred_count;
    const struct og_plan_field *fields; /* strong_count + inferred_count */
    og_addr cached_keys;                /* OG_DICT_MANAGED: names of inline values; 0: none */
    const struct og_type *solid;
    const struct og_type
        *owner; /* nearest base whose tp_traverse differs from subtype_traverse, then the first to have it */
};

struct og_walk {
    struct og_py *py;
    const struct og_object *o;
    const struct og_plan *plan;
    struct og_visitor *v;
};

enum { OG_BATCH_WORDS = 64 };

/* Small numbers stand for something else where a pointer may: error handlers of the CJK codecs. */
static inline void og_give(const struct og_walk *w, const struct og_ref *ref)
{
    if (ref->target >= OG_PAGE)
        w->v->visit(w->v, ref);
}

static inline void og_give_text(const struct og_walk *w, og_addr target, const char *name)
{
    struct og_ref ref = {.target = target, .kind = OG_REF_STRONG, .form = OG_NAME_TEXT, .text = name};
    og_give(w, &ref);
}

static inline void og_give_index(const struct og_walk *w, og_addr target, uint64_t index)
{
    struct og_ref ref = {.target = target, .kind = OG_REF_STRONG, .form = OG_NAME_INDEX, .index = index};
    og_give(w, &ref);
}

/* Copies N words; false: not all readable. What the visitor does may move the target's bytes: always copy, then visit.
 */
static inline bool og_words(struct og_py *py, og_addr addr, uint64_t *dst, uint64_t n)
{
    const void *p = og_mem_at(py->mem, addr, n * 8);
    if (p) {
        memcpy(dst, p, n * 8);
        return true;
    }
    return og_mem_read(py->mem, addr, dst, n * 8);
}

/* A part of an object contradicts another: its answer is not whole. Reads that fail are counted by the memory itself.
 */
static inline void og_torn(struct og_py *py)
{
    og_mem_miss(py->mem, OG_MISS_TORN);
}

/* The word at ADDR, 0 if it cannot be read. */
static inline uint64_t og_word_at(struct og_py *py, og_addr addr)
{
    uint64_t word;
    return og_mem_u64(py->mem, addr, &word) ? word : 0;
}

/* ---- plan.c, fields.c ---- */

const struct og_plan *og_plan_of(struct og_py *py, const struct og_type *t);

struct og_field_sink {
    void (*add)(struct og_field_sink *s, int32_t offset, bool tagged, const char *name, uint64_t name_len);
    struct og_py *py;
    void *arg;
};

struct og_fields_row {
    char storage;
    bool visits_type;
};

/* What the table knows of the C type with this tp_name and basic size; false: nothing. */
bool og_fields_find(struct og_py *py, const char *tp_name, int64_t basicsize, struct og_field_sink *sink,
                    struct og_fields_row *out);

/* A keys table of a dict. */
struct og_keys {
    og_addr addr, entries;
    uint64_t refcount, slots, index_bytes, nentries, usable; /* slots: places of the hash table */
    uint32_t entry_size, key_at, value_at;
    bool general; /* keys of any type: visited themselves */
};

/* ---- sizes (size.c, size_storage.c) ---- */

/* Types with a __sizeof__ of their own that their kind does not tell. */
enum og_sizer {
    OG_SIZER_NONE,
    OG_SIZER_ARRAY,
    OG_SIZER_BYTESIO,
    OG_SIZER_BUFFERED,
    OG_SIZER_STRUCT,
    OG_SIZER_PICKLER,
    OG_SIZER_UNPICKLER,
    OG_SIZER_ELEMENT,
    OG_SIZER_DECIMAL,
    OG_SIZER_COMBINATIONS,
    OG_SIZER_COMBINATIONS_R,
    OG_SIZER_PERMUTATIONS,
    OG_SIZER_PRODUCT,
    OG_SIZER_STGDICT,
    OG_SIZER_CTYPE,
    OG_SIZER_QUEUE,
};

uint8_t og_sizer_of(const char *tp_name);
/* What such a type adds to its basic size. */
uint64_t og_sizer_extra(struct og_py *py, const struct og_object *o, uint8_t sizer);
/* dict.__sizeof__ beyond the basic size. */
uint64_t og_dict_extra(struct og_py *py, og_addr dict);
uint64_t og_str_size(struct og_py *py, og_addr str);
uint64_t og_code_size(struct og_py *py, const struct og_object *o);

/* ---- families: what lies outside the body, or is visited under conditions ---- */

void og_walk_instance_dict(const struct og_walk *w);                        /* instance.c */
void og_walk_dict(const struct og_walk *w);                                 /* dict.c */
void og_walk_array(const struct og_walk *w, og_addr items, uint64_t count); /* sequence.c */
/* The same with another kind (enum og_ref_kind) and form (enum og_name_form) of reference. */
void og_walk_items(const struct og_walk *w, og_addr items, uint64_t count, uint8_t kind, uint8_t form);
void og_walk_list(const struct og_walk *w);
void og_walk_tuple(const struct og_walk *w);
void og_walk_set(const struct og_walk *w);
void og_walk_deque(const struct og_walk *w); /* chain.c */
void og_walk_odict(const struct og_walk *w);
void og_walk_lru_cache(const struct og_walk *w);
void og_walk_type(const struct og_walk *w);  /* type.c */
void og_walk_code(const struct og_walk *w);  /* code.c */
void og_walk_frame(const struct og_walk *w); /* frame.c */
void og_walk_generator(const struct og_walk *w);
void og_walk_module(const struct og_walk *w); /* module.c */
void og_walk_cfunction(const struct og_walk *w);
void og_walk_weakref(const struct og_walk *w);
void og_walk_greenlet(const struct og_walk *w); /* greenlet.c */
void og_walk_ndarray(const struct og_walk *w);  /* ndarray.c */
void og_walk_storage(const struct og_walk *w);  /* storage.c */

/* ---- shared facts ---- */

bool og_keys_read(struct og_py *py, og_addr keys, struct og_keys *out);
/* The key of the I-th entry, 0: none or unreadable. */
og_addr og_keys_key(struct og_py *py, const struct og_keys *k, uint64_t i);

/* A dict object: its table and where values lie if apart from the keys. */
struct og_dict_view {
    og_addr keys, values; /* values: address of the first, 0: in the entries */
    uint64_t used;
    bool embedded; /* 3.13: the values are the instance's own inline ones */
};
/* The values that lie in an instance are its dict's, if it has one. */
bool og_dict_shows_inline(const struct og_py *py);
bool og_dict_view(struct og_py *py, og_addr dict, struct og_dict_view *out);

/* From 3.12 on: how many bytes in front of an object with a managed dict the pointer to it stands. */
uint64_t og_managed_dict_at(const struct og_py *py);
/* |ob_size| as object.__sizeof__ and subtype dict offsets take it. */
uint64_t og_item_count(struct og_py *py, const struct og_object *o);
/* What the metatype of TYPE keeps behind it. */
og_addr og_type_data(const struct og_py *py, og_addr type);
/* The dict and tp_subclasses of a type, wherever this version keeps them; 0: none. */
og_addr og_type_dict(struct og_py *py, og_addr type);
og_addr og_type_subclasses(struct og_py *py, og_addr type);
/* How many local, cell and free variables CODE has; names come by index. */
uint64_t og_code_locals(struct og_py *py, og_addr code, uint32_t *stack_size);
og_addr og_code_local_name(struct og_py *py, og_addr code, uint64_t i);
/* An int object's value; false: not readable or beyond 60 bits. */
bool og_int_value(struct og_py *py, og_addr addr, int64_t *out);

#endif
