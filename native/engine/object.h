/* Rows about objects, for whoever lists some. */
#ifndef OG_OBJECT_H
#define OG_OBJECT_H

#include "cpython/python.h"

/* The object's label, in ARENA; "" when out of memory. */
const char *og_label_copy(struct og_py *py, const struct og_object *o, struct og_arena *arena);
/* Everything but id. */
void og_object_row_fill(struct og_py *py, const struct og_object *o, struct og_arena *arena, struct og_object_row *out);

#endif
