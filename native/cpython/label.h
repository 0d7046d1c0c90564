/* Inside the labels: one function per family. Not in the agent: libc is allowed. */
#ifndef OG_LABEL_H
#define OG_LABEL_H

#include "cpython/python.h"

enum { OG_LABEL_REPR_MAX = 40 }; /* characters, as objgraph cuts */

/* label_number.c */
void og_label_int(struct og_py *py, const struct og_object *o, struct og_text *t);
void og_label_double(double value, struct og_text *t); /* float.__repr__ */
void og_label_float(struct og_py *py, const struct og_object *o, struct og_text *t);
void og_label_complex(struct og_py *py, const struct og_object *o, struct og_text *t);

/* label_code.c */
void og_label_function(struct og_py *py, const struct og_object *o, struct og_text *t);
void og_label_code(struct og_py *py, const struct og_object *o, struct og_text *t);
void og_label_frame(struct og_py *py, const struct og_object *o, struct og_text *t);
void og_label_generator(struct og_py *py, const struct og_object *o, struct og_text *t);
void og_label_method(struct og_py *py, const struct og_object *o, struct og_text *t);
void og_label_cfunction(struct og_py *py, const struct og_object *o, struct og_text *t);

/* label_instance.c: <mod.Class object at 0x..> and a hint */
void og_label_instance(struct og_py *py, const struct og_object *o, struct og_text *t);

static inline og_addr og_label_word(struct og_py *py, og_addr base, int32_t offset)
{
    uint64_t w;
    return offset >= 0 && og_mem_u64(py->mem, base + (uint64_t)offset, &w) ? w : 0;
}

#endif
