/* What keeps objects alive without being an object: interpreters and running frames. From 3.11 on a running frame is no
 * object, before it is one the collector does not track, so what only it holds would be missing otherwise. */
#include "graph/scan_types.h"

struct root_walk {
    struct og_scan_core *scan;
    uint64_t frames;
};

/* false: something that is no object. */
static bool see_root(struct og_scan_core *s, og_addr addr)
{
    struct og_object o;
    if (!addr)
        return true;
    return og_py_plausible_object(s->py, addr, &o) && og_scan_see(s, addr, 0);
}

/* Variables and what is on the evaluation stack: objects, each of them. */
static bool see_slots(struct og_scan_core *s, const struct og_pyframe *f)
{
    uint64_t slots = (uint64_t)f->nlocalsplus + f->stack_used, value;
    bool whole = true;
    for (uint64_t i = 0; i < slots && !s->failed; i++) {
        if (!og_pyframe_slot(s->py, f, i, &value))
            return false;
        whole &= see_root(s, value);
    }
    return whole;
}

static void see_thread(void *arg, const struct og_thread *thread)
{
    struct root_walk *w = arg;
    struct og_frame_walk frames;
    struct og_pyframe f;
    og_frames_begin(&frames, thread->frame);
    while (!w->scan->failed && w->frames++ < OG_FRAME_MAX && og_frames_next(w->scan->py, &frames, &f)) {
        if (f.code) {
            const og_addr fields[] = {f.code, f.globals, f.builtins, f.locals, f.function, f.frame_obj};
            for (unsigned i = 0; i < sizeof fields / sizeof *fields; i++)
                see_root(w->scan, fields[i]);
            w->scan->losses.torn += !see_slots(w->scan, &f);
        }
    }
    w->scan->losses.torn += frames.broken; /* what is beyond is not known to be alive */
}

void og_scan_roots(struct og_scan_core *s)
{
    struct root_walk w = {s, 0};
    for (uint32_t i = 0; i < s->py->interp_count; i++) {
        const struct og_interp *in = &s->py->interps[i];
        see_root(s, in->modules);
        see_root(s, in->sysdict);
        see_root(s, in->builtins);
    }
    og_py_threads(s->py, see_thread, &w);
}
