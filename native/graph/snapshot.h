/* Snapshot files (snapshot_format.h), written and opened. */
#ifndef OG_SNAPSHOT_H
#define OG_SNAPSHOT_H

#include "graph/snapshot_format.h"
#include "memory/mapped.h"

/* ---- writing (snapshot_write.c) ---- */

/* What the file says of where the graph came from; strings never NULL. */
struct og_snapshot_facts {
    struct og_info info;
    const struct og_thread_row *threads;
    uint64_t thread_count;
    uint64_t pid, process[2], time;
    const char *notes, *program, *build_id;
    const char *name, *source, *key;
};

struct og_snapshot_image;

/* Keeps pointers to G and W (NULL: no words), which must stay as they are; copies FACTS. */
int og_snapshot_image_create(const struct og_graph *g, const struct og_words *w, const struct og_snapshot_facts *facts,
                             struct og_snapshot_image **out, struct og_error *err);
void og_snapshot_image_destroy(struct og_snapshot_image *image);
/* Checksums, about BYTES at a time. true: done. */
bool og_snapshot_image_step(struct og_snapshot_image *image, uint64_t bytes);
void og_snapshot_image_progress(const struct og_snapshot_image *image, struct og_progress *out);
/* After the last step: the whole file into FD, from its start on. STOP (may be NULL) becoming nonzero ends it:
 * OG_ESTOPPED. PATH is for the sentence. */
int og_snapshot_image_write(const struct og_snapshot_image *image, int fd, const uint32_t *stop, const char *path,
                            struct og_error *err);
/* The same into the file PATH, which appears whole or not at all (snapshot_file.c). Readable by its owner only. */
int og_snapshot_image_save(const struct og_snapshot_image *image, const char *path, const uint32_t *stop,
                           struct og_error *err);

/* ---- opening (snapshot_open.c) ---- */

/* A mapped file whose header and table are good. What it is made of is shared by the graph and whoever else holds it.
 * Its small sections, whose texts are handed out, are copied; arrays are read in the file, so whoever reads them has a
 * guard (memory/guard.h). */
struct og_snapshot {
    struct og_mapped *mapped;
    const unsigned char *bytes;
    uint64_t size;
    uint32_t holders;
    struct og_snapshot_section sections[OG_SNAPSHOT_KINDS];
    const void *copies[OG_SNAPSHOT_KINDS]; /* NULL: it is in the file */
    struct og_arena arena;                 /* of the copies */
    const struct og_graph *graph;          /* the one made of it; NULL: none, or closed again */
};

/* OG_EUNREADABLE with a sentence: what the file is instead, or what is wrong with it. OG_EOS: it cannot be opened. */
int og_snapshot_open(const char *path, struct og_snapshot **out, struct og_error *err);
void og_snapshot_release(struct og_snapshot *s);
/* "about", "threads" and "text" are checked; the rest may be asked for. */
int og_snapshot_check_about(const struct og_snapshot *s, const char *path, struct og_error *err);
/* The graph, whose arrays are those of the file. Everything is checked: no number in it leads out of bounds. WORDS 0:
 * its words are left alone. */
int og_snapshot_make_graph(struct og_snapshot *s, bool words, const char *path, struct og_graph **out,
                           struct og_error *err);
/* G gives back what it has of its file; og_graph_close calls it. */
void og_snapshot_detach(struct og_graph *g);

static inline const void *og_snapshot_data(const struct og_snapshot *s, enum og_snapshot_kind kind)
{
    return s->copies[kind] ? s->copies[kind] : s->bytes + s->sections[kind].offset;
}

static inline uint64_t og_snapshot_len(const struct og_snapshot *s, enum og_snapshot_kind kind)
{
    return s->sections[kind].bytes / s->sections[kind].elem;
}

static inline const char *og_snapshot_text(const struct og_snapshot *s, uint32_t offset)
{
    return (const char *)og_snapshot_data(s, OG_SNAPSHOT_TEXT) + offset;
}

static inline const struct og_snapshot_about *og_snapshot_about(const struct og_snapshot *s)
{
    return og_snapshot_data(s, OG_SNAPSHOT_ABOUT);
}

/* ---- checking (snapshot_check.c) ---- */

/* After checksums: section KIND is what it should be, given that all before it are. NULL: it is; else what is wrong. */
const char *og_snapshot_check(const struct og_snapshot *s, enum og_snapshot_kind kind);
const char *og_snapshot_section_name(enum og_snapshot_kind kind);

#endif
