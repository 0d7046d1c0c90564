/* One object of an opened snapshot: what the graph and its words say of it. */
#include "analysis/report.h"
#include "engine/snapshot_target.h"
#include "graph/snapshot.h"
#include "graph/words.h"

enum { LABEL_BYTES = 512 };

static int find(struct og_target *t, uint64_t addr, const struct og_graph **g, og_id *id, struct og_error *err)
{
    *g = t->snapshot->graph;
    if (!*g)
        return og_fail(err, OG_EARG, addr, "the graph of this snapshot was closed");
    *id = og_graph_find(*g, addr, 0);
    return *id != OG_ID_NONE ? OG_OK : og_fail(err, OG_EABSENT, addr, "no Python object starts at %x", addr);
}

int og_words_describe(struct og_target *t, uint64_t addr, struct og_object_row *out, struct og_error *err)
{
    const struct og_graph *g;
    og_id id = OG_ID_NONE;
    int code = find(t, addr, &g, &id, err);
    if (code != OG_OK)
        return code;
    og_arena_deinit(&t->object);
    struct og_report r = {t->object};
    bool ok = og_report_object(&r, t, g, id, out);
    out->id = UINT32_MAX;
    t->object = r.arena;
    return ok ? OG_OK : og_fail(err, OG_EMEMORY, addr, "out of memory for the object at %x", addr);
}

static const char *name_of(struct og_report *r, const struct og_graph *g, og_id id, uint64_t k)
{
    char buf[OG_EDGE_TEXT], label[LABEL_BYTES];
    struct og_text text;
    struct og_edge_name name;
    if (!g->words)
        return "";
    og_text_init(&text, buf, sizeof buf);
    og_words_name(g, id, k, &text, &name);
    og_text_init(&text, label, sizeof label);
    og_edge_name_label(&name, &text);
    return og_arena_strndup(&r->arena, label, text.len);
}

static bool fill_row(struct og_report *r, struct og_target *t, const struct og_graph *g, og_id id, uint64_t k,
                     struct og_field_row *row)
{
    uint32_t target = g->targets[0][g->offsets[0][id] + k];
    struct og_object_row to;
    const char *name = name_of(r, g, id, k);
    if (!name || !og_report_object(r, t, g, og_target_id(target), &to))
        return false;
    *row = (struct og_field_row){to.address, og_target_kind(target), 0, name, to.type, to.label};
    return true;
}

int og_words_fields(struct og_target *t, uint64_t addr, uint64_t limit, const struct og_field_row **rows,
                    uint64_t *count, uint64_t *total, struct og_error *err)
{
    const struct og_graph *g;
    og_id id = OG_ID_NONE;
    int code = find(t, addr, &g, &id, err);
    if (code == OG_OK)
        code = og_need_level(g, OG_SCAN_GRAPH, err);
    if (code != OG_OK)
        return code;
    uint64_t n = g->offsets[0][id + 1] - g->offsets[0][id];
    og_arena_deinit(&t->fields);
    struct og_report r = {t->fields};
    *total = n;
    *count = limit && limit < n ? limit : n;
    struct og_field_row *out = og_report_array(&r, *count, sizeof *out);
    bool ok = out != NULL;
    for (uint64_t k = 0; k < *count && ok; k++)
        ok = fill_row(&r, t, g, id, k, &out[k]);
    *rows = out;
    t->fields = r.arena;
    return ok ? OG_OK : og_fail(err, OG_EMEMORY, addr, "out of memory for the fields of the object at %x", addr);
}
