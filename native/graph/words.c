/* Answers from the words of a graph: the same text as cpython/label*.c makes from memory. */
#include "graph/words.h"
#include "cpython/label.h"

const char *og_words_string(const struct og_words *w, uint32_t offset)
{
    return offset < w->strings_size ? w->strings + offset : "";
}

/* The row of ID: rows are ascending and begin with it (little endian). NULL: none. */
static const void *row_of(const void *rows, uint64_t count, uint64_t width, og_id id)
{
    uint64_t low = 0, high = count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        const char *row = (const char *)rows + middle * width;
        uint32_t at;
        memcpy(&at, row, sizeof at);
        if (at == id)
            return row;
        if (at < id)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* ---- lengths ---- */

static int64_t long_len(const struct og_words *w, og_id id)
{
    const struct og_long_len *row = row_of(w->long_lens, w->long_len_count, sizeof *row, id);
    return row ? (int64_t)row->len : -1;
}

static int64_t len_of(const struct og_words *w, og_id id)
{
    uint32_t len = w->lens[id];
    if (len == OG_LEN_NONE)
        return -1;
    return len == OG_LEN_LONG ? long_len(w, id) : (int64_t)len;
}

int64_t og_words_len(const struct og_graph *g, og_id id)
{
    return len_of(g->words, id);
}

/* ---- labels ---- */

static const char *class_of(const struct og_graph *g, const struct og_words *w, og_id id)
{
    const char *s = og_words_string(w, w->classes[g->nodes[id].type]);
    return *s ? s : og_graph_type_of(g, id)->long_name;
}

static void add_instance(const struct og_graph *g, const struct og_words *w, og_id id, struct og_text *t)
{
    og_text_addf(t, "<%s object at %x>", class_of(g, w, id), g->addresses[id]);
}

static og_id first_target(const struct og_graph *g, og_id id, bool weak)
{
    for (uint64_t i = g->offsets[0][id]; i < g->offsets[0][id + 1]; i++)
        if ((og_target_kind(g->targets[0][i]) == OG_REF_WEAK) == weak)
            return og_target_id(g->targets[0][i]);
    return OG_ID_NONE;
}

static void add_cell(const struct og_graph *g, og_id id, struct og_text *t)
{
    og_id content = first_target(g, id, false);
    og_text_addf(t, "<cell at %x: ", g->addresses[id]);
    if (content == OG_ID_NONE)
        og_text_add(t, "empty>");
    else
        og_text_addf(t, "%s object at %x>", og_graph_type_of(g, content)->name, g->addresses[content]);
}

static void add_weakref(const struct og_graph *g, const struct og_words *w, og_id id, struct og_text *t)
{
    og_id target = first_target(g, id, true);
    og_text_addf(t, "<%s at %x; ", class_of(g, w, id), g->addresses[id]);
    if (target == OG_ID_NONE || og_graph_type_of(g, target)->kind == OG_KIND_NONE)
        og_text_add(t, "dead>");
    else
        og_text_addf(t, "to '%s' at %x>", og_graph_type_of(g, target)->name, g->addresses[target]);
}

static void add_generator(const struct og_graph *g, og_id id, const char *name, struct og_text *t)
{
    char buf[OG_REPR_BYTES];
    struct og_text text;
    og_text_init(&text, buf, sizeof buf);
    og_text_addf(&text, "<%s object %s at %x>", og_graph_type_of(g, id)->name, name, g->addresses[id]);
    og_text_add_cut(t, buf, OG_REPR_CUT);
}

static void add_contents(const char *type, int64_t len, const char *unit, struct og_text *t)
{
    og_text_add(t, type);
    if (len >= 0)
        og_text_addf(t, " of %d %s%s", len, unit, len == 1 ? "" : "s");
}

/* What needs no text of its own. Contents that are not stored are told by their size. */
void og_words_made_label(const struct og_graph *g, const struct og_words *w, og_id id, struct og_text *t)
{
    const struct og_graph_type *type = og_graph_type_of(g, id);
    int64_t len = len_of(w, id);
    switch ((enum og_kind)type->kind) {
    case OG_KIND_DICT:
    case OG_KIND_ODICT:
    case OG_KIND_LIST:
    case OG_KIND_TUPLE:
    case OG_KIND_SET:
        if (len < 0)
            break;
        og_text_addf(t, "%d items", len);
        return;
    case OG_KIND_DEQUE:
    case OG_KIND_MAPPINGPROXY:
        if (len < 0)
            break;
        og_text_addf(t, "%s(%d items)", type->name, len);
        return;
    case OG_KIND_STR:
        add_contents(type->name, len, "character", t);
        return;
    case OG_KIND_BYTES:
    case OG_KIND_BYTEARRAY:
        add_contents(type->name, len, "byte", t);
        return;
    case OG_KIND_INT:
    case OG_KIND_BOOL:
    case OG_KIND_FLOAT:
    case OG_KIND_COMPLEX:
        og_text_add(t, type->name);
        return;
    case OG_KIND_EXCEPTION:
        og_text_addf(t, "%s(...)", type->name);
        return;
    case OG_KIND_CELL:
        add_cell(g, id, t);
        return;
    case OG_KIND_WEAKREF:
        add_weakref(g, w, id, t);
        return;
    case OG_KIND_UNKNOWN:
    case OG_KIND_OBJECT:
    case OG_KIND_NONE:
    case OG_KIND_TYPE:
    case OG_KIND_FUNCTION:
    case OG_KIND_METHOD:
    case OG_KIND_CFUNCTION:
    case OG_KIND_CODE:
    case OG_KIND_FRAME:
    case OG_KIND_GENERATOR:
    case OG_KIND_MODULE:
    case OG_KIND_TRACEBACK:
    case OG_KIND_MEMORYVIEW:
    case OG_KIND_LRU_CACHE:
    case OG_KIND_GREENLET:
    case OG_KIND_NDARRAY:
    case OG_KIND_COUNT:
        break;
    }
    add_instance(g, w, id, t);
}

void og_words_label(const struct og_graph *g, og_id id, struct og_text *t)
{
    const char *own = og_words_string(g->words, g->words->labels[id]);
    if (*own && og_graph_type_of(g, id)->kind == OG_KIND_GENERATOR) {
        add_generator(g, id, own, t);
        return;
    }
    if (!*own || *own == ' ')
        og_words_made_label(g, g->words, id, t);
    og_text_add(t, own);
}

/* ---- modules, roots ---- */

bool og_words_is_module(const struct og_graph *g, og_id id)
{
    return og_graph_type_of(g, id)->kind == OG_KIND_MODULE &&
           row_of(g->words->modules, g->words->module_count, sizeof *g->words->modules, id);
}

const char *og_words_root(const struct og_graph *g, og_id id)
{
    const struct og_id_text *row = row_of(g->words->roots, g->words->root_count, sizeof *row, id);
    return row ? og_words_string(g->words, row->text) : NULL;
}

/* ---- names of references ---- */

struct og_edge_word og_words_edge(const struct og_graph *g, og_id id, uint64_t k)
{
    const struct og_words *w = g->words;
    uint32_t shape = w->shapes[id], count = g->offsets[0][id + 1] - g->offsets[0][id];
    struct og_edge_word none = {OG_EDGE_NONE, 0};
    if (shape == OG_SHAPE_INDEXES && k < count)
        return (struct og_edge_word){OG_EDGE_INDEX, (uint32_t)k};
    if (shape == OG_SHAPE_REVERSED && k < count)
        return (struct og_edge_word){OG_EDGE_INDEX, (uint32_t)(count - 1 - k)};
    if (shape < OG_SHAPE_FIRST || shape >= w->name_count || k >= w->names[shape].text ||
        w->names[shape].text >= w->name_count - shape)
        return none;
    return w->names[shape + 1 + k];
}

/* A member that is not stored is told by its own label, as short as an element is. */
static void add_member(const struct og_graph *g, og_id id, struct og_text *t)
{
    char buf[OG_REPR_BYTES];
    struct og_text label;
    og_text_init(&label, buf, sizeof buf);
    og_words_label(g, id, &label);
    og_text_shorten(t, 0);
    if (!og_text_add_cut(t, buf, OG_NAME_CUT))
        og_text_add(t, "...");
}

void og_words_name(const struct og_graph *g, og_id id, uint64_t k, struct og_text *t, struct og_edge_name *out)
{
    struct og_edge_word word = og_words_edge(g, id, k);
    bool index = word.form == OG_EDGE_INDEX;
    *out = (struct og_edge_name){.form = word.form, .minor = g->words->minor, .index = index ? word.text : 0};
    out->text = index ? "" : og_words_string(g->words, word.text);
    if (word.form == OG_EDGE_KEY_SELF && !*out->text) {
        add_member(g, og_target_id(g->targets[0][g->offsets[0][id] + k]), t);
        out->text = t->buf;
    }
}
