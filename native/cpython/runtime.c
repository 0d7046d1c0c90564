/* Finding CPython in a process and proving that its memory fits a layout. Nothing is walked on hope: an interpreter counts
 * only if its thread states point back at it and its modules, sys and builtins dictionaries are dictionaries. */
#include "cpython/python.h"
#include "cpython/types.h"
#include "memory/image.h"

enum { CANDIDATES_MAX = 16, OBJECT_MIN = 32 };

/* "xdebugpy" in front of _PyRuntime from 3.13 on, then the version (Include/internal/pycore_debug_offsets.h). */
static const char cookie[8] = {'x', 'd', 'e', 'b', 'u', 'g', 'p', 'y'};

struct candidate {
    og_addr runtime;
    uint32_t minor; /* said by the image itself; 0: not said (before 3.11) */
    const char *image;
};

static og_addr field(og_addr base, int32_t offset)
{
    return offset < 0 ? 0 : base + (uint64_t)offset;
}

static og_addr word(struct og_py *py, og_addr base, int32_t offset)
{
    uint64_t w;
    return offset >= 0 && og_mem_readable(py->mem, base + (uint64_t)offset, 8) &&
                   og_mem_u64(py->mem, base + (uint64_t)offset, &w)
               ? w
               : 0;
}

/* ---- candidates ---- */

static uint32_t minor_of_image(struct og_mem *m, const struct og_image *image, og_addr runtime)
{
    char head[8];
    uint64_t version;
    og_addr py_version = og_image_symbol(m, image, "Py_Version");
    if (og_mem_read(m, runtime, head, sizeof head) && memcmp(head, cookie, sizeof head) == 0)
        py_version = runtime + sizeof head;
    if (!py_version || !og_mem_u64(m, py_version, &version) || version >> 24 != 3)
        return 0;
    return (uint32_t)(version >> 16 & 0xff);
}

/* Every image that exports _PyRuntime. OLDER is set to the name of one that exports Py_Initialize but no _PyRuntime (before 3.7). */
static unsigned find_candidates(struct og_mem *m, struct candidate out[CANDIDATES_MAX], const char **older)
{
    unsigned n = 0, images = 0;
    for (uint64_t i = 0; i < m->region_count && images < OG_IMAGE_MAX && n < CANDIDATES_MAX; i++) {
        struct og_image image;
        if (!og_image_read(m, &m->regions[i], &image))
            continue;
        images++;
        og_addr runtime = og_image_symbol(m, &image, "_PyRuntime");
        if (runtime)
            out[n++] = (struct candidate){runtime, minor_of_image(m, &image, runtime),
                                        *image.name ? image.name : "an unnamed mapping"};
        else if (og_image_symbol(m, &image, "Py_Initialize"))
            *older = image.name;
    }
    return n;
}

og_addr og_py_symbol(struct og_mem *m, const char *name)
{
    unsigned images = 0;
    for (uint64_t i = 0; i < m->region_count && images < OG_IMAGE_MAX; i++) {
        struct og_image image;
        if (!og_image_read(m, &m->regions[i], &image))
            continue;
        images++;
        og_addr found = og_image_symbol(m, &image, name);
        if (found)
            return found;
    }
    return 0;
}

/* ---- one interpreter ---- */

static bool is_dict(struct og_py *py, og_addr addr)
{
    uint64_t type, flags;
    return addr && og_mem_readable(py->mem, addr, 48) && og_mem_u64(py->mem, addr + OG_OB_TYPE, &type) &&
           og_mem_readable(py->mem, type, 416) && og_mem_u64(py->mem, type + (uint64_t)py->l.tp_flags, &flags) &&
           (flags & OG_TPFLAGS_DICT_SUBCLASS);
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

static bool read_interp(struct og_py *py, og_addr addr, struct og_interp *in)
{
    const struct og_layout *l = &py->l;
    memset(in, 0, sizeof *in);
    in->addr = addr;
    in->modules = word(py, addr, l->interp_modules);
    in->sysdict = word(py, addr, l->interp_sysdict);
    in->builtins = word(py, addr, l->interp_builtins);
    in->id = (int64_t)word(py, addr, l->interp_id);
    og_addr tstate = word(py, addr, l->interp_tstate_head);
    if (!tstate || word(py, tstate, l->tstate_interp) != addr || !is_dict(py, in->modules) || !is_dict(py, in->sysdict) ||
        !is_dict(py, in->builtins))
        return false;
    in->gc = l->runtime_gc >= 0 ? field(py->runtime, l->runtime_gc) : field(addr, l->interp_gc);
    uint32_t collecting = 0, enabled = 0;
    og_mem_u32(py->mem, in->gc + (uint64_t)l->gc_collecting, &collecting);
    og_mem_u32(py->mem, in->gc + (uint64_t)l->gc_enabled, &enabled);
    in->collecting = collecting;
    in->gc_enabled = enabled;
    read_gil(py, in);
    return true;
}

static uint32_t read_interps(struct og_py *py)
{
    og_addr addr = word(py, py->runtime, py->l.runtime_interpreters_head);
    py->interp_count = 0;
    for (unsigned i = 0; addr && i < OG_INTERP_MAX; i++) {
        if (read_interp(py, addr, &py->interps[py->interp_count]))
            py->interp_count++;
        addr = word(py, addr, py->l.interp_next);
    }
    /* 3.8 has one collector for all interpreters: its lists are walked once. */
    if (py->l.runtime_gc >= 0 && py->interp_count > 1)
        for (uint32_t i = 1; i < py->interp_count; i++)
            py->interps[i].gc = 0;
    return py->interp_count;
}

/* ---- corrections: what distributions patched ---- */

/* A list head closes on itself in both directions. */
static bool is_list_head(struct og_py *py, og_addr head)
{
    og_addr next = word(py, head, 0) & ~3ull, prev = word(py, head, 8) & ~3ull;
    return next && prev && (word(py, next, 8) & ~3ull) == head && (word(py, prev, 0) & ~3ull) == head;
}

static bool are_generations(struct og_py *py, og_addr first)
{
    uint64_t size = (uint64_t)py->l.gc_generation_size;
    return is_list_head(py, first) && is_list_head(py, first + size) && is_list_head(py, first + 2 * size);
}

/* The youngest list is being linked at many a stop: where generation0 points to it, the older two are proof enough. */
static bool are_older_generations(struct og_py *py, og_addr first)
{
    uint64_t size = (uint64_t)py->l.gc_generation_size;
    return is_list_head(py, first + size) && is_list_head(py, first + 2 * size);
}

/* Debian's 3.13.5 aligns PyGC_Head to 4 bytes and so moves the heads: generation0 points at the true one. */
static bool fix_generations(struct og_py *py)
{
    og_addr gc = py->interps[0].gc;
    og_addr first = word(py, gc, py->l.gc_generation0);
    if (py->interps[0].collecting) /* links are unusable: the pointer alone must do */
        return first - gc < 96 ? (py->l.gc_generations = (int32_t)(first - gc), true) : false;
    if (first - gc < 96 && are_older_generations(py, first)) {
        py->l.gc_generations = (int32_t)(first - gc);
        return true;
    }
    for (int32_t offset = 0; offset <= 120; offset += 4)
        if (are_generations(py, gc + (uint64_t)offset)) {
            py->l.gc_generations = offset;
            return true;
        }
    return false;
}

static bool find_type_type(struct og_py *py)
{
    og_addr type = word(py, py->interps[0].modules, OG_OB_TYPE);
    for (unsigned i = 0; i < 8; i++) {
        og_addr up = word(py, type, OG_OB_TYPE);
        if (up && up == type) {
            py->type_type = type;
            py->object_type = word(py, type, py->l.tp_base);
            return true;
        }
        type = up;
    }
    return false;
}

static void forget_types(struct og_py *py)
{
    og_map_deinit(&py->type_index);
    og_vec_deinit(&py->types);
    og_arena_deinit(&py->arena);
    memset(py->recent_types, 0, sizeof py->recent_types);
}

/* importlib._bootstrap.ModuleSpec is a class of every interpreter that was made by a class statement. */
static void find_subtype_traverse(struct og_py *py)
{
    og_addr importlib = word(py, py->interps[0].addr, py->l.interp_importlib);
    og_addr dict = importlib ? word(py, importlib, py->l.md_dict) : 0;
    og_addr spec = dict && is_dict(py, dict) ? og_dict_get(py, dict, "ModuleSpec") : 0;
    py->subtype_traverse = spec ? word(py, spec, py->l.tp_traverse) : 0;
    forget_types(py);
}

static uint32_t sys_hexversion(struct og_py *py)
{
    og_addr version = og_dict_get(py, py->interps[0].sysdict, "hexversion");
    uint32_t digit = 0;
    if (version)
        og_mem_u32(py->mem, version + (uint64_t)py->l.long_ob_digit, &digit);
    return digit;
}

static void bound_objects(struct og_py *py)
{
    uint64_t bytes = 0;
    for (uint64_t i = 0; i < py->mem->region_count; i++)
        bytes += py->mem->regions[i].end - py->mem->regions[i].start;
    py->max_objects = bytes / OBJECT_MIN;
}

/* The whole proof for one runtime and one layout. */
static bool fits(struct og_py *py, og_addr runtime, uint32_t minor)
{
    if (!og_layout_for_minor(minor, &py->l))
        return false;
    py->runtime = runtime;
    forget_types(py);
    if (!read_interps(py) || !find_type_type(py))
        return false;
    const struct og_interp *main = &py->interps[0];
    if (og_dict_get(py, main->sysdict, "modules") != main->modules)
        return false;
    py->hexversion = sys_hexversion(py);
    if (py->hexversion >> 16 != (3u << 8 | minor) || !fix_generations(py))
        return false;
    find_subtype_traverse(py);
    return py->subtype_traverse != 0;
}

static bool candidate_fits(struct og_py *py, const struct candidate *c)
{
    if (c->minor)
        return fits(py, c->runtime, c->minor);
    for (uint32_t minor = OG_MINOR_MIN; minor <= OG_MINOR_MAX; minor++)
        if (fits(py, c->runtime, minor))
            return true;
    return false;
}

static int refuse(const struct candidate *c, unsigned n, const char *older, struct og_error *err)
{
    if (n == 0 && older)
        return og_fail(err, OG_EVERSION, 0, "this Python is older than 3.8 (%s): og reads CPython 3.8 to 3.%u", older,
                       (uint64_t)OG_MINOR_MAX);
    if (n == 0)
        return og_fail(err, OG_ENOPYTHON, 0, "no CPython in this process: no mapped file exports _PyRuntime");
    if (c->minor && (c->minor > OG_MINOR_MAX || c->minor < OG_MINOR_MIN))
        return og_fail(err, OG_EVERSION, c->runtime, "CPython 3.%u (%s) is not known to this og: it reads 3.%u to 3.%u",
                       (uint64_t)c->minor, c->image, (uint64_t)OG_MINOR_MIN, (uint64_t)OG_MINOR_MAX);
    if (!c->minor)
        return og_fail(err, OG_EVERSION, c->runtime,
                       "the Python in %s fits no layout og knows (3.%u to 3.%u): older than 3.8, not started, or an unusual build",
                       c->image, (uint64_t)OG_MINOR_MIN, (uint64_t)OG_MINOR_MAX);
    return og_fail(err, OG_ELAYOUT, c->runtime,
                   "the CPython 3.%u in %s does not have the memory layout of a release build, or it is just starting or ending",
                   (uint64_t)c->minor, c->image);
}

int og_py_open(struct og_py *py, struct og_mem *mem, struct og_error *err)
{
    struct candidate candidates[CANDIDATES_MAX];
    const char *older = NULL;
    memset(py, 0, sizeof *py);
    py->mem = mem;
    og_vec_init(&py->types, sizeof(struct og_type *));
    bound_objects(py);
    unsigned n = find_candidates(mem, candidates, &older);
    for (unsigned i = 0; i < n; i++)
        if (candidate_fits(py, &candidates[i]))
            return OG_OK;
    int code = refuse(&candidates[0], n, older, err);
    og_py_close(py);
    return code;
}

int og_py_refresh(struct og_py *py, struct og_error *err)
{
    forget_types(py);
    bound_objects(py);
    if (read_interps(py))
        return OG_OK;
    return og_fail(err, OG_ELAYOUT, py->runtime, "the Python in this process has ended: no interpreter is left");
}

void og_py_close(struct og_py *py)
{
    forget_types(py);
}
