/* A line for a person about each object, as objgraph's _short_repr where that runs no user code. */
#include "cpython/label.h"
#include "cpython/lookup.h"

enum {
    TUPLE_SHOWN = 4,
    TUPLE_DEPTH = 2,
    DEQUE_MAXLEN = 64, /* dequeobject.maxlen, -1: none */
};

/* ---- what several labels use ---- */

bool og_text_add_cut(struct og_text *t, const char *s, uint64_t characters)
{
    uint64_t n = 0, seen = 0;
    for (; s[n]; n++)
        if (((unsigned char)s[n] & 0xc0) != 0x80 && seen++ == characters)
            break;
    og_text_addn(t, s, n);
    return !s[n];
}

void og_text_shorten(struct og_text *t, uint64_t len)
{
    t->len = len;
    t->buf[len] = 0;
    t->cut = false;
}

/* ---- leaves ---- */

/* repr() of what has no parts; false: it has. */
static bool repr_atom(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    switch (o->type->kind) {
    case OG_KIND_STR:
        return og_str_text(py, o->addr, OG_NAME_CUT, true, t);
    case OG_KIND_BYTES:
    case OG_KIND_BYTEARRAY:
        return og_repr_bytes(py, o, t);
    case OG_KIND_NONE:
        og_text_add(t, "None");
        return true;
    default:
        return og_repr_number(py, o, t);
    }
}

static bool label_repr(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    char buf[OG_REPR_BYTES];
    struct og_text text;
    og_text_init(&text, buf, sizeof buf);
    if (!repr_atom(py, o, &text))
        return false;
    og_text_add_cut(t, buf, OG_REPR_CUT);
    return true;
}

static bool label_count(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    int64_t count = og_object_len(py, o);
    if (count < 0)
        return false;
    og_text_addf(t, "%d items", count);
    return true;
}

static bool label_deque(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    int64_t count = og_object_len(py, o), limit = (int64_t)og_word(py, o->addr, DEQUE_MAXLEN);
    if (count < 0)
        return false;
    og_text_addf(t, "%s(%d items", o->type->name, count);
    if (limit >= count)
        og_text_addf(t, ", maxlen=%d", limit);
    og_text_char(t, ')');
    return true;
}

static bool label_proxy(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    int64_t count = og_object_len(py, o);
    if (count < 0)
        return false;
    og_text_addf(t, "%s(%d items)", o->type->name, count);
    return true;
}

static bool label_type(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    const struct og_type *type = og_py_type(py, o->addr);
    if (type)
        og_text_add(t, type->name);
    return type != NULL;
}

static bool label_module(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    og_addr name = og_dict_get(py, og_word(py, o->addr, py->l.md_dict), "__name__");
    return name && og_str_text(py, name, 0, false, t);
}

static bool add_target(struct og_py *py, og_addr target, const char *format, struct og_text *t)
{
    struct og_object o;
    if (!target || !og_py_object(py, target, &o))
        return false;
    og_text_addf(t, format, o.type->name, target);
    return true;
}

static bool label_cell(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    og_addr content = og_word(py, o->addr, py->l.cell_ob_ref);
    og_text_addf(t, "<cell at %x: ", o->addr);
    if (!content)
        og_text_add(t, "empty>");
    return !content || add_target(py, content, "%s object at %x>", t);
}

/* A dead reference points to None. */
static bool label_weakref(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    struct og_object to;
    og_addr target = og_word(py, o->addr, py->l.wr_object);
    bool dead = target && og_py_object(py, target, &to) && to.type->kind == OG_KIND_NONE;
    og_text_addf(t, "<%s at %x; ", o->type->solid ? o->type->solid->name : "weakref", o->addr);
    if (dead)
        og_text_add(t, "dead>");
    return dead || add_target(py, target, "to '%s' at %x>", t);
}

/* Labels that need no other object's label; false: this one does, or cannot be read. */
static bool label_leaf(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    switch ((enum og_kind)o->type->kind) {
    case OG_KIND_STR:
    case OG_KIND_BYTES:
    case OG_KIND_BYTEARRAY:
    case OG_KIND_INT:
    case OG_KIND_BOOL:
    case OG_KIND_FLOAT:
    case OG_KIND_COMPLEX:
    case OG_KIND_NONE:
        return label_repr(py, o, t);
    case OG_KIND_DICT:
    case OG_KIND_ODICT:
    case OG_KIND_LIST:
    case OG_KIND_TUPLE:
    case OG_KIND_SET:
        return label_count(py, o, t);
    case OG_KIND_DEQUE:
        return label_deque(py, o, t);
    case OG_KIND_MAPPINGPROXY:
        return label_proxy(py, o, t);
    case OG_KIND_TYPE:
        return label_type(py, o, t);
    case OG_KIND_FUNCTION:
        return og_label_function(py, o, t);
    case OG_KIND_CFUNCTION:
        return og_label_cfunction(py, o, t);
    case OG_KIND_CODE:
        return og_label_code(py, o, t);
    case OG_KIND_FRAME:
        return og_label_frame(py, o, t);
    case OG_KIND_GENERATOR:
        return og_label_generator(py, o, t);
    case OG_KIND_TRACEBACK:
        return og_label_traceback(py, o, t);
    case OG_KIND_CELL:
        return label_cell(py, o, t);
    case OG_KIND_MODULE:
        return label_module(py, o, t);
    case OG_KIND_WEAKREF:
        return label_weakref(py, o, t);
    case OG_KIND_UNKNOWN:
    case OG_KIND_OBJECT:
    case OG_KIND_METHOD:
    case OG_KIND_EXCEPTION:
    case OG_KIND_LRU_CACHE:
    case OG_KIND_MEMORYVIEW:
    case OG_KIND_GREENLET:
    case OG_KIND_NDARRAY:
    case OG_KIND_COUNT:
        break;
    }
    return false;
}

/* ---- elements: what is shown inside the label of another object; never leads to a third one's label ---- */

static void add_flat(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    uint64_t start = t->len;
    if ((o->type->is_class && og_label_enum(py, o, false, t)) || repr_atom(py, o, t) || label_leaf(py, o, t))
        return;
    og_text_shorten(t, start);
    og_label_instance(py, o, false, t);
}

static void add_element(struct og_py *py, og_addr addr, unsigned depth, struct og_text *t);

static void add_tuple(struct og_py *py, og_addr tuple, unsigned depth, struct og_text *t)
{
    uint64_t count = 0;
    og_mem_u64(py->mem, tuple + (uint64_t)py->l.ob_size, &count);
    og_text_char(t, '(');
    for (uint64_t i = 0; i < count && i < TUPLE_SHOWN; i++) {
        og_text_add(t, i ? ", " : "");
        add_element(py, og_word(py, tuple + i * 8, py->l.tuple_ob_item), depth + 1, t);
    }
    og_text_add(t, count > TUPLE_SHOWN ? ", ...)" : count == 1 ? ",)" : ")");
}

/* Tuples in tuples to TUPLE_DEPTH. */
static void add_element(struct og_py *py, og_addr addr, unsigned depth, struct og_text *t)
{
    struct og_object o;
    if (!addr || !og_py_object(py, addr, &o))
        og_text_addf(t, "<unreadable at %x>", addr);
    else if (o.type->kind == OG_KIND_TUPLE && !o.type->is_class && depth < TUPLE_DEPTH)
        add_tuple(py, addr, depth, t);
    else
        add_flat(py, &o, t);
}

void og_label_element(struct og_py *py, og_addr addr, struct og_text *t)
{
    char buf[OG_REPR_BYTES];
    struct og_text text;
    og_text_init(&text, buf, sizeof buf);
    add_element(py, addr, 0, &text);
    if (!og_text_add_cut(t, buf, OG_NAME_CUT))
        og_text_add(t, "...");
}

/* ---- objects ---- */

static bool label_lru_cache(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    og_addr function = og_object_named(py, o, "__wrapped__");
    if (!function)
        return false;
    og_text_add(t, "lru_cache(");
    og_label_callable(py, function, t);
    og_text_char(t, ')');
    return true;
}

static bool label_composite(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    switch (o->type->kind) {
    case OG_KIND_METHOD:
        return og_label_method(py, o, t);
    case OG_KIND_EXCEPTION:
        return og_label_exception(py, o, t);
    case OG_KIND_LRU_CACHE:
        return label_lru_cache(py, o, t);
    case OG_KIND_NDARRAY:
        return og_label_ndarray(py, o, t);
    case OG_KIND_UNKNOWN:
    case OG_KIND_GREENLET:
        return og_label_library(py, o, t);
    default:
        return false;
    }
}

/* A try that finds something unreadable may have written half a label. */
void og_object_label(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    uint64_t start = t->len;
    if (o->type->is_class && og_label_enum(py, o, true, t))
        return;
    og_text_shorten(t, start);
    if (label_leaf(py, o, t))
        return;
    og_text_shorten(t, start);
    if (label_composite(py, o, t))
        return;
    og_text_shorten(t, start);
    og_label_instance(py, o, true, t);
}
