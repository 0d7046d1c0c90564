/* Inside the type reader: types.c reads the object; type_name.c and static_names.c (not in the agent, which reads memory that lacks
 * nothing and shows nobody a name) say what it is called. */
#ifndef OG_TYPES_H
#define OG_TYPES_H

#include "cpython/python.h"

/* Reads one type whose bases are known already; og_py_type sees to that. */
const struct og_type *og_type_read(struct og_py *py, og_addr addr);
/* What is at ADDR is of CPython's own code, not of an extension that has a type like it: Cython's "generator". */
bool og_is_beside_type(const struct og_py *py, og_addr addr);
/* Types are read anew from here on. */
void og_types_forget(struct og_py *py);

#ifdef OG_FREESTANDING
static inline void og_type_name(struct og_py *py, struct og_type *t)
{
    (void)py, (void)t;
}

static inline const char *og_lost_tp_name(struct og_py *py, const struct og_type *t)
{
    (void)py, (void)t;
    return "";
}

static inline void og_static_names_find(struct og_py *py)
{
    (void)py;
}
#else
/* Fills name and long_name. */
void og_type_name(struct og_py *py, struct og_type *t);
/* tp_name of a type where it cannot be read; "" if nothing else tells it. */
const char *og_lost_tp_name(struct og_py *py, const struct og_type *t);
/* Before the first type is read: what static types are called whose tp_name cannot be read. */
void og_static_names_find(struct og_py *py);
/* What was found for the type at ADDR; NULL: nothing. */
const char *og_static_name(const struct og_py *py, og_addr addr);
/* The static type at ADDR has no name: counted once. */
void og_static_nameless(struct og_py *py, og_addr addr);
#endif

#endif
