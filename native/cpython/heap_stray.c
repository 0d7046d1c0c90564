/* Whether bytes that look like a tracked object are one, though the list that held it is broken elsewhere.
 *
 * Stale bytes do not pass. An object that is freed was untracked before, which sets _gc_next to 0
 * (_PyObject_GC_UNTRACK, every version) and clears _gc_prev but for a flag; the allocator then writes a link over the
 * first word of the block, never over both. What merely has an object's form lacks neighbours in the list that lead
 * back to it. */
#include "cpython/heap.h"

enum {
    OBJECT_ALIGN = 16,
    /* struct pool_header (Objects/obmalloc.c; Include/internal/pycore_obmalloc.h from 3.12 on) */
    POOL_SZIDX = 36,
    POOL_NEXTOFFSET = 40,
    POOL_HEADER = 48,
    POOL_38 = 4096,
    POOL_310 = 16384,
    CLASSES = 32,
    /* what the allocator's debug hooks put around a block (Objects/obmalloc.c, _PyMem_DebugRawAlloc) */
    HOOK_BYTES = 16,
    HOOK_DOMAIN = 8,
    HOOK_FORBIDDEN = 0xfd,
};

enum side { SIDE_AGREES, SIDE_MISSING, SIDE_WRONG };

/* BACK: which of the neighbour's links has to lead to HEAD. */
static enum side side_of(struct og_py *py, og_addr neighbour, unsigned back, og_addr head)
{
    uint64_t links[2];
    if (!og_mem_readable(py->mem, neighbour, sizeof links)) {
        const struct og_region *r = og_mem_region(py->mem, neighbour);
        return r && r->flags & OG_REGION_WRITE ? SIDE_MISSING : SIDE_WRONG;
    }
    if (!og_mem_read(py->mem, neighbour, links, sizeof links))
        return SIDE_WRONG;
    return og_gc_link(links[back]) == head ? SIDE_AGREES : SIDE_WRONG;
}

/* A block that obmalloc has handed out is as large as all of its pool, and stands where one of them begins. */
static bool is_block(struct og_py *py, og_addr block, uint64_t need)
{
    uint32_t size_class = 0, handed_out = 0;
    uint64_t pool_size = py->l.minor >= 10 ? POOL_310 : POOL_38, offset = block % pool_size;
    og_addr pool = block - offset;
    if (offset < POOL_HEADER || !og_mem_readable(py->mem, pool, POOL_HEADER) ||
        !og_mem_u32(py->mem, pool + POOL_SZIDX, &size_class) ||
        !og_mem_u32(py->mem, pool + POOL_NEXTOFFSET, &handed_out))
        return false;
    uint64_t size = ((uint64_t)size_class + 1) * OBJECT_ALIGN;
    return size_class < CLASSES && need <= size && (offset - POOL_HEADER) % size == 0 && offset < handed_out &&
           handed_out <= pool_size + size;
}

static bool are_forbidden(const unsigned char *bytes, unsigned from, unsigned to)
{
    while (from < to && bytes[from] == HOOK_FORBIDDEN)
        from++;
    return from == to;
}

/* In a debug build, and with PYTHONMALLOC=debug: in front of the block stand its size, most significant byte first, 'o'
 * for objects, and bytes that nobody writes; more of these behind it. Freed blocks are overwritten. */
static bool is_hooked_block(struct og_py *py, og_addr block, uint64_t need)
{
    unsigned char front[HOOK_BYTES], behind[8];
    uint64_t size = 0;
    if (!og_mem_readable(py->mem, block - HOOK_BYTES, sizeof front) ||
        !og_mem_read(py->mem, block - HOOK_BYTES, front, sizeof front))
        return false;
    for (unsigned i = 0; i < HOOK_DOMAIN; i++)
        size = size << 8 | front[i];
    return front[HOOK_DOMAIN] == 'o' && are_forbidden(front, HOOK_DOMAIN + 1, sizeof front) && need <= size &&
           og_mem_readable(py->mem, block + size, sizeof behind) &&
           og_mem_read(py->mem, block + size, behind, sizeof behind) && are_forbidden(behind, 0, sizeof behind);
}

/* With both neighbours out of sight the memory must speak for itself: a block that begins where the object
 * does (or a class, which has too much form to be mistaken), links to heads that are aligned alike, and a count that is
 * no address of a program that is not relocated. */
static bool stands_alone(struct og_py *py, og_addr head, const uint64_t words[OG_HEAD_WORDS])
{
    const struct og_type *t = og_py_type(py, words[OG_HEAD_TYPE]);
    if (t && t->kind == OG_KIND_TYPE && og_py_type(py, head + OG_GC_HEAD_SIZE))
        return true;
    if (!t || t->tp_basicsize < py->l.pyobject_size)
        return false;
    uint64_t before = og_type_preheader(py, t), need = before + OG_GC_HEAD_SIZE + (uint64_t)t->tp_basicsize;
    return (og_gc_link(words[OG_HEAD_NEXT]) | og_gc_link(words[OG_HEAD_PREV])) % OBJECT_ALIGN == 0 &&
           !og_mem_region(py->mem, og_gc_count(py, words[OG_HEAD_REFCNT])) &&
           (is_block(py, head - before, need) || is_hooked_block(py, head - before, need));
}

/* Py_TRACE_REFS links all objects from their start on just as the collector does from their heads on, so what stands in
 * an object of that list may look like one, a tuple of types like an instance: it lacks the list's links itself. */
static bool is_chained(struct og_py *py, og_addr object)
{
    uint64_t links[2];
    return py->l.build != OG_BUILD_TRACE_REFS || !og_mem_readable(py->mem, object, sizeof links) ||
           !og_mem_read(py->mem, object, links, sizeof links) ||
           side_of(py, links[OG_HEAD_NEXT], OG_HEAD_PREV, object) != SIDE_WRONG ||
           side_of(py, links[OG_HEAD_PREV], OG_HEAD_NEXT, object) != SIDE_WRONG;
}

bool og_heap_is_stray(struct og_py *py, og_addr head, const uint64_t words[OG_HEAD_WORDS])
{
    og_addr type = words[OG_HEAD_TYPE];
    enum side next = side_of(py, og_gc_link(words[OG_HEAD_NEXT]), OG_HEAD_PREV, head);
    enum side prev = side_of(py, og_gc_link(words[OG_HEAD_PREV]), OG_HEAD_NEXT, head);
    bool unseen = next == SIDE_MISSING && prev == SIDE_MISSING;
    if (!unseen && next != SIDE_AGREES && prev != SIDE_AGREES)
        return false;
    /* Without its type an object is one only if nothing speaks against it. */
    if (!og_mem_readable(py->mem, type, (uint64_t)py->l.pyobject_size) &&
        (unseen || next == SIDE_WRONG || prev == SIDE_WRONG))
        return false;
    return og_gc_type_fits(py, type) && is_chained(py, head + OG_GC_HEAD_SIZE) &&
           (!unseen || stands_alone(py, head, words));
}
