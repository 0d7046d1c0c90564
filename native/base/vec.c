/* A growable array on pages of its own: growing moves page tables, not bytes. */
#include "base/base.h"
#include "base/sys.h"

enum { PROT_RW = 3, MAP_SHARED_FILE = 1, FIRST_BYTES = 1 << 16 };

void og_vec_init(struct og_vec *v, uint32_t elem_bytes)
{
    og_vec_init_file(v, elem_bytes, -1, 0);
}

void og_vec_init_file(struct og_vec *v, uint32_t elem_bytes, int fd, uint64_t file_offset)
{
    memset(v, 0, sizeof *v);
    v->elem = elem_bytes;
    v->fd = fd;
    v->file_offset = file_offset;
}

static uint64_t bytes_of(const struct og_vec *v, uint64_t cap)
{
    return (cap * v->elem + OG_PAGE - 1) & ~(uint64_t)(OG_PAGE - 1);
}

void og_vec_deinit(struct og_vec *v)
{
    og_pages_free(v->data, bytes_of(v, v->cap));
    og_vec_init_file(v, v->elem, v->fd, v->file_offset);
}

static void *grow(struct og_vec *v, uint64_t bytes)
{
    if (v->data || v->fd < 0)
        return og_pages_grow(v->data, bytes_of(v, v->cap), bytes);
    long p = og_sys6(OG_SYS_MMAP, 0, (long)bytes, PROT_RW, MAP_SHARED_FILE, v->fd, (long)v->file_offset);
    return og_sys_failed(p) ? NULL : (void *)p;
}

bool og_vec_reserve(struct og_vec *v, uint64_t len)
{
    if (len <= v->cap)
        return true;
    uint64_t cap = v->cap + v->cap / 2;
    if (cap * v->elem < FIRST_BYTES)
        cap = FIRST_BYTES / v->elem;
    if (cap < len)
        cap = len;
    uint64_t bytes;
    if (og_mul_overflows(cap, v->elem, &bytes) || bytes > INT64_MAX - OG_PAGE)
        return false;
    void *data = grow(v, bytes_of(v, cap));
    if (!data)
        return false;
    v->data = data;
    v->cap = cap;
    return true;
}

void *og_vec_push_slow(struct og_vec *v)
{
    if (!og_vec_reserve(v, v->len + 1))
        return NULL;
    return (char *)v->data + v->elem * v->len++;
}
