/* Saving a graph: its words if they are wanted, checksums, the file. */
#define _GNU_SOURCE
#include "cpython/target.h"
#include "engine/words_make.h"
#include "graph/snapshot.h"
#include "memory/guard.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum phase { PHASE_WORDS, PHASE_SUMS, PHASE_DONE };

/* One unit of work is an object or a reference; reading bytes once is quicker. */
#define BYTES_A_UNIT 64u

struct og_save {
    struct og_target *target;
    struct og_graph *graph;
    struct og_snapshot_image *image;
    struct og_save_options options; /* its texts in the arena */
    struct og_arena arena;
    struct og_words_make *make; /* NULL: no words, or the graph has them */
    uint32_t phase;
};

static int collect_facts(struct og_target *t, const struct og_save_options *o, struct og_snapshot_facts *f,
                         struct og_error *err)
{
    struct og_identity who;
    og_target_identity(t, &who);
    *f = (struct og_snapshot_facts){
        .pid = who.pid,
        .process = {who.token[0], who.token[1]},
        .time = (uint64_t)time(NULL),
        .notes = og_target_notes(t),
        .program = who.program,
        .build_id = who.build_id,
        .name = o->name ? o->name : "",
        .source = o->source ? o->source : "",
        .key = o->key ? o->key : "",
    };
    if (t->snapshot)
        f->time = og_snapshot_about(t->snapshot)->time;
    int code = og_target_info(t, &f->info, err);
    return code == OG_OK ? og_target_threads(t, &f->threads, &f->thread_count, err) : code;
}

static int make_image(struct og_save *s, struct og_error *err)
{
    struct og_snapshot_facts facts;
    struct og_words made;
    const struct og_words *words = s->options.words ? s->graph->words : NULL;
    if (s->make) {
        og_words_make_view(s->make, &made);
        words = &made;
    }
    int code = collect_facts(s->target, &s->options, &facts, err);
    if (code == OG_OK)
        code = og_snapshot_image_create(s->graph, words, &facts, &s->image, err);
    s->phase = PHASE_SUMS;
    return code;
}

static bool copy_options(struct og_save *s, const struct og_save_options *o)
{
    const char *from[] = {o->name, o->source, o->key}, *to[3];
    for (unsigned i = 0; i < 3; i++)
        if (!(to[i] = og_arena_strndup(&s->arena, from[i] ? from[i] : "", from[i] ? strlen(from[i]) : 0)))
            return false;
    s->options = *o;
    s->options.name = to[0];
    s->options.source = to[1];
    s->options.key = to[2];
    return true;
}

/* Words are made where the graph has none yet and there is a memory to make them from. */
static int begin_words(struct og_save *s, struct og_error *err)
{
    const struct og_words *there = s->graph->words;
    if (!s->options.words || s->graph->level < OG_SCAN_GRAPH)
        return OG_OK;
    if (there && there->with_strings && !s->options.strings)
        return og_fail(err, OG_EARG, 0,
                       "this heap was saved with the contents of its strings, and without them it "
                       "cannot be saved again");
    if (there || s->target->snapshot)
        return OG_OK;
    s->make = calloc(1, sizeof *s->make);
    if (!s->make)
        return og_fail(err, OG_EMEMORY, 0, "out of memory for the snapshot");
    s->phase = PHASE_WORDS;
    return og_words_make_begin(s->make, s->target, s->graph, s->options.strings != 0, err);
}

int og_save_begin(struct og_target *t, struct og_graph *g, const struct og_save_options *o, struct og_save **out,
                  struct og_error *err)
{
    OG_GUARD(err);
    struct og_save *s = calloc(1, sizeof *s);
    if (!s || !copy_options(s, o)) {
        og_save_cancel(s);
        return og_fail(err, OG_EMEMORY, 0, "out of memory for the snapshot");
    }
    s->target = t;
    s->graph = g;
    s->phase = PHASE_SUMS;
    int code = begin_words(s, err);
    if (code == OG_OK && s->phase == PHASE_SUMS)
        code = make_image(s, err);
    if (code == OG_OK)
        *out = s;
    else
        og_save_cancel(s);
    return code;
}

void og_save_cancel(struct og_save *s)
{
    if (!s)
        return;
    og_snapshot_image_destroy(s->image);
    if (s->make)
        og_words_make_deinit(s->make);
    free(s->make);
    og_arena_deinit(&s->arena);
    free(s);
}

static int step_words(struct og_save *s, uint64_t work, struct og_error *err)
{
    int code = og_words_make_step(s->make, work, err);
    return code == OG_OK ? make_image(s, err) : code;
}

int og_save_step(struct og_save *s, uint64_t work, struct og_error *err)
{
    OG_GUARD(err);
    int code = OG_OK;
    switch ((enum phase)s->phase) {
    case PHASE_WORDS:
        code = step_words(s, work, err);
        break;
    case PHASE_SUMS:
        if (og_snapshot_image_step(s->image, (work ? work : 1) * BYTES_A_UNIT))
            s->phase = PHASE_DONE;
        break;
    case PHASE_DONE:
        break;
    }
    if (code < 0)
        return code;
    return s->phase == PHASE_DONE ? OG_OK : OG_MORE;
}

void og_save_progress(const struct og_save *s, struct og_progress *out)
{
    if (s->image)
        og_snapshot_image_progress(s->image, out);
    else
        og_words_make_progress(s->make, out);
}

static int write_into(const struct og_save *s, int fd, struct og_error *err)
{
    int code = ftruncate(fd, 0) == 0 ? OG_OK : OG_EOS;
    if (code != OG_OK)
        return og_fail(err, OG_EOS, 0,
                       "cannot write the snapshot: the file descriptor %d is of no file that can be written",
                       (int64_t)fd);
    return og_snapshot_image_write(s->image, fd, &s->target->stop, "the snapshot", err);
}

int og_save_finish(struct og_save *s, const char *path, int fd, struct og_error *err)
{
    int code;
    if (s->phase != PHASE_DONE)
        code = og_fail(err, OG_EARG, 0, "the snapshot is not finished");
    else
        code = og_target_check(s->target, s->graph, err);
    if (code == OG_OK)
        code = path ? og_snapshot_image_save(s->image, path, &s->target->stop, err) : write_into(s, fd, err);
    if (code == OG_EOS) /* a file that was cut below the graph cannot be written from either */
        code = og_target_check(s->target, s->graph, err) == OG_ECHANGED ? OG_ECHANGED : OG_EOS;
    og_save_cancel(s);
    return code;
}
