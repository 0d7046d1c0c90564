/* Which objects a question is about: tracked or all, of one type or any, passing a filter; in heap order. */
#ifndef OG_SELECT_H
#define OG_SELECT_H

#include "analysis/filter.h"
#include "analysis/report.h"

struct og_select {
    struct og_target *target;
    const struct og_graph *graph;
    const struct og_filter *filter;
    const char *type; /* NULL: any */
    bool all, by_long_name;
    struct og_graph_cursor cursor;
};

/* OG_EARG if the heap was not read deep enough for Q, or its filter needs a target and T is NULL. */
int og_select_begin(struct og_select *s, struct og_target *t, const struct og_graph *g, const struct og_query *q,
                    const char *type, struct og_error *err);
/* The next one, OG_ID_NONE at the end. Needs level OBJECTS. */
og_id og_select_next(struct og_select *s);
/* T is one of the types wanted. */
bool og_select_type(const struct og_select *s, const struct og_graph_type *t);
/* ID passes FILTER (NULL: it does). */
bool og_select_passes(struct og_target *t, const struct og_graph *g, const struct og_filter *filter, og_id id);

#endif
