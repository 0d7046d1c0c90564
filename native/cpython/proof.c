/* Proving that memory fits a layout. Nothing is walked on hope: an interpreter counts only if its thread states point
 * back at it and its modules, sys and builtins dictionaries are dictionaries. Of a truncated core some of that may be
 * missing: where it is certain what is looked at, what cannot be read is listed instead; what can be read and does not
 * fit is always a refusal. */
#include "cpython/mimalloc.h"
#include "cpython/proof_witness.h"
#include "cpython/types.h"

enum { GENERATIONS_END = 96, GENERATIONS_SEARCH = 120, METATYPES_MAX = 8, TYPE_BYTES = 416, DICT_BYTES = 48 };

static og_addr field(og_addr base, int32_t offset)
{
    return offset < 0 ? 0 : base + (uint64_t)offset;
}

/* ---- one interpreter ---- */

static enum og_reading read_dict(struct og_py *py, og_addr addr)
{
    uint64_t type, flags;
    if (!addr)
        return OG_WRONG;
    if (!og_mem_readable(py->mem, addr, DICT_BYTES) || !og_mem_u64(py->mem, addr + (uint64_t)py->l.ob_type, &type))
        return og_mem_region(py->mem, addr) ? OG_LOST : OG_WRONG;
    if (!og_mem_readable(py->mem, type, TYPE_BYTES) || !og_mem_u64(py->mem, type + (uint64_t)py->l.tp_flags, &flags))
        return og_mem_region(py->mem, type) ? OG_LOST : OG_WRONG;
    return flags & OG_TPFLAGS_DICT_SUBCLASS ? OG_RIGHT : OG_WRONG;
}

static void read_gil(struct og_py *py, struct og_interp *in)
{
    in->gil_locked_addr = field(py->runtime, py->l.runtime_gil_locked);
    in->gil_holder_addr = field(py->runtime, py->l.runtime_gil_last_holder);
    og_addr gil = og_proof_word(py, in->addr, py->l.interp_ceval_gil);
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

/* Notes PART as lost; OG_WRONG stays wrong. */
static bool may_be(enum og_reading r, uint32_t part, uint32_t *lost)
{
    *lost |= r == OG_LOST ? part : 0;
    return r != OG_WRONG;
}

/* From 3.13 on an interpreter other than the main one has no thread state while nothing runs in it. */
static enum og_reading read_threads(struct og_py *py, og_addr interp)
{
    og_addr tstate;
    uint64_t owner;
    if (!og_proof_read(py, interp, py->l.interp_tstate_head, &tstate))
        return OG_LOST;
    if (!tstate)
        return py->l.minor >= 13 && og_proof_word(py, py->runtime, py->l.runtime_interpreters_main) != interp
                   ? OG_RIGHT
                   : OG_WRONG;
    if (!og_proof_read(py, tstate, py->l.tstate_interp, &owner))
        return og_mem_region(py->mem, tstate) ? OG_LOST : OG_WRONG;
    return owner == interp ? OG_RIGHT : OG_WRONG;
}

/* OG_LOST: not even its own fields can be read. *MISSING: OG_LOST_* of the rest. */
static enum og_reading read_interp(struct og_py *py, og_addr addr, struct og_interp *in, uint32_t *missing)
{
    const struct og_layout *l = &py->l;
    memset(in, 0, sizeof *in);
    *missing = 0;
    in->addr = addr;
    if (!og_proof_read(py, addr, l->interp_modules, &in->modules) ||
        !og_proof_read(py, addr, l->interp_sysdict, &in->sysdict) ||
        !og_proof_read(py, addr, l->interp_builtins, &in->builtins))
        return og_mem_region(py->mem, addr) ? OG_LOST : OG_WRONG;
    in->id = (int64_t)og_proof_word(py, addr, l->interp_id);
    if (!may_be(read_threads(py, addr), OG_LOST_THREADS, missing) ||
        !may_be(read_dict(py, in->modules), OG_LOST_MODULES, missing) ||
        !may_be(read_dict(py, in->sysdict), OG_LOST_SYS, missing) ||
        !may_be(read_dict(py, in->builtins), OG_LOST_BUILTINS, missing))
        return OG_WRONG;
    read_collector(py, in);
    read_gil(py, in);
    return OG_RIGHT;
}

/* One that starts or ends has no modules, or no thread. */
static bool is_half_made(struct og_py *py, og_addr interp)
{
    uint64_t modules, tstate;
    return og_proof_read(py, interp, py->l.interp_modules, &modules) &&
           og_proof_read(py, interp, py->l.interp_tstate_head, &tstate) && (!modules || !tstate);
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
    enum og_reading r = read_interp(py, addr, &py->interps[py->interp_count], &missing);
    if (r == OG_WRONG)
        return !is_half_made(py, addr);
    if (r == OG_RIGHT && (certain || !missing)) {
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
    og_addr addr = og_proof_word(py, py->runtime, py->l.runtime_interpreters_head), first = addr;
    og_addr main = og_proof_word(py, py->runtime, py->l.runtime_interpreters_main);
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
        addr = og_proof_word(py, addr, py->l.interp_next);
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
static enum og_reading read_list_head(struct og_py *py, og_addr head)
{
    uint64_t next, prev, back, fore;
    if (!og_proof_read(py, head, 0, &next) || !og_proof_read(py, head, 8, &prev))
        return OG_LOST;
    next &= ~3ull;
    prev &= ~3ull;
    if (!next || !prev || !og_mem_region(py->mem, next) || !og_mem_region(py->mem, prev))
        return OG_WRONG;
    if (!og_proof_read(py, next, 8, &back) || !og_proof_read(py, prev, 0, &fore))
        return OG_LOST;
    return (back & ~3ull) == head && (fore & ~3ull) == head ? OG_RIGHT : OG_WRONG;
}

static enum og_reading weakest(enum og_reading a, enum og_reading b)
{
    return a < b ? a : b;
}

/* The youngest list is being linked at many a stop: where generation0 points to it, the older two are proof enough. */
static enum og_reading read_older_generations(struct og_py *py, og_addr first)
{
    uint64_t size = (uint64_t)py->l.gc_generation_size;
    return weakest(read_list_head(py, first + size), read_list_head(py, first + 2 * size));
}

static bool are_generations(struct og_py *py, og_addr first)
{
    return read_list_head(py, first) == OG_RIGHT && read_older_generations(py, first) == OG_RIGHT;
}

static bool is_any_generation(struct og_py *py, og_addr first)
{
    for (uint64_t i = 0; i < 3; i++)
        if (read_list_head(py, first + i * (uint64_t)py->l.gc_generation_size) == OG_RIGHT)
            return true;
    return false;
}

/* Lists that nothing points to: they close, or cannot while they are worked on. */
static bool are_unpointed(struct og_py *py, bool certain)
{
    og_addr first = py->interps[0].gc + (uint64_t)py->l.gc_generations;
    enum og_reading older = read_older_generations(py, first);
    py->lost |= certain && older == OG_LOST ? OG_LOST_LISTS : 0;
    return py->interps[0].collecting || older == OG_RIGHT || (certain && older == OG_LOST) ||
           is_any_generation(py, first);
}

/* Debian's 3.13.5 aligns PyGC_Head to 4 bytes and so moves the heads: generation0 points at the true one. */
static bool fix_generations(struct og_py *py, bool certain)
{
    og_addr gc = py->interps[0].gc;
    if (py->l.gc_generation0 < 0)
        return are_unpointed(py, certain);
    og_addr first = og_proof_word(py, gc, py->l.gc_generation0);
    bool near = first - gc < GENERATIONS_END;
    enum og_reading older = near ? read_older_generations(py, first) : OG_WRONG;
    /* While it collects, links are unusable: the pointer alone must do. */
    if (py->interps[0].collecting || older == OG_RIGHT || (certain && near && older == OG_LOST)) {
        py->lost |= older == OG_LOST ? OG_LOST_LISTS : 0;
        og_proof_correct(py, &py->l.gc_generations, "gc_generations", (int32_t)(first - gc));
        return near;
    }
    /* Table and pointer agree: a list that does not close is damaged, and the walk over it will say so. */
    if (near && first == gc + (uint64_t)py->l.gc_generations && is_any_generation(py, first))
        return true;
    for (int32_t offset = 0; offset <= GENERATIONS_SEARCH; offset += 4)
        if (are_generations(py, gc + (uint64_t)offset)) {
            og_proof_correct(py, &py->l.gc_generations, "gc_generations", offset);
            return true;
        }
    return false;
}

/* ---- types ---- */

/* The type of what is at OBJECT leads to a type that is its own type. */
static bool find_type_type(struct og_py *py, og_addr object)
{
    og_addr type = og_proof_word(py, object, (uint64_t)py->l.ob_type);
    for (unsigned i = 0; type && i < METATYPES_MAX; i++) {
        og_addr up = og_proof_word(py, type, (uint64_t)py->l.ob_type);
        if (up && up == type && og_mem_readable(py->mem, type, TYPE_BYTES)) {
            py->type_type = type;
            py->object_type = og_proof_word(py, type, py->l.tp_base);
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
    og_addr first = og_proof_word(py, oldest, 0) & ~3ull, last = og_proof_word(py, oldest, 8) & ~3ull, type;
    return certain && (find_type_type(py, main->sysdict) || find_type_type(py, main->builtins) ||
                       find_type_type(py, first + OG_GC_HEAD_SIZE) || find_type_type(py, last + OG_GC_HEAD_SIZE) ||
                       ((type = og_locate_type(py->mem, &py->l)) != 0 && find_type_type(py, type)));
}

/* ---- the version ---- */

static uint32_t sys_hexversion(struct og_py *py)
{
    const struct og_interp *main = &py->interps[0];
    og_addr version = read_dict(py, main->sysdict) == OG_RIGHT ? og_dict_get(py, main->sysdict, "hexversion") : 0;
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
    return modules == main->modules || (certain && (!modules || read_dict(py, modules) != OG_WRONG));
}

/* ---- the whole ---- */

/* Every offset that an answer may depend on. What is tried here and cannot be read is no reading that failed. */
static bool offsets_fit(struct og_py *py)
{
    struct og_witnesses w;
    uint64_t misses[OG_MISS_COUNT], failures = py->mem->failures;
    memcpy(misses, py->mem->misses, sizeof misses);
    bool fit = (og_witnesses_find(py, &w) || og_misfit(py, "tp_subclasses")) && og_proof_rules(py, &w) &&
               og_proof_objects(py) && og_proof_state(py, &w);
    memcpy(py->mem->misses, misses, sizeof misses);
    py->mem->failures = failures;
    return fit;
}

static bool holds(struct og_py *py, bool check, const char *what)
{
    py->proof.checks += check;
    return check || og_misfit(py, what);
}

/* One after the other: each is read with what those before it proved. */
static bool parts_fit(struct og_py *py, const struct og_candidate *c, uint32_t minor, bool certain)
{
    bool free_threaded = og_is_free_threaded(&py->l);
    if (!holds(py, free_threaded || fix_generations(py, certain), "gc_generations") ||
        !holds(py, find_types(py, certain) || py->lost & OG_LOST_MODULES, "ob_type"))
        return false;
    return !py->type_type || (holds(py, !free_threaded || og_blocks_prove(py), "the allocator's pages") &&
                              holds(py, sys_modules_fit(py, certain), "interp_modules") &&
                              holds(py, find_version(py, c, minor, certain), "sys.hexversion") &&
                              holds(py, og_proof_build(py, certain), "interp_static_builtins") && offsets_fit(py));
}

static bool classes_fit(struct og_py *py, bool certain)
{
    og_types_forget(py);
    py->subtype_traverse = og_proof_subtype_traverse(py, certain);
    og_types_forget(py);
    py->lost |= py->subtype_traverse ? 0 : OG_LOST_CLASSES;
    return py->subtype_traverse || (certain && og_proof_word(py, py->interps[0].addr, py->l.interp_importlib));
}

static enum og_proof prove_layout(struct og_py *py, const struct og_candidate *c, uint32_t minor, bool certain)
{
    uint64_t head;
    py->runtime = c->runtime;
    py->found = c->how;
    py->lost = 0;
    py->type_type = 0;
    memset(&py->proof, 0, sizeof py->proof);
    og_types_forget(py);
    og_proof_offsets(py);
    if (!og_proof_bounds(py))
        return OG_PROOF_FAILED;
    if (!og_proof_read(py, c->runtime, py->l.runtime_interpreters_head, &head))
        return OG_PROOF_MISSING;
    if (!holds(py, og_proof_interps(py, certain), "interpreters"))
        return py->interps_lost ? OG_PROOF_MISSING : OG_PROOF_FAILED;
    if (!parts_fit(py, c, minor, certain))
        return OG_PROOF_FAILED;
    if (!py->type_type)
        return OG_PROOF_MISSING;
    return holds(py, classes_fit(py, certain), "tp_traverse") ? OG_PROOF_HOLDS : OG_PROOF_FAILED;
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

/* A refusal tells of the form that fits best. */
enum og_proof og_proof_of(struct og_py *py, const struct og_candidate *c, uint32_t minor, bool certain)
{
    enum og_proof best = OG_PROOF_FAILED;
    struct og_proof_log deepest = {.checks = 0};
    for (unsigned form = 0; best != OG_PROOF_HOLDS && og_layout_form(minor, form, &py->l); form++) {
        if (!fits_cookie(py, c->runtime))
            continue;
        enum og_proof one = prove_layout(py, c, minor, certain);
        best = one > best ? one : best;
        deepest = !*deepest.misfit || py->proof.checks > deepest.checks ? py->proof : deepest;
    }
    if (best != OG_PROOF_HOLDS)
        py->proof = deepest;
    return best;
}
