/* Selecting objects. */
#include "analysis/select.h"

#include <string.h>

bool og_select_passes(struct og_target *t, const struct og_graph *g, const struct og_filter *filter, og_id id)
{
    if (!filter)
        return true;
    const struct og_graph_type *type = og_graph_type_of(g, id);
    struct og_subject s = {
        .py = t && !g->words ? &t->py : NULL,
        .graph = g->words ? g : NULL,
        .id = id,
        .addr = g->addresses[id],
        .type = type->name,
        .long_type = type->long_name,
        .size = og_graph_size(g, id),
        .refcount = g->nodes[id].refcount,
        .tracked = g->nodes[id].tracked,
    };
    return og_filter_matches(filter, &s);
}

bool og_select_type(const struct og_select *s, const struct og_graph_type *t)
{
    return !s->type || strcmp(s->by_long_name ? t->long_name : t->name, s->type) == 0;
}

int og_select_begin(struct og_select *s, struct og_target *t, const struct og_graph *g, const struct og_query *q,
                    const char *type, struct og_error *err)
{
    *s = (struct og_select){.target = t, .graph = g, .filter = q->filter, .type = type, .all = q->all != 0};
    s->cursor.all = s->all;
    s->by_long_name = type && strchr(type, '.') != NULL;
    int code = OG_OK;
    if (s->filter && s->filter->needs_target)
        code = og_need_words(t, g, "the filter asks for len or repr", err);
    if (code == OG_OK && s->all)
        return og_need_level(g, OG_SCAN_GRAPH, err);
    return code == OG_OK && s->filter ? og_need_level(g, OG_SCAN_OBJECTS, err) : code;
}

og_id og_select_next(struct og_select *s)
{
    og_id id;
    while ((id = og_graph_next(s->graph, &s->cursor)) != OG_ID_NONE && !og_stopped(s->target))
        if (og_select_type(s, og_graph_type_of(s->graph, id)) && og_select_passes(s->target, s->graph, s->filter, id))
            return id;
    return OG_ID_NONE;
}
