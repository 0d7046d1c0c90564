/* Interpreters and threads as rows: who runs which Python function where. */
#include "engine/snapshot_target.h"

enum { FUNCTION_MAX = 256, FILE_MAX = 4096 };

struct collected {
    struct og_target *target;
    struct og_vec rows; /* struct og_thread_row */
    uint64_t frames;
    bool failed;
};

static const char *str_copy(struct og_target *t, og_addr str, uint64_t limit)
{
    char buf[FILE_MAX];
    struct og_text text;
    og_text_init(&text, buf, sizeof buf);
    og_str_text(&t->py, str, limit, false, &text);
    const char *copy = og_arena_strndup(&t->rows, buf, text.len);
    return copy ? copy : "";
}

static void read_frames(struct collected *c, const struct og_thread *thread, struct og_thread_row *row)
{
    struct og_target *t = c->target;
    struct og_frame_walk frames;
    struct og_pyframe f;
    og_frames_begin(&frames, thread->frame);
    while (c->frames++ < OG_FRAME_MAX && og_frames_next(&t->py, &frames, &f)) {
        if (!f.code)
            continue;
        if (row->depth++ == 0) {
            uint64_t name = 0, file = 0;
            og_mem_u64(t->mem, f.code + (uint64_t)t->py.l.code_name, &name);
            og_mem_u64(t->mem, f.code + (uint64_t)t->py.l.code_filename, &file);
            row->function = str_copy(t, name, FUNCTION_MAX);
            row->file = str_copy(t, file, 0);
            row->line = og_frame_line(&t->py, &f);
        }
    }
}

static void collect(void *arg, const struct og_thread *thread)
{
    struct collected *c = arg;
    struct og_thread_row *row = og_vec_push(&c->rows);
    if (!row) {
        c->failed = true;
        return;
    }
    *row = (struct og_thread_row){
        thread->tstate, thread->interp, thread->thread_id, thread->native_thread_id, thread->frame, 0, 0, "", ""};
    read_frames(c, thread, row);
}

int og_target_threads(struct og_target *t, const struct og_thread_row **rows, uint64_t *count, struct og_error *err)
{
    struct collected c = {.target = t};
    if (t->snapshot)
        return og_snapshot_target_threads(t, rows, count, err);
    og_arena_deinit(&t->rows);
    og_vec_init(&c.rows, sizeof(struct og_thread_row));
    og_py_threads(&t->py, collect, &c);
    uint64_t bytes = c.rows.len * sizeof(struct og_thread_row);
    void *copy = og_arena_alloc(&t->rows, bytes + 1);
    if (copy && bytes)
        memcpy(copy, c.rows.data, bytes);
    *rows = copy;
    *count = c.rows.len;
    og_vec_deinit(&c.rows);
    return copy && !c.failed ? OG_OK : og_fail(err, OG_EMEMORY, 0, "out of memory for the list of threads");
}

int og_target_interpreters(struct og_target *t, const struct og_interpreter_row **rows, uint64_t *count,
                           struct og_error *err)
{
    struct og_py *py = &t->py;
    uint32_t n = t->snapshot ? 0 : py->interp_count;
    og_arena_deinit(&t->rows);
    struct og_interpreter_row *out = og_arena_alloc(&t->rows, n * sizeof *out + 1);
    if (!out)
        return og_fail(err, OG_EMEMORY, 0, "out of memory for the list of interpreters");
    for (uint32_t i = 0; i < n; i++) {
        const struct og_interp *in = &py->interps[i];
        out[i] = (struct og_interpreter_row){
            .address = in->addr, .id = in->id, .gil = in->gil_locked_addr, .collecting = in->collecting != 0};
        out[i].held = og_interp_is_held(py, in, &out[i].holder);
    }
    *rows = out;
    *count = n;
    return OG_OK;
}
