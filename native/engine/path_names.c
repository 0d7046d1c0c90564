/* Which names there are: for completion, and for the sentence that says what was meant perhaps. */
#include "cpython/label.h"
#include "cpython/lookup.h"
#include "engine/path.h"

enum { NAMES_SEEN_MAX = 100000, MRO_MAX = 64, DISTANCE_MAX = 2, COMPARED_MAX = 63 };

/* ---- listing ---- */

static void give(struct og_names_visitor *v, const char *name)
{
    if (v->left && *name) {
        v->left--;
        v->visit(v, name);
    }
}

static void give_str(struct og_py *py, og_addr str, struct og_names_visitor *v)
{
    char buf[OG_PATH_NAME];
    struct og_text t;
    og_text_init(&t, buf, sizeof buf);
    if (v->left && og_str_text(py, str, 0, false, &t) && !t.cut)
        give(v, buf);
}

static void give_names(struct og_py *py, og_addr dict, struct og_names_visitor *v)
{
    struct og_dict_cursor c;
    og_addr key, value;
    if (og_dict_begin(py, dict, &c))
        while (v->left && og_dict_next(py, &c, &key, &value))
            give_str(py, key, v);
}

struct own_names {
    struct og_py *py;
    struct og_names_visitor *out;
    bool dict; /* seen */
};

static void give_reference(struct og_visitor *v, const struct og_ref *ref)
{
    struct own_names *own = v->arg;
    bool named = ref->form == OG_NAME_TEXT || ref->form == OG_NAME_ATTR || ref->form == OG_NAME_LOCAL;
    if (!named || !own->out->left)
        return;
    if (ref->obj)
        give_str(own->py, ref->obj, own->out);
    else if (ref->text)
        give(own->out, ref->text);
    if (!ref->obj && ref->text && og_streq(ref->text, "__dict__") && !own->dict) {
        own->dict = true;
        give_names(own->py, ref->target, own->out);
    }
}

/* Without `object`, which comes last in every mro and says nothing. */
static void give_class(struct og_py *py, og_addr type, struct og_names_visitor *v)
{
    og_addr mro = og_word(py, type, py->l.tp_mro);
    uint64_t count = 0;
    if (mro)
        og_mem_u64(py->mem, mro + (uint64_t)py->l.ob_size, &count);
    for (uint64_t i = 0; i + 1 < count && i < MRO_MAX; i++)
        give_names(py, og_type_dict(py, og_word(py, mro + i * 8, py->l.tuple_ob_item)), v);
}

void og_names_of_object(const struct og_scope *s, og_addr obj, struct og_names_visitor *v)
{
    struct og_py *py = s->py;
    struct og_object o;
    struct own_names own = {py, v, false};
    struct og_visitor refs = {give_reference, &own, true};
    if (s->graph) {
        og_words_names_of_object(s->graph, obj, v);
        return;
    }
    if (!og_py_object(py, obj, &o))
        return;
    if (o.type->kind == OG_KIND_TYPE) {
        give_class(py, obj, v);
        return;
    }
    og_object_references(py, &o, &refs);
    give_class(py, o.type->addr, v);
}

void og_names_of_scope(const struct og_scope *s, struct og_names_visitor *v)
{
    og_addr name;
    if (s->graph) {
        og_words_names_of_scope(s->graph, v);
        return;
    }
    for (uint32_t i = 0; i < s->frame.nlocalsplus; i++)
        if (og_scope_local(s, i, &name))
            give_str(s->py, name, v);
    give_names(s->py, og_scope_dict(s), v);
    give_names(s->py, s->frame.globals, v);
    give_names(s->py, og_scope_main(s), v);
    give_names(s->py, s->modules, v);
    give_names(s->py, s->frame.builtins, v);
}

void og_names_of_dict(const struct og_scope *s, og_addr dict, struct og_names_visitor *v)
{
    struct og_py *py = s->py;
    struct og_dict_cursor c;
    og_addr key, value;
    if (s->graph) {
        og_words_names_of_dict(s->graph, dict, v);
        return;
    }
    if (!og_dict_begin(py, dict, &c))
        return;
    while (v->left && og_dict_next(py, &c, &key, &value)) {
        char buf[OG_REPR_BYTES];
        struct og_text t;
        og_text_init(&t, buf, sizeof buf);
        og_label_element(py, key, &t);
        give(v, buf);
    }
}

/* ---- what is near ---- */

/* Edit distance, cut off above DISTANCE_MAX + 1 where lengths differ by more. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[COMPARED_MAX + 1];
    unsigned n = (unsigned)strlen(a), m = (unsigned)strlen(b);
    if (n > COMPARED_MAX || m > COMPARED_MAX || n > m + DISTANCE_MAX || m > n + DISTANCE_MAX)
        return DISTANCE_MAX + 1;
    for (unsigned j = 0; j <= m; j++)
        row[j] = j;
    for (unsigned i = 1; i <= n; i++) {
        unsigned diagonal = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= m; j++) {
            unsigned best = diagonal + (a[i - 1] != b[j - 1]);
            best = row[j] + 1 < best ? row[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[m];
}

/* NAME may be a quoted key, WANTED is not. */
static bool is_near(const char *wanted, const char *name)
{
    char bare[COMPARED_MAX + 1];
    size_t n = strlen(name), k = strlen(wanted);
    bool quoted = n >= 2 && (name[0] == '\'' || name[0] == '"');
    if (n > COMPARED_MAX || !k)
        return false;
    memcpy(bare, name + quoted, n - 2 * quoted);
    bare[n - 2 * quoted] = 0;
    return distance(wanted, bare) <= (k < 3   ? 0
                                      : k < 5 ? 1
                                              : DISTANCE_MAX) ||
           (k >= 3 && strncmp(wanted, bare, k) == 0);
}

static void keep(char to[][64], uint32_t *count, const char *name)
{
    for (uint32_t i = 0; i < *count; i++)
        if (og_streq(to[i], name))
            return;
    if (*count == 3)
        return;
    struct og_text t;
    og_text_init(&t, to[(*count)++], 64);
    og_text_add(&t, name);
}

static void consider(struct og_names_visitor *v, const char *name)
{
    struct og_near *n = v->arg;
    keep(n->first, &n->first_count, name);
    if (is_near(n->wanted, name))
        keep(n->names, &n->count, name);
}

void og_near_begin(struct og_near *n, const char *wanted)
{
    memset(n, 0, sizeof *n);
    n->visitor = (struct og_names_visitor){consider, n, NAMES_SEEN_MAX};
    n->wanted = wanted;
}

void og_near_text(const struct og_near *n, struct og_text *t)
{
    uint32_t count = n->count ? n->count : n->first_count;
    for (uint32_t i = 0; i < count; i++)
        og_text_addf(t, "%s%s", i ? ", " : " ", n->count ? n->names[i] : n->first[i]);
}
