/* Inside the walk over the collector's lists: heap.c follows them, heap_aside.c finds those of a running collection,
 * heap_stray.c judges objects that no list led to. */
#ifndef OG_HEAP_H
#define OG_HEAP_H

#include "cpython/python.h"

/* Words from PyGC_Head on: links, then the object's count and type. */
enum { OG_HEAD_NEXT, OG_HEAD_PREV, OG_HEAD_REFCNT, OG_HEAD_TYPE, OG_HEAD_WORDS };

/* The two low bits of both links are flags. */
static inline og_addr og_gc_link(uint64_t word)
{
    return word & ~(uint64_t)3;
}

/* From 3.14 on flags stand above the count (Include/refcount.h). */
static inline uint64_t og_gc_count(const struct og_py *py, uint64_t word)
{
    return py->l.minor >= 14 ? (uint32_t)word : word;
}

/* Heads may be 4-aligned (Debian's 3.13.5), so words are copied. false: not readable, which is counted. */
static inline bool og_gc_head_read(struct og_py *py, og_addr head, uint64_t out[OG_HEAD_WORDS])
{
    uint64_t extra = (uint64_t)py->l.ob_extra;
    const unsigned char *p = og_mem_at(py->mem, head, OG_HEAD_WORDS * sizeof *out + extra);
    if (!p)
        return false;
    memcpy(out, p, OG_HEAD_WORDS * sizeof *out);
    if (extra)
        memcpy(out + OG_HEAD_REFCNT, p + OG_GC_HEAD_SIZE + extra, 2 * sizeof *out);
    return true;
}

/* Flags (padding in 3.13) and the lock of an object of a free-threaded build (Include/object.h) have few values. */
static inline bool og_split_head_is_sound(const unsigned char *head)
{
    enum { FLAGS_AT = 8, MUTEX_AT = 10, MUTEX_MAX = 3 };
    uint16_t flags;
    memcpy(&flags, head + FLAGS_AT, sizeof flags);
    return flags <= UINT8_MAX && head[MUTEX_AT] <= MUTEX_MAX;
}

/* What stands behind a head may be an object that the collector knows: its type is one with HAVE_GC, or lies where
 * bytes are missing. */
bool og_gc_type_fits(struct og_py *py, og_addr type);
/* HEAD, whose words are given and look right one by one, is an object's that a list of the collector held: its
 * neighbours in the list agree, or their bytes are missing (heap_stray.c). */
bool og_heap_is_stray(struct og_py *py, og_addr head, const uint64_t words[OG_HEAD_WORDS]);
/* The heads of the lists that collections now running keep in variables of C functions; at most CAP. */
uint32_t og_heap_find_aside(struct og_py *py, og_addr *heads, uint32_t cap);

#endif
