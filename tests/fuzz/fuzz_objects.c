/* The memory of a real process (OG_FUZZ_CORE) with some words changed. The input is a list of changes: which object or
 * state (4 bytes), which word of it (1), how (1), a number (8). Every mapping is a block of its own, so that
 * AddressSanitizer sees a read beyond it. */
#include "fuzz.h"
#include "memory/memory.h"

#include <stdlib.h>
#include <unistd.h>

enum { CHANGES_MAX = 64, CHANGE_BYTES = 14, STATE_SHARE = 8, STATE_WORDS = 256, WORDS_BEFORE = 2 };

enum how { HOW_NUMBER, HOW_FLIP, HOW_ADD, HOW_OBJECT, HOW_SELF, HOW_NEAR, HOW_ABSURD, HOW_COPY, HOW_COUNT };

struct process {
    struct og_mem mem;
    struct og_window *windows;
    uint64_t *objects; /* addresses */
    uint64_t object_count;
    og_addr states[4]; /* runtime, interpreter, thread state, frame */
};

static struct process process;

static bool locate(struct og_mem *m, og_addr addr, uint64_t len, struct og_window *out)
{
    const struct og_region *r = og_mem_region(m, addr);
    if (!r || len == 0 || len > r->end - addr)
        return false;
    *out = process.windows[r - m->regions];
    return out->ptr != NULL;
}

/* Copies of what a core and its files hold, each as large as its mapping. */
static void copy_memory(struct process *p, struct og_mem *core)
{
    p->mem = *core;
    memset(p->mem.windows, 0, sizeof p->mem.windows);
    p->mem.locate = locate;
    p->mem.close = NULL;
    p->windows = calloc(core->region_count, sizeof *p->windows);
    for (uint64_t i = 0; i < core->region_count; i++) {
        const struct og_region *r = &core->regions[i];
        struct og_window w;
        uint64_t len = r->end - r->start;
        if (!core->locate(core, r->start, len, &w))
            continue;
        unsigned char *bytes = malloc(len);
        if (!bytes)
            abort();
        memcpy(bytes, w.ptr + (r->start - w.start), len);
        p->windows[i] = (struct og_window){r->start, len, bytes};
    }
}

static void find_objects(struct process *p, struct og_target *t)
{
    struct og_graph *g = fuzz_scan(t, OG_SCAN_GRAPH);
    struct og_graph_info info;
    const struct og_thread_row *threads;
    uint64_t count;
    struct og_error err;
    if (!g || og_target_threads(t, &threads, &count, &err) != OG_OK || !count)
        abort();
    og_graph_info(g, &info);
    p->object_count = info.objects;
    p->objects = calloc(info.objects, sizeof *p->objects);
    for (uint64_t i = 0; i < info.objects; i++)
        p->objects[i] = og_graph_address(g, (uint32_t)i);
    p->states[0] = t->py.runtime;
    p->states[1] = threads[0].interp;
    p->states[2] = threads[0].tstate;
    p->states[3] = threads[0].frame;
    og_graph_close(g);
}

/* The target stays open: regions and names are its. */
static void load(struct process *p)
{
    static struct og_target *t;
    struct og_error err;
    const char *path = getenv("OG_FUZZ_CORE");
    if (!path || og_target_open_core(path, NULL, &t, &err) != OG_OK)
        abort();
    find_objects(p, t);
    copy_memory(p, t->mem);
}

static unsigned char *word_at(og_addr addr)
{
    const struct og_region *r = og_mem_region(&process.mem, addr);
    const struct og_window *w = r ? &process.windows[r - process.mem.regions] : NULL;
    return w && w->ptr && w->len >= 8 && addr - w->start <= w->len - 8
               ? (unsigned char *)(uintptr_t)w->ptr + (addr - w->start)
               : NULL;
}

static uint64_t changed(uint64_t old, og_addr addr, og_addr base, unsigned how, uint64_t number)
{
    switch ((enum how)(how % HOW_COUNT)) {
    case HOW_NUMBER:
        return number;
    case HOW_FLIP:
        return old ^ 1ull << number % 64;
    case HOW_ADD:
        return old + (uint64_t)(int8_t)number;
    case HOW_OBJECT:
        return process.objects[number % process.object_count];
    case HOW_SELF:
        return base;
    case HOW_NEAR:
        return addr + 8 * (uint64_t)(int8_t)number;
    case HOW_ABSURD:
        return (1ull << number % 64) - (number >> 8 & 1) * (1 + (number >> 9 & 7));
    case HOW_COPY: {
        const unsigned char *other = word_at(process.objects[number % process.object_count] + 8 * (number >> 32 & 15));
        memcpy(&old, other ? other : (const unsigned char *)&old, sizeof old);
        return old;
    }
    case HOW_COUNT:
        break;
    }
    return old;
}

struct change {
    unsigned char *at;
    og_addr object;
    uint64_t old;
};

static bool apply(struct fuzz_input *in, struct change *out)
{
    uint64_t which = fuzz_take(in, 4), word = fuzz_take(in, 1), how = fuzz_take(in, 1), number = fuzz_take(in, 8);
    bool state = which % STATE_SHARE == 0;
    og_addr base =
        state ? process.states[which / STATE_SHARE % 4] : process.objects[which / STATE_SHARE % process.object_count];
    og_addr addr = state ? base + 8 * word : base + 8 * (word % 64) - 8 * WORDS_BEFORE;
    *out = (struct change){.at = word_at(addr), .object = base};
    if (!out->at)
        return false;
    memcpy(&out->old, out->at, 8);
    uint64_t new = changed(out->old, addr, base, (unsigned)how, number);
    memcpy(out->at, &new, 8);
    return true;
}

static void ask(const struct change *changes, unsigned n, uint32_t level)
{
    struct og_target t = {.mem = &process.mem};
    struct og_error err;
    memset(process.mem.windows, 0, sizeof process.mem.windows);
    if (og_py_open(&t.py, t.mem, &err) != OG_OK)
        return;
    for (unsigned i = 0; i < n; i++)
        fuzz_ask_object(&t, changes[i].object);
    fuzz_ask_heap(&t, level);
    og_arena_deinit(&t.rows);
    og_arena_deinit(&t.object);
    og_arena_deinit(&t.fields);
    og_arena_deinit(&t.names);
    og_py_close(&t.py);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = {data, size};
    struct change changes[CHANGES_MAX];
    unsigned n = 0;
    if (!process.objects)
        load(&process);
    uint64_t depth =
        fuzz_take(&in, 1) % 16; /* the whole graph takes long, most changes show in the objects themselves */
    while (in.left >= CHANGE_BYTES && n < CHANGES_MAX)
        n += apply(&in, &changes[n]);
    ask(changes, n, depth == 0 ? OG_SCAN_GRAPH : depth < 3 ? OG_SCAN_OBJECTS : OG_SCAN_TYPES);
    while (n-- > 0)
        memcpy(changes[n].at, &changes[n].old, 8);
    return 0;
}
