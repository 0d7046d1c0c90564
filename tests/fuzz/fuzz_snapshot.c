/* Bytes as a snapshot. Even first byte: the rest is the file. Odd: the rest are changes to a whole snapshot, made of
 * OG_FUZZ_CORE: which section (1 byte), how (1), which word (4), a number (8). Checksums are made good again, so that
 * the checks behind them are what is tried. */
#define _GNU_SOURCE
#include "fuzz.h"
#include "graph/snapshot_format.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

enum { CHANGES_MAX = 32, CHANGE_BYTES = 14, WORD = 4, SAVE_WORK = 1000000 };
enum how { HOW_NUMBER, HOW_FLIP, HOW_ADD, HOW_ABSURD, HOW_COPY, HOW_COUNT };

struct whole {
    char path[64];
    unsigned char *bytes; /* of the file, shared with it */
    uint64_t size;
};

struct change {
    unsigned char *at;
    uint32_t old;
};

static struct whole whole;

static void save(struct og_target *t, struct og_graph *g, int fd)
{
    struct og_save_options options = {.words = 1, .strings = 1};
    struct og_save *save;
    struct og_error err;
    int code = og_save_begin(t, g, &options, &save, &err);
    while (code == OG_OK && (code = og_save_step(save, SAVE_WORK, &err)) == OG_MORE)
        code = OG_OK;
    if (code != OG_OK || og_save_finish(save, NULL, fd, &err) != OG_OK)
        abort();
}

static void load(struct whole *w)
{
    struct og_target *t;
    struct og_error err;
    const char *core = getenv("OG_FUZZ_CORE");
    if (!core || og_target_open_core(core, NULL, &t, &err) != OG_OK)
        abort();
    struct og_graph *g = fuzz_scan(t, OG_SCAN_GRAPH);
    int fd = fuzz_file("", 0, w->path);
    save(t, g, fd);
    w->size = (uint64_t)lseek(fd, 0, SEEK_END);
    w->bytes = mmap(NULL, w->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (w->bytes == MAP_FAILED)
        abort();
    og_graph_close(g);
    og_target_close(t);
}

static struct og_snapshot_header *header(struct whole *w)
{
    return (struct og_snapshot_header *)(void *)w->bytes;
}

static struct og_snapshot_section *section(struct whole *w, uint64_t i)
{
    return (struct og_snapshot_section *)(void *)(w->bytes + sizeof(struct og_snapshot_header)) + i;
}

static bool is_inside(const struct whole *w, const struct og_snapshot_section *s)
{
    return s->offset <= w->size && s->bytes <= w->size - s->offset;
}

static void seal(struct whole *w)
{
    uint64_t table = sizeof(struct og_snapshot_header) + OG_SNAPSHOT_KINDS * sizeof(struct og_snapshot_section);
    for (uint64_t i = 0; i < OG_SNAPSHOT_KINDS; i++)
        if (is_inside(w, section(w, i)))
            section(w, i)->checksum = XXH3_64bits(w->bytes + section(w, i)->offset, section(w, i)->bytes);
    header(w)->checksum = 0;
    header(w)->checksum = XXH3_64bits(w->bytes, table);
}

static uint32_t changed(uint32_t old, unsigned how, uint64_t number)
{
    switch ((enum how)(how % HOW_COUNT)) {
    case HOW_NUMBER:
        return (uint32_t)number;
    case HOW_FLIP:
        return old ^ 1u << number % 32;
    case HOW_ADD:
        return old + (uint32_t)(int8_t)number;
    case HOW_ABSURD:
        return (uint32_t)((1ull << number % 33) - (number >> 8 & 3));
    case HOW_COPY:
        memcpy(&old, whole.bytes + number % (whole.size - WORD), WORD);
        return old;
    case HOW_COUNT:
        break;
    }
    return old;
}

/* Section OG_SNAPSHOT_KINDS is the header with its table. */
static bool apply(struct fuzz_input *in, struct change *out)
{
    uint64_t which = fuzz_take(in, 1) % (OG_SNAPSHOT_KINDS + 1), how = fuzz_take(in, 1), word = fuzz_take(in, 4);
    struct og_snapshot_section head = {.bytes = header(&whole)->header_size},
                               *s = which < OG_SNAPSHOT_KINDS ? section(&whole, which) : &head;
    uint64_t number = fuzz_take(in, 8), words = is_inside(&whole, s) ? s->bytes / WORD : 0;
    if (!words)
        return false;
    out->at = whole.bytes + s->offset + word % words * WORD;
    memcpy(&out->old, out->at, WORD);
    uint32_t new = changed(out->old, (unsigned)how, number);
    memcpy(out->at, &new, WORD);
    return true;
}

static void ask(const char *path)
{
    struct og_target *t;
    struct og_graph *g;
    struct og_snapshot_info info;
    struct og_error err = {0};
    if (og_target_open_snapshot(path, &t, &g, &err) != OG_OK) {
        if (!err.msg[0])
            abort();
        return;
    }
    og_target_snapshot_info(t, &info, &err);
    fuzz_ask_target(t);
    fuzz_ask_graph(t, g);
    og_graph_close(g);
    og_target_close(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = {data, size};
    struct change changes[CHANGES_MAX];
    unsigned n = 0;
    char path[64];
    if (!(fuzz_take(&in, 1) & 1)) {
        int fd = fuzz_file(in.data, in.left, path);
        ask(path);
        close(fd);
        return 0;
    }
    if (!whole.bytes)
        load(&whole);
    while (in.left >= CHANGE_BYTES && n < CHANGES_MAX)
        n += apply(&in, &changes[n]);
    seal(&whole);
    ask(whole.path);
    while (n-- > 0)
        memcpy(changes[n].at, &changes[n].old, WORD);
    return 0;
}
