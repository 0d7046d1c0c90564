/* A Python path to the object it leads to, one step after the other. */
#include "engine/path.h"
#include "memory/guard.h"

enum { SHOWN = 120 };

/* The path up to P->at without its last PART bytes, for a sentence: the end of it if it is long. */
static void shown_path(const char *whole, const char *end, char out[SHOWN + 8])
{
    struct og_text t;
    uint64_t n = (uint64_t)(end - whole);
    og_text_init(&t, out, SHOWN + 8);
    if (n > SHOWN) {
        og_text_add(&t, "...");
        whole = end - (SHOWN - 3);
        n = SHOWN - 3;
    }
    og_text_addn(&t, whole, n);
}

static og_addr own_attr(const struct og_scope *s, og_addr obj, const char *name)
{
    return s->graph ? og_words_own_attr(s->graph, obj, name) : og_object_own_attr(s->py, obj, name);
}

/* obj.__dict__['name'] of an object whose attributes have no dict yet: the key names what the object itself stores. */
static bool stores_without_dict(const struct og_scope *s, const struct og_path *p, og_addr obj, const char *name)
{
    struct og_object o;
    if (*p->at != '[' || !og_streq(name, "__dict__") || own_attr(s, obj, name))
        return false;
    return s->graph ||
           (og_py_object(s->py, obj, &o) && s->py->l.minor >= 11 && o.type->tp_flags & OG_TPFLAGS_MANAGED_DICT);
}

static int read_key(struct og_path *p, struct og_literal *key, char path[SHOWN + 8], char written[SHOWN + 8],
                    struct og_error *err)
{
    const char *start = p->at + 1;
    shown_path(p->whole, p->at, path);
    p->at++;
    int code = og_path_literal(p, key, err);
    if (code == OG_MORE)
        return og_fail(err, OG_EARG, 0, "the bracket behind %s is not closed", path);
    if (code == OG_OK)
        shown_path(start, p->at - 1, written);
    return code;
}

static int step_item(const struct og_scope *s, struct og_path *p, og_addr *obj, struct og_error *err)
{
    struct og_literal key;
    char path[SHOWN + 8], written[SHOWN + 8];
    int code = read_key(p, &key, path, written, err);
    return code == OG_OK ? og_path_item(s, *obj, &key, written, path, obj, err) : code;
}

static int step_stored(const struct og_scope *s, struct og_path *p, og_addr *obj, struct og_error *err)
{
    struct og_literal key;
    char path[SHOWN + 8], written[SHOWN + 8];
    int code = read_key(p, &key, path, written, err);
    if (code != OG_OK)
        return code;
    og_addr found = key.parts[0].kind == OG_LITERAL_STR ? own_attr(s, *obj, key.text + key.parts[0].text) : 0;
    if (!found)
        return og_fail(err, OG_EABSENT, *obj, "%s has no key %s", path, written);
    *obj = found;
    return OG_OK;
}

static int step_attr(const struct og_scope *s, struct og_path *p, og_addr *obj, struct og_error *err)
{
    char name[OG_PATH_NAME], path[SHOWN + 8];
    shown_path(p->whole, p->at, path);
    p->at++;
    if (!og_path_name(p, name))
        return og_fail(err, OG_EARG, 0, "a name must follow the dot behind %s", path);
    if (stores_without_dict(s, p, *obj, name))
        return step_stored(s, p, obj, err);
    return og_path_attr(s, *obj, name, path, obj, err);
}

int og_path_step(const struct og_scope *s, struct og_path *p, og_addr *obj, struct og_error *err)
{
    if (*p->at == '.')
        return step_attr(s, p, obj, err);
    if (*p->at == '[')
        return step_item(s, p, obj, err);
    return og_fail(err, OG_EARG, 0, "a path goes on with .name or [key], not with %s", p->at);
}

int og_path_resolve(struct og_target *t, const char *path, uint64_t native_tid, uint64_t thread_id, uint64_t *out,
                    struct og_error *err)
{
    OG_GUARD(err);
    struct og_scope scope;
    struct og_path p = {path, path};
    if (strlen(path) >= OG_PATH_MAX)
        return og_fail(err, OG_EARG, 0, "the path is longer than %u characters", (uint64_t)OG_PATH_MAX);
    og_scope_open(t, native_tid, thread_id, &scope);
    int code = og_scope_find(&scope, &p, out, err);
    while (code == OG_OK && *p.at)
        code = og_path_step(&scope, &p, out, err);
    return code;
}
