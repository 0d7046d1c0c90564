/* Matching references with their names. */
#include "analysis/edge_names.h"

#include <stdlib.h>

enum { LABEL_MAX = 512 };

/* Edges to one target, chained in their order. */
struct chain {
    uint64_t key;  /* target, weak in the lowest bit beyond addresses; 0: empty */
    uint32_t next; /* edge to be matched next, UINT32_MAX: all are */
    uint32_t last;
};

struct matching {
    struct og_named_edge *edges;
    uint32_t *after; /* by edge: the next one to the same target */
    struct chain *chains;
    uint64_t mask;
    uint64_t left;
};

static uint64_t key_of(og_addr target, bool weak)
{
    return target | (uint64_t)weak << 63;
}

static struct chain *chain_of(const struct matching *m, uint64_t key)
{
    uint64_t i = key * 0x9e3779b97f4a7c15ull >> 20 & m->mask;
    while (m->chains[i].key && m->chains[i].key != key)
        i = (i + 1) & m->mask;
    return &m->chains[i];
}

static void add(struct matching *m, uint32_t i)
{
    uint64_t key = key_of(m->edges[i].target, m->edges[i].weak);
    struct chain *c = chain_of(m, key);
    m->after[i] = UINT32_MAX;
    if (c->key)
        m->after[c->last] = i;
    else
        *c = (struct chain){key, i, i};
    c->last = i;
}

static void visit(struct og_visitor *v, const struct og_ref *ref)
{
    struct matching *m = v->arg;
    if (!m->left || !ref->target)
        return;
    struct chain *c = chain_of(m, key_of(ref->target, ref->kind == OG_REF_WEAK));
    if (!c->key || c->next == UINT32_MAX)
        return;
    m->edges[c->next].ref = *ref;
    c->next = m->after[c->next];
    v->names = --m->left > 0; /* the rest of a large container is passed over quickly */
}

static bool prepare(struct matching *m, uint64_t count)
{
    uint64_t slots = 16;
    while (slots < 2 * count)
        slots *= 2;
    m->mask = slots - 1;
    m->left = count;
    m->chains = calloc(slots, sizeof *m->chains);
    m->after = calloc(count, sizeof *m->after);
    return m->chains && m->after;
}

bool og_edges_decode(struct og_target *t, og_addr source, struct og_named_edge *edges, uint64_t count)
{
    struct matching m = {.edges = edges};
    struct og_object o;
    bool ok = count < UINT32_MAX && prepare(&m, count);
    for (uint64_t i = 0; i < count && ok; i++) {
        memset(&edges[i].ref, 0, sizeof edges[i].ref);
        add(&m, (uint32_t)i);
    }
    if (ok && t && og_py_object(&t->py, source, &o)) {
        struct og_visitor v = {visit, &m, true};
        og_object_references(&t->py, &o, &v);
    }
    free(m.chains);
    free(m.after);
    return ok;
}

const char *og_edge_label(struct og_report *r, struct og_target *t, const struct og_ref *ref)
{
    char buf[LABEL_MAX];
    struct og_text text;
    if (!ref->target || !t || ref->form == OG_NAME_NONE)
        return "";
    og_text_init(&text, buf, sizeof buf);
    og_ref_label(&t->py, ref, &text);
    return og_arena_strndup(&r->arena, buf, text.len);
}

uint32_t og_edge_form(const struct og_ref *ref)
{
    switch ((enum og_name_form)ref->form) {
    case OG_NAME_TEXT:
        return 1;
    case OG_NAME_INDEX:
        return 2;
    case OG_NAME_KEY:
        return 3;
    case OG_NAME_ATTR:
        return 4;
    case OG_NAME_LOCAL:
        return 5;
    case OG_NAME_NONE:
    case OG_NAME_KEY_SELF:
        break;
    }
    return 0;
}
