/* The graph for other tools: every object, every reference by name, in the order of addresses. */
#include "engine/export.h"
#include "memory/guard.h"

#include <errno.h>
#include <stdlib.h>

enum phase { PHASE_OBJECTS, PHASE_REFERENCES, PHASE_FILES, PHASE_DONE };
enum { LABEL_BYTES = 1024, WORK_PER_ROW = 10 }; /* a step of og_scan_step's size takes as long */

static int no_memory(struct og_error *err)
{
    return og_fail(err, OG_EMEMORY, 0, "out of memory for the export");
}

void og_export_cancel(struct og_export *x)
{
    if (!x)
        return;
    og_out_close(&x->files[0]);
    og_out_close(&x->files[1]);
    og_place_deinit(&x->place);
    og_arena_deinit(&x->arena);
    og_edge_namer_deinit(&x->namer);
    free(x);
}

/* What went wrong with the files, if anything did. */
static int check_files(const struct og_export *x, struct og_error *err)
{
    for (unsigned i = 0; i < 2; i++) {
        int os_errno = x->files[i].os_errno;
        if (os_errno)
            return og_fail_errno(err, OG_EOS, os_errno, "cannot write %s: %s", x->place.path, strerror(os_errno));
    }
    return OG_OK;
}

static int open_files(struct og_export *x, struct og_error *err)
{
    bool ok = og_out_open(&x->files[0], og_place_file(&x->place, 0)) &&
              (!x->place.folder || og_out_open(&x->files[1], og_place_file(&x->place, 1)));
    x->objects = &x->files[0];
    x->references = x->place.folder ? &x->files[1] : &x->files[0];
    if (!ok)
        return check_files(x, err);
    if (!og_export_types(x))
        return no_memory(err);
    og_export_head(x);
    return OG_OK;
}

int og_export_begin(struct og_target *t, struct og_graph *g, uint32_t format, const char *path, struct og_export **out,
                    struct og_error *err)
{
    OG_GUARD(err);
    int code = og_need_level(g, OG_SCAN_GRAPH, err);
    if (code != OG_OK)
        return code;
    if (format != OG_EXPORT_CSV && format != OG_EXPORT_JSON)
        return og_fail(err, OG_EARG, 0, "export format %u does not exist", (uint64_t)format);
    struct og_export *x = calloc(1, sizeof *x);
    if (!x)
        return no_memory(err);
    x->target = t;
    x->graph = g;
    x->format = format;
    x->files[0].fd = x->files[1].fd = -1;
    og_edge_namer_init(&x->namer, t, g);
    code = og_place_begin(&x->place, path, format, err);
    if (code == OG_OK)
        code = open_files(x, err);
    if (code == OG_OK)
        *out = x;
    else
        og_export_cancel(x);
    return code;
}

/* ---- objects ---- */

static void step_objects(struct og_export *x, uint64_t rows)
{
    const struct og_graph *g = x->graph;
    uint64_t end = g->count - x->next > rows ? x->next + rows : g->count;
    for (; x->next < end; x->next++)
        og_export_object(x, (og_id)x->next);
    if (x->next < g->count)
        return;
    og_export_between(x);
    x->next = 0;
    x->phase = PHASE_REFERENCES;
}

/* ---- references ---- */

static void write_reference(struct og_export *x, uint32_t target)
{
    char buf[LABEL_BYTES];
    struct og_text text;
    struct og_edge_name name;
    og_text_init(&text, buf, sizeof buf);
    og_edge_namer_name(&x->namer, x->edge, &name);
    og_edge_name_label(&name, &text);
    og_export_reference(x, (og_id)x->next, target, buf, text.len);
}

/* At most ROWS references of x->next; how many is added to *DONE, and one more: objects without any end a step too. */
static bool step_object(struct og_export *x, uint64_t rows, uint64_t *done)
{
    const struct og_graph *g = x->graph;
    const uint32_t *targets = g->targets[0] + g->offsets[0][x->next];
    uint64_t count = g->offsets[0][x->next + 1] - g->offsets[0][x->next];
    if (count && x->edge == 0 && !og_edge_namer_open(&x->namer, (og_id)x->next))
        return false;
    uint64_t end = count - x->edge > rows ? x->edge + rows : count;
    *done += end - x->edge + 1;
    for (; x->edge < end; x->edge++)
        write_reference(x, targets[x->edge]);
    if (x->edge == count) {
        x->edge = 0;
        x->next++;
    }
    return true;
}

static int step_references(struct og_export *x, uint64_t rows, struct og_error *err)
{
    for (uint64_t done = 0; x->next < x->graph->count && done < rows;)
        if (!step_object(x, rows - done, &done))
            return no_memory(err);
    if (x->next == x->graph->count) {
        og_export_tail(x);
        x->phase = PHASE_FILES;
    }
    return OG_OK;
}

/* ---- all of it ---- */

static void step_files(struct og_export *x)
{
    og_out_finish(&x->files[0]);
    if (x->place.folder)
        og_out_finish(&x->files[1]);
    x->phase = PHASE_DONE;
}

int og_export_step(struct og_export *x, uint64_t work, struct og_error *err)
{
    OG_GUARD(err);
    int code = OG_OK;
    uint64_t rows = work / WORK_PER_ROW + 1;
    switch ((enum phase)x->phase) {
    case PHASE_OBJECTS:
        step_objects(x, rows);
        break;
    case PHASE_REFERENCES:
        code = step_references(x, rows, err);
        break;
    case PHASE_FILES:
        step_files(x);
        break;
    case PHASE_DONE:
        break;
    }
    if (code == OG_OK)
        code = check_files(x, err);
    if (code != OG_OK)
        return code;
    return x->phase == PHASE_DONE ? OG_OK : OG_MORE;
}

void og_export_progress(const struct og_export *x, struct og_progress *out)
{
    bool objects = x->phase == PHASE_OBJECTS;
    *out = (struct og_progress){x->written[objects ? 0 : 1], objects ? x->graph->count : x->graph->references,
                                objects ? "objects" : "references"};
}

int og_export_finish(struct og_export *x, struct og_export_summary *out, struct og_error *err)
{
    if (x->phase != PHASE_DONE)
        return og_fail(err, OG_EARG, 0, "the export is not finished");
    *out = (struct og_export_summary){
        .objects = x->written[0],
        .references = x->written[1],
        .bytes = {x->files[0].bytes, x->files[1].bytes},
    };
    int code = og_target_check(x->target, x->graph, err);
    if (code == OG_OK)
        code = og_place_finish(&x->place, err);
    og_export_cancel(x);
    return code;
}
