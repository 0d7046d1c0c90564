/* C types of the standard library that keep references outside their bodies. The letter is the table's (fields.c);
 * the structs are the same from 3.8 to 3.15 but for where they hang. */
#include "cpython/kinds/kinds.h"

enum {
    ELEMENT_EXTRA = 40,  /* ElementObjectExtra: attrib, length, allocated, children */
    ITERATOR_STACK = 16, /* ParentLocator[parent_stack_used]: parent, child_index */
    PICKLER_MEMO = 16,   /* PyMemoTable: mask, used, allocated, table of PyMemoEntry: key, value */
    UNPICKLER_MEMO = 24,
    EXPAT_HANDLERS = 22, /* handler_info of Modules/pyexpat.c */
    TEE_READ = 24,
    TEE_VALUES = 40,
    TEE_MAX = 57,
    RING = 24, /* RingBuf: put, get, items, capacity, count */
    TEMPLATE_ITEMS = 40,
    HAMT_ITEMS = 32,
    HAMT_ARRAY = 16,
    HAMT_ARRAY_ITEMS = 32,
    CACHE_FACTORY = 32,
    CACHE_OWNS = 56,
    NODE_NEXT = 48,
    SQLITE_CONTEXTS = 104, /* before the end of the object: trace, progress, authorizer */
};

/* Word FIRST of each of COUNT records of WIDTH words. */
static void walk_records(const struct og_walk *w, og_addr at, uint64_t count, uint64_t width, uint64_t first)
{
    uint64_t word;
    for (uint64_t i = 0; i < count && i < w->py->max_objects; i++) {
        if (!og_mem_u64(w->py->mem, at + (i * width + first) * 8, &word))
            return;
        og_give_index(w, word, i);
    }
}

static void walk_element(const struct og_walk *w)
{
    uint64_t extra, words[4];
    if (!og_mem_u64(w->py->mem, og_body(w->py, w->o->addr) + ELEMENT_EXTRA, &extra) || !extra ||
        !og_words(w->py, extra, words, 4))
        return;
    og_give_text(w, words[0], "attrib");
    if (words[1] <= words[2])
        og_walk_array(w, words[3], words[1]);
}

static void walk_pickler_memo(const struct og_walk *w)
{
    uint64_t memo, table[4];
    if (og_mem_u64(w->py->mem, og_body(w->py, w->o->addr) + PICKLER_MEMO, &memo) && memo &&
        og_words(w->py, memo, table, 4) && table[3])
        walk_records(w, table[3], table[2], 2, 0);
}

/* Pointer and count side by side at OFFSET. */
static void walk_counted(const struct og_walk *w, int64_t offset, uint64_t width)
{
    uint64_t words[2];
    if (og_words(w->py, og_body(w->py, w->o->addr) + (uint64_t)offset, words, 2) && words[0])
        walk_records(w, words[0], words[1], width, 0);
}

static void walk_handlers(const struct og_walk *w)
{
    uint64_t handlers;
    if (og_mem_u64(w->py->mem, w->o->addr + (uint64_t)w->plan->solid->tp_basicsize - 8, &handlers) && handlers)
        og_walk_array(w, handlers, EXPAT_HANDLERS);
}

static void walk_tee(const struct og_walk *w)
{
    uint32_t count;
    if (og_mem_u32(w->py->mem, og_body(w->py, w->o->addr) + TEE_READ, &count) && count <= TEE_MAX)
        og_walk_array(w, og_body(w->py, w->o->addr) + TEE_VALUES, count);
}

static void walk_ring(const struct og_walk *w)
{
    uint64_t ring[5], word;
    if (!og_words(w->py, og_body(w->py, w->o->addr) + RING, ring, 5) || ring[4] > ring[3] || !ring[3])
        return;
    for (uint64_t i = 0; i < ring[4] && i < w->py->max_objects; i++) {
        if (!og_mem_u64(w->py->mem, ring[2] + (ring[1] + i) % ring[3] * 8, &word))
            return;
        og_give_index(w, word, i);
    }
}

static void walk_contexts(const struct og_walk *w)
{
    uint64_t contexts[3], words[2];
    og_addr at = w->o->addr + (uint64_t)w->plan->solid->tp_basicsize - SQLITE_CONTEXTS;
    if (!og_words(w->py, at, contexts, 3))
        return;
    for (unsigned i = 0; i < 3; i++)
        if (contexts[i] && og_words(w->py, contexts[i], words, 2)) {
            og_give_text(w, words[0], i == 0 ? "trace_callback" : i == 1 ? "progress_handler" : "authorizer");
            og_give_text(w, words[1], "module");
        }
}

/* sqlite3.Cache of 3.10: the factory if the cache owns it, then every node by its link. */
static void walk_cache(const struct og_walk *w)
{
    uint64_t words[3]; /* factory, first, last */
    uint32_t owned = 0;
    if (!og_words(w->py, og_body(w->py, w->o->addr) + CACHE_FACTORY, words, 3) ||
        !og_mem_u32(w->py->mem, og_body(w->py, w->o->addr) + CACHE_OWNS, &owned))
        return;
    if (owned)
        og_give_text(w, words[0], "factory");
    for (uint64_t node = words[1], i = 0; node && i < w->py->max_objects; i++) {
        og_give_index(w, node, i);
        if (!og_mem_u64(w->py->mem, og_body(w->py, node) + NODE_NEXT, &node))
            return;
    }
}

/* 3.13: a capsule may have a function to visit with; of the standard library's only the socket module's has. */
static void walk_capsule(const struct og_walk *w)
{
    uint64_t words[5], socket; /* pointer, name, context, destructor, traverse_func */
    char name[16];
    if (og_words(w->py, w->o->addr + (uint64_t)w->py->l.pyobject_size, words, 5) && words[4] &&
        og_mem_string(w->py->mem, words[1], name, sizeof name) && og_streq(name, "_socket.CAPI") &&
        og_mem_u64(w->py->mem, words[0], &socket))
        og_give_text(w, socket, "Sock_Type");
}

/* The memos are visited since 3.11.7 and 3.12.1 (bpo-41422). */
static bool visits_memo(const struct og_py *py)
{
    uint32_t patch = py->hexversion >> 8 & 255;
    return py->l.minor >= 13 || patch >= (py->l.minor == 12 ? 1 : 7);
}

static void walk_items(const struct og_walk *w, int64_t offset, uint64_t width, uint64_t first)
{
    uint64_t count;
    if (og_mem_u64(w->py->mem, w->o->addr + (uint64_t)w->py->l.ob_size, &count))
        walk_records(w, og_body(w->py, w->o->addr) + (uint64_t)offset, count, width, first);
}

void og_walk_storage(const struct og_walk *w)
{
    switch (w->plan->storage) {
    case 'E':
        walk_element(w);
        break;
    case 'e':
        walk_counted(w, ITERATOR_STACK, 2);
        break;
    case 'P':
        if (visits_memo(w->py))
            walk_pickler_memo(w);
        break;
    case 'U':
        if (visits_memo(w->py))
            walk_counted(w, UNPICKLER_MEMO, 1);
        break;
    case 'p':
        walk_capsule(w);
        break;
    case 'N':
        walk_cache(w);
        break;
    case 'X':
        walk_handlers(w);
        break;
    case 't':
        walk_tee(w);
        break;
    case 'Q':
        walk_ring(w);
        break;
    case 'S':
        walk_items(w, TEMPLATE_ITEMS, 2, 1);
        break;
    case 'H':
        walk_items(w, HAMT_ITEMS, 1, 0);
        break;
    case 'A':
        og_walk_array(w, og_body(w->py, w->o->addr) + HAMT_ARRAY, HAMT_ARRAY_ITEMS);
        break;
    case 'L':
        walk_contexts(w);
        break;
    default: /* 'G', 'C': type.c */
        break;
    }
}
