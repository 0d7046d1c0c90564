/* Containers made of linked pieces: deque, OrderedDict, lru_cache. Each walk is bounded by the objects there can be. */
#include "cpython/kinds/kinds.h"

enum {
    /* dequeobject, struct BLOCK (Modules/_collectionsmodule.c) */
    DEQUE_LEFTBLOCK = 24,
    DEQUE_WORDS = 7,
    BLOCK_ITEMS = 64,
    BLOCK_DATA = 8,
    BLOCK_RIGHTLINK = 520,
    /* PyODictObject, _ODictNode (Objects/odictobject.c) */
    OD_FIRST = 48,
    OD_INST_DICT = 96,
    NODE_NEXT = 16,
    /* lru_cache_object, lru_list_elem (Modules/_functoolsmodule.c) */
    LRU_ROOT_NEXT = 24,
    LRU_FIELDS = 72, /* cache, hits, func, maxsize, misses ... */
    LINK_NEXT = 24,
    LINK_WORDS = 7,
};

static void give_block(const struct og_walk *w, const uint64_t *data, int64_t from, int64_t to, uint64_t *index)
{
    for (int64_t i = from; i <= to; i++)
        og_give_index(w, data[i], (*index)++);
}

void og_walk_deque(const struct og_walk *w)
{
    uint64_t body[DEQUE_WORDS], data[BLOCK_ITEMS], index = 0;
    if (!og_words(w->py, og_body(w->py, w->o->addr), body, DEQUE_WORDS))
        return;
    og_addr block = body[DEQUE_LEFTBLOCK / 8], last = body[DEQUE_LEFTBLOCK / 8 + 1];
    int64_t left = (int64_t)body[DEQUE_LEFTBLOCK / 8 + 2], right = (int64_t)body[DEQUE_LEFTBLOCK / 8 + 3];
    if (left < 0 || left > BLOCK_ITEMS || right < -1 || right >= BLOCK_ITEMS) {
        og_torn(w->py);
        return;
    }
    uint64_t items = body[OG_BODY_SIZE / 8] < w->py->max_objects ? body[OG_BODY_SIZE / 8] : w->py->max_objects;
    for (uint64_t steps = items / BLOCK_ITEMS + 2; block && steps > 0; steps--) {
        uint64_t next;
        if (!og_words(w->py, block + BLOCK_DATA, data, BLOCK_ITEMS) ||
            !og_mem_u64(w->py->mem, block + BLOCK_RIGHTLINK, &next))
            return;
        give_block(w, data, left, block == last ? right : BLOCK_ITEMS - 1, &index);
        if (block == last && index == body[OG_BODY_SIZE / 8])
            return;
        if (block == last)
            break;
        left = 0;
        block = next;
    }
    og_torn(w->py); /* other blocks or places in them than its items need */
}

/* Its own attributes' dict, each key once per node, then what the dict holds. */
void og_walk_odict(const struct og_walk *w)
{
    uint64_t dict, node, words[3];
    struct og_dict_view view;
    if (og_mem_u64(w->py->mem, og_body(w->py, w->o->addr) + OD_INST_DICT, &dict))
        og_give_text(w, dict, "__dict__");
    if (!og_mem_u64(w->py->mem, og_body(w->py, w->o->addr) + OD_FIRST, &node) ||
        !og_dict_view(w->py, w->o->addr, &view))
        return;
    uint64_t i = 0;
    for (; node && i <= view.used && i < w->py->max_objects; i++) {
        if (!og_words(w->py, node, words, 3))
            break;
        struct og_ref ref = {.target = words[0], .kind = OG_REF_STRONG, .form = OG_NAME_KEY_SELF, .index = i};
        og_give(w, &ref);
        node = words[NODE_NEXT / 8];
    }
    if (i != view.used)
        og_torn(w->py);
    og_walk_dict(w);
}

static void give_lru_fields(const struct og_walk *w)
{
    uint64_t f[10]; /* from LRU_FIELDS on: cache, hits, func, maxsize, misses, then by version */
    unsigned minor = w->py->l.minor;
    if (!og_words(w->py, og_body(w->py, w->o->addr) + LRU_FIELDS, f, minor >= 10 ? 9 : 7))
        return;
    og_give_text(w, f[0], "cache");
    og_give_text(w, f[2], "__wrapped__");
    if (minor >= 10) { /* kwd_mark, lru_list_elem_type, cache_info_type, dict */
        og_give_text(w, f[5], "kwd_mark");
        og_give_text(w, f[6], "lru_list_elem_type");
        og_give_text(w, f[7], "cache_info_type");
        og_give_text(w, f[8], "__dict__");
    } else { /* cache_info_type, dict */
        og_give_text(w, f[5], "cache_info_type");
        og_give_text(w, f[6], "__dict__");
    }
}

/* As many links as the cache has entries; one may have been hung in while the cache waits for it. */
static uint64_t lru_links_max(const struct og_walk *w)
{
    struct og_dict_view cache;
    uint64_t dict = og_word_at(w->py, og_body(w->py, w->o->addr) + LRU_FIELDS);
    return dict && og_dict_view(w->py, dict, &cache) && cache.used < w->py->max_objects ? cache.used + 1 : 0;
}

void og_walk_lru_cache(const struct og_walk *w)
{
    uint64_t link = og_word_at(w->py, og_body(w->py, w->o->addr) + LRU_ROOT_NEXT), words[LINK_WORDS],
             left = lru_links_max(w);
    og_addr root = w->o->addr;
    for (uint64_t i = 0; left && link && link != root && og_words(w->py, og_body(w->py, link), words, LINK_WORDS);
         i++, left--) {
        struct og_ref key = {.target = words[5], .kind = OG_REF_STRONG, .form = OG_NAME_KEY_SELF, .index = i};
        struct og_ref result = {.target = words[6], .kind = OG_REF_STRONG, .form = OG_NAME_KEY, .obj = words[5]};
        og_give(w, &key);
        og_give(w, &result);
        if (w->py->l.minor >= 10) /* a link visits its own type */
            og_give_text(w, words[OG_BODY_TYPE / 8], "lru_list_elem_type");
        link = words[LINK_NEXT / 8];
    }
    if (link && link != root)
        og_torn(w->py);
    give_lru_fields(w);
}
