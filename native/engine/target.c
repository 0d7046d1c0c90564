/* The public face of a target: opening, refreshing, what it is. */
#include "engine/snapshot_target.h"
#include "engine/target_state.h"
#include "graph/snapshot.h"
#include "memory/guard.h"

#include <stdio.h>
#include <stdlib.h>

uint32_t og_abi(void)
{
    return OG_ABI;
}

void og_version_text(uint32_t v, char *out, size_t size)
{
    static const char levels[16] = {[0xa] = 'a', [0xb] = 'b', [0xc] = 'c'};
    int n = snprintf(out, size, "%u.%u.%u", v >> 24, v >> 16 & 255, v >> 8 & 255);
    char level = levels[v >> 4 & 15];
    if (level)
        snprintf(out + n, size - (size_t)n, "%s%u", level == 'c' ? "rc" : (char[]){level, 0}, v & 15);
}

static const char *how_found(const struct og_py *py)
{
    switch ((enum og_found_by)py->found) {
    case OG_FOUND_BY_SYMBOL:
        return "found by its symbol";
    case OG_FOUND_BY_COOKIE:
        return "found by the cookie of 3.13";
    case OG_FOUND_BY_SHAPE:
        return "found by its shape";
    }
    return "";
}

static const char *what_build(const struct og_layout *l)
{
    switch ((enum og_python_build)l->build) {
    case OG_BUILD_RELEASE:
        break;
    case OG_BUILD_INCREMENTAL:
        return " in the form of 3.14.0 to 3.14.4, whose collector was incremental";
    case OG_BUILD_TRACE_REFS:
        return " with chained objects (Py_TRACE_REFS)";
    case OG_BUILD_FREE_THREADED:
        return l->mimalloc == OG_MIMALLOC_212 ? " free-threaded, pages of mimalloc 2.1.2"
                                              : " free-threaded, pages of mimalloc 2.5.2";
    }
    return "";
}

/* Where the offsets came from: the table, the process's own table of some of them, what its types say. */
static void describe_layout(struct og_target *t)
{
    const struct og_proof_log *proof = &t->py.proof;
    struct og_text text;
    og_text_init(&text, t->layout_source, sizeof t->layout_source);
    og_text_addf(&text, "%s, table of 3.%u%s%s", how_found(&t->py), (uint64_t)t->py.l.minor, what_build(&t->py.l),
                 t->py.l.debug ? " of a debug build" : "");
    if (proof->from_offsets)
        og_text_addf(&text, ", %u offsets by its own _Py_DebugOffsets", (uint64_t)proof->from_offsets);
    og_text_add(&text, ", validated against the process");
    if (*proof->corrected)
        og_text_addf(&text, ", corrected as its memory shows: %s", proof->corrected);
}

void og_target_describe(struct og_target *t)
{
    og_version_text(t->py.hexversion, t->version, sizeof t->version);
    describe_layout(t);
}

/* A list that did not fit ends with its last whole item. */
static void end_list(char *msg, size_t from, size_t size)
{
    static const char more[] = ", ...";
    size_t n = strlen(msg);
    while (n > from && (msg[n] != ',' || n + sizeof more > size))
        n--;
    if (n > from)
        memcpy(msg + n, more, sizeof more);
}

/* Why no Python was found may be what the source of bytes lacks: its first note. */
static void add_note(const struct og_target *t, struct og_error *err)
{
    const char *note = t->mem->notes;
    if (err && note && *note) {
        struct og_text text;
        size_t used = strlen(err->msg);
        og_text_init(&text, err->msg + used, sizeof err->msg - used);
        og_text_add(&text, "; ");
        og_text_addn(&text, note, strcspn(note, "\n"));
        if (text.cut)
            end_list(err->msg, used + 1, sizeof err->msg);
    }
}

static int find_python(struct og_target *t, struct og_error *err)
{
    OG_GUARD(err);
    return og_py_open(&t->py, t->mem, err);
}

static int open_python(struct og_target *t, struct og_target **out, struct og_error *err)
{
    int code = find_python(t, err);
    if (code != OG_OK) {
        if (code != OG_ECHANGED)
            add_note(t, err);
        og_target_close(t);
        return code;
    }
    og_target_describe(t);
    *out = t;
    return OG_OK;
}

int og_target_open_process(int pid, struct og_target **out, struct og_error *err)
{
    struct og_target *t = calloc(1, sizeof *t);
    if (!t)
        return og_fail(err, OG_EMEMORY, 0, "out of memory");
    int code = og_mem_open_process(pid, &t->mem, err);
    if (code != OG_OK) {
        free(t);
        return code;
    }
    return open_python(t, out, err);
}

int og_target_open_core(const char *path, const struct og_core_options *options, struct og_target **out,
                        struct og_error *err)
{
    struct og_target *t = calloc(1, sizeof *t);
    if (!t)
        return og_fail(err, OG_EMEMORY, 0, "out of memory");
    int code = og_mem_open_core(path, options, &t->mem, err);
    if (code != OG_OK) {
        free(t);
        return code;
    }
    return open_python(t, out, err);
}

int og_target_open_buffer(const struct og_buffer_part *parts, uint64_t count, struct og_target **out,
                          struct og_error *err)
{
    struct og_target *t = calloc(1, sizeof *t);
    if (!t)
        return og_fail(err, OG_EMEMORY, 0, "out of memory");
    int code = og_mem_open_buffer(parts, count, &t->mem, err);
    if (code != OG_OK) {
        free(t);
        return code;
    }
    return open_python(t, out, err);
}

void og_target_forget_rows(struct og_target *t)
{
    og_arena_deinit(&t->rows);
    og_arena_deinit(&t->object);
    og_arena_deinit(&t->fields);
    og_arena_deinit(&t->names);
}

void og_target_close(struct og_target *t)
{
    if (!t)
        return;
    og_target_forget_rows(t);
    og_py_close(&t->py);
    og_mem_close(t->mem);
    og_snapshot_release(t->snapshot);
    free(t);
}

int og_target_refresh(struct og_target *t, struct og_error *err)
{
    OG_GUARD(err);
    if (t->snapshot)
        return OG_OK;
    og_target_forget_rows(t);
    int code = t->mem->refresh ? t->mem->refresh(t->mem, err) : OG_OK;
    return code == OG_OK ? og_py_refresh(&t->py, err) : code;
}

const char *og_target_notes(struct og_target *t)
{
    OG_GUARD_OR(t->notes);
    struct og_text text;
    og_text_init(&text, t->notes, sizeof t->notes);
    og_text_add(&text, t->mem->notes ? t->mem->notes : "");
    og_py_notes(&t->py, &text);
    return t->notes;
}

void og_target_stop(struct og_target *t, uint32_t stop)
{
    __atomic_store_n(&t->stop, stop, __ATOMIC_RELAXED);
}

uint64_t og_target_symbol(struct og_target *t, const char *name)
{
    OG_GUARD_OR(0);
    return t->snapshot ? 0 : og_py_symbol(&t->py, name);
}

int og_target_read(struct og_target *t, uint64_t addr, void *dst, uint64_t len, struct og_error *err)
{
    OG_GUARD(err);
    int code = og_need_memory(t, err);
    if (code != OG_OK)
        return code;
    if (og_mem_read(t->mem, addr, dst, len))
        return OG_OK;
    return og_fail(err, OG_EUNREADABLE, addr, "%u bytes at %x cannot be read", len, addr);
}

static void count_thread(void *arg, const struct og_thread *thread)
{
    struct og_info *info = arg;
    info->threads++;
    if (thread->attached)
        info->gil_holder = info->gil_held++ ? 0 : thread->tstate;
}

static void read_gils(struct og_py *py, struct og_info *out)
{
    for (uint32_t i = 0; i < py->interp_count; i++) {
        uint64_t holder;
        if (og_interp_is_held(py, &py->interps[i], &holder)) {
            out->gil_held = 1;
            out->gil_holder = holder ? holder : out->gil_holder;
        }
        out->collecting |= py->interps[i].collecting != 0;
        out->gc_enabled |= py->interps[i].gc_enabled != 0;
    }
}

int og_target_info(struct og_target *t, struct og_info *out, struct og_error *err)
{
    OG_GUARD(err);
    (void)err;
    struct og_py *py = &t->py;
    if (t->snapshot) {
        og_snapshot_target_info(t, out);
        return OG_OK;
    }
    memset(out, 0, sizeof *out);
    out->runtime = py->runtime;
    out->hexversion = py->hexversion;
    out->interpreters = py->interp_count;
    out->version = t->version;
    out->layout_source = t->layout_source;
    out->free_threaded = og_is_free_threaded(&py->l);
    out->gil = py->interp_count && !out->free_threaded ? py->interps[0].gil_locked_addr : 0;
    og_py_threads(py, count_thread, out);
    read_gils(py, out);
    memcpy(out->misses, t->mem->misses, sizeof out->misses);
    return OG_OK;
}
