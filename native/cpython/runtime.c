/* Opening the CPython in a process: by symbol, by the cookie of 3.13, by shape; the first place that the proof holds
 * for. */
#include "cpython/proof.h"
#include "cpython/types.h"

enum { OBJECT_MIN = 32, TRIES_MAX = 4096 };

struct opening {
    struct og_py *py;
    unsigned tries;
    struct og_candidate best; /* what a refusal is about; runtime 0: nothing */
    enum og_proof verdict;    /* on it */
    char misfit[64];          /* what does not fit there */
    uint32_t text;            /* og_locate_version_text, asked once */
    bool text_known;
};

static void bound_objects(struct og_py *py)
{
    uint64_t bytes = 0;
    for (uint64_t i = 0; i < py->mem->region_count; i++)
        bytes += py->mem->regions[i].end - py->mem->regions[i].start;
    py->max_objects = bytes / OBJECT_MIN;
}

static enum og_proof prove_strictly(struct og_py *py, const struct og_candidate *c)
{
    uint32_t known = og_minor_of(c->hexversion);
    for (uint32_t minor = known ? known : OG_MINOR_MIN; minor <= (known ? known : OG_MINOR_MAX); minor++)
        if (og_proof_of(py, c, minor, false) == OG_PROOF_HOLDS)
            return OG_PROOF_HOLDS;
    return OG_PROOF_FAILED;
}

/* What may lack parts must be certain: the image says its version, or, before 3.11, the text made for sys.version says
 * it. What only looks like a runtime must also have thread states that know it. */
static enum og_proof prove_partly(struct opening *o, struct og_candidate c)
{
    if (!c.hexversion && !o->text_known) {
        o->text = og_locate_version_text(o->py->mem);
        o->text_known = true;
    }
    if (!c.hexversion)
        c.hexversion = o->text;
    enum og_proof verdict = c.hexversion ? og_proof_of(o->py, &c, og_minor_of(c.hexversion), true) : OG_PROOF_FAILED;
    if (c.how == OG_FOUND_BY_SHAPE && o->py->lost & OG_LOST_THREADS)
        return OG_PROOF_FAILED;
    if (c.how == OG_FOUND_BY_SYMBOL && !og_mem_readable(o->py->mem, c.runtime, 8))
        return OG_PROOF_MISSING;
    return verdict;
}

/* Some of a core's own memory, or of its files, is missing: what it contradicts may be for that. */
static bool lacks_bytes(const struct og_mem *m)
{
    return m->notes && *m->notes;
}

static bool try_place(struct og_seeker *s, const struct og_candidate *c)
{
    struct opening *o = s->arg;
    if (o->tries++ >= TRIES_MAX)
        return false;
    o->py->image = c->base;
    if (prove_strictly(o->py, c) == OG_PROOF_HOLDS)
        return true;
    enum og_proof verdict = prove_partly(o, *c);
    if (verdict == OG_PROOF_HOLDS)
        return true;
    if (!o->best.runtime && (c->how != OG_FOUND_BY_SHAPE || verdict == OG_PROOF_MISSING)) {
        o->best = *c;
        if (!c->hexversion && !lacks_bytes(o->py->mem))
            o->best.hexversion = o->text;
        o->verdict = verdict;
        memcpy(o->misfit, o->py->proof.misfit, sizeof o->misfit);
    }
    return false;
}

static bool find(struct opening *o, const struct og_candidates *symbols)
{
    struct og_seeker s = {try_place, o};
    struct og_mem *m = o->py->mem;
    for (unsigned i = 0; i < symbols->count; i++)
        if (try_place(&s, &symbols->list[i]))
            return true;
    if (symbols->older)
        return false;
    return og_locate_in_files(m, &s) || (!symbols->count && og_locate_elsewhere(m, &s));
}

static int refuse_place(const struct opening *o, struct og_error *err)
{
    const struct og_mem *m = o->py->mem;
    const struct og_candidate *c = &o->best;
    uint32_t minor = og_minor_of(c->hexversion);
    if (minor && (minor > OG_MINOR_MAX || minor < OG_MINOR_MIN))
        return og_fail(err, OG_EVERSION, c->runtime, "CPython 3.%u (%s) is not known to this og: it reads 3.%u to 3.%u",
                       (uint64_t)minor, c->image, (uint64_t)OG_MINOR_MIN, (uint64_t)OG_MINOR_MAX);
    if (o->verdict == OG_PROOF_MISSING)
        return og_fail(err, OG_EUNREADABLE, c->runtime,
                       "the state of the Python in %s (_PyRuntime at %x) lies in memory that is missing here", c->image,
                       c->runtime);
    if (!minor && lacks_bytes(m))
        return og_fail(err, OG_EUNREADABLE, c->runtime,
                       "the version of the Python in %s, or too much of its state, lies in memory that is missing here",
                       c->image);
    if (!minor)
        return og_fail(
            err, OG_EVERSION, c->runtime,
            "the Python in %s fits no layout og knows (3.%u to 3.%u): older than 3.8, not started, or an unusual build",
            c->image, (uint64_t)OG_MINOR_MIN, (uint64_t)OG_MINOR_MAX);
    return og_fail(err, OG_ELAYOUT, c->runtime,
                   "the CPython 3.%u in %s does not have the memory layout of a release build, or it is just starting "
                   "or ending%s%s%s",
                   (uint64_t)minor, c->image, *o->misfit ? " (" : "", o->misfit, *o->misfit ? " does not fit)" : "");
}

static int refuse(const struct opening *o, const char *older, struct og_error *err)
{
    const char *lost = og_locate_lost_image(o->py->mem);
    if (o->best.runtime)
        return refuse_place(o, err);
    if (older)
        return og_fail(err, OG_EVERSION, 0, "this Python is older than 3.8 (%s): og reads CPython 3.8 to 3.%u", older,
                       (uint64_t)OG_MINOR_MAX);
    if (lost)
        return og_fail(err, OG_EUNREADABLE, 0, "the state of the Python in %s lies in memory that is missing here",
                       lost);
    return og_fail(err, OG_ENOPYTHON, 0,
                   "no CPython in this process: no mapped file exports _PyRuntime, and no memory looks like one");
}

static struct opening begin(struct og_py *py, struct og_mem *mem)
{
    memset(py, 0, sizeof *py);
    py->mem = mem;
    og_vec_init(&py->types, sizeof(struct og_type *));
    bound_objects(py);
    return (struct opening){.py = py};
}

int og_py_open(struct og_py *py, struct og_mem *mem, struct og_error *err)
{
    struct og_candidates symbols;
    struct opening o = begin(py, mem);
    og_locate_by_symbol(mem, &symbols);
    if (find(&o, &symbols)) {
        og_static_names_find(py);
        return OG_OK;
    }
    int code = refuse(&o, symbols.older, err);
    og_py_close(py);
    return code;
}

int og_py_open_at(struct og_py *py, struct og_mem *mem, og_addr runtime, struct og_error *err)
{
    struct og_candidate c;
    struct opening o = begin(py, mem);
    struct og_seeker s = {try_place, &o};
    if (og_locate_at(mem, runtime, &c) && try_place(&s, &c)) {
        og_static_names_find(py);
        return OG_OK;
    }
    og_py_close(py);
    return og_fail(err, OG_EABSENT, runtime, "no CPython that runs has its state (_PyRuntime) at %x", runtime);
}

struct each {
    struct og_py *py;
    struct og_mem *mem;
    void (*visit)(void *arg, const struct og_py *py, const char *image);
    void *arg;
    og_addr seen[OG_CANDIDATES_MAX];
    unsigned count;
};

/* Always false: there may be more. */
static bool show_place(struct og_seeker *s, const struct og_candidate *c)
{
    struct each *e = s->arg;
    for (unsigned i = 0; i < e->count; i++)
        if (e->seen[i] == c->runtime)
            return false;
    struct opening o = begin(e->py, e->mem);
    struct og_seeker one = {try_place, &o};
    if (e->count < OG_CANDIDATES_MAX && try_place(&one, c)) {
        e->seen[e->count++] = c->runtime;
        e->visit(e->arg, e->py, c->image);
    }
    og_py_close(e->py);
    return false;
}

void og_py_each(struct og_py *py, struct og_mem *mem, bool everywhere,
                void (*visit)(void *arg, const struct og_py *py, const char *image), void *arg)
{
    struct og_candidates symbols;
    struct each e = {.py = py, .mem = mem, .visit = visit, .arg = arg};
    struct og_seeker s = {show_place, &e};
    og_locate_by_symbol(mem, &symbols);
    for (unsigned i = 0; i < symbols.count; i++)
        show_place(&s, &symbols.list[i]);
    if (everywhere)
        og_locate_in_files(mem, &s);
}

int og_py_refresh(struct og_py *py, struct og_error *err)
{
    og_types_forget(py);
    bound_objects(py);
    if (og_proof_interps(py, false))
        return OG_OK;
    return og_fail(err, OG_ELAYOUT, py->runtime, "the Python in this process has ended: no interpreter is left");
}

/* To 3.11 the current thread state says who runs Python; the lock word alone also covers the moment of handing over. */
bool og_interp_is_held(struct og_py *py, const struct og_interp *in, og_addr *holder)
{
    uint32_t locked = 0;
    *holder = 0;
    if (og_is_free_threaded(&py->l))
        return false;
    *holder = og_py_word(py, py->runtime, py->l.runtime_tstate_current);
    if (*holder)
        return true;
    if (!in->gil_locked_addr || !og_mem_u32(py->mem, in->gil_locked_addr, &locked) || (int32_t)locked <= 0)
        return false;
    if (in->gil_holder_addr && !og_mem_u64(py->mem, in->gil_holder_addr, holder))
        *holder = 0;
    return true;
}

void og_py_close(struct og_py *py)
{
    og_types_forget(py);
    og_map_deinit(&py->static_names);
}
