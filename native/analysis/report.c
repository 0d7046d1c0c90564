/* What all answers share. */
#include "analysis/report.h"
#include "graph/words.h"

#include <stdlib.h>

enum { LABEL_MAX = 512 };

struct og_report *og_report_create(struct og_error *err)
{
    struct og_report *r = calloc(1, sizeof *r);
    if (!r)
        og_fail(err, OG_EMEMORY, 0, "out of memory for the answer");
    return r;
}

void og_report_close(struct og_report *r)
{
    if (!r)
        return;
    og_arena_deinit(&r->arena);
    free(r);
}

int og_report_no_memory(struct og_report *r, struct og_error *err)
{
    og_report_close(r);
    return og_fail(err, OG_EMEMORY, 0, "out of memory for the answer");
}

void *og_report_array(struct og_report *r, uint64_t count, uint64_t elem)
{
    uint64_t bytes;
    if (og_mul_overflows(count ? count : 1, elem, &bytes))
        return NULL;
    return og_arena_alloc(&r->arena, bytes);
}

const char *og_report_string(struct og_report *r, const char *s)
{
    return og_arena_strndup(&r->arena, s, strlen(s));
}

int og_need_level(const struct og_graph *g, uint32_t level, struct og_error *err)
{
    if (g->level >= level)
        return OG_OK;
    return og_fail(err, OG_EARG, 0, "this heap was read %s: it must be read %s for that",
                   g->level == OG_SCAN_TYPES ? "by type only" : "without references",
                   level == OG_SCAN_GRAPH ? "with references" : "object by object");
}

int og_need_words(const struct og_target *t, const struct og_graph *g, const char *what, struct og_error *err)
{
    if (g->words || (t && !t->snapshot))
        return OG_OK;
    return og_fail(err, OG_EARG, 0, "%s, which %s", what,
                   t ? "this snapshot was saved without" : "only the process or core itself has");
}

void og_node_label(struct og_target *t, const struct og_graph *g, og_id id, struct og_text *text)
{
    struct og_object o;
    if (g->words)
        og_words_label(g, id, text);
    else if (t && og_py_object(&t->py, g->addresses[id], &o))
        og_object_label(&t->py, &o, text);
}

bool og_is_module(struct og_target *t, const struct og_graph *g, og_id id)
{
    struct og_object o;
    if (og_graph_type_of(g, id)->kind != OG_KIND_MODULE)
        return false;
    if (g->words)
        return og_words_is_module(g, id);
    return t && og_py_object(&t->py, g->addresses[id], &o) && og_is_proper_module(&t->py, &o);
}

static bool add_words(struct og_report *r, const struct og_graph *g, og_id id, struct og_object_row *row)
{
    char buf[LABEL_MAX];
    struct og_text text;
    og_text_init(&text, buf, sizeof buf);
    row->len = og_words_len(g, id);
    row->is_module = og_words_is_module(g, id);
    og_words_label(g, id, &text);
    row->label = og_arena_strndup(&r->arena, buf, text.len);
    return row->label != NULL;
}

static bool add_label(struct og_report *r, struct og_target *t, struct og_object_row *row)
{
    char buf[LABEL_MAX];
    struct og_text text;
    struct og_object o;
    og_text_init(&text, buf, sizeof buf);
    row->len = -1;
    row->label = "";
    if (!t || !og_py_object(&t->py, row->address, &o))
        return true;
    if (o.type->addr != row->type_address) { /* the process ran on after the heap was read */
        row->label = "gone meanwhile";
        return true;
    }
    row->len = og_object_len(&t->py, &o);
    row->is_module = o.type->kind == OG_KIND_MODULE && og_is_proper_module(&t->py, &o);
    og_object_label(&t->py, &o, &text);
    row->label = og_arena_strndup(&r->arena, buf, text.len);
    return row->label != NULL;
}

bool og_report_object(struct og_report *r, struct og_target *t, const struct og_graph *g, og_id id,
                      struct og_object_row *out)
{
    const struct og_graph_type *type = og_graph_type_of(g, id);
    *out = (struct og_object_row){
        .address = g->addresses[id],
        .type_address = type->addr,
        .size = og_graph_size(g, id),
        .refcount = g->nodes[id].refcount,
        .tracked = g->nodes[id].tracked,
        .id = id,
        .type = og_report_string(r, type->name),
        .long_type = og_report_string(r, type->long_name),
    };
    if (!out->type || !out->long_type)
        return false;
    return g->words ? add_words(r, g, id, out) : add_label(r, t, out);
}
