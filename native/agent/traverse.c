/* References from the interpreter's own word: tp_traverse calls back for each object that the collector would follow.
 */
#include "agent/agent.h"

typedef int (*visitproc)(void *object, void *arg);
typedef int (*traverseproc)(void *self, visitproc visit, void *arg);

static int visit_strong(void *object, void *arg)
{
    og_scan_core_reference(arg, (og_addr)object, OG_REF_STRONG);
    return 0;
}

/* The tp_traverse of code objects, which free-threaded builds alone have, knows their constants and nothing else. */
static bool tells_all(const struct og_object *o)
{
    return o->type->kind != OG_KIND_CODE;
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

static struct og_agent_state *agent_of(struct og_scan_core *s)
{
    return (struct og_agent_state *)((char *)s - offsetof(struct og_agent_state, scan));
}

static bool is_trusted(const struct og_agent_state *a, og_addr traverse)
{
    for (uint32_t i = 0; i < a->untrusted_count; i++)
        if (a->untrusted[i] == traverse)
            return false;
    return true;
}

bool og_agent_recover(struct og_agent_state *a)
{
    if (!a->calling)
        return true;
    if (a->untrusted_count == OG_AGENT_UNTRUSTED_MAX)
        return false;
    a->untrusted[a->untrusted_count++] = a->calling;
    a->calling = 0;
    a->scan.edges.len = a->edges_before;
    a->scan.next--;
    return true;
}

static void call_traverse(struct og_agent_state *a, const struct og_object *o)
{
    a->edges_before = a->scan.edges.len;
    __atomic_store_n(&a->calling, o->type->tp_traverse, __ATOMIC_RELEASE);
    ((traverseproc)o->type->tp_traverse)((void *)o->addr, visit_strong, &a->scan);
    __atomic_store_n(&a->calling, 0, __ATOMIC_RELEASE);
}

static void visit_weak(struct og_visitor *v, const struct og_ref *ref)
{
    if (ref->kind == OG_REF_WEAK)
        og_scan_core_reference(v->arg, ref->target, OG_REF_WEAK);
}

static void visit_any(struct og_visitor *v, const struct og_ref *ref)
{
    og_scan_core_reference(v->arg, ref->target, ref->kind);
}

void og_agent_traverse(struct og_scan_core *s, const struct og_object *o)
{
    struct og_visitor v = {.visit = visit_any, .arg = s}; /* inferred ones too: no tp_traverse says which they are */
    if (is_gc(s, o) && tells_all(o) && is_trusted(agent_of(s), o->type->tp_traverse)) {
        call_traverse(agent_of(s), o);
        if (og_hides_references(s->py, o->type)) {
            v.visit = visit_any;
            og_hidden_references(s->py, o, &v);
        }
        v.visit = visit_weak; /* which tp_traverse does not know */
        if (o->type->kind != OG_KIND_WEAKREF)
            return;
    }
    og_object_references(s->py, o, &v);
}
