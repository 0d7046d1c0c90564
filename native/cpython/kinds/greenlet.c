/* What the frames of a suspended greenlet hold (package greenlet, on which gevent and eventlet stand). Its tp_traverse
 * says nothing of them: neither they nor their frame objects belong to a thread, or to the collector, while the
 * greenlet sleeps. A greenlet keeps its innermost frame object as top_frame: to greenlet 1 in its body, from 2 on in a
 * C++ object that a word of the body points to (Greenlet::python_state of TGreenlet.hpp). Where exactly differs from
 * release to release; so every word there that is the address of a frame object counts, and all that comes from it is
 * an inferred reference. */
#include "cpython/frames.h"
#include "cpython/kinds/kinds.h"

enum {
    BODY_WORDS_MAX = 64,
    STATE_WORDS = 48, /* of the C++ object: top_frame was word 9 to 12 in all releases of 2 and 3 */
    FRAMES_MAX = 4096,
    SLOTS_MAX = 4096,
    OWNED_BY_THREAD = 0,
};

static bool is_frame(struct og_py *py, og_addr addr)
{
    struct og_object o;
    return addr && og_py_plausible_object(py, addr, &o) && o.type->kind == OG_KIND_FRAME;
}

static void give(const struct og_walk *w, og_addr target, const char *name, og_addr local)
{
    struct og_object o;
    struct og_ref ref = {.target = target, .kind = OG_REF_INFERRED, .text = name, .obj = local};
    ref.form = local ? OG_NAME_LOCAL : *name ? OG_NAME_TEXT : OG_NAME_NONE;
    if (target && og_py_plausible_object(w->py, target, &o))
        og_give(w, &ref);
}

static void give_record(const struct og_walk *w, const struct og_pyframe *f, og_addr top)
{
    uint64_t slots = (uint64_t)f->nlocalsplus + f->stack_used;
    give(w, f->function ? f->function : f->code, f->function ? "f_func" : "f_code", 0);
    if (f->frame_obj != top)
        give(w, f->frame_obj, "f_frame", 0);
    give(w, f->locals, "f_locals", 0);
    for (uint64_t i = 0; i < slots && i < SLOTS_MAX; i++) {
        og_addr value, name = 0;
        if (i < f->nlocalsplus && w->v->names)
            name = og_code_local_name(w->py, f->code, i);
        if (og_pyframe_slot(w->py, f, i, &value))
            give(w, value, "", name);
    }
}

/* From 3.11 on frames are records: outward from the innermost one, as far as they lie on a stack of the greenlet's own.
 */
static void give_frames(const struct og_walk *w, og_addr frame_object)
{
    struct og_frame_walk frames;
    struct og_pyframe f;
    give(w, frame_object, "gr_frame", 0);
    if (w->py->l.frame_f_frame < 0)
        return; /* the frame object has its variables and the next one */
    og_frames_begin(&frames, og_py_word(w->py, frame_object, w->py->l.frame_f_frame));
    for (unsigned i = 0; i < FRAMES_MAX && og_frames_next(w->py, &frames, &f); i++)
        if (f.code && f.owner == OWNED_BY_THREAD)
            give_record(w, &f, frame_object);
}

/* true: one of COUNT words is a frame object. */
static bool look(const struct og_walk *w, og_addr at, uint64_t count)
{
    bool found = false;
    for (uint64_t i = 0; i < count && !found; i++) {
        uint64_t word;
        if (!og_mem_readable(w->py->mem, at + i * 8, 8) || !og_mem_u64(w->py->mem, at + i * 8, &word))
            return false;
        found = is_frame(w->py, word);
        if (found)
            give_frames(w, word);
    }
    return found;
}

void og_walk_greenlet(const struct og_walk *w)
{
    uint64_t from = (uint64_t)w->py->l.pyobject_size, bytes = (uint64_t)w->plan->solid->tp_basicsize;
    uint64_t words = bytes > from ? (bytes - from) / 8 : 0;
    og_addr body = w->o->addr + from;
    if (words > BODY_WORDS_MAX || look(w, body, words))
        return;
    for (uint64_t i = 0; i < words; i++) {
        struct og_object o;
        uint64_t state;
        const struct og_region *r =
            og_mem_u64(w->py->mem, body + i * 8, &state) ? og_mem_region(w->py->mem, state) : NULL;
        if (r && r->flags & OG_REGION_WRITE && !(state & 7) && !og_py_plausible_object(w->py, state, &o) &&
            look(w, state, STATE_WORDS))
            return;
    }
}
