/* What an array of package numpy is, as memory shows it. */
#ifndef OG_NDARRAY_H
#define OG_NDARRAY_H

#include "cpython/kinds/kinds.h"

enum {
    OG_NDARRAY_BYTES = 80, /* of the body that all releases have, ob_extra aside */
    OG_NDARRAY_DIMS = 64,  /* numpy 2; 32 before */
    OG_NDARRAY_LEAVES = 32,
    OG_NDARRAY_DEPTH = 4,
};

struct og_ndarray {
    og_addr data, base, dtype;
    uint32_t nd;
    bool owner;               /* of its data: what it holds is its own, not the base's */
    char kind;                /* of the dtype: 'O' objects, 'V' records, 'f' ... */
    uint64_t count, itemsize; /* elements, bytes of each */
    uint64_t dims[OG_NDARRAY_DIMS];
    int64_t strides[OG_NDARRAY_DIMS];
};

/* Where objects are in an element: one leaf at offset 0 without names if it is an object itself, else those of a
 * record's fields. A field that is an array itself has COUNT of them. */
struct og_ndarray_leaf {
    uint64_t offset, count;
    uint32_t depth;
    og_addr names[OG_NDARRAY_DEPTH]; /* str */
};

struct og_ndarray_leaves {
    uint32_t count;
    uint64_t words; /* of all, in one element */
    struct og_ndarray_leaf leaf[OG_NDARRAY_LEAVES];
};

/* false: it cannot be read or contradicts itself. */
bool og_ndarray_read(struct og_py *py, og_addr addr, struct og_ndarray *out);
/* The elements lie one behind the other, in whatever order of the dimensions. */
bool og_ndarray_is_packed(const struct og_ndarray *a);
void og_ndarray_find_leaves(struct og_py *py, const struct og_ndarray *a, struct og_ndarray_leaves *out);

#endif
