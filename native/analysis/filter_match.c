/* Asking a compiled filter about one object. */
#include "analysis/filter.h"
#include "graph/words.h"

#include <string.h>

enum { REPR_MAX = 1024 };

struct asked {
    const struct og_filter *filter;
    const struct og_subject *subject;
    bool resolved, readable;
    struct og_object object;
    bool has_repr;
    char repr[REPR_MAX];
    char module[REPR_MAX];
};

static const struct og_object *object_of(struct asked *a)
{
    const struct og_subject *s = a->subject;
    if (!a->resolved) {
        a->resolved = true;
        a->readable = s->py && og_py_object(s->py, s->addr, &a->object);
    }
    return a->readable ? &a->object : NULL;
}

static const char *repr_of(struct asked *a)
{
    const struct og_subject *s = a->subject;
    const struct og_object *o = s->graph ? NULL : object_of(a);
    if (!a->has_repr && (s->graph || o)) {
        struct og_text text;
        og_text_init(&text, a->repr, sizeof a->repr);
        if (s->graph)
            og_words_label(s->graph, s->id, &text);
        else
            og_object_label(s->py, o, &text);
        a->has_repr = true;
    }
    return a->has_repr ? a->repr : NULL;
}

static int64_t len_of(struct asked *a)
{
    const struct og_subject *s = a->subject;
    if (s->graph)
        return og_words_len(s->graph, s->id);
    const struct og_object *o = object_of(a);
    return o ? og_object_len(s->py, o) : -1;
}

/* The long name without "." and the short one; "" where it has no module. */
static const char *module_of(struct asked *a)
{
    uint64_t length = strlen(a->subject->long_type), name = strlen(a->subject->type);
    uint64_t n = length > name ? length - name - 1 : 0;
    if (n >= sizeof a->module)
        n = sizeof a->module - 1;
    memcpy(a->module, a->subject->long_type, n);
    a->module[n] = 0;
    return a->module;
}

static bool has_dot(const struct asked *a, const struct og_filter_operand *o)
{
    return o->field == OG_FIELD_TEXT && strchr(a->filter->texts + o->text, '.') != NULL;
}

/* NULL: the object has none. */
static const char *text_of(struct asked *a, const struct og_filter_operand *o, const struct og_filter_operand *other)
{
    switch ((enum og_filter_field)o->field) {
    case OG_FIELD_TEXT:
        return a->filter->texts + o->text;
    case OG_FIELD_TYPE:
        return has_dot(a, other) ? a->subject->long_type : a->subject->type;
    case OG_FIELD_MODULE:
        return module_of(a);
    case OG_FIELD_REPR:
        return repr_of(a);
    case OG_FIELD_NUMBER:
    case OG_FIELD_SIZE:
    case OG_FIELD_REFCOUNT:
    case OG_FIELD_LEN:
    case OG_FIELD_TRACKED:
        break;
    }
    return NULL;
}

static bool number_of(struct asked *a, const struct og_filter_operand *o, double *out)
{
    const struct og_subject *s = a->subject;
    switch ((enum og_filter_field)o->field) {
    case OG_FIELD_NUMBER:
        *out = o->number;
        return true;
    case OG_FIELD_SIZE:
        *out = (double)s->size;
        return true;
    case OG_FIELD_REFCOUNT:
        *out = (double)s->refcount;
        return true;
    case OG_FIELD_TRACKED:
        *out = (double)s->tracked;
        return true;
    case OG_FIELD_LEN: {
        int64_t len = len_of(a);
        *out = (double)len;
        return len >= 0;
    }
    case OG_FIELD_TEXT:
    case OG_FIELD_TYPE:
    case OG_FIELD_MODULE:
    case OG_FIELD_REPR:
        break;
    }
    return false;
}

static bool holds(enum og_filter_op op, int order)
{
    switch (op) {
    case OG_FILTER_EQ:
        return order == 0;
    case OG_FILTER_NE:
        return order != 0;
    case OG_FILTER_LT:
        return order < 0;
    case OG_FILTER_LE:
        return order <= 0;
    case OG_FILTER_GT:
        return order > 0;
    case OG_FILTER_GE:
        return order >= 0;
    case OG_FILTER_HAS:
    case OG_FILTER_NOT:
    case OG_FILTER_JUMP_FALSE:
    case OG_FILTER_JUMP_TRUE:
        break;
    }
    return false;
}

static bool compare(struct asked *a, const struct og_filter_step *s)
{
    double x, y;
    if (number_of(a, &s->left, &x))
        return number_of(a, &s->right, &y) && holds(s->op, (x > y) - (x < y));
    if (s->left.field == OG_FIELD_LEN)
        return false;
    const char *left = text_of(a, &s->left, &s->right), *right = text_of(a, &s->right, &s->left);
    if (!left || !right)
        return false;
    return s->op == OG_FILTER_HAS ? strstr(left, right) != NULL : holds(s->op, strcmp(left, right));
}

bool og_filter_matches(const struct og_filter *f, const struct og_subject *s)
{
    struct asked a;
    a.filter = f;
    a.subject = s;
    a.resolved = a.has_repr = false;
    bool truth = true;
    for (uint32_t i = 0; i < f->count;) {
        const struct og_filter_step *step = &f->steps[i++];
        if (step->op == OG_FILTER_NOT)
            truth = !truth;
        else if (step->op == OG_FILTER_JUMP_FALSE)
            i = truth ? i : step->jump;
        else if (step->op == OG_FILTER_JUMP_TRUE)
            i = truth ? step->jump : i;
        else
            truth = compare(&a, step);
    }
    return truth;
}
