/* The commands: a scan of the own process whose streams grow in a memfd. */
#include "agent/agent.h"
#include "base/sys.h"

enum { PROT_RW = 3, MAP_SHARED_FILE = 1, MFD_CLOEXEC = 1 };

static struct og_agent_state *state_of(const struct og_agent_request *r)
{
    return (struct og_agent_state *)r->state;
}

static void open_python(struct og_agent_state *s, const struct og_agent_request *r)
{
    og_mem_init_own(&s->mem, (const struct og_region *)r->regions, r->region_count);
    og_py_init(&s->py, &s->mem, &r->layout);
    s->py.runtime = r->runtime;
    s->py.hexversion = (uint32_t)r->hexversion;
    s->py.type_type = r->type_type;
    s->py.object_type = r->object_type;
    s->py.subtype_traverse = r->subtype_traverse;
    s->py.interp_count = r->interp_count < OG_INTERP_MAX ? r->interp_count : OG_INTERP_MAX;
    memcpy(s->py.interps, r->interps, s->py.interp_count * sizeof *r->interps);
}

static int open_result(struct og_agent_state *s, struct og_error *err)
{
    long fd = og_sys3(OG_SYS_MEMFD_CREATE, (long)"og", MFD_CLOEXEC, 0);
    if (og_sys_failed(fd))
        return og_fail_errno(err, OG_EOS, (int)-fd,
                             "no memory file can be made in the process (memfd_create: error %d)", (int64_t)-fd);
    s->fd = (int)fd;
    long failed = og_sys3(OG_SYS_FTRUNCATE, fd, (long)(OG_RESULT_END * OG_RESULT_SECTION), 0);
    if (og_sys_failed(failed))
        return og_fail_errno(err, OG_EOS, (int)-failed, "the memory file cannot be made large (ftruncate: error %d)",
                             (int64_t)-failed);
    long page = og_sys6(OG_SYS_MMAP, 0, OG_PAGE, PROT_RW, MAP_SHARED_FILE, fd, 0);
    if (og_sys_failed(page))
        return og_fail_errno(err, OG_EMEMORY, (int)-page, "the memory file cannot be mapped (mmap: error %d)",
                             (int64_t)-page);
    s->header = (struct og_result_header *)page;
    return OG_OK;
}

static void write_streams_to(struct og_scan_core *c, int fd)
{
    og_vec_init_file(&c->found, c->found.elem, fd, OG_RESULT_FOUND * OG_RESULT_SECTION);
    og_vec_init_file(&c->edges, c->edges.elem, fd, OG_RESULT_EDGES * OG_RESULT_SECTION);
    og_vec_init_file(&c->types, c->types.elem, fd, OG_RESULT_TYPES * OG_RESULT_SECTION);
    og_vec_init_file(&c->big, c->big.elem, fd, OG_RESULT_BIG * OG_RESULT_SECTION);
    og_vec_init_file(&c->counts, c->counts.elem, fd, OG_RESULT_COUNTS * OG_RESULT_SECTION);
}

int og_agent_start(struct og_agent_request *r)
{
    struct og_error *err = &r->control.error;
    og_agent_finish(r); /* GDB may call again when a signal came between */
    struct og_agent_state *s = og_pages_alloc(sizeof *s);
    if (!s)
        return og_fail(err, OG_EMEMORY, 0, "the process gets no more memory");
    r->state = (uint64_t)s;
    s->fd = -1;
    open_python(s, r);
    int code = og_scan_core_init(&s->scan, &s->py, &r->options, err);
    if (code == OG_OK)
        code = open_result(s, err);
    if (code != OG_OK)
        return code;
    write_streams_to(&s->scan, s->fd);
    s->scan.traverse = og_agent_traverse;
    if (r->untrusted_traverse)
        s->untrusted[s->untrusted_count++] = r->untrusted_traverse;
    r->control.result_fd = s->fd;
    s->header->magic = OG_AGENT_MAGIC;
    s->header->level = r->options.level;
    s->header->sizes = r->options.sizes;
    return OG_OK;
}

static void fill_header(struct og_agent_state *s)
{
    const struct og_scan_core *c = &s->scan;
    struct og_result_header *h = s->header;
    h->len[OG_RESULT_FOUND] = c->found.len;
    h->len[OG_RESULT_EDGES] = c->edges.len;
    h->len[OG_RESULT_TYPES] = c->types.len;
    h->len[OG_RESULT_BIG] = c->big.len;
    h->len[OG_RESULT_COUNTS] = c->counts.len;
    h->unreadable = c->unreadable;
    h->unreadable_lists = c->unreadable_lists;
    h->losses = c->losses;
    h->progress_done = c->level == OG_SCAN_GRAPH ? c->next : c->heap.steps;
    h->progress_total = c->level == OG_SCAN_GRAPH ? c->found.len : 0;
}

int og_agent_step(struct og_agent_request *r)
{
    struct og_agent_state *s = state_of(r);
    if (!s || !s->header)
        return og_fail(&r->control.error, OG_EARG, 0, "the agent was not started");
    if (!og_agent_recover(s))
        return og_fail(&r->control.error, OG_EUNREADABLE, 0, "more than %u tp_traverse functions fault",
                       (uint64_t)OG_AGENT_UNTRUSTED_MAX);
    int code = og_scan_core_step(&s->scan, r->control.work, &s->header->error);
    fill_header(s);
    r->control.progress_done = s->header->progress_done;
    r->control.progress_total = s->header->progress_total;
    if (code < 0)
        r->control.error = s->header->error;
    /* Last: who sees it sees the rest. */
    __atomic_store_n(&s->header->done, code == OG_MORE ? 0u : code == OG_OK ? 1u : 2u, __ATOMIC_RELEASE);
    return code;
}

int og_agent_finish(struct og_agent_request *r)
{
    struct og_agent_state *s = state_of(r);
    if (!s)
        return OG_OK;
    r->state = 0;
    og_scan_core_deinit(&s->scan);
    og_py_close(&s->py);
    og_pages_free(s->header, OG_PAGE);
    if (s->fd >= 0)
        og_sys3(OG_SYS_CLOSE, s->fd, 0, 0);
    og_pages_free(s, sizeof *s);
    return OG_OK;
}
