/* Finding things by name the way CPython stores them, running nothing. */
#include "cpython/lookup.h"

enum { DICT_MAX = 1 << 26, MRO_MAX = 4096 };

bool og_is_dict(struct og_py *py, og_addr addr)
{
    struct og_object o;
    return addr && og_py_object(py, addr, &o) && o.type->tp_flags & OG_TPFLAGS_DICT_SUBCLASS;
}

bool og_dict_begin(struct og_py *py, og_addr dict, struct og_dict_cursor *c)
{
    c->at = 0;
    return dict && og_dict_view(py, dict, &c->dict) && og_keys_read(py, c->dict.keys, &c->keys);
}

static og_addr value_at(struct og_py *py, const struct og_dict_cursor *c, uint64_t i)
{
    uint64_t value;
    const struct og_keys *k = &c->keys;
    og_addr at = c->dict.values ? c->dict.values + i * 8 : k->entries + i * k->entry_size + k->value_at;
    return og_mem_u64(py->mem, at, &value) ? value : 0;
}

bool og_dict_next(struct og_py *py, struct og_dict_cursor *c, og_addr *key, og_addr *value)
{
    while (c->at < c->keys.nentries && c->at < DICT_MAX) {
        uint64_t i = c->at++;
        *key = og_keys_key(py, &c->keys, i);
        *value = *key ? value_at(py, c, i) : 0;
        if (*value)
            return true;
    }
    return false;
}

/* Values are read for keys that fit only: they lie elsewhere in split tables. */
og_addr og_dict_get(struct og_py *py, og_addr dict, const char *key)
{
    struct og_dict_cursor c;
    if (!og_dict_begin(py, dict, &c))
        return 0;
    for (uint64_t i = 0; i < c.keys.nentries && i < DICT_MAX; i++) {
        og_addr name = og_keys_key(py, &c.keys, i);
        og_addr value = name && og_str_equals(py, name, key) ? value_at(py, &c, i) : 0;
        if (value)
            return value;
    }
    return 0;
}

/* ---- attributes ---- */

struct name_search {
    struct og_py *py;
    const char *name;
    og_addr found, dict;
};

static void match_name(struct og_visitor *v, const struct og_ref *ref)
{
    struct name_search *s = v->arg;
    if (ref->form != OG_NAME_TEXT && ref->form != OG_NAME_ATTR && ref->form != OG_NAME_LOCAL)
        return;
    if (!s->dict && ref->text && og_streq(ref->text, "__dict__"))
        s->dict = ref->target;
    if (!s->found && (ref->obj ? og_str_equals(s->py, ref->obj, s->name) : ref->text && og_streq(ref->text, s->name)))
        s->found = ref->target;
}

og_addr og_object_named(struct og_py *py, const struct og_object *o, const char *name)
{
    struct name_search s = {py, name, 0, 0};
    struct og_visitor v = {match_name, &s, true};
    og_object_references(py, o, &v);
    return s.found;
}

og_addr og_class_attr(struct og_py *py, og_addr type, const char *name)
{
    og_addr mro = og_py_word(py, type, py->l.tp_mro);
    uint64_t count;
    if (!mro || !og_mem_u64(py->mem, mro + (uint64_t)py->l.ob_size, &count))
        return 0;
    for (uint64_t i = 0; i < count && i < MRO_MAX; i++) {
        og_addr base = og_py_word(py, mro + i * 8, py->l.tuple_ob_item);
        og_addr found = base ? og_dict_get(py, og_type_dict(py, base), name) : 0;
        if (found)
            return found;
    }
    return 0;
}

/* What type.__getattribute__ takes from the metatype's descriptors, then the class and its bases. */
static og_addr type_attr(struct og_py *py, const struct og_object *o, const char *name)
{
    bool heap = og_py_word(py, o->addr, py->l.tp_flags) & OG_TPFLAGS_HEAPTYPE;
    if (heap && og_streq(name, "__name__"))
        return og_py_word(py, o->addr, py->l.ht_name);
    if (heap && og_streq(name, "__qualname__"))
        return og_py_word(py, o->addr, py->l.ht_qualname);
    if (og_streq(name, "__dict__") || og_streq(name, "__mro__") || og_streq(name, "__bases__") ||
        og_streq(name, "__base__"))
        return og_object_named(py, o, name);
    return og_class_attr(py, o->addr, name);
}

static og_addr frame_field(const struct og_pyframe *f, const char *name)
{
    return og_streq(name, "f_code")       ? f->code
           : og_streq(name, "f_globals")  ? f->globals
           : og_streq(name, "f_builtins") ? f->builtins
           : og_streq(name, "f_locals")   ? f->locals
                                          : 0;
}

/* From 3.11 on most of a frame object lies in a record elsewhere, which the collector visits only when the frame owns
 * it. */
static og_addr frame_attr(struct og_py *py, const struct og_object *o, const char *name)
{
    struct og_pyframe f;
    og_addr key, value, frame = py->l.frame_f_frame < 0 ? o->addr : og_py_word(py, o->addr, py->l.frame_f_frame);
    if (!frame || !og_pyframe_read(py, frame, &f) || !f.code)
        return 0;
    for (uint32_t i = 0; i < f.nlocalsplus; i++)
        if (og_pyframe_local(py, &f, i, &key, &value) && value && key && og_str_equals(py, key, name))
            return value;
    return frame_field(&f, name);
}

static bool is_frame_name(const char *name)
{
    return og_streq(name, "gi_frame") || og_streq(name, "cr_frame") || og_streq(name, "ag_frame");
}

/* Variables of the suspended frame, which is an object to 3.10 and a part of the generator from 3.11 on. */
static og_addr generator_attr(struct og_py *py, const struct og_object *o, const char *name)
{
    const struct og_layout *l = &py->l;
    struct og_object frame;
    if (l->gen_gi_iframe >= 0)
        return is_frame_name(name) ? og_py_word(py, o->addr + (uint64_t)l->gen_gi_iframe, l->iframe_frame_obj) : 0;
    og_addr addr = og_py_word(py, o->addr, l->gen_gi_frame);
    return addr && og_py_object(py, addr, &frame) ? frame_attr(py, &frame, name) : 0;
}

/* 3.13: a dict made for inline values stands before the object while the values stay inside it. */
static og_addr managed_dict(struct og_py *py, const struct og_object *o)
{
    return py->l.minor >= 13 && o->type->tp_flags & OG_TPFLAGS_MANAGED_DICT
               ? og_py_word(py, o->addr - og_managed_dict_at(py), 0)
               : 0;
}

static og_addr instance_attr(struct og_py *py, const struct og_object *o, const char *name)
{
    struct name_search s = {py, name, 0, 0};
    struct og_visitor v = {match_name, &s, true};
    og_object_references(py, o, &v);
    if (!s.dict)
        s.dict = managed_dict(py, o);
    if (og_streq(name, "__dict__"))
        return s.dict;
    og_addr stored = s.dict ? og_dict_get(py, s.dict, name) : 0;
    return stored ? stored : s.found;
}

og_addr og_object_own_attr(struct og_py *py, og_addr obj, const char *name)
{
    struct og_object o;
    if (!og_py_object(py, obj, &o))
        return 0;
    if (og_streq(name, "__class__"))
        return o.type->addr;
    og_addr found = 0;
    if (o.type->kind == OG_KIND_TYPE)
        return type_attr(py, &o, name);
    if (o.type->kind == OG_KIND_FRAME)
        found = frame_attr(py, &o, name);
    else if (o.type->kind == OG_KIND_GENERATOR)
        found = generator_attr(py, &o, name);
    return found ? found : instance_attr(py, &o, name);
}

og_addr og_object_attr(struct og_py *py, og_addr obj, const char *name)
{
    struct og_object o;
    og_addr found = og_object_own_attr(py, obj, name);
    return found || !og_py_object(py, obj, &o) ? found : og_class_attr(py, o.type->addr, name);
}

bool og_is_proper_module(struct og_py *py, const struct og_object *o)
{
    char name[512];
    struct og_text t;
    if (o->type->kind != OG_KIND_MODULE)
        return false;
    og_text_init(&t, name, sizeof name);
    og_addr str = og_dict_get(py, og_py_word(py, o->addr, py->l.md_dict), "__name__");
    if (!str || !og_str_text(py, str, 0, false, &t))
        return false;
    for (uint32_t i = 0; i < py->interp_count; i++)
        if (og_dict_get(py, py->interps[i].modules, name) == o->addr)
            return true;
    return false;
}
