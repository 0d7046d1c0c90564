/* Where the first name of a path is looked up: the innermost Python frame of a thread, then modules, then __main__. */
#include "cpython/label.h"
#include "cpython/lookup.h"
#include "engine/path.h"
#include "graph/snapshot.h"

enum { CODE_OPTIMIZED = 1, KIND_CELL_OR_FREE = 0xc0, KIND_HIDDEN = 0x10, CONTEXT_BYTES = 200 };

struct thread_search {
    uint64_t native_tid, thread_id;
    struct og_thread found;
    unsigned rank; /* of FOUND, 0: none yet */
};

/* pthread_self() decides: the kernel's number in a core by GDB is the debugger's, another than the process's own where
 * that has a pid namespace of its own. A thread has a state in every interpreter that it ran: the one that runs Python
 * now is meant, else that of the main interpreter, which comes first. */
static void match_thread(void *arg, const struct og_thread *t)
{
    struct thread_search *s = arg;
    bool certain = s->thread_id && t->thread_id == s->thread_id;
    bool likely = s->native_tid && t->native_thread_id == s->native_tid;
    unsigned rank = certain ? 3 : likely;
    rank += rank && t->frame;
    if (rank > s->rank) {
        s->found = *t;
        s->rank = rank;
    }
}

static void innermost(struct og_py *py, og_addr frame, struct og_pyframe *out)
{
    struct og_frame_walk frames;
    og_frames_begin(&frames, frame);
    while (og_frames_next(py, &frames, out))
        if (out->code)
            return;
    memset(out, 0, sizeof *out);
}

void og_scope_open(struct og_target *t, uint64_t native_tid, uint64_t thread_id, struct og_scope *out)
{
    struct og_py *py = &t->py;
    struct thread_search s = {.native_tid = native_tid, .thread_id = thread_id};
    *out = (struct og_scope){.py = py, .thread_wanted = native_tid || thread_id};
    if (t->snapshot) {
        *out = (struct og_scope){.py = py, .graph = t->snapshot->graph};
        return;
    }
    if (out->thread_wanted)
        og_py_threads(py, match_thread, &s);
    if (s.rank)
        innermost(py, s.found.frame, &out->frame);
    for (uint32_t i = 0; i < py->interp_count; i++)
        if (!out->modules || py->interps[i].addr == s.found.interp)
            out->modules = py->interps[i].modules;
}

/* What DICT has for the str NAME, 0: nothing. */
static og_addr key_of(const struct og_scope *s, og_addr dict, const char *name)
{
    return s->graph ? og_words_get(s->graph, dict, name) : og_dict_get(s->py, dict, name);
}

og_addr og_scope_module(const struct og_scope *s, const char *name)
{
    return s->graph ? og_words_module(s->graph, name) : og_dict_get(s->py, s->modules, name);
}

/* ---- variables ---- */

/* co_localspluskinds (3.11 and later): what sort of variable each is. */
static uint8_t kind_of(const struct og_scope *s, uint32_t i)
{
    uint8_t kind = 0;
    og_addr kinds = og_word(s->py, s->frame.code, s->py->l.code_localspluskinds);
    if (kinds)
        og_mem_u8(s->py->mem, kinds + (uint64_t)s->py->l.bytes_ob_sval + i, &kind);
    return kind;
}

/* To 3.10 cells follow the plain locals. */
static bool may_be_cell(const struct og_scope *s, uint32_t i)
{
    uint32_t locals = 0;
    if (s->py->l.code_localspluskinds >= 0)
        return kind_of(s, i) & KIND_CELL_OR_FREE;
    return og_mem_u32(s->py->mem, s->frame.code + (uint64_t)s->py->l.code_nlocals, &locals) && i >= locals;
}

og_addr og_scope_local(const struct og_scope *s, uint32_t i, og_addr *name)
{
    struct og_object o;
    og_addr value = 0;
    *name = 0;
    if (!og_pyframe_local(s->py, &s->frame, i, name, &value))
        return 0;
    if (value && may_be_cell(s, i) && og_py_object(s->py, value, &o) && o.type->kind == OG_KIND_CELL)
        value = og_word(s->py, value, s->py->l.cell_ob_ref);
    return value;
}

/* In functions f_locals is a copy that may be old. */
og_addr og_scope_dict(const struct og_scope *s)
{
    uint32_t flags = 0;
    if (!s->frame.code || !og_mem_u32(s->py->mem, s->frame.code + (uint64_t)s->py->l.code_flags, &flags))
        return 0;
    return flags & CODE_OPTIMIZED ? 0 : s->frame.locals;
}

og_addr og_scope_main(const struct og_scope *s)
{
    struct og_object o;
    if (s->graph)
        return og_words_module_dict(s->graph, "__main__");
    og_addr module = og_scope_module(s, "__main__");
    if (!module || !og_py_object(s->py, module, &o) || o.type->kind != OG_KIND_MODULE)
        return 0;
    return og_word(s->py, module, s->py->l.md_dict);
}

/* A variable that is there but has no value: UNBOUND. A cell may come twice, once as an argument that is empty by then.
 */
static og_addr find_local(const struct og_scope *s, const char *name, bool *unbound)
{
    og_addr key;
    *unbound = false;
    for (uint32_t i = 0; i < s->frame.nlocalsplus; i++) {
        og_addr value = og_scope_local(s, i, &key);
        if (!key || !og_str_equals(s->py, key, name))
            continue;
        *unbound = !value && !(kind_of(s, i) & KIND_HIDDEN);
        if (value)
            return value;
    }
    return 0;
}

static og_addr find_in_frame(const struct og_scope *s, const char *name, bool *unbound)
{
    *unbound = false;
    if (!s->frame.code)
        return 0;
    og_addr found = find_local(s, name, unbound);
    if (!found && !*unbound)
        found = og_dict_get(s->py, og_scope_dict(s), name);
    if (!found && !*unbound)
        found = og_dict_get(s->py, s->frame.globals, name);
    if (!found && !*unbound)
        found = og_dict_get(s->py, s->frame.builtins, name);
    return found;
}

/* ---- modules ---- */

/* The longest dotted name at P that is a module; P moves behind it. The first name is read already. */
static og_addr find_module(const struct og_scope *s, struct og_path *p, const char *first)
{
    char dotted[OG_PATH_MAX], name[OG_PATH_NAME];
    struct og_text text;
    struct og_path try = *p;
    og_addr found = og_scope_module(s, first);
    og_text_init(&text, dotted, sizeof dotted);
    og_text_add(&text, first);
    while (*try.at == '.') {
        try.at++;
        if (!og_path_name(&try, name))
            break;
        og_text_addf(&text, ".%s", name);
        og_addr module = og_scope_module(s, dotted);
        if (module) {
            found = module;
            *p = try;
        }
    }
    return found;
}

/* Applications that give each user an interpreter (mod_wsgi) have modules that the main one has not. */
static og_addr find_in_other_interpreters(const struct og_scope *s, struct og_path *p, const char *first)
{
    struct og_scope other = *s;
    og_addr found = 0;
    for (uint32_t i = 0; !s->graph && !found && i < s->py->interp_count; i++) {
        other.modules = s->py->interps[i].modules;
        found = other.modules != s->modules ? find_module(&other, p, first) : 0;
    }
    return found;
}

/* ---- the sentence when there is nothing ---- */

static void add_function(const struct og_scope *s, struct og_text *t)
{
    struct og_object code = {s->frame.code, NULL};
    if (og_py_object(s->py, s->frame.code, &code))
        og_object_label(s->py, &code, t);
}

static int not_found(const struct og_scope *s, const char *name, struct og_error *err)
{
    char context[CONTEXT_BYTES] = "", near_buf[CONTEXT_BYTES];
    struct og_text where, similar;
    struct og_near near;
    og_text_init(&where, context, sizeof context);
    og_text_init(&similar, near_buf, sizeof near_buf);
    if (s->frame.code) {
        og_text_add(&where, "the frame of ");
        add_function(s, &where);
        og_text_add(&where, " (locals, globals, builtins), ");
    } else if (s->thread_wanted) {
        og_text_add(&where, "the selected thread, which runs no Python, ");
    }
    og_near_begin(&near, name);
    og_names_of_scope(s, &near.visitor);
    if (near.count) {
        og_text_add(&similar, "; similar:");
        og_near_text(&near, &similar);
    }
    return og_fail(err, OG_EABSENT, 0, "no '%s' in %ssys.modules or __main__%s", name, context, near_buf);
}

static og_addr builtins_of(const struct og_scope *s)
{
    if (s->graph)
        return og_words_module_dict(s->graph, "builtins");
    return s->py->interp_count ? s->py->interps[0].builtins : 0;
}

int og_scope_find(const struct og_scope *s, struct og_path *p, og_addr *out, struct og_error *err)
{
    char name[OG_PATH_NAME];
    bool unbound;
    if (!og_path_name(p, name))
        return og_fail(err, OG_EARG, 0, "a Python path begins with a name, not with %s", *p->at ? p->at : "nothing");
    *out = find_in_frame(s, name, &unbound);
    if (unbound) {
        char context[CONTEXT_BYTES];
        struct og_text where;
        og_text_init(&where, context, sizeof context);
        add_function(s, &where);
        return og_fail(err, OG_EABSENT, 0, "the variable '%s' of %s has no value at line %u", name, context,
                       (uint64_t)og_frame_line(s->py, &s->frame));
    }
    if (!*out)
        *out = find_module(s, p, name);
    if (!*out)
        *out = key_of(s, og_scope_main(s), name);
    if (!*out)
        *out = key_of(s, builtins_of(s), name);
    if (!*out)
        *out = find_in_other_interpreters(s, p, name);
    return *out ? OG_OK : not_found(s, name, err);
}
