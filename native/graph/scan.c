/* The scan proper: the collector's lists, then a breadth-first search along references. What is pushed is looked at
 * only when its turn comes, so that its memory can be prefetched. */
#include "graph/index.h"
#include "graph/scan_types.h"

enum phase { PHASE_LISTS, PHASE_SWEEP, PHASE_ROOTS, PHASE_REFERENCES, PHASE_DONE };
enum { BATCH = 256, AHEAD = 12, DEGREE_MASK = (1 << 30) - 1, DEGREE_MAX = DEGREE_MASK - 1 };

int og_scan_core_init(struct og_scan_core *s, struct og_py *py, const struct og_scan_options *o, struct og_error *err)
{
    memset(s, 0, sizeof *s);
    s->py = py;
    s->level = o->level;
    s->sizes = o->sizes;
    og_vec_init(&s->found, sizeof(struct og_found));
    og_vec_init(&s->edges, sizeof(uint64_t));
    og_vec_init(&s->types, sizeof(uint64_t));
    og_vec_init(&s->big, sizeof(struct og_big_size));
    og_vec_init(&s->counts, sizeof(struct og_type_count));
    og_vec_init(&s->known_types, sizeof(struct og_scan_type));
    og_heap_begin(&s->heap);
    if (o->level < OG_SCAN_TYPES || o->level > OG_SCAN_GRAPH)
        return og_fail(err, OG_EARG, 0, "scan level %u does not exist", (uint64_t)o->level);
    s->index = og_pages_alloc(sizeof *s->index);
    if (!s->index)
        return og_fail(err, OG_EMEMORY, 0, "out of memory");
    og_index_init(s->index);
    return OG_OK;
}

void og_scan_core_deinit(struct og_scan_core *s)
{
    og_vec_deinit(&s->found);
    og_vec_deinit(&s->edges);
    og_vec_deinit(&s->types);
    og_vec_deinit(&s->big);
    og_vec_deinit(&s->counts);
    og_vec_deinit(&s->known_types);
    og_map_deinit(&s->type_slots);
    og_map_deinit(&s->wild);
    if (s->index) {
        og_index_deinit(s->index);
        og_pages_free(s->index, sizeof *s->index);
        s->index = NULL;
    }
}

bool og_scan_see(struct og_scan_core *s, og_addr addr, uint32_t flags)
{
    int news = og_index_mark(s->index, addr);
    if (news == 0)
        return true;
    struct og_found *f = news > 0 ? og_vec_push(&s->found) : NULL;
    if (!f) {
        s->failed = true;
        return false;
    }
    f->addr = addr;
    f->flags = flags & 3;
    return true;
}

/* A word that was taken for a reference may lead to what merely looks like an object. Tracked objects are all known by
 * now, so of the types that the collector knows only what it leaves untracked can be new. */
static bool is_credible(struct og_scan_core *s, og_addr target)
{
    struct og_object o;
    if (og_index_has(s->index, target))
        return true;
    if (!og_py_plausible_object(s->py, target, &o))
        return false;
    return !(o.type->tp_flags & OG_TPFLAGS_HAVE_GC) || o.type->kind == OG_KIND_DICT || o.type->kind == OG_KIND_TUPLE ||
           o.type->kind == OG_KIND_TYPE || o.type->kind == OG_KIND_FRAME;
}

/* An address that no object can have. Damaged memory yields such by the million: none may cost a page of the index.
 * Where a page is known already, nothing is asked. */
static bool is_wild(struct og_scan_core *s, og_addr target)
{
    if (target > OG_EDGE_ADDR_MASK || target < OG_PAGE || target & 3)
        return true;
    bool known = target & 7 ? og_index_has(s->index, target) : og_index_record(s->index, target) != 0;
    return !known && !og_mem_readable(s->py->mem, target, (uint64_t)s->py->l.pyobject_size);
}

bool og_scan_core_reference(struct og_scan_core *s, og_addr target, uint32_t kind)
{
    if (is_wild(s, target))
        return og_scan_lose_wild(s, target);
    if (kind == OG_REF_INFERRED && !is_credible(s, target))
        return true;
    uint64_t *edge = og_vec_push(&s->edges);
    if (!edge) {
        s->failed = true;
        return false;
    }
    *edge = target | (uint64_t)kind << OG_EDGE_KIND_SHIFT;
    return og_scan_see(s, target, 0);
}

/* The type of the object at ADDR, NULL: no object. */
static const struct og_scan_type *type_of(struct og_scan_core *s, og_addr addr)
{
    uint64_t type;
    const char *head = addr & 3 ? NULL : og_mem_at(s->py->mem, addr, (uint64_t)s->py->l.pyobject_size);
    if (!head)
        return NULL;
    memcpy(&type, head + (uint64_t)s->py->l.ob_type, sizeof type);
    return og_scan_type_at(s, type);
}

static bool fill_size(struct og_scan_core *s, struct og_found *f, const struct og_object *o)
{
    uint64_t size = og_object_size(s->py, o);
    if (size < UINT32_MAX) {
        f->size = (uint32_t)size;
        return true;
    }
    struct og_big_size *big = og_vec_push(&s->big);
    if (!big)
        return false;
    *big = (struct og_big_size){o->addr, size};
    f->size = UINT32_MAX;
    return true;
}

/* What the found object is. BAD if it cannot be read; NULL then. */
static const struct og_scan_type *fill(struct og_scan_core *s, uint64_t i)
{
    struct og_found *f = og_vec_at(&s->found, i);
    og_addr addr = f->addr;
    const struct og_scan_type *t = type_of(s, addr);
    f = og_vec_at(&s->found, i); /* a new type is a new object */
    if (!t) {
        f->flags |= OG_FOUND_BAD;
        og_scan_lose(s, addr);
        return NULL;
    }
    struct og_object o = {addr, t->type};
    s->failures = s->py->mem->failures;
    f->type = t->index;
    f->refcount = og_object_refcount(s->py, &o);
    if (!fill_size(s, f, &o))
        s->failed = true;
    return t;
}

/* ---- references ---- */

static void visit(struct og_visitor *v, const struct og_ref *ref)
{
    struct og_scan_core *s = v->arg;
    if (!s->failed)
        og_scan_core_reference(s, ref->target, ref->kind);
}

static void take_references(struct og_scan_core *s, const struct og_object *o)
{
    if (s->traverse) {
        s->traverse(s, o);
        return;
    }
    struct og_visitor v = {.visit = visit, .arg = s};
    og_object_references(s->py, o, &v);
}

static void prefetch(struct og_scan_core *s, uint64_t i)
{
    if (i >= s->found.len)
        return;
    const struct og_window *w = &s->py->mem->windows[0];
    uint64_t offset = ((const struct og_found *)og_vec_at(&s->found, i))->addr - w->start;
    if (offset < w->len)
        __builtin_prefetch(w->ptr + offset);
}

static int take_object(struct og_scan_core *s, uint64_t i, uint64_t *work, struct og_error *err)
{
    const struct og_scan_type *t = fill(s, i);
    if (!t)
        return OG_OK;
    struct og_object o = {((struct og_found *)og_vec_at(&s->found, i))->addr, t->type};
    uint64_t before = s->edges.len;
    take_references(s, &o);
    s->losses.torn += s->py->mem->failures != s->failures;
    uint64_t degree = s->edges.len - before;
    if (degree > DEGREE_MAX)
        return og_fail(err, OG_ELAYOUT, o.addr, "the object at %x has more references than can be: %u", o.addr, degree);
    ((struct og_found *)og_vec_at(&s->found, i))->degree = degree & DEGREE_MASK;
    *work += degree;
    return OG_OK;
}

static int step_references(struct og_scan_core *s, uint64_t limit, struct og_error *err)
{
    int code = OG_OK;
    for (uint64_t work = 0; s->next < s->found.len && work < limit && !s->failed && code == OG_OK; work++) {
        prefetch(s, s->next + AHEAD);
        code = take_object(s, s->next++, &work, err);
    }
    if (s->next >= s->found.len)
        s->phase = PHASE_DONE;
    return code;
}

/* ---- the lists ---- */

void og_scan_take(struct og_scan_core *s, og_addr addr)
{
    uint64_t before = s->found.len;
    if (og_scan_see(s, addr, OG_FOUND_TRACKED) && s->found.len > before && s->level == OG_SCAN_OBJECTS) {
        if (fill(s, before))
            s->losses.torn += s->py->mem->failures != s->failures;
        s->next++;
    }
}

static void end_of_lists(struct og_scan_core *s)
{
    if (s->level == OG_SCAN_TYPES)
        og_scan_count_finish(s);
    s->phase = s->level == OG_SCAN_GRAPH ? PHASE_ROOTS : PHASE_DONE;
}

static void step_lists(struct og_scan_core *s, uint64_t limit)
{
    og_addr batch[BATCH];
    if (s->level == OG_SCAN_TYPES)
        og_scan_count_step(s, limit);
    for (uint64_t done = 0; s->level != OG_SCAN_TYPES && done < limit && !s->heap.done && !s->failed;) {
        uint64_t n = og_heap_next(s->py, &s->heap, batch, BATCH);
        for (uint64_t i = 0; i < n && !s->failed; i++)
            og_scan_take(s, batch[i]);
        done += n;
    }
    if (!s->heap.done)
        return;
    og_scan_note_lists(s);
    bool missing =
        s->unreadable_lists > s->losses.mended_lists || s->py->interps_lost; /* whose lists nobody can name */
    if (missing && !og_is_free_threaded(&s->py->l))
        s->phase = PHASE_SWEEP;
    else
        end_of_lists(s);
}

int og_scan_core_step(struct og_scan_core *s, uint64_t work, struct og_error *err)
{
    int code = OG_OK;
    switch ((enum phase)s->phase) {
    case PHASE_LISTS:
        step_lists(s, work);
        break;
    case PHASE_SWEEP:
        if (!og_scan_sweep_step(s, work))
            end_of_lists(s);
        break;
    case PHASE_ROOTS:
        og_scan_roots(s);
        s->phase = PHASE_REFERENCES;
        break;
    case PHASE_REFERENCES:
        code = step_references(s, work, err);
        break;
    case PHASE_DONE:
        break;
    }
    if (code != OG_OK)
        return code;
    if (s->failed)
        return og_fail(err, OG_EMEMORY, 0, "out of memory after %u objects and %u references", s->found.len,
                       s->edges.len);
    return s->phase == PHASE_DONE ? OG_OK : OG_MORE;
}
