/* One step of a path: an attribute as the object stores it, an item by index or key. What would run code is said, not
 * run. */
#include "cpython/label.h"
#include "cpython/lookup.h"
#include "engine/path.h"

enum { SIMILAR_BYTES = 220, MODULE_NAME = 1024 };

/* ---- attributes ---- */

/* A submodule need not be an attribute of its package. */
static og_addr submodule(const struct og_scope *s, const struct og_object *o, const char *name)
{
    char dotted[MODULE_NAME];
    struct og_text t;
    og_addr own = og_dict_get(s->py, og_word(s->py, o->addr, s->py->l.md_dict), "__name__");
    og_text_init(&t, dotted, sizeof dotted);
    if (!own || !og_str_text(s->py, own, 0, false, &t))
        return 0;
    og_text_addf(&t, ".%s", name);
    return t.cut ? 0 : og_scope_module(s, dotted);
}

const char *og_path_runs_code(const char *type)
{
    if (og_streq(type, "property"))
        return "is a property: reading it would run its getter";
    if (og_streq(type, "cached_property"))
        return "is a cached_property that was not read yet: reading it would run its function";
    if (og_streq(type, "getset_descriptor"))
        return "is computed by C code when it is read";
    if (og_streq(type, "member_descriptor"))
        return "is a slot or C field without a value";
    return NULL;
}

/* The same of a class attribute; who inherits from a descriptor is one. */
static const char *runs_code(const struct og_type *t)
{
    const char *why = og_path_runs_code(t->name);
    return why || !t->solid ? why : og_path_runs_code(t->solid->name);
}

static og_addr class_dunder(struct og_py *py, const struct og_object *o, const char *name)
{
    og_addr found = og_class_attr(py, o->type->addr, name);
    struct og_object method;
    return found && og_py_object(py, found, &method) && method.type->kind == OG_KIND_FUNCTION ? found : 0;
}

static int no_attribute(const struct og_scope *s, const struct og_object *o, const char *name, const char *path,
                        struct og_error *err)
{
    char buf[SIMILAR_BYTES];
    struct og_py *py = s->py;
    struct og_text t;
    struct og_near near;
    og_text_init(&t, buf, sizeof buf);
    if (class_dunder(py, o, "__getattr__") || class_dunder(py, o, "__getattribute__")) {
        og_text_add(&t, "; its class makes attributes by running code, which og does not");
    } else if (o->type->tp_flags & OG_TPFLAGS_DICT_SUBCLASS && og_dict_get(py, o->addr, name)) {
        og_text_addf(&t, "; it has that key: %s['%s']", path, name);
    } else if (og_streq(name, "__dict__")) {
        og_text_add(&t, "; its attributes are stored without one: name them directly");
    } else {
        og_near_begin(&near, name);
        og_names_of_object(s, o->addr, &near.visitor);
        if (near.count) {
            og_text_add(&t, "; similar:");
            og_near_text(&near, &t);
        }
    }
    return og_fail(err, OG_EABSENT, o->addr, "%s (%s at %x) has no attribute '%s'%s", path, o->type->name, o->addr,
                   name, buf);
}

int og_path_attr(const struct og_scope *s, og_addr obj, const char *name, const char *path, og_addr *out,
                 struct og_error *err)
{
    struct og_py *py = s->py;
    struct og_object o, attr;
    if (s->graph)
        return og_words_attr(s, obj, name, path, out, err);
    if (!og_py_object(py, obj, &o))
        return og_fail(err, OG_EUNREADABLE, obj, "%s leads to %x, where no object can be read", path, obj);
    *out = og_object_own_attr(py, obj, name);
    if (!*out && o.type->kind == OG_KIND_MODULE)
        *out = submodule(s, &o, name);
    if (*out)
        return OG_OK;
    *out = og_class_attr(py, o.type->addr, name);
    if (!*out || !og_py_object(py, *out, &attr))
        return no_attribute(s, &o, name, path, err);
    const char *why = runs_code(attr.type);
    if (why && og_streq(name, "__dict__"))
        return no_attribute(s, &o, name, path, err);
    return why ? og_fail(err, OG_EABSENT, obj, "'%s' of %s (%s) %s", name, path, o.type->name, why) : OG_OK;
}

/* ---- items ---- */

static int64_t index_of(const struct og_literal *key)
{
    return key->parts[0].number;
}

static bool is_index(const struct og_literal *key)
{
    return key->count == 1 && (key->parts[0].kind == OG_LITERAL_INT || key->parts[0].kind == OG_LITERAL_BOOL);
}

struct nth {
    uint64_t wanted;
    og_addr found;
};

static void match_index(struct og_visitor *v, const struct og_ref *ref)
{
    struct nth *n = v->arg;
    if (ref->form == OG_NAME_INDEX && ref->index == n->wanted)
        n->found = ref->target;
}

static og_addr sequence_item(struct og_py *py, const struct og_object *o, uint64_t i)
{
    if (o->type->kind == OG_KIND_TUPLE)
        return og_word(py, o->addr + i * 8, py->l.tuple_ob_item);
    if (o->type->kind == OG_KIND_LIST) {
        og_addr items = og_word(py, o->addr, py->l.list_ob_item);
        return items ? og_word(py, items + i * 8, 0) : 0;
    }
    struct nth n = {i, 0};
    struct og_visitor v = {match_index, &n, true};
    og_object_references(py, o, &v);
    return n.found;
}

static int find_index(struct og_py *py, const struct og_object *o, const struct og_literal *key, const char *path,
                      og_addr *out, struct og_error *err)
{
    int64_t count = og_object_len(py, o);
    if (!is_index(key))
        return og_fail(err, OG_EARG, o->addr, "%s is a %s of %d items: its index must be a whole number", path,
                       o->type->name, count);
    int64_t i = index_of(key) < 0 ? index_of(key) + count : index_of(key);
    if (i < 0 || i >= count)
        return og_fail(err, OG_EABSENT, o->addr, "%s has no item [%d]: it is a %s of %d items", path, index_of(key),
                       o->type->name, count);
    *out = sequence_item(py, o, (uint64_t)i);
    return *out ? OG_OK : og_fail(err, OG_EUNREADABLE, o->addr, "item [%d] of %s cannot be read", index_of(key), path);
}

static int no_key(const struct og_scope *s, const struct og_object *dict, const struct og_literal *key,
                  const char *written, const char *path, struct og_error *err)
{
    char buf[SIMILAR_BYTES];
    struct og_text t;
    struct og_near near;
    int64_t count = og_object_len(s->py, dict);
    const struct og_literal_part *part = &key->parts[0];
    og_text_init(&t, buf, sizeof buf);
    og_near_begin(&near, part->kind == OG_LITERAL_STR ? key->text + part->text : written);
    og_names_of_dict(s, dict->addr, &near.visitor);
    og_near_text(&near, &t);
    if (count == 0)
        return og_fail(err, OG_EABSENT, dict->addr, "%s has no key %s: it is empty", path, written);
    if (count == 1)
        return og_fail(err, OG_EABSENT, dict->addr, "%s has no key %s; its only key is%s", path, written, buf);
    return og_fail(err, OG_EABSENT, dict->addr, "%s has no key %s; it has %d keys, %s%s%s", path, written, count,
                   near.count ? "similar:" : "among them:", buf, count > 3 && !near.count ? ", ..." : "");
}

static og_addr find_key(struct og_py *py, og_addr dict, const struct og_literal *key)
{
    struct og_dict_cursor c;
    og_addr k, value;
    if (key->count == 1 && key->parts[0].kind == OG_LITERAL_STR)
        return og_dict_get(py, dict, key->text + key->parts[0].text);
    if (og_dict_begin(py, dict, &c))
        while (og_dict_next(py, &c, &k, &value))
            if (og_literal_equals(py, key, k))
                return value;
    return 0;
}

static bool is_dict(const struct og_object *o)
{
    return o->type->tp_flags & OG_TPFLAGS_DICT_SUBCLASS;
}

static int no_items(struct og_py *py, const struct og_object *o, const char *path, struct og_error *err)
{
    const char *why = "has no items";
    if (o->type->kind == OG_KIND_SET)
        why = "has members, but no keys";
    else if (o->type->kind == OG_KIND_STR || o->type->kind == OG_KIND_BYTES || o->type->kind == OG_KIND_BYTEARRAY)
        why = "has characters, which are no objects of their own";
    else if (class_dunder(py, o, "__getitem__"))
        why = "has a __getitem__, which would run code";
    return og_fail(err, OG_EABSENT, o->addr, "%s (%s at %x) %s", path, o->type->name, o->addr, why);
}

int og_path_item(const struct og_scope *s, og_addr obj, const struct og_literal *key, const char *written,
                 const char *path, og_addr *out, struct og_error *err)
{
    struct og_py *py = s->py;
    struct og_object o;
    if (s->graph)
        return og_words_item(s, obj, key, written, path, out, err);
    if (!og_py_object(py, obj, &o))
        return og_fail(err, OG_EUNREADABLE, obj, "%s leads to %x, where no object can be read", path, obj);
    if (o.type->kind == OG_KIND_MAPPINGPROXY && og_py_object(py, og_word(py, obj, (uint64_t)py->l.pyobject_size), &o))
        obj = o.addr;
    if (is_dict(&o)) {
        *out = find_key(py, obj, key);
        return *out ? OG_OK : no_key(s, &o, key, written, path, err);
    }
    if (o.type->kind == OG_KIND_LIST || o.type->kind == OG_KIND_TUPLE || o.type->kind == OG_KIND_DEQUE)
        return find_index(py, &o, key, path, out, err);
    return no_items(py, &o, path, err);
}
