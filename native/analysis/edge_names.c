/* Matching references with their names. */
#include "analysis/edge_names.h"
#include "graph/words.h"

#include <stdlib.h>

enum { LABEL_MAX = 512 };

/* ---- some references of one object ---- */

struct wanted {
    struct og_target *target;
    const struct og_graph *graph;
    struct og_named_edge *edges;
    struct og_edge_match match;
    struct og_arena *arena;
    bool failed;
    char text[OG_EDGE_TEXT];
};

static void keep(struct wanted *w, uint32_t place, const struct og_edge_name *name)
{
    struct og_edge_name *to = &w->edges[place].name;
    *to = *name;
    to->text = og_arena_strndup(w->arena, name->text, strlen(name->text));
    w->failed |= !to->text;
}

static void visit(struct og_visitor *v, const struct og_ref *ref)
{
    struct wanted *w = v->arg;
    struct og_text text;
    struct og_edge_name name;
    uint32_t place = og_edge_match_take(&w->match, ref->target, ref->kind == OG_REF_WEAK);
    if (place == UINT32_MAX)
        return;
    og_text_init(&text, w->text, sizeof w->text);
    og_edge_name_read(&w->target->py, ref, &text, &name);
    keep(w, place, &name);
    v->names = w->match.left > 0; /* the rest of a large container is passed over quickly */
}

static void read_names(struct wanted *w, og_id source)
{
    struct og_object o;
    struct og_visitor v = {visit, w, true};
    if (w->target && og_py_object(&w->target->py, w->graph->addresses[source], &o))
        og_object_references(&w->target->py, &o, &v);
}

static void look_up_names(struct wanted *w, og_id source)
{
    const struct og_graph *g = w->graph;
    uint64_t first = g->offsets[0][source];
    for (uint64_t i = first; i < g->offsets[0][source + 1] && w->match.left; i++) {
        uint32_t target = g->targets[0][i], place;
        struct og_text text;
        struct og_edge_name name;
        bool weak = og_target_kind(target) == OG_REF_WEAK;
        if ((place = og_edge_match_take(&w->match, g->addresses[og_target_id(target)], weak)) == UINT32_MAX)
            continue;
        og_text_init(&text, w->text, sizeof w->text);
        og_words_name(g, source, i - first, &text, &name);
        keep(w, place, &name);
    }
}

bool og_edges_name(struct og_target *t, const struct og_graph *g, og_id source, struct og_named_edge *edges,
                   uint64_t count, struct og_arena *arena)
{
    struct wanted *w = calloc(1, sizeof *w);
    bool ok = w && og_edge_match_begin(&w->match, count);
    for (uint64_t i = 0; i < count && ok; i++) {
        edges[i].name = (struct og_edge_name){.text = ""};
        og_edge_match_add(&w->match, (uint32_t)i, g->addresses[edges[i].target], edges[i].weak);
    }
    if (ok) {
        w->target = t;
        w->graph = g;
        w->edges = edges;
        w->arena = arena;
        if (g->words)
            look_up_names(w, source);
        else
            read_names(w, source);
        ok = !w->failed;
    }
    if (w)
        og_edge_match_deinit(&w->match);
    free(w);
    return ok;
}

const char *og_edge_label(struct og_report *r, const struct og_edge_name *name)
{
    char buf[LABEL_MAX];
    struct og_text text;
    if (name->form == OG_EDGE_NONE)
        return "";
    og_text_init(&text, buf, sizeof buf);
    og_edge_name_label(name, &text);
    return og_arena_strndup(&r->arena, buf, text.len);
}

/* ---- all references of one object after another ---- */

void og_edge_namer_init(struct og_edge_namer *n, struct og_target *t, const struct og_graph *g)
{
    memset(n, 0, sizeof *n);
    n->target = t;
    n->graph = g;
    n->from_words = g->words != NULL;
    og_vec_init(&n->origins, sizeof(struct og_edge_origin));
}

void og_edge_namer_deinit(struct og_edge_namer *n)
{
    og_vec_deinit(&n->origins);
    og_edge_match_deinit(&n->match);
}

static void take(struct og_edge_namer *n, uint64_t k, const struct og_ref *ref)
{
    struct og_edge_origin *to = og_vec_at(&n->origins, k);
    to->form = ref->form;
    to->by_obj = ref->obj != 0 && ref->form != OG_NAME_ITEM; /* which is the object asked */
    if (to->by_obj)
        to->obj = ref->obj;
    else if (ref->form == OG_NAME_INDEX || ref->form == OG_NAME_ITEM)
        to->index = ref->index;
    else
        to->text = ref->text;
}

static bool is_at(const struct og_edge_namer *n, uint64_t k, const struct og_ref *ref)
{
    uint32_t target = n->graph->targets[0][n->graph->offsets[0][n->id] + k];
    return n->graph->addresses[og_target_id(target)] == ref->target &&
           (og_target_kind(target) == OG_REF_WEAK) == (ref->kind == OG_REF_WEAK);
}

/* The decoder reports what the graph has, from one end to the other: BACKWARD, as CPython visits lists. */
struct order {
    struct og_edge_namer *namer;
    uint64_t taken;
    bool backward, differs;
};

static void take_in_order(struct og_visitor *v, const struct og_ref *ref)
{
    struct order *o = v->arg;
    struct og_edge_namer *n = o->namer;
    if (o->differs)
        return;
    uint64_t k = o->backward ? n->count - 1 - o->taken : o->taken;
    if (o->taken < n->count && is_at(n, k, ref)) {
        take(n, k, ref);
        o->taken++;
    } else {
        o->differs = true;
        v->names = false;
    }
}

static bool is_in_order(struct og_edge_namer *n, const struct og_object *o, bool backward)
{
    struct order order = {n, 0, backward, false};
    struct og_visitor v = {take_in_order, &order, true};
    og_object_references(&n->target->py, o, &v);
    return !order.differs;
}

static void take_matching(struct og_visitor *v, const struct og_ref *ref)
{
    struct og_edge_namer *n = v->arg;
    uint32_t k = og_edge_match_take(&n->match, ref->target, ref->kind == OG_REF_WEAK);
    if (k != UINT32_MAX)
        take(n, k, ref);
    v->names = n->match.left > 0;
}

static bool match(struct og_edge_namer *n, const struct og_object *o)
{
    struct og_visitor v = {take_matching, n, true};
    const uint32_t *targets = n->graph->targets[0] + n->graph->offsets[0][n->id];
    if (!og_edge_match_begin(&n->match, n->count))
        return false;
    memset(n->origins.data, 0, n->count * sizeof(struct og_edge_origin));
    for (uint64_t k = 0; k < n->count; k++)
        og_edge_match_add(&n->match, (uint32_t)k, n->graph->addresses[og_target_id(targets[k])],
                          og_target_kind(targets[k]) == OG_REF_WEAK);
    og_object_references(&n->target->py, o, &v);
    return true;
}

bool og_edge_namer_open(struct og_edge_namer *n, og_id id)
{
    const uint32_t *offsets = n->graph->offsets[0];
    struct og_object o;
    n->id = id;
    n->count = offsets[id + 1] - offsets[id];
    if (n->from_words || !n->count)
        return true;
    if (!og_vec_reserve(&n->origins, n->count))
        return false;
    memset(n->origins.data, 0, n->count * sizeof(struct og_edge_origin));
    if (!n->target || !og_py_object(&n->target->py, n->graph->addresses[id], &o) || is_in_order(n, &o, false))
        return true;
    bool sequence = o.type->kind == OG_KIND_LIST || o.type->kind == OG_KIND_TUPLE;
    return (sequence && is_in_order(n, &o, true)) || match(n, &o);
}

struct og_ref og_edge_namer_ref(const struct og_edge_namer *n, uint64_t k)
{
    const struct og_edge_origin *from = og_vec_at(&n->origins, k);
    uint32_t target = n->graph->targets[0][n->graph->offsets[0][n->id] + k];
    struct og_ref ref = {.target = n->graph->addresses[og_target_id(target)], .form = from->form};
    if (from->form == OG_NAME_ITEM)
        ref.obj = n->graph->addresses[n->id];
    if (from->by_obj)
        ref.obj = from->obj;
    else if (from->form == OG_NAME_INDEX || from->form == OG_NAME_ITEM)
        ref.index = from->index;
    else
        ref.text = from->text;
    return ref;
}

void og_edge_namer_name(struct og_edge_namer *n, uint64_t k, struct og_edge_name *out)
{
    struct og_text text;
    og_text_init(&text, n->text, sizeof n->text);
    if (n->from_words) {
        og_words_name(n->graph, n->id, k, &text, out);
        return;
    }
    struct og_ref ref = og_edge_namer_ref(n, k);
    if (n->target)
        og_edge_name_read(&n->target->py, &ref, &text, out);
    else
        *out = (struct og_edge_name){.text = ""};
}
