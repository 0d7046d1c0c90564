/* A stopped live process: process_vm_readv into mirrors of its regions, fetched on first touch and kept for one stop.
 * Runs nothing there. A mirror is reserved address space as large as the region, so whatever is contiguous in the
 * target is contiguous here. */
#define _GNU_SOURCE
#include "memory/identity.h"
#include "memory/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

/* Fetched in chunks; a chunk that cannot be read whole is read page by page. */
#define CHUNK       65536u
#define CHUNK_PAGES (CHUNK / OG_PAGE)
#define ALL_PAGES   0xffffu
#define AHEAD       16u /* chunks fetched together while none of them is there */

struct mirror {
    unsigned char *bytes; /* NULL: not touched yet */
    uint16_t *there;      /* per chunk: a bit per page that could be read */
    uint8_t *tried;       /* per chunk */
};

struct process_mem {
    struct og_mem mem;
    struct og_vec regions; /* struct og_region, readable ones merged where they touch */
    struct og_vec names;   /* char */
    struct og_vec stacks;  /* struct og_stack_pointer */
    struct mirror *mirrors;
    int task; /* a thread of it that lives */
    int fd;   /* its mem in /proc, where process_vm_readv is refused or would wait; -1 */
    bool refused, use_fd;
    struct og_identity_text identity;
};

static uint64_t chunks_of(const struct og_region *r)
{
    return (r->end - r->start + CHUNK - 1) / CHUNK;
}

static bool fetch(struct process_mem *p, og_addr addr, void *dst, uint64_t len)
{
    if (!p->use_fd) {
        struct iovec local = {dst, len}, remote = {(void *)addr, len};
        ssize_t n = process_vm_readv(p->task, &local, 1, &remote, 1, 0);
        if (n == (ssize_t)len)
            return true;
        if (n >= 0 || (errno != ENOSYS && errno != EPERM))
            return false;
        p->use_fd = p->refused = true;
    }
    return p->fd >= 0 && pread(p->fd, dst, len, (off_t)addr) == (ssize_t)len;
}

static void *reserve(uint64_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static bool mirror_make(struct mirror *w, const struct og_region *r)
{
    if (w->bytes)
        return true;
    w->there = calloc(chunks_of(r), sizeof *w->there);
    w->tried = calloc(chunks_of(r), 1);
    w->bytes = w->there && w->tried ? reserve(chunks_of(r) * CHUNK) : NULL;
    return w->bytes != NULL;
}

static uint64_t chunk_bytes(const struct og_region *r, uint64_t chunk, uint64_t n)
{
    uint64_t from = chunk * CHUNK, left = r->end - r->start - from;
    return left < n * CHUNK ? left : n * CHUNK;
}

static void fetch_pages(struct process_mem *p, const struct og_region *r, struct mirror *w, uint64_t chunk)
{
    uint64_t bytes = chunk_bytes(r, chunk, 1);
    for (uint64_t at = 0, page = 0; at < bytes; at += OG_PAGE, page++)
        if (fetch(p, r->start + chunk * CHUNK + at, w->bytes + chunk * CHUNK + at, OG_PAGE))
            w->there[chunk] |= (uint16_t)(1u << page);
}

/* Makes CHUNK tried; reads ahead where the chunk before was read, while those behind are untouched. */
static void fetch_chunk(struct process_mem *p, const struct og_region *r, struct mirror *w, uint64_t chunk)
{
    uint64_t n = 1, count = chunks_of(r), ahead = chunk > 0 && w->tried[chunk - 1] ? AHEAD : 1;
    while (n < ahead && chunk + n < count && !w->tried[chunk + n])
        n++;
    bool whole = fetch(p, r->start + chunk * CHUNK, w->bytes + chunk * CHUNK, chunk_bytes(r, chunk, n));
    if (!whole && n > 1) {
        n = 1;
        whole = fetch(p, r->start + chunk * CHUNK, w->bytes + chunk * CHUNK, chunk_bytes(r, chunk, 1));
    }
    for (uint64_t i = 0; i < n; i++) {
        w->tried[chunk + i] = 1;
        if (whole)
            w->there[chunk + i] = ALL_PAGES;
    }
    if (!whole)
        fetch_pages(p, r, w, chunk);
}

static uint16_t page_bits(uint64_t first, uint64_t last)
{
    return (uint16_t)((ALL_PAGES >> (CHUNK_PAGES - 1 - last)) & (ALL_PAGES << first));
}

/* All pages of [from, to) (offsets into the region) can be read. */
static bool range_there(struct process_mem *p, const struct og_region *r, struct mirror *w, uint64_t from, uint64_t to)
{
    for (uint64_t chunk = from / CHUNK; chunk <= (to - 1) / CHUNK; chunk++) {
        uint64_t start = chunk * CHUNK;
        uint64_t first = from > start ? (from - start) / OG_PAGE : 0;
        uint64_t last = to < start + CHUNK ? (to - 1 - start) / OG_PAGE : CHUNK_PAGES - 1;
        uint16_t want = page_bits(first, last);
        if (!w->tried[chunk])
            fetch_chunk(p, r, w, chunk);
        if ((w->there[chunk] & want) != want)
            return false;
    }
    return true;
}

/* The longest run of whole chunks around [from, to): what later reads may use without asking. */
static void widen(const struct og_region *r, const struct mirror *w, uint64_t *from, uint64_t *to)
{
    uint64_t first = *from / CHUNK, last = (*to - 1) / CHUNK, count = chunks_of(r);
    if (w->there[first] != ALL_PAGES || w->there[last] != ALL_PAGES)
        return;
    while (first > 0 && w->there[first - 1] == ALL_PAGES)
        first--;
    while (last + 1 < count && w->there[last + 1] == ALL_PAGES)
        last++;
    *from = first * CHUNK;
    *to = last * CHUNK + chunk_bytes(r, last, 1);
}

static bool process_locate(struct og_mem *m, og_addr addr, uint64_t len, struct og_window *out)
{
    struct process_mem *p = (struct process_mem *)m;
    const struct og_region *r = og_mem_region(m, addr);
    if (!r || len == 0 || len > r->end - addr)
        return false;
    struct mirror *w = &p->mirrors[r - m->regions];
    uint64_t from = addr - r->start, to = from + len;
    if (!mirror_make(w, r) || !range_there(p, r, w, from, to))
        return false;
    widen(r, w, &from, &to);
    *out = (struct og_window){r->start + from, to - from, w->bytes + from};
    return true;
}

static void forget(struct process_mem *p)
{
    for (uint64_t i = 0; p->mirrors && i < p->regions.len; i++) {
        struct mirror *w = &p->mirrors[i];
        if (w->bytes)
            munmap(w->bytes, chunks_of(og_vec_at(&p->regions, i)) * CHUNK);
        free(w->there);
        free(w->tried);
    }
    free(p->mirrors);
    p->mirrors = NULL;
    og_vec_deinit(&p->regions);
    og_vec_deinit(&p->names);
    og_vec_deinit(&p->stacks);
    p->mem.stacks = NULL;
    p->mem.stack_count = 0;
    memset(p->mem.windows, 0, sizeof p->mem.windows);
    p->mem.regions = NULL;
    p->mem.region_count = 0;
}

static uint32_t add_name(struct process_mem *p, const char *name)
{
    uint64_t n = strlen(name), at = p->names.len;
    if (at + n + 1 > UINT32_MAX || !og_vec_reserve(&p->names, at + n + 1))
        return 0;
    memcpy((char *)p->names.data + at, name, n + 1);
    p->names.len += n + 1;
    return (uint32_t)at;
}

/* One line of /proc/PID/maps: "start-end rwxp offset dev inode   path". */
static bool add_region(struct process_mem *p, char *line)
{
    unsigned long start, end, offset;
    char perms[5];
    int path = 0;
    if (sscanf(line, "%lx-%lx %4s %lx %*s %*s %n", &start, &end, perms, &offset, &path) < 4)
        return true;
    char *name = line + path;
    name[strcspn(name, "\n")] = 0;
    /* Device memory, and what the kernel shows but does not let be read. */
    if (perms[0] != 'r' || og_streq(name, "[vvar]") || og_streq(name, "[vsyscall]") || og_streq(name, "[vvar_vclock]"))
        return true;
    uint32_t flags = OG_REGION_READ;
    flags |= perms[1] == 'w' ? OG_REGION_WRITE : 0;
    flags |= perms[2] == 'x' ? OG_REGION_EXEC : 0;
    flags |= name[0] == '/' ? OG_REGION_FILE : 0;
    struct og_region *last = p->regions.len ? og_vec_at(&p->regions, p->regions.len - 1) : NULL;
    if (last && last->end == start && last->flags == flags && !(flags & OG_REGION_FILE)) {
        last->end = end;
        return true;
    }
    struct og_region *r = og_vec_push(&p->regions);
    if (!r)
        return false;
    *r = (struct og_region){start, end, offset, flags, add_name(p, name)};
    return true;
}

static int read_maps(struct process_mem *p, struct og_error *err)
{
    char path[64], *line = NULL;
    size_t cap = 0;
    bool ok = true;
    p->task = og_process_task(p->mem.pid);
    p->use_fd = p->refused || og_process_serves_faults(p->mem.pid, p->task);
    snprintf(path, sizeof path, "/proc/%d/task/%d/maps", p->mem.pid, p->task);
    FILE *f = fopen(path, "re");
    if (!f)
        return og_fail_errno(err, OG_EOS, errno, "cannot read the memory map of process %d", (int64_t)p->mem.pid);
    add_name(p, "");
    while (ok && getline(&line, &cap, f) > 0)
        ok = add_region(p, line);
    free(line);
    fclose(f);
    p->mirrors = ok ? calloc(p->regions.len + 1, sizeof *p->mirrors) : NULL;
    if (!p->mirrors)
        return og_fail(err, OG_EMEMORY, 0, "out of memory for the memory map of process %d", (int64_t)p->mem.pid);
    p->mem.regions = p->regions.data;
    p->mem.region_count = p->regions.len;
    p->mem.names = p->names.data;
    return OG_OK;
}

/* Large enough for every vector: the kernel keeps about 25 entries (AT_VECTOR_SIZE, include/linux/auxvec.h). */
enum { AUXV_BYTES = 4096 };

/* Anew whenever it may have run: it may be another program since. */
static void identify(struct process_mem *p)
{
    unsigned char auxv[AUXV_BYTES];
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d/auxv", p->mem.pid, p->task);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, auxv, sizeof auxv) : 0;
    if (fd >= 0)
        close(fd);
    p->mem.subject_pid = (uint64_t)p->mem.pid;
    og_identify(&p->mem, auxv, n > 0 ? (uint64_t)n : 0, &p->identity);
}

static void process_find_stacks(struct og_mem *m)
{
    struct process_mem *p = (struct process_mem *)m;
    og_process_stacks(m->pid, &p->stacks);
    m->stacks = p->stacks.data;
    m->stack_count = p->stacks.len;
}

static int process_refresh(struct og_mem *m, struct og_error *err)
{
    struct process_mem *p = (struct process_mem *)m;
    forget(p);
    int code = read_maps(p, err);
    if (code == OG_OK)
        identify(p);
    return code;
}

static void process_close(struct og_mem *m)
{
    struct process_mem *p = (struct process_mem *)m;
    forget(p);
    if (p->fd >= 0)
        close(p->fd);
    free(p);
}

/* Regions can be listed and yet not read: a first byte tells a refusal from an empty process. */
static int check_readable(struct process_mem *p, struct og_error *err)
{
    int refused = 0;
    for (uint64_t i = 0; i < p->regions.len && i < 16; i++) {
        const struct og_region *r = og_vec_at(&p->regions, i);
        char byte;
        if (fetch(p, r->start, &byte, 1))
            return OG_OK;
        refused = errno;
    }
    if (p->regions.len == 0)
        return og_fail(err, OG_EOS, 0, "process %d has no readable memory: a zombie or a kernel thread",
                       (int64_t)p->mem.pid);
    return og_fail_errno(
        err, OG_EOS, refused,
        "the memory of process %d may not be read: run GDB as the same user or as root (CAP_SYS_PTRACE)",
        (int64_t)p->mem.pid);
}

int og_mem_open_process(int pid, struct og_mem **out, struct og_error *err)
{
    struct process_mem *p = calloc(1, sizeof *p);
    if (!p)
        return og_fail(err, OG_EMEMORY, 0, "out of memory");
    char path[64];
    p->task = og_process_task(pid);
    snprintf(path, sizeof path, "/proc/%d/task/%d/mem", pid, p->task);
    p->fd = open(path, O_RDONLY | O_CLOEXEC);
    p->mem.pid = pid;
    p->mem.locate = process_locate;
    p->mem.refresh = process_refresh;
    p->mem.find_stacks = process_find_stacks;
    p->mem.close = process_close;
    og_vec_init(&p->regions, sizeof(struct og_region));
    og_vec_init(&p->names, 1);
    og_vec_init(&p->stacks, sizeof(struct og_stack_pointer));
    int code = read_maps(p, err);
    if (code == OG_OK)
        code = check_readable(p, err);
    if (code == OG_OK)
        identify(p);
    if (code != OG_OK)
        process_close(&p->mem);
    else
        *out = &p->mem;
    return code;
}
