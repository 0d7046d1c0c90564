/* One object, straight from memory: what og-show and every listed row say. */
#include "cpython/target.h"
#include "engine/snapshot_target.h"
#include "memory/guard.h"

enum { LABEL_BYTES = 512 };

static const char *copy(struct og_arena *arena, const struct og_text *text)
{
    const char *s = og_arena_strndup(arena, text->buf, text->len);
    return s ? s : "";
}

/* The object's label, in ARENA; "" when out of memory. */
static const char *label_copy(struct og_py *py, const struct og_object *o, struct og_arena *arena)
{
    char buf[LABEL_BYTES];
    struct og_text text;
    og_text_init(&text, buf, sizeof buf);
    og_object_label(py, o, &text);
    return copy(arena, &text);
}

/* Everything but id. */
static void fill_object(struct og_py *py, const struct og_object *o, struct og_arena *arena, struct og_object_row *out)
{
    out->address = o->addr;
    out->type_address = o->type->addr;
    out->size = og_object_size(py, o);
    out->len = og_object_len(py, o);
    out->refcount = og_object_refcount(py, o);
    out->tracked = og_object_is_tracked(py, o);
    out->id = UINT32_MAX;
    out->is_module = og_is_proper_module(py, o);
    out->type = o->type->name;
    out->long_type = o->type->long_name;
    out->label = label_copy(py, o, arena);
}

static int need_object(struct og_target *t, uint64_t addr, struct og_object *o, struct og_error *err)
{
    if (og_py_plausible_object(&t->py, addr, o))
        return OG_OK;
    return og_fail(err, OG_EABSENT, addr, "no Python object starts at %x", addr);
}

int og_object_describe(struct og_target *t, uint64_t addr, struct og_object_row *out, struct og_error *err)
{
    OG_GUARD(err);
    struct og_object o;
    if (t->snapshot)
        return og_words_describe(t, addr, out, err);
    int code = need_object(t, addr, &o, err);
    if (code != OG_OK)
        return code;
    og_arena_deinit(&t->object);
    fill_object(&t->py, &o, &t->object, out);
    return OG_OK;
}

struct fields {
    struct og_target *target;
    struct og_vec refs; /* struct og_ref */
    uint64_t limit, total;
    bool failed;
};

static void collect(struct og_visitor *v, const struct og_ref *ref)
{
    struct fields *f = v->arg;
    f->total++;
    if (f->limit && f->refs.len >= f->limit)
        return;
    struct og_ref *slot = og_vec_push(&f->refs);
    if (slot)
        *slot = *ref;
    else
        f->failed = true;
}

static void fill_row(struct og_target *t, const struct og_ref *ref, struct og_field_row *row)
{
    char buf[LABEL_BYTES];
    struct og_text text;
    struct og_object to;
    og_text_init(&text, buf, sizeof buf);
    og_ref_label(&t->py, ref, &text);
    *row = (struct og_field_row){ref->target, ref->kind, 0, copy(&t->fields, &text), "?", "unreadable"};
    if (!og_py_object(&t->py, ref->target, &to))
        return;
    row->type = to.type->name;
    row->label = label_copy(&t->py, &to, &t->fields);
}

int og_object_fields(struct og_target *t, uint64_t addr, uint64_t limit, const struct og_field_row **rows,
                     uint64_t *count, uint64_t *total, struct og_error *err)
{
    OG_GUARD(err);
    struct og_object o;
    struct fields f = {.target = t, .limit = limit};
    struct og_visitor v = {collect, &f, true};
    if (t->snapshot)
        return og_words_fields(t, addr, limit, rows, count, total, err);
    int code = need_object(t, addr, &o, err);
    if (code != OG_OK)
        return code;
    og_arena_deinit(&t->fields);
    og_vec_init(&f.refs, sizeof(struct og_ref));
    og_object_references(&t->py, &o, &v);
    struct og_field_row *out = og_arena_alloc(&t->fields, (f.refs.len + 1) * sizeof *out);
    for (uint64_t i = 0; out && i < f.refs.len; i++)
        fill_row(t, og_vec_at(&f.refs, i), &out[i]);
    *rows = out;
    *count = out ? f.refs.len : 0;
    *total = f.total;
    og_vec_deinit(&f.refs);
    return out && !f.failed ? OG_OK
                            : og_fail(err, OG_EMEMORY, addr, "out of memory for the fields of the object at %x", addr);
}
