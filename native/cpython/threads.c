/* Thread states and their Python frames: heap objects to 3.10, records on the data stack of the thread from 3.11 on
 * (Include/internal/pycore_frame.h). Neither is on the collector's lists while it runs: they are roots. */
#include "cpython/frames.h"
#include "cpython/kinds/kinds.h"

enum {
    OWNED_BY_CSTACK = 3, /* 3.12 on, and whatever is above: an entry of the interpreter, no Python code */
    LINE_MAX = 1 << 30,
    SLOTS_MAX = 1 << 16,
};

/* ---- threads ---- */

static og_addr innermost(struct og_py *py, og_addr tstate)
{
    const struct og_layout *l = &py->l;
    if (l->minor < 11 || l->minor >= 13)
        return og_py_word(py, tstate, l->tstate_frame);
    /* struct _PyCFrame.current_frame: +8 in 3.11, +0 in 3.12 */
    og_addr cframe = og_py_word(py, tstate, l->tstate_cframe);
    return cframe ? og_py_word(py, cframe, l->minor == 11 ? 8 : 0) : 0;
}

/* As og_py_word where a field is read that may not be there, without counting a miss. */
static bool probe(struct og_py *py, og_addr base, int32_t offset, og_addr *out)
{
    og_addr at = base + (uint64_t)offset;
    return og_mem_readable(py->mem, at, sizeof *out) && og_mem_u64(py->mem, at, out);
}

/* Neither detached (in a system call, waiting) nor suspended while the world is stopped:
 * Include/internal/pycore_pystate.h, _Py_THREAD_ATTACHED. */
static bool is_attached(struct og_py *py, og_addr tstate)
{
    enum { ATTACHED = 1 };
    uint32_t state;
    return og_is_free_threaded(&py->l) &&
           (!og_mem_u32(py->mem, tstate + (uint64_t)py->l.tstate_state, &state) || state == ATTACHED);
}

/* Those of one interpreter; false: the list does not come to its end. */
static bool walk_threads(struct og_py *py, og_addr interp, void (*visit)(void *arg, const struct og_thread *t),
                         void *arg)
{
    og_addr tstate, mark = 0;
    uint32_t seen = 0, power = 1;
    if (!probe(py, interp, py->l.interp_tstate_head, &tstate))
        return false;
    while (tstate) {
        struct og_thread t = {.tstate = tstate};
        if (tstate == mark || seen == OG_THREAD_MAX || !probe(py, tstate, py->l.tstate_interp, &t.interp) ||
            t.interp != interp)
            return false;
        if (++seen == power) { /* Brent: a circle comes back to the mark */
            mark = tstate;
            power *= 2;
        }
        t.thread_id = og_py_word(py, tstate, py->l.tstate_thread_id);
        t.native_thread_id = og_py_word(py, tstate, py->l.tstate_native_thread_id);
        t.attached = is_attached(py, tstate);
        t.frame = innermost(py, tstate);
        if (visit)
            visit(arg, &t);
        if (!probe(py, tstate, py->l.tstate_next, &tstate))
            return false;
    }
    return true;
}

bool og_py_threads(struct og_py *py, void (*visit)(void *arg, const struct og_thread *t), void *arg)
{
    bool whole = true;
    for (uint32_t i = 0; i < py->interp_count; i++)
        whole &= walk_threads(py, py->interps[i].addr, visit, arg);
    return whole;
}

/* ---- frames ---- */

static bool read_counts(struct og_py *py, struct og_pyframe *f)
{
    uint32_t stack;
    uint64_t n = og_code_locals(py, f->code, &stack);
    if (n > SLOTS_MAX)
        return false;
    f->nlocalsplus = (uint32_t)n;
    return true;
}

bool og_is_code(struct og_py *py, og_addr addr)
{
    struct og_object o;
    return addr && og_py_object(py, addr, &o) && o.type->kind == OG_KIND_CODE;
}

/* PyFrameObject. f_stacktop is NULL while the frame runs in 3.8 and 3.9; f_stackdepth is -1 then in 3.10. */
static bool read_heap_frame(struct og_py *py, og_addr addr, struct og_pyframe *f)
{
    const struct og_layout *l = &py->l;
    struct og_object o;
    if (!og_py_object(py, addr, &o) || o.type->kind != OG_KIND_FRAME)
        return false;
    f->frame_obj = addr;
    f->previous = og_py_word(py, addr, l->frame_f_back);
    f->code = og_py_word(py, addr, l->frame_f_code);
    f->globals = og_py_word(py, addr, l->frame_f_globals);
    f->builtins = og_py_word(py, addr, l->frame_f_builtins);
    f->locals = og_py_word(py, addr, l->frame_f_locals);
    f->localsplus = addr + (uint64_t)l->frame_f_localsplus;
    if (!og_is_code(py, f->code) || !read_counts(py, f))
        return false;
    og_addr stack = f->localsplus + 8ull * f->nlocalsplus, top = og_py_word(py, addr, l->frame_f_stacktop);
    if (top > stack && (top - stack) / 8 < SLOTS_MAX)
        f->stack_used = (uint32_t)((top - stack) / 8);
    uint32_t depth = 0;
    if (l->frame_f_stackdepth >= 0 && og_mem_u32(py->mem, addr + (uint64_t)l->frame_f_stackdepth, &depth) &&
        depth < SLOTS_MAX)
        f->stack_used = depth;
    return true;
}

/* stacktop counts locals too and is -1 while the frame runs; from 3.14 on it is a pointer, and NULL then. */
uint64_t og_record_slots(struct og_py *py, og_addr frame)
{
    const struct og_layout *l = &py->l;
    uint32_t top;
    if (l->iframe_stackpointer < 0)
        return og_mem_u32(py->mem, frame + (uint64_t)l->iframe_stacktop, &top) && (int32_t)top > 0 ? top : 0;
    og_addr end = og_py_word(py, frame, l->iframe_stackpointer), start = frame + (uint64_t)l->iframe_localsplus;
    return end > start ? (end - start) / 8 : 0;
}

static bool read_record(struct og_py *py, og_addr addr, struct og_pyframe *f)
{
    const struct og_layout *l = &py->l;
    if (!og_mem_readable(py->mem, addr, (uint64_t)l->iframe_localsplus))
        return false;
    og_mem_u8(py->mem, addr + (uint64_t)l->iframe_owner, &f->owner);
    f->previous = og_py_word(py, addr, l->iframe_previous);
    uint64_t executable = og_py_word(py, addr, l->iframe_executable);
    if (l->minor >= 12 && !executable) /* not even an entry of the interpreter: zeros where memory was left out */
        return false;
    f->code = og_stackref(py, executable);
    if ((l->minor >= 12 && f->owner >= OWNED_BY_CSTACK) || !og_is_code(py, f->code)) {
        f->code = 0;
        return true;
    }
    f->function = og_stackref(py, og_py_word(py, addr, l->iframe_funcobj));
    f->globals = og_py_word(py, addr, l->iframe_globals);
    f->builtins = og_py_word(py, addr, l->iframe_builtins);
    f->locals = og_py_word(py, addr, l->iframe_locals);
    f->frame_obj = og_py_word(py, addr, l->iframe_frame_obj);
    f->localsplus = addr + (uint64_t)l->iframe_localsplus;
    if (!read_counts(py, f))
        return false;
    uint64_t top = og_record_slots(py, addr);
    if (top > f->nlocalsplus && top < SLOTS_MAX)
        f->stack_used = (uint32_t)top - f->nlocalsplus;
    return true;
}

bool og_pyframe_read(struct og_py *py, og_addr addr, struct og_pyframe *out)
{
    memset(out, 0, sizeof *out);
    out->addr = addr;
    return py->l.minor < 11 ? read_heap_frame(py, addr, out) : read_record(py, addr, out);
}

void og_frames_begin(struct og_frame_walk *w, og_addr innermost_frame)
{
    *w = (struct og_frame_walk){.next = innermost_frame, .power = 1};
}

bool og_frames_next(struct og_py *py, struct og_frame_walk *w, struct og_pyframe *out)
{
    if (!w->next)
        return false;
    if (w->next == w->mark || w->seen == OG_FRAME_MAX || !og_pyframe_read(py, w->next, out)) {
        w->broken = true;
        w->next = 0;
        return false;
    }
    if (++w->seen == w->power) { /* Brent: a circle comes back to the mark */
        w->mark = w->next;
        w->power *= 2;
    }
    w->next = out->previous;
    return true;
}

bool og_pyframe_slot(struct og_py *py, const struct og_pyframe *f, uint64_t i, og_addr *value)
{
    uint64_t v;
    og_addr at = f->localsplus + 8 * i;
    bool there = og_mem_readable(py->mem, at, 8) && og_mem_u64(py->mem, at, &v);
    *value = there ? og_stackref(py, v) : 0;
    return there;
}

bool og_pyframe_local(struct og_py *py, const struct og_pyframe *f, uint32_t i, og_addr *name, og_addr *value)
{
    if (i >= f->nlocalsplus)
        return false;
    *name = og_code_local_name(py, f->code, i);
    og_pyframe_slot(py, f, i, value);
    return true;
}
