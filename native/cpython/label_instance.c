/* Labels of instances: the class, the address, and a field that tells which one it is. */
#include "cpython/label.h"

enum { NAME_BYTES = 512, HINT_DICT_MAX = 4096, ARGUMENTS_MAX = 4, EXCEPTION_CUT = 80 };

/* In the order of preference. */
static const char hints[][12] = {"name", "id", "key", "title", "url", "path", "_name", "filename"};
enum { HINTS = sizeof hints / sizeof *hints };

bool og_label_tells(const char *name)
{
    for (unsigned i = 0; i < HINTS; i++)
        if (og_streq(hints[i], name))
            return true;
    return og_streq(name, "__dict__");
}

struct hint_search {
    struct og_py *py;
    unsigned best;
    og_addr value;
};

/* A text or a number says something; None or a container does not. */
static bool tells(struct og_py *py, og_addr value)
{
    struct og_object o;
    return value && og_py_object(py, value, &o) &&
           (o.type->kind == OG_KIND_INT || (o.type->kind == OG_KIND_STR && og_object_len(py, &o) > 0));
}

static void consider(struct hint_search *s, unsigned i, og_addr value)
{
    if (i < s->best && tells(s->py, value)) {
        s->best = i;
        s->value = value;
    }
}

static void search_dict(struct hint_search *s, og_addr dict)
{
    struct og_object o;
    if (!og_py_object(s->py, dict, &o) || !(o.type->tp_flags & OG_TPFLAGS_DICT_SUBCLASS) ||
        og_object_len(s->py, &o) > HINT_DICT_MAX)
        return;
    for (unsigned i = 0; i < s->best; i++)
        consider(s, i, og_dict_get(s->py, dict, hints[i]));
}

static void search(struct og_visitor *v, const struct og_ref *ref)
{
    struct hint_search *s = v->arg;
    if (ref->form != OG_NAME_TEXT && ref->form != OG_NAME_ATTR)
        return;
    if (ref->text && og_streq(ref->text, "__dict__")) {
        search_dict(s, ref->target);
        return;
    }
    for (unsigned i = 0; i < s->best; i++)
        if (ref->obj ? og_str_equals(s->py, ref->obj, hints[i]) : ref->text && og_streq(ref->text, hints[i]))
            consider(s, i, ref->target);
}

static void add_hint(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    struct hint_search s = {py, HINTS, 0};
    struct og_visitor v = {search, &s, true};
    og_object_references(py, o, &v);
    if (!s.value)
        return;
    og_text_addf(t, " %s=", hints[s.best]);
    og_label_element(py, s.value, t);
}

/* object_repr: the module unless it is builtins, and __qualname__. */
void og_label_class(struct og_py *py, const struct og_type *type, struct og_text *t)
{
    char buf[NAME_BYTES];
    struct og_text name;
    size_t all = strlen(type->long_name), own = strlen(type->name);
    og_text_init(&name, buf, sizeof buf);
    if (!(type->tp_flags & OG_TPFLAGS_HEAPTYPE) ||
        !og_str_text(py, og_word(py, type->addr, py->l.ht_qualname), 0, false, &name))
        og_text_add(&name, type->name);
    if (all > own + 1 && !(all - own - 1 == 8 && memcmp(type->long_name, "builtins", 8) == 0))
        og_text_addn(t, type->long_name, all - own);
    og_text_add(t, buf);
}

void og_label_instance(struct og_py *py, const struct og_object *o, bool hint, struct og_text *t)
{
    og_text_char(t, '<');
    og_label_class(py, o->type, t);
    og_text_addf(t, " object at %x>", o->addr);
    if (hint)
        add_hint(py, o, t);
}

/* enum.Enum.__repr__. Members know their names; their classes have a _member_map_. */
bool og_label_enum(struct og_py *py, const struct og_object *o, bool with_value, struct og_text *t)
{
    if (!o->type->tp_dict || !og_dict_get(py, o->type->tp_dict, "_member_map_"))
        return false;
    og_addr name = og_object_attr(py, o->addr, "_name_"), value = og_object_attr(py, o->addr, "_value_");
    if (!name || !value)
        return false;
    og_text_addf(t, "<%s.", o->type->name);
    if (!og_str_text(py, name, OG_NAME_CUT, false, t))
        og_text_add(t, "None");
    if (with_value) {
        og_text_add(t, ": ");
        og_label_element(py, value, t);
    }
    og_text_char(t, '>');
    return true;
}

/* BaseException_repr: the class and its arguments. */
bool og_label_exception(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    char buf[OG_REPR_BYTES];
    struct og_text text;
    uint64_t count;
    struct og_object args;
    og_addr tuple = og_word(py, o->addr, py->l.exc_args);
    if (!tuple || !og_py_object(py, tuple, &args) || args.type->kind != OG_KIND_TUPLE ||
        !og_mem_u64(py->mem, tuple + (uint64_t)py->l.ob_size, &count))
        return false;
    og_text_init(&text, buf, sizeof buf);
    og_text_addf(&text, "%s(", o->type->name);
    for (uint64_t i = 0; i < count && i < ARGUMENTS_MAX; i++) {
        og_text_add(&text, i ? ", " : "");
        og_label_element(py, og_word(py, tuple + i * 8, py->l.tuple_ob_item), &text);
    }
    og_text_add(&text, count > ARGUMENTS_MAX ? ", ...)" : ")");
    if (!og_text_add_cut(t, buf, EXCEPTION_CUT))
        og_text_add(t, "...");
    return true;
}
