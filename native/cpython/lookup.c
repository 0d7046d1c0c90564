/* Finding things by name the way CPython stores them, running nothing. */
#include "cpython/kinds/kinds.h"

enum { DICT_MAX = 1 << 26, MRO_MAX = 4096 };

static og_addr value_at(struct og_py *py, const struct og_dict_view *d, const struct og_keys *k, uint64_t i)
{
    uint64_t value;
    og_addr at = d->values ? d->values + i * 8 : k->entries + i * k->entry_size + k->value_at;
    return og_mem_u64(py->mem, at, &value) ? value : 0;
}

og_addr og_dict_get(struct og_py *py, og_addr dict, const char *key)
{
    struct og_dict_view d;
    struct og_keys k;
    if (!dict || !og_dict_view(py, dict, &d) || !og_keys_read(py, d.keys, &k))
        return 0;
    for (uint64_t i = 0; i < k.nentries && i < DICT_MAX; i++) {
        og_addr name = og_keys_key(py, &k, i);
        if (name && og_str_equals(py, name, key)) {
            og_addr value = value_at(py, &d, &k, i);
            if (value)
                return value;
        }
    }
    return 0;
}

static og_addr word(struct og_py *py, og_addr base, int32_t offset)
{
    uint64_t w;
    return offset >= 0 && og_mem_u64(py->mem, base + (uint64_t)offset, &w) ? w : 0;
}

/* ---- attributes ---- */

struct wanted {
    struct og_py *py;
    const char *name;
    og_addr found;
    bool fields; /* names of CPython's own fields count, else only attributes of the instance */
};

static void match(struct og_visitor *v, const struct og_ref *ref)
{
    struct wanted *w = v->arg;
    if (w->found)
        return;
    if (ref->form == OG_NAME_ATTR || ref->form == OG_NAME_LOCAL)
        w->found = og_str_equals(w->py, ref->obj, w->name) ? ref->target : 0;
    else if (ref->form == OG_NAME_TEXT && w->fields)
        w->found = og_streq(ref->text, w->name) ? ref->target : 0;
}

/* Inline values, slots, C members, fields: whatever the object's own references are called. */
static og_addr named_reference(struct og_py *py, const struct og_object *o, const char *name)
{
    struct wanted w = {py, name, 0, true};
    struct og_visitor v = {match, &w, true};
    og_object_references(py, o, &v);
    return w.found;
}

/* The dict that holds an instance's or module's attributes, if there is one as an object. */
static og_addr instance_dict(struct og_py *py, const struct og_object *o)
{
    return o->type->kind == OG_KIND_MODULE ? word(py, o->addr, py->l.md_dict) : named_reference(py, o, "__dict__");
}

static og_addr in_class(struct og_py *py, og_addr type, const char *name)
{
    og_addr mro = word(py, type, py->l.tp_mro);
    uint64_t count;
    if (!mro || !og_mem_u64(py->mem, mro + OG_OB_SIZE, &count))
        return 0;
    for (uint64_t i = 0; i < count && i < MRO_MAX; i++) {
        og_addr base = word(py, mro + i * 8, py->l.tuple_ob_item);
        og_addr found = base ? og_dict_get(py, og_type_dict(py, base), name) : 0;
        if (found)
            return found;
    }
    return 0;
}

og_addr og_object_own_attr(struct og_py *py, og_addr obj, const char *name)
{
    struct og_object o;
    if (!og_py_object(py, obj, &o))
        return 0;
    if (og_streq(name, "__class__"))
        return o.type->addr;
    og_addr dict = instance_dict(py, &o);
    if (dict && og_streq(name, "__dict__"))
        return dict;
    og_addr found = dict ? og_dict_get(py, dict, name) : 0;
    if (!found && o.type->kind == OG_KIND_TYPE)
        found = in_class(py, obj, name);
    return found ? found : named_reference(py, &o, name);
}

og_addr og_object_attr(struct og_py *py, og_addr obj, const char *name)
{
    struct og_object o;
    og_addr found = og_object_own_attr(py, obj, name);
    return found || !og_py_object(py, obj, &o) ? found : in_class(py, o.type->addr, name);
}

bool og_is_proper_module(struct og_py *py, const struct og_object *o)
{
    char name[512];
    struct og_text t;
    if (o->type->kind != OG_KIND_MODULE)
        return false;
    og_text_init(&t, name, sizeof name);
    og_addr str = og_dict_get(py, word(py, o->addr, py->l.md_dict), "__name__");
    if (!str || !og_str_text(py, str, 0, false, &t))
        return false;
    for (uint32_t i = 0; i < py->interp_count; i++)
        if (og_dict_get(py, py->interps[i].modules, name) == o->addr)
            return true;
    return false;
}
