/* Which CPythons are in a target, and which of them it is about. */
#include "engine/snapshot_target.h"
#include "engine/target_state.h"
#include "memory/guard.h"

#include <stdlib.h>

struct listing {
    struct og_target *target;
    struct og_vec rows; /* struct og_python_row */
    bool failed;
};

static void list(void *arg, const struct og_py *py, const char *image)
{
    struct listing *l = arg;
    char version[32];
    struct og_python_row *row = og_vec_push(&l->rows);
    if (!row) {
        l->failed = true;
        return;
    }
    og_version_text(py->hexversion, version, sizeof version);
    *row =
        (struct og_python_row){.runtime = py->runtime, .hexversion = py->hexversion, .interpreters = py->interp_count};
    row->chosen = py->runtime == l->target->py.runtime;
    row->version = og_arena_strndup(&l->target->rows, version, strlen(version));
    row->image = og_arena_strndup(&l->target->rows, image, strlen(image));
    l->failed |= !row->version || !row->image;
}

int og_target_pythons(struct og_target *t, uint32_t everywhere, const struct og_python_row **rows, uint64_t *count,
                      struct og_error *err)
{
    OG_GUARD(err);
    struct listing l = {.target = t};
    struct og_py *scratch = calloc(1, sizeof *scratch);
    og_arena_deinit(&t->rows);
    og_vec_init(&l.rows, sizeof(struct og_python_row));
    if (scratch && !t->snapshot)
        og_py_each(scratch, t->mem, everywhere != 0, list, &l);
    uint64_t bytes = l.rows.len * sizeof(struct og_python_row);
    void *copy = og_arena_alloc(&t->rows, bytes + 1);
    if (copy && bytes)
        memcpy(copy, l.rows.data, bytes);
    *rows = copy;
    *count = l.rows.len;
    og_vec_deinit(&l.rows);
    free(scratch);
    return copy && scratch && !l.failed ? OG_OK : og_fail(err, OG_EMEMORY, 0, "out of memory for the list of CPythons");
}

int og_target_choose_python(struct og_target *t, uint64_t runtime, struct og_error *err)
{
    OG_GUARD(err);
    int code = og_need_memory(t, err);
    struct og_py *other = code == OG_OK ? calloc(1, sizeof *other) : NULL;
    if (code == OG_OK)
        code = other ? og_py_open_at(other, t->mem, runtime, err) : og_fail(err, OG_EMEMORY, 0, "out of memory");
    if (code == OG_OK) {
        og_target_forget_rows(t);
        og_py_close(&t->py);
        t->py = *other;
        og_target_describe(t);
    }
    free(other);
    return code;
}
