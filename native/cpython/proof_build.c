/* What build it is, and that the layout is of this build: from 3.12 on a debug build has more in its interpreter, in
 * front of what is kept there for static types. */
#include "cpython/lookup.h"
#include "cpython/proof.h"

/* Of what build sys.abiflags speaks. */
enum flags { FLAGS_UNKNOWN, FLAGS_RELEASE, FLAGS_DEBUG };

static enum flags read_abiflags(struct og_py *py)
{
    struct og_object o;
    og_addr flags = og_dict_get(py, py->interps[0].sysdict, "abiflags");
    if (!flags || !og_py_object(py, flags, &o) || o.type->kind != OG_KIND_STR)
        return FLAGS_UNKNOWN;
    return og_str_equals(py, flags, "d") || og_str_equals(py, flags, "td") ? FLAGS_DEBUG : FLAGS_RELEASE;
}

/* A static type finds its dict by an index in its interpreter, where the entry names the type. */
static bool static_type_fits(struct og_py *py, og_addr type, bool certain)
{
    uint64_t flags;
    if (!og_mem_readable(py->mem, type + (uint64_t)py->l.tp_flags, sizeof flags) ||
        !og_mem_readable(py->mem, py->interps[0].addr, (uint64_t)py->l.interp_size))
        return certain;
    og_addr dict = og_type_dict(py, type);
    bool lost = certain && dict && !og_mem_readable(py->mem, dict, 8) && og_mem_region(py->mem, dict);
    return og_mem_u64(py->mem, type + (uint64_t)py->l.tp_flags, &flags) && flags & OG_TPFLAGS_STATIC_BUILTIN &&
           (lost || og_is_dict(py, dict));
}

bool og_proof_build(struct og_py *py, bool certain)
{
    enum flags flags = read_abiflags(py);
    if (py->l.minor >= OG_DEBUG_DIFFERS_FROM) {
        if (!static_type_fits(py, py->type_type, certain) || !static_type_fits(py, py->object_type, certain))
            return false;
        if (flags != FLAGS_UNKNOWN && (flags == FLAGS_DEBUG) != (py->l.debug != 0))
            return false;
    }
    py->l.debug |= flags == FLAGS_DEBUG;
    return true;
}
