/* Dicts: combined and split tables. Objects/dictobject.c, dict_traverse, of each version. */
#include "cpython/kinds/kinds.h"

enum {
    DK_REFCNT = 0,
    DK_LOOKUP = 16, /* to 3.10 */
    DK_HEADER_WORDS = 5,
    GENERAL_ENTRY = 24,  /* hash, key, value */
    UNICODE_ENTRY = 16,  /* key, value */
    VALUES_EMBEDDED = 2, /* 3.13: byte of the values header */
    LOG2_MAX = 40,
};

static bool read_old(struct og_py *py, const uint64_t *header, struct og_keys *out)
{
    const struct og_layout *l = &py->l;
    out->slots = header[l->dk_size / 8];
    if (!out->slots || out->slots > 1ull << LOG2_MAX || out->slots & (out->slots - 1))
        return false;
    uint64_t width = out->slots <= 0xff ? 1 : out->slots <= 0xffff ? 2 : out->slots <= 0xffffffffu ? 4 : 8;
    out->index_bytes = width * out->slots;
    out->general = py->general_lookup && header[DK_LOOKUP / 8] == py->general_lookup;
    out->entry_size = GENERAL_ENTRY;
    return true;
}

static bool read_new(struct og_py *py, const uint64_t *header, struct og_keys *out)
{
    const unsigned char *bytes = (const unsigned char *)header;
    unsigned log2 = bytes[py->l.dk_size], log2_index = bytes[py->l.dk_log2_index_bytes];
    if (log2 > LOG2_MAX || log2_index > LOG2_MAX + 3)
        return false;
    out->slots = 1ull << log2;
    out->index_bytes = 1ull << log2_index;
    out->general = bytes[py->l.dk_kind] == 0;
    out->entry_size = out->general ? GENERAL_ENTRY : UNICODE_ENTRY;
    return true;
}

/* subclasses of `object` are kept in a dict with int keys, so its lookup function is the general one. */
static void establish_general_lookup(struct og_py *py)
{
    uint64_t subclasses, keys, lookup;
    if (og_mem_u64(py->mem, py->object_type + (uint64_t)py->l.tp_subclasses, &subclasses) && subclasses &&
        og_mem_u64(py->mem, subclasses + (uint64_t)py->l.ma_keys, &keys) && keys &&
        og_mem_u64(py->mem, keys + DK_LOOKUP, &lookup))
        py->general_lookup = lookup;
}

bool og_keys_read(struct og_py *py, og_addr keys, struct og_keys *out)
{
    uint64_t header[DK_HEADER_WORDS];
    const struct og_layout *l = &py->l;
    bool old = l->dk_kind < 0;
    if (old && !py->general_lookup)
        establish_general_lookup(py);
    if (!keys || !og_words(py, keys, header, (uint64_t)l->dk_indices / 8))
        return false;
    *out = (struct og_keys){.addr = keys, .refcount = header[DK_REFCNT]};
    if (!(old ? read_old(py, header, out) : read_new(py, header, out)))
        return false;
    out->usable = header[l->dk_usable / 8];
    out->nentries = header[l->dk_nentries / 8];
    out->entries = keys + (uint64_t)l->dk_indices + out->index_bytes;
    out->key_at = out->entry_size - 16;
    out->value_at = out->entry_size - 8;
    /* A slot has at least a byte of index and two thirds of an entry. */
    return out->nentries <= out->slots && out->slots / 3 <= py->max_objects;
}

og_addr og_keys_key(struct og_py *py, const struct og_keys *k, uint64_t i)
{
    uint64_t key;
    if (i >= k->nentries || !og_mem_u64(py->mem, k->entries + i * k->entry_size + k->key_at, &key))
        return 0;
    return key;
}

bool og_dict_view(struct og_py *py, og_addr dict, struct og_dict_view *out)
{
    uint64_t body[8]; /* to the fourth word behind the header */
    const struct og_layout *l = &py->l;
    uint8_t embedded = 0;
    if (!og_words(py, dict, body, (uint64_t)l->pyobject_size / 8 + 4))
        return false;
    *out = (struct og_dict_view){
        .keys = body[l->ma_keys / 8], .values = body[l->ma_values / 8], .used = body[l->ma_used / 8]};
    if (out->values && l->minor >= 13)
        og_mem_u8(py->mem, out->values + VALUES_EMBEDDED, &embedded);
    out->embedded = embedded;
    if (out->values)
        out->values += l->dictvalues_values > 0 ? (uint64_t)l->dictvalues_values : 0;
    return true;
}

static void give_value(const struct og_walk *w, og_addr value, og_addr key)
{
    struct og_ref ref = {.target = value, .kind = OG_REF_STRONG, .obj = key};
    ref.form = key ? OG_NAME_KEY : OG_NAME_NONE;
    og_give(w, &ref);
}

/* Both give how many values there are. */
static uint64_t walk_split(const struct og_walk *w, const struct og_keys *k, og_addr values)
{
    uint64_t words[OG_BATCH_WORDS], given = 0;
    for (uint64_t at = 0; at < k->nentries; at += OG_BATCH_WORDS) {
        uint64_t n = k->nentries - at < OG_BATCH_WORDS ? k->nentries - at : OG_BATCH_WORDS;
        if (!og_words(w->py, values + at * 8, words, n))
            break;
        for (uint64_t i = 0; i < n; i++)
            if (words[i]) {
                given++;
                give_value(w, words[i], w->v->names ? og_keys_key(w->py, k, at + i) : 0);
            }
    }
    return given;
}

static uint64_t walk_combined(const struct og_walk *w, const struct og_keys *k)
{
    uint64_t words[OG_BATCH_WORDS], given = 0, width = k->entry_size / 8, batch = OG_BATCH_WORDS / width;
    for (uint64_t at = 0; at < k->nentries; at += batch) {
        uint64_t n = k->nentries - at < batch ? k->nentries - at : batch;
        if (!og_words(w->py, k->entries + at * k->entry_size, words, n * width))
            break;
        for (uint64_t i = 0; i < n; i++) {
            uint64_t key = words[i * width + width - 2], value = words[i * width + width - 1];
            if (!value)
                continue;
            given++;
            give_value(w, value, key);
            if (k->general) {
                struct og_ref ref = {.target = key, .kind = OG_REF_STRONG, .form = OG_NAME_KEY_SELF, .index = at + i};
                og_give(w, &ref);
            }
        }
    }
    return given;
}

/* Whose are the values that lie in an instance which has a dict too: first the instance's, since gh-130327 the dict's.
 * The distribution that moves the heads of the collector's lists (proof.c) has it in its 3.13.5. */
bool og_dict_shows_inline(const struct og_py *py)
{
    uint32_t patch = py->hexversion >> 8 & 255, minor = py->l.minor;
    return minor >= 15 || (minor == 14 && patch >= 4) || (minor == 13 && (patch >= 13 || py->l.gc_generations % 8));
}

void og_walk_dict(const struct og_walk *w)
{
    struct og_dict_view d;
    struct og_keys k;
    uint64_t given = 0;
    bool there = og_dict_view(w->py, w->o->addr, &d);
    if (there && d.embedded && !og_dict_shows_inline(w->py))
        return;
    if (there && og_keys_read(w->py, d.keys, &k))
        given = d.values ? walk_split(w, &k, d.values) : walk_combined(w, &k);
    /* dictresize() to 3.12 hangs a new table in before it moves the entries. */
    if (!there || given != d.used)
        og_torn(w->py);
}
