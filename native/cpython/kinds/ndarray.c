/* Arrays of package numpy (PyArrayObject_fields of ndarraytypes.h, part of numpy's binary interface and the same in
 * all releases of 1 and 2). They are no objects of the collector and have no tp_traverse: nobody else says what they
 * hold. Who owns the data holds the objects in it, as array_dealloc has it; a view holds its base. */
#include "cpython/kinds/ndarray.h"
#include "cpython/lookup.h"

enum {
    DATA = 16,
    OWNS_DATA = 4,
    DTYPE_BYTES_1 = 96, /* sizeof(PyArray_Descr) of numpy 1; 2 has fewer, or more with names, fields and a base */
    DTYPE_KIND = 24,
    DTYPE_ITEMSIZE_1 = 32, /* an int */
    DTYPE_SUBARRAY_1 = 40, /* base, shape */
    DTYPE_FIELDS_1 = 48,
    DTYPE_ITEMSIZE_2 = 40,
    DTYPE_SUBARRAY_2 = 88,
    DTYPE_FIELDS_2 = 96,
    DTYPE_BYTES_2 = 120, /* of those that have both */
};

static bool is_first(const struct og_py *py, const struct og_object *dtype)
{
    return dtype->type->solid && dtype->type->solid->tp_basicsize - py->l.ob_extra == DTYPE_BYTES_1;
}

static bool read_dtype(struct og_py *py, og_addr addr, char *kind, uint64_t *itemsize)
{
    struct og_object o;
    uint32_t small;
    uint8_t letter;
    og_addr body = og_body(py, addr);
    if (!addr || !og_py_plausible_object(py, addr, &o) || !og_mem_u8(py->mem, body + DTYPE_KIND, &letter))
        return false;
    *kind = (char)letter;
    if (!is_first(py, &o))
        return og_mem_u64(py->mem, body + DTYPE_ITEMSIZE_2, itemsize);
    if (!og_mem_u32(py->mem, body + DTYPE_ITEMSIZE_1, &small))
        return false;
    *itemsize = small;
    return true;
}

static bool read_shape(struct og_py *py, og_addr dims, og_addr strides, struct og_ndarray *a)
{
    const uint64_t most = og_py_bytes(py);
    a->count = 1;
    if (a->nd > OG_NDARRAY_DIMS ||
        (a->nd && (!og_words(py, dims, a->dims, a->nd) || !og_words(py, strides, (uint64_t *)a->strides, a->nd))))
        return false;
    for (uint32_t i = 0; i < a->nd; i++)
        if (!a->dims[i])
            a->count = 0;
    for (uint32_t i = 0; i < a->nd && a->count; i++) { /* views may have more elements than memory has bytes */
        if (a->dims[i] > UINT64_MAX / 2 / a->count)
            return false;
        a->count *= a->dims[i];
    }
    return !a->owner || !a->itemsize || a->count <= most / a->itemsize;
}

bool og_ndarray_read(struct og_py *py, og_addr addr, struct og_ndarray *out)
{
    uint64_t w[7]; /* data, nd, dimensions, strides, base, descr, flags */
    if (!og_words(py, og_body(py, addr) + DATA, w, sizeof w / sizeof *w))
        return false;
    out->data = w[0];
    out->nd = (uint32_t)w[1];
    out->base = w[4];
    out->dtype = w[5];
    out->owner = w[6] & OWNS_DATA;
    return read_dtype(py, out->dtype, &out->kind, &out->itemsize) && read_shape(py, w[2], w[3], out);
}

bool og_ndarray_is_packed(const struct og_ndarray *a)
{
    uint64_t next = a->itemsize;
    for (uint32_t done = 0, dims = a->nd; done < dims; done++) {
        uint32_t i = 0;
        while (i < a->nd && (a->dims[i] == 1 || (uint64_t)a->strides[i] != next))
            i++;
        if (i == a->nd) /* all dimensions that are left must be of one element */
            break;
        next *= a->dims[i];
    }
    return next == a->count * a->itemsize;
}

/* ---- records ---- */

struct part {
    og_addr dtype;
    uint64_t offset;
    uint32_t depth;
    og_addr names[OG_NDARRAY_DEPTH];
};

struct parts {
    uint32_t count;
    struct part part[OG_NDARRAY_LEAVES];
};

static og_addr dtype_word(struct og_py *py, og_addr dtype, int32_t first, int32_t second)
{
    struct og_object o;
    if (!og_py_plausible_object(py, dtype, &o) || !o.type->solid)
        return 0;
    if (!is_first(py, &o) && o.type->solid->tp_basicsize - py->l.ob_extra < DTYPE_BYTES_2)
        return 0;
    return og_word_at(py, og_body(py, dtype) + (uint64_t)(is_first(py, &o) ? first : second));
}

static og_addr tuple_item(struct og_py *py, const struct og_object *tuple, uint64_t i)
{
    return og_word_at(py, tuple->addr + (uint64_t)py->l.tuple_ob_item + i * 8);
}

/* One item of a record's `fields`: its dtype, its offset and perhaps a title, under which it stands there once more. */
static void add_field(struct og_py *py, const struct part *of, og_addr name, og_addr value, struct parts *to)
{
    struct og_object tuple;
    int64_t offset, items;
    if (to->count == OG_NDARRAY_LEAVES || of->depth == OG_NDARRAY_DEPTH || !og_py_plausible_object(py, value, &tuple) ||
        tuple.type->kind != OG_KIND_TUPLE)
        return;
    items = og_object_len(py, &tuple);
    if (items < 2 || (items > 2 && tuple_item(py, &tuple, 2) == name) ||
        !og_int_value(py, tuple_item(py, &tuple, 1), &offset) || offset < 0)
        return;
    struct part *p = &to->part[to->count++];
    *p = *of;
    p->dtype = tuple_item(py, &tuple, 0);
    p->offset += (uint64_t)offset;
    p->names[p->depth++] = name;
}

static void add_fields(struct og_py *py, const struct part *of, struct parts *to)
{
    struct og_dict_cursor c;
    og_addr name, value, fields = dtype_word(py, of->dtype, DTYPE_FIELDS_1, DTYPE_FIELDS_2);
    if (fields && og_is_dict(py, fields) && og_dict_begin(py, fields, &c))
        while (og_dict_next(py, &c, &name, &value))
            add_field(py, of, name, value, to);
}

/* A field that is an array: how many elements of which dtype. */
static uint64_t enter_subarray(struct og_py *py, struct part *p)
{
    uint64_t words[2], count = 1; /* base, shape */
    struct og_object shape;
    int64_t n;
    og_addr subarray = dtype_word(py, p->dtype, DTYPE_SUBARRAY_1, DTYPE_SUBARRAY_2);
    if (!subarray || !og_words(py, subarray, words, 2) || !og_py_plausible_object(py, words[1], &shape) ||
        shape.type->kind != OG_KIND_TUPLE)
        return 1;
    for (int64_t i = 0; i < og_object_len(py, &shape) && i < OG_NDARRAY_DIMS; i++) {
        if (!og_int_value(py, tuple_item(py, &shape, (uint64_t)i), &n) || n < 0 ||
            (n && count > (uint64_t)UINT32_MAX / (uint64_t)n))
            return 0;
        count *= (uint64_t)n;
    }
    p->dtype = words[0];
    return count;
}

static void add_leaf(const struct part *p, uint64_t count, struct og_ndarray_leaves *out)
{
    if (out->count == OG_NDARRAY_LEAVES || !count)
        return;
    struct og_ndarray_leaf *leaf = &out->leaf[out->count++];
    *leaf = (struct og_ndarray_leaf){.offset = p->offset, .count = count, .depth = p->depth};
    memcpy(leaf->names, p->names, sizeof leaf->names);
    out->words += count;
}

void og_ndarray_find_leaves(struct og_py *py, const struct og_ndarray *a, struct og_ndarray_leaves *out)
{
    struct parts parts = {.count = 1, .part = {{.dtype = a->dtype}}};
    out->count = 0, out->words = 0;
    for (uint32_t seen = 0; parts.count && seen < OG_NDARRAY_LEAVES * OG_NDARRAY_DEPTH; seen++) {
        struct part p = parts.part[--parts.count];
        char kind;
        uint64_t itemsize, count = enter_subarray(py, &p);
        if (!read_dtype(py, p.dtype, &kind, &itemsize))
            continue;
        if (kind == 'O')
            add_leaf(&p, count, out);
        else if (kind == 'V' && count == 1)
            add_fields(py, &p, &parts);
    }
}

/* ---- references ---- */

/* Whether the collector asks instances of the class: it is told nothing of the array inside, as of greenlets. */
static uint8_t ref_kind(const struct og_walk *w)
{
    return w->o->type->tp_flags & OG_TPFLAGS_HAVE_GC ? OG_REF_INFERRED : OG_REF_STRONG;
}

static void give_named(const struct og_walk *w, og_addr target, const char *name)
{
    struct og_ref ref = {.target = target, .kind = ref_kind(w), .form = OG_NAME_TEXT, .text = name};
    og_give(w, &ref);
}

static void walk_records(const struct og_walk *w, const struct og_ndarray *a)
{
    struct og_ndarray_leaves leaves;
    struct og_ref ref = {.kind = ref_kind(w), .form = OG_NAME_ITEM, .obj = w->o->addr};
    og_ndarray_find_leaves(w->py, a, &leaves);
    for (uint64_t k = 0; k < a->count && leaves.count; k++)
        for (uint32_t i = 0; i < leaves.count; i++)
            for (uint64_t j = 0; j < leaves.leaf[i].count; j++, ref.index++) {
                og_addr at = a->data + k * a->itemsize + leaves.leaf[i].offset + j * 8;
                if (!og_mem_u64(w->py->mem, at, &ref.target))
                    return;
                og_give(w, &ref);
            }
}

void og_walk_ndarray(const struct og_walk *w)
{
    struct og_ndarray a;
    if (!og_ndarray_read(w->py, w->o->addr, &a))
        return;
    give_named(w, a.dtype, "dtype");
    give_named(w, a.base, "base");
    if (!a.owner || !a.data || !a.count || (a.kind != 'O' && a.kind != 'V'))
        return;
    if (!og_ndarray_is_packed(&a))
        og_torn(w->py);
    else if (a.kind == 'O')
        og_walk_items(w, a.data, a.count, ref_kind(w), a.nd == 1 ? OG_NAME_INDEX : OG_NAME_ITEM);
    else
        walk_records(w, &a);
}
