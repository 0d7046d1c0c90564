/* Making the words of a graph, object by object. Dictionaries come last: by then everything that calls one its __dict__
 * has been seen. */
#include "engine/words_make.h"
#include "analysis/leaking.h"

#include <stdlib.h>

enum phase { PHASE_OBJECTS, PHASE_DICTS, PHASE_ROOTS, PHASE_DONE };

static int no_memory(struct og_error *err)
{
    return og_fail(err, OG_EMEMORY, 0, "out of memory for the labels and names of the objects");
}

static void *array(uint64_t count, uint64_t elem)
{
    return og_pages_alloc(og_array_bytes(count, elem));
}

static bool allocate(struct og_words_make *m)
{
    uint64_t n = m->graph->count, types = m->graph->type_count;
    m->lens = array(n, sizeof *m->lens);
    m->labels = array(n, sizeof *m->labels);
    m->shapes = array(n, sizeof *m->shapes);
    m->classes = array(types, sizeof *m->classes);
    m->enums = array(types, 1);
    m->attributes = array(n / 8 + 1, 1);
    m->recent = array(OG_WORDS_RECENT, sizeof *m->recent);
    return m->lens && m->labels && m->shapes && m->classes && m->enums && m->attributes && m->recent;
}

int og_words_make_begin(struct og_words_make *m, struct og_target *t, const struct og_graph *g, bool strings,
                        struct og_error *err)
{
    memset(m, 0, sizeof *m);
    m->target = t;
    m->graph = g;
    m->strings = strings;
    og_vec_init(&m->modules, sizeof(uint32_t));
    og_vec_init(&m->roots, sizeof(struct og_id_text));
    og_vec_init(&m->long_lens, sizeof(struct og_long_len));
    og_vec_init(&m->words, sizeof(struct og_edge_word));
    og_edge_namer_init(&m->namer, t, g);
    if (!og_pool_init(&m->pool) || !allocate(m) || !og_words_make_classes(m))
        return no_memory(err);
    og_words_mark_running(m);
    return OG_OK;
}

static void drop(void *pages, uint64_t count, uint64_t elem)
{
    og_pages_free(pages, og_array_bytes(count, elem));
}

void og_words_make_deinit(struct og_words_make *m)
{
    uint64_t n = m->graph ? m->graph->count : 0, types = m->graph ? m->graph->type_count : 0;
    og_pool_deinit(&m->pool);
    drop(m->lens, n, sizeof *m->lens);
    drop(m->labels, n, sizeof *m->labels);
    drop(m->shapes, n, sizeof *m->shapes);
    drop(m->classes, types, sizeof *m->classes);
    drop(m->enums, types, 1);
    drop(m->attributes, n / 8 + 1, 1);
    drop(m->recent, OG_WORDS_RECENT, sizeof *m->recent);
    og_vec_deinit(&m->modules);
    og_vec_deinit(&m->roots);
    og_vec_deinit(&m->long_lens);
    og_vec_deinit(&m->words);
    og_edge_namer_deinit(&m->namer);
    memset(m, 0, sizeof *m);
}

/* ---- one object ---- */

static bool make_len(struct og_words_make *m, og_id id, const struct og_object *o)
{
    int64_t len = og_object_len(&m->target->py, o);
    m->lens[id] = len < 0 ? OG_LEN_NONE : len < OG_LEN_LONG ? (uint32_t)len : OG_LEN_LONG;
    if (m->lens[id] != OG_LEN_LONG)
        return true;
    struct og_long_len *slot = og_vec_push(&m->long_lens);
    if (slot)
        *slot = (struct og_long_len){id, (uint64_t)len};
    return slot != NULL;
}

static bool make_module(struct og_words_make *m, og_id id, const struct og_object *o)
{
    if (o->type->kind != OG_KIND_MODULE || !og_is_proper_module(&m->target->py, o))
        return true;
    uint32_t *slot = og_vec_push(&m->modules);
    if (slot)
        *slot = id;
    return slot != NULL;
}

static bool is_dict(const struct og_words_make *m, og_id id)
{
    uint8_t kind = og_graph_type_of(m->graph, id)->kind;
    return kind == OG_KIND_DICT || kind == OG_KIND_ODICT;
}

static bool may_have_dict(const struct og_object *o)
{
    return o->type->is_class || o->type->tp_dictoffset;
}

static bool make_object(struct og_words_make *m, og_id id)
{
    struct og_object o;
    m->lens[id] = OG_LEN_NONE;
    if (!og_py_object(&m->target->py, m->graph->addresses[id], &o) ||
        o.type->addr != og_graph_type_of(m->graph, id)->addr)
        return true;
    if (!make_len(m, id, &o) || !make_module(m, id, &o))
        return false;
    bool later = is_dict(m, id) && !m->strings;
    if (later ? may_have_dict(&o) && !og_words_mark(m, id) : !og_words_make_edges(m, id))
        return false;
    return og_words_make_label(m, id, &o);
}

/* ---- all of them ---- */

static int compare_ids(const void *a, const void *b)
{
    const struct og_id_text *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static bool make_roots(struct og_words_make *m)
{
    struct og_report r = {0};
    struct og_vec ids;
    const char **names = NULL;
    og_vec_init(&ids, sizeof(og_id));
    bool ok = og_leaking_find(&r, m->target, m->graph, &ids, &names);
    for (uint64_t i = 0; i < ids.len && ok; i++) {
        struct og_id_text *slot = names[i] ? og_vec_push(&m->roots) : NULL;
        if (!names[i])
            continue;
        ok = slot != NULL;
        if (ok)
            *slot =
                (struct og_id_text){*(og_id *)og_vec_at(&ids, i), og_pool_text(&m->pool, names[i], strlen(names[i]))};
        ok = ok && slot->text != OG_POOL_FULL;
    }
    if (m->roots.len)
        qsort(m->roots.data, m->roots.len, sizeof(struct og_id_text), compare_ids);
    og_vec_deinit(&ids);
    og_arena_deinit(&r.arena);
    return ok;
}

/* Up to WORK objects and references. */
static bool pass(struct og_words_make *m, uint64_t work, bool dicts)
{
    const uint32_t *offsets = m->graph->offsets[0];
    uint64_t end = m->graph->count;
    for (uint64_t done = 0; m->next < end && done < work; m->next++) {
        og_id id = (og_id)m->next;
        if (dicts && !is_dict(m, id)) {
            done += m->next % 16 == 0;
            continue;
        }
        if (!(dicts ? og_words_make_edges(m, id) : make_object(m, id)))
            return false;
        done += 1 + offsets[id + 1] - offsets[id];
    }
    if (m->next == end) {
        m->next = 0;
        m->phase = dicts || m->strings ? PHASE_ROOTS : PHASE_DICTS;
    }
    return true;
}

int og_words_make_step(struct og_words_make *m, uint64_t work, struct og_error *err)
{
    bool ok = true;
    switch ((enum phase)m->phase) {
    case PHASE_OBJECTS:
    case PHASE_DICTS:
        ok = pass(m, work ? work : 1, m->phase == PHASE_DICTS);
        break;
    case PHASE_ROOTS:
        ok = make_roots(m);
        m->phase = PHASE_DONE;
        break;
    case PHASE_DONE:
        break;
    }
    if (!ok)
        return no_memory(err);
    return m->phase == PHASE_DONE ? OG_OK : OG_MORE;
}

void og_words_make_progress(const struct og_words_make *m, struct og_progress *out)
{
    bool objects = m->phase == PHASE_OBJECTS;
    *out = (struct og_progress){objects || m->phase == PHASE_DICTS ? m->next : m->graph->count, m->graph->count,
                                objects ? "labels and names" : "names in dictionaries"};
}

void og_words_make_view(const struct og_words_make *m, struct og_words *out)
{
    *out = (struct og_words){
        .strings = m->pool.strings.data,
        .strings_size = m->pool.strings.len,
        .lens = m->lens,
        .labels = m->labels,
        .classes = m->classes,
        .shapes = m->shapes,
        .names = m->pool.names.data,
        .name_count = m->pool.names.len,
        .modules = m->modules.data,
        .module_count = m->modules.len,
        .roots = m->roots.data,
        .root_count = m->roots.len,
        .long_lens = m->long_lens.data,
        .long_len_count = m->long_lens.len,
        .with_strings = m->strings,
        .minor = m->target->py.l.minor,
    };
}
