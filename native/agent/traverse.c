/* References from the interpreter's own word: tp_traverse calls back for each object that the collector would follow. */
#include "agent/agent.h"

typedef int (*visitproc)(void *object, void *arg);
typedef int (*traverseproc)(void *self, visitproc visit, void *arg);

static int visit_strong(void *object, void *arg)
{
    og_scan_core_reference(arg, (og_addr)object, OG_REF_STRONG);
    return 0;
}

/* _PyObject_IS_GC(): of all types only `type` and what derives from it has a tp_is_gc, type_is_gc(): heap types. */
static bool is_gc(const struct og_scan_core *s, const struct og_object *o)
{
    uint64_t flags;
    if (!(o->type->tp_flags & OG_TPFLAGS_HAVE_GC) || !o->type->tp_traverse)
        return false;
    if (!(o->type->tp_flags & OG_TPFLAGS_TYPE_SUBCLASS))
        return true;
    memcpy(&flags, (const void *)(o->addr + (uint64_t)s->py->l.tp_flags), sizeof flags);
    return (flags & OG_TPFLAGS_HEAPTYPE) != 0;
}

static void visit_decoded(struct og_visitor *v, const struct og_ref *ref)
{
    if (ref->kind != OG_REF_INFERRED)
        og_scan_core_reference(v->arg, ref->target, ref->kind);
}

static void visit_weak(struct og_visitor *v, const struct og_ref *ref)
{
    if (ref->kind == OG_REF_WEAK)
        og_scan_core_reference(v->arg, ref->target, OG_REF_WEAK);
}

void og_agent_traverse(struct og_scan_core *s, const struct og_object *o)
{
    struct og_visitor v = {.visit = visit_decoded, .arg = s};
    if (is_gc(s, o)) {
        ((traverseproc)o->type->tp_traverse)((void *)o->addr, visit_strong, s);
        v.visit = visit_weak; /* which tp_traverse does not know */
        if (o->type->kind != OG_KIND_WEAKREF)
            return;
    }
    og_object_references(s->py, o, &v);
}
