/* What every layer stands on: target addresses, errors, pages, growable arrays, text.
 * Everything here builds for libog and, freestanding, for the agent: no libc but memcpy, memset, memmove, memcmp and strlen. */
#ifndef OG_BASE_H
#define OG_BASE_H

#include <og/og.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* memcpy, memmove, memset, memcmp, strlen: libc's, or the agent's own. */
#ifdef OG_FREESTANDING
void *memcpy(void *restrict dst, const void *restrict src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
#else
#include <string.h>
#endif

/* An address in the target. Never a pointer of ours. */
typedef uint64_t og_addr;
/* A node of a graph: dense, from 0, in the order of addresses. */
typedef uint32_t og_id;

#define OG_ID_NONE UINT32_MAX
#define OG_PAGE 4096u

static inline bool og_add_overflows(uint64_t a, uint64_t b, uint64_t *sum)
{
    return __builtin_add_overflow(a, b, sum);
}

static inline bool og_mul_overflows(uint64_t a, uint64_t b, uint64_t *product)
{
    return __builtin_mul_overflow(a, b, product);
}

static inline bool og_streq(const char *a, const char *b)
{
    size_t n = strlen(a);
    return n == strlen(b) && memcmp(a, b, n) == 0;
}

/* ---- errors (error.c) ---- */

/* Fills err (may be NULL) and returns code. FORMAT as og_text_addf. */
int og_fail(struct og_error *err, int code, og_addr addr, const char *format, ...);
/* The same with an errno, whose text is left to the caller: freestanding code has no strerror. */
int og_fail_errno(struct og_error *err, int code, int os_errno, const char *format, ...);

/* ---- pages (pages.c): memory straight from the kernel, zeroed, never from malloc ---- */

void *og_pages_alloc(uint64_t bytes);                                  /* NULL: out of memory */
void *og_pages_grow(void *old, uint64_t old_bytes, uint64_t new_bytes); /* NULL: OLD is still valid */
void og_pages_free(void *pages, uint64_t bytes);

/* ---- a growable array (vec.c); elements may move when it grows ---- */

struct og_vec {
    void *data;
    uint64_t len;  /* elements in use */
    uint64_t cap;  /* elements there is room for */
    uint32_t elem; /* bytes of one */
    int fd;        /* -1: anonymous memory; else a file, mapped shared from file_offset on, that others can read */
    uint64_t file_offset;
};

void og_vec_init(struct og_vec *v, uint32_t elem_bytes);
void og_vec_init_file(struct og_vec *v, uint32_t elem_bytes, int fd, uint64_t file_offset);
void og_vec_deinit(struct og_vec *v);
bool og_vec_reserve(struct og_vec *v, uint64_t len); /* room for LEN elements in all; false: out of memory */
void *og_vec_push_slow(struct og_vec *v);

/* A new zeroed element at the end; NULL: out of memory. */
static inline void *og_vec_push(struct og_vec *v)
{
    if (v->len < v->cap)
        return (char *)v->data + v->elem * v->len++;
    return og_vec_push_slow(v);
}

static inline void *og_vec_at(const struct og_vec *v, uint64_t i)
{
    return (char *)v->data + v->elem * i;
}

/* ---- an arena (arena.c): what an owner hands out lives until the owner closes ---- */

struct og_arena {
    struct og_arena_block *last;
    uint64_t total; /* bytes taken from the kernel */
};

void *og_arena_alloc(struct og_arena *a, uint64_t bytes); /* zeroed, 16-aligned; NULL: out of memory */
const char *og_arena_strndup(struct og_arena *a, const char *s, uint64_t n);
void og_arena_deinit(struct og_arena *a);

/* ---- a map from a 64-bit key to a 32-bit value (map.c); key 0 is a key like any other ---- */

struct og_map {
    struct og_map_slot *slots;
    uint64_t cap; /* a power of two, or 0 */
    uint64_t len;
};

void og_map_deinit(struct og_map *m);
bool og_map_get(const struct og_map *m, uint64_t key, uint32_t *value);
bool og_map_put(struct og_map *m, uint64_t key, uint32_t value); /* replaces; false: out of memory */

/* ---- text (text.c): bounded building of UTF-8, always terminated; what does not fit is cut and flagged ---- */

struct og_text {
    char *buf;
    uint64_t cap; /* bytes of buf, the terminator included; at least 1 */
    uint64_t len;
    bool cut;
};

void og_text_init(struct og_text *t, char *buf, uint64_t cap);
void og_text_add(struct og_text *t, const char *s);
void og_text_addn(struct og_text *t, const char *s, uint64_t n);
void og_text_char(struct og_text *t, char c);
void og_text_u64(struct og_text *t, uint64_t n);
void og_text_i64(struct og_text *t, int64_t n);
void og_text_hex(struct og_text *t, uint64_t n); /* with 0x */
void og_text_codepoint(struct og_text *t, uint32_t cp);
/* %s string, %d int64_t, %u uint64_t, %x uint64_t with 0x, %c char, %%. Arguments of exactly these types: cast them. */
void og_text_addf(struct og_text *t, const char *format, ...);
void og_text_vaddf(struct og_text *t, const char *format, __builtin_va_list args);

#endif
