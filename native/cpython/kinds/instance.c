/* Attributes of instances: a dict pointer in or before the object, or values that have no dict yet.
 * Objects/dictobject.c and Include/internal/pycore_object.h of each version. */
#include "cpython/kinds/kinds.h"

enum {
    MANAGED_DICT_FREE = 8, /* free-threaded: no head of the collector lies between */
    MANAGED_DICT = 24,     /* before the object: the dict, from 3.12 on or the values with the low bit set */
    MANAGED_VALUES = 32,   /* 3.11: the values */
    VALUES_MAX = 256,      /* more attributes than shared keys or inline values ever have */
    LONG_TAG_SHIFT = 3,
};

uint64_t og_managed_dict_at(const struct og_py *py)
{
    return og_is_free_threaded(&py->l) ? MANAGED_DICT_FREE : MANAGED_DICT;
}

static void give_values(const struct og_walk *w, og_addr values, uint64_t count)
{
    uint64_t words[OG_BATCH_WORDS];
    struct og_keys keys = {0};
    bool named = w->v->names && w->plan->cached_keys && og_keys_read(w->py, w->plan->cached_keys, &keys);
    for (uint64_t at = 0; at < count; at += OG_BATCH_WORDS) {
        uint64_t n = count - at < OG_BATCH_WORDS ? count - at : OG_BATCH_WORDS;
        if (!og_words(w->py, values + at * 8, words, n))
            return;
        for (uint64_t i = 0; i < n; i++) {
            struct og_ref ref = {.target = words[i], .kind = OG_REF_STRONG};
            if (named && words[i] && (ref.obj = og_keys_key(w->py, &keys, at + i)) != 0)
                ref.form = OG_NAME_ATTR;
            og_give(w, &ref);
        }
    }
}

/* To 3.12 as many values count as the shared keys have entries. */
static uint64_t shared_count(const struct og_walk *w)
{
    struct og_keys keys;
    if (!w->plan->cached_keys || !og_keys_read(w->py, w->plan->cached_keys, &keys))
        return 0;
    return keys.nentries < VALUES_MAX ? keys.nentries : VALUES_MAX;
}

static void walk_311(const struct og_walk *w)
{
    uint64_t words[2]; /* values, dict */
    if (!og_words(w->py, w->o->addr - MANAGED_VALUES, words, 2))
        return;
    if (words[0])
        give_values(w, words[0], shared_count(w));
    og_give_text(w, words[1], "__dict__");
}

static void walk_312(const struct og_walk *w)
{
    uint64_t word;
    if (!og_mem_u64(w->py->mem, w->o->addr - MANAGED_DICT, &word))
        return;
    if (word & 1)
        give_values(w, word + 1, shared_count(w));
    else
        og_give_text(w, word, "__dict__");
}

static void walk_313(const struct og_walk *w)
{
    const struct og_layout *l = &w->py->l;
    const struct og_type *t = w->o->type;
    uint64_t word = 0;
    og_mem_u64(w->py->mem, w->o->addr - og_managed_dict_at(w->py), &word);
    if (t->tp_flags & OG_TPFLAGS_INLINE_VALUES && !(word && og_dict_shows_inline(w->py))) {
        og_addr header = w->o->addr + (uint64_t)t->tp_basicsize;
        uint8_t capacity, valid;
        if (og_mem_u8(w->py->mem, header + (uint64_t)l->dictvalues_capacity, &capacity) &&
            og_mem_u8(w->py->mem, header + (uint64_t)l->dictvalues_valid, &valid) && valid) {
            give_values(w, header + (uint64_t)l->dictvalues_values, capacity);
            return;
        }
    }
    og_give_text(w, word, "__dict__");
}

uint64_t og_item_count(struct og_py *py, const struct og_object *o)
{
    uint64_t word;
    if (!o->type->tp_itemsize || !og_mem_u64(py->mem, o->addr + (uint64_t)py->l.ob_size, &word))
        return 0;
    if (py->l.minor >= 12 && o->type->tp_flags & OG_TPFLAGS_LONG_SUBCLASS)
        word >>= LONG_TAG_SHIFT;
    uint64_t count = (int64_t)word < 0 ? 0 - word : word;
    if (count <= og_py_bytes(py))
        return count;
    og_torn(py);
    return 0;
}

static void walk_pointer(const struct og_walk *w)
{
    uint64_t dict;
    int64_t offset = w->plan->dict_offset;
    if (offset < 0) {
        const struct og_type *t = w->o->type;
        uint64_t size = (uint64_t)t->tp_basicsize + og_item_count(w->py, w->o) * (uint64_t)t->tp_itemsize;
        offset += (int64_t)((size + 7) & ~7ull);
    }
    if (offset >= w->py->l.pyobject_size && og_mem_u64(w->py->mem, w->o->addr + (uint64_t)offset, &dict))
        og_give_text(w, dict, "__dict__");
}

void og_walk_instance_dict(const struct og_walk *w)
{
    if (w->plan->dict_form != OG_DICT_MANAGED)
        walk_pointer(w);
    else if (w->py->l.minor == 11)
        walk_311(w);
    else if (w->py->l.minor == 12)
        walk_312(w);
    else
        walk_313(w);
}
