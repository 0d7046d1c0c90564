/* Names of references: read from memory, and written as a person reads them. */
#include "cpython/edge_name.h"
#include "cpython/label.h"

enum { TUPLE_MAX = 8 };

bool og_is_identifier(const char *s)
{
    for (uint64_t i = 0; s[i]; i++) {
        bool letter = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || s[i] == '_';
        if (!letter && (i == 0 || s[i] < '0' || s[i] > '9'))
            return false;
    }
    return *s != 0;
}

/* ---- keys ---- */

/* Contents that stand for themselves: a NUL would end them, a lone surrogate is written as an escape. */
static bool add_contents(struct og_py *py, og_addr str, struct og_text *t)
{
    char quoted[OG_REPR_BYTES], again[OG_REPR_BYTES];
    struct og_text a, b;
    if (!og_str_text(py, str, 0, false, t) || t->cut || strlen(t->buf) != t->len)
        return false;
    if (!memchr(t->buf, '\\', t->len))
        return true;
    og_text_init(&a, quoted, sizeof quoted);
    og_text_init(&b, again, sizeof again);
    og_text_repr(&b, t->buf, py->l.minor);
    return og_str_text(py, str, 0, true, &a) && !a.cut && og_streq(quoted, again);
}

/* The whole repr of what Python reads back from it. */
static bool add_literal(struct og_py *py, const struct og_object *key, struct og_text *t)
{
    if (key->type->is_class)
        return false;
    if (key->type->kind == OG_KIND_STR)
        return og_str_text(py, key->addr, 0, true, t);
    if (key->type->kind == OG_KIND_BYTES)
        return og_repr_bytes(py, key, t);
    if (key->type->kind == OG_KIND_NONE)
        og_text_add(t, "None");
    return key->type->kind == OG_KIND_NONE || og_repr_number(py, key, t);
}

/* Short tuples of literals, a common kind of key. */
static bool add_tuple(struct og_py *py, const struct og_object *key, struct og_text *t)
{
    struct og_object item;
    int64_t n = og_object_len(py, key);
    if (key->type->is_class || key->type->kind != OG_KIND_TUPLE || n < 0 || n > TUPLE_MAX)
        return false;
    og_text_char(t, '(');
    for (int64_t i = 0; i < n; i++) {
        og_text_add(t, i ? ", " : "");
        if (!og_py_object(py, og_word(py, key->addr + (uint64_t)i * 8, py->l.tuple_ob_item), &item) ||
            !add_literal(py, &item, t))
            return false;
    }
    og_text_add(t, n == 1 ? ",)" : ")");
    return true;
}

static void add_words(struct og_py *py, const struct og_object *key, struct og_text *t)
{
    char buf[OG_REPR_BYTES];
    struct og_text element;
    og_text_init(&element, buf, sizeof buf);
    og_label_element(py, key->addr, &element);
    if (*buf == '<')
        og_text_add(t, buf);
    else
        og_text_addf(t, "<%s %s>", key->type->name, buf);
}

static void read_key(struct og_py *py, og_addr addr, struct og_text *t, struct og_edge_name *out)
{
    struct og_object key;
    out->form = OG_EDGE_KEY;
    if (!og_py_object(py, addr, &key)) {
        og_text_addf(t, "<unreadable at %x>", addr);
        return;
    }
    if (key.type->kind == OG_KIND_STR && !key.type->is_class && add_contents(py, addr, t)) {
        out->form = OG_EDGE_KEY_STR;
        return;
    }
    og_text_shorten(t, 0);
    if (add_literal(py, &key, t))
        return;
    og_text_shorten(t, 0);
    if (add_tuple(py, &key, t))
        return;
    og_text_shorten(t, 0);
    add_words(py, &key, t);
}

/* ---- reading ---- */

static void read_text(struct og_py *py, const struct og_ref *ref, struct og_text *t)
{
    if (ref->obj)
        og_str_text(py, ref->obj, 0, false, t);
    else
        og_text_add(t, ref->text ? ref->text : "");
}

void og_edge_name_read(struct og_py *py, const struct og_ref *ref, struct og_text *t, struct og_edge_name *out)
{
    og_text_shorten(t, 0);
    *out = (struct og_edge_name){.minor = py->l.minor, .index = ref->index, .text = t->buf};
    switch ((enum og_name_form)ref->form) {
    case OG_NAME_TEXT:
        out->form = OG_EDGE_FIELD;
        read_text(py, ref, t);
        break;
    case OG_NAME_ATTR:
        out->form = OG_EDGE_ATTRIBUTE;
        read_text(py, ref, t);
        break;
    case OG_NAME_LOCAL:
        out->form = OG_EDGE_LOCAL;
        read_text(py, ref, t);
        break;
    case OG_NAME_INDEX:
        out->form = OG_EDGE_INDEX;
        break;
    case OG_NAME_KEY:
        read_key(py, ref->obj, t, out);
        break;
    case OG_NAME_KEY_SELF:
        out->form = OG_EDGE_KEY_SELF;
        og_label_element(py, ref->target, t);
        break;
    case OG_NAME_ITEM:
        out->form = OG_EDGE_ITEM;
        og_ndarray_item_name(py, ref->obj, ref->index, t);
        break;
    case OG_NAME_NONE:
        break;
    }
}

/* ---- writing ---- */

static void add_cut(struct og_text *t, const char *s)
{
    if (!og_text_add_cut(t, s, OG_NAME_CUT))
        og_text_add(t, "...");
}

void og_edge_name_key(const struct og_edge_name *n, struct og_text *t)
{
    if (n->form != OG_EDGE_KEY)
        og_text_repr(t, n->text, n->minor);
    else
        og_text_add(t, *n->text ? n->text : "<key>");
}

static void add_key(const struct og_edge_name *n, struct og_text *t)
{
    char buf[OG_REPR_BYTES];
    struct og_text key;
    og_text_init(&key, buf, sizeof buf);
    og_edge_name_key(n, &key);
    og_text_char(t, '[');
    add_cut(t, buf);
    og_text_char(t, ']');
}

void og_edge_name_label(const struct og_edge_name *n, struct og_text *t)
{
    switch ((enum og_edge_form)n->form) {
    case OG_EDGE_FIELD:
    case OG_EDGE_ATTRIBUTE:
    case OG_EDGE_LOCAL:
        add_cut(t, n->text);
        break;
    case OG_EDGE_INDEX:
        og_text_addf(t, "[%u]", n->index);
        break;
    case OG_EDGE_KEY_STR:
        if (og_is_identifier(n->text))
            add_cut(t, n->text);
        else
            add_key(n, t);
        break;
    case OG_EDGE_KEY:
        add_key(n, t);
        break;
    case OG_EDGE_ITEM:
        add_cut(t, n->text);
        break;
    case OG_EDGE_KEY_SELF:
        og_text_addf(t, "{%s}", n->text);
        break;
    case OG_EDGE_NONE:
    case OG_EDGE_FORM_COUNT:
        break;
    }
}

uint32_t og_edge_name_form(const struct og_edge_name *n)
{
    if (n->form == OG_EDGE_KEY_STR)
        return OG_EDGE_KEY;
    if (n->form == OG_EDGE_ITEM)
        return OG_EDGE_INDEX;
    return n->form <= OG_EDGE_LOCAL ? n->form : OG_EDGE_NONE;
}

void og_ref_label(struct og_py *py, const struct og_ref *ref, struct og_text *t)
{
    char buf[OG_EDGE_TEXT];
    struct og_text text;
    struct og_edge_name name;
    og_text_init(&text, buf, sizeof buf);
    og_edge_name_read(py, ref, &text, &name);
    og_edge_name_label(&name, t);
}
