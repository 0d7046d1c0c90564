/* Making a snapshot: what has pointers becomes rows and texts, the arrays of the graph are written as they are.
 * Checksums come first, in steps, so that the file is written from its beginning to its end. */
#define _GNU_SOURCE
#include "graph/snapshot.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

#define PIECE (8ull << 20) /* of one write: whoever stops the work waits for no more */

struct og_snapshot_image {
    struct {
        struct og_snapshot_header header;
        struct og_snapshot_section sections[OG_SNAPSHOT_KINDS];
    } head;
    const void *data[OG_SNAPSHOT_KINDS];
    struct og_snapshot_graph graph;
    struct og_snapshot_about about;
    struct og_vec threads, text, types, big;
    bool failed; /* out of memory */
    XXH3_state_t *state;
    uint32_t kind; /* the section whose checksum is being made */
    uint64_t at;   /* bytes of it that are done */
    uint64_t done, total;
};

_Static_assert(sizeof(((struct og_snapshot_image *)0)->head) ==
                   sizeof(struct og_snapshot_header) + OG_SNAPSHOT_KINDS * sizeof(struct og_snapshot_section),
               "header and table are one");

/* ---- rows and texts ---- */

static void *row(struct og_snapshot_image *image, struct og_vec *v)
{
    void *slot = og_vec_push(v);
    image->failed |= !slot;
    return slot;
}

static uint32_t text(struct og_snapshot_image *image, const char *s)
{
    uint64_t n = strlen(s) + 1, at = image->text.len;
    if (n == 1)
        return 0;
    if (at + n > UINT32_MAX || !og_vec_reserve(&image->text, at + n)) {
        image->failed = true;
        return 0;
    }
    memcpy((char *)image->text.data + at, s, n);
    image->text.len += n;
    return (uint32_t)at;
}

static void take_graph(struct og_snapshot_image *image, const struct og_graph *g, const struct og_words *w)
{
    image->graph = (struct og_snapshot_graph){
        .level = g->level,
        .from_agent = g->from_agent,
        .has_sizes = g->has_sizes,
        .words = w != NULL,
        .strings = w && w->with_strings,
        .count = g->count,
        .tracked = g->tracked,
        .references = g->references,
        .unreadable = g->unreadable,
        .unreadable_lists = g->unreadable_lists,
        .losses = g->losses,
    };
}

static void take_types(struct og_snapshot_image *image, const struct og_graph *g)
{
    for (uint64_t i = 0; i < g->type_count && !image->failed; i++) {
        const struct og_graph_type *t = &g->types[i];
        struct og_snapshot_type *out = row(image, &image->types);
        if (!out)
            return;
        *out = (struct og_snapshot_type){
            .addr = t->addr,
            .basicsize = t->basicsize,
            .itemsize = t->itemsize,
            .tp_flags = t->tp_flags,
            .tracked = t->tracked,
            .untracked = t->untracked,
            .name = text(image, t->name),
            .kind = t->kind,
            .has_del = t->has_del,
            .is_class = t->is_class,
        };
        out->long_name = og_streq(t->name, t->long_name) ? out->name : text(image, t->long_name);
    }
}

static void take_big(struct og_snapshot_image *image, const struct og_graph *g)
{
    uint32_t place;
    for (uint64_t id = 0; id < g->count && g->big_count && !image->failed; id++)
        if (g->nodes[id].size == UINT32_MAX && og_map_get(&g->big, id, &place) && place < g->big_count) {
            struct og_long_len *out = row(image, &image->big);
            if (out)
                *out = (struct og_long_len){id, g->big_sizes[place]};
        }
}

static void take_threads(struct og_snapshot_image *image, const struct og_snapshot_facts *f)
{
    for (uint64_t i = 0; i < f->thread_count && !image->failed; i++) {
        const struct og_thread_row *t = &f->threads[i];
        struct og_snapshot_thread *out = row(image, &image->threads);
        if (out)
            *out = (struct og_snapshot_thread){t->tstate,
                                               t->interp,
                                               t->thread_id,
                                               t->native_thread_id,
                                               t->frame,
                                               t->depth,
                                               t->line,
                                               text(image, t->function),
                                               text(image, t->file)};
    }
}

static void take_about(struct og_snapshot_image *image, const struct og_snapshot_facts *f)
{
    const struct og_info *info = &f->info;
    image->about = (struct og_snapshot_about){
        .pid = f->pid,
        .process = {f->process[0], f->process[1]},
        .time = f->time,
        .runtime = info->runtime,
        .gil_holder = info->gil_holder,
        .gil = info->gil,
        .hexversion = info->hexversion,
        .interpreters = info->interpreters,
        .threads = info->threads,
        .collecting = info->collecting,
        .gc_enabled = info->gc_enabled,
        .gil_held = info->gil_held,
        .free_threaded = info->free_threaded,
        .version = text(image, info->version),
        .layout_source = text(image, info->layout_source),
        .notes = text(image, f->notes),
        .program = text(image, f->program),
        .build_id = text(image, f->build_id),
        .name = text(image, f->name),
        .source = text(image, f->source),
        .key = text(image, f->key),
        .writer = text(image, OG_VERSION),
    };
    memcpy(image->about.misses, info->misses, sizeof image->about.misses);
}

/* ---- sections ---- */

static void put(struct og_snapshot_image *image, enum og_snapshot_kind kind, const void *data, uint64_t count)
{
    image->data[kind] = data;
    image->head.sections[kind].bytes = data ? count * image->head.sections[kind].elem : 0;
}

static void put_vec(struct og_snapshot_image *image, enum og_snapshot_kind kind, const struct og_vec *v)
{
    put(image, kind, v->data, v->len);
}

static void put_graph(struct og_snapshot_image *image, const struct og_graph *g)
{
    put(image, OG_SNAPSHOT_GRAPH, &image->graph, 1);
    put_vec(image, OG_SNAPSHOT_TYPES, &image->types);
    put(image, OG_SNAPSHOT_ADDRESSES, g->addresses, g->count);
    put(image, OG_SNAPSHOT_NODES, g->nodes, g->count);
    put(image, OG_SNAPSHOT_ORDER, g->order, g->tracked);
    put_vec(image, OG_SNAPSHOT_BIG, &image->big);
    put(image, OG_SNAPSHOT_OFFSETS, g->offsets[0], g->count + 1);
    put(image, OG_SNAPSHOT_TARGETS, g->targets[0], g->references);
    put(image, OG_SNAPSHOT_INVERSE_OFFSETS, g->offsets[1], g->count + 1);
    put(image, OG_SNAPSHOT_INVERSE_TARGETS, g->targets[1], g->references);
}

static void put_index(struct og_snapshot_image *image, const struct og_index *x)
{
    put_vec(image, OG_SNAPSHOT_CHUNKS, &x->chunks);
    put_vec(image, OG_SNAPSHOT_KEYS, &x->keys);
    put_vec(image, OG_SNAPSHOT_SORTED, &x->sorted);
    put_vec(image, OG_SNAPSHOT_BITS, &x->bits);
    put_vec(image, OG_SNAPSHOT_RANKS, &x->ranks);
    put_vec(image, OG_SNAPSHOT_ODD, &x->odd_sorted);
}

static void put_words(struct og_snapshot_image *image, const struct og_graph *g, const struct og_words *w)
{
    put(image, OG_SNAPSHOT_STRINGS, w->strings, w->strings_size);
    put(image, OG_SNAPSHOT_LENS, w->lens, g->count);
    put(image, OG_SNAPSHOT_LABELS, w->labels, g->count);
    put(image, OG_SNAPSHOT_CLASSES, w->classes, g->type_count);
    put(image, OG_SNAPSHOT_SHAPES, w->shapes, g->count);
    put(image, OG_SNAPSHOT_NAMES, w->names, w->name_count);
    put(image, OG_SNAPSHOT_MODULES, w->modules, w->module_count);
    put(image, OG_SNAPSHOT_ROOTS, w->roots, w->root_count);
    put(image, OG_SNAPSHOT_LONG_LENS, w->long_lens, w->long_len_count);
}

static void name_sections(struct og_snapshot_image *image)
{
    struct og_snapshot_section *s = image->head.sections;
#define X(constant, name, type) s[OG_SNAPSHOT_##constant].elem = sizeof(type);
    OG_SNAPSHOT_SECTIONS(X)
#undef X
    for (uint32_t i = 0; i < OG_SNAPSHOT_KINDS; i++)
        s[i].kind = i;
}

static uint64_t align(uint64_t offset)
{
    return (offset + OG_SNAPSHOT_ALIGN - 1) & ~(uint64_t)(OG_SNAPSHOT_ALIGN - 1);
}

static void place_sections(struct og_snapshot_image *image)
{
    struct og_snapshot_header *h = &image->head.header;
    uint64_t end = sizeof image->head;
    for (uint32_t i = 0; i < OG_SNAPSHOT_KINDS; i++) {
        struct og_snapshot_section *s = &image->head.sections[i];
        s->offset = align(end);
        end = s->offset + s->bytes;
        image->total += s->bytes;
    }
    memcpy(h->magic, OG_SNAPSHOT_MAGIC, sizeof h->magic);
    h->version = OG_SNAPSHOT_VERSION;
    h->byte_order = OG_SNAPSHOT_BYTE_ORDER;
    h->header_size = sizeof image->head;
    h->section_count = OG_SNAPSHOT_KINDS;
    h->file_size = end;
}

static void init(struct og_snapshot_image *image)
{
    og_vec_init(&image->threads, sizeof(struct og_snapshot_thread));
    og_vec_init(&image->text, sizeof(char));
    og_vec_init(&image->types, sizeof(struct og_snapshot_type));
    og_vec_init(&image->big, sizeof(struct og_long_len));
    image->state = XXH3_createState();
    if (!image->state || !og_vec_push(&image->text)) /* offset 0: "" */
        image->failed = true;
    else
        XXH3_64bits_reset(image->state);
}

int og_snapshot_image_create(const struct og_graph *g, const struct og_words *w, const struct og_snapshot_facts *facts,
                             struct og_snapshot_image **out, struct og_error *err)
{
    struct og_snapshot_image *image = calloc(1, sizeof *image);
    if (image) {
        init(image);
        name_sections(image);
        take_graph(image, g, w);
        take_about(image, facts);
        take_threads(image, facts);
        take_types(image, g);
        take_big(image, g);
    }
    if (!image || image->failed) {
        og_snapshot_image_destroy(image);
        return og_fail(err, OG_EMEMORY, 0, "out of memory for the snapshot");
    }
    put_graph(image, g);
    put_index(image, &g->index);
    put(image, OG_SNAPSHOT_ABOUT, &image->about, 1);
    put_vec(image, OG_SNAPSHOT_THREADS, &image->threads);
    put_vec(image, OG_SNAPSHOT_TEXT, &image->text);
    if (w)
        put_words(image, g, w);
    place_sections(image);
    *out = image;
    return OG_OK;
}

void og_snapshot_image_destroy(struct og_snapshot_image *image)
{
    if (!image)
        return;
    og_vec_deinit(&image->threads);
    og_vec_deinit(&image->text);
    og_vec_deinit(&image->types);
    og_vec_deinit(&image->big);
    XXH3_freeState(image->state);
    free(image);
}

/* ---- checksums ---- */

static void finish_section(struct og_snapshot_image *image)
{
    image->head.sections[image->kind].checksum = XXH3_64bits_digest(image->state);
    XXH3_64bits_reset(image->state);
    image->kind++;
    image->at = 0;
}

bool og_snapshot_image_step(struct og_snapshot_image *image, uint64_t bytes)
{
    while (image->kind < OG_SNAPSHOT_KINDS && bytes) {
        uint64_t left = image->head.sections[image->kind].bytes - image->at, n = left < bytes ? left : bytes;
        if (n)
            XXH3_64bits_update(image->state, (const char *)image->data[image->kind] + image->at, n);
        image->at += n;
        image->done += n;
        bytes -= n;
        if (n == left)
            finish_section(image);
    }
    if (image->kind < OG_SNAPSHOT_KINDS)
        return false;
    image->head.header.checksum = 0;
    image->head.header.checksum = XXH3_64bits(&image->head, sizeof image->head);
    return true;
}

void og_snapshot_image_progress(const struct og_snapshot_image *image, struct og_progress *out)
{
    *out = (struct og_progress){image->done, image->total, "checksums"};
}

/* ---- the file ---- */

/* A file that becomes larger than its process may make it is an error like any other, not the end of GDB. */
static ssize_t write_piece(int fd, const void *data, uint64_t n, uint64_t offset)
{
    sigset_t too_large, before;
    const struct timespec at_once = {0, 0};
    sigemptyset(&too_large);
    sigaddset(&too_large, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &too_large, &before);
    ssize_t written = pwrite(fd, data, n, (off_t)offset);
    int problem = errno;
    if (written < 0 && problem == EFBIG && !sigismember(&before, SIGXFSZ))
        sigtimedwait(&too_large, NULL, &at_once);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = problem;
    return written;
}

static int write_bytes(int fd, const char *data, uint64_t n, uint64_t offset, const uint32_t *stop, const char *path,
                       struct og_error *err)
{
    while (n) {
        if (stop && __atomic_load_n(stop, __ATOMIC_RELAXED))
            return og_fail(err, OG_ESTOPPED, 0, "stopped");
        ssize_t written = write_piece(fd, data, n < PIECE ? n : PIECE, offset);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return og_fail_errno(err, OG_EOS, written ? errno : ENOSPC, "cannot write %s: %s", path,
                                 strerror(written ? errno : ENOSPC));
        data += written;
        offset += (uint64_t)written;
        n -= (uint64_t)written;
    }
    return OG_OK;
}

int og_snapshot_image_write(const struct og_snapshot_image *image, int fd, const uint32_t *stop, const char *path,
                            struct og_error *err)
{
    static const char zeros[OG_SNAPSHOT_ALIGN] = {0};
    uint64_t end = sizeof image->head;
    int code = write_bytes(fd, (const char *)&image->head, end, 0, stop, path, err);
    for (uint32_t i = 0; i < OG_SNAPSHOT_KINDS && code == OG_OK; i++) {
        const struct og_snapshot_section *s = &image->head.sections[i];
        code = write_bytes(fd, zeros, s->offset - end, end, NULL, path, err);
        if (code == OG_OK)
            code = write_bytes(fd, image->data[i], s->bytes, s->offset, stop, path, err);
        end = s->offset + s->bytes;
    }
    return code;
}
