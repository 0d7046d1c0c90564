/* Interpreters and threads as rows: who runs which Python function where. */
#include "engine/snapshot_target.h"
#include "memory/guard.h"

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
    *row = (struct og_thread_row){.tstate = thread->tstate,
                                  .interp = thread->interp,
                                  .thread_id = thread->thread_id,
                                  .native_thread_id = thread->native_thread_id,
                                  .frame = thread->frame,
                                  .function = "",
                                  .file = "",
                                  .attached = thread->attached};
    read_frames(c, thread, row);
}

int og_target_threads(struct og_target *t, const struct og_thread_row **rows, uint64_t *count, struct og_error *err)
{
    OG_GUARD(err);
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

struct interpreters {
    struct og_interpreter_row *rows;
    uint32_t count;
};

/* Free-threaded: each thread that runs Python holds the heap of its interpreter. */
static void count_attached(void *arg, const struct og_thread *thread)
{
    struct interpreters *all = arg;
    for (uint32_t i = 0; thread->attached && i < all->count; i++)
        if (all->rows[i].address == thread->interp)
            all->rows[i].holder = all->rows[i].held++ ? 0 : thread->tstate;
}

int og_target_interpreters(struct og_target *t, const struct og_interpreter_row **rows, uint64_t *count,
                           struct og_error *err)
{
    OG_GUARD(err);
    struct og_py *py = &t->py;
    struct interpreters all = {NULL, t->snapshot ? 0 : py->interp_count};
    og_arena_deinit(&t->rows);
    all.rows = og_arena_alloc(&t->rows, all.count * sizeof *all.rows + 1);
    if (!all.rows)
        return og_fail(err, OG_EMEMORY, 0, "out of memory for the list of interpreters");
    for (uint32_t i = 0; i < all.count; i++) {
        const struct og_interp *in = &py->interps[i];
        all.rows[i] = (struct og_interpreter_row){.address = in->addr, .id = in->id, .collecting = in->collecting != 0};
        all.rows[i].gil = og_is_free_threaded(&py->l) ? 0 : in->gil_locked_addr;
        all.rows[i].held = og_interp_is_held(py, in, &all.rows[i].holder);
    }
    if (og_is_free_threaded(&py->l))
        og_py_threads(py, count_attached, &all);
    *rows = all.rows;
    *count = all.count;
    return OG_OK;
}
