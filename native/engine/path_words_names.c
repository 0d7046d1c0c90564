/* Which names an opened snapshot has: for completion, and for what was meant perhaps. */
#include "engine/path.h"
#include "graph/words.h"

enum { MRO_MAX = 64 };

static void give(struct og_names_visitor *v, const char *name)
{
    if (v->left && *name) {
        v->left--;
        v->visit(v, name);
    }
}

/* Names of the references of OBJ in these forms (bits). */
static void give_names(const struct og_graph *g, og_addr obj, uint32_t forms, struct og_names_visitor *v)
{
    og_id id = obj && g->words ? og_graph_find(g, obj, 0) : OG_ID_NONE;
    if (id == OG_ID_NONE)
        return;
    for (uint64_t k = 0; v->left && k < g->offsets[0][id + 1] - g->offsets[0][id]; k++) {
        struct og_edge_word word = og_words_edge(g, id, k);
        if (forms >> word.form & 1)
            give(v, og_words_string(g->words, word.text));
    }
}

static void give_dict(const struct og_graph *g, og_addr dict, struct og_names_visitor *v)
{
    give_names(g, dict, 1u << OG_EDGE_ATTRIBUTE | 1u << OG_EDGE_KEY_STR, v);
}

/* Without `object`, which comes last in every mro and says nothing. */
static void give_class(const struct og_graph *g, og_addr type, struct og_names_visitor *v)
{
    og_addr mro = og_words_own_attr(g, type, "__mro__");
    og_id id = mro ? og_graph_find(g, mro, 0) : OG_ID_NONE;
    uint64_t count = id == OG_ID_NONE ? 0 : g->offsets[0][id + 1] - g->offsets[0][id];
    for (uint64_t k = 0; k < count && k < MRO_MAX; k++) {
        og_addr base = g->addresses[og_target_id(g->targets[0][g->offsets[0][id] + k])];
        if (og_words_edge(g, id, k).text + 1 != count)
            give_dict(g, og_words_own_attr(g, base, "__dict__"), v);
    }
}

void og_words_names_of_object(const struct og_graph *g, og_addr obj, struct og_names_visitor *v)
{
    og_id id = obj && g->words ? og_graph_find(g, obj, 0) : OG_ID_NONE;
    if (id == OG_ID_NONE)
        return;
    if (og_graph_type_of(g, id)->kind == OG_KIND_TYPE) {
        give_class(g, obj, v);
        return;
    }
    give_names(g, obj, 1u << OG_EDGE_FIELD | 1u << OG_EDGE_ATTRIBUTE | 1u << OG_EDGE_LOCAL, v);
    give_dict(g, og_words_own_attr(g, obj, "__dict__"), v);
    give_class(g, og_graph_type_of(g, id)->addr, v);
}

void og_words_names_of_scope(const struct og_graph *g, struct og_names_visitor *v)
{
    char buf[OG_PATH_NAME];
    struct og_text label;
    give_dict(g, og_words_module_dict(g, "__main__"), v);
    for (uint64_t i = 0; g->words && i < g->words->module_count; i++) {
        og_text_init(&label, buf, sizeof buf);
        og_words_label(g, g->words->modules[i], &label);
        if (!label.cut)
            give(v, buf);
    }
    give_dict(g, og_words_module_dict(g, "builtins"), v);
}

void og_words_names_of_dict(const struct og_graph *g, og_addr dict, struct og_names_visitor *v)
{
    char buf[OG_EDGE_TEXT], written[OG_EDGE_TEXT];
    og_id id = dict && g->words ? og_graph_find(g, dict, 0) : OG_ID_NONE;
    for (uint64_t k = 0; id != OG_ID_NONE && v->left && k < g->offsets[0][id + 1] - g->offsets[0][id]; k++) {
        struct og_text text, key;
        struct og_edge_name name;
        og_text_init(&text, buf, sizeof buf);
        og_text_init(&key, written, sizeof written);
        og_words_name(g, id, k, &text, &name);
        if (name.form != OG_EDGE_KEY && name.form != OG_EDGE_KEY_STR && name.form != OG_EDGE_ATTRIBUTE)
            continue;
        name.form = name.form == OG_EDGE_ATTRIBUTE ? OG_EDGE_KEY_STR : name.form;
        if (*name.text)
            og_edge_name_key(&name, &key);
        give(v, written);
    }
}
