/* A reference as a person writes it: attr, [3], ['user:7'], x (a local), {member}. */
#include "cpython/label.h"

enum { NAME_MAX = 60 };

static bool is_identifier(const char *s)
{
    if (!*s || (*s >= '0' && *s <= '9'))
        return false;
    for (; *s; s++)
        if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') || *s == '_'))
            return false;
    return true;
}

static bool is_exact_str(const struct og_object *o)
{
    return o->type->kind == OG_KIND_STR && !o->type->is_class;
}

/* objgraph shows identifiers bare; every other key is shown as it is written in a subscript. */
static void key(struct og_py *py, og_addr addr, struct og_text *t)
{
    char buf[256];
    struct og_text text;
    struct og_object o;
    if (!og_py_object(py, addr, &o)) {
        og_text_add(t, "[?]");
        return;
    }
    og_text_init(&text, buf, sizeof buf);
    if (is_exact_str(&o) && og_str_text(py, addr, NAME_MAX, false, &text) && is_identifier(buf)) {
        og_text_add(t, buf);
        return;
    }
    og_text_char(t, '[');
    if (is_exact_str(&o))
        og_str_text(py, addr, NAME_MAX, true, t);
    else
        og_object_label(py, &o, t);
    og_text_char(t, ']');
}

static void member(struct og_py *py, og_addr target, struct og_text *t)
{
    struct og_object o;
    og_text_char(t, '{');
    if (og_py_object(py, target, &o))
        og_object_label(py, &o, t);
    og_text_char(t, '}');
}

void og_ref_label(struct og_py *py, const struct og_ref *ref, struct og_text *t)
{
    switch ((enum og_name_form)ref->form) {
    case OG_NAME_NONE:
        break;
    case OG_NAME_TEXT:
        og_text_add(t, ref->text);
        break;
    case OG_NAME_INDEX:
        og_text_addf(t, "[%u]", ref->index);
        break;
    case OG_NAME_KEY:
        key(py, ref->obj, t);
        break;
    case OG_NAME_ATTR: /* slots have a text, attributes of instances a str object */
    case OG_NAME_LOCAL:
        if (ref->obj)
            og_str_text(py, ref->obj, NAME_MAX, false, t);
        else if (ref->text)
            og_text_add(t, ref->text);
        break;
    case OG_NAME_KEY_SELF:
        member(py, ref->target, t);
        break;
    }
}
