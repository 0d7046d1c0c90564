/* The bytes of a target, from wherever they come. The lowest layer: knows nothing of Python.
 * A read that fails is an answer, counted by reason, never an error. */
#ifndef OG_MEMORY_H
#define OG_MEMORY_H

#include "base/base.h"

enum og_region_flags {
    OG_REGION_READ = 1,
    OG_REGION_WRITE = 2,
    OG_REGION_EXEC = 4,
    OG_REGION_FILE = 8, /* backed by a file */
};

/* A range of the target's address space. Sorted, never overlapping. */
struct og_region {
    og_addr start, end;
    uint64_t file_offset;
    uint32_t flags;
    uint32_t name; /* offset into og_mem.names; 0 is the empty name */
};

/* Addresses [start, start + len) can be loaded at ptr. */
struct og_window {
    og_addr start;
    uint64_t len;
    const unsigned char *ptr;
};

/* Where a thread's C stack ends. */
struct og_stack_pointer {
    uint64_t tid;
    og_addr pointer;
};

struct og_mem {
    struct og_window windows[2]; /* last hits, most recent first */
    /* Finds the window around [addr, addr+len), fetching bytes if need be; false: not readable in one piece. */
    bool (*locate)(struct og_mem *m, og_addr addr, uint64_t len, struct og_window *out);
    /* Forgets cached bytes and reads the regions again: the target may have run. NULL where there is nothing to forget. */
    int (*refresh)(struct og_mem *m, struct og_error *err);
    void (*close)(struct og_mem *m);
    /* OG_ECHANGED if the files that bytes are read from are not what they were. NULL: they are from nowhere else. */
    int (*check)(const struct og_mem *m, struct og_error *err);
    const struct og_region *regions;
    uint64_t region_count;
    const char *names; /* NUL-separated, starts with an empty one; may be NULL */
    uint64_t misses[OG_MISS_COUNT];
    uint64_t failures; /* of all reasons: whether something of an object was missing is told by comparing */
    int pid; /* of a live process, else 0 */
    /* Fills in the stacks, when first asked for. NULL: they are there, or nobody knows them. */
    void (*find_stacks)(struct og_mem *m);
    const struct og_stack_pointer *stacks; /* og_mem_stacks() */
    uint64_t stack_count;
    const char *notes; /* sentences, each ended by a newline: what this source lacks; may be NULL */
    /* Which process these bytes are of, for telling whether two sources show the same one: 0 and "" where not known. */
    uint64_t subject_pid;
    uint64_t token[2];    /* of what the kernel chose at random when the program started (identity.c); 0 0: not known */
    const char *program;  /* path of the executable; may be NULL */
    const char *build_id; /* of the executable, in hexadecimal; may be NULL */
};

/* Sources: each fills *out. The caller closes with og_mem_close. */
int og_mem_open_process(int pid, struct og_mem **out, struct og_error *err);                      /* process.c */
void og_mem_init_own(struct og_mem *m, const struct og_region *regions, uint64_t count);           /* own.c, the agent */
int og_mem_open_buffer(const struct og_buffer_part *parts, uint64_t count, struct og_mem **out, struct og_error *err); /* buffer.c */
int og_mem_open_core(const char *path, const struct og_core_options *options, struct og_mem **out,
                     struct og_error *err); /* core.c; OPTIONS may be NULL */
void og_mem_close(struct og_mem *m);

/* The region that holds ADDR, or NULL. */
const struct og_region *og_mem_region(const struct og_mem *m, og_addr addr);
const char *og_mem_region_name(const struct og_mem *m, const struct og_region *r);

const void *og_mem_at_slow(struct og_mem *m, og_addr addr, uint64_t len);

/* Where a process keeps what it makes: readable, writable, of no file. */
static inline bool og_region_is_anonymous_data(const struct og_region *r)
{
    return (r->flags & (OG_REGION_READ | OG_REGION_WRITE | OG_REGION_FILE)) == (OG_REGION_READ | OG_REGION_WRITE);
}

/* Where the C stacks of the threads end. Without them no stack can be read: what lies below the pointer is stale. */
static inline const struct og_stack_pointer *og_mem_stacks(struct og_mem *m, uint64_t *count)
{
    if (!m->stacks && m->find_stacks)
        m->find_stacks(m);
    *count = m->stack_count;
    return m->stacks;
}

static inline void og_mem_miss(struct og_mem *m, enum og_miss why)
{
    m->misses[why]++;
    m->failures++;
}

/* Bytes [addr, addr+len) as they lie in the target, or NULL (counted). Valid until the next call on M. */
static inline const void *og_mem_at(struct og_mem *m, og_addr addr, uint64_t len)
{
    const struct og_window *w = &m->windows[0];
    uint64_t offset = addr - w->start;
    if (offset < w->len && len <= w->len - offset)
        return w->ptr + offset;
    return og_mem_at_slow(m, addr, len);
}

/* Copies; works across neighbouring regions too. false: not all readable (counted), DST untouched or partly written. */
bool og_mem_read(struct og_mem *m, og_addr addr, void *dst, uint64_t len);

static inline bool og_mem_u64(struct og_mem *m, og_addr addr, uint64_t *out)
{
    const void *p = og_mem_at(m, addr, 8);
    if (p) {
        memcpy(out, p, 8);
        return true;
    }
    return og_mem_read(m, addr, out, 8);
}

static inline bool og_mem_u32(struct og_mem *m, og_addr addr, uint32_t *out)
{
    const void *p = og_mem_at(m, addr, 4);
    if (p) {
        memcpy(out, p, 4);
        return true;
    }
    return og_mem_read(m, addr, out, 4);
}

static inline bool og_mem_u8(struct og_mem *m, og_addr addr, uint8_t *out)
{
    const void *p = og_mem_at(m, addr, 1);
    if (p)
        *out = *(const uint8_t *)p;
    return p != NULL;
}

/* A NUL-terminated string of at most CAP-1 bytes; false if unreadable or not terminated within CAP (then BUF is ""). */
bool og_mem_string(struct og_mem *m, og_addr addr, char *buf, uint64_t cap);

/* True without counting a miss: a probe whose failure means nothing. */
bool og_mem_readable(struct og_mem *m, og_addr addr, uint64_t len);

#endif
