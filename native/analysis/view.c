/* A part of the graph for drawing: breadth first as objgraph's show_refs and show_backrefs, node by node. */
#include "analysis/edge_names.h"
#include "analysis/select.h"
#include "memory/guard.h"

#include <stdlib.h>

enum { REPEATS_MAX = 100 }; /* of one referrer that refers to an object again and again */

struct view_node {
    og_id id;
    uint32_t depth, flags;
    uint64_t cut;
};

struct view_edge {
    og_id source, target;
    uint32_t kind, form;
    const char *label;
};

struct view {
    struct og_target *target;
    const struct og_graph *graph;
    const struct og_view_options *options;
    struct og_report *report;
    struct og_vec nodes;   /* struct view_node, in the order they are popped */
    struct og_vec edges;   /* struct view_edge */
    struct og_map places;  /* id -> place in nodes */
    struct og_map ignored; /* address */
    bool failed;
};

static struct view_node *node_at(const struct view *v, uint64_t i)
{
    return og_vec_at(&v->nodes, i);
}

static void add_node(struct view *v, og_id id, uint32_t depth, uint32_t flags)
{
    struct view_node *n = og_vec_push(&v->nodes);
    if (!n || !og_map_put(&v->places, id, (uint32_t)(v->nodes.len - 1))) {
        v->failed = true;
        return;
    }
    *n = (struct view_node){id, depth, flags | (og_graph_type_of(v->graph, id)->has_del ? OG_NODE_DEL : 0), 0};
}

static bool is_hidden(const struct view *v, og_id id)
{
    uint32_t unused;
    return (v->ignored.len && og_map_get(&v->ignored, v->graph->addresses[id], &unused)) ||
           !og_select_passes(v->target, v->graph, v->options->filter, id);
}

/* ---- one node's neighbours ---- */

struct expansion {
    struct view *view;
    og_id center;
    uint32_t depth;
    uint64_t drawn;   /* neighbours that count against too_many */
    uint64_t repeats; /* further references of a neighbour that is drawn */
    uint64_t cut;
};

static void add_edge(struct expansion *x, uint32_t neighbour)
{
    struct view *v = x->view;
    og_id other = og_target_id(neighbour);
    struct view_edge *e = og_vec_push(&v->edges);
    if (!e) {
        v->failed = true;
        return;
    }
    bool inverse = v->options->inverse != 0;
    *e = (struct view_edge){inverse ? other : x->center, inverse ? x->center : other, og_target_kind(neighbour), 0, ""};
}

/* false: no room for another node. */
static bool draw(struct expansion *x, uint32_t neighbour)
{
    struct view *v = x->view;
    uint32_t place;
    og_id id = og_target_id(neighbour);
    if (!og_map_get(&v->places, id, &place)) {
        if (v->options->max_nodes && v->nodes.len >= v->options->max_nodes)
            return false;
        add_node(v, id, x->depth + 1, 0);
    }
    add_edge(x, neighbour);
    return true;
}

/* A further reference of a referrer just taken. */
static void repeat(struct expansion *x, uint32_t neighbour, bool shown)
{
    if (!shown)
        return;
    if (x->repeats < REPEATS_MAX && x->repeats < x->view->options->too_many)
        add_edge(x, neighbour);
    else
        x->cut++;
    x->repeats++;
}

/* gc.get_referrers gives a referrer once, gc.get_referents a referent as often as it is referred to: so do the counts.
 * References of one referrer stand side by side. */
static void take_neighbours(struct expansion *x, bool weak)
{
    struct view *v = x->view;
    int direction = v->options->inverse != 0;
    const struct og_graph *g = v->graph;
    const uint32_t *targets = g->targets[direction], *offsets = g->offsets[direction];
    og_id last = OG_ID_NONE;
    bool hidden = false, shown = false;
    for (uint64_t i = offsets[x->center]; i < offsets[x->center + 1] && !v->failed; i++) {
        og_id id = og_target_id(targets[i]);
        if ((og_target_kind(targets[i]) == OG_REF_WEAK) != weak)
            continue;
        bool repeated = id == last;
        if (!repeated)
            hidden = is_hidden(v, id);
        last = id;
        if (hidden)
            continue;
        if (repeated && direction) {
            repeat(x, targets[i], shown);
            continue;
        }
        shown = x->drawn < v->options->too_many && draw(x, targets[i]);
        x->drawn += shown;
        x->cut += !shown;
    }
}

static void expand(struct view *v, uint64_t place)
{
    struct view_node n = *node_at(v, place);
    struct expansion x = {.view = v, .center = n.id, .depth = n.depth};
    if (og_is_module(v->target, v->graph, n.id)) {
        n.flags |= OG_NODE_MODULE;
        node_at(v, place)->flags = n.flags;
    }
    if (n.depth >= v->options->depth || (v->options->inverse && n.flags & OG_NODE_MODULE))
        return;
    take_neighbours(&x, false);
    take_neighbours(&x, true);
    node_at(v, place)->cut = x.cut;
}

/* ---- names ---- */

struct by_source {
    og_id source;
    uint32_t place;
};

static int compare(const void *a, const void *b)
{
    const struct by_source *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return x->place < y->place ? -1 : 1;
}

static bool name_group(struct view *v, const struct by_source *group, uint64_t n)
{
    struct og_named_edge *named = calloc(n, sizeof *named);
    bool ok = named != NULL;
    for (uint64_t i = 0; i < n && ok; i++) {
        const struct view_edge *e = og_vec_at(&v->edges, group[i].place);
        named[i].target = e->target;
        named[i].weak = e->kind == OG_REF_WEAK;
    }
    ok = ok && og_edges_name(v->target, v->graph, group->source, named, n, &v->report->arena);
    for (uint64_t i = 0; i < n && ok; i++) {
        struct view_edge *e = og_vec_at(&v->edges, group[i].place);
        e->label = og_edge_label(v->report, &named[i].name);
        e->form = og_edge_name_form(&named[i].name);
        ok = e->label != NULL;
    }
    free(named);
    return ok;
}

/* Each source is decoded once. */
static bool name_edges(struct view *v)
{
    uint64_t n = v->edges.len;
    struct by_source *order = calloc(n + 1, sizeof *order);
    bool ok = order != NULL;
    for (uint64_t i = 0; i < n && ok; i++)
        order[i] = (struct by_source){((struct view_edge *)og_vec_at(&v->edges, i))->source, (uint32_t)i};
    if (ok)
        qsort(order, n, sizeof *order, compare);
    for (uint64_t i = 0, end; i < n && ok; i = end) {
        for (end = i + 1; end < n && order[end].source == order[i].source;)
            end++;
        ok = name_group(v, order + i, end - i);
    }
    free(order);
    return ok;
}

/* ---- the whole ---- */

static int add_roots(struct view *v, const uint64_t *roots, uint64_t count, struct og_error *err)
{
    for (uint64_t i = 0; i < v->options->ignore_count; i++)
        v->failed |= !og_map_put(&v->ignored, v->options->ignore[i], 1);
    for (uint64_t i = 0; i < count && !v->failed; i++) {
        uint32_t place;
        og_id id = og_graph_find(v->graph, roots[i], 0);
        if (id == OG_ID_NONE)
            return og_fail(err, OG_EABSENT, roots[i], "no object at %x in this graph", roots[i]);
        if (!og_map_get(&v->places, id, &place))
            add_node(v, id, 0, OG_NODE_ROOT);
    }
    return OG_OK;
}

static bool fill(struct view *v, const struct og_node_row **nodes, const struct og_edge_row **edges)
{
    struct og_node_row *node_rows = og_report_array(v->report, v->nodes.len, sizeof *node_rows);
    struct og_edge_row *edge_rows = og_report_array(v->report, v->edges.len, sizeof *edge_rows);
    if (!node_rows || !edge_rows)
        return false;
    for (uint64_t i = 0; i < v->nodes.len; i++) {
        const struct view_node *n = node_at(v, i);
        node_rows[i].depth = n->depth;
        node_rows[i].flags = n->flags;
        node_rows[i].cut = n->cut;
        if (!og_report_object(v->report, v->target, v->graph, n->id, &node_rows[i].object))
            return false;
    }
    for (uint64_t i = 0; i < v->edges.len; i++) {
        const struct view_edge *e = og_vec_at(&v->edges, i);
        edge_rows[i] = (struct og_edge_row){v->graph->addresses[e->source], v->graph->addresses[e->target], e->kind,
                                            e->form, e->label};
    }
    *nodes = node_rows;
    *edges = edge_rows;
    return true;
}

static void deinit(struct view *v)
{
    og_vec_deinit(&v->nodes);
    og_vec_deinit(&v->edges);
    og_map_deinit(&v->places);
    og_map_deinit(&v->ignored);
}

int og_view(struct og_target *t, struct og_graph *g, const uint64_t *roots, uint64_t root_count,
            const struct og_view_options *o, struct og_report **out, const struct og_node_row **nodes,
            uint64_t *node_count, const struct og_edge_row **edges, uint64_t *edge_count, struct og_error *err)
{
    OG_GUARD(err);
    int code = og_need_level(g, OG_SCAN_GRAPH, err);
    struct view v = {.target = t, .graph = g, .options = o};
    v.report = code == OG_OK ? og_report_create(err) : NULL;
    if (!v.report)
        return code == OG_OK ? OG_EMEMORY : code;
    og_vec_init(&v.nodes, sizeof(struct view_node));
    og_vec_init(&v.edges, sizeof(struct view_edge));
    code = add_roots(&v, roots, root_count, err);
    for (uint64_t i = 0; i < v.nodes.len && code == OG_OK && !v.failed; i++)
        expand(&v, i);
    bool ok = code == OG_OK && !v.failed && name_edges(&v) && fill(&v, nodes, edges);
    *node_count = v.nodes.len;
    *edge_count = v.edges.len;
    deinit(&v);
    if (code != OG_OK)
        og_report_close(v.report);
    else if (!ok)
        code = og_report_no_memory(v.report, err);
    else
        *out = v.report;
    return code;
}
