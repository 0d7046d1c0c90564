/* The offsets of what is no object - the runtime, its interpreters, thread states, frames, the lock, the collector -
 * against what stands there. */
#include "cpython/frames.h"
#include "cpython/proof_witness.h"

enum { FRAMES_MAX = 64, THREADS_MAX = 64, TSTATE_BYTES = 1 << 17 };

#define NEXT_ID_MAX  ((int64_t)1 << 40)
#define INTERVAL_MAX ((uint64_t)1 << 44) /* microseconds */

/* ---- the list of interpreters: {head, main, next id} ---- */

static bool is_interpreter(const struct og_py *py, og_addr addr)
{
    for (uint32_t i = 0; i < py->interp_count; i++)
        if (py->interps[i].addr == addr)
            return true;
    return false;
}

static bool ids_fit(struct og_py *py)
{
    int64_t next = (int64_t)og_proof_word(py, py->runtime, py->l.runtime_interpreters_main + 8);
    if (next < 0 || next > NEXT_ID_MAX)
        return og_misfit(py, "runtime_interpreters_main");
    for (uint32_t i = 0; i < py->interp_count; i++)
        if (py->interps[i].id < 0 || (next && py->interps[i].id >= next))
            return og_misfit(py, "interp_id");
    return true;
}

/* New interpreters are put in front: the main one is the last. */
static bool list_fits(struct og_py *py)
{
    og_addr main = og_proof_word(py, py->runtime, py->l.runtime_interpreters_main), last = 0,
            at = og_proof_word(py, py->runtime, py->l.runtime_interpreters_head);
    for (unsigned i = 0; at && i < 4 * OG_INTERP_MAX; i++) {
        last = at;
        if (!og_proof_read(py, at, py->l.interp_next, &at))
            return og_mem_region(py->mem, last) || og_misfit(py, "interp_next");
    }
    if (main && !at && last != main && is_interpreter(py, main))
        return og_misfit(py, "interp_next");
    return !main || is_interpreter(py, main) || py->interps_lost || og_misfit(py, "runtime_interpreters_main");
}

/* ---- thread states ---- */

struct thread_proof {
    struct og_py *py;
    unsigned seen, with_id, with_tid, with_frame, whole_frames;
};

static bool leads_to_code(struct og_py *py, og_addr frame)
{
    struct og_pyframe f;
    struct og_frame_walk w;
    og_frames_begin(&w, frame);
    for (unsigned i = 0; i < FRAMES_MAX && og_frames_next(py, &w, &f); i++)
        if (f.code)
            return true;
    return false;
}

/* 3.11 and 3.12 hang struct _PyCFrame in before it names the frame that is entered (Python/ceval.c); the one before
 * names its own. */
static bool is_entering(struct og_py *py, const struct og_thread *t)
{
    int32_t current = py->l.minor == 11 ? 8 : 0, previous = current + 8;
    og_addr cframe = py->l.tstate_cframe < 0 ? 0 : og_proof_word(py, t->tstate, py->l.tstate_cframe);
    og_addr before = og_proof_word(py, cframe, previous);
    return before && leads_to_code(py, og_proof_word(py, before, current));
}

/* From 3.15 on a thread without Python frames has one all the same, which the word behind names (base_frame). */
static bool runs_nothing(struct og_py *py, const struct og_thread *t)
{
    og_addr base = py->l.minor >= 15 ? og_proof_word(py, t->tstate, py->l.tstate_frame + 8) : 0;
    return !t->frame || t->frame == base;
}

/* pthread_self() is the address of the thread's control block, whose first word is that address (the x86-64 ABI's TLS).
 */
static void look_at_thread(void *arg, const struct og_thread *t)
{
    struct thread_proof *p = arg;
    uint64_t self;
    if (p->seen++ >= THREADS_MAX)
        return;
    bool mapped = og_mem_region(p->py->mem, t->thread_id);
    p->with_id += mapped && (!og_proof_read(p->py, t->thread_id, 0, &self) || self == t->thread_id);
    p->with_tid += t->native_thread_id <= INT32_MAX;
    if (runs_nothing(p->py, t))
        return;
    p->with_frame++;
    p->whole_frames +=
        !og_mem_readable(p->py->mem, t->frame, 8) || leads_to_code(p->py, t->frame) || is_entering(p->py, t);
}

struct heaps_proof {
    struct og_py *py;
    unsigned seen, fit;
};

/* struct _mimalloc_thread_state: a pointer to one of the heaps that stand behind it, each of which points behind them.
 */
static void look_at_heaps(void *arg, const struct og_thread *t)
{
    struct heaps_proof *p = arg;
    uint64_t current, behind, heaps = t->tstate + (uint64_t)p->py->l.tstate_heaps;
    p->seen++;
    p->fit += !og_proof_read(p->py, heaps - 8, 0, &current) || !og_proof_read(p->py, heaps, 0, &behind) ||
              (current >= heaps && current - heaps < TSTATE_BYTES && behind > heaps && behind - heaps < TSTATE_BYTES);
}

static bool heaps_fit(struct og_py *py)
{
    struct heaps_proof p = {.py = py};
    if (!og_is_free_threaded(&py->l))
        return true;
    og_py_threads(py, look_at_heaps, &p);
    return !p.seen || p.fit || og_misfit(py, "tstate_heaps");
}

/* struct _PyCFrame (3.11, 3.12): the thread state has one of its own for the start. */
static bool cframe_fits(struct og_py *py)
{
    og_addr frame, tstate = og_proof_word(py, py->interps[0].addr, py->l.interp_tstate_head);
    if (py->l.minor < 11 || py->l.tstate_cframe < 0 || !og_proof_read(py, tstate, py->l.tstate_cframe, &frame))
        return true;
    return og_mem_region(py->mem, frame) || og_misfit(py, "tstate_cframe");
}

static bool threads_fit(struct og_py *py, const struct og_witnesses *w)
{
    struct thread_proof p = {.py = py};
    og_py_threads(py, look_at_thread, &p);
    if (p.seen && !p.with_id)
        return og_misfit(py, "tstate_thread_id");
    if (p.seen && !p.with_tid)
        return og_misfit(py, "tstate_native_thread_id");
    /* Code objects are known by the name of their type. */
    if (w->type[OG_WITNESS_CODE] && p.with_frame && !p.whole_frames)
        return og_misfit(py, py->l.tstate_frame < 0 ? "tstate_cframe" : "tstate_frame");
    return cframe_fits(py) && heaps_fit(py);
}

/* ---- frames from 3.11 on: records that name a function ---- */

struct frame_proof {
    struct og_py *py;
    og_addr function_type;
    unsigned frames, functions, codes, globals, builtins, whole_locals;
};

static void look_at_frame(struct frame_proof *p, const struct og_pyframe *f)
{
    const struct og_layout *l = &p->py->l;
    if (og_proof_word(p->py, f->function, l->ob_type) != p->function_type || !p->function_type)
        return;
    p->functions++;
    p->codes += og_proof_word(p->py, f->function, l->func_code) == f->code;
    p->globals += og_proof_word(p->py, f->function, l->func_globals) == f->globals;
    p->builtins += og_proof_word(p->py, f->function, l->func_builtins) == f->builtins;
}

static void look_at_frames(void *arg, const struct og_thread *t)
{
    struct frame_proof *p = arg;
    struct og_pyframe f;
    struct og_frame_walk w;
    og_frames_begin(&w, t->frame);
    while (p->frames < FRAMES_MAX && og_frames_next(p->py, &w, &f))
        if (f.code) {
            p->frames++;
            look_at_frame(p, &f);
        }
}

/* A frame that is just being made, or whose function got other code, is no contradiction: most decide. */
static bool frames_fit(struct og_py *py, const struct og_witnesses *w)
{
    struct frame_proof p = {.py = py, .function_type = w->type[OG_WITNESS_FUNCTION]};
    uint64_t failures = py->mem->failures;
    if (py->l.iframe_funcobj < 0 || !p.function_type)
        return true;
    og_py_threads(py, look_at_frames, &p);
    if (py->mem->failures > failures)
        return true;
    if (p.frames > 1 && !p.functions)
        return og_misfit(py, "iframe_funcobj");
    if (p.codes * 2 < p.functions)
        return og_misfit(py, "func_code");
    if (p.globals * 2 < p.functions)
        return og_misfit(py, "iframe_globals");
    return p.builtins * 2 >= p.functions || og_misfit(py, "iframe_builtins");
}

/* ---- the lock: {interval, last holder, locked} ---- */

static bool gil_fits(struct og_py *py, const struct og_interp *in)
{
    uint64_t interval, holder, gil;
    if (py->l.interp_ceval_gil >= 0 && og_proof_read(py, in->addr, py->l.interp_ceval_gil, &gil) &&
        !og_mem_region(py->mem, gil))
        return og_misfit(py, "interp_ceval_gil");
    if (!in->gil_holder_addr || !og_proof_read(py, in->gil_holder_addr, 0, &holder) ||
        !og_proof_read(py, in->gil_holder_addr - 8, 0, &interval))
        return true;
    if (interval >= INTERVAL_MAX || (holder && (!interval || !og_mem_region(py->mem, holder))))
        return og_misfit(py, py->l.interp_ceval_gil < 0 ? "runtime_gil_last_holder" : "gil_last_holder");
    int32_t locked = og_proof_int(py, in->gil_locked_addr, 0);
    return (locked >= -1 && locked <= 1) ||
           og_misfit(py, py->l.interp_ceval_gil < 0 ? "runtime_gil_locked" : "gil_locked");
}

/* struct _gilstate_runtime_state: {current thread state, (3.8: a function,) the interpreter of new threads}. */
static bool current_fits(struct og_py *py)
{
    uint64_t main;
    if (py->l.runtime_tstate_current < 0)
        return true;
    int32_t behind = py->l.runtime_tstate_current + (py->l.minor == 8 ? 16 : 8);
    return !og_proof_read(py, py->runtime, behind, &main) || is_interpreter(py, main) ||
           og_misfit(py, "runtime_tstate_current");
}

/* ---- the collector ---- */

static enum og_reading read_list_object(struct og_py *py, og_addr addr)
{
    uint64_t type, flags;
    if (!og_mem_region(py->mem, addr))
        return OG_WRONG;
    if (!og_proof_read(py, addr, py->l.ob_type, &type))
        return OG_LOST;
    if (!og_mem_region(py->mem, type))
        return OG_WRONG;
    if (!og_proof_read(py, type, py->l.tp_flags, &flags))
        return OG_LOST;
    return flags & OG_TPFLAGS_LIST_SUBCLASS ? OG_RIGHT : OG_WRONG;
}

/* gc.garbage and gc.callbacks: not made before somebody imports gc, gone while the interpreter ends. */
static bool lists_of_gc_fit(struct og_py *py, og_addr gc)
{
    og_addr garbage = og_proof_word(py, gc, py->l.gc_garbage), callbacks = og_proof_word(py, gc, py->l.gc_callbacks);
    if (garbage && read_list_object(py, garbage) == OG_WRONG)
        return og_misfit(py, "gc_garbage");
    return !callbacks || read_list_object(py, callbacks) != OG_WRONG || og_misfit(py, "gc_callbacks");
}

static bool permanent_fits(struct og_py *py, const struct og_interp *in)
{
    og_addr head = in->gc + (uint64_t)py->l.gc_permanent_generation;
    uint64_t next, prev, back, fore;
    if (in->collecting || !og_proof_read(py, head, 0, &next) || !og_proof_read(py, head, 8, &prev))
        return true;
    next &= ~3ull;
    prev &= ~3ull;
    if (!og_mem_region(py->mem, next) || !og_mem_region(py->mem, prev))
        return og_misfit(py, "gc_permanent_generation");
    bool read = og_proof_read(py, next, 8, &back) && og_proof_read(py, prev, 0, &fore);
    /* A link may be damaged; both, and they are none. */
    return !read || (back & ~3ull) == head || (fore & ~3ull) == head || og_misfit(py, "gc_permanent_generation");
}

static bool collector_fits(struct og_py *py, const struct og_interp *in)
{
    if (!in->gc)
        return true;
    if (in->gc_enabled > 1)
        return og_misfit(py, "gc_enabled");
    return lists_of_gc_fit(py, in->gc) && (og_is_free_threaded(&py->l) || permanent_fits(py, in));
}

bool og_proof_state(struct og_py *py, const struct og_witnesses *w)
{
    if (!ids_fit(py) || !list_fits(py) || !threads_fit(py, w) || !frames_fit(py, w) || !current_fits(py))
        return false;
    for (uint32_t i = 0; i < py->interp_count; i++)
        if (!gil_fits(py, &py->interps[i]) || !collector_fits(py, &py->interps[i]))
            return false;
    return true;
}
