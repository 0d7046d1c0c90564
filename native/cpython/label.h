/* Inside the labels: label.c decides, the others write. Not in the agent. */
#ifndef OG_LABEL_H
#define OG_LABEL_H

#include "cpython/python.h"

enum {
    OG_REPR_CUT = 40, /* characters of a repr, as objgraph cuts it */
    OG_NAME_CUT = 60, /* of the name of a reference */
    OG_REPR_BYTES = 1024,
};

static inline og_addr og_word(struct og_py *py, og_addr base, int32_t offset)
{
    uint64_t w;
    return offset >= 0 && og_mem_u64(py->mem, base + (uint64_t)offset, &w) ? w : 0;
}

/* Appends at most CHARACTERS of S; false: there were more. */
bool og_text_add_cut(struct og_text *t, const char *s, uint64_t characters);

/* Takes back what was appended since T was LEN long. */
void og_text_shorten(struct og_text *t, uint64_t len);

/* repr() of an object as an element of another: atoms, short tuples, leaves, the class of everything else. Never
 * deeper: the labels of objects that refer to each other are bounded. */
void og_label_element(struct og_py *py, og_addr addr, struct og_text *t);

/* Whole reprs, uncut; false: not such an object, or not readable. */
bool og_repr_number(struct og_py *py, const struct og_object *o, struct og_text *t); /* label_number.c */
bool og_repr_bytes(struct og_py *py, const struct og_object *o, struct og_text *t);  /* label_bytes.c */

/* label_code.c: false: what is needed cannot be read. */
bool og_label_function(struct og_py *py, const struct og_object *o, struct og_text *t);
bool og_label_method(struct og_py *py, const struct og_object *o, struct og_text *t);
bool og_label_cfunction(struct og_py *py, const struct og_object *o, struct og_text *t);
bool og_label_code(struct og_py *py, const struct og_object *o, struct og_text *t);
bool og_label_frame(struct og_py *py, const struct og_object *o, struct og_text *t);
bool og_label_generator(struct og_py *py, const struct og_object *o, struct og_text *t);
bool og_label_traceback(struct og_py *py, const struct og_object *o, struct og_text *t);
/* The __name__ of a function, else what it is as an element. */
void og_label_callable(struct og_py *py, og_addr addr, struct og_text *t);

/* label_instance.c */
bool og_label_enum(struct og_py *py, const struct og_object *o, bool value, struct og_text *t);
bool og_label_exception(struct og_py *py, const struct og_object *o, struct og_text *t);
/* module.Class, as reprs of its instances have it. */
void og_label_class(struct og_py *py, const struct og_type *type, struct og_text *t);
/* A reference of that name may give the hint which one an instance is. */
bool og_label_tells(const char *name);
/* <module.Class object at 0x..>, and a hint which one it is. */
void og_label_instance(struct og_py *py, const struct og_object *o, bool hint, struct og_text *t);

/* label_ndarray.c: its shape and the kind of its elements. */
bool og_label_ndarray(struct og_py *py, const struct og_object *o, struct og_text *t);
/* Where the INDEX-th object is that the array at ADDR holds, as an expression has it: [1, 3], [1]['field']. */
void og_ndarray_item_name(struct og_py *py, og_addr addr, uint64_t index, struct og_text *t);

/* label_library.c: C types that have no kind of their own; false: not one of them. */
bool og_label_library(struct og_py *py, const struct og_object *o, struct og_text *t);

#endif
