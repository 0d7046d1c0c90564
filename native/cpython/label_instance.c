/* Instances: their class, their address and, where one is found, a word that tells them apart. */
#include "cpython/label.h"

enum { HINT_MAX = 24, HINTS = 7 };

static const char hints[HINTS][8] = {"name", "_name", "id", "key", "title", "url", "path"};

static bool add_hint(struct og_py *py, const struct og_object *o, const char *name, struct og_text *t)
{
    struct og_object value;
    og_addr found = og_object_own_attr(py, o->addr, name);
    if (!found || !og_py_object(py, found, &value))
        return false;
    if (value.type->kind == OG_KIND_STR && !value.type->is_class) {
        og_text_addf(t, " %s=", name);
        og_str_text(py, found, HINT_MAX, true, t);
        return true;
    }
    if (value.type->kind != OG_KIND_INT || value.type->is_class)
        return false;
    og_text_addf(t, " %s=", name);
    og_label_int(py, &value, t);
    return true;
}

void og_label_instance(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    og_text_addf(t, "<%s object at %x>", o->type->long_name, o->addr);
    for (unsigned i = 0; i < HINTS && o->type->is_class; i++)
        if (add_hint(py, o, hints[i], t))
            return;
}
