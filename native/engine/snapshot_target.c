/* Opened snapshots: as a target, or as the graph alone. */
#include "engine/snapshot_target.h"
#include "graph/snapshot.h"

#include <errno.h>
#include <stdlib.h>

/* ---- bytes: there are none ---- */

static bool locate_nothing(struct og_mem *m, og_addr addr, uint64_t len, struct og_window *out)
{
    (void)m;
    (void)addr;
    (void)len;
    (void)out;
    return false;
}

static void close_nothing(struct og_mem *m)
{
    free(m);
}

static struct og_mem *no_memory_of(const struct og_snapshot *s)
{
    const struct og_snapshot_about *a = og_snapshot_about(s);
    struct og_mem *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    m->locate = locate_nothing;
    m->close = close_nothing;
    m->notes = og_snapshot_text(s, a->notes);
    m->subject_pid = a->pid;
    memcpy(m->token, a->process, sizeof m->token);
    m->program = og_snapshot_text(s, a->program);
    m->build_id = og_snapshot_text(s, a->build_id);
    return m;
}

int og_need_memory(const struct og_target *t, struct og_error *err)
{
    return t->snapshot
               ? og_fail(err, OG_EARG, 0, "a snapshot has no memory to be read: its process or core is needed for that")
               : OG_OK;
}

/* ---- opening ---- */

static int make_target(struct og_snapshot *s, struct og_target **out, struct og_error *err)
{
    struct og_target *t = calloc(1, sizeof *t);
    struct og_mem *m = t ? no_memory_of(s) : NULL;
    if (!m) {
        free(t);
        return og_fail(err, OG_EMEMORY, 0, "out of memory");
    }
    t->mem = m;
    t->py.mem = m;
    t->snapshot = s;
    s->holders++;
    *out = t;
    return OG_OK;
}

int og_target_open_snapshot(const char *path, struct og_target **out, struct og_graph **graph, struct og_error *err)
{
    struct og_snapshot *s;
    struct og_graph *g = NULL;
    int code = og_snapshot_open(path, &s, err);
    if (code != OG_OK)
        return code;
    code = og_snapshot_make_graph(s, true, path, &g, err);
    if (code == OG_OK)
        code = make_target(s, out, err);
    if (code == OG_OK)
        *graph = g;
    else
        og_graph_close(g);
    og_snapshot_release(s);
    return code;
}

static int check_key(const struct og_snapshot *s, const char *path, const char *key, struct og_error *err)
{
    int code = og_snapshot_check_about(s, path, err);
    if (code == OG_OK && !og_streq(og_snapshot_text(s, og_snapshot_about(s)->key), key))
        code = og_fail(err, OG_EABSENT, 0, "%s was saved for something else", path);
    return code;
}

int og_graph_open(const char *path, const char *key, struct og_graph **out, struct og_error *err)
{
    struct og_snapshot *s;
    struct og_error problem = {0};
    int code = og_snapshot_open(path, &s, &problem);
    if (code != OG_OK) {
        if (code == OG_EOS && problem.os_errno == ENOENT)
            problem.code = code = OG_EABSENT;
        if (err)
            *err = problem;
        return code;
    }
    code = check_key(s, path, key ? key : "", err);
    if (code == OG_OK)
        code = og_snapshot_make_graph(s, false, path, out, err);
    og_snapshot_release(s);
    return code;
}

/* ---- what the file says ---- */

void og_snapshot_target_info(struct og_target *t, struct og_info *out)
{
    const struct og_snapshot_about *a = og_snapshot_about(t->snapshot);
    *out = (struct og_info){
        .runtime = a->runtime,
        .hexversion = a->hexversion,
        .interpreters = a->interpreters,
        .threads = a->threads,
        .collecting = a->collecting,
        .gc_enabled = a->gc_enabled,
        .gil_held = a->gil_held,
        .free_threaded = a->free_threaded,
        .gil_holder = a->gil_holder,
        .version = og_snapshot_text(t->snapshot, a->version),
        .layout_source = og_snapshot_text(t->snapshot, a->layout_source),
        .gil = a->gil,
    };
    memcpy(out->misses, a->misses, sizeof out->misses);
}

int og_snapshot_target_threads(struct og_target *t, const struct og_thread_row **rows, uint64_t *count,
                               struct og_error *err)
{
    const struct og_snapshot_thread *from = og_snapshot_data(t->snapshot, OG_SNAPSHOT_THREADS);
    uint64_t n = og_snapshot_len(t->snapshot, OG_SNAPSHOT_THREADS);
    og_arena_deinit(&t->rows);
    struct og_thread_row *out = og_arena_alloc(&t->rows, (n + 1) * sizeof *out);
    if (!out)
        return og_fail(err, OG_EMEMORY, 0, "out of memory for the list of threads");
    for (uint64_t i = 0; i < n; i++)
        out[i] = (struct og_thread_row){
            .tstate = from[i].tstate,
            .interp = from[i].interp,
            .thread_id = from[i].thread_id,
            .native_thread_id = from[i].native_thread_id,
            .frame = from[i].frame,
            .depth = from[i].depth,
            .line = from[i].line,
            .function = og_snapshot_text(t->snapshot, from[i].function),
            .file = og_snapshot_text(t->snapshot, from[i].file),
        };
    *rows = out;
    *count = n;
    return OG_OK;
}

int og_target_snapshot_info(struct og_target *t, struct og_snapshot_info *out, struct og_error *err)
{
    const struct og_snapshot *s = t->snapshot;
    if (!s)
        return og_fail(err, OG_EARG, 0, "this is no snapshot");
    const struct og_snapshot_about *a = og_snapshot_about(s);
    const struct og_snapshot_graph *g = og_snapshot_data(s, OG_SNAPSHOT_GRAPH);
    *out = (struct og_snapshot_info){
        .pid = a->pid,
        .process = {a->process[0], a->process[1]},
        .time = a->time,
        .file_size = s->size,
        .hexversion = a->hexversion,
        .words = g->words,
        .strings = g->strings,
        .name = og_snapshot_text(s, a->name),
        .source = og_snapshot_text(s, a->source),
        .version = og_snapshot_text(s, a->version),
        .program = og_snapshot_text(s, a->program),
        .build_id = og_snapshot_text(s, a->build_id),
    };
    return OG_OK;
}
