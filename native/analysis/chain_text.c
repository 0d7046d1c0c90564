/* A chain as one Python expression. An object's __dict__ and the key in it are one attribute; where Python has no
 * expression for a step, words in angle brackets stand. */
#include "analysis/chain.h"

#include <stdlib.h>

enum { EXPRESSION_MAX = 8192, LABEL_MAX = 512 };

struct step {
    const struct og_graph_type *source, *target;
    struct og_edge_name name;
};

static bool names_attribute(const struct og_edge_name *name)
{
    return name->form == OG_EDGE_KEY_STR && og_is_identifier(name->text);
}

static bool is_dict_field(const struct og_edge_name *name)
{
    return name->form == OG_EDGE_FIELD && og_streq(name->text, "__dict__");
}

static void add_root(struct og_target *t, const struct og_graph *g, og_id id, struct og_text *text)
{
    char buf[LABEL_MAX];
    struct og_text label;
    og_text_init(&label, buf, sizeof buf);
    og_node_label(t, g, id, &label);
    if (!*buf)
        og_text_addf(text, "<%s at %x>", og_graph_type_of(g, id)->name, g->addresses[id]);
    else if (og_is_module(t, g, id))
        og_text_add(text, buf);
    else
        og_text_addf(text, "<%s %s>", og_graph_type_of(g, id)->name, buf);
}

static void add_key(const struct og_edge_name *name, struct og_text *t)
{
    og_text_char(t, '[');
    og_edge_name_key(name, t);
    og_text_char(t, ']');
}

static void add_local(const struct step *s, struct og_text *t)
{
    const char *type = s->source->name;
    if (s->source->kind == OG_KIND_GENERATOR)
        og_text_add(t, og_streq(type, "coroutine")   ? ".cr_frame"
                       : og_streq(type, "generator") ? ".gi_frame"
                                                     : ".ag_frame");
    og_text_add(t, ".f_locals");
    add_key(&s->name, t);
}

static void add_words(const struct step *s, const char *words, struct og_text *t)
{
    og_text_addf(t, "<%s: %s>", words, s->target->name);
}

static void add_field(const struct step *s, struct og_text *t)
{
    if (og_is_identifier(s->name.text))
        og_text_addf(t, ".%s", s->name.text);
    else
        add_words(s, *s->name.text ? s->name.text : "reference", t);
}

static void add_index(const struct step *s, struct og_text *t)
{
    enum og_kind kind = (enum og_kind)s->source->kind;
    if (kind == OG_KIND_LIST || kind == OG_KIND_TUPLE || kind == OG_KIND_DEQUE || kind == OG_KIND_NDARRAY)
        og_text_addf(t, "[%u]", s->name.index);
    else
        og_text_addf(t, "<item %u>", s->name.index);
}

static void add_step(const struct step *s, struct og_text *t)
{
    switch ((enum og_edge_form)s->name.form) {
    case OG_EDGE_FIELD:
        add_field(s, t);
        break;
    case OG_EDGE_INDEX:
        add_index(s, t);
        break;
    case OG_EDGE_KEY:
    case OG_EDGE_KEY_STR:
        add_key(&s->name, t);
        break;
    case OG_EDGE_ATTRIBUTE:
        og_text_addf(t, ".%s", s->name.text);
        break;
    case OG_EDGE_LOCAL:
        add_local(s, t);
        break;
    case OG_EDGE_ITEM:
        og_text_add(t, s->name.text);
        break;
    case OG_EDGE_KEY_SELF:
        add_words(s, s->source->kind == OG_KIND_SET ? "member" : "key", t);
        break;
    case OG_EDGE_NONE:
    case OG_EDGE_FORM_COUNT:
        add_words(s, "reference", t);
        break;
    }
}

static void add_steps(const struct step *steps, uint64_t n, struct og_text *t)
{
    for (uint64_t i = 0; i < n; i++) {
        bool more = i + 1 < n;
        if (more && is_dict_field(&steps[i].name) && names_attribute(&steps[i + 1].name)) {
            og_text_addf(t, ".%s", steps[++i].name.text);
            continue;
        }
        add_step(&steps[i], t);
        /* f_locals looks through the cell of a variable. */
        if (more && steps[i].name.form == OG_EDGE_LOCAL && steps[i].target->kind == OG_KIND_CELL)
            i++;
    }
}

static bool read_step(struct og_report *r, struct og_target *t, const struct og_graph *g, const og_id *ids,
                      struct step *out)
{
    struct og_named_edge edge = {.target = ids[1]};
    if (!og_edges_name(t, g, ids[0], &edge, 1, &r->arena))
        return false;
    *out = (struct step){og_graph_type_of(g, ids[0]), og_graph_type_of(g, ids[1]), edge.name};
    return true;
}

static bool describe(struct og_report *r, struct og_target *t, const struct og_graph *g, const og_id *ids,
                     struct og_chain_row *row, struct step *steps, char *buf)
{
    struct og_text text;
    uint64_t n = row->length - 1;
    const char **labels = og_report_array(r, n, sizeof *labels);
    bool ok = labels != NULL;
    for (uint64_t i = 0; i < n && ok; i++) {
        ok = read_step(r, t, g, ids + i, &steps[i]);
        labels[i] = ok ? og_edge_label(r, &steps[i].name) : NULL;
        ok = labels[i] != NULL;
    }
    if (!ok)
        return false;
    og_text_init(&text, buf, EXPRESSION_MAX);
    add_root(t, g, ids[0], &text);
    add_steps(steps, n, &text);
    row->labels = labels;
    row->expression = og_arena_strndup(&r->arena, buf, text.len);
    return row->expression != NULL;
}

bool og_chain_describe(struct og_report *r, struct og_target *t, const struct og_graph *g, const og_id *ids,
                       struct og_chain_row *row)
{
    struct step *steps = calloc(row->length, sizeof *steps);
    char *buf = malloc(EXPRESSION_MAX);
    bool ok = steps && buf && describe(r, t, g, ids, row, steps, buf);
    free(steps);
    free(buf);
    return ok;
}
