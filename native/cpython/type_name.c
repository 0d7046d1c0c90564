/* type.__name__ and type.__module__, as type_name() and type_module() of Objects/typeobject.c find them. */
#include "cpython/lookup.h"
#include "cpython/types.h"

enum { NAME_MAX_BYTES = 1024 };

static void heap_name(struct og_py *py, const struct og_type *t, struct og_text *out)
{
    uint64_t ht_name;
    if (og_mem_u64(py->mem, t->addr + (uint64_t)py->l.ht_name, &ht_name))
        og_str_text(py, ht_name, 0, false, out);
}

/* All keys of DICT can be read: what was not found in it is not there. */
static bool is_whole(struct og_py *py, og_addr dict)
{
    struct og_dict_cursor c;
    og_addr key, value;
    if (!og_mem_readable(py->mem, dict, (uint64_t)py->l.pyvarobject_size) || !og_dict_begin(py, dict, &c) ||
        !og_mem_readable(py->mem, c.keys.entries, c.keys.nentries * c.keys.entry_size))
        return false;
    while (og_dict_next(py, &c, &key, &value))
        if (!og_mem_readable(py->mem, key, (uint64_t)py->l.pyvarobject_size))
            return false;
    return true;
}

/* "?" where it cannot be told: classes of one name in two modules are two. */
static void heap_module(struct og_py *py, const struct og_type *t, struct og_text *out)
{
    og_addr module = og_dict_get(py, t->tp_dict, "__module__");
    if (module ? !og_mem_readable(py->mem, module, (uint64_t)py->l.pyvarobject_size) : !is_whole(py, t->tp_dict))
        og_text_char(out, '?');
    else if (module)
        og_str_text(py, module, 0, false, out);
}

static const char *last_dot(const char *s)
{
    const char *dot = NULL;
    for (; *s; s++)
        if (*s == '.')
            dot = s;
    return dot;
}

/* Static types keep both in tp_name; without a dot the module is builtins. */
static void split_tp_name(const char *tp_name, struct og_text *module, struct og_text *name)
{
    const char *dot = last_dot(tp_name);
    if (dot)
        og_text_addn(module, tp_name, (uint64_t)(dot - tp_name));
    else if (*tp_name)
        og_text_add(module, "builtins");
    og_text_add(name, dot ? dot + 1 : tp_name);
}

/* A type made from a C specification to 3.10: its tp_name is the C code's, its name and module are its own. */
static void compose(struct og_py *py, const struct og_type *t, struct og_text *out)
{
    struct og_text name;
    char buf[NAME_MAX_BYTES];
    og_text_init(&name, buf, sizeof buf);
    heap_name(py, t, &name);
    if (!name.len)
        return;
    heap_module(py, t, out);
    if (out->len)
        og_text_char(out, '.');
    og_text_add(out, buf);
}

const char *og_lost_tp_name(struct og_py *py, const struct og_type *t)
{
    char buf[NAME_MAX_BYTES];
    struct og_text text;
    const char *known = og_static_name(py, t->addr), *copy;
    if (known)
        return known;
    if (!(t->tp_flags & OG_TPFLAGS_HEAPTYPE))
        return "";
    og_text_init(&text, buf, sizeof buf);
    compose(py, t, &text);
    copy = og_arena_strndup(&py->arena, buf, text.len);
    return copy ? copy : "";
}

void og_type_name(struct og_py *py, struct og_type *t)
{
    char name_buf[NAME_MAX_BYTES], module_buf[NAME_MAX_BYTES], all[2 * NAME_MAX_BYTES];
    struct og_text name, module, long_name;
    og_text_init(&name, name_buf, sizeof name_buf);
    og_text_init(&module, module_buf, sizeof module_buf);
    og_text_init(&long_name, all, sizeof all);
    if (t->tp_flags & OG_TPFLAGS_HEAPTYPE) {
        heap_name(py, t, &name);
        heap_module(py, t, &module);
    }
    if (!name.len && *t->tp_name) { /* which has the module too */
        og_text_init(&module, module_buf, sizeof module_buf);
        split_tp_name(t->tp_name, &module, &name);
    }
    if (!name.len) {
        og_text_addf(&name, "?%x", t->addr);
        if (!(t->tp_flags & OG_TPFLAGS_HEAPTYPE))
            og_static_nameless(py, t->addr);
    } else if (module.len)
        og_text_addf(&long_name, "%s.", module_buf);
    og_text_add(&long_name, name_buf);
    const char *short_copy = og_arena_strndup(&py->arena, name_buf, name.len);
    const char *long_copy = og_arena_strndup(&py->arena, all, long_name.len);
    t->name = short_copy ? short_copy : "";
    t->long_name = long_copy ? long_copy : "";
}
