/* Lists, tuples and sets: one array of items each. */
#include "cpython/kinds/kinds.h"

enum { SET_ENTRY_WORDS = 2, ITEMS_MAX_SHIFT = 40, LONG_ARRAY = 4096 };

/* What an item may be: nothing, an object, or one whose bytes are missing. */
static bool is_item(struct og_py *py, og_addr item)
{
    struct og_object o;
    return !item || og_py_object(py, item, &o) ||
           (!og_mem_readable(py->mem, item, (uint64_t)py->l.pyobject_size) && og_mem_region(py->mem, item));
}

/* A damaged length makes a short array of whatever lies behind it. Where it is a long one, its end tells. */
static bool ends_with_item(struct og_py *py, og_addr items, uint64_t count)
{
    uint64_t last;
    og_addr at = items + (count - 1) * 8;
    if (!og_mem_readable(py->mem, at, sizeof last))
        return og_mem_region(py->mem, at) && og_mem_region(py->mem, at) == og_mem_region(py->mem, items);
    return og_mem_u64(py->mem, at, &last) && is_item(py, last);
}

void og_walk_items(const struct og_walk *w, og_addr items, uint64_t count, uint8_t kind, uint8_t form)
{
    uint64_t words[OG_BATCH_WORDS];
    bool doubtful = count > LONG_ARRAY && !ends_with_item(w->py, items, count);
    if (doubtful)
        og_torn(w->py);
    for (uint64_t at = 0; at < count; at += OG_BATCH_WORDS) {
        uint64_t n = count - at < OG_BATCH_WORDS ? count - at : OG_BATCH_WORDS;
        if (!og_words(w->py, items + at * 8, words, n))
            return;
        for (uint64_t i = 0; i < n; i++) {
            if (doubtful && !is_item(w->py, words[i]))
                return;
            struct og_ref ref = {.target = words[i], .kind = kind, .form = form, .index = at + i};
            ref.obj = form == OG_NAME_ITEM ? w->o->addr : 0;
            og_give(w, &ref);
        }
    }
}

void og_walk_array(const struct og_walk *w, og_addr items, uint64_t count)
{
    og_walk_items(w, items, count, OG_REF_STRONG, OG_NAME_INDEX);
}

void og_walk_list(const struct og_walk *w)
{
    const struct og_layout *l = &w->py->l;
    uint64_t body[7]; /* to the third word behind the header */
    if (!og_words(w->py, w->o->addr, body, (uint64_t)l->pyobject_size / 8 + 3))
        return;
    uint64_t size = body[(uint64_t)l->ob_size / 8], allocated = body[l->list_allocated / 8];
    /* sort() empties a list while it works: allocated is -1 then. list_resize() sets the size before allocated. */
    if (size > allocated && allocated != 0) {
        og_torn(w->py);
        size = allocated;
    }
    if (size >> ITEMS_MAX_SHIFT)
        og_torn(w->py);
    else
        og_walk_array(w, body[l->list_ob_item / 8], size);
}

void og_walk_tuple(const struct og_walk *w)
{
    uint64_t size;
    if (!og_mem_u64(w->py->mem, w->o->addr + (uint64_t)w->py->l.ob_size, &size))
        return;
    if (size >> ITEMS_MAX_SHIFT)
        og_torn(w->py);
    else
        og_walk_array(w, w->o->addr + (uint64_t)w->py->l.tuple_ob_item, size + w->plan->hidden_items);
}

/* Entries are key and hash. A key removed leaves the dummy, whose hash is -1, which no object's is. */
void og_walk_set(const struct og_walk *w)
{
    const struct og_layout *l = &w->py->l;
    uint64_t body[8], words[OG_BATCH_WORDS], given = 0, batch = OG_BATCH_WORDS / SET_ENTRY_WORDS;
    if (!og_words(w->py, w->o->addr, body, (uint64_t)l->pyobject_size / 8 + 4))
        return;
    uint64_t slots = body[l->set_mask / 8] + 1, table = body[l->set_table / 8];
    if (!slots || slots & (slots - 1) || slots / 2 > w->py->max_objects) {
        og_torn(w->py);
        return;
    }
    for (uint64_t at = 0; at < slots; at += batch) {
        uint64_t n = slots - at < batch ? slots - at : batch;
        if (!og_words(w->py, table + at * 16, words, n * SET_ENTRY_WORDS))
            return;
        for (uint64_t i = 0; i < n; i++) {
            struct og_ref ref = {
                .target = words[2 * i], .kind = OG_REF_STRONG, .form = OG_NAME_KEY_SELF, .index = at + i};
            if (words[2 * i + 1] != UINT64_MAX) {
                given += ref.target != 0;
                og_give(w, &ref);
            }
        }
    }
    if (given != body[l->set_used / 8])
        og_torn(w->py); /* set_table_resize() hangs a new table in before it moves the entries */
}
