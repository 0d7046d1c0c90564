/* One line for a person about any object, as objgraph's _short_repr where that runs no user code. */
#include "cpython/label.h"

static void items(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    int64_t n = og_object_len(py, o);
    if (n < 0)
        og_label_instance(py, o, t);
    else
        og_text_addf(t, "%d items", n);
}

static void bytes(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    bool array = o->type->kind == OG_KIND_BYTEARRAY;
    int64_t n = og_object_len(py, o);
    og_addr data = array ? og_label_word(py, o->addr, py->l.bytearray_ob_start) : o->addr + (uint64_t)py->l.bytes_ob_sval;
    char quote = '\'';
    unsigned char c;
    bool single = false, dbl = false;
    for (int64_t i = 0; i < n && i < OG_LABEL_REPR_MAX && og_mem_u8(py->mem, data + (uint64_t)i, &c); i++) {
        single |= c == '\'';
        dbl |= c == '"';
    }
    quote = single && !dbl ? '"' : '\'';
    og_text_addf(t, array ? "bytearray(b%c" : "b%c", quote);
    for (int64_t i = 0; i < n && i < OG_LABEL_REPR_MAX && og_mem_u8(py->mem, data + (uint64_t)i, &c); i++) {
        if (c == (unsigned char)quote || c == '\\')
            og_text_addf(t, "\\%c", c);
        else if (c == '\t' || c == '\n' || c == '\r')
            og_text_add(t, c == '\t' ? "\\t" : c == '\n' ? "\\n" : "\\r");
        else if (c < ' ' || c >= 0x7f)
            og_text_addf(t, "\\x%c%c", "0123456789abcdef"[c >> 4], "0123456789abcdef"[c & 15]);
        else
            og_text_char(t, (char)c);
    }
    og_text_addf(t, array ? "%c)" : "%c", quote);
}

static void boolean(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    uint32_t digit = 0;
    og_mem_u32(py->mem, o->addr + (uint64_t)py->l.long_ob_digit, &digit);
    og_text_add(t, digit ? "True" : "False");
}

static void type_of(struct og_py *py, og_addr addr, struct og_text *t)
{
    const struct og_type *type = og_py_type(py, addr);
    og_text_add(t, type ? type->name : "?");
}

static void module(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    og_addr name = og_dict_get(py, og_label_word(py, o->addr, py->l.md_dict), "__name__");
    if (!name || !og_str_text(py, name, 0, false, t))
        og_text_addf(t, "module at %x", o->addr);
}

/* What a cell or a weak reference leads to. */
static void leads_to(struct og_py *py, const struct og_object *o, og_addr target, const char *empty, struct og_text *t)
{
    struct og_object to;
    og_text_addf(t, "<%s at %x; ", o->type->name, o->addr);
    if (target && og_py_object(py, target, &to))
        og_text_addf(t, "%s object at %x>", to.type->name, target);
    else
        og_text_addf(t, "%s>", empty);
}

static void weakref(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    struct og_object to;
    og_addr target = og_label_word(py, o->addr, py->l.wr_object);
    if (target && og_py_object(py, target, &to) && to.type->kind != OG_KIND_NONE)
        og_text_addf(t, "<weakref at %x; to '%s' at %x>", o->addr, to.type->name, target);
    else
        og_text_addf(t, "<weakref at %x; dead>", o->addr);
}

/* ValueError('text'): the class and its first argument. */
static void exception(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    struct og_object first;
    uint64_t count = 0;
    og_addr args = og_label_word(py, o->addr, py->l.exc_args);
    og_text_addf(t, "%s(", o->type->name);
    if (args && og_mem_u64(py->mem, args + OG_OB_SIZE, &count) && count > 0 &&
        og_py_object(py, og_label_word(py, args, py->l.tuple_ob_item), &first) && first.type->kind != OG_KIND_EXCEPTION)
        og_object_label(py, &first, t);
    og_text_add(t, count > 1 ? ", ...)" : ")");
}

static void traceback(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    struct og_object frame;
    if (og_py_object(py, og_label_word(py, o->addr, py->l.tb_frame), &frame) && frame.type->kind == OG_KIND_FRAME)
        og_label_frame(py, &frame, t);
    else
        og_text_addf(t, "traceback at %x", o->addr);
}

/* start, stop, step follow the object's head (Objects/rangeobject.c, 3.8 to 3.13); a step of 1 is not shown. */
static void range(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    og_text_add(t, "range(");
    for (int32_t i = 0; i < 3; i++) {
        char digits[128];
        struct og_text number;
        struct og_object part;
        og_text_init(&number, digits, sizeof digits);
        if (!og_py_object(py, og_label_word(py, o->addr, 16 + 8 * i), &part) || part.type->kind != OG_KIND_INT)
            break;
        og_label_int(py, &part, &number);
        if (i == 2 && og_streq(digits, "1"))
            break;
        og_text_addf(t, "%s%s", i ? ", " : "", digits);
    }
    og_text_char(t, ')');
}

static void unknown(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    const char *name = o->type->name;
    if (og_streq(name, "ellipsis"))
        og_text_add(t, "Ellipsis");
    else if (og_streq(name, "NotImplementedType"))
        og_text_add(t, "NotImplemented");
    else if (og_streq(o->type->long_name, "builtins.range"))
        range(py, o, t);
    else
        og_label_instance(py, o, t);
}

void og_object_label(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    switch ((enum og_kind)o->type->kind) {
    case OG_KIND_DICT:
    case OG_KIND_LIST:
    case OG_KIND_TUPLE:
    case OG_KIND_SET:
    case OG_KIND_DEQUE:
    case OG_KIND_ODICT:
        items(py, o, t);
        break;
    case OG_KIND_STR:
        og_str_text(py, o->addr, OG_LABEL_REPR_MAX, true, t);
        break;
    case OG_KIND_BYTES:
    case OG_KIND_BYTEARRAY:
        bytes(py, o, t);
        break;
    case OG_KIND_INT:
        og_label_int(py, o, t);
        break;
    case OG_KIND_BOOL:
        boolean(py, o, t);
        break;
    case OG_KIND_FLOAT:
        og_label_float(py, o, t);
        break;
    case OG_KIND_COMPLEX:
        og_label_complex(py, o, t);
        break;
    case OG_KIND_NONE:
        og_text_add(t, "None");
        break;
    case OG_KIND_TYPE:
        type_of(py, o->addr, t);
        break;
    case OG_KIND_FUNCTION:
        og_label_function(py, o, t);
        break;
    case OG_KIND_METHOD:
        og_label_method(py, o, t);
        break;
    case OG_KIND_CFUNCTION:
        og_label_cfunction(py, o, t);
        break;
    case OG_KIND_CODE:
        og_label_code(py, o, t);
        break;
    case OG_KIND_FRAME:
        og_label_frame(py, o, t);
        break;
    case OG_KIND_GENERATOR:
        og_label_generator(py, o, t);
        break;
    case OG_KIND_CELL:
        leads_to(py, o, og_label_word(py, o->addr, py->l.cell_ob_ref), "empty", t);
        break;
    case OG_KIND_MODULE:
        module(py, o, t);
        break;
    case OG_KIND_WEAKREF:
        weakref(py, o, t);
        break;
    case OG_KIND_EXCEPTION:
        exception(py, o, t);
        break;
    case OG_KIND_TRACEBACK:
        traceback(py, o, t);
        break;
    case OG_KIND_UNKNOWN:
    case OG_KIND_OBJECT:
    case OG_KIND_MEMORYVIEW:
    case OG_KIND_MAPPINGPROXY:
    case OG_KIND_LRU_CACHE:
    case OG_KIND_COUNT:
        unknown(py, o, t);
        break;
    }
}
