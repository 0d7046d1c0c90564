/* What the files of an export say. */
#include "engine/export.h"

enum { NUMBERS_MAX = 160 }; /* numbers and names of one row */

/* Text as a field of FORMAT, at most OG_OUT_ROOM bytes. */
static char *put_text(uint32_t format, char *p, const char *s, uint64_t n)
{
    return format == OG_EXPORT_CSV ? og_put_csv(p, s, n) : og_put_json(p, s, n);
}

static bool add_type(struct og_export *x, struct og_export_type *out, const char *name)
{
    uint64_t n = strlen(name);
    char *text = og_arena_alloc(&x->arena, OG_PUT_TEXT_MAX(n));
    out->text = text;
    out->len = text ? (uint64_t)(put_text(x->format, text, name, n) - text) : 0;
    return text != NULL;
}

bool og_export_types(struct og_export *x)
{
    const struct og_graph *g = x->graph;
    x->types = og_arena_alloc(&x->arena, (g->type_count + 1) * sizeof *x->types);
    for (uint64_t i = 0; x->types && i < g->type_count; i++)
        if (!add_type(x, &x->types[i], g->types[i].long_name))
            return false;
    return x->types != NULL;
}

static void add(struct og_out *o, const char *s)
{
    og_out_add(o, s, strlen(s));
}

static void add_text(struct og_out *o, const char *s)
{
    uint64_t n = strlen(s);
    char *p = og_out_room(o, OG_PUT_TEXT_MAX(n));
    og_out_used(o, og_put_json(p, s, n));
}

static void add_count(struct og_out *o, const char *name, uint64_t n)
{
    char buf[32];
    add(o, name);
    og_out_add(o, buf, (uint64_t)(og_put_u64(buf, n) - buf));
}

void og_export_head(struct og_export *x)
{
    const struct og_graph *g = x->graph;
    if (x->format == OG_EXPORT_CSV) {
        add(x->objects, OG_EXPORT_OBJECTS_HEAD);
        add(x->references, OG_EXPORT_REFERENCES_HEAD);
        return;
    }
    add(x->objects, OG_EXPORT_JSON_HEAD "\"python\":");
    add_text(x->objects, x->target->version);
    add_count(x->objects, ",\"counts\":{\"objects\":", g->count);
    add_count(x->objects, ",\"references\":", g->references);
    add_count(x->objects, ",\"unreadable\":", g->unreadable);
    add(x->objects, "},\n\"objects\":[");
}

/* Between rows of a JSON array. */
static char *put_start(char *p, bool first)
{
    return og_put(p, first ? "\n{" : ",\n{");
}

static void object_csv(struct og_export *x, og_id id)
{
    const struct og_node *n = &x->graph->nodes[id];
    const struct og_export_type *type = &x->types[n->type];
    char *p = og_put_u64(og_out_room(x->objects, NUMBERS_MAX), x->graph->addresses[id]);
    *p++ = ',';
    og_out_used(x->objects, p);
    og_out_add(x->objects, type->text, type->len);
    p = og_out_room(x->objects, NUMBERS_MAX);
    *p++ = ',';
    p = og_put_u64(p, og_graph_size(x->graph, id));
    *p++ = ',';
    p = og_put_u64(p, n->refcount);
    p = og_put(p, n->tracked ? ",1\r\n" : ",0\r\n");
    og_out_used(x->objects, p);
}

static void object_json(struct og_export *x, og_id id)
{
    const struct og_node *n = &x->graph->nodes[id];
    const struct og_export_type *type = &x->types[n->type];
    char *p = put_start(og_out_room(x->objects, NUMBERS_MAX), x->written[0] == 0);
    p = og_put_u64(og_put(p, "\"address\":"), x->graph->addresses[id]);
    p = og_put(p, ",\"type\":");
    og_out_used(x->objects, p);
    og_out_add(x->objects, type->text, type->len);
    p = og_put(og_out_room(x->objects, NUMBERS_MAX), ",\"size\":");
    p = og_put_u64(p, og_graph_size(x->graph, id));
    p = og_put_u64(og_put(p, ",\"refcount\":"), n->refcount);
    p = og_put(p, n->tracked ? ",\"tracked\":true}" : ",\"tracked\":false}");
    og_out_used(x->objects, p);
}

void og_export_object(struct og_export *x, og_id id)
{
    if (x->format == OG_EXPORT_CSV)
        object_csv(x, id);
    else
        object_json(x, id);
    x->written[0]++;
}

void og_export_between(struct og_export *x)
{
    if (x->format == OG_EXPORT_JSON)
        add(x->objects, "\n],\n\"references\":[");
}

static const char *kind_name(uint32_t target)
{
    switch ((enum og_ref_kind)og_target_kind(target)) {
    case OG_REF_WEAK:
        return "weak";
    case OG_REF_INFERRED:
        return "inferred";
    case OG_REF_STRONG:
        break;
    }
    return "strong";
}

void og_export_reference(struct og_export *x, og_id source, uint32_t target, const char *label, uint64_t len)
{
    bool csv = x->format == OG_EXPORT_CSV;
    char *p = og_out_room(x->references, NUMBERS_MAX + OG_PUT_TEXT_MAX(len));
    if (!csv)
        p = og_put(put_start(p, x->written[1] == 0), "\"source\":");
    p = og_put_u64(p, x->graph->addresses[source]);
    p = og_put(p, csv ? "," : ",\"target\":");
    p = og_put_u64(p, x->graph->addresses[og_target_id(target)]);
    p = og_put(p, csv ? "," : ",\"kind\":\"");
    p = og_put(p, kind_name(target));
    p = og_put(p, csv ? "," : "\",\"label\":");
    p = put_text(x->format, p, label, len);
    og_out_used(x->references, og_put(p, csv ? "\r\n" : "}"));
    x->written[1]++;
}

void og_export_tail(struct og_export *x)
{
    if (x->format == OG_EXPORT_JSON)
        add(x->objects, "\n]}\n");
}
