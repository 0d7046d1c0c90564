/* Which names of references a graph keeps. Fields, indexes, attributes and variables always; keys of dictionaries where
 * they are attributes or contents of strings are wanted. */
#include "cpython/label.h"
#include "engine/words_make.h"

enum { KEY_BYTES = 1000 /* keys longer than that are kept as they are shown, cut */ };

/* ---- dictionaries whose keys are names ---- */

static void mark(struct og_words_make *m, og_id id)
{
    m->attributes[id / 8] |= (uint8_t)(1u << id % 8);
}

static bool is_marked(const struct og_words_make *m, og_id id)
{
    return m->attributes[id / 8] >> id % 8 & 1;
}

static void mark_addr(struct og_words_make *m, og_addr addr)
{
    og_id id = addr ? og_graph_find(m->graph, addr, 0) : OG_ID_NONE;
    if (id != OG_ID_NONE)
        mark(m, id);
}

static void mark_frames(void *arg, const struct og_thread *thread)
{
    struct og_words_make *m = arg;
    struct og_frame_walk frames;
    struct og_pyframe f;
    og_frames_begin(&frames, thread->frame);
    while (og_frames_next(&m->target->py, &frames, &f)) {
        mark_addr(m, f.locals);
        mark_addr(m, f.globals);
        mark_addr(m, f.builtins);
    }
}

void og_words_mark_running(struct og_words_make *m)
{
    struct og_py *py = &m->target->py;
    og_py_threads(py, mark_frames, m);
    for (uint32_t i = 0; i < py->interp_count; i++) {
        mark_addr(m, py->interps[i].modules);
        mark_addr(m, py->interps[i].sysdict);
        mark_addr(m, py->interps[i].builtins);
    }
}

/* What CPython calls so has names as keys: of attributes, variables or parameters. */
static bool holds_attributes(const char *field)
{
    static const char fields[][20] = {
        "__dict__",   "__globals__",    "__builtins__",   "f_locals",        "f_globals",
        "f_builtins", "f_locals_cache", "f_extra_locals", "__annotations__", "__kwdefaults__",
    };
    for (unsigned i = 0; i < sizeof fields / sizeof *fields; i++)
        if (og_streq(fields[i], field))
            return true;
    return false;
}

/* ---- texts, by the address they were read from ---- */

/* Addresses are below 2^48. */
static uint64_t key_of(const struct og_ref *ref)
{
    uint64_t addr = ref->form == OG_NAME_KEY_SELF ? ref->target : ref->obj ? ref->obj : (uint64_t)(uintptr_t)ref->text;
    return addr | (uint64_t)ref->form << 48 | (uint64_t)(ref->obj != 0) << 56;
}

/* A long key is kept as it is shown: cut. */
static void shorten_key(struct og_edge_name *name, struct og_text *text)
{
    char buf[OG_EDGE_TEXT];
    struct og_text key;
    og_text_init(&key, buf, sizeof buf);
    og_edge_name_key(name, &key);
    og_text_shorten(text, 0);
    if (!og_text_add_cut(text, buf, OG_NAME_CUT))
        og_text_add(text, "...");
    name->form = OG_EDGE_KEY;
}

/* Without contents of strings a key that is no name leaves nothing behind. */
static const struct og_words_recent *read_name(struct og_words_make *m, const struct og_ref *ref)
{
    char buf[OG_EDGE_TEXT];
    struct og_text text;
    struct og_edge_name name;
    uint64_t key = key_of(ref);
    struct og_words_recent *to = &m->recent[key * 0x9e3779b97f4a7c15ull >> 48 & (OG_WORDS_RECENT - 1)];
    if (to->key == key)
        return to;
    og_text_init(&text, buf, sizeof buf);
    og_edge_name_read(&m->target->py, ref, &text, &name);
    if (text.len > KEY_BYTES && (name.form == OG_EDGE_KEY || name.form == OG_EDGE_KEY_STR))
        shorten_key(&name, &text);
    bool keep = m->strings || name.form != OG_EDGE_KEY;
    uint32_t at = keep ? og_pool_text(&m->pool, buf, text.len) : 0;
    bool field = name.form == OG_EDGE_FIELD, attribute = field || name.form == OG_EDGE_ATTRIBUTE;
    *to = (struct og_words_recent){.key = key,
                                   .text = at,
                                   .form = (uint8_t)name.form,
                                   .attributes = field && holds_attributes(buf),
                                   .tells = attribute && og_label_tells(buf)};
    if (at == OG_POOL_FULL)
        to->key = 0;
    return at == OG_POOL_FULL ? NULL : to;
}

/* ---- one object ---- */

static bool read_item(struct og_words_make *m, const struct og_ref *ref, struct og_edge_word *out)
{
    char buf[OG_EDGE_TEXT];
    struct og_text text;
    struct og_edge_name name;
    og_text_init(&text, buf, sizeof buf);
    og_edge_name_read(&m->target->py, ref, &text, &name);
    *out = (struct og_edge_word){name.form, og_pool_text(&m->pool, buf, text.len)};
    return out->text != OG_POOL_FULL;
}

/* The word of reference K. false: out of memory. */
static bool make_word(struct og_words_make *m, uint64_t k, struct og_edge_word *out)
{
    struct og_ref ref = og_edge_namer_ref(&m->namer, k);
    bool attributes = m->strings || is_marked(m, m->namer.id);
    *out = (struct og_edge_word){OG_EDGE_NONE, 0};
    if (ref.form == OG_NAME_NONE)
        return true;
    if (ref.form == OG_NAME_INDEX) {
        if (ref.index < UINT32_MAX)
            *out = (struct og_edge_word){OG_EDGE_INDEX, (uint32_t)ref.index};
        return true;
    }
    if (ref.form == OG_NAME_KEY_SELF && !m->strings) {
        out->form = OG_EDGE_KEY_SELF;
        return true;
    }
    if (ref.form == OG_NAME_KEY && !attributes) {
        out->form = OG_EDGE_KEY;
        return true;
    }
    if (ref.form == OG_NAME_ITEM)
        return read_item(m, &ref, out);
    const struct og_words_recent *name = read_name(m, &ref);
    if (!name)
        return false;
    m->tells |= name->tells;
    *out = (struct og_edge_word){name->form, name->text};
    return true;
}

bool og_words_mark(struct og_words_make *m, og_id id)
{
    if (!og_edge_namer_open(&m->namer, id))
        return false;
    const uint32_t *targets = m->graph->targets[0] + m->graph->offsets[0][id];
    for (uint64_t k = 0; k < m->namer.count; k++) {
        struct og_ref ref = og_edge_namer_ref(&m->namer, k);
        const struct og_words_recent *name = ref.form == OG_NAME_TEXT ? read_name(m, &ref) : NULL;
        if (ref.form == OG_NAME_TEXT && !name)
            return false;
        if (name && name->attributes)
            mark(m, og_target_id(targets[k]));
    }
    return true;
}

bool og_words_make_edges(struct og_words_make *m, og_id id)
{
    if (!og_words_mark(m, id) || !og_vec_reserve(&m->words, m->namer.count))
        return false;
    struct og_edge_word *words = m->words.data;
    m->tells = false;
    for (uint64_t k = 0; k < m->namer.count; k++)
        if (!make_word(m, k, &words[k]))
            return false;
    m->shapes[id] = og_pool_shape(&m->pool, words, m->namer.count);
    return m->shapes[id] != OG_POOL_FULL;
}
