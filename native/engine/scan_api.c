/* A scan as the caller drives it: the heap is read from here, or the agent's result adopted; then the graph is built.
 */
#include "agent/protocol.h"
#include "engine/snapshot_target.h"
#include "graph/build.h"
#include "memory/guard.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum phase { PHASE_SCAN, PHASE_TYPES, PHASE_BUILD, PHASE_DONE };

struct og_scan {
    struct og_target *target;
    struct og_scan_core core; /* of an adopted result: its streams only */
    struct og_build build;
    uint32_t level, phase;
    uint32_t sizes, from_agent;
};

static int no_memory(struct og_error *err)
{
    return og_fail(err, OG_EMEMORY, 0, "out of memory for the scan");
}

void og_scan_cancel(struct og_scan *s)
{
    if (!s)
        return;
    og_scan_core_deinit(&s->core);
    og_build_deinit(&s->build);
    free(s);
}

static int begin(struct og_target *t, const struct og_scan_options *o, struct og_scan **out, struct og_error *err)
{
    int code = og_need_memory(t, err);
    if (code != OG_OK)
        return code;
    struct og_scan *s = calloc(1, sizeof *s);
    if (!s)
        return no_memory(err);
    s->target = t;
    s->level = o->level;
    s->sizes = o->sizes;
    code = og_scan_core_init(&s->core, &t->py, o, err);
    if (code == OG_OK)
        *out = s;
    else
        og_scan_cancel(s);
    return code;
}

int og_scan_begin(struct og_target *t, const struct og_scan_options *options, struct og_scan **out,
                  struct og_error *err)
{
    OG_GUARD(err);
    return begin(t, options, out, err);
}

/* ---- adopting ---- */

/* The section as a read-only array; its pages are unmapped as those of any other vector. */
static int map_section(struct og_vec *v, int fd, uint32_t section, uint64_t len, uint64_t file_size,
                       struct og_error *err)
{
    uint64_t bytes, offset = section * OG_RESULT_SECTION;
    if (len == 0)
        return OG_OK;
    if (og_mul_overflows(len, v->elem, &bytes) || bytes > OG_RESULT_SECTION || offset + bytes > file_size)
        return og_fail(err, OG_EUNREADABLE, 0, "the result of the scan is damaged: section %u is cut",
                       (uint64_t)section);
    void *p = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, (off_t)offset);
    if (p == MAP_FAILED)
        return og_fail_errno(err, OG_EOS, errno, "cannot map the result of the scan");
    v->data = p;
    v->len = v->cap = len;
    return OG_OK;
}

static int map_sections(struct og_scan *s, int fd, const struct og_result_header *h, uint64_t file_size,
                        struct og_error *err)
{
    struct {
        struct og_vec *vec;
        uint32_t section;
    } const parts[] = {{&s->core.found, OG_RESULT_FOUND},
                       {&s->core.edges, OG_RESULT_EDGES},
                       {&s->core.types, OG_RESULT_TYPES},
                       {&s->core.big, OG_RESULT_BIG},
                       {&s->core.counts, OG_RESULT_COUNTS}};
    int code = OG_OK;
    for (unsigned i = 0; i < sizeof parts / sizeof *parts && code == OG_OK; i++)
        code = map_section(parts[i].vec, fd, parts[i].section, h->len[parts[i].section], file_size, err);
    return code;
}

static int read_header(int fd, struct og_result_header *h, uint64_t *file_size, struct og_error *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return og_fail_errno(err, OG_EOS, errno, "cannot read the result of the scan");
    *file_size = (uint64_t)st.st_size;
    void *p = *file_size >= sizeof *h ? mmap(NULL, sizeof *h, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (p == MAP_FAILED)
        return og_fail(err, OG_EUNREADABLE, 0, "the result of the scan is damaged: it has no header");
    memcpy(h, p, sizeof *h);
    munmap(p, sizeof *h);
    if (h->magic != OG_AGENT_MAGIC)
        return og_fail(err, OG_EUNREADABLE, 0, "the result of the scan is damaged: it was not written by og's agent");
    if (h->done == 2) {
        if (err)
            *err = h->error;
        return h->error.code < 0 ? h->error.code : OG_EUNREADABLE;
    }
    return h->done == 1 ? OG_OK : og_fail(err, OG_EARG, 0, "the scan in the process is not finished");
}

int og_scan_adopt(struct og_target *t, int fd, struct og_scan **out, struct og_error *err)
{
    OG_GUARD(err);
    struct og_result_header h;
    struct og_scan *s = NULL;
    uint64_t file_size = 0;
    int code = read_header(fd, &h, &file_size, err);
    if (code != OG_OK)
        return code;
    struct og_scan_options o = {h.level, h.sizes};
    code = begin(t, &o, &s, err);
    if (code != OG_OK)
        return code;
    s->from_agent = 1;
    s->core.unreadable = h.unreadable;
    s->core.unreadable_lists = h.unreadable_lists;
    s->core.losses = h.losses;
    code = map_sections(s, fd, &h, file_size, err);
    if (code != OG_OK) {
        og_scan_cancel(s);
        return code;
    }
    s->phase = PHASE_TYPES;
    *out = s;
    return OG_OK;
}

/* ---- from streams to graph ---- */

static bool copy_type(struct og_graph *g, struct og_py *py, og_addr addr, struct og_graph_type *out)
{
    const struct og_type *t = og_py_type(py, addr);
    const char *name = t ? t->name : "?", *long_name = t ? t->long_name : "?";
    *out = (struct og_graph_type){.addr = addr};
    if (t) {
        out->basicsize = t->tp_basicsize;
        out->itemsize = t->tp_itemsize;
        out->tp_flags = t->tp_flags;
        if (og_is_free_threaded(&py->l)) /* no head of the collector stands in front of its objects */
            out->tp_flags &= ~OG_TPFLAGS_HAVE_GC;
        out->kind = t->kind;
        out->has_del = t->has_del;
        out->is_class = t->is_class;
    }
    out->name = og_arena_strndup(&g->arena, name, strlen(name));
    out->long_name = og_streq(name, long_name) ? out->name : og_arena_strndup(&g->arena, long_name, strlen(long_name));
    return out->name && out->long_name;
}

static bool copy_types(struct og_scan *s, struct og_graph *g)
{
    const uint64_t *addrs = s->core.types.data;
    g->type_count = s->core.types.len;
    g->types = og_pages_alloc(og_array_bytes(g->type_count, sizeof *g->types));
    for (uint64_t i = 0; i < g->type_count && g->types; i++)
        if (!copy_type(g, &s->target->py, addrs[i], &g->types[i]))
            return false;
    return g->types != NULL;
}

/* Level TYPES: counts are all there is. */
static void copy_counts(struct og_scan *s, struct og_graph *g)
{
    for (uint64_t i = 0; i < s->core.counts.len && i < g->type_count; i++) {
        const struct og_type_count *c = og_vec_at(&s->core.counts, i);
        g->types[i].tracked = (struct og_graph_tally){c->count, c->bytes};
        g->tracked += c->count;
    }
}

static void move_vec(struct og_vec *to, struct og_vec *from)
{
    *to = *from;
    og_vec_init(from, from->elem);
}

static int start_build(struct og_scan *s, struct og_error *err)
{
    struct og_graph *g = og_graph_create();
    if (!g)
        return no_memory(err);
    g->level = s->level;
    g->from_agent = s->from_agent;
    g->has_sizes = s->sizes || s->level != OG_SCAN_TYPES;
    g->unreadable = s->core.unreadable;
    g->unreadable_lists = s->core.unreadable_lists;
    g->losses = s->core.losses;
    if (!s->from_agent) {
        struct og_index empty = g->index;
        g->index = *s->core.index;
        *s->core.index = empty;
    }
    og_build_begin(&s->build, g, !s->from_agent);
    if (!copy_types(s, g))
        return no_memory(err);
    if (s->level == OG_SCAN_TYPES)
        copy_counts(s, g);
    move_vec(&s->build.found, &s->core.found);
    move_vec(&s->build.edges, &s->core.edges);
    move_vec(&s->build.big, &s->core.big);
    og_scan_core_deinit(&s->core);
    s->phase = s->level == OG_SCAN_TYPES ? PHASE_DONE : PHASE_BUILD;
    return OG_OK;
}

int og_scan_step(struct og_scan *s, uint64_t work, struct og_error *err)
{
    OG_GUARD(err);
    int code = OG_OK;
    switch ((enum phase)s->phase) {
    case PHASE_SCAN:
        code = og_scan_core_step(&s->core, work ? work : 1, err);
        if (code != OG_OK)
            return code;
        s->phase = PHASE_TYPES;
        break;
    case PHASE_TYPES:
        code = start_build(s, err);
        break;
    case PHASE_BUILD:
        code = og_build_step(&s->build, work ? work : 1, err);
        if (code != OG_OK)
            return code;
        s->phase = PHASE_DONE;
        break;
    case PHASE_DONE:
        break;
    }
    if (code != OG_OK)
        return code;
    return s->phase == PHASE_DONE ? OG_OK : OG_MORE;
}

void og_scan_progress(const struct og_scan *s, struct og_progress *out)
{
    if (s->phase >= PHASE_BUILD && s->build.graph) {
        og_build_progress(&s->build, out);
        return;
    }
    bool referring = s->core.next > 0;
    uint64_t listed = s->level == OG_SCAN_TYPES ? s->core.heap.steps : s->core.found.len;
    *out = (struct og_progress){referring ? s->core.next : listed, referring ? s->core.found.len : 0, "objects"};
}

int og_scan_finish(struct og_scan *s, struct og_graph **out, struct og_error *err)
{
    if (s->phase != PHASE_DONE)
        return og_fail(err, OG_EARG, 0, "the scan is not finished");
    *out = s->build.graph;
    s->build.graph = NULL;
    og_scan_cancel(s);
    return OG_OK;
}
