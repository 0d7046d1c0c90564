/* What an unfinished path could become. */
#include "engine/path.h"
#include "memory/guard.h"

enum { COMPLETIONS_MAX = 200, NAMES_MAX = 20000 };

struct completion {
    struct og_names_visitor visitor;
    struct og_vec out; /* char: names, NUL-separated */
    const char *head;  /* what stands before the unfinished part */
    uint64_t head_len;
    const char *partial;
    const char *tail; /* behind each name */
    uint64_t found;
    bool failed;
};

static void append(struct completion *c, const char *s, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++) {
        char *to = og_vec_push(&c->out);
        if (!to) {
            c->failed = true;
            return;
        }
        *to = s[i];
    }
}

/* An instance may have a name that its class has too. */
static bool is_there(const struct completion *c, const char *from, uint64_t n)
{
    const char *data = c->out.data;
    uint64_t end = (uint64_t)(from - data);
    for (uint64_t i = 0; i < end; i += strlen(data + i) + 1)
        if (strlen(data + i) + 1 == n && memcmp(data + i, from, n) == 0)
            return true;
    return false;
}

static void consider(struct og_names_visitor *v, const char *name)
{
    struct completion *c = v->arg;
    if (strncmp(name, c->partial, strlen(c->partial)) != 0 || (name[0] == '_' && !*c->partial))
        return;
    uint64_t start = c->out.len;
    append(c, c->head, c->head_len);
    append(c, name, strlen(name));
    append(c, c->tail, strlen(c->tail) + 1);
    if (!c->failed && is_there(c, (const char *)c->out.data + start, c->out.len - start))
        c->out.len = start;
    else if (++c->found == COMPLETIONS_MAX)
        v->left = 0;
}

static void split_at(struct completion *c, const struct og_path *p, const char *unfinished, const char *tail)
{
    c->head = p->whole;
    c->head_len = (uint64_t)(unfinished - p->whole);
    c->partial = unfinished;
    c->tail = tail;
}

/* The names behind a dot at the end; false: the name is whole and P goes on. */
static bool complete_attr(const struct og_scope *s, const struct og_path *p, og_addr obj, struct completion *c)
{
    char name[OG_PATH_NAME];
    struct og_path rest = {p->whole, p->at + 1};
    og_path_name(&rest, name);
    if (*rest.at)
        return false;
    split_at(c, p, p->at + 1, "");
    og_names_of_object(s, obj, &c->visitor);
    return true;
}

static bool complete_key(const struct og_scope *s, const struct og_path *p, og_addr obj, struct completion *c)
{
    struct og_literal key;
    struct og_object o;
    struct og_path rest = {p->whole, p->at + 1};
    bool empty = !*rest.at;
    if (!empty && og_path_literal(&rest, &key, NULL) == OG_OK)
        return false;
    split_at(c, p, p->at + 1, "]");
    if (s->graph ? og_words_is_dict(s->graph, obj)
                 : og_py_object(s->py, obj, &o) && o.type->tp_flags & OG_TPFLAGS_DICT_SUBCLASS)
        og_names_of_dict(s, obj, &c->visitor);
    return true;
}

static void complete(const struct og_scope *s, struct og_path *p, struct completion *c)
{
    char name[OG_PATH_NAME];
    struct og_path first = *p;
    og_addr obj;
    og_path_name(&first, name);
    if (!*first.at) {
        split_at(c, p, p->at, "");
        og_names_of_scope(s, &c->visitor);
        return;
    }
    if (og_scope_find(s, p, &obj, NULL) != OG_OK)
        return;
    while (*p->at) {
        if (*p->at == '.' && complete_attr(s, p, obj, c))
            return;
        if (*p->at == '[' && complete_key(s, p, obj, c))
            return;
        if (og_path_step(s, p, &obj, NULL) != OG_OK)
            return;
    }
}

int og_path_complete(struct og_target *t, const char *path, uint64_t native_tid, uint64_t thread_id, const char **names,
                     struct og_error *err)
{
    OG_GUARD(err);
    struct og_scope scope;
    struct og_path p = {path, path};
    struct completion c = {.visitor = {consider, &c, NAMES_MAX}};
    og_arena_deinit(&t->names);
    og_vec_init(&c.out, 1);
    if (strlen(path) < OG_PATH_MAX) {
        og_scope_open(t, native_tid, thread_id, &scope);
        complete(&scope, &p, &c);
    }
    append(&c, "", 1);
    *names = og_arena_strndup(&t->names, c.out.data, c.out.len);
    og_vec_deinit(&c.out);
    return *names && !c.failed ? OG_OK : og_fail(err, OG_EMEMORY, 0, "out of memory for names");
}
