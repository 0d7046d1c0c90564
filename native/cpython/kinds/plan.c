/* The plan of a type: which words of its instances are references, as the tp_traverse functions along its bases have
 * it. */
#include "cpython/kinds/ndarray.h"

enum {
    MEMBER_SIZE = 40, /* PyMemberDef: name, type, offset, flags, doc */
    MEMBER_TYPE = 8,
    MEMBER_OFFSET = 16,
    MEMBER_FLAGS = 24,
    MEMBER_AFTER_ITEMS = 1 << 4, /* 3.15: slots of classes derived from tuple */
    MEMBER_OBJECT = 6,           /* T_OBJECT */
    MEMBER_OBJECT_EX = 16,       /* T_OBJECT_EX */
    MEMBERS_MAX = 65536,
    BASES_MAX = 256,
    FIELDS_MAX = 4096,
    NAME_BYTES = 256,
};

/* A plan in the making. */
struct draft {
    struct og_py *py;
    const struct og_type *type;
    struct og_plan plan;
    struct og_vec strong, inferred; /* struct og_plan_field */
};

static void add_field(struct draft *d, struct og_vec *to, int32_t offset, const char *name)
{
    struct og_plan_field *f = to->len < FIELDS_MAX ? og_vec_push(to) : NULL;
    if (!f)
        return;
    f->offset = offset;
    f->name = name ? name : "";
    (void)d;
}

static bool has_field(const struct og_vec *fields, int32_t offset)
{
    for (uint64_t i = 0; i < fields->len; i++)
        if (((const struct og_plan_field *)og_vec_at(fields, i))->offset == offset)
            return true;
    return false;
}

static bool is_field(const struct draft *d, int32_t offset)
{
    return has_field(&d->strong, offset) || has_field(&d->inferred, offset);
}

static const char *copy_name(struct draft *d, og_addr name)
{
    char buf[NAME_BYTES];
    if (!og_mem_string(d->py->mem, name, buf, sizeof buf))
        return "";
    return og_arena_strndup(&d->py->arena, buf, strlen(buf));
}

/* One PyMemberDef; false: the end of the array. */
static bool add_member(struct draft *d, struct og_vec *to, og_addr member, bool slot)
{
    uint64_t words[4];
    if (!og_words(d->py, member, words, 4) || !words[0])
        return false;
    uint32_t kind = (uint32_t)words[MEMBER_TYPE / 8];
    int64_t offset = (int64_t)words[MEMBER_OFFSET / 8];
    bool object = kind == MEMBER_OBJECT_EX || (kind == MEMBER_OBJECT && !slot);
    if (!object || offset < d->py->l.pyobject_size || offset > INT32_MAX - 8 || (!slot && is_field(d, (int32_t)offset)))
        return true;
    add_field(d, to, (int32_t)offset, copy_name(d, words[0]));
    if (slot && d->strong.len) {
        struct og_plan_field *f = og_vec_at(&d->strong, d->strong.len - 1);
        f->slot = true;
        f->after_items = d->py->l.minor >= 15 && words[MEMBER_FLAGS / 8] & MEMBER_AFTER_ITEMS;
    }
    return true;
}

/* traverse_slots: __slots__ of one class stand at the end of its type object, ob_size of them. */
static void add_slots(struct draft *d, const struct og_type *t)
{
    uint64_t count;
    if (!t->metatype || !og_mem_u64(d->py->mem, t->addr + (uint64_t)d->py->l.ob_size, &count) || !count ||
        count > MEMBERS_MAX)
        return;
    og_addr member = t->addr + (uint64_t)t->metatype->tp_basicsize;
    for (uint64_t i = 0; i < count && add_member(d, &d->strong, member + i * MEMBER_SIZE, true); i++)
        ;
}

/* tp_traverse need not visit what has a name: Cython's generators have a gi_code. */
static void add_members(struct draft *d, const struct og_type *t)
{
    uint64_t member;
    if (!og_mem_u64(d->py->mem, t->addr + (uint64_t)d->py->l.tp_members, &member) || !member)
        return;
    for (uint64_t i = 0; i < MEMBERS_MAX && add_member(d, &d->inferred, member + i * MEMBER_SIZE, false); i++)
        ;
}

/* Words of the C part of which nothing is known. */
static void add_inferred(struct draft *d, const struct og_type *t, int64_t from)
{
    int64_t start = t->tp_itemsize ? d->py->l.pyvarobject_size : d->py->l.pyobject_size;
    for (int64_t at = from > start ? from : start; at + 8 <= t->tp_basicsize && at < FIELDS_MAX * 8; at += 8)
        if (at != t->tp_dictoffset && at != t->tp_weaklistoffset && !is_field(d, (int32_t)at))
            add_field(d, &d->inferred, (int32_t)at, "");
    d->plan.infer_items = t->tp_itemsize >= 8 && t->tp_itemsize % 8 == 0;
}

static bool is_traversed_as_class(const struct og_py *py, const struct og_type *t)
{
    return t->is_class && (!py->subtype_traverse || t->tp_traverse == py->subtype_traverse);
}

static const struct og_type *base_of(struct og_py *py, const struct og_type *t)
{
    return t->tp_base && t->tp_base != t->addr ? og_py_type(py, t->tp_base) : NULL;
}

/* subtype_traverse: slots of each class, then where the C part begins. */
static const struct og_type *plan_classes(struct draft *d)
{
    const struct og_type *t = d->type;
    for (unsigned i = 0; t && is_traversed_as_class(d->py, t) && i < BASES_MAX; i++) {
        add_slots(d, t);
        t = base_of(d->py, t);
    }
    return t;
}

static void plan_dict(struct draft *d, const struct og_type *base)
{
    const struct og_type *t = d->type;
    if (d->py->l.minor >= 11 && t->tp_flags & OG_TPFLAGS_MANAGED_DICT) {
        d->plan.dict_form = OG_DICT_MANAGED;
        og_mem_u64(d->py->mem, t->addr + (uint64_t)d->py->l.ht_cached_keys, &d->plan.cached_keys);
        return;
    }
    if (t == base || !t->tp_dictoffset || (base && base->tp_dictoffset == t->tp_dictoffset))
        return;
    d->plan.dict_form = t->tp_dictoffset > 0 ? OG_DICT_AT : OG_DICT_FROM_END;
    d->plan.dict_offset = t->tp_dictoffset;
}

static void add_row_field(struct og_field_sink *s, int32_t offset, bool tagged, const char *name, uint64_t name_len)
{
    struct draft *d = s->arg;
    add_field(d, &d->strong, offset, og_arena_strndup(&d->py->arena, name, name_len));
    if (d->strong.len)
        ((struct og_plan_field *)og_vec_at(&d->strong, d->strong.len - 1))->tagged = tagged;
}

static bool find_row(struct draft *d, const struct og_type *t, struct og_fields_row *row)
{
    struct og_field_sink sink = {.add = add_row_field, .py = d->py, .arg = d};
    return og_fields_find(d->py, t->tp_name, t->tp_basicsize, &sink, row);
}

/* Families whose decoder knows all of the body. */
static bool is_decoded(uint8_t kind)
{
    switch ((enum og_kind)kind) {
    case OG_KIND_DICT:
    case OG_KIND_LIST:
    case OG_KIND_TUPLE:
    case OG_KIND_SET:
    case OG_KIND_STR:
    case OG_KIND_BYTES:
    case OG_KIND_BYTEARRAY:
    case OG_KIND_INT:
    case OG_KIND_BOOL:
    case OG_KIND_FLOAT:
    case OG_KIND_COMPLEX:
    case OG_KIND_NONE:
    case OG_KIND_OBJECT:
    case OG_KIND_TYPE:
    case OG_KIND_CFUNCTION:
    case OG_KIND_CODE:
    case OG_KIND_FRAME:
    case OG_KIND_GENERATOR:
    case OG_KIND_MODULE:
    case OG_KIND_DEQUE:
    case OG_KIND_ODICT:
    case OG_KIND_LRU_CACHE:
        return true;
    case OG_KIND_UNKNOWN:
    case OG_KIND_GREENLET:
    case OG_KIND_NDARRAY:
    case OG_KIND_FUNCTION:
    case OG_KIND_METHOD:
    case OG_KIND_CELL:
    case OG_KIND_WEAKREF:
    case OG_KIND_EXCEPTION:
    case OG_KIND_TRACEBACK:
    case OG_KIND_MEMORYVIEW:
    case OG_KIND_MAPPINGPROXY:
    case OG_KIND_COUNT:
        break;
    }
    return false;
}

/* A struct sequence keeps items behind those its length counts; its type says how many there are in all. */
static void plan_struct_sequence(struct draft *d, const struct og_type *solid)
{
    int64_t all = 0, visible = 0;
    struct og_py *py = d->py;
    og_addr dict = og_type_dict(py, solid->addr);
    if (!dict || !og_int_value(py, og_dict_get(py, dict, "n_fields"), &all) ||
        !og_int_value(py, og_dict_get(py, dict, "n_sequence_fields"), &visible) || visible < 0 || all < visible)
        return;
    d->plan.struct_seq = true;
    d->plan.hidden_items = (uint64_t)(all - visible) < FIELDS_MAX ? (uint64_t)(all - visible) : 0;
    if (solid->tp_flags & OG_TPFLAGS_HEAPTYPE && py->l.minor >= 9)
        d->plan.type_ref = OG_TYPE_REF_STRONG;
}

/* The collector visits nothing of a C part without tp_traverse, even if a class derived from it is tracked. */
static bool is_untraversed(const struct draft *d, const struct og_type *solid)
{
    return !solid->tp_traverse && d->type->tp_flags & OG_TPFLAGS_HAVE_GC;
}

static void plan_unknown(struct draft *d, const struct og_type *solid, const struct og_type *owner)
{
    bool own = owner == solid, heap = solid->tp_flags & OG_TPFLAGS_HEAPTYPE;
    int64_t known = solid->kind == OG_KIND_NDARRAY ? OG_NDARRAY_BYTES + d->py->l.ob_extra : d->py->l.pyobject_size;
    const struct og_type *decoded = is_decoded(d->plan.family) ? base_of(d->py, solid) : NULL;
    int64_t dict = solid->tp_dictoffset;
    if (decoded)
        known = own ? decoded->tp_basicsize : owner->tp_basicsize;
    add_members(d, solid);
    add_inferred(d, solid, known);
    if (is_untraversed(d, solid))
        return;
    bool has_dict = dict > 0 && dict < solid->tp_basicsize && !(decoded && decoded->tp_dictoffset == dict);
    if (has_dict && !is_field(d, (int32_t)dict))
        add_field(d, &d->strong, (int32_t)dict, "__dict__");
    if (heap && own)
        d->plan.type_ref = OG_TYPE_REF_INFERRED;
}

/* Static types derived from a decoded one without anything of their own: bool, odict_keys ...; the class that a
 * builtin_method adds is its family's to read. */
static bool adds_nothing(const struct og_type *solid, const struct og_type *owner)
{
    return solid == owner || og_streq(solid->tp_name, "builtin_method") ||
           (solid->tp_traverse && solid->tp_basicsize == owner->tp_basicsize);
}

/* The first base whose __sizeof__ is not its kind's. */
static void plan_size(struct draft *d, const struct og_type *solid)
{
    const struct og_type *t = solid;
    for (unsigned i = 0; t && !d->plan.sizer && i < BASES_MAX; i++, t = base_of(d->py, t))
        if (!t->is_class)
            d->plan.sizer = og_sizer_of(t->tp_name);
}

static uint8_t what_suspends(const struct og_type *solid)
{
    return og_streq(solid->tp_name, "async_generator") ? OG_SUSPENDS_ASYNC_GENERATOR
           : og_streq(solid->tp_name, "coroutine")     ? OG_SUSPENDS_COROUTINE
                                                       : OG_SUSPENDS_GENERATOR;
}

/* The C part: the table's row for the type, or for the base whose tp_traverse it inherits. */
static void plan_solid(struct draft *d, const struct og_type *solid)
{
    struct og_fields_row row;
    const struct og_type *owner = solid, *up;
    bool found = find_row(d, owner, &row);
    for (unsigned i = 0;
         i < BASES_MAX && solid->tp_traverse && (up = base_of(d->py, owner)) && up->tp_traverse == solid->tp_traverse;
         i++) {
        owner = up;
        if (!found)
            found = find_row(d, owner, &row);
    }
    d->plan.owner = owner;
    d->plan.family = solid->kind;
    if (solid->kind == OG_KIND_GENERATOR)
        d->plan.suspends = what_suspends(solid);
    if (found) {
        d->plan.storage = row.storage;
        d->plan.type_ref = row.visits_type ? OG_TYPE_REF_STRONG : OG_TYPE_REF_NONE;
    } else if (solid->kind == OG_KIND_TUPLE && owner == solid && owner->tp_base) {
        plan_struct_sequence(d, solid);
    }
    if (found || d->plan.struct_seq)
        return;
    bool native = is_decoded(solid->kind) && adds_nothing(solid, owner) &&
                  !(owner == solid && base_of(d->py, solid) && base_of(d->py, solid)->kind == solid->kind);
    if (!native)
        plan_unknown(d, solid, owner);
    else if (owner->tp_flags & OG_TPFLAGS_HEAPTYPE)
        d->plan.type_ref = OG_TYPE_REF_STRONG;
}

/* subtype_traverse visits the type unless the C part is of a heap type, whose own function is trusted to. */
static void plan_type_ref(struct draft *d, const struct og_type *base)
{
    if (!(d->type->tp_flags & OG_TPFLAGS_HEAPTYPE) || d->type == base)
        return;
    bool left_to_base = base && base->tp_traverse && base->tp_flags & OG_TPFLAGS_HEAPTYPE && d->py->l.minor >= 9;
    if (!left_to_base)
        d->plan.type_ref = OG_TYPE_REF_STRONG;
}

static bool hides(const struct draft *d, const struct og_type *solid)
{
    if (d->plan.family == OG_KIND_GREENLET)
        return true;
    bool holds = d->inferred.len || d->plan.infer_items || d->plan.family == OG_KIND_NDARRAY;
    return solid && holds && (is_untraversed(d, solid) || d->plan.owner != solid);
}

static const struct og_plan_field *join_fields(struct draft *d)
{
    uint64_t bytes = sizeof(struct og_plan_field), strong = d->strong.len * bytes, inferred = d->inferred.len * bytes;
    struct og_plan_field *all = og_arena_alloc(&d->py->arena, strong + inferred + bytes);
    if (!all)
        return NULL;
    if (strong)
        memcpy(all, d->strong.data, strong);
    if (inferred)
        memcpy(all + d->strong.len, d->inferred.data, inferred);
    d->plan.strong_count = (uint32_t)d->strong.len;
    d->plan.inferred_count = (uint32_t)d->inferred.len;
    return all;
}

static const struct og_plan *make_plan(struct og_py *py, const struct og_type *t)
{
    struct draft d = {.py = py, .type = t};
    og_vec_init(&d.strong, sizeof(struct og_plan_field));
    og_vec_init(&d.inferred, sizeof(struct og_plan_field));
    const struct og_type *base = plan_classes(&d);
    const struct og_type *solid = base && base->is_class ? base->solid : base;
    d.plan.storage = '-';
    d.plan.solid = d.plan.owner = solid;
    if (solid) {
        plan_solid(&d, solid);
        plan_size(&d, solid);
    }
    d.plan.hides = hides(&d, solid);
    plan_dict(&d, base);
    plan_type_ref(&d, base);
    d.plan.fields = join_fields(&d);
    struct og_plan *plan = d.plan.fields ? og_arena_alloc(&py->arena, sizeof *plan) : NULL;
    if (plan)
        *plan = d.plan;
    og_vec_deinit(&d.strong);
    og_vec_deinit(&d.inferred);
    return plan;
}

const struct og_plan *og_plan_of(struct og_py *py, const struct og_type *t)
{
    if (!t->plan) {
        struct og_type *writable = *(struct og_type **)og_vec_at(&py->types, t->index);
        writable->plan = make_plan(py, t);
    }
    return t->plan;
}
