/* Local variables, arguments and intermediate values of running Python functions. */
#include "analysis/roots.h"

enum { NAME_MAX_BYTES = 200, TEXT_MAX = 640 };

struct frame_root {
    struct og_roots *roots;
    const struct og_thread *thread;
    const struct og_pyframe *frame;
};

static og_addr code_field(const struct frame_root *f, int32_t offset)
{
    uint64_t value = 0;
    og_mem_u64(f->roots->py->mem, f->frame->code + (uint64_t)offset, &value);
    return value;
}

/* The last part of a path. */
static void add_base_name(struct og_py *py, og_addr str, struct og_text *t)
{
    char path[4096];
    struct og_text text;
    og_text_init(&text, path, sizeof path);
    og_str_text(py, str, 0, false, &text);
    const char *base = path;
    for (const char *s = path; *s; s++)
        if (*s == '/')
            base = s + 1;
    og_text_add(t, base);
}

static void name_value(const struct frame_root *f, og_addr value, const char *what, og_addr name)
{
    char buf[TEXT_MAX];
    struct og_text t;
    struct og_py *py = f->roots->py;
    if (!og_roots_wants(f->roots, value))
        return;
    og_text_init(&t, buf, sizeof buf);
    og_text_add(&t, what);
    if (name) {
        og_text_char(&t, ' ');
        og_str_text(py, name, NAME_MAX_BYTES, false, &t);
    }
    og_text_add(&t, " of ");
    og_str_text(py, code_field(f, py->l.code_name), NAME_MAX_BYTES, false, &t);
    og_text_add(&t, ", ");
    add_base_name(py, code_field(f, py->l.code_filename), &t);
    uint32_t line = og_frame_line(py, f->frame);
    if (line)
        og_text_addf(&t, ":%u", (uint64_t)line);
    og_text_addf(&t, ", thread %u", f->thread->native_thread_id ? f->thread->native_thread_id : f->thread->thread_id);
    og_roots_name(f->roots, value, buf);
}

static void name_locals(const struct frame_root *f)
{
    struct og_py *py = f->roots->py;
    for (uint32_t i = 0; i < f->frame->nlocalsplus; i++) {
        og_addr name = 0, value = 0;
        if (og_pyframe_local(py, f->frame, i, &name, &value) && value)
            name_value(f, value, "local", name);
    }
    for (uint32_t i = 0; i < f->frame->stack_used; i++) {
        og_addr value;
        if (og_pyframe_slot(py, f->frame, (uint64_t)f->frame->nlocalsplus + i, &value))
            name_value(f, value, "intermediate value", 0);
    }
}

static void walk_thread(void *arg, const struct og_thread *thread)
{
    struct og_roots *r = arg;
    struct og_pyframe frame;
    struct og_frame_walk frames;
    og_frames_begin(&frames, thread->frame);
    while (r->frames++ < OG_FRAME_MAX && r->left && !r->failed && og_frames_next(r->py, &frames, &frame)) {
        struct frame_root f = {r, thread, &frame};
        if (frame.code) {
            name_locals(&f);
            name_value(&f, frame.frame_obj, "frame", 0);
            name_value(&f, frame.function, "running function", 0);
            name_value(&f, frame.code, "running code", 0);
            name_value(&f, frame.locals, "locals", 0);
            name_value(&f, frame.globals, "globals", 0);
            name_value(&f, frame.builtins, "builtins", 0);
            if (r->py->l.minor < 11)
                name_value(&f, frame.addr, "frame", 0);
        }
    }
}

void og_roots_frames(struct og_roots *r)
{
    og_py_threads(r->py, walk_thread, r);
}
