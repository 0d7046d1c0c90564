/* What static types are called where the file with their tp_name is missing: a kernel core holds what was written to,
 * and names lie in .rodata. The modules that hand a type out say it, but only where the key is known to stand for that
 * very type: each row of the table is a fact about a version of CPython, and a type must also have the basic size that
 * the row knows. A type that two rows call differently, and a name that two types would have, stay without. */
#include "cpython/lookup.h"
#include "cpython/types.h"

enum { SUBCLASSES_MAX = 1 << 16, KEYS_MAX = 64 };

struct row {
    char form; /* see static_names_table.h */
    char where[27];
    char key[30];
    char tp_name[40];
    uint8_t first, last; /* minor versions */
    uint16_t basicsize;
};

static const struct row rows[] = {
#include "cpython/static_names_table.h"
};

enum { ROWS = sizeof rows / sizeof *rows, NAMELESS = ROWS };

struct search {
    struct og_py *py;
    og_addr found[ROWS]; /* by row; 0: not found */
    og_addr dict;        /* of the module of the last row asked for */
    const char *module;
};

/* ---- ways to a type ---- */

static og_addr type_of(struct og_py *py, og_addr object)
{
    uint64_t type;
    return object && og_mem_readable(py->mem, object, (uint64_t)py->l.pyobject_size) &&
                   og_mem_u64(py->mem, object + (uint64_t)py->l.ob_type, &type)
               ? type
               : 0;
}

static og_addr module_of(struct og_py *py, const char *name)
{
    og_addr module = 0;
    for (uint32_t i = 0; i < py->interp_count && !module; i++)
        if (og_is_dict(py, py->interps[i].modules))
            module = og_dict_get(py, py->interps[i].modules, name);
    return module;
}

static og_addr module_item(struct search *s, const char *module, const char *key)
{
    struct og_py *py = s->py;
    if (!s->module || !og_streq(s->module, module)) {
        og_addr object = module_of(py, module);
        s->module = module;
        s->dict = object ? og_py_word(py, object, py->l.md_dict) : 0;
        if (!og_is_dict(py, s->dict))
            s->dict = 0;
    }
    return s->dict ? og_dict_get(py, s->dict, key) : 0;
}

/* The dict of the class that the first word of KEY names. */
static og_addr dict_of_class(struct search *s, const struct row *r)
{
    char name[KEYS_MAX];
    struct og_text t;
    og_text_init(&t, name, sizeof name);
    for (const char *c = r->key; *c && *c != ' '; c++)
        og_text_char(&t, *c);
    og_addr class = module_item(s, r->where, name);
    return class && og_py_type(s->py, class) ? og_type_dict(s->py, class) : 0;
}

/* What the second word of KEY stands for in it. */
static og_addr class_item(struct search *s, const struct row *r)
{
    const char *key = r->key;
    og_addr dict = dict_of_class(s, r);
    while (*key && *key++ != ' ')
        ;
    return og_is_dict(s->py, dict) ? og_dict_get(s->py, dict, key) : 0;
}

/* PyModuleDef of the module. */
static og_addr definition_of(struct search *s, const struct row *r)
{
    og_addr module = module_of(s->py, r->where);
    return module ? og_py_word(s->py, module, s->py->l.md_def) : 0;
}

/* The type that was found for this tp_name so far. */
static og_addr found_as(const struct search *s, const char *tp_name)
{
    for (unsigned i = 0; i < ROWS; i++)
        if (s->found[i] && og_streq(rows[i].tp_name, tp_name))
            return s->found[i];
    return 0;
}

/* KEYS: one, or two with a space between. */
static bool has_keys(struct og_py *py, og_addr type, const char *keys)
{
    char key[KEYS_MAX];
    og_addr dict = og_type_dict(py, type);
    while (dict && *keys) {
        struct og_text t;
        og_text_init(&t, key, sizeof key);
        while (*keys && *keys != ' ')
            og_text_char(&t, *keys++);
        keys += *keys == ' ';
        if (!og_dict_get(py, dict, key))
            return false;
    }
    return dict != 0;
}

struct other_size {
    char tp_name[32];
    uint16_t basicsize;
};

/* Types that free-threaded builds give more than the longer header, or less: a lock, no cache. */
static const struct other_size free_threaded_sizes[] = {
    {"module", 80},
    {"weakref.ReferenceType", 88},
    {"weakref.ProxyType", 88},
    {"weakref.CallableProxyType", 88},
    {"_contextvars.ContextVar", 56},
    {"_curses.window", 56},
};

static int64_t size_of_row(const struct og_py *py, const struct row *r)
{
    for (unsigned i = 0; og_is_free_threaded(&py->l) && i < sizeof free_threaded_sizes / sizeof *free_threaded_sizes;
         i++)
        if (og_streq(free_threaded_sizes[i].tp_name, r->tp_name))
            return free_threaded_sizes[i].basicsize;
    return r->basicsize + py->l.ob_extra;
}

static bool row_fits(struct og_py *py, const struct row *r, og_addr addr)
{
    const struct og_type *t = addr ? og_py_type(py, addr) : NULL;
    return t && !(t->tp_flags & OG_TPFLAGS_HEAPTYPE) && t->tp_basicsize == size_of_row(py, r);
}

/* The only one among the direct subclasses of BASE. */
static og_addr subclass_with(struct og_py *py, og_addr base, const struct row *r)
{
    struct og_dict_cursor c;
    og_addr key, ref, found = 0, subclasses = base ? og_type_subclasses(py, base) : 0;
    if (!og_is_dict(py, subclasses) || !og_dict_begin(py, subclasses, &c))
        return 0;
    for (unsigned i = 0; i < SUBCLASSES_MAX && og_dict_next(py, &c, &key, &ref); i++) {
        og_addr type = og_py_word(py, ref, py->l.wr_object);
        if (!row_fits(py, r, type) || !og_is_beside_type(py, type) || !has_keys(py, type, r->key))
            continue;
        if (found)
            return 0;
        found = type;
    }
    return found;
}

static og_addr follow(struct search *s, const struct row *r)
{
    struct og_py *py = s->py;
    og_addr owner;
    switch (r->form) {
    case 'm':
        return module_item(s, r->where, r->key);
    case 't':
        return type_of(py, *r->key ? module_item(s, r->where, r->key) : module_of(py, r->where));
    case 'd':
        owner = found_as(s, r->where);
        return owner ? type_of(py, og_dict_get(py, og_type_dict(py, owner), r->key)) : 0;
    case 'c':
        return type_of(py, class_item(s, r));
    case 'e':
        return type_of(py, dict_of_class(s, r));
    case 'f':
        return type_of(py, definition_of(s, r));
    case 's':
        return subclass_with(py, found_as(s, r->where), r);
    case 'x':
        return py->found == OG_FOUND_BY_SYMBOL ? og_py_symbol(py, r->key) : 0;
    case 'o':
        return py->object_type;
    default:
        return py->type_type;
    }
}

/* ---- which of them count ---- */

static bool contradicts(const struct search *s, unsigned i, unsigned j)
{
    bool same_type = s->found[i] == s->found[j], same_name = og_streq(rows[i].tp_name, rows[j].tp_name);
    return s->found[i] && s->found[j] && same_type != same_name;
}

static bool is_agreed(const struct search *s, unsigned i)
{
    for (unsigned j = 0; j < ROWS; j++)
        if (contradicts(s, i, j))
            return false;
    return true;
}

static void find_all(struct search *s)
{
    for (unsigned i = 0; i < ROWS; i++) {
        const struct row *r = &rows[i];
        if (s->py->l.minor < r->first || s->py->l.minor > r->last)
            continue;
        og_addr type = follow(s, r);
        s->found[i] = row_fits(s->py, r, type) ? type : 0;
    }
}

/* Names are missing, or code that some may stand beside: a core need not know that a file was mapped there. All of a
 * live process is there. */
static bool files_are_missing(struct og_py *py)
{
    struct og_mem *m = py->mem;
    og_addr name = og_py_word(py, py->type_type, py->l.tp_name);
    if (!m->pid && !og_mem_readable(m, name, 1))
        return true;
    for (uint64_t i = 0; !m->pid && i < m->region_count; i++) {
        const struct og_region *r = &m->regions[i];
        if (r->flags & OG_REGION_EXEC && !og_mem_readable(m, r->end - 1, 1))
            return true;
    }
    return false;
}

/* ---- which types stay without ---- */

void og_static_nameless(struct og_py *py, og_addr addr)
{
    uint32_t row;
    if (!og_map_get(&py->static_names, addr, &row) && og_map_put(&py->static_names, addr, NAMELESS))
        py->nameless_types++;
}

/* Puts the static ones among the subclasses of TYPE into OUT. */
static void add_subclasses(struct og_py *py, og_addr type, struct og_vec *out)
{
    struct og_dict_cursor c;
    og_addr key, ref, subclasses = og_type_subclasses(py, type);
    if (!og_is_dict(py, subclasses) || !og_dict_begin(py, subclasses, &c))
        return;
    while (out->len < SUBCLASSES_MAX && og_dict_next(py, &c, &key, &ref)) {
        og_addr sub = og_py_word(py, ref, py->l.wr_object);
        const struct og_type *t = sub ? og_py_type(py, sub) : NULL;
        og_addr *slot = t && !(t->tp_flags & OG_TPFLAGS_HEAPTYPE) && t->tp_base == type ? og_vec_push(out) : NULL;
        if (slot)
            *slot = sub;
    }
}

static void count_nameless(struct og_py *py)
{
    struct og_vec types;
    og_vec_init(&types, sizeof(og_addr));
    add_subclasses(py, py->object_type, &types);
    for (uint64_t i = 0; i < types.len; i++) {
        og_addr type = *(og_addr *)og_vec_at(&types, i);
        if (!*og_py_type(py, type)->tp_name)
            og_static_nameless(py, type);
        add_subclasses(py, type, &types);
    }
    og_vec_deinit(&types);
}

void og_static_names_find(struct og_py *py)
{
    struct search *s;
    if (!files_are_missing(py) || !(s = og_arena_alloc(&py->arena, sizeof *s)))
        return;
    s->py = py;
    find_all(s);
    og_map_deinit(&py->static_names); /* while they were looked for, all were without */
    py->nameless_types = 0;
    for (uint32_t i = 0; i < ROWS; i++)
        if (s->found[i] && is_agreed(s, i))
            og_map_put(&py->static_names, s->found[i], i);
    og_types_forget(py); /* and the search: it stood in their arena */
    count_nameless(py);
    og_types_forget(py);
}

const char *og_static_name(const struct og_py *py, og_addr addr)
{
    uint32_t row;
    return og_map_get(&py->static_names, addr, &row) && row != NAMELESS ? rows[row].tp_name : NULL;
}
