/* Every reference of an object: what its class adds, the fields of its body, and what its family keeps elsewhere. */
#include "cpython/kinds/kinds.h"

enum { ITEMS_INFERRED_MAX = 4096 };

static void give_field(const struct og_walk *w, const struct og_plan_field *f, uint64_t word)
{
    struct og_ref ref = {.target = f->tagged ? word & ~1ull : word, .kind = OG_REF_STRONG, .text = f->name};
    ref.form = f->slot ? OG_NAME_ATTR : OG_NAME_TEXT;
    if (word)
        og_give(w, &ref);
}

static og_addr field_at(const struct og_walk *w, const struct og_plan_field *f)
{
    uint64_t items = f->after_items ? og_item_count(w->py, w->o) * (uint64_t)w->o->type->tp_itemsize : 0;
    return w->o->addr + (uint64_t)f->offset + items;
}

static void walk_fields(const struct og_walk *w)
{
    const struct og_plan *p = w->plan;
    uint64_t words[OG_BATCH_WORDS];
    for (uint32_t at = 0; at < p->strong_count; at += OG_BATCH_WORDS) {
        uint32_t n = p->strong_count - at < OG_BATCH_WORDS ? p->strong_count - at : OG_BATCH_WORDS;
        const struct og_plan_field *f = &p->fields[at];
        for (uint32_t i = 0; i < n; i++)
            if (!og_mem_u64(w->py->mem, field_at(w, &f[i]), &words[i]))
                words[i] = 0;
        for (uint32_t i = 0; i < n; i++)
            give_field(w, &f[i], words[i]);
    }
}

static void infer(const struct og_walk *w, og_addr at, const char *name)
{
    struct og_object o;
    struct og_ref ref = {.kind = OG_REF_INFERRED, .form = *name ? OG_NAME_TEXT : OG_NAME_NONE, .text = name};
    if (og_mem_u64(w->py->mem, at, &ref.target) && ref.target && ref.target != w->o->addr &&
        og_py_plausible_object(w->py, ref.target, &o))
        og_give(w, &ref);
}

static void walk_inferred(const struct og_walk *w)
{
    const struct og_plan *p = w->plan;
    for (uint32_t i = 0; i < p->inferred_count; i++)
        infer(w, w->o->addr + (uint64_t)p->fields[p->strong_count + i].offset, p->fields[p->strong_count + i].name);
    if (!p->infer_items || p->family != OG_KIND_UNKNOWN)
        return;
    uint64_t words = og_item_count(w->py, w->o) * (uint64_t)p->solid->tp_itemsize / 8;
    for (uint64_t i = 0; i < words && i < ITEMS_INFERRED_MAX; i++)
        infer(w, w->o->addr + (uint64_t)p->solid->tp_basicsize + i * 8, "");
}

static void walk_family(const struct og_walk *w)
{
    switch ((enum og_kind)w->plan->family) {
    case OG_KIND_DICT:
        og_walk_dict(w);
        break;
    case OG_KIND_LIST:
        og_walk_list(w);
        break;
    case OG_KIND_TUPLE:
        og_walk_tuple(w);
        break;
    case OG_KIND_SET:
        og_walk_set(w);
        break;
    case OG_KIND_TYPE:
        og_walk_type(w);
        break;
    case OG_KIND_CFUNCTION:
        og_walk_cfunction(w);
        break;
    case OG_KIND_CODE:
        og_walk_code(w);
        break;
    case OG_KIND_FRAME:
        og_walk_frame(w);
        break;
    case OG_KIND_GENERATOR:
        og_walk_generator(w);
        break;
    case OG_KIND_MODULE:
        og_walk_module(w);
        break;
    case OG_KIND_WEAKREF:
        og_walk_weakref(w);
        break;
    case OG_KIND_DEQUE:
        og_walk_deque(w);
        break;
    case OG_KIND_ODICT:
        og_walk_odict(w);
        break;
    case OG_KIND_LRU_CACHE:
        og_walk_lru_cache(w);
        break;
    case OG_KIND_GREENLET:
        og_walk_greenlet(w);
        break;
    case OG_KIND_NDARRAY:
        og_walk_ndarray(w);
        break;
    case OG_KIND_UNKNOWN:
    case OG_KIND_OBJECT:
    case OG_KIND_STR:
    case OG_KIND_BYTES:
    case OG_KIND_BYTEARRAY:
    case OG_KIND_INT:
    case OG_KIND_BOOL:
    case OG_KIND_FLOAT:
    case OG_KIND_COMPLEX:
    case OG_KIND_NONE:
    case OG_KIND_FUNCTION:
    case OG_KIND_METHOD:
    case OG_KIND_CELL:
    case OG_KIND_EXCEPTION:
    case OG_KIND_TRACEBACK:
    case OG_KIND_MEMORYVIEW:
    case OG_KIND_MAPPINGPROXY:
    case OG_KIND_COUNT:
        break;
    }
}

bool og_hides_references(struct og_py *py, const struct og_type *t)
{
    const struct og_plan *plan = og_plan_of(py, t);
    return plan && plan->hides;
}

void og_hidden_references(struct og_py *py, const struct og_object *o, struct og_visitor *v)
{
    struct og_walk w = {.py = py, .o = o, .plan = og_plan_of(py, o->type), .v = v};
    if (!w.plan || !w.plan->hides)
        return;
    if (w.plan->family == OG_KIND_GREENLET || w.plan->family == OG_KIND_NDARRAY)
        walk_family(&w);
    if (w.plan->family != OG_KIND_GREENLET) /* whose body tp_traverse does visit */
        walk_inferred(&w);
}

void og_object_references(struct og_py *py, const struct og_object *o, struct og_visitor *v)
{
    struct og_walk w = {.py = py, .o = o, .plan = og_plan_of(py, o->type), .v = v};
    if (!w.plan)
        return;
    if (w.plan->strong_count)
        walk_fields(&w);
    if (w.plan->dict_form)
        og_walk_instance_dict(&w);
    if (w.plan->type_ref) {
        struct og_ref type = {.target = o->type->addr, .form = OG_NAME_TEXT, .text = "__class__"};
        type.kind = w.plan->type_ref == OG_TYPE_REF_STRONG ? OG_REF_STRONG : OG_REF_INFERRED;
        og_give(&w, &type);
    }
    if (w.plan->family != OG_KIND_OBJECT)
        walk_family(&w);
    if (w.plan->storage != '-')
        og_walk_storage(&w);
    if (w.plan->inferred_count || w.plan->infer_items)
        walk_inferred(&w);
}
