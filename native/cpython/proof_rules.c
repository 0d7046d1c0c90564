/* What CPython's own static types say of the layout of their instances. A PyMemberDef names a field and its offset, the
 * type says where the dict and the weak references are and how large an instance is: these are the interpreter's own
 * words, and an offset that differs is set right. Other fields stand at a fixed distance from one of those, in a
 * structure whose size is known: where that contradicts the layout, neither is believed.
 *
 * Distances are of the headers of CPython (Include/cpython, Objects) in 3.8 to 3.15. */
#include "cpython/proof_witness.h"

enum {
    MEMBER_SIZE = 40, /* PyMemberDef: name, type, offset, flags, doc */
    MEMBER_OFFSET = 16,
    MEMBERS_MAX = 64,
    MEMBERS_FROM = 160, /* where tp_members is looked for in a type */
    MEMBERS_TO = 400,
    NAME_BYTES = 32,
};

/* Of what builds a rule speaks. */
enum builds { ANY_BUILD, WITH_GIL, FREE_THREADED };

/* What a field is measured from. */
enum anchor { FROM_MEMBER, FROM_DICT, FROM_WEAKLIST, FROM_SIZE, FROM_FIELD, FROM_NOTHING };

struct rule {
    char field[28];
    uint16_t at; /* in struct og_layout */
    uint8_t first, last;
    uint8_t anchor;  /* enum anchor */
    uint8_t witness; /* enum og_witness */
    uint8_t builds;  /* enum builds */
    bool certain;    /* the types say it themselves */
    int16_t distance;
    uint16_t other;     /* FROM_FIELD: in struct og_layout */
    int16_t other_sign; /* FROM_SIZE: -1: less the field OTHER */
    char member[24];
};

/* clang-format off */
#define RULE(field, first, last, anchor, type, certain, distance, other, sign, member) \
    {#field, offsetof(struct og_layout, field), first, last, anchor, OG_WITNESS_##type, ANY_BUILD, certain, distance, other, sign, member}
#define MEMBER(field, first, last, type, name) RULE(field, first, last, FROM_MEMBER, type, true, 0, 0, 0, name)
#define NEAR(field, first, last, type, name, distance) RULE(field, first, last, FROM_MEMBER, type, false, distance, 0, 0, name)
#define DICT(field, type) RULE(field, 8, 15, FROM_DICT, type, true, 0, 0, 0, "")
#define WEAKLIST(field, first, last, type, distance) RULE(field, first, last, FROM_WEAKLIST, type, false, distance, 0, 0, "")
#define SIZE(field, first, last, type, certain, distance) RULE(field, first, last, FROM_SIZE, type, certain, distance, 0, 0, "")
#define SIZE_LESS(field, first, last, type, other) \
    RULE(field, first, last, FROM_SIZE, type, false, 0, offsetof(struct og_layout, other), -1, "")
#define CONSTANT(field, first, last, value) RULE(field, first, last, FROM_NOTHING, OBJECT, false, value, 0, 0, "")
#define FIELD_OF(field, builds, first, last, other, distance) \
    {#field, offsetof(struct og_layout, field), first, last, FROM_FIELD, OG_WITNESS_OBJECT, builds, false, distance, \
     offsetof(struct og_layout, other), 1, ""}
#define FIELD(field, first, last, other, distance) FIELD_OF(field, ANY_BUILD, first, last, other, distance)
/* clang-format on */

/* In this order: a field that others are measured from stands before them. */
static const struct rule rules[] = {
    /* PyTypeObject: what the others are read with */
    MEMBER(tp_basicsize, 8, 15, TYPE, "__basicsize__"),
    MEMBER(tp_dictoffset, 8, 15, TYPE, "__dictoffset__"),
    MEMBER(tp_weaklistoffset, 8, 15, TYPE, "__weakrefoffset__"),
    /* PyObject, PyVarObject */
    SIZE(pyobject_size, 8, 15, OBJECT, true, 0),
    FIELD(ob_type, 8, 15, pyobject_size, -8),
    FIELD_OF(ob_refcnt, WITH_GIL, 8, 15, pyobject_size, -16),
    FIELD_OF(ob_refcnt, FREE_THREADED, 13, 15, pyobject_size, -20),
    FIELD(ob_size, 8, 15, pyobject_size, 0),
    FIELD(pyvarobject_size, 8, 15, pyobject_size, 8),
    /* the runtime, interpreters, thread states */
    FIELD(runtime_interpreters_main, 8, 15, runtime_interpreters_head, 8),
    FIELD(runtime_gil_locked, 8, 11, runtime_gil_last_holder, 8),
    FIELD(gil_locked, 12, 15, gil_last_holder, 8),
    FIELD(interp_next, 8, 10, interp_tstate_head, -8),
    FIELD(interp_next, 11, 11, interp_tstate_head, -16),
    FIELD(interp_id, 8, 8, interp_tstate_head, 8),
    FIELD(interp_id, 9, 10, interp_tstate_head, 16),
    FIELD(interp_id, 11, 11, interp_tstate_head, 32),
    FIELD(interp_id, 12, 12, interp_next, 8),
    FIELD(interp_id, 13, 15, interp_next, 8),
    FIELD(interp_sysdict, 8, 11, interp_modules, 16),
    FIELD(interp_builtins, 8, 15, interp_sysdict, 8),
    FIELD(interp_importlib, 8, 11, interp_builtins, 8),
    FIELD(interp_importlib, 12, 15, interp_modules, 16),
    FIELD(interp_static_extensions, 13, 14, interp_static_builtins, 9616),
    FIELD(interp_static_extensions, 15, 15, interp_static_builtins, 9760),
    FIELD(interp_ceval_gil, 12, 12, interp_builtins, 24),
    FIELD(tstate_interp, 8, 15, tstate_next, 8),
    FIELD(tstate_state, 13, 13, tstate_interp, 24),
    FIELD(tstate_state, 14, 14, tstate_interp, 28),
    FIELD(tstate_state, 15, 15, tstate_interp, 32),
    FIELD(tstate_frame, 8, 10, tstate_interp, 8),
    FIELD(tstate_native_thread_id, 11, 15, tstate_thread_id, 8),
    /* the collector */
    CONSTANT(gc_generation_size, 8, 15, OG_GC_HEAD_SIZE + 8),
    FIELD_OF(gc_generations, FREE_THREADED, 13, 13, gc_collecting, -176),
    FIELD(gc_enabled, 8, 13, gc_collecting, -188),
    FIELD(gc_enabled, 14, 14, gc_collecting, -180),
    FIELD(gc_enabled, 15, 15, gc_collecting, -112),
    FIELD(gc_garbage, 8, 14, gc_collecting, 8),
    FIELD(gc_garbage, 15, 15, gc_collecting, 16),
    /* _PyInterpreterFrame */
    FIELD(iframe_globals, 11, 15, iframe_funcobj, 8),
    FIELD(iframe_builtins, 11, 15, iframe_funcobj, 16),
    FIELD(iframe_locals, 11, 15, iframe_funcobj, 24),
    FIELD(iframe_executable, 11, 11, iframe_funcobj, 32),
    FIELD(iframe_frame_obj, 11, 11, iframe_funcobj, 40),
    FIELD(iframe_previous, 11, 11, iframe_funcobj, 48),
    FIELD(iframe_executable, 12, 15, iframe_funcobj, -16),
    FIELD(iframe_previous, 12, 15, iframe_funcobj, -8),
    FIELD(iframe_frame_obj, 12, 15, iframe_funcobj, 32),
    FIELD(iframe_prev_instr, 11, 11, iframe_funcobj, 56),
    FIELD(iframe_prev_instr, 12, 15, iframe_funcobj, 40),
    FIELD(iframe_stacktop, 11, 13, iframe_prev_instr, 8),
    FIELD(iframe_stackpointer, 14, 15, iframe_prev_instr, 8),
    FIELD(iframe_owner, 11, 11, iframe_prev_instr, 13),
    FIELD(iframe_owner, 12, 13, iframe_prev_instr, 14),
    FIELD_OF(iframe_owner, WITH_GIL, 14, 15, iframe_prev_instr, 18),
    FIELD_OF(iframe_owner, FREE_THREADED, 14, 15, iframe_prev_instr, 22),
    FIELD(iframe_localsplus, 11, 13, iframe_prev_instr, 16),
    FIELD(iframe_localsplus, 14, 15, iframe_prev_instr, 24),
    /* PyDictKeysObject, PyDictValues */
    FIELD(dk_log2_index_bytes, 11, 15, dk_size, 1),
    FIELD(dk_kind, 11, 15, dk_size, 2),
    FIELD(dk_usable, 8, 10, dk_size, 16),
    FIELD(dk_usable, 11, 15, dk_size, 8),
    FIELD(dk_nentries, 8, 15, dk_usable, 8),
    FIELD(dk_indices, 8, 15, dk_nentries, 8),
    FIELD(dictvalues_valid, 13, 15, dictvalues_capacity, 3),
    CONSTANT(dictvalues_values, 11, 12, 0),
    FIELD(dictvalues_values, 13, 15, dictvalues_capacity, 8),
    /* PyTypeObject */
    MEMBER(tp_itemsize, 8, 15, TYPE, "__itemsize__"),
    MEMBER(tp_flags, 8, 15, TYPE, "__flags__"),
    MEMBER(tp_base, 8, 15, TYPE, "__base__"),
    MEMBER(tp_mro, 8, 11, TYPE, "__mro__"),
    NEAR(tp_name, 8, 15, TYPE, "__basicsize__", -8),
    NEAR(tp_traverse, 8, 15, TYPE, "__flags__", 16),
    NEAR(tp_members, 8, 15, TYPE, "__base__", -16),
    NEAR(tp_dict, 8, 15, TYPE, "__base__", 8),
    NEAR(tp_bases, 8, 15, TYPE, "__dictoffset__", 48),
    NEAR(tp_mro, 8, 15, TYPE, "__dictoffset__", 56),
    NEAR(tp_cache, 8, 15, TYPE, "__dictoffset__", 64),
    NEAR(tp_subclasses, 8, 15, TYPE, "__dictoffset__", 72),
    NEAR(tp_finalize, 8, 15, TYPE, "__dictoffset__", 104),
    /* PyHeapTypeObject, whose slots for numbers and the like stand between */
    SIZE(heaptype_size, 8, 15, TYPE, true, 0),
    FIELD(ht_name, 8, 9, type_size, 432),
    FIELD(ht_name, 10, 15, type_size, 440),
    FIELD(ht_qualname, 8, 15, ht_name, 16),
    FIELD(ht_cached_keys, 8, 15, ht_name, 24),
    FIELD(ht_module, 9, 15, ht_name, 32),
    SIZE(ht_cached_keys, 8, 8, TYPE, false, -8),
    SIZE(ht_module, 9, 10, TYPE, false, -8),
    /* PyCodeObject */
    MEMBER(code_nlocals, 8, 15, CODE, "co_nlocals"),
    MEMBER(code_stacksize, 8, 15, CODE, "co_stacksize"),
    MEMBER(code_flags, 8, 15, CODE, "co_flags"),
    MEMBER(code_firstlineno, 8, 15, CODE, "co_firstlineno"),
    MEMBER(code_consts, 8, 15, CODE, "co_consts"),
    MEMBER(code_names, 8, 15, CODE, "co_names"),
    MEMBER(code_varnames, 8, 10, CODE, "co_varnames"),
    MEMBER(code_freevars, 8, 10, CODE, "co_freevars"),
    MEMBER(code_cellvars, 8, 10, CODE, "co_cellvars"),
    MEMBER(code_filename, 8, 15, CODE, "co_filename"),
    MEMBER(code_name, 8, 15, CODE, "co_name"),
    MEMBER(code_qualname, 11, 15, CODE, "co_qualname"),
    MEMBER(code_linetable, 8, 9, CODE, "co_lnotab"),
    MEMBER(code_linetable, 10, 15, CODE, "co_linetable"),
    MEMBER(code_exceptiontable, 11, 15, CODE, "co_exceptiontable"),
    NEAR(code_varnames, 11, 15, CODE, "co_filename", -16),
    NEAR(code_localspluskinds, 11, 15, CODE, "co_filename", -8),
    NEAR(code_nlocalsplus, 11, 15, CODE, "co_firstlineno", 4),
    WEAKLIST(code_extra, 8, 10, CODE, 8),
    WEAKLIST(code_co_code, 11, 11, CODE, 8),
    WEAKLIST(code_cached, 12, 12, CODE, 8),
    WEAKLIST(code_cached, 13, 15, CODE, 16),
    SIZE(code_code_adaptive, 11, 15, CODE, true, 0),
    FIELD(code_extra, 11, 13, code_code_adaptive, -8),
    FIELD_OF(code_extra, WITH_GIL, 14, 15, code_code_adaptive, -8),
    FIELD_OF(code_extra, FREE_THREADED, 14, 15, code_code_adaptive, -16),
    /* PyFunctionObject */
    MEMBER(func_globals, 8, 15, FUNCTION, "__globals__"),
    MEMBER(func_builtins, 10, 15, FUNCTION, "__builtins__"),
    NEAR(func_code, 8, 9, FUNCTION, "__globals__", -8),
    NEAR(func_name, 8, 9, FUNCTION, "__doc__", 8),
    NEAR(func_qualname, 8, 9, FUNCTION, "__module__", 16),
    NEAR(func_name, 10, 15, FUNCTION, "__builtins__", 8),
    NEAR(func_qualname, 10, 15, FUNCTION, "__builtins__", 16),
    NEAR(func_code, 10, 15, FUNCTION, "__builtins__", 24),
    /* PyMethodObject, PyCFunctionObject */
    MEMBER(im_func, 8, 15, METHOD, "__func__"),
    MEMBER(m_module, 8, 15, CFUNCTION, "__module__"),
    FIELD(m_self, 8, 15, m_module, -8),
    FIELD(m_ml, 8, 15, m_module, -16),
    /* PyFrameObject */
    MEMBER(frame_f_back, 8, 10, FRAME, "f_back"),
    MEMBER(frame_f_code, 8, 10, FRAME, "f_code"),
    MEMBER(frame_f_builtins, 8, 10, FRAME, "f_builtins"),
    MEMBER(frame_f_globals, 8, 10, FRAME, "f_globals"),
    MEMBER(frame_f_lasti, 8, 9, FRAME, "f_lasti"),
    SIZE(frame_f_localsplus, 8, 10, FRAME, true, -8),
    FIELD(frame_f_locals, 8, 10, frame_f_globals, 8),
    FIELD(frame_f_valuestack, 8, 10, frame_f_globals, 16),
    FIELD(frame_f_stacktop, 8, 9, frame_f_globals, 24),
    FIELD(frame_f_lineno, 8, 9, frame_f_lasti, 4),
    NEAR(frame_f_trace, 8, 9, FRAME, "f_trace_lines", -8),
    NEAR(frame_f_trace, 10, 10, FRAME, "f_trace_lines", -12),
    NEAR(frame_f_stackdepth, 10, 10, FRAME, "f_trace_lines", -4),
    NEAR(frame_f_lasti, 10, 10, FRAME, "f_trace_lines", 12),
    NEAR(frame_f_lineno, 10, 10, FRAME, "f_trace_lines", 16),
    NEAR(frame_f_lineno, 11, 15, FRAME, "f_trace_lines", -4),
    NEAR(frame_f_trace, 11, 15, FRAME, "f_trace_lines", -12),
    NEAR(frame_f_frame, 11, 15, FRAME, "f_trace_lines", -20),
    NEAR(frame_f_back, 11, 15, FRAME, "f_trace_lines", -28),
    NEAR(frame_f_extra_locals, 13, 15, FRAME, "f_trace_lines", 4),
    NEAR(frame_f_locals_cache, 13, 15, FRAME, "f_trace_lines", 12),
    NEAR(frame_f_overwritten, 14, 15, FRAME, "f_trace_lines", 20),
    SIZE_LESS(frame_data, 11, 15, FRAME, iframe_localsplus),
    /* PyGenObject and the like */
    MEMBER(gen_gi_frame, 8, 10, GENERATOR, "gi_frame"),
    MEMBER(gen_gi_code, 8, 11, GENERATOR, "gi_code"),
    WEAKLIST(gen_gi_name, 8, 15, GENERATOR, 8),
    WEAKLIST(gen_gi_qualname, 8, 15, GENERATOR, 16),
    WEAKLIST(gen_gi_exc_state, 8, 15, GENERATOR, 24),
    MEMBER(gen_gi_origin_or_finalizer, 11, 15, COROUTINE, "cr_origin"),
    NEAR(gen_gi_frame_state, 11, 15, ASYNC_GENERATOR, "ag_running", 1),
    SIZE_LESS(gen_gi_iframe, 11, 15, GENERATOR, iframe_localsplus),
    /* containers */
    SIZE(ma_values, 8, 15, DICT, false, -8),
    FIELD(ma_keys, 8, 15, ma_values, -8),
    FIELD(ma_used, 8, 15, pyobject_size, 0),
    SIZE(list_allocated, 8, 15, LIST, false, -8),
    FIELD(list_ob_item, 8, 15, list_allocated, -8),
    SIZE(tuple_ob_item, 8, 15, TUPLE, true, 0),
    WEAKLIST(set_smalltable, 8, 15, SET, -128),
    WEAKLIST(set_table, 8, 15, SET, -152),
    WEAKLIST(set_mask, 8, 15, SET, -160),
    WEAKLIST(set_used, 8, 15, SET, -168),
    /* text and numbers */
    SIZE(unicode_size, 8, 15, STR, true, 0),
    SIZE(unicode_data, 8, 15, STR, false, -8),
    SIZE(compact_size, 8, 15, STR, false, -8),
    FIELD(ascii_size, 8, 11, compact_size, -24),
    FIELD(ascii_size, 12, 15, compact_size, -16),
    FIELD(compact_utf8_length, 8, 15, ascii_size, 0),
    FIELD(compact_utf8, 8, 15, ascii_size, 8),
    FIELD(unicode_wstr, 8, 11, ascii_size, -8),
    FIELD(unicode_length, 8, 15, pyobject_size, 0),
    FIELD(unicode_state, 8, 15, pyobject_size, 16),
    SIZE(bytes_ob_sval, 8, 15, BYTES, true, -1),
    SIZE(bytearray_ob_alloc, 8, 14, BYTEARRAY, false, -32),
    SIZE(bytearray_ob_alloc, 15, 15, BYTEARRAY, false, -40),
    FIELD(bytearray_ob_start, 8, 15, bytearray_ob_alloc, 16),
    SIZE(long_ob_digit, 8, 15, INT, true, 0),
    FIELD(long_lv_tag, 8, 15, long_ob_digit, -8),
    /* the rest */
    SIZE(cell_ob_ref, 8, 15, CELL, false, -8),
    DICT(md_dict, MODULE),
    WEAKLIST(md_state, 8, 15, MODULE, -8),
    WEAKLIST(md_def, 8, 14, MODULE, -16),
    WEAKLIST(md_token_is_def, 15, 15, MODULE, 16),
    SIZE(md_def, 15, 15, MODULE, false, -16),
    NEAR(wr_object, 8, 15, WEAKREF, "__callback__", -8),
    MEMBER(tb_frame, 8, 15, TRACEBACK, "tb_frame"),
    NEAR(tb_lineno, 8, 15, TRACEBACK, "tb_lasti", 4),
    NEAR(exc_args, 8, 10, EXCEPTION, "__suppress_context__", -32),
    NEAR(exc_args, 11, 15, EXCEPTION, "__suppress_context__", -40),
};

/* ---- what a type says ---- */

static bool find_member(struct og_py *py, og_addr type, const char *wanted, int64_t *offset)
{
    og_addr member = og_proof_word(py, type, py->l.tp_members), name;
    for (unsigned i = 0; i < MEMBERS_MAX && og_proof_read(py, member, 0, &name) && name; i++, member += MEMBER_SIZE) {
        char buf[NAME_BYTES];
        if (!og_mem_readable(py->mem, name, 1) || !og_mem_string(py->mem, name, buf, sizeof buf))
            return false;
        if (og_streq(buf, wanted)) {
            *offset = (int64_t)og_proof_word(py, member, MEMBER_OFFSET);
            return true;
        }
    }
    return false;
}

static int32_t *field_of(struct og_layout *l, uint16_t at)
{
    return (int32_t *)((char *)l + at);
}

static bool type_says(struct og_py *py, og_addr type, int32_t field, int64_t *value)
{
    uint64_t word;
    if (!og_proof_read(py, type, field, &word))
        return false;
    *value = (int64_t)word;
    return true;
}

/* false: nobody says it here. */
static bool measure(struct og_py *py, const struct rule *r, og_addr type, int64_t *value)
{
    bool known = false;
    switch ((enum anchor)r->anchor) {
    case FROM_MEMBER:
        known = type && find_member(py, type, r->member, value);
        break;
    case FROM_DICT:
        known = type && type_says(py, type, py->l.tp_dictoffset, value);
        break;
    case FROM_WEAKLIST:
        known = type && type_says(py, type, py->l.tp_weaklistoffset, value);
        break;
    case FROM_SIZE:
        known = type && type_says(py, type, py->l.tp_basicsize, value);
        break;
    case FROM_FIELD:
    case FROM_NOTHING:
        known = true;
        *value = 0;
        break;
    }
    *value += r->distance + r->other_sign * (r->other_sign ? *field_of(&py->l, r->other) : 0);
    return known;
}

/* What stands how far from the fields that free-threaded builds tell was seen in 3.13 alone. */
static bool is_of_build(const struct og_layout *l, const struct rule *r)
{
    bool free_threaded = og_is_free_threaded(l), known = l->minor == 13 || r->certain || r->anchor == FROM_FIELD;
    return free_threaded ? r->builds != WITH_GIL && known : r->builds != FREE_THREADED;
}

static bool follow(struct og_py *py, const struct og_witnesses *w, const struct rule *r)
{
    int32_t *field = field_of(&py->l, r->at);
    int64_t value = 0;
    if (py->l.minor < r->first || py->l.minor > r->last || !is_of_build(&py->l, r) ||
        !measure(py, r, w->type[r->witness], &value) || value == *field)
        return true;
    if (!r->certain || value < 0 || value > UINT16_MAX)
        return og_misfit(py, r->field);
    og_proof_correct(py, field, r->field, (int32_t)value);
    return og_proof_bounds(py);
}

/* `type` has a member that all can be found by. */
static bool members_fit(struct og_py *py)
{
    int64_t unused;
    const int32_t table = py->l.tp_members;
    if (!og_mem_readable(py->mem, og_proof_word(py, py->type_type, py->l.tp_name), 1) ||
        find_member(py, py->type_type, "__basicsize__", &unused))
        return true;
    for (int32_t at = MEMBERS_FROM; at < MEMBERS_TO; at += 8) {
        py->l.tp_members = at;
        if (find_member(py, py->type_type, "__basicsize__", &unused)) {
            py->l.tp_members = table;
            og_proof_correct(py, &py->l.tp_members, "tp_members", at);
            return true;
        }
    }
    py->l.tp_members = table;
    return og_misfit(py, "tp_members");
}

bool og_proof_rules(struct og_py *py, const struct og_witnesses *w)
{
    if (!members_fit(py))
        return false;
    for (unsigned i = 0; i < sizeof rules / sizeof *rules; i++)
        if (!follow(py, w, &rules[i]))
            return false;
    return true;
}
