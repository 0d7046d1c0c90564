/* What GDB needs to put the agent into the target: its bytes, and the request that tells it all that was established
 * from outside. */
#include "agent/protocol.h"
#include "engine/snapshot_target.h"
#include "memory/guard.h"

extern const char og_agent_bytes[], og_agent_bytes_end[];

int og_agent_image(struct og_agent_image *out, struct og_error *err)
{
    (void)err;
    out->bytes = og_agent_bytes;
    out->size = (uint64_t)(og_agent_bytes_end - og_agent_bytes);
    return OG_OK;
}

/* Devices may answer a read with more than bytes, and the kernel's own pages fault: the agent reads neither. */
static bool agent_may_read(const struct og_mem *m, const struct og_region *r)
{
    const char *name = og_mem_region_name(m, r);
    if (!(r->flags & OG_REGION_READ) || strncmp(name, "[v", 2) == 0)
        return false;
    return strncmp(name, "/dev/", 5) != 0 || strncmp(name, "/dev/shm/", 9) == 0 || strncmp(name, "/dev/zero", 9) == 0;
}

static uint32_t copy_regions(const struct og_mem *m, struct og_region *out)
{
    uint32_t n = 0;
    for (uint64_t i = 0; i < m->region_count; i++) {
        if (!agent_may_read(m, &m->regions[i]))
            continue;
        out[n] = m->regions[i];
        out[n++].name = 0; /* names stay here */
    }
    return n;
}

/* structseq_traverse() of 3.10 to 3.12 asks the current interpreter for the number of fields, and where nobody holds
 * the GIL there is none (Objects/structseq.c, get_type_attr_as_size). 3.13 computes it from tp_basicsize. */
static og_addr structseq_traverse(struct og_py *py)
{
    struct og_object info;
    if (py->l.minor < 10 || py->l.minor > 12 || py->interp_count == 0)
        return 0;
    og_addr addr = og_dict_get(py, py->interps[0].sysdict, "float_info");
    return addr && og_py_object(py, addr, &info) ? info.type->tp_traverse : 0;
}

static void fill_request(struct og_py *py, const struct og_scan_options *options, struct og_agent_request *r)
{
    r->control.magic = OG_AGENT_MAGIC;
    r->control.size = sizeof *r;
    r->control.result_fd = -1;
    r->control.signal_mask = UINT64_MAX; /* none yet: no thread can block all signals */
    r->options = *options;
    r->layout = py->l;
    r->runtime = py->runtime;
    r->hexversion = py->hexversion;
    r->type_type = py->type_type;
    r->object_type = py->object_type;
    r->subtype_traverse = py->subtype_traverse;
    r->untrusted_traverse = structseq_traverse(py);
    r->interp_count = py->interp_count;
    memcpy(r->interps, py->interps, sizeof r->interps);
}

int og_agent_request(struct og_target *t, const struct og_scan_options *options, uint64_t where, uint64_t size,
                     void *dst, uint64_t *used, struct og_error *err)
{
    OG_GUARD(err);
    uint64_t regions = sizeof(struct og_agent_request), bytes = t->mem->region_count * sizeof(struct og_region);
    int code = og_need_memory(t, err);
    if (code != OG_OK)
        return code;
    *used = regions + bytes;
    if (size < OG_AGENT_STACK || size - OG_AGENT_STACK < *used)
        return og_fail(err, OG_EARG, where, "%u bytes are not enough for the agent's request of %u and its stack", size,
                       *used);
    struct og_agent_request *r = dst;
    memset(r, 0, *used);
    fill_request(&t->py, options, r);
    r->control.stack = (where + size) & ~15ull;
    r->regions = where + regions;
    r->region_count = copy_regions(t->mem, (struct og_region *)((char *)dst + regions));
    return OG_OK;
}
