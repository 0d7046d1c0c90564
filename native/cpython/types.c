/* Type objects, read once each: what later layers need to decode instances. */
#include "cpython/heap.h"
#include "cpython/types.h"

enum { METATYPE_DEPTH = 16, TYPE_BYTES = 416, TP_NAME_BYTES = 512, TYPE_DEPTH = 64 };

struct type_name_kind {
    char name[40];
    uint8_t kind;
};

/* tp_name of the C types whose bodies og decodes; the spelling of every version. */
static const struct type_name_kind kinds_by_name[] = {
    {"object", OG_KIND_OBJECT},
    {"dict", OG_KIND_DICT},
    {"frozendict", OG_KIND_DICT},
    {"list", OG_KIND_LIST},
    {"tuple", OG_KIND_TUPLE},
    {"set", OG_KIND_SET},
    {"frozenset", OG_KIND_SET},
    {"str", OG_KIND_STR},
    {"bytes", OG_KIND_BYTES},
    {"bytearray", OG_KIND_BYTEARRAY},
    {"int", OG_KIND_INT},
    {"bool", OG_KIND_BOOL},
    {"float", OG_KIND_FLOAT},
    {"complex", OG_KIND_COMPLEX},
    {"NoneType", OG_KIND_NONE},
    {"type", OG_KIND_TYPE},
    {"function", OG_KIND_FUNCTION},
    {"method", OG_KIND_METHOD},
    {"builtin_function_or_method", OG_KIND_CFUNCTION},
    {"builtin_method", OG_KIND_CFUNCTION},
    {"code", OG_KIND_CODE},
    {"frame", OG_KIND_FRAME},
    {"generator", OG_KIND_GENERATOR},
    {"coroutine", OG_KIND_GENERATOR},
    {"async_generator", OG_KIND_GENERATOR},
    {"cell", OG_KIND_CELL},
    {"module", OG_KIND_MODULE},
    {"weakref", OG_KIND_WEAKREF},
    {"weakref.ReferenceType", OG_KIND_WEAKREF},
    {"weakproxy", OG_KIND_WEAKREF},
    {"weakref.ProxyType", OG_KIND_WEAKREF},
    {"weakcallableproxy", OG_KIND_WEAKREF},
    {"weakref.CallableProxyType", OG_KIND_WEAKREF},
    {"traceback", OG_KIND_TRACEBACK},
    {"memoryview", OG_KIND_MEMORYVIEW},
    {"mappingproxy", OG_KIND_MAPPINGPROXY},
    {"collections.deque", OG_KIND_DEQUE},
    {"collections.OrderedDict", OG_KIND_ODICT},
    {"functools._lru_cache_wrapper", OG_KIND_LRU_CACHE},
    {"greenlet.greenlet", OG_KIND_GREENLET},
    {"numpy.ndarray", OG_KIND_NDARRAY},
};

static uint8_t kind_of_name(const char *name)
{
    for (unsigned i = 0; i < sizeof kinds_by_name / sizeof *kinds_by_name; i++)
        if (og_streq(kinds_by_name[i].name, name))
            return kinds_by_name[i].kind;
    return OG_KIND_UNKNOWN;
}

static bool has_dot(const char *name)
{
    for (; *name; name++)
        if (*name == '.')
            return true;
    return false;
}

/* Static types lie in one image's .data and .bss, which are neighbours; what comes before or behind is read-only. */
bool og_is_beside_type(const struct og_py *py, og_addr addr)
{
    const struct og_region *a = og_mem_region(py->mem, addr), *b = og_mem_region(py->mem, py->type_type);
    if (!a || !b)
        return false;
    const char *name = og_mem_region_name(py->mem, a);
    if (*name && og_streq(name, og_mem_region_name(py->mem, b)))
        return true;
    const struct og_region *low = a < b ? a : b, *high = a < b ? b : a;
    while (low < high && low->flags & OG_REGION_WRITE && low->end == low[1].start)
        low++;
    return low == high;
}

static uint64_t word_at(const unsigned char *body, int32_t offset)
{
    uint64_t w;
    memcpy(&w, body + offset, 8);
    return w;
}

/* As much of a type object as is looked at. */
static uint64_t body_bytes(const struct og_py *py)
{
    uint64_t bytes = (uint64_t)py->l.tp_finalize + 8;
    return bytes < TYPE_BYTES ? bytes : TYPE_BYTES;
}

/* A type's metatype leads to `type`, whose type is itself. Reads words only, so that it may be asked about anything. */
static bool leads_to_type(struct og_py *py, og_addr metatype)
{
    for (unsigned i = 0; i < METATYPE_DEPTH; i++) {
        uint64_t up, flags;
        if (metatype == py->type_type)
            return true;
        if ((metatype & 3) || !og_mem_readable(py->mem, metatype, body_bytes(py)) ||
            !og_mem_u64(py->mem, metatype + (uint64_t)py->l.tp_flags, &flags) || !(flags & OG_TPFLAGS_TYPE_SUBCLASS) ||
            !og_mem_u64(py->mem, metatype + (uint64_t)py->l.ob_type, &up))
            return false;
        metatype = up;
    }
    return false;
}

static bool read_body(struct og_py *py, og_addr addr, unsigned char body[TYPE_BYTES])
{
    uint64_t bytes = body_bytes(py);
    if ((addr & 3) || !og_mem_readable(py->mem, addr, bytes) || !og_mem_read(py->mem, addr, body, bytes))
        return false;
    return leads_to_type(py, word_at(body, (uint64_t)py->l.ob_type));
}

static void fill(struct og_py *py, struct og_type *t, const unsigned char *body)
{
    const struct og_layout *l = &py->l;
    t->tp_base = word_at(body, l->tp_base);
    t->tp_dict = word_at(body, l->tp_dict);
    t->tp_traverse = word_at(body, l->tp_traverse);
    t->tp_flags = word_at(body, l->tp_flags);
    t->tp_basicsize = (int64_t)word_at(body, l->tp_basicsize);
    t->tp_itemsize = (int64_t)word_at(body, l->tp_itemsize);
    t->tp_dictoffset = (int64_t)word_at(body, l->tp_dictoffset);
    t->tp_weaklistoffset = (int64_t)word_at(body, l->tp_weaklistoffset);
    /* hasattr(type, '__del__'): the slot wrapper exists where the slot is filled, inherited or not. */
    t->has_del = word_at(body, l->tp_finalize) != 0;
    t->valid = 1;
}

/* A class made by a class statement: heap type, subtype_traverse, or no traverse at all and a name without a module
 * part, which types made from C specs have. */
static bool made_by_class_statement(const struct og_py *py, const struct og_type *t)
{
    if (!(t->tp_flags & OG_TPFLAGS_HEAPTYPE))
        return false;
    if (t->tp_flags & OG_TPFLAGS_HAVE_GC)
        return py->subtype_traverse && t->tp_traverse == py->subtype_traverse;
    return !has_dot(t->tp_name);
}

static bool name_is_trusted(const struct og_type *t)
{
    return !(t->tp_flags & OG_TPFLAGS_HEAPTYPE) || has_dot(t->tp_name);
}

/* A kernel core without its files lacks what was never written to: names of C types are such. */
static const char *read_tp_name(struct og_py *py, const struct og_type *t, og_addr tp_name)
{
    char buf[TP_NAME_BYTES];
    if (!og_mem_readable(py->mem, tp_name, 1) || !og_mem_string(py->mem, tp_name, buf, sizeof buf))
        return og_lost_tp_name(py, t);
    const char *copy = og_arena_strndup(&py->arena, buf, strlen(buf));
    return copy ? copy : "";
}

/* KIND and SOLID: of the type itself if its name is one of C's, else of its nearest base that has one. */
static void classify(struct og_py *py, struct og_type *t)
{
    t->is_class = made_by_class_statement(py, t);
    const struct og_type *base = t->tp_base && t->tp_base != t->addr ? og_py_type(py, t->tp_base) : NULL;
    bool own = !py->type_type || has_dot(t->tp_name) || og_is_beside_type(py, t->addr);
    if (!t->is_class && name_is_trusted(t) && own)
        t->kind = kind_of_name(t->tp_name);
    if (t->is_class) {
        t->solid = base ? base->solid : NULL;
        t->kind = base ? base->kind : OG_KIND_UNKNOWN;
    } else {
        t->solid = t;
        if (t->kind == OG_KIND_UNKNOWN && (t->tp_flags & OG_TPFLAGS_BASE_EXC_SUBCLASS))
            t->kind = OG_KIND_EXCEPTION;
        /* C types derived from a decoded one keep its body in front: metatypes, struct sequences, weakref.KeyedRef's
         * base. */
        if (t->kind == OG_KIND_UNKNOWN && base && base->kind != OG_KIND_OBJECT)
            t->kind = base->kind;
    }
}

/* Bases are read before the types derived from them, from the root down: no recursion deeper than a few levels happens,
 * since each call of og_py_type finds its base known. */
static void read_bases(struct og_py *py, og_addr addr)
{
    enum { DEPTH = 256 };
    og_addr chain[DEPTH];
    unsigned n = 0;
    uint32_t index;
    while (addr && n < DEPTH && !og_map_get(&py->type_index, addr, &index)) {
        uint64_t base;
        chain[n++] = addr;
        if ((addr & 3) || !og_mem_readable(py->mem, addr, body_bytes(py)) ||
            !og_mem_u64(py->mem, addr + (uint64_t)py->l.tp_base, &base))
            break;
        addr = base == addr ? 0 : base;
    }
    while (n > 0)
        og_type_read(py, chain[--n]);
}

static const struct og_type *read_new(struct og_py *py, og_addr addr)
{
    unsigned char body[TYPE_BYTES];
    if (!read_body(py, addr, body))
        return NULL;
    struct og_type *t = og_arena_alloc(&py->arena, sizeof *t);
    struct og_type **slot = t ? og_vec_push(&py->types) : NULL;
    if (!slot)
        return NULL;
    *slot = t;
    t->addr = addr;
    t->index = (uint32_t)(py->types.len - 1);
    if (!og_map_put(&py->type_index, addr, t->index))
        return NULL;
    fill(py, t, body);
    t->name = t->long_name = t->tp_name = "";
    t->tp_name = read_tp_name(py, t, word_at(body, py->l.tp_name));
    classify(py, t);
    og_addr meta = word_at(body, (uint64_t)py->l.ob_type);
    t->metatype = meta == addr ? t : og_py_type(py, meta);
    og_type_name(py, t);
    return t;
}

/* To name a type others are read, of its name and of the keys of its dict: a few levels deep, unless memory is corrupt.
 */
const struct og_type *og_type_read(struct og_py *py, og_addr addr)
{
    uint32_t index;
    if (og_map_get(&py->type_index, addr, &index))
        return *(const struct og_type **)og_vec_at(&py->types, index);
    if (py->type_depth >= TYPE_DEPTH)
        return NULL;
    py->type_depth++;
    const struct og_type *t = read_new(py, addr);
    py->type_depth--;
    return t;
}

const struct og_type *og_py_type(struct og_py *py, og_addr addr)
{
    uint32_t index;
    const struct og_type **recent = &py->recent_types[addr >> 4 & (OG_RECENT_TYPES - 1)];
    if (*recent && (*recent)->addr == addr)
        return *recent;
    if (!og_map_get(&py->type_index, addr, &index)) {
        read_bases(py, addr);
        if (!og_map_get(&py->type_index, addr, &index))
            return NULL;
    }
    *recent = *(const struct og_type **)og_vec_at(&py->types, index);
    return *recent;
}

bool og_py_object(struct og_py *py, og_addr addr, struct og_object *out)
{
    uint64_t type;
    if (addr < OG_PAGE || (addr & 3) || !og_mem_readable(py->mem, addr, (uint64_t)py->l.pyobject_size) ||
        !og_mem_u64(py->mem, addr + (uint64_t)py->l.ob_type, &type))
        return false;
    out->addr = addr;
    out->type = og_py_type(py, type);
    return out->type != NULL;
}

/* Freed blocks of obmalloc keep ob_type but their count is a link, and an immortal count is one of few values. */
static bool plausible_refcount(const struct og_py *py, uint64_t refcnt)
{
    if (py->l.minor >= 14) { /* ob_overflow is never used, ob_flags has a few bits (Include/refcount.h) */
        bool quiet = !(refcnt >> 32 & 0xffff) && refcnt >> 48 <= 0xff;
        refcnt = quiet ? (uint32_t)refcnt : 0;
    }
    if (py->l.minor >= 12 && refcnt >> 32 == 0 && (uint32_t)refcnt >= 0x80000000u)
        return true;
    return refcnt > 0 && refcnt < 1ull << 31;
}

/* Free-threaded: blocks that were freed have a link where ob_tid is, and no reference is left. */
static bool plausible_split(struct og_py *py, og_addr addr)
{
    unsigned char head[32];
    uint32_t local;
    int64_t shared;
    if (!og_mem_read(py->mem, addr, head, sizeof head))
        return false;
    memcpy(&local, head + py->l.ob_refcnt, sizeof local);
    memcpy(&shared, head + OG_OB_REF_SHARED, sizeof shared);
    if (!og_split_head_is_sound(head))
        return false;
    return local == UINT32_MAX || (local < INT32_MAX && (local > 0 || shared >> 2 > 0));
}

bool og_py_plausible_object(struct og_py *py, og_addr addr, struct og_object *out)
{
    uint64_t refcnt;
    if (og_is_free_threaded(&py->l))
        return addr >= OG_PAGE && !(addr & 3) && og_mem_readable(py->mem, addr, (uint64_t)py->l.pyobject_size) &&
               plausible_split(py, addr) && og_py_object(py, addr, out);
    return addr >= OG_PAGE && !(addr & 3) && og_mem_readable(py->mem, addr, (uint64_t)py->l.pyobject_size) &&
           og_mem_u64(py->mem, addr + (uint64_t)py->l.ob_refcnt, &refcnt) && plausible_refcount(py, refcnt) &&
           og_py_object(py, addr, out);
}

void og_types_forget(struct og_py *py)
{
    og_map_deinit(&py->type_index);
    og_vec_deinit(&py->types);
    og_arena_deinit(&py->arena);
    memset(py->recent_types, 0, sizeof py->recent_types);
}
