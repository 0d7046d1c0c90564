/* Proving that memory fits a layout. Nothing is walked on hope: an interpreter counts only if its thread states point
 * back at it and its modules, sys and builtins dictionaries are dictionaries. Of a truncated core some of that may be
 * missing: where it is certain what is looked at, what cannot be read is listed instead; what can be read and does not
 * fit is always a refusal. */
#include "cpython/mimalloc.h"
#include "cpython/proof.h"
#include "cpython/types.h"

enum { GENERATIONS_END = 96, GENERATIONS_SEARCH = 120, METATYPES_MAX = 8, TYPE_BYTES = 416, DICT_BYTES = 48 };

enum reading { WRONG, LOST, RIGHT };

static og_addr field(og_addr base, int32_t offset)
{
    return offset < 0 ? 0 : base + (uint64_t)offset;
}

/* A word that may not be there, without counting a miss. */
static bool read_word(struct og_py *py, og_addr base, int32_t offset, uint64_t *out)
{
    *out = 0;
    return offset >= 0 && og_mem_readable(py->mem, base + (uint64_t)offset, 8) &&
           og_mem_u64(py->mem, base + (uint64_t)offset, out);
}

static og_addr word(struct og_py *py, og_addr base, int32_t offset)
{
    uint64_t w;
    read_word(py, base, offset, &w);
    return w;
}

/* ---- one interpreter ---- */

static enum reading read_dict(struct og_py *py, og_addr addr)
{
    uint64_t type, flags;
    if (!addr)
        return WRONG;
    if (!og_mem_readable(py->mem, addr, DICT_BYTES) || !og_mem_u64(py->mem, addr + (uint64_t)py->l.ob_type, &type))
        return og_mem_region(py->mem, addr) ? LOST : WRONG;
    if (!og_mem_readable(py->mem, type, TYPE_BYTES) || !og_mem_u64(py->mem, type + (uint64_t)py->l.tp_flags, &flags))
        return og_mem_region(py->mem, type) ? LOST : WRONG;
    return flags & OG_TPFLAGS_DICT_SUBCLASS ? RIGHT : WRONG;
}

static void read_gil(struct og_py *py, struct og_interp *in)
{
    in->gil_locked_addr = field(py->runtime, py->l.runtime_gil_locked);
    in->gil_holder_addr = field(py->runtime, py->l.runtime_gil_last_holder);
    og_addr gil = word(py, in->addr, py->l.interp_ceval_gil);
    if (gil) {
        in->gil_locked_addr = gil + (uint64_t)py->l.gil_locked;
        in->gil_holder_addr = gil + (uint64_t)py->l.gil_last_holder;
    }
}

static void read_collector(struct og_py *py, struct og_interp *in)
{
    const struct og_layout *l = &py->l;
    uint32_t collecting = 0, enabled = 0;
    in->gc = l->runtime_gc >= 0 ? field(py->runtime, l->runtime_gc) : field(in->addr, l->interp_gc);
    if (og_mem_readable(py->mem, in->gc, (uint64_t)l->gc_size)) {
        og_mem_u32(py->mem, in->gc + (uint64_t)l->gc_collecting, &collecting);
        og_mem_u32(py->mem, in->gc + (uint64_t)l->gc_enabled, &enabled);
    }
    in->collecting = collecting;
    in->gc_enabled = enabled;
}

/* Notes PART as lost; WRONG stays wrong. */
static bool may_be(enum reading r, uint32_t part, uint32_t *lost)
{
    *lost |= r == LOST ? part : 0;
    return r != WRONG;
}

/* From 3.13 on an interpreter other than the main one has no thread state while nothing runs in it. */
static enum reading read_threads(struct og_py *py, og_addr interp)
{
    og_addr tstate;
    uint64_t owner;
    if (!read_word(py, interp, py->l.interp_tstate_head, &tstate))
        return LOST;
    if (!tstate)
        return py->l.minor >= 13 && word(py, py->runtime, py->l.runtime_interpreters_main) != interp ? RIGHT : WRONG;
    if (!read_word(py, tstate, py->l.tstate_interp, &owner))
        return og_mem_region(py->mem, tstate) ? LOST : WRONG;
    return owner == interp ? RIGHT : WRONG;
}

/* LOST: not even its own fields can be read. *MISSING: OG_LOST_* of the rest. */
static enum reading read_interp(struct og_py *py, og_addr addr, struct og_interp *in, uint32_t *missing)
{
    const struct og_layout *l = &py->l;
    memset(in, 0, sizeof *in);
    *missing = 0;
    in->addr = addr;
    if (!read_word(py, addr, l->interp_modules, &in->modules) ||
        !read_word(py, addr, l->interp_sysdict, &in->sysdict) ||
        !read_word(py, addr, l->interp_builtins, &in->builtins))
        return og_mem_region(py->mem, addr) ? LOST : WRONG;
    in->id = (int64_t)word(py, addr, l->interp_id);
    if (!may_be(read_threads(py, addr), OG_LOST_THREADS, missing) ||
        !may_be(read_dict(py, in->modules), OG_LOST_MODULES, missing) ||
        !may_be(read_dict(py, in->sysdict), OG_LOST_SYS, missing) ||
        !may_be(read_dict(py, in->builtins), OG_LOST_BUILTINS, missing))
        return WRONG;
    read_collector(py, in);
    read_gil(py, in);
    return RIGHT;
}

/* One that starts or ends has no modules, or no thread. */
static bool is_half_made(struct og_py *py, og_addr interp)
{
    uint64_t modules, tstate;
    return read_word(py, interp, py->l.interp_modules, &modules) &&
           read_word(py, interp, py->l.interp_tstate_head, &tstate) && (!modules || !tstate);
}

static bool is_known(const struct og_py *py, og_addr interp)
{
    for (uint32_t i = 0; i < py->interp_count; i++)
        if (py->interps[i].addr == interp)
            return true;
    return false;
}

/* 1: one that is none, else 0. */
static uint32_t add_interp(struct og_py *py, og_addr addr, bool certain)
{
    uint32_t missing;
    enum reading r = read_interp(py, addr, &py->interps[py->interp_count], &missing);
    if (r == WRONG)
        return !is_half_made(py, addr);
    if (r == RIGHT && (certain || !missing)) {
        py->lost |= missing;
        py->interp_count++;
    } else {
        py->interps_lost++;
    }
    return 0;
}

/* The main one is interps[0]. In the list it is the last, since new ones are put in front. */
bool og_proof_interps(struct og_py *py, bool certain)
{
    og_addr addr = word(py, py->runtime, py->l.runtime_interpreters_head), first = addr;
    og_addr main = word(py, py->runtime, py->l.runtime_interpreters_main);
    uint32_t wrong = 0;
    py->interp_count = py->interps_lost = 0;
    py->lost &= ~(uint32_t)(OG_LOST_THREADS | OG_LOST_MODULES | OG_LOST_SYS | OG_LOST_BUILTINS);
    if (main && main != first)
        wrong += add_interp(py, main, certain);
    for (unsigned i = 0; addr && py->interp_count < OG_INTERP_MAX && i < 2 * OG_INTERP_MAX; i++) {
        bool done = addr == main && main != first;
        if (!done && is_known(py, addr)) { /* a circle: what it should lead to is not known */
            wrong++;
            break;
        }
        wrong += done ? 0 : add_interp(py, addr, certain);
        addr = word(py, addr, py->l.interp_next);
    }
    if (py->interp_count == OG_INTERP_MAX && addr && addr != main) /* others may follow */
        py->interps_lost++;
    if (py->interp_count) /* else it is not proven that these are interpreters at all */
        py->interps_lost += wrong;
    if (!og_py_threads(py, NULL, NULL))
        py->lost |= OG_LOST_THREADS;
    /* 3.8 has one collector for all interpreters: its lists are walked once. */
    for (uint32_t i = 1; py->l.runtime_gc >= 0 && i < py->interp_count; i++)
        py->interps[i].gc = 0;
    return py->interp_count > 0;
}

/* ---- corrections: what distributions patched ---- */

/* A list head closes on itself in both directions. */
static enum reading read_list_head(struct og_py *py, og_addr head)
{
    uint64_t next, prev, back, fore;
    if (!read_word(py, head, 0, &next) || !read_word(py, head, 8, &prev))
        return LOST;
    next &= ~3ull;
    prev &= ~3ull;
    if (!next || !prev || !og_mem_region(py->mem, next) || !og_mem_region(py->mem, prev))
        return WRONG;
    if (!read_word(py, next, 8, &back) || !read_word(py, prev, 0, &fore))
        return LOST;
    return (back & ~3ull) == head && (fore & ~3ull) == head ? RIGHT : WRONG;
}

static enum reading weakest(enum reading a, enum reading b)
{
    return a < b ? a : b;
}

/* The youngest list is being linked at many a stop: where generation0 points to it, the older two are proof enough. */
static enum reading read_older_generations(struct og_py *py, og_addr first)
{
    uint64_t size = (uint64_t)py->l.gc_generation_size;
    return weakest(read_list_head(py, first + size), read_list_head(py, first + 2 * size));
}

static bool are_generations(struct og_py *py, og_addr first)
{
    return read_list_head(py, first) == RIGHT && read_older_generations(py, first) == RIGHT;
}

static bool is_any_generation(struct og_py *py, og_addr first)
{
    for (uint64_t i = 0; i < 3; i++)
        if (read_list_head(py, first + i * (uint64_t)py->l.gc_generation_size) == RIGHT)
            return true;
    return false;
}

/* Lists that nothing points to: they close, or cannot while they are worked on. */
static bool are_unpointed(struct og_py *py, bool certain)
{
    og_addr first = py->interps[0].gc + (uint64_t)py->l.gc_generations;
    enum reading older = read_older_generations(py, first);
    py->lost |= certain && older == LOST ? OG_LOST_LISTS : 0;
    return py->interps[0].collecting || older == RIGHT || (certain && older == LOST) || is_any_generation(py, first);
}

/* Debian's 3.13.5 aligns PyGC_Head to 4 bytes and so moves the heads: generation0 points at the true one. */
static bool fix_generations(struct og_py *py, bool certain)
{
    og_addr gc = py->interps[0].gc;
    if (py->l.gc_generation0 < 0)
        return are_unpointed(py, certain);
    og_addr first = word(py, gc, py->l.gc_generation0);
    bool near = first - gc < GENERATIONS_END;
    enum reading older = near ? read_older_generations(py, first) : WRONG;
    /* While it collects, links are unusable: the pointer alone must do. */
    if (py->interps[0].collecting || older == RIGHT || (certain && near && older == LOST)) {
        py->lost |= older == LOST ? OG_LOST_LISTS : 0;
        py->l.gc_generations = (int32_t)(first - gc);
        return near;
    }
    /* Table and pointer agree: a list that does not close is damaged, and the walk over it will say so. */
    if (near && first == gc + (uint64_t)py->l.gc_generations && is_any_generation(py, first))
        return true;
    for (int32_t offset = 0; offset <= GENERATIONS_SEARCH; offset += 4)
        if (are_generations(py, gc + (uint64_t)offset)) {
            py->l.gc_generations = offset;
            return true;
        }
    return false;
}

/* ---- types ---- */

/* The type of what is at OBJECT leads to a type that is its own type. */
static bool find_type_type(struct og_py *py, og_addr object)
{
    og_addr type = word(py, object, (uint64_t)py->l.ob_type);
    for (unsigned i = 0; type && i < METATYPES_MAX; i++) {
        og_addr up = word(py, type, (uint64_t)py->l.ob_type);
        if (up && up == type && og_mem_readable(py->mem, type, TYPE_BYTES)) {
            py->type_type = type;
            py->object_type = word(py, type, py->l.tp_base);
            return py->object_type != 0;
        }
        type = up;
    }
    return false;
}

/* `type` itself, by whatever object is at hand, at last by looking for it. */
static bool find_types(struct og_py *py, bool certain)
{
    const struct og_interp *main = &py->interps[0];
    if (find_type_type(py, main->modules))
        return true;
    if (og_is_free_threaded(&py->l)) /* which has no list of objects */
        return certain && (find_type_type(py, main->sysdict) || find_type_type(py, main->builtins));
    og_addr oldest = main->gc + (uint64_t)py->l.gc_generations + 2 * (uint64_t)py->l.gc_generation_size;
    og_addr first = word(py, oldest, 0) & ~3ull, last = word(py, oldest, 8) & ~3ull, type;
    return certain && (find_type_type(py, main->sysdict) || find_type_type(py, main->builtins) ||
                       find_type_type(py, first + OG_GC_HEAD_SIZE) || find_type_type(py, last + OG_GC_HEAD_SIZE) ||
                       ((type = og_locate_type(py->mem, &py->l)) != 0 && find_type_type(py, type)));
}

/* ---- the version ---- */

static uint32_t sys_hexversion(struct og_py *py)
{
    const struct og_interp *main = &py->interps[0];
    og_addr version = read_dict(py, main->sysdict) == RIGHT ? og_dict_get(py, main->sysdict, "hexversion") : 0;
    uint32_t digit = 0;
    if (version && og_mem_readable(py->mem, version + (uint64_t)py->l.long_ob_digit, sizeof digit))
        og_mem_u32(py->mem, version + (uint64_t)py->l.long_ob_digit, &digit);
    return digit;
}

/* sys.hexversion has the last word. */
static bool find_version(struct og_py *py, const struct og_candidate *c, uint32_t minor, bool certain)
{
    py->hexversion = sys_hexversion(py);
    if (!py->hexversion && certain)
        py->hexversion = c->hexversion;
    return py->hexversion >> 16 == (3u << 8 | minor);
}

/* A program may put another dict in its place: then the rest must do. */
static bool sys_modules_fit(struct og_py *py, bool certain)
{
    const struct og_interp *main = &py->interps[0];
    og_addr modules = og_dict_get(py, main->sysdict, "modules");
    return modules == main->modules || (certain && (!modules || read_dict(py, modules) != WRONG));
}

/* ---- the whole ---- */

static enum og_proof prove_layout(struct og_py *py, const struct og_candidate *c, uint32_t minor, bool certain)
{
    uint64_t head;
    py->runtime = c->runtime;
    py->found = c->how;
    py->lost = 0;
    og_types_forget(py);
    if (!read_word(py, c->runtime, py->l.runtime_interpreters_head, &head))
        return OG_PROOF_MISSING;
    if (!og_proof_interps(py, certain))
        return py->interps_lost ? OG_PROOF_MISSING : OG_PROOF_FAILED;
    if (!og_is_free_threaded(&py->l) && !fix_generations(py, certain))
        return OG_PROOF_FAILED;
    if (!find_types(py, certain))
        return py->lost & OG_LOST_MODULES ? OG_PROOF_MISSING : OG_PROOF_FAILED;
    if (og_is_free_threaded(&py->l) && !og_blocks_prove(py))
        return OG_PROOF_FAILED;
    if (!sys_modules_fit(py, certain) || !find_version(py, c, minor, certain) || !og_proof_build(py, certain))
        return OG_PROOF_FAILED;
    py->subtype_traverse = og_proof_subtype_traverse(py, certain);
    og_types_forget(py);
    if (!py->subtype_traverse && (!certain || !word(py, py->interps[0].addr, py->l.interp_importlib)))
        return OG_PROOF_FAILED;
    py->lost |= py->subtype_traverse ? 0 : OG_LOST_CLASSES;
    return OG_PROOF_HOLDS;
}

/* From 3.13 on the runtime itself says whether it is free-threaded (_Py_DebugOffsets, behind cookie and version). */
static bool fits_cookie(struct og_py *py, og_addr runtime)
{
    char cookie[8];
    uint64_t free_threaded;
    if (py->l.minor < 13 || !og_mem_readable(py->mem, runtime, 24) ||
        !og_mem_read(py->mem, runtime, cookie, sizeof cookie) || memcmp(cookie, OG_COOKIE, sizeof cookie) ||
        !og_mem_u64(py->mem, runtime + 16, &free_threaded))
        return !og_is_free_threaded(&py->l);
    return (free_threaded != 0) == og_is_free_threaded(&py->l);
}

enum og_proof og_proof_of(struct og_py *py, const struct og_candidate *c, uint32_t minor, bool certain)
{
    enum og_proof best = OG_PROOF_FAILED;
    for (unsigned form = 0; best != OG_PROOF_HOLDS && og_layout_form(minor, form, &py->l); form++) {
        if (!fits_cookie(py, c->runtime))
            continue;
        enum og_proof one = prove_layout(py, c, minor, certain);
        best = one > best ? one : best;
    }
    return best;
}
