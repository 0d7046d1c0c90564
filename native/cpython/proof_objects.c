/* The offsets inside objects that types do not tell, against objects that every interpreter has: the dict of `object`,
 * classes of importlib, the specifications of modules. What a program may have changed is asked of several, and one
 * that fits is enough. */
#include "cpython/label.h"
#include "cpython/lookup.h"
#include "cpython/proof_witness.h"

enum { MODULES_MAX = 64, SPECS_ENOUGH = 8, NAME_BYTES = 200, AS_ASYNC = 56 };

/* ---- dicts and strings ---- */

/* Attributes of `object` cannot be set or deleted. */
static bool names_are_found(struct og_py *py, og_addr dict)
{
    return og_dict_get(py, dict, "__init__") && og_dict_get(py, dict, "__class__") &&
           og_dict_get(py, dict, "__doc__") && !og_dict_get(py, dict, "__no such thing__");
}

/* Of a table from which nothing was ever deleted. */
static bool counts_fit(struct og_py *py, og_addr dict)
{
    struct og_dict_cursor c;
    og_addr key, value;
    uint64_t n = 0;
    if (!og_dict_begin(py, dict, &c))
        return og_misfit(py, "ma_keys");
    while (og_dict_next(py, &c, &key, &value))
        n++;
    if (n != c.dict.used)
        return og_misfit(py, "ma_used");
    if (n != c.keys.nentries)
        return og_misfit(py, "dk_nentries");
    return c.keys.usable + c.keys.nentries == c.keys.slots * 2 / 3 || og_misfit(py, "dk_usable");
}

static bool dicts_fit(struct og_py *py)
{
    uint64_t failures = py->mem->failures;
    og_addr dict = og_type_dict(py, py->object_type);
    if (dict && !og_mem_readable(py->mem, dict, 8) && og_mem_region(py->mem, dict))
        return true;
    bool found = og_is_dict(py, dict) && names_are_found(py, dict);
    if (py->mem->failures > failures)
        return true;
    if (!found)
        return og_misfit(py, "the dict of object");
    return counts_fit(py, dict) || py->mem->failures > failures;
}

/* ---- classes ---- */

/* A heap type points at its slots for asynchronous methods, which stand behind the part that static ones have too. */
static bool class_fits(struct og_py *py)
{
    uint64_t slots;
    og_addr importlib = og_proof_word(py, py->interps[0].addr, py->l.interp_importlib);
    og_addr dict = og_proof_word(py, importlib, py->l.md_dict);
    og_addr spec = og_is_dict(py, dict) ? og_dict_get(py, dict, "ModuleSpec") : 0;
    if (!spec || !og_proof_read(py, spec, py->l.tp_name + AS_ASYNC, &slots) || !slots)
        return true;
    return slots == spec + (uint64_t)py->l.type_size || og_misfit(py, "type_size");
}

/* ---- attributes of instances: the name of a module's specification is the module's ---- */

static bool is_named(struct og_py *py, og_addr spec, og_addr key)
{
    char name[NAME_BYTES];
    struct og_text text;
    og_addr value = og_object_own_attr(py, spec, "name");
    og_text_init(&text, name, sizeof name);
    return value && og_str_text(py, key, 0, false, &text) && og_str_equals(py, value, name);
}

/* 3.13 and later: instances have room for as many values as their class's keys. */
static bool capacity_fits(struct og_py *py, og_addr spec)
{
    struct og_object o;
    struct og_keys keys;
    uint8_t capacity = 0;
    if (py->l.dictvalues_capacity < 0 || !og_py_object(py, spec, &o) ||
        !(o.type->tp_flags & OG_TPFLAGS_INLINE_VALUES) ||
        !og_keys_read(py, og_proof_word(py, o.type->addr, py->l.ht_cached_keys), &keys))
        return true;
    og_mem_u8(py->mem, spec + (uint64_t)o.type->tp_basicsize + (uint64_t)py->l.dictvalues_capacity, &capacity);
    return capacity == keys.usable + keys.nentries;
}

static bool is_spec(struct og_py *py, og_addr addr)
{
    struct og_object o;
    return addr && og_py_object(py, addr, &o) && o.type->is_class && og_streq(o.type->name, "ModuleSpec");
}

static bool instances_fit(struct og_py *py)
{
    struct og_dict_cursor c;
    og_addr key, module;
    unsigned specs = 0, named = 0, capacities = 0;
    uint64_t failures = py->mem->failures;
    if (!og_dict_begin(py, py->interps[0].modules, &c))
        return true;
    for (unsigned i = 0; i < MODULES_MAX && specs < SPECS_ENOUGH && og_dict_next(py, &c, &key, &module); i++) {
        og_addr dict = og_proof_word(py, module, py->l.md_dict);
        og_addr spec = og_is_dict(py, dict) ? og_dict_get(py, dict, "__spec__") : 0;
        if (!is_spec(py, spec))
            continue;
        specs++;
        named += is_named(py, spec, key);
        capacities += capacity_fits(py, spec);
    }
    if (specs < 2 || py->mem->failures > failures)
        return true;
    if (!named)
        return og_misfit(py, "attributes of instances");
    return capacities || og_misfit(py, "dictvalues_capacity");
}

bool og_proof_objects(struct og_py *py)
{
    return dicts_fit(py) && class_fits(py) && instances_fit(py);
}
