/* Bytes as sys.getsizeof says: each type's __sizeof__ plus what stands before the object (Python/sysmodule.c,
 * _PySys_GetSizeOf). */
#include "cpython/kinds/ndarray.h"

enum {
    PREHEADER = 16,
    DEQUE_LEFTINDEX = 40,
    DEQUE_BLOCK = 528,
    DEQUE_BLOCK_ITEMS = 64,
    OD_FIRST = 48,
    OD_FAST_NODES_SIZE = 72,
    OD_NODE = 32,
    SET_ENTRY = 16,
    DIGIT_BYTES = 4,
    LONG_TAG_SHIFT = 3,
    COUNT_MAX_SHIFT = 44, /* larger counts are damage */
};

static uint64_t count_at(struct og_py *py, og_addr addr)
{
    uint64_t count = og_word_at(py, addr);
    if (!(count >> COUNT_MAX_SHIFT))
        return count;
    if (count != UINT64_MAX) /* list.sort() sets it while it works */
        og_torn(py);
    return 0;
}

static uint64_t basic(const struct og_py *py, const struct og_object *o)
{
    return o->type->tp_basicsize > 0 ? (uint64_t)o->type->tp_basicsize : (uint64_t)py->l.pyobject_size;
}

/* object.__sizeof__ */
static uint64_t plain_size(struct og_py *py, const struct og_object *o)
{
    return basic(py, o) + (o->type->tp_itemsize > 0 ? og_item_count(py, o) * (uint64_t)o->type->tp_itemsize : 0);
}

static uint64_t keys_size(const struct og_keys *k)
{
    uint64_t header = k->entries - k->index_bytes - k->addr;
    return header + k->index_bytes + k->slots * 2 / 3 * k->entry_size;
}

uint64_t og_dict_extra(struct og_py *py, og_addr dict)
{
    struct og_dict_view d;
    struct og_keys k;
    if (!og_dict_view(py, dict, &d) || !og_keys_read(py, d.keys, &k))
        return 0;
    uint64_t size = k.refcount == 1 ? keys_size(&k) : 0;
    if (d.values)
        size += 8 * (py->l.minor >= 11 ? k.nentries + k.usable : k.slots * 2 / 3);
    return size;
}

static uint64_t set_size(struct og_py *py, const struct og_object *o)
{
    const struct og_layout *l = &py->l;
    og_addr table = og_word_at(py, o->addr + (uint64_t)l->set_table);
    if (table == o->addr + (uint64_t)l->set_smalltable)
        return basic(py, o);
    return basic(py, o) + (count_at(py, o->addr + (uint64_t)l->set_mask) + 1) * SET_ENTRY;
}

static uint64_t int_size(struct og_py *py, const struct og_object *o)
{
    uint64_t word = og_word_at(py, o->addr + (uint64_t)py->l.long_lv_tag);
    if (py->l.minor >= 12) {
        uint64_t digits = word >> LONG_TAG_SHIFT;
        return basic(py, o) + (digits ? digits : 1) * DIGIT_BYTES;
    }
    uint64_t digits = (int64_t)word < 0 ? 0 - word : word;
    if (!digits && py->l.minor >= 11)
        digits = 1;
    return (uint64_t)py->l.long_ob_digit + digits * DIGIT_BYTES;
}

static uint64_t type_size(struct og_py *py, const struct og_object *o)
{
    struct og_keys k;
    if (!(og_word_at(py, o->addr + (uint64_t)py->l.tp_flags) & OG_TPFLAGS_HEAPTYPE))
        return (uint64_t)py->l.type_size;
    og_addr keys = og_word_at(py, o->addr + (uint64_t)py->l.ht_cached_keys);
    return (uint64_t)py->l.heaptype_size + (keys && og_keys_read(py, keys, &k) ? keys_size(&k) : 0);
}

static uint64_t frame_slots(struct og_py *py, og_addr code)
{
    uint32_t stack;
    uint64_t locals = code ? og_code_locals(py, code, &stack) : 0;
    return code ? 8 * (locals + stack) : 0;
}

static uint64_t frame_size(struct og_py *py, const struct og_object *o)
{
    const struct og_layout *l = &py->l;
    if (l->frame_f_frame < 0)
        return (uint64_t)l->frame_f_localsplus + frame_slots(py, og_word_at(py, o->addr + (uint64_t)l->frame_f_code));
    og_addr frame = og_word_at(py, o->addr + (uint64_t)l->frame_f_frame);
    og_addr code = frame ? og_word_at(py, frame + (uint64_t)l->iframe_executable) : 0;
    return (uint64_t)l->frame_data + (uint64_t)l->iframe_localsplus + frame_slots(py, code);
}

static uint64_t generator_size(struct og_py *py, const struct og_object *o)
{
    const struct og_layout *l = &py->l;
    if (l->gen_gi_iframe < 0)
        return plain_size(py, o);
    og_addr code = l->gen_gi_code >= 0 ? og_word_at(py, o->addr + (uint64_t)l->gen_gi_code)
                                       : og_word_at(py, o->addr + (uint64_t)(l->gen_gi_iframe + l->iframe_executable));
    return (uint64_t)l->gen_gi_iframe + (uint64_t)l->iframe_localsplus + frame_slots(py, code);
}

static uint64_t deque_size(struct og_py *py, const struct og_object *o)
{
    uint64_t items =
        count_at(py, og_body(py, o->addr) + DEQUE_LEFTINDEX) + count_at(py, o->addr + (uint64_t)py->l.ob_size);
    return basic(py, o) + (items + DEQUE_BLOCK_ITEMS - 1) / DEQUE_BLOCK_ITEMS * DEQUE_BLOCK;
}

static uint64_t odict_size(struct og_py *py, const struct og_object *o)
{
    uint64_t size =
        basic(py, o) + og_dict_extra(py, o->addr) + 8 * count_at(py, og_body(py, o->addr) + OD_FAST_NODES_SIZE);
    if (og_word_at(py, og_body(py, o->addr) + OD_FIRST))
        size += OD_NODE * count_at(py, o->addr + (uint64_t)py->l.ma_used);
    return size;
}

/* From 3.15 on the bytes are those of a bytes object, whose head counts too. */
static uint64_t bytearray_size(struct og_py *py, const struct og_object *o)
{
    uint64_t bytes = count_at(py, o->addr + (uint64_t)py->l.bytearray_ob_alloc);
    return basic(py, o) + bytes + (bytes && py->l.minor >= 15 ? (uint64_t)py->l.bytes_ob_sval + 1 : 0);
}

/* array_sizeof: the data only where it is the array's own. */
static uint64_t ndarray_size(struct og_py *py, const struct og_object *o)
{
    struct og_ndarray a;
    if (!og_ndarray_read(py, o->addr, &a))
        return basic(py, o);
    return basic(py, o) + (uint64_t)a.nd * 2 * 8 + (a.owner ? a.count * a.itemsize : 0);
}

static uint64_t kind_size(struct og_py *py, const struct og_object *o)
{
    switch ((enum og_kind)o->type->kind) {
    case OG_KIND_DICT:
        return basic(py, o) + og_dict_extra(py, o->addr);
    case OG_KIND_ODICT:
        return odict_size(py, o);
    case OG_KIND_LIST:
        return basic(py, o) + 8 * count_at(py, o->addr + (uint64_t)py->l.list_allocated);
    case OG_KIND_SET:
        return set_size(py, o);
    case OG_KIND_STR:
        return og_str_size(py, o->addr);
    case OG_KIND_BYTEARRAY:
        return bytearray_size(py, o);
    case OG_KIND_INT:
    case OG_KIND_BOOL:
        return int_size(py, o);
    case OG_KIND_TYPE:
        return type_size(py, o);
    case OG_KIND_CODE:
        return og_code_size(py, o);
    case OG_KIND_FRAME:
        return frame_size(py, o);
    case OG_KIND_GENERATOR:
        return generator_size(py, o);
    case OG_KIND_DEQUE:
        return deque_size(py, o);
    case OG_KIND_NDARRAY:
        return ndarray_size(py, o);
    case OG_KIND_UNKNOWN:
    case OG_KIND_OBJECT:
    case OG_KIND_TUPLE:
    case OG_KIND_BYTES:
    case OG_KIND_FLOAT:
    case OG_KIND_COMPLEX:
    case OG_KIND_NONE:
    case OG_KIND_FUNCTION:
    case OG_KIND_METHOD:
    case OG_KIND_CFUNCTION:
    case OG_KIND_CELL:
    case OG_KIND_MODULE:
    case OG_KIND_WEAKREF:
    case OG_KIND_EXCEPTION:
    case OG_KIND_TRACEBACK:
    case OG_KIND_MEMORYVIEW:
    case OG_KIND_MAPPINGPROXY:
    case OG_KIND_LRU_CACHE:
    case OG_KIND_GREENLET:
    case OG_KIND_COUNT:
        break;
    }
    return plain_size(py, o);
}

uint64_t og_type_preheader(const struct og_py *py, const struct og_type *t)
{
    uint64_t managed = py->l.minor >= 12   ? OG_TPFLAGS_MANAGED_DICT | OG_TPFLAGS_MANAGED_WEAKREF
                       : py->l.minor == 11 ? OG_TPFLAGS_MANAGED_DICT
                                           : 0;
    return t->tp_flags & managed ? PREHEADER : 0;
}

/* Static types have no collector's head; in 3.11 and 3.12 sys.getsizeof counts one all the same. */
static uint64_t preheader(struct og_py *py, const struct og_object *o)
{
    const struct og_type *t = o->type;
    bool has_head = t->tp_flags & OG_TPFLAGS_HAVE_GC && !og_is_free_threaded(&py->l);
    uint64_t size = (has_head ? OG_GC_HEAD_SIZE : 0) + og_type_preheader(py, t);
    bool counted = py->l.minor == 11 || py->l.minor == 12;
    bool static_type = !counted && t->kind == OG_KIND_TYPE &&
                       !(og_word_at(py, o->addr + (uint64_t)py->l.tp_flags) & OG_TPFLAGS_HEAPTYPE);
    return static_type ? 0 : size;
}

uint64_t og_object_size(struct og_py *py, const struct og_object *o)
{
    const struct og_plan *plan = og_plan_of(py, o->type);
    uint64_t size = plan && plan->sizer ? basic(py, o) + og_sizer_extra(py, o, plan->sizer) : kind_size(py, o);
    size += preheader(py, o);
    if (size <= og_py_bytes(py))
        return size;
    og_torn(py);
    return basic(py, o) + preheader(py, o);
}

/* The kinds whose size is basic size plus items: kind_size() above, seen from the type. */
void og_size_rule(struct og_py *py, const struct og_type *t, struct og_size_rule *out)
{
    struct og_object o = {0, t};
    const struct og_plan *plan = og_plan_of(py, t);
    enum og_kind kind = t->kind;
    *out = (struct og_size_rule){.base = (uint32_t)(basic(py, &o) + (kind == OG_KIND_TYPE ? 0 : preheader(py, &o)))};
    bool body = kind == OG_KIND_UNKNOWN || kind == OG_KIND_OBJECT || kind == OG_KIND_FUNCTION ||
                kind == OG_KIND_METHOD || kind == OG_KIND_CFUNCTION || kind == OG_KIND_CELL || kind == OG_KIND_MODULE ||
                kind == OG_KIND_WEAKREF || kind == OG_KIND_EXCEPTION || kind == OG_KIND_TRACEBACK;
    if (plan && plan->sizer)
        out->ask = true;
    else if (body && t->tp_itemsize <= 0)
        out->item = 0;
    else if (kind == OG_KIND_TUPLE && t->tp_itemsize == OG_SIZE_ITEM)
        out->item = OG_SIZE_ITEM, out->count_offset = (uint32_t)py->l.ob_size;
    else if (kind == OG_KIND_LIST)
        out->item = OG_SIZE_ITEM, out->count_offset = (uint32_t)py->l.list_allocated;
    else
        out->ask = true;
    out->keys = out->ask && kind == OG_KIND_DICT;
}
