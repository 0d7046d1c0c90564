/* Types of a scan: each is resolved once, numbered in the order of first sight, and is an object of the graph itself.
 */
#include "graph/scan_types.h"

static const struct og_scan_type *add_type(struct og_scan_core *s, const struct og_type *type)
{
    struct og_scan_type *known = og_vec_push(&s->known_types);
    uint64_t *addr = og_vec_push(&s->types);
    struct og_type_count *count = s->level == OG_SCAN_TYPES ? og_vec_push(&s->counts) : NULL;
    if (!known || !addr || (s->level == OG_SCAN_TYPES && !count) || s->types.len >= UINT32_MAX ||
        !og_map_put(&s->type_slots, type->addr, (uint32_t)(s->types.len - 1))) {
        s->failed = true;
        return NULL;
    }
    *addr = type->addr;
    *known = (struct og_scan_type){.addr = type->addr, .type = type, .index = (uint32_t)(s->types.len - 1)};
    if (count) {
        *count = (struct og_type_count){.type = type->addr, .first = UINT64_MAX};
        og_size_rule(s->py, type, &known->size);
    }
    if (s->level == OG_SCAN_GRAPH && !og_scan_see(s, type->addr, 0))
        return NULL;
    return known;
}

const struct og_scan_type *og_scan_type_slow(struct og_scan_core *s, og_addr addr)
{
    uint32_t index;
    const struct og_scan_type *found;
    if (og_map_get(&s->type_slots, addr, &index)) {
        found = og_vec_at(&s->known_types, index);
    } else {
        const struct og_type *type = addr ? og_py_type(s->py, addr) : NULL;
        found = type ? add_type(s, type) : NULL;
    }
    if (!found)
        return NULL;
    struct og_scan_type *recent = &s->recent[addr >> 4 & (OG_SCAN_RECENT - 1)];
    *recent = *found;
    return recent;
}
