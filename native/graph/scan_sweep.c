/* Lists of the collector did not close, so objects behind the break were not listed. Those whose memory is there are
 * found by going through it: objects of the collector lie in anonymous memory, 16-aligned. What is taken has a type
 * that the collector knows and neighbours that agree (cpython/heap_stray.c); what is on a list already is known to the
 * index. */
#include "cpython/heap.h"
#include "graph/index.h"
#include "graph/scan_types.h"

#define ADDRESS_MAX (1ull << 47)
/* What is read of a live process is kept, and much of what it has mapped it may never have touched. */
#define LIVE_MAX    (2ull << 30)
#define FILE_MAX    (16ull << 30)

enum {
    STEP = 16,                           /* alignment of objects */
    WORK_PAGES = 16,                     /* so many pages are worth an object */
    WORK_CANDIDATE = 2,                  /* a random access or two */
    HEAD_BYTES = OG_HEAD_WORDS * 8 + 16, /* the longest header */
};

/* Words that a tracked object may have where it stands. From 3.12 on, immortal counts have bit 31 set. */
static inline bool looks_tracked(const struct og_py *py, const uint64_t w[OG_HEAD_WORDS])
{
    uint64_t count_max = py->l.minor >= 12 ? UINT32_MAX : INT32_MAX;
    return w[OG_HEAD_NEXT] - OG_PAGE < ADDRESS_MAX && w[OG_HEAD_PREV] - OG_PAGE < ADDRESS_MAX &&
           w[OG_HEAD_TYPE] - OG_PAGE < ADDRESS_MAX && og_gc_count(py, w[OG_HEAD_REFCNT]) - 1 < count_max &&
           !(w[OG_HEAD_TYPE] & 3);
}

static void take(struct og_scan_core *s, og_addr addr, og_addr type)
{
    struct og_listed listed = {addr, type};
    s->losses.swept++;
    if (s->level == OG_SCAN_TYPES)
        og_scan_count_one(s, &listed, UINT64_MAX - 1);
    else
        og_scan_take(s, addr);
}

static uint64_t sweep_bytes(struct og_scan_core *s, og_addr start, const unsigned char *bytes, uint64_t n)
{
    uint64_t words[OG_HEAD_WORDS], candidates = 0, extra = (uint64_t)s->py->l.ob_extra;
    uint64_t need = sizeof words + extra;
    for (uint64_t i = 0; i + need <= n && !s->failed; i += STEP) {
        memcpy(words, bytes + i, 2 * sizeof *words);
        memcpy(words + OG_HEAD_REFCNT, bytes + i + OG_GC_HEAD_SIZE + extra, 2 * sizeof *words);
        og_addr object = start + i + OG_GC_HEAD_SIZE;
        if (!looks_tracked(s->py, words) || og_index_has(s->index, object))
            continue;
        candidates++;
        if (og_heap_is_stray(s->py, start + i, words))
            take(s, object, words[OG_HEAD_TYPE]);
    }
    return candidates;
}

/* A page and what of the next an object that begins in it may need. */
static uint64_t sweep_page(struct og_scan_core *s, og_addr page, og_addr end)
{
    unsigned char bytes[OG_PAGE + HEAD_BYTES - STEP];
    struct og_mem *m = s->py->mem;
    uint64_t n = end - page < sizeof bytes ? end - page : sizeof bytes;
    if (!og_mem_readable(m, page, n))
        n = n < OG_PAGE ? n : OG_PAGE;
    if (!og_mem_readable(m, page, n) || !og_mem_read(m, page, bytes, n))
        return 0;
    return sweep_bytes(s, page, bytes, n);
}

bool og_scan_sweep_step(struct og_scan_core *s, uint64_t limit)
{
    const struct og_mem *m = s->py->mem;
    struct og_scan_sweep *w = &s->sweep;
    uint64_t most = m->pid ? LIVE_MAX : FILE_MAX;
    for (uint64_t pages = 0, work = 0; w->region < m->region_count && w->bytes < most && !s->failed;) {
        const struct og_region *r = &m->regions[w->region];
        if (!w->at)
            w->at = r->start;
        if (!og_region_is_anonymous_data(r) || w->at >= r->end) {
            w->region++;
            w->at = 0;
            continue;
        }
        if (work + pages++ / WORK_PAGES >= limit)
            return true;
        work += sweep_page(s, w->at, r->end) * WORK_CANDIDATE;
        w->at += OG_PAGE;
        w->bytes += OG_PAGE;
    }
    return false;
}
