/* Frames and what suspends in them: frame objects, generators, coroutines.
 * Objects/frameobject.c, Objects/genobject.c, and from 3.11 on Python/frame.c, _PyFrame_Traverse. */
#include "cpython/frames.h"
#include "cpython/kinds/kinds.h"

enum { STACK_MAX = 1 << 20, OWNED_BY_FRAME_OBJECT = 2, CLEARED = 4, CLEARED_315 = 5 };

/* What a generator, a coroutine and an asynchronous generator call the same thing. */
enum named { NAMED_FRAME, NAMED_CODE };

static const char *own_name(const struct og_walk *w, enum named what)
{
    static const char frames[][12] = {"frame", "gi_frame", "cr_frame", "ag_frame"};
    static const char codes[][12] = {"f_code", "gi_code", "cr_code", "ag_code"};
    return what == NAMED_FRAME ? frames[w->plan->suspends] : codes[w->plan->suspends];
}

static void give_at(const struct og_walk *w, og_addr base, int32_t offset, const char *name)
{
    uint64_t word;
    if (offset >= 0 && og_mem_u64(w->py->mem, base + (uint64_t)offset, &word))
        og_give_text(w, word, name);
}

/* COUNT slots, the first LOCALS of them variables of CODE. */
static void give_slots(const struct og_walk *w, og_addr slots, uint64_t count, uint64_t locals, og_addr code)
{
    uint64_t words[OG_BATCH_WORDS];
    for (uint64_t at = 0; at < count && count <= STACK_MAX; at += OG_BATCH_WORDS) {
        uint64_t n = count - at < OG_BATCH_WORDS ? count - at : OG_BATCH_WORDS;
        if (!og_words(w->py, slots + at * 8, words, n))
            return;
        for (uint64_t i = 0; i < n; i++) {
            struct og_ref ref = {.target = og_stackref(w->py, words[i]), .kind = OG_REF_STRONG};
            if (w->v->names && ref.target && at + i < locals &&
                (ref.obj = og_code_local_name(w->py, code, at + i)) != 0)
                ref.form = OG_NAME_LOCAL;
            og_give(w, &ref);
        }
    }
}

/* ---- to 3.10: the frame is an object ---- */

static void walk_frame_object(const struct og_walk *w)
{
    const struct og_layout *l = &w->py->l;
    og_addr f = w->o->addr;
    uint64_t code = 0, stack = 0, top = 0, depth = 0;
    uint32_t word = 0, unused;
    give_at(w, f, l->frame_f_back, "f_back");
    give_at(w, f, l->frame_f_code, "f_code");
    give_at(w, f, l->frame_f_builtins, "f_builtins");
    give_at(w, f, l->frame_f_globals, "f_globals");
    give_at(w, f, l->frame_f_locals, "f_locals");
    give_at(w, f, l->frame_f_trace, "f_trace");
    if (!og_mem_u64(w->py->mem, f + (uint64_t)l->frame_f_code, &code) || !code ||
        !og_mem_u64(w->py->mem, f + (uint64_t)l->frame_f_valuestack, &stack))
        return;
    uint64_t locals = og_code_locals(w->py, code, &unused);
    give_slots(w, f + (uint64_t)l->frame_f_localsplus, locals, locals, code);
    if (l->frame_f_stackdepth >= 0 && og_mem_u32(w->py->mem, f + (uint64_t)l->frame_f_stackdepth, &word))
        depth = (int32_t)word > 0 ? word : 0; /* -1 while it runs */
    else if (l->frame_f_stacktop >= 0 && og_mem_u64(w->py->mem, f + (uint64_t)l->frame_f_stacktop, &top) && top > stack)
        depth = (top - stack) / 8; /* NULL while it runs */
    give_slots(w, stack, depth, 0, code);
}

static void walk_old_generator(const struct og_walk *w)
{
    const struct og_layout *l = &w->py->l;
    og_addr g = w->o->addr;
    give_at(w, g, l->gen_gi_frame, own_name(w, NAMED_FRAME));
    give_at(w, g, l->gen_gi_code, own_name(w, NAMED_CODE));
    give_at(w, g, l->gen_gi_name, "__name__");
    give_at(w, g, l->gen_gi_qualname, "__qualname__");
    give_at(w, g, l->gen_gi_exc_state, "exc_type");
    give_at(w, g, l->gen_gi_exc_state + 8, "exc_value");
    give_at(w, g, l->gen_gi_exc_state + 16, "exc_traceback");
    if (w->plan->suspends == OG_SUSPENDS_ASYNC_GENERATOR) /* struct _PyErr_StackItem is four words */
        give_at(w, g, l->gen_gi_exc_state + 32, "ag_finalizer");
}

/* ---- from 3.11 on: the frame is a struct, in a generator, a frame object or a thread's stack ---- */

static void walk_interpreter_frame(const struct og_walk *w, og_addr f)
{
    const struct og_layout *l = &w->py->l;
    uint64_t code = og_stackref(w->py, og_py_word(w->py, f, l->iframe_executable));
    uint32_t unused;
    give_at(w, f, l->iframe_frame_obj, own_name(w, NAMED_FRAME));
    give_at(w, f, l->iframe_locals, "f_locals");
    og_give_text(w, og_stackref(w->py, og_py_word(w->py, f, l->iframe_funcobj)), "f_func");
    og_give_text(w, code, own_name(w, NAMED_CODE));
    if (code)
        give_slots(w, f + (uint64_t)l->iframe_localsplus, og_record_slots(w->py, f),
                   og_code_locals(w->py, code, &unused), code);
}

static void walk_new_frame_object(const struct og_walk *w)
{
    const struct og_layout *l = &w->py->l;
    og_addr f = w->o->addr;
    uint64_t frame;
    uint8_t owner;
    give_at(w, f, l->frame_f_back, "f_back");
    give_at(w, f, l->frame_f_trace, "f_trace");
    give_at(w, f, l->frame_f_extra_locals, "f_extra_locals");
    give_at(w, f, l->frame_f_locals_cache, "f_locals_cache");
    give_at(w, f, l->frame_f_overwritten, "f_overwritten_fast_locals");
    if (og_mem_u64(w->py->mem, f + (uint64_t)l->frame_f_frame, &frame) && frame &&
        og_mem_u8(w->py->mem, frame + (uint64_t)l->iframe_owner, &owner) && owner == OWNED_BY_FRAME_OBJECT)
        walk_interpreter_frame(w, frame);
}

static void walk_new_generator(const struct og_walk *w)
{
    const struct og_layout *l = &w->py->l;
    og_addr g = w->o->addr;
    uint8_t state;
    if (w->plan->suspends == OG_SUSPENDS_ASYNC_GENERATOR)
        give_at(w, g, l->gen_gi_origin_or_finalizer, "ag_finalizer");
    give_at(w, g, l->gen_gi_code, own_name(w, NAMED_CODE));
    give_at(w, g, l->gen_gi_name, "__name__");
    give_at(w, g, l->gen_gi_qualname, "__qualname__");
    give_at(w, g, l->gen_gi_exc_state, "exc_value");
    if (!og_mem_u8(w->py->mem, g + (uint64_t)l->gen_gi_frame_state, &state))
        return;
    og_addr frame = g + (uint64_t)l->gen_gi_iframe;
    if ((int8_t)state < (l->minor >= 15 ? CLEARED_315 : CLEARED))
        walk_interpreter_frame(w, frame);
    else if (l->minor >= 14) /* the code stays */
        og_give_text(w, og_stackref(w->py, og_py_word(w->py, frame, l->iframe_executable)), own_name(w, NAMED_CODE));
}

void og_walk_frame(const struct og_walk *w)
{
    if (w->py->l.frame_f_frame < 0)
        walk_frame_object(w);
    else
        walk_new_frame_object(w);
}

void og_walk_generator(const struct og_walk *w)
{
    if (w->py->l.gen_gi_iframe < 0)
        walk_old_generator(w);
    else
        walk_new_generator(w);
}
