/* Lists, tuples and sets: one array of items each. */
#include "cpython/kinds/kinds.h"

enum { SET_ENTRY_WORDS = 2, ITEMS_MAX_SHIFT = 40 };

void og_walk_array(const struct og_walk *w, og_addr items, uint64_t count)
{
    uint64_t words[OG_BATCH_WORDS];
    for (uint64_t at = 0; at < count; at += OG_BATCH_WORDS) {
        uint64_t n = count - at < OG_BATCH_WORDS ? count - at : OG_BATCH_WORDS;
        if (!og_words(w->py, items + at * 8, words, n))
            return;
        for (uint64_t i = 0; i < n; i++)
            og_give_index(w, words[i], at + i);
    }
}

void og_walk_list(const struct og_walk *w)
{
    const struct og_layout *l = &w->py->l;
    uint64_t body[5];
    if (!og_words(w->py, w->o->addr, body, 5))
        return;
    uint64_t size = body[OG_OB_SIZE / 8], allocated = body[l->list_allocated / 8];
    if (size <= allocated || allocated == 0) /* sort() empties a list while it works: allocated is -1 then */
        og_walk_array(w, body[l->list_ob_item / 8], size >> ITEMS_MAX_SHIFT ? 0 : size);
}

void og_walk_tuple(const struct og_walk *w)
{
    uint64_t size;
    if (!og_mem_u64(w->py->mem, w->o->addr + OG_OB_SIZE, &size) || size >> ITEMS_MAX_SHIFT)
        return;
    og_walk_array(w, w->o->addr + (uint64_t)w->py->l.tuple_ob_item, size + w->plan->hidden_items);
}

/* Entries are key and hash. A key removed leaves the dummy, whose hash is -1, which no object's is. */
void og_walk_set(const struct og_walk *w)
{
    const struct og_layout *l = &w->py->l;
    uint64_t body[6], words[OG_BATCH_WORDS], batch = OG_BATCH_WORDS / SET_ENTRY_WORDS;
    if (!og_words(w->py, w->o->addr, body, 6) || !body[l->set_used / 8])
        return;
    uint64_t slots = body[l->set_mask / 8] + 1, table = body[l->set_table / 8];
    if (!slots || slots & (slots - 1) || slots >> ITEMS_MAX_SHIFT)
        return;
    for (uint64_t at = 0; at < slots; at += batch) {
        uint64_t n = slots - at < batch ? slots - at : batch;
        if (!og_words(w->py, table + at * 16, words, n * SET_ENTRY_WORDS))
            return;
        for (uint64_t i = 0; i < n; i++) {
            struct og_ref ref = {
                .target = words[2 * i], .kind = OG_REF_STRONG, .form = OG_NAME_KEY_SELF, .index = at + i};
            if (words[2 * i + 1] != UINT64_MAX)
                og_give(w, &ref);
        }
    }
}
