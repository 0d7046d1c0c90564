/* Tracked objects that no tracked object refers to: objgraph.get_leaking_objects. Most have a root, which is named. */
#include "analysis/leaking.h"
#include "analysis/roots.h"
#include "analysis/select.h"
#include "graph/words.h"
#include "memory/guard.h"

enum { NAME_BYTES = 256 };

static const uint32_t *referrers(const struct og_graph *g, og_id id, uint64_t *count)
{
    *count = g->offsets[1][id + 1] - g->offsets[1][id];
    return g->targets[1] + g->offsets[1][id];
}

static bool is_referred_to(const struct og_graph *g, og_id id)
{
    uint64_t n;
    const uint32_t *from = referrers(g, id, &n);
    for (uint64_t i = 0; i < n; i++)
        if (og_target_kind(from[i]) != OG_REF_WEAK && g->nodes[og_target_id(from[i])].tracked)
            return true;
    return false;
}

static bool find_candidates(struct og_select *s, struct og_vec *ids)
{
    for (og_id id; (id = og_select_next(s)) != OG_ID_NONE;) {
        og_id *slot = is_referred_to(s->graph, id) ? &id : og_vec_push(ids);
        if (!slot)
            return false;
        *slot = id;
    }
    return true;
}

/* Objects that the collector does not track refer to things too: static types to their dictionaries above all. */
static void name_untracked_referrer(struct og_roots *roots, const struct og_graph *g, og_id id)
{
    uint64_t n;
    const uint32_t *from = referrers(g, id, &n);
    for (uint64_t i = 0; i < n; i++) {
        char name[NAME_BYTES];
        struct og_text t;
        struct og_object o;
        og_id referrer = og_target_id(from[i]);
        if (og_target_kind(from[i]) == OG_REF_WEAK)
            continue;
        og_text_init(&t, name, sizeof name);
        const struct og_graph_type *type = og_graph_type_of(g, referrer);
        if (type->kind == OG_KIND_TYPE && og_py_object(roots->py, g->addresses[referrer], &o)) {
            og_text_add(&t, "static type ");
            og_object_label(roots->py, &o, &t);
        } else {
            og_text_addf(&t, "%s that the collector does not track", type->name);
        }
        og_roots_name(roots, g->addresses[id], name);
        return;
    }
}

/* A type holds more than gc.get_referents tells: its subclasses, caches. */
static void name_type_members(struct og_roots *roots, const struct og_graph *g)
{
    const struct og_layout *l = &roots->py->l;
    for (uint64_t id = 0; id < g->count && roots->left; id++) {
        char name[NAME_BYTES];
        struct og_text t;
        struct og_object o;
        uint64_t subclasses;
        if (og_graph_type_of(g, (og_id)id)->kind != OG_KIND_TYPE || !og_py_object(roots->py, g->addresses[id], &o))
            continue;
        og_text_init(&t, name, sizeof name);
        og_text_add(&t, "subclasses of type ");
        og_object_label(roots->py, &o, &t);
        if (og_mem_u64(roots->py->mem, o.addr + (uint64_t)l->tp_subclasses, &subclasses))
            og_roots_name(roots, subclasses, name);
        og_roots_words(roots, o.addr, (uint64_t)l->type_size, name + strlen("subclasses of "));
    }
}

struct body {
    struct og_roots *roots;
    const struct og_graph *graph;
    og_id id;
};

static void name_in_body(struct og_visitor *v, const struct og_ref *ref)
{
    const struct body *b = v->arg;
    char name[NAME_BYTES];
    struct og_text t;
    if (ref->kind != OG_REF_INFERRED || ref->target == b->graph->addresses[b->id] ||
        !og_roots_wants(b->roots, ref->target))
        return;
    og_text_init(&t, name, sizeof name);
    og_text_addf(&t, "C part of %s at %x", og_graph_type_of(b->graph, b->id)->name, b->graph->addresses[b->id]);
    og_roots_name(b->roots, ref->target, name);
}

/* A tp_traverse may leave something out: that of numpy's functions does not visit their loops. */
static void name_in_bodies(struct og_roots *roots, const struct og_graph *g)
{
    struct body body = {roots, g, 0};
    struct og_visitor v = {name_in_body, &body, false};
    for (uint64_t id = 0; id < g->count && roots->left && !roots->failed; id++) {
        struct og_object o;
        body.id = (og_id)id;
        if (og_graph_type_of(g, body.id)->kind == OG_KIND_UNKNOWN && og_py_object(roots->py, g->addresses[id], &o))
            og_object_references(roots->py, &o, &v);
    }
}

static bool explain(struct og_report *r, struct og_target *t, const struct og_graph *g, const struct og_vec *ids,
                    const char ***names)
{
    struct og_roots roots = {.py = &t->py, .report = r, .left = ids->len};
    const og_id *id = ids->data;
    roots.names = *names = og_report_array(r, ids->len, sizeof *roots.names);
    bool ok = roots.names != NULL;
    for (uint64_t i = 0; i < ids->len && ok; i++)
        ok = og_map_put(&roots.wanted, g->addresses[id[i]], (uint32_t)i);
    /* The most telling first: running frames are such untracked objects themselves to 3.10. */
    if (ok)
        og_roots_frames(&roots);
    for (uint64_t i = 0; i < ids->len && ok; i++)
        name_untracked_referrer(&roots, g, id[i]);
    if (ok) {
        name_in_bodies(&roots, g); /* before what may be stale: free lists, stacks */
        name_type_members(&roots, g);
        og_roots_state(&roots);
        og_roots_stacks(&roots);
        og_roots_static(&roots);
    }
    og_map_deinit(&roots.wanted);
    return ok && !roots.failed;
}

bool og_leaking_find(struct og_report *r, struct og_target *t, const struct og_graph *g, struct og_vec *ids,
                     const char ***names)
{
    struct og_select all = {.target = t, .graph = g};
    return find_candidates(&all, ids) && explain(r, t, g, ids, names);
}

static bool look_up(struct og_report *r, const struct og_graph *g, const struct og_vec *ids, const char ***names)
{
    *names = og_report_array(r, ids->len, sizeof **names);
    bool ok = *names != NULL;
    for (uint64_t i = 0; i < ids->len && ok; i++) {
        const char *root = og_words_root(g, *(const og_id *)og_vec_at(ids, i));
        (*names)[i] = root ? og_report_string(r, root) : NULL;
        ok = !root || (*names)[i];
    }
    return ok;
}

/* The unexplained first: they are the news. */
static bool fill(struct og_report *r, struct og_target *t, const struct og_graph *g, const struct og_vec *ids,
                 const char **names, struct og_leaking_row *rows, uint64_t count)
{
    uint64_t n = 0;
    for (int explained = 0; explained < 2; explained++)
        for (uint64_t i = 0; i < ids->len && n < count; i++) {
            if ((names[i] != NULL) != explained)
                continue;
            rows[n].root = names[i] ? names[i] : "";
            if (!og_report_object(r, t, g, *(og_id *)og_vec_at(ids, i), &rows[n++].object))
                return false;
        }
    return true;
}

static bool answer(struct og_report *r, struct og_select *s, const struct og_query *q, bool explained,
                   const struct og_leaking_row **out, uint64_t *count, uint64_t *total)
{
    struct og_vec ids;
    const char **names = NULL;
    og_vec_init(&ids, sizeof(og_id));
    bool ok = find_candidates(s, &ids) &&
              (s->graph->words ? look_up(r, s->graph, &ids, &names) : explain(r, s->target, s->graph, &ids, &names));
    *total = 0;
    for (uint64_t i = 0; i < ids.len && ok; i++)
        *total += explained || !names[i];
    *count = q->limit && q->limit < *total ? q->limit : *total;
    struct og_leaking_row *rows = ok ? og_report_array(r, *count, sizeof *rows) : NULL;
    ok = rows && fill(r, s->target, s->graph, &ids, names, rows, *count);
    *out = rows;
    og_vec_deinit(&ids);
    return ok;
}

int og_leaking(struct og_target *t, struct og_graph *g, const struct og_query *q, uint32_t explained,
               struct og_report **out, const struct og_leaking_row **rows, uint64_t *count, uint64_t *total,
               struct og_error *err)
{
    OG_GUARD(err);
    struct og_select s;
    struct og_query tracked = *q;
    tracked.all = 0;
    int code = og_need_level(g, OG_SCAN_GRAPH, err);
    if (code == OG_OK)
        code = og_need_words(t, g, "leaking objects are told by their roots", err);
    if (code == OG_OK)
        code = og_select_begin(&s, t, g, &tracked, NULL, err);
    struct og_report *r = code == OG_OK ? og_report_create(err) : NULL;
    if (!r)
        return code == OG_OK ? OG_EMEMORY : code;
    if (!answer(r, &s, q, explained != 0, rows, count, total))
        return og_report_no_memory(r, err);
    *out = r;
    return OG_OK;
}
