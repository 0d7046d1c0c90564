/* Paths in an opened snapshot: what memory says elsewhere, the names of references say here. */
#include "engine/path.h"
#include "graph/words.h"

enum { MRO_MAX = 64, SIMILAR_BYTES = 220 };

/* ---- references by name ---- */

static og_id id_at(const struct og_graph *g, og_addr addr)
{
    return addr && g->words ? og_graph_find(g, addr, 0) : OG_ID_NONE;
}

static og_addr address_of(const struct og_graph *g, og_id id)
{
    return id == OG_ID_NONE ? 0 : g->addresses[id];
}

static uint64_t count_of(const struct og_graph *g, og_id id)
{
    return g->offsets[0][id + 1] - g->offsets[0][id];
}

static og_id target_of(const struct og_graph *g, og_id id, uint64_t k)
{
    return og_target_id(g->targets[0][g->offsets[0][id] + k]);
}

/* The first reference of ID that has this name in one of these forms (bits). */
static og_id find_named(const struct og_graph *g, og_id id, const char *name, uint32_t forms)
{
    for (uint64_t k = 0; id != OG_ID_NONE && k < count_of(g, id); k++) {
        struct og_edge_word word = og_words_edge(g, id, k);
        if (forms >> word.form & 1 && og_streq(og_words_string(g->words, word.text), name))
            return target_of(g, id, k);
    }
    return OG_ID_NONE;
}

static og_id find_field(const struct og_graph *g, og_id id, const char *name)
{
    return find_named(g, id, name, 1u << OG_EDGE_FIELD);
}

static og_id find_str_key(const struct og_graph *g, og_id dict, const char *name)
{
    return find_named(g, dict, name, 1u << OG_EDGE_ATTRIBUTE | 1u << OG_EDGE_KEY_STR);
}

static og_id find_item(const struct og_graph *g, og_id id, uint64_t index)
{
    for (uint64_t k = 0; id != OG_ID_NONE && k < count_of(g, id); k++) {
        struct og_edge_word word = og_words_edge(g, id, k);
        if (word.form == OG_EDGE_INDEX && word.text == index)
            return target_of(g, id, k);
    }
    return OG_ID_NONE;
}

og_addr og_words_get(const struct og_graph *g, og_addr dict, const char *name)
{
    return address_of(g, find_str_key(g, id_at(g, dict), name));
}

/* ---- modules ---- */

static og_id module_named(const struct og_graph *g, const char *name)
{
    char buf[OG_PATH_MAX];
    struct og_text label;
    for (uint64_t i = 0; g->words && i < g->words->module_count; i++) {
        og_text_init(&label, buf, sizeof buf);
        og_words_label(g, g->words->modules[i], &label);
        if (og_streq(buf, name))
            return g->words->modules[i];
    }
    return OG_ID_NONE;
}

og_addr og_words_module(const struct og_graph *g, const char *name)
{
    return address_of(g, module_named(g, name));
}

og_addr og_words_module_dict(const struct og_graph *g, const char *name)
{
    return address_of(g, find_field(g, module_named(g, name), "__dict__"));
}

/* ---- attributes ---- */

static og_id class_of(const struct og_graph *g, og_id id)
{
    return og_graph_find(g, og_graph_type_of(g, id)->addr, 0);
}

static og_id class_attr(const struct og_graph *g, og_id type, const char *name)
{
    og_id mro = type == OG_ID_NONE ? OG_ID_NONE : find_field(g, type, "__mro__");
    for (uint64_t i = 0; i < MRO_MAX; i++) {
        og_id base = find_item(g, mro, i);
        if (base == OG_ID_NONE)
            break;
        og_id found = find_str_key(g, find_field(g, base, "__dict__"), name);
        if (found != OG_ID_NONE)
            return found;
    }
    return OG_ID_NONE;
}

static og_id own_attr(const struct og_graph *g, og_id id, const char *name)
{
    const uint32_t stored = 1u << OG_EDGE_FIELD | 1u << OG_EDGE_ATTRIBUTE | 1u << OG_EDGE_LOCAL;
    if (og_streq(name, "__class__"))
        return class_of(g, id);
    if (og_graph_type_of(g, id)->kind == OG_KIND_TYPE) {
        og_id field = find_field(g, id, name);
        return field != OG_ID_NONE ? field : class_attr(g, id, name);
    }
    og_id dict = find_field(g, id, "__dict__");
    if (og_streq(name, "__dict__"))
        return dict;
    og_id found = find_str_key(g, dict, name);
    return found != OG_ID_NONE ? found : find_named(g, id, name, stored);
}

og_addr og_words_own_attr(const struct og_graph *g, og_addr obj, const char *name)
{
    og_id id = id_at(g, obj);
    return id == OG_ID_NONE ? 0 : address_of(g, own_attr(g, id, name));
}

static og_id submodule(const struct og_graph *g, og_id id, const char *name)
{
    char dotted[OG_PATH_MAX];
    struct og_text t;
    if (og_graph_type_of(g, id)->kind != OG_KIND_MODULE)
        return OG_ID_NONE;
    og_text_init(&t, dotted, sizeof dotted);
    og_words_label(g, id, &t);
    og_text_addf(&t, ".%s", name);
    return t.cut ? OG_ID_NONE : module_named(g, dotted);
}

int og_words_attr(const struct og_scope *s, og_addr obj, const char *name, const char *path, og_addr *out,
                  struct og_error *err)
{
    char buf[SIMILAR_BYTES] = "";
    const struct og_graph *g = s->graph;
    struct og_text t;
    struct og_near near;
    og_id id = id_at(g, obj);
    if (id == OG_ID_NONE)
        return og_fail(err, OG_EUNREADABLE, obj, "%s leads to %x, where the snapshot has no object", path, obj);
    og_id found = own_attr(g, id, name);
    if (found == OG_ID_NONE)
        found = submodule(g, id, name);
    if (found == OG_ID_NONE) {
        found = class_attr(g, class_of(g, id), name);
        const char *why = found == OG_ID_NONE ? NULL : og_path_runs_code(og_graph_type_of(g, found)->name);
        if (why)
            return og_fail(err, OG_EABSENT, obj, "'%s' of %s (%s) %s", name, path, og_graph_type_of(g, id)->name, why);
    }
    *out = address_of(g, found);
    if (*out)
        return OG_OK;
    og_text_init(&t, buf, sizeof buf);
    og_near_begin(&near, name);
    og_names_of_object(s, obj, &near.visitor);
    if (near.count) {
        og_text_add(&t, "; similar:");
        og_near_text(&near, &t);
    }
    return og_fail(err, OG_EABSENT, obj, "%s (%s at %x) has no attribute '%s'%s", path, og_graph_type_of(g, id)->name,
                   obj, name, buf);
}

/* ---- items ---- */

bool og_words_is_dict(const struct og_graph *g, og_addr obj)
{
    og_id id = id_at(g, obj);
    return id != OG_ID_NONE && og_graph_type_of(g, id)->tp_flags & OG_TPFLAGS_DICT_SUBCLASS;
}

static bool is_number(const struct og_literal_part *p)
{
    return p->kind == OG_LITERAL_INT || p->kind == OG_LITERAL_BOOL || p->kind == OG_LITERAL_FLOAT;
}

/* 1 == 1.0 == True. */
static bool same_number(const struct og_literal_part *a, const struct og_literal_part *b)
{
    if (a->kind != OG_LITERAL_FLOAT && b->kind != OG_LITERAL_FLOAT)
        return a->number == b->number;
    double x = a->kind == OG_LITERAL_FLOAT ? a->real : (double)a->number;
    double y = b->kind == OG_LITERAL_FLOAT ? b->real : (double)b->number;
    return x == y;
}

static bool same_literal(const struct og_literal *a, const struct og_literal *b)
{
    bool same = a->count == b->count;
    for (uint32_t i = 0; same && i < a->count; i++) {
        const struct og_literal_part *x = &a->parts[i], *y = &b->parts[i];
        if (is_number(x) && is_number(y))
            same = same_number(x, y);
        else
            same = x->kind == y->kind && (x->kind != OG_LITERAL_TUPLE || x->number == y->number) &&
                   x->text_len == y->text_len && memcmp(a->text + x->text, b->text + y->text, x->text_len) == 0;
    }
    return same;
}

/* KEY is what a name of a reference says between brackets. */
static bool is_key(const char *name, const struct og_literal *key)
{
    char buf[OG_EDGE_TEXT];
    struct og_literal literal;
    struct og_text t;
    og_text_init(&t, buf, sizeof buf);
    og_text_addf(&t, "%s]", name);
    struct og_path p = {buf, buf};
    return !t.cut && og_path_literal(&p, &literal, NULL) == OG_OK && same_literal(&literal, key);
}

/* HIDDEN: there are keys whose contents were not to be stored. */
static og_id find_key(const struct og_graph *g, og_id id, const struct og_literal *key, bool *hidden)
{
    bool str = key->count == 1 && key->parts[0].kind == OG_LITERAL_STR;
    og_id found = str ? find_str_key(g, id, key->text + key->parts[0].text) : OG_ID_NONE;
    for (uint64_t k = 0; found == OG_ID_NONE && k < count_of(g, id); k++) {
        struct og_edge_word word = og_words_edge(g, id, k);
        const char *name = og_words_string(g->words, word.text);
        if (word.form != OG_EDGE_KEY)
            continue;
        if (!*name)
            *hidden = true;
        else if (!str && is_key(name, key))
            found = target_of(g, id, k);
    }
    return found;
}

static int no_key(const struct og_scope *s, og_addr dict, const char *wanted, const char *written, const char *path,
                  bool hidden, struct og_error *err)
{
    char buf[SIMILAR_BYTES] = "";
    struct og_text t;
    struct og_near near;
    if (hidden)
        return og_fail(
            err, OG_EABSENT, dict,
            "%s may have a key %s: contents of its keys are not in this snapshot, og-save -strings keeps them", path,
            written);
    og_text_init(&t, buf, sizeof buf);
    og_near_begin(&near, wanted);
    og_names_of_dict(s, dict, &near.visitor);
    if (near.count || near.first_count) {
        og_text_add(&t, near.count ? "; similar:" : "; among its keys:");
        og_near_text(&near, &t);
    }
    return og_fail(err, OG_EABSENT, dict, "%s has no key %s%s", path, written, buf);
}

static int item_at(const struct og_graph *g, og_id id, const struct og_literal *key, const char *path, og_addr *out,
                   struct og_error *err)
{
    int64_t count = og_words_len(g, id);
    const struct og_literal_part *part = &key->parts[0];
    const char *type = og_graph_type_of(g, id)->name;
    if (key->count != 1 || (part->kind != OG_LITERAL_INT && part->kind != OG_LITERAL_BOOL))
        return og_fail(err, OG_EARG, g->addresses[id], "%s is a %s of %d items: its index must be a whole number", path,
                       type, count);
    int64_t i = part->number < 0 ? part->number + count : part->number;
    if (i < 0 || i >= count)
        return og_fail(err, OG_EABSENT, g->addresses[id], "%s has no item [%d]: it is a %s of %d items", path,
                       part->number, type, count);
    *out = address_of(g, find_item(g, id, (uint64_t)i));
    return *out ? OG_OK
                : og_fail(err, OG_EUNREADABLE, g->addresses[id], "item [%d] of %s is not in the snapshot", part->number,
                          path);
}

int og_words_item(const struct og_scope *s, og_addr obj, const struct og_literal *key, const char *written,
                  const char *path, og_addr *out, struct og_error *err)
{
    const struct og_graph *g = s->graph;
    bool hidden = false;
    og_id id = id_at(g, obj);
    if (id != OG_ID_NONE && og_graph_type_of(g, id)->kind == OG_KIND_MAPPINGPROXY && count_of(g, id))
        id = target_of(g, id, 0);
    if (id == OG_ID_NONE)
        return og_fail(err, OG_EUNREADABLE, obj, "%s leads to %x, where the snapshot has no object", path, obj);
    const struct og_graph_type *type = og_graph_type_of(g, id);
    if (type->kind == OG_KIND_LIST || type->kind == OG_KIND_TUPLE || type->kind == OG_KIND_DEQUE)
        return item_at(g, id, key, path, out, err);
    if (!(type->tp_flags & OG_TPFLAGS_DICT_SUBCLASS))
        return og_fail(err, OG_EABSENT, obj, "%s (%s at %x) has no items that a snapshot knows", path, type->name, obj);
    *out = address_of(g, find_key(g, id, key, &hidden));
    const struct og_literal_part *part = &key->parts[0];
    const char *wanted = part->kind == OG_LITERAL_STR ? key->text + part->text : written;
    return *out ? OG_OK : no_key(s, g->addresses[id], wanted, written, path, hidden, err);
}
