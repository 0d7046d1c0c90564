/* Inside the lookups: for labels and paths, which want what an object itself holds. */
#ifndef OG_LOOKUP_H
#define OG_LOOKUP_H

#include "cpython/kinds/kinds.h"

/* The reference of O that is called NAME: a field, a slot, an inline value, a variable of a generator; 0: absent. */
og_addr og_object_named(struct og_py *py, const struct og_object *o, const char *name);
/* The value of NAME in a class or, along its mro, its bases; 0: absent. */
og_addr og_class_attr(struct og_py *py, og_addr type, const char *name);

/* A dict is at ADDR, or what derives from one. */
bool og_is_dict(struct og_py *py, og_addr addr);
/* The items of a dict in its order. False from begin: not a dict that can be read. */
struct og_dict_cursor {
    struct og_dict_view dict;
    struct og_keys keys;
    uint64_t at;
};
bool og_dict_begin(struct og_py *py, og_addr dict, struct og_dict_cursor *c);
bool og_dict_next(struct og_py *py, struct og_dict_cursor *c, og_addr *key, og_addr *value);

#endif
