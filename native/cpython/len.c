/* len() and reference counts, read without running anything. */
#include "cpython/kinds/ndarray.h"

enum { RANGE_LENGTH = 40 };

static int64_t word_len(struct og_py *py, og_addr addr, int32_t offset)
{
    uint64_t word;
    if (!og_mem_u64(py->mem, addr + (uint64_t)offset, &word))
        return -1;
    if (word <= og_py_bytes(py))
        return (int64_t)word;
    og_torn(py); /* more than memory holds */
    return -1;
}

static int64_t pointed_len(struct og_py *py, og_addr addr, int32_t offset)
{
    uint64_t dict;
    struct og_object o;
    if (!og_mem_u64(py->mem, addr + (uint64_t)offset, &dict) || !dict || !og_py_object(py, dict, &o))
        return -1;
    return o.type->kind == OG_KIND_DICT || o.type->kind == OG_KIND_ODICT ? word_len(py, dict, py->l.ma_used) : -1;
}

static int64_t ndarray_len(struct og_py *py, const struct og_object *o)
{
    struct og_ndarray a;
    return og_ndarray_read(py, o->addr, &a) && a.nd ? (int64_t)a.dims[0] : -1;
}

/* C types that no kind stands for. */
static int64_t other_len(struct og_py *py, const struct og_object *o)
{
    const char *tp_name = o->type->solid ? o->type->solid->tp_name : "";
    uint64_t length;
    int64_t value;
    if (og_streq(tp_name, "array.array"))
        return word_len(py, o->addr, (uint64_t)py->l.ob_size);
    if (og_streq(tp_name, "range") && og_mem_u64(py->mem, og_body(py, o->addr) + RANGE_LENGTH, &length) &&
        og_int_value(py, length, &value))
        return value;
    if (og_streq(tp_name, "dict_keys") || og_streq(tp_name, "dict_values") || og_streq(tp_name, "dict_items"))
        return pointed_len(py, o->addr, py->l.pyobject_size);
    return -1;
}

int64_t og_object_len(struct og_py *py, const struct og_object *o)
{
    switch ((enum og_kind)o->type->kind) {
    case OG_KIND_DICT:
    case OG_KIND_ODICT:
        return word_len(py, o->addr, py->l.ma_used);
    case OG_KIND_LIST:
    case OG_KIND_TUPLE:
    case OG_KIND_BYTES:
    case OG_KIND_BYTEARRAY:
    case OG_KIND_DEQUE:
        return word_len(py, o->addr, (uint64_t)py->l.ob_size);
    case OG_KIND_SET:
        return word_len(py, o->addr, py->l.set_used);
    case OG_KIND_STR:
        return word_len(py, o->addr, py->l.unicode_length);
    case OG_KIND_MAPPINGPROXY:
        return pointed_len(py, o->addr, (uint64_t)py->l.pyobject_size);
    case OG_KIND_NDARRAY:
        return ndarray_len(py, o);
    case OG_KIND_UNKNOWN:
        return other_len(py, o);
    case OG_KIND_OBJECT:
    case OG_KIND_INT:
    case OG_KIND_BOOL:
    case OG_KIND_FLOAT:
    case OG_KIND_COMPLEX:
    case OG_KIND_NONE:
    case OG_KIND_TYPE:
    case OG_KIND_FUNCTION:
    case OG_KIND_METHOD:
    case OG_KIND_CFUNCTION:
    case OG_KIND_CODE:
    case OG_KIND_FRAME:
    case OG_KIND_GENERATOR:
    case OG_KIND_CELL:
    case OG_KIND_MODULE:
    case OG_KIND_WEAKREF:
    case OG_KIND_EXCEPTION:
    case OG_KIND_TRACEBACK:
    case OG_KIND_MEMORYVIEW:
    case OG_KIND_LRU_CACHE:
    case OG_KIND_GREENLET:
    case OG_KIND_COUNT:
        break;
    }
    return -1;
}

/* Free-threaded: the owning thread's part and everybody else's, whose two low bits are flags. The second may be
 * negative and, from 3.14 on, has a large number added while references of deferred kind are not counted (Py_REFCNT of
 * Include/refcount.h, _Py_REF_DEFERRED of Include/internal/pycore_object.h). */
static uint32_t split_refcount(struct og_py *py, const struct og_object *o)
{
    enum { SHARED_SHIFT = 2 };
    const int64_t deferred = INT64_MAX / 8;
    uint32_t local;
    uint64_t shared;
    if (!og_mem_u32(py->mem, o->addr + (uint64_t)py->l.ob_refcnt, &local) ||
        !og_mem_u64(py->mem, o->addr + OG_OB_REF_SHARED, &shared))
        return 0;
    if (local == UINT32_MAX)
        return UINT32_MAX;
    int64_t count = (int64_t)local + ((int64_t)shared >> SHARED_SHIFT);
    count -= count > deferred / 2 ? deferred : 0;
    return count < 0 ? 0 : count < UINT32_MAX ? (uint32_t)count : UINT32_MAX - 1;
}

/* 3.12 and later: an immortal count has the sign bit of its low half set. */
uint32_t og_object_refcount(struct og_py *py, const struct og_object *o)
{
    uint64_t count;
    if (og_is_free_threaded(&py->l))
        return split_refcount(py, o);
    if (!og_mem_u64(py->mem, o->addr + (uint64_t)py->l.ob_refcnt, &count))
        return 0;
    if (py->l.minor >= 12 && (int32_t)(uint32_t)count < 0)
        return UINT32_MAX;
    if (py->l.minor >= 14) /* flags stand above */
        return (uint32_t)count;
    return count < UINT32_MAX ? (uint32_t)count : UINT32_MAX - 1;
}
