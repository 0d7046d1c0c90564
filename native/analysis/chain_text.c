/* A chain as one Python expression. An object's __dict__ and the key in it are one attribute; where Python has no
 * expression for a step, words in angle brackets stand. */
#include "analysis/chain.h"

#include <stdlib.h>

enum { EXPRESSION_MAX = 8192, WORDS_MAX = 512, TUPLE_MAX = 8 };

struct step {
    struct og_object source, target;
    bool known; /* both could be read */
    struct og_ref ref;
};

static bool is_identifier(const char *s)
{
    if (!*s || (*s >= '0' && *s <= '9'))
        return false;
    for (; *s; s++)
        if (!(*s == '_' || (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9')))
            return false;
    return true;
}

/* The contents of a str object, cut if need be; false: it is none, or was cut. */
static bool str_words(struct og_py *py, og_addr str, char words[WORDS_MAX])
{
    struct og_text t;
    og_text_init(&t, words, WORDS_MAX);
    return str && og_str_text(py, str, 0, false, &t) && !t.cut;
}

static bool names_attribute(struct og_py *py, const struct og_ref *ref, char words[WORDS_MAX])
{
    return ref->form == OG_NAME_KEY && str_words(py, ref->obj, words) && is_identifier(words);
}

static bool is_dict_field(const struct step *s)
{
    return s->ref.form == OG_NAME_TEXT && s->ref.text && og_streq(s->ref.text, "__dict__");
}

static void add_label(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    char words[WORDS_MAX];
    struct og_text label;
    og_text_init(&label, words, sizeof words);
    og_object_label(py, o, &label);
    og_text_add(t, words);
}

static void add_root(struct og_py *py, og_addr addr, struct og_text *t)
{
    struct og_object o;
    if (!og_py_object(py, addr, &o)) {
        og_text_addf(t, "<%x>", addr);
        return;
    }
    if (o.type->kind == OG_KIND_MODULE && og_is_proper_module(py, &o)) {
        add_label(py, &o, t);
        return;
    }
    og_text_addf(t, "<%s ", o.type->name);
    add_label(py, &o, t);
    og_text_char(t, '>');
}

static bool has_literal(const struct og_object *key)
{
    enum og_kind kind = key->type->is_class ? OG_KIND_UNKNOWN : (enum og_kind)key->type->kind;
    return kind == OG_KIND_INT || kind == OG_KIND_BOOL || kind == OG_KIND_NONE || kind == OG_KIND_FLOAT ||
           kind == OG_KIND_BYTES;
}

static bool is_literal(const struct og_object *key)
{
    return !key->type->is_class && (key->type->kind == OG_KIND_STR || has_literal(key));
}

static void add_literal(struct og_py *py, const struct og_object *key, struct og_text *t)
{
    if (key->type->kind == OG_KIND_STR)
        og_str_text(py, key->addr, 0, true, t);
    else
        add_label(py, key, t);
}

/* Short tuples of literals, a common kind of key; false: another one. */
static bool add_tuple(struct og_py *py, const struct og_object *key, struct og_text *t)
{
    struct og_object items[TUPLE_MAX];
    int64_t n = og_object_len(py, key);
    if (key->type->is_class || key->type->kind != OG_KIND_TUPLE || n < 1 || n > TUPLE_MAX)
        return false;
    for (int64_t i = 0; i < n; i++) {
        uint64_t item;
        if (!og_mem_u64(py->mem, key->addr + (uint64_t)py->l.tuple_ob_item + (uint64_t)i * 8, &item) ||
            !og_py_object(py, item, &items[i]) || !is_literal(&items[i]))
            return false;
    }
    og_text_char(t, '(');
    for (int64_t i = 0; i < n; i++) {
        og_text_add(t, i ? ", " : "");
        add_literal(py, &items[i], t);
    }
    og_text_add(t, n == 1 ? ",)" : ")");
    return true;
}

static void add_key(struct og_py *py, og_addr addr, struct og_text *t)
{
    struct og_object key;
    og_text_char(t, '[');
    if (!og_py_object(py, addr, &key)) {
        og_text_addf(t, "<key %x>", addr);
    } else if (is_literal(&key)) {
        add_literal(py, &key, t);
    } else if (!add_tuple(py, &key, t)) {
        og_text_addf(t, "<%s ", key.type->name);
        add_label(py, &key, t);
        og_text_char(t, '>');
    }
    og_text_char(t, ']');
}

static void add_local(struct og_py *py, const struct step *s, struct og_text *t)
{
    const char *type = s->source.type->name;
    if (s->source.type->kind == OG_KIND_GENERATOR)
        og_text_add(t, og_streq(type, "coroutine")   ? ".cr_frame"
                       : og_streq(type, "generator") ? ".gi_frame"
                                                     : ".ag_frame");
    og_text_add(t, ".f_locals");
    add_key(py, s->ref.obj, t);
}

static void add_words(const struct step *s, const char *words, struct og_text *t)
{
    og_text_addf(t, "<%s: %s>", words, s->known ? s->target.type->name : "?");
}

static void add_attribute(struct og_py *py, const struct og_ref *ref, struct og_text *t)
{
    og_text_char(t, '.');
    if (ref->obj)
        og_str_text(py, ref->obj, 0, false, t);
    else
        og_text_add(t, ref->text ? ref->text : "");
}

static void add_index(const struct step *s, struct og_text *t)
{
    enum og_kind kind = (enum og_kind)s->source.type->kind;
    if (kind == OG_KIND_LIST || kind == OG_KIND_TUPLE || kind == OG_KIND_DEQUE)
        og_text_addf(t, "[%u]", s->ref.index);
    else
        og_text_addf(t, "<item %u>", s->ref.index);
}

static void add_step(struct og_py *py, const struct step *s, struct og_text *t)
{
    switch ((enum og_name_form)s->ref.form) {
    case OG_NAME_TEXT:
        if (s->ref.text && is_identifier(s->ref.text))
            og_text_addf(t, ".%s", s->ref.text);
        else
            add_words(s, s->ref.text ? s->ref.text : "reference", t);
        break;
    case OG_NAME_INDEX:
        add_index(s, t);
        break;
    case OG_NAME_KEY:
        add_key(py, s->ref.obj, t);
        break;
    case OG_NAME_ATTR:
        add_attribute(py, &s->ref, t);
        break;
    case OG_NAME_LOCAL:
        add_local(py, s, t);
        break;
    case OG_NAME_KEY_SELF:
        add_words(s, s->source.type->kind == OG_KIND_SET ? "member" : "key", t);
        break;
    case OG_NAME_NONE:
        add_words(s, "reference", t);
        break;
    }
}

static void add_steps(struct og_py *py, const struct step *steps, uint64_t n, struct og_text *t)
{
    char words[WORDS_MAX];
    for (uint64_t i = 0; i < n; i++) {
        bool more = i + 1 < n;
        if (!steps[i].known) {
            add_words(&steps[i], "reference", t);
        } else if (more && is_dict_field(&steps[i]) && names_attribute(py, &steps[i + 1].ref, words)) {
            og_text_addf(t, ".%s", words);
            i++;
        } else {
            add_step(py, &steps[i], t);
            /* f_locals looks through the cell of a variable. */
            if (more && steps[i].ref.form == OG_NAME_LOCAL && steps[i].target.type->kind == OG_KIND_CELL)
                i++;
        }
    }
}

static bool read_step(struct og_target *t, og_addr source, og_addr target, struct step *out)
{
    struct og_named_edge edge = {.target = target};
    if (!og_edges_decode(t, source, &edge, 1))
        return false;
    out->ref = edge.ref;
    out->known = og_py_object(&t->py, source, &out->source) && og_py_object(&t->py, target, &out->target);
    return true;
}

static bool describe(struct og_report *r, struct og_target *t, struct og_chain_row *row, struct step *steps, char *buf)
{
    struct og_text text;
    uint64_t n = row->length - 1;
    const char **labels = og_report_array(r, n, sizeof *labels);
    bool ok = labels != NULL;
    for (uint64_t i = 0; i < n && ok; i++) {
        ok = read_step(t, row->addresses[i], row->addresses[i + 1], &steps[i]);
        labels[i] = ok ? og_edge_label(r, t, &steps[i].ref) : NULL;
        ok = labels[i] != NULL;
    }
    if (!ok)
        return false;
    og_text_init(&text, buf, EXPRESSION_MAX);
    add_root(&t->py, row->addresses[0], &text);
    add_steps(&t->py, steps, n, &text);
    row->labels = labels;
    row->expression = og_arena_strndup(&r->arena, buf, text.len);
    return row->expression != NULL;
}

bool og_chain_describe(struct og_report *r, struct og_target *t, struct og_chain_row *row)
{
    struct step *steps = calloc(row->length, sizeof *steps);
    char *buf = malloc(EXPRESSION_MAX);
    bool ok = steps && buf && describe(r, t, row, steps, buf);
    free(steps);
    free(buf);
    return ok;
}
