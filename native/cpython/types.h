/* Inside the type reader: types.c reads the object, type_name.c (not in the agent) says what it is called. */
#ifndef OG_TYPES_H
#define OG_TYPES_H

#include "cpython/python.h"

/* Reads one type whose bases are known already; og_py_type sees to that. */
const struct og_type *og_type_read(struct og_py *py, og_addr addr);

#ifdef OG_FREESTANDING
static inline void og_type_name(struct og_py *py, struct og_type *t, og_addr tp_name)
{
    (void)py, (void)t, (void)tp_name;
}
#else
/* Fills name and long_name. */
void og_type_name(struct og_py *py, struct og_type *t, og_addr tp_name);
#endif

#endif
