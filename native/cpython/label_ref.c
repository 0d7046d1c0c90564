/* The name of a reference as a person writes it: attr, [3], ['user:7'], a local variable, {member}. */
#include "cpython/label.h"

static bool is_identifier(const char *s)
{
    for (uint64_t i = 0; s[i]; i++) {
        bool letter = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || s[i] == '_';
        if (!letter && (i == 0 || s[i] < '0' || s[i] > '9'))
            return false;
    }
    return *s != 0;
}

static void add_cut_name(struct og_text *t, const char *s)
{
    if (!og_text_add_cut(t, s, OG_NAME_CUT))
        og_text_add(t, "...");
}

static bool add_identifier(struct og_py *py, og_addr str, struct og_text *t)
{
    char buf[OG_REPR_BYTES];
    struct og_text text;
    og_text_init(&text, buf, sizeof buf);
    if (!og_str_text(py, str, 0, false, &text) || text.cut || !is_identifier(buf))
        return false;
    add_cut_name(t, buf);
    return true;
}

static void add_name(struct og_py *py, const struct og_ref *ref, struct og_text *t)
{
    char buf[OG_REPR_BYTES];
    struct og_text text;
    og_text_init(&text, buf, sizeof buf);
    if (!ref->obj)
        add_cut_name(t, ref->text ? ref->text : "");
    else if (og_str_text(py, ref->obj, 0, false, &text))
        add_cut_name(t, buf);
}

void og_ref_label(struct og_py *py, const struct og_ref *ref, struct og_text *t)
{
    switch ((enum og_name_form)ref->form) {
    case OG_NAME_TEXT:
    case OG_NAME_ATTR:
    case OG_NAME_LOCAL:
        add_name(py, ref, t);
        break;
    case OG_NAME_INDEX:
        og_text_addf(t, "[%u]", ref->index);
        break;
    case OG_NAME_KEY:
        if (add_identifier(py, ref->obj, t))
            break;
        og_text_char(t, '[');
        og_label_element(py, ref->obj, t);
        og_text_char(t, ']');
        break;
    case OG_NAME_KEY_SELF:
        og_text_char(t, '{');
        og_label_element(py, ref->target, t);
        og_text_char(t, '}');
        break;
    case OG_NAME_NONE:
        break;
    }
}
