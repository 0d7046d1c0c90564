/* Labels of C types of CPython and its standard library that have no kind of their own, by name. */
#include "cpython/label.h"
#include "cpython/lookup.h"

enum {
    RANGE_START = 16, /* start, stop, step, length */
    RANGE_STEP = 32,
    SLICE_START = 16,       /* start, stop, step */
    ARRAY_DESCRIPTION = 40, /* arrayobject.ob_descr: its first byte is the type code */
    DESCR_TYPE = 16,        /* PyDescrObject */
    DESCR_NAME = 24,
    PATTERN_FLAGS = 56, /* PatternObject */
    FLAG_UNICODE = 32,
    PATTERN_CHARACTERS = 200,
};

/* What it wraps, in parentheses behind its own name. */
static bool wraps(struct og_py *py, const struct og_object *o, const char *field, struct og_text *t)
{
    og_addr wrapped = og_object_named(py, o, field);
    if (!wrapped)
        return false;
    og_text_addf(t, "%s(", o->type->name);
    og_label_callable(py, wrapped, t);
    og_text_char(t, ')');
    return true;
}

static bool label_property(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    return wraps(py, o, "fget", t) || wraps(py, o, "fset", t);
}

static bool label_wrapper(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    return wraps(py, o, "__func__", t);
}

static bool label_partial(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    return wraps(py, o, "func", t);
}

static void add_words(struct og_py *py, og_addr at, unsigned count, struct og_text *t)
{
    for (unsigned i = 0; i < count; i++) {
        og_text_add(t, i ? ", " : "");
        og_label_element(py, og_word(py, at + i * 8, 0), t);
    }
    og_text_char(t, ')');
}

static bool is_one(struct og_py *py, og_addr addr)
{
    char buf[4];
    struct og_object o;
    struct og_text t;
    og_text_init(&t, buf, sizeof buf);
    return addr && og_py_object(py, addr, &o) && og_repr_number(py, &o, &t) && og_streq(buf, "1");
}

/* range_repr: the step only if it is not 1. */
static bool label_range(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    og_text_add(t, "range(");
    add_words(py, og_body(py, o->addr) + RANGE_START, is_one(py, og_word(py, og_body(py, o->addr), RANGE_STEP)) ? 2 : 3,
              t);
    return true;
}

static bool label_slice(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    og_text_add(t, "slice(");
    add_words(py, og_body(py, o->addr) + SLICE_START, 3, t);
    return true;
}

static bool label_array(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    uint8_t code;
    og_addr description = og_word(py, og_body(py, o->addr), ARRAY_DESCRIPTION);
    if (!description || !og_mem_u8(py->mem, description, &code) || code < 'A' || code > 'z')
        return false;
    og_text_addf(t, "array('%c', %d items)", code, og_object_len(py, o));
    return true;
}

/* repr() of a descriptor: its attribute, and the type that it is of. */
static bool descriptor(struct og_py *py, const struct og_object *o, const char *what, struct og_text *t)
{
    og_addr body = og_body(py, o->addr);
    const struct og_type *of = og_py_type(py, og_word(py, body, DESCR_TYPE));
    og_text_addf(t, "<%s ", what);
    if (!of || !og_str_text(py, og_word(py, body, DESCR_NAME), OG_NAME_CUT, true, t))
        return false;
    og_text_addf(t, " of '%s' objects>", of->name);
    return true;
}

static bool label_getset(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    return descriptor(py, o, "attribute", t);
}

static bool label_member(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    return descriptor(py, o, "member", t);
}

static bool label_method_descriptor(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    return descriptor(py, o, "method", t);
}

static bool label_slot_wrapper(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    return descriptor(py, o, "slot wrapper", t);
}

static bool label_ellipsis(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    (void)py, (void)o;
    og_text_add(t, "Ellipsis");
    return true;
}

static bool label_not_implemented(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    (void)py, (void)o;
    og_text_add(t, "NotImplemented");
    return true;
}

static bool label_view(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    int64_t count = og_object_len(py, o);
    if (count < 0)
        return false;
    og_text_addf(t, "%s(%d items)", o->type->name, count);
    return true;
}

/* pattern_repr (Modules/_sre): flags by name; a str pattern does not mention re.UNICODE. */
static void add_flags(uint32_t flags, struct og_text *t)
{
    static const char names[][12] = {"TEMPLATE", "IGNORECASE", "LOCALE", "MULTILINE", "DOTALL",
                                     "UNICODE",  "VERBOSE",    "DEBUG",  "ASCII"};
    const char *separator = ", ";
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (flags & 1u << i) {
            og_text_addf(t, "%sre.%s", separator, names[i]);
            separator = "|";
        }
}

static bool label_pattern(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    uint32_t flags = 0;
    struct og_object p;
    og_addr pattern = og_object_named(py, o, "pattern");
    if (!pattern || !og_py_object(py, pattern, &p))
        return false;
    og_text_add(t, "re.compile(");
    if (og_str_text(py, pattern, PATTERN_CHARACTERS, true, t))
        flags = FLAG_UNICODE;
    else if (p.type->kind != OG_KIND_BYTES || !og_repr_bytes(py, &p, t))
        og_label_element(py, pattern, t);
    uint32_t word = 0;
    og_mem_u32(py->mem, og_body(py, o->addr) + PATTERN_FLAGS, &word);
    add_flags(word & ~flags, t);
    og_text_char(t, ')');
    return true;
}

/* From 3.12 on a task that nobody named has only a number, of which its name is made when it is asked for. */
static void add_task_name(struct og_py *py, og_addr name, struct og_text *t)
{
    int64_t number;
    struct og_object o;
    og_text_add(t, " name=");
    if (og_py_object(py, name, &o) && o.type->kind == OG_KIND_INT && og_int_value(py, name, &number))
        og_text_addf(t, "'Task-%d'", number);
    else
        og_label_element(py, name, t);
}

static bool label_task(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    struct og_object coro;
    og_addr name = og_object_named(py, o, "_name"), runs = og_object_named(py, o, "_coro");
    if (!name)
        return false;
    og_label_instance(py, o, false, t);
    add_task_name(py, name, t);
    if (runs && og_py_object(py, runs, &coro) && coro.type->kind == OG_KIND_GENERATOR) {
        og_text_add(t, " coro=");
        og_str_text(py, og_word(py, runs, py->l.gen_gi_qualname), OG_NAME_CUT, false, t);
    }
    return true;
}

struct row {
    char tp_name[24];
    bool (*label)(struct og_py *py, const struct og_object *o, struct og_text *t);
};

static const struct row rows[] = {
    {"NotImplementedType", label_not_implemented},
    {"re.Pattern", label_pattern},
    {"_asyncio.Task", label_task},
    {"array.array", label_array},
    {"classmethod", label_wrapper},
    {"classmethod_descriptor", label_method_descriptor},
    {"dict_items", label_view},
    {"dict_keys", label_view},
    {"dict_values", label_view},
    {"ellipsis", label_ellipsis},
    {"getset_descriptor", label_getset},
    {"member_descriptor", label_member},
    {"method_descriptor", label_method_descriptor},
    {"functools.partial", label_partial},
    {"property", label_property},
    {"range", label_range},
    {"slice", label_slice},
    {"staticmethod", label_wrapper},
    {"wrapper_descriptor", label_slot_wrapper},
};

bool og_label_library(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    if (!o->type->solid)
        return false;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
        if (og_streq(rows[i].tp_name, o->type->solid->tp_name))
            return rows[i].label(py, o, t);
    return false;
}
