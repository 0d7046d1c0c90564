/* Level TYPES: objects and bytes by type, as fast as memory answers. Types are looked up and keys of dicts fetched
 * ahead for a batch at a time, so that the loads of many objects are under way together. */
#include "graph/index.h"
#include "graph/scan_types.h"

enum { BATCH = 128, LIST_RANK_SHIFT = 48 };

struct asked { /* an object whose size has to be asked for */
    struct og_object object;
    uint32_t index; /* into counts */
};

/* An absurd count is damage, but list.sort() sets -1 while it works. */
static uint64_t ruled_size(struct og_scan_core *s, const struct og_size_rule *rule, const char *object)
{
    uint64_t count = 0;
    if (rule->item)
        memcpy(&count, object + rule->count_offset, sizeof count);
    if (count > s->py->max_objects * (OG_OBJECT_BYTES_MIN / OG_SIZE_ITEM)) {
        s->losses.torn += count != UINT64_MAX;
        count = 0;
    }
    return rule->base + count * rule->item;
}

/* The object's body as far as its rule looks: list_allocated is the farthest. */
enum { RULED_BYTES = 40 };

static void prefetch_keys(struct og_scan_core *s, og_addr dict)
{
    uint64_t keys;
    const void *at = og_mem_at(s->py->mem, dict + (uint64_t)s->py->l.ma_keys, sizeof keys);
    const struct og_window *w = &s->py->mem->windows[0];
    if (!at)
        return;
    memcpy(&keys, at, sizeof keys);
    if (keys - w->start < w->len)
        __builtin_prefetch(w->ptr + (keys - w->start));
}

/* True: its size is still to be asked for. */
static bool add_size(struct og_scan_core *s, og_addr addr, const struct og_size_rule *rule, struct og_type_count *c)
{
    const char *object = NULL;
    if (rule->ask || (rule->item && !(object = og_mem_at(s->py->mem, addr, RULED_BYTES)))) {
        if (rule->keys)
            prefetch_keys(s, addr);
        return true;
    }
    c->bytes += ruled_size(s, rule, object);
    return false;
}

static bool count_object(struct og_scan_core *s, const struct og_listed *o, uint64_t rank, struct asked *asked)
{
    const struct og_scan_type *t = og_scan_type_at(s, o->type);
    if (!t) {
        og_scan_lose(s, o->addr);
        return false;
    }
    struct og_type_count *c = og_vec_at(&s->counts, t->index);
    c->count++;
    if (rank < c->first)
        c->first = rank;
    if (!s->sizes || !add_size(s, o->addr, &t->size, c))
        return false;
    *asked = (struct asked){{o->addr, t->type}, t->index};
    return true;
}

static void ask_sizes(struct og_scan_core *s, const struct asked *asked, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++) {
        struct og_type_count *c = og_vec_at(&s->counts, asked[i].index);
        uint64_t failures = s->py->mem->failures;
        c->bytes += og_object_size(s->py, &asked[i].object);
        s->losses.torn += s->py->mem->failures != failures;
    }
}

/* By rank, in place, types with them; they are hundreds, seldom thousands. Nothing is counted afterwards. */
void og_scan_count_finish(struct og_scan_core *s)
{
    struct og_type_count *c = s->counts.data;
    for (uint64_t gap = s->counts.len / 2; gap > 0; gap /= 2)
        for (uint64_t i = gap; i < s->counts.len; i++) {
            struct og_type_count moved = c[i];
            uint64_t at = i;
            for (; at >= gap && c[at - gap].first > moved.first; at -= gap)
                c[at] = c[at - gap];
            c[at] = moved;
        }
    for (uint64_t i = 0; i < s->counts.len; i++)
        *(uint64_t *)og_vec_at(&s->types, i) = c[i].type;
}

void og_scan_count_one(struct og_scan_core *s, const struct og_listed *o, uint64_t rank)
{
    struct asked asked;
    int news = og_index_mark(s->index, o->addr);
    s->failed |= news < 0;
    if (news > 0 && count_object(s, o, rank, &asked))
        ask_sizes(s, &asked, 1);
}

/* All that was counted is forgotten: the lists are walked again, and each object is looked up. */
static void begin_again(struct og_scan_core *s)
{
    for (uint64_t i = 0; i < s->counts.len; i++) {
        struct og_type_count *c = og_vec_at(&s->counts, i);
        *c = (struct og_type_count){.type = c->type, .first = UINT64_MAX};
    }
    s->unreadable = 0;
    s->losses = (struct og_losses){0};
    s->careful = true;
    og_heap_begin(&s->heap);
}

/* Broken lists may lead to the same object twice, and so may those of a collection that runs. */
static void step_carefully(struct og_scan_core *s, uint64_t limit)
{
    struct og_listed batch[BATCH];
    uint64_t front, end;
    for (uint64_t done = 0; done < limit && !s->heap.done && !s->failed; done += front + end) {
        uint64_t before = s->heap.steps;
        og_heap_next_both(s->py, &s->heap, batch, BATCH, &front, &end);
        uint64_t first = (uint64_t)s->heap.list << LIST_RANK_SHIFT, last = first + (1ull << LIST_RANK_SHIFT) - 1;
        for (uint64_t i = 0; i < front && !s->failed; i++)
            og_scan_count_one(s, &batch[i], first + before + i);
        for (uint64_t i = 0; i < end && !s->failed; i++)
            og_scan_count_one(s, &batch[BATCH - 1 - i], last - before - i);
    }
}

static bool needs_care(const struct og_py *py)
{
    if (py->interps_lost) /* memory will be swept */
        return true;
    for (uint32_t i = 0; i < py->interp_count; i++)
        if (py->interps[i].collecting)
            return true;
    return false;
}

void og_scan_count_step(struct og_scan_core *s, uint64_t limit)
{
    struct og_listed batch[BATCH];
    struct asked asked[BATCH];
    uint64_t front, end;
    s->careful |= needs_care(s->py);
    if (s->careful) {
        step_carefully(s, limit);
        return;
    }
    for (uint64_t done = 0; done < limit && !s->heap.done && !s->failed; done += front + end) {
        uint64_t n = 0, before = s->heap.steps;
        og_heap_next_both(s->py, &s->heap, batch, BATCH, &front, &end);
        uint64_t first = (uint64_t)s->heap.list << LIST_RANK_SHIFT, last = first + (1ull << LIST_RANK_SHIFT) - 1;
        for (uint64_t i = 0; i < front && !s->failed; i++)
            n += count_object(s, &batch[i], first + before + i, &asked[n]);
        for (uint64_t i = 0; i < end && !s->failed; i++)
            n += count_object(s, &batch[BATCH - 1 - i], last - before - i, &asked[n]);
        ask_sizes(s, asked, n);
    }
    if (s->heap.done && s->heap.broken > s->heap.mended)
        begin_again(s);
}
