/* Arrays of package numpy, for a person: which shape, of what; and where in it an object is. */
#include "cpython/kinds/ndarray.h"
#include "cpython/label.h"

static void add_shape(const struct og_ndarray *a, struct og_text *t)
{
    og_text_char(t, '(');
    for (uint32_t i = 0; i < a->nd; i++)
        og_text_addf(t, "%s%u", i ? ", " : "", a->dims[i]);
    og_text_add(t, a->nd == 1 ? ",)" : ")");
}

/* As dtype.str has it, without the byte order. */
static void add_dtype(const struct og_ndarray *a, struct og_text *t)
{
    const uint64_t unit = a->kind == 'U' ? 4 : 1;
    if (a->kind == 'O')
        og_text_add(t, "object");
    else if (a->kind > ' ' && a->kind <= '~')
        og_text_addf(t, "%c%u", a->kind, a->itemsize / unit);
}

bool og_label_ndarray(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    struct og_ndarray a;
    if (!og_ndarray_read(py, o->addr, &a))
        return false;
    og_label_instance(py, o, false, t);
    og_text_add(t, " shape=");
    add_shape(&a, t);
    og_text_add(t, " dtype=");
    add_dtype(&a, t);
    return true;
}

/* Elements lie in memory one behind the other: their number tells the place in each dimension. */
static void add_place(const struct og_ndarray *a, uint64_t number, struct og_text *t)
{
    og_text_char(t, '[');
    for (uint32_t i = 0; i < a->nd; i++) {
        uint64_t step = a->itemsize ? (uint64_t)a->strides[i] / a->itemsize : 0;
        og_text_addf(t, "%s%u", i ? ", " : "", step && a->dims[i] ? number / step % a->dims[i] : 0);
    }
    og_text_add(t, a->nd ? "]" : "()]");
}

static void add_leaf(struct og_py *py, const struct og_ndarray_leaf *leaf, uint64_t number, struct og_text *t)
{
    for (uint32_t i = 0; i < leaf->depth; i++) {
        og_text_char(t, '[');
        og_str_text(py, leaf->names[i], OG_NAME_CUT, true, t);
        og_text_char(t, ']');
    }
    if (leaf->count > 1)
        og_text_addf(t, ".flat[%u]", number);
}

void og_ndarray_item_name(struct og_py *py, og_addr addr, uint64_t index, struct og_text *t)
{
    struct og_ndarray a;
    struct og_ndarray_leaves leaves;
    if (!og_ndarray_read(py, addr, &a))
        return;
    og_ndarray_find_leaves(py, &a, &leaves);
    if (!leaves.words)
        return;
    uint64_t number = index % leaves.words;
    add_place(&a, index / leaves.words, t);
    for (uint32_t i = 0; i < leaves.count; number -= leaves.leaf[i].count, i++)
        if (number < leaves.leaf[i].count) {
            add_leaf(py, &leaves.leaf[i], number, t);
            return;
        }
}
