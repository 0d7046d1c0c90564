/* Which labels a graph keeps. A label that type, length and address tell is made when it is asked for; without contents
 * of strings only those are kept whose every part names a part of the program. */
#include "cpython/label.h"
#include "cpython/lookup.h"
#include "engine/words_make.h"

enum { LABEL_BYTES = 512 };

/* ---- classes ---- */

static void add_class(struct og_words_make *m, const struct og_graph_type *type, struct og_text *t)
{
    const struct og_type *of = og_py_type(&m->target->py, type->addr);
    if (!of)
        og_text_add(t, type->long_name);
    else if (type->kind == OG_KIND_WEAKREF)
        og_text_add(t, of->solid ? of->solid->name : "weakref");
    else
        og_label_class(&m->target->py, of, t);
}

/* Made by the enum module, as og_label_enum tells it. */
static bool is_enum_class(struct og_words_make *m, const struct og_graph_type *type)
{
    const struct og_type *of = type->is_class ? og_py_type(&m->target->py, type->addr) : NULL;
    return of && of->tp_dict && og_dict_get(&m->target->py, of->tp_dict, "_member_map_");
}

bool og_words_make_classes(struct og_words_make *m)
{
    for (uint64_t i = 0; i < m->graph->type_count; i++) {
        char buf[LABEL_BYTES];
        struct og_text t;
        og_text_init(&t, buf, sizeof buf);
        add_class(m, &m->graph->types[i], &t);
        m->classes[i] = og_pool_text(&m->pool, buf, t.len);
        m->enums[i] = is_enum_class(m, &m->graph->types[i]);
        if (m->classes[i] == OG_POOL_FULL)
            return false;
    }
    return true;
}

/* ---- what may be kept without contents ---- */

/* Members are attributes of their class, whose names are kept; a combination of flags is none. */
static bool add_enum(struct og_words_make *m, const struct og_object *o, struct og_text *t)
{
    char buf[LABEL_BYTES];
    struct og_text name;
    struct og_py *py = &m->target->py;
    og_addr str = og_object_attr(py, o->addr, "_name_");
    og_text_init(&name, buf, sizeof buf);
    return str && og_str_text(py, str, 0, false, &name) && !name.cut && og_dict_get(py, o->type->tp_dict, buf) &&
           og_label_enum(py, o, false, t);
}

/* As an element it is named, counted or told by type and address. */
static bool is_name(struct og_words_make *m, og_addr addr)
{
    struct og_object o;
    if (!addr || !og_py_object(&m->target->py, addr, &o) || (o.type->is_class && o.type->kind != OG_KIND_OBJECT))
        return false;
    return o.type->kind == OG_KIND_FUNCTION || o.type->kind == OG_KIND_CFUNCTION || o.type->kind == OG_KIND_TYPE ||
           o.type->kind == OG_KIND_METHOD;
}

static bool wraps_name(struct og_words_make *m, const struct og_object *o, const char *field)
{
    return is_name(m, og_object_named(&m->target->py, o, field));
}

/* Of the types of label_library.c: named by what they wrap, if a field stands here, else by themselves. Ranges, slices,
 * patterns and tasks show contents. */
static bool is_library_name(struct og_words_make *m, const struct og_object *o)
{
    static const struct {
        char tp_name[24], field[12];
    } rows[] = {
        {"NotImplementedType", ""},   {"array.array", ""},
        {"classmethod", "__func__"},  {"classmethod_descriptor", ""},
        {"dict_items", ""},           {"dict_keys", ""},
        {"dict_values", ""},          {"ellipsis", ""},
        {"getset_descriptor", ""},    {"member_descriptor", ""},
        {"method_descriptor", ""},    {"functools.partial", "func"},
        {"staticmethod", "__func__"}, {"wrapper_descriptor", ""},
    };
    const char *name = o->type->solid ? o->type->solid->tp_name : "";
    if (og_streq(name, "property"))
        return wraps_name(m, o, "fget") || (!og_object_named(&m->target->py, o, "fget") && wraps_name(m, o, "fset"));
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
        if (og_streq(rows[i].tp_name, name))
            return !*rows[i].field || wraps_name(m, o, rows[i].field);
    return false;
}

static bool may_keep(struct og_words_make *m, const struct og_object *o)
{
    switch ((enum og_kind)o->type->kind) {
    case OG_KIND_NONE:
    case OG_KIND_BOOL:
    case OG_KIND_TYPE:
    case OG_KIND_FUNCTION:
    case OG_KIND_CFUNCTION:
    case OG_KIND_CODE:
    case OG_KIND_FRAME:
    case OG_KIND_GENERATOR:
    case OG_KIND_TRACEBACK:
    case OG_KIND_MODULE:
    case OG_KIND_DEQUE:
    case OG_KIND_NDARRAY:
        return true;
    case OG_KIND_METHOD:
        return is_name(m, og_word(&m->target->py, o->addr, m->target->py.l.im_func));
    case OG_KIND_LRU_CACHE:
        return wraps_name(m, o, "__wrapped__");
    case OG_KIND_UNKNOWN:
    case OG_KIND_GREENLET:
        return is_library_name(m, o);
    case OG_KIND_OBJECT:
    case OG_KIND_DICT:
    case OG_KIND_LIST:
    case OG_KIND_TUPLE:
    case OG_KIND_SET:
    case OG_KIND_STR:
    case OG_KIND_BYTES:
    case OG_KIND_BYTEARRAY:
    case OG_KIND_INT:
    case OG_KIND_FLOAT:
    case OG_KIND_COMPLEX:
    case OG_KIND_CELL:
    case OG_KIND_WEAKREF:
    case OG_KIND_EXCEPTION:
    case OG_KIND_MEMORYVIEW:
    case OG_KIND_MAPPINGPROXY:
    case OG_KIND_ODICT:
    case OG_KIND_COUNT:
        break;
    }
    return false;
}

/* ---- one object ---- */

/* "12 items" is told by length alone. */
static bool is_counted(const struct og_words_make *m, og_id id, enum og_kind kind)
{
    return m->lens[id] != OG_LEN_NONE && (kind == OG_KIND_DICT || kind == OG_KIND_ODICT || kind == OG_KIND_LIST ||
                                          kind == OG_KIND_TUPLE || kind == OG_KIND_SET);
}

static bool add_label(struct og_words_make *m, og_id id, const struct og_object *o, struct og_text *t)
{
    struct og_py *py = &m->target->py;
    bool is_enum = m->enums[m->graph->nodes[id].type], has_hint = m->strings && m->tells;
    if (is_enum && !m->strings)
        return add_enum(m, o, t);
    if (!is_enum && (is_counted(m, id, (enum og_kind)o->type->kind) || (o->type->kind == OG_KIND_OBJECT && !has_hint)))
        return false;
    if (!m->strings && !may_keep(m, o))
        return false;
    if (o->type->kind == OG_KIND_GENERATOR)
        return og_str_text(py, og_word(py, o->addr, py->l.gen_gi_qualname), OG_REPR_CUT, false, t);
    og_object_label(py, o, t);
    return true;
}

bool og_words_make_label(struct og_words_make *m, og_id id, const struct og_object *o)
{
    char own[LABEL_BYTES], made[LABEL_BYTES];
    struct og_text t, u;
    struct og_words words;
    const char *rest = own;
    og_text_init(&t, own, sizeof own);
    if (!add_label(m, id, o, &t))
        return true;
    og_text_init(&u, made, sizeof made);
    og_words_make_view(m, &words);
    og_words_made_label(m->graph, &words, id, &u);
    if (strncmp(own, made, u.len) == 0 && (!own[u.len] || own[u.len] == ' '))
        rest = own + u.len;
    m->labels[id] = og_pool_text(&m->pool, rest, strlen(rest));
    return m->labels[id] != OG_POOL_FULL;
}
