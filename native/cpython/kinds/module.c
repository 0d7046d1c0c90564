/* Modules, built-in functions, weak references: bodies with a condition each. */
#include "cpython/kinds/kinds.h"

enum {
    /* PyModuleDef, which is an object: counted from its body */
    DEF_NAME = 40,
    DEF_SIZE = 56,
    DEF_TRAVERSE = 80,
    STATE_WORDS_MAX = 1024,
    CACHE_MAX = 4096,
    CONDITION = 32,
    /* PyCMethodObject, PyMethodDef */
    MM_CLASS = 56,
    ML_FLAGS = 16,
    METH_METHOD = 0x200,
};

struct state_row {
    char name[20];
    uint8_t first, last; /* minor versions */
    uint16_t size;
    char ranges[28]; /* "0-24,40" */
};

static const struct state_row state_rows[] = {
#include "cpython/kinds/module_table.h"
};

static uint64_t number(const char **s)
{
    uint64_t n = 0;
    for (; **s >= '0' && **s <= '9'; ++*s)
        n = n * 10 + (uint64_t)(**s - '0');
    return n;
}

/* _zoneinfo: the strong cache, {next, previous, key, zone}. */
static void give_cache(const struct og_walk *w, og_addr node)
{
    uint64_t words[4];
    for (unsigned i = 0; node && i < CACHE_MAX && og_words(w->py, node, words, 4); i++, node = words[0]) {
        og_give_text(w, words[2], "md_state");
        og_give_text(w, words[3], "md_state");
    }
}

/* _decimal: conditions, {name, full name, flag, exception}, up to one without a name. */
static void give_conditions(const struct og_walk *w, og_addr map)
{
    uint64_t words[4];
    for (unsigned i = 0; map && i < CACHE_MAX && og_words(w->py, map, words, 4) && words[0]; i++, map += sizeof words)
        og_give_text(w, words[3], "md_state");
}

/* atexit to 3.9: an array of pointers to {function, arguments, keywords}, and how many. */
static void give_callbacks(const struct og_walk *w, og_addr state)
{
    uint64_t callbacks, callback, words[3];
    uint32_t count;
    if (!og_mem_u64(w->py->mem, state, &callbacks) || !og_mem_u32(w->py->mem, state + 8, &count))
        return;
    for (uint32_t i = 0; i < count && og_mem_u64(w->py->mem, callbacks + 8 * (uint64_t)i, &callback); i++)
        if (callback && og_words(w->py, callback, words, 3))
            for (unsigned k = 0; k < 3; k++)
                og_give_text(w, words[k], "callback");
}

static void give_special(const struct og_walk *w, char what, og_addr at)
{
    uint64_t word;
    if (what == 'A')
        give_callbacks(w, at);
    else if (what == 'T')
        og_give_text(w, w->o->type->addr, "__class__");
    else if (og_mem_u64(w->py->mem, at, &word) && word) {
        if (what == 'L')
            give_cache(w, word);
        else
            give_conditions(w,
                            what == 'N' ? word + CONDITION : word); /* the first of the conditions has no exception */
    }
}

static void give_ranges(const struct og_walk *w, og_addr state, const char *s)
{
    uint64_t word;
    while (*s) {
        char special = *s >= 'A' ? *s++ : 0;
        uint64_t from = number(&s), to = from;
        if (*s == '-') {
            s++;
            to = number(&s);
        }
        if (special)
            give_special(w, special, state + from);
        for (; !special && from <= to; from += 8)
            if (og_mem_u64(w->py->mem, state + from, &word))
                og_give_text(w, word, "md_state");
        s += *s == ',';
    }
}

/* The state of a C module: which words m_traverse visits the table says, for others it is a guess. */
static bool give_known_state(const struct og_walk *w, og_addr def, uint64_t size, og_addr state)
{
    uint64_t name_addr;
    char name[sizeof state_rows[0].name];
    if (!og_mem_u64(w->py->mem, def + DEF_NAME, &name_addr) || !og_mem_string(w->py->mem, name_addr, name, sizeof name))
        return false;
    for (unsigned i = 0; i < sizeof state_rows / sizeof *state_rows; i++) {
        const struct state_row *r = &state_rows[i];
        if (w->py->l.minor >= r->first && w->py->l.minor <= r->last && size == r->size && og_streq(r->name, name)) {
            give_ranges(w, state, r->ranges);
            return true;
        }
    }
    return false;
}

static void infer_state(const struct og_walk *w, uint64_t size, og_addr state)
{
    struct og_object o;
    uint64_t words = size / 8 < STATE_WORDS_MAX ? size / 8 : STATE_WORDS_MAX;
    for (uint64_t i = 0; i < words; i++) {
        struct og_ref ref = {.kind = OG_REF_INFERRED};
        if (!og_mem_u64(w->py->mem, state + i * 8, &ref.target))
            return;
        if (ref.target && og_py_plausible_object(w->py, ref.target, &o))
            og_give(w, &ref);
    }
}

static void walk_state(const struct og_walk *w, og_addr def, og_addr state)
{
    uint64_t size, traverse;
    if (og_mem_u64(w->py->mem, def + DEF_SIZE, &size) && og_mem_u64(w->py->mem, def + DEF_TRAVERSE, &traverse) &&
        traverse && (int64_t)size > 0 && !give_known_state(w, def, size, state))
        infer_state(w, size, state);
}

void og_walk_module(const struct og_walk *w)
{
    const struct og_layout *l = &w->py->l;
    uint64_t dict, def, state;
    if (!og_mem_u64(w->py->mem, w->o->addr + (uint64_t)l->md_dict, &dict) ||
        !og_mem_u64(w->py->mem, w->o->addr + (uint64_t)l->md_def, &def) ||
        !og_mem_u64(w->py->mem, w->o->addr + (uint64_t)l->md_state, &state))
        return;
    uint8_t is_def = 1; /* 3.15: the word may be another token */
    if (l->md_token_is_def >= 0 &&
        (!og_mem_u8(w->py->mem, w->o->addr + (uint64_t)l->md_token_is_def, &is_def) || !is_def))
        def = 0;
    og_give_text(w, dict, "__dict__");
    if (def && state)
        walk_state(w, og_body(w->py, def), state);
}

void og_walk_cfunction(const struct og_walk *w)
{
    const struct og_layout *l = &w->py->l;
    uint64_t def, self, module, class;
    uint32_t flags = 0;
    og_addr addr = w->o->addr;
    if (og_mem_u64(w->py->mem, addr + (uint64_t)l->m_self, &self))
        og_give_text(w, self, "__self__");
    if (og_mem_u64(w->py->mem, addr + (uint64_t)l->m_module, &module))
        og_give_text(w, module, "__module__");
    if (l->minor >= 9 && w->plan->solid->tp_basicsize > w->py->l.ob_extra + MM_CLASS &&
        og_mem_u64(w->py->mem, addr + (uint64_t)l->m_ml, &def) && def &&
        og_mem_u32(w->py->mem, def + ML_FLAGS, &flags) && flags & METH_METHOD &&
        og_mem_u64(w->py->mem, og_body(w->py, addr) + MM_CLASS, &class))
        og_give_text(w, class, "mm_class");
}

/* A dead reference points to None. */
void og_walk_weakref(const struct og_walk *w)
{
    struct og_object o;
    struct og_ref ref = {.kind = OG_REF_WEAK, .form = OG_NAME_TEXT, .text = "referent"};
    if (og_mem_u64(w->py->mem, w->o->addr + (uint64_t)w->py->l.wr_object, &ref.target) && ref.target &&
        og_py_object(w->py, ref.target, &o) && o.type->kind != OG_KIND_NONE)
        og_give(w, &ref);
}
