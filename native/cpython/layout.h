/* Every offset og uses, per CPython minor version. One list: a new CPython is a new column here.
 * Source: the DWARF of x86-64 release builds 3.8.18, 3.9.18, 3.10.13, 3.11.7, 3.12.1, 3.13.0,
 * 3.14.10, 3.15.2, and of a free-threaded (t) build of 3.13.5; 3.14t and 3.15t are what their headers compile to. -1: not there.
 * A table is a claim about an unknown build: layout.c validates and corrects it against the target's own memory. */
#ifndef OG_LAYOUT_H
#define OG_LAYOUT_H

#include "base/base.h"

/* clang-format off */
/*    field, 3.8, 3.9, 3.10, 3.11, 3.12, 3.13, 3.14, 3.15, 3.13t, 3.14t, 3.15t */
/* What is no object. */
#define OG_LAYOUT_STATE_FIELDS(X) \
    /* _PyRuntimeState */ \
    X(runtime_interpreters_head, 32, 32, 32, 40, 40, 632, 808, 936, 632, 808, 936) \
    X(runtime_interpreters_main, 40, 40, 40, 48, 48, 640, 816, 944, 640, 816, 944) \
    X(runtime_gc, 344, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1) \
    X(runtime_gil_locked, 1168, 368, 368, 376, -1, -1, -1, -1, -1, -1, -1) \
    X(runtime_gil_last_holder, 1160, 360, 360, 368, -1, -1, -1, -1, -1, -1, -1) \
    X(runtime_tstate_current, 1368, 568, 568, 576, -1, -1, -1, -1, -1, -1, -1) \
    X(runtime_size, 1464, 656, 672, 166688, 459944, 283320, 316616, 346568, 328320, 365624, 409296) \
    /* PyInterpreterState */ \
    X(interp_next, 0, 0, 0, 0, 0, 7264, 7272, 7264, 7264, 7272, 7264) \
    X(interp_tstate_head, 8, 8, 8, 16, 72, 7344, 7344, 7336, 7344, 7344, 7336) \
    X(interp_id, 16, 24, 24, 48, 8, 7272, 7280, 7272, 7272, 7280, 7272) \
    X(interp_gc, -1, 616, 616, 648, 112, 7400, 7408, 7400, 7400, 7408, 7400) \
    X(interp_modules, 56, 856, 856, 888, 944, 7656, 7688, 7592, 7664, 7712, 7592) \
    X(interp_sysdict, 72, 872, 872, 904, 352, 7640, 7672, 7576, 7648, 7696, 7576) \
    X(interp_builtins, 80, 880, 880, 912, 360, 7648, 7680, 7584, 7656, 7704, 7584) \
    X(interp_importlib, 88, 888, 888, 920, 960, 7672, 7704, 7608, 7680, 7728, 7608) \
    X(interp_ceval_gil, -1, -1, -1, -1, 384, 16, 16, 16, 16, 16, 16) \
    X(interp_static_builtins, -1, -1, -1, -1, 373704, 182968, 180240, 180264, 186056, 186032, 186000) \
    X(interp_static_extensions, -1, -1, -1, -1, -1, 192584, 189856, 190024, 195672, 195648, 195760) \
    X(interp_size, 2720, 5656, 113528, 107752, 383552, 194968, 225864, 226240, 215616, 249976, 250328) \
    /* PyThreadState */ \
    X(tstate_next, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8) \
    X(tstate_interp, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16) \
    X(tstate_frame, 24, 24, 24, -1, -1, 72, 72, 72, 72, 72, 72) \
    X(tstate_cframe, -1, -1, 48, 56, 56, -1, -1, -1, -1, -1, -1) \
    X(tstate_thread_id, 176, 176, 176, 152, 136, 152, 152, 176, 152, 152, 176) \
    X(tstate_native_thread_id, -1, -1, -1, 160, 144, 160, 160, 184, 160, 160, 184) \
    X(tstate_state, -1, -1, -1, -1, -1, 40, 44, 48, 40, 44, 48) \
    X(tstate_heaps, -1, -1, -1, -1, -1, -1, -1, -1, 352, 944, 1112) \
    X(tstate_size, 264, 264, 280, 360, 288, 304, 832, 888, 304, 832, 888) \
    /* struct _gil_runtime_state */ \
    X(gil_locked, 16, 16, 16, 16, 16, 16, 16, 16, 24, 24, 24) \
    X(gil_last_holder, 8, 8, 8, 8, 8, 8, 8, 8, 16, 16, 16) \
    /* struct _gc_runtime_state */ \
    X(gc_enabled, 12, 12, 12, 12, 12, 12, 12, 0, 12, 12, 0) \
    X(gc_generations, 24, 24, 24, 24, 24, 24, 24, 8, 24, -1, -1) \
    X(gc_generation0, 96, 96, 96, 96, 96, 96, 256, 168, 96, -1, -1) \
    X(gc_permanent_generation, 104, 104, 104, 104, 104, 104, 96, 80, 104, 96, 80) \
    X(gc_collecting, 200, 200, 200, 200, 200, 200, 192, 112, 200, 192, 112) \
    X(gc_garbage, 208, 208, 208, 208, 208, 208, 200, 128, 208, 200, 128) \
    X(gc_callbacks, 216, 216, 216, 216, 216, 216, 208, 136, 216, 208, 136) \
    X(gc_size, 240, 240, 240, 240, 240, 240, 264, 176, 248, 288, 176) \
    X(gc_generation_size, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24) \
    /* _PyInterpreterFrame (3.11 and later: not an object) */ \
    X(iframe_executable, -1, -1, -1, 32, 0, 0, 0, 0, 0, 0, 0) \
    X(iframe_funcobj, -1, -1, -1, 0, 16, 16, 16, 16, 16, 16, 16) \
    X(iframe_globals, -1, -1, -1, 8, 24, 24, 24, 24, 24, 24, 24) \
    X(iframe_builtins, -1, -1, -1, 16, 32, 32, 32, 32, 32, 32, 32) \
    X(iframe_locals, -1, -1, -1, 24, 40, 40, 40, 40, 40, 40, 40) \
    X(iframe_frame_obj, -1, -1, -1, 40, 48, 48, 48, 48, 48, 48, 48) \
    X(iframe_previous, -1, -1, -1, 48, 8, 8, 8, 8, 8, 8, 8) \
    X(iframe_prev_instr, -1, -1, -1, 56, 56, 56, 56, 56, 56, 56, 56) \
    X(iframe_stacktop, -1, -1, -1, 64, 64, 64, -1, -1, 64, -1, -1) \
    X(iframe_stackpointer, -1, -1, -1, -1, -1, -1, 64, 64, -1, 64, 64) \
    X(iframe_tlbc_index, -1, -1, -1, -1, -1, -1, -1, -1, -1, 72, 72) \
    X(iframe_owner, -1, -1, -1, 69, 70, 70, 74, 74, 70, 78, 78) \
    X(iframe_localsplus, -1, -1, -1, 72, 72, 72, 80, 80, 72, 80, 80) \
    /* PyDictKeysObject: dk_size to 3.10, dk_log2_size and dk_log2_index_bytes from 3.11 */ \
    X(dk_size, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8) \
    X(dk_log2_index_bytes, -1, -1, -1, 9, 9, 9, 9, 9, 9, 9, 9) \
    X(dk_kind, -1, -1, -1, 10, 10, 10, 10, 10, 10, 10, 10) \
    X(dk_usable, 24, 24, 24, 16, 16, 16, 16, 16, 16, 16, 16) \
    X(dk_nentries, 32, 32, 32, 24, 24, 24, 24, 24, 24, 24, 24) \
    X(dk_indices, 40, 40, 40, 32, 32, 32, 32, 32, 32, 32, 32) \
    /* PyDictValues */ \
    X(dictvalues_capacity, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0) \
    X(dictvalues_valid, -1, -1, -1, -1, -1, 3, 3, 3, 3, 3, 3) \
    X(dictvalues_values, -1, -1, -1, 0, 0, 8, 8, 8, 8, 8, 8)
/* Counted from the start of an object, and sizes of objects. */
#define OG_LAYOUT_OBJECT_FIELDS(X) \
    /* PyObject, PyVarObject */ \
    X(ob_refcnt, 0, 0, 0, 0, 0, 0, 0, 0, 12, 12, 12) \
    X(ob_type, 8, 8, 8, 8, 8, 8, 8, 8, 24, 24, 24) \
    X(ob_size, 16, 16, 16, 16, 16, 16, 16, 16, 32, 32, 32) \
    X(pyobject_size, 16, 16, 16, 16, 16, 16, 16, 16, 32, 32, 32) \
    X(pyvarobject_size, 24, 24, 24, 24, 24, 24, 24, 24, 40, 40, 40) \
    /* PyFrameObject */ \
    X(frame_f_back, 24, 24, 24, 16, 16, 16, 16, 16, 32, 32, 32) \
    X(frame_f_frame, -1, -1, -1, 24, 24, 24, 24, 24, 40, 40, 40) \
    X(frame_f_code, 32, 32, 32, -1, -1, -1, -1, -1, -1, -1, -1) \
    X(frame_f_builtins, 40, 40, 40, -1, -1, -1, -1, -1, -1, -1, -1) \
    X(frame_f_globals, 48, 48, 48, -1, -1, -1, -1, -1, -1, -1, -1) \
    X(frame_f_locals, 56, 56, 56, -1, -1, -1, -1, -1, -1, -1, -1) \
    X(frame_f_valuestack, 64, 64, 64, -1, -1, -1, -1, -1, -1, -1, -1) \
    X(frame_f_stacktop, 72, 72, -1, -1, -1, -1, -1, -1, -1, -1, -1) \
    X(frame_f_stackdepth, -1, -1, 80, -1, -1, -1, -1, -1, -1, -1, -1) \
    X(frame_f_trace, 80, 80, 72, 32, 32, 32, 32, 32, 48, 48, 48) \
    X(frame_f_lasti, 104, 104, 96, -1, -1, -1, -1, -1, -1, -1, -1) \
    X(frame_f_lineno, 108, 108, 100, 40, 40, 40, 40, 40, 56, 56, 56) \
    X(frame_f_localsplus, 360, 360, 352, -1, -1, -1, -1, -1, -1, -1, -1) \
    X(frame_f_extra_locals, -1, -1, -1, -1, -1, 48, 48, 48, 64, 64, 64) \
    X(frame_f_locals_cache, -1, -1, -1, -1, -1, 56, 56, 56, 72, 72, 72) \
    X(frame_f_overwritten, -1, -1, -1, -1, -1, -1, 64, 64, -1, 80, 80) \
    X(frame_data, -1, -1, -1, 48, 48, 64, 72, 72, 80, 88, 88) \
    /* PyCodeObject */ \
    X(code_flags, 36, 36, 36, 48, 48, 48, 48, 48, 64, 64, 64) \
    X(code_nlocals, 28, 28, 28, 80, 80, 80, 80, 80, 96, 96, 96) \
    X(code_stacksize, 32, 32, 32, 68, 64, 64, 64, 64, 80, 80, 80) \
    X(code_firstlineno, 40, 40, 40, 72, 68, 68, 68, 68, 84, 84, 84) \
    X(code_consts, 56, 56, 56, 24, 24, 24, 24, 24, 40, 40, 40) \
    X(code_names, 64, 64, 64, 32, 32, 32, 32, 32, 48, 48, 48) \
    X(code_varnames, 72, 72, 72, 96, 96, 96, 96, 96, 112, 112, 112) \
    X(code_localspluskinds, -1, -1, -1, 104, 104, 104, 104, 104, 120, 120, 120) \
    X(code_freevars, 80, 80, 80, -1, -1, -1, -1, -1, -1, -1, -1) \
    X(code_cellvars, 88, 88, 88, -1, -1, -1, -1, -1, -1, -1, -1) \
    X(code_filename, 104, 104, 104, 112, 112, 112, 112, 112, 128, 128, 128) \
    X(code_name, 112, 112, 112, 120, 120, 120, 120, 120, 136, 136, 136) \
    X(code_qualname, -1, -1, -1, 128, 128, 128, 128, 128, 144, 144, 144) \
    X(code_linetable, 120, 120, 120, 136, 136, 136, 136, 136, 152, 152, 152) \
    X(code_exceptiontable, -1, -1, -1, 40, 40, 40, 40, 40, 56, 56, 56) \
    X(code_extra, 144, 144, 144, 176, 184, 192, 200, 200, 208, 216, 216) \
    X(code_tlbc, -1, -1, -1, -1, -1, -1, -1, -1, -1, 224, 224) \
    X(code_nlocalsplus, -1, -1, -1, 76, 72, 72, 72, 72, 88, 88, 88) \
    X(code_cached, -1, -1, -1, -1, 152, 160, 160, 160, 176, 176, 176) \
    X(code_co_code, -1, -1, -1, 152, -1, -1, -1, -1, -1, -1, -1) \
    X(code_code_adaptive, -1, -1, -1, 184, 192, 200, 208, 208, 216, 232, 232) \
    /* PyGenObject, PyCoroObject, PyAsyncGenObject */ \
    X(gen_gi_frame, 16, 16, 16, -1, -1, -1, -1, -1, -1, -1, -1) \
    X(gen_gi_code, 32, 32, 24, 16, -1, -1, -1, -1, -1, -1, -1) \
    X(gen_gi_name, 48, 48, 40, 32, 24, 24, 24, 24, 40, 40, 40) \
    X(gen_gi_qualname, 56, 56, 48, 40, 32, 32, 32, 32, 48, 48, 48) \
    X(gen_gi_exc_state, 64, 64, 56, 48, 40, 40, 40, 40, 56, 56, 56) \
    X(gen_gi_origin_or_finalizer, -1, -1, -1, 64, 56, 56, 56, 56, 72, 72, 72) \
    X(gen_gi_frame_state, -1, -1, -1, 75, 67, 67, 67, 67, 83, 83, 83) \
    X(gen_gi_iframe, -1, -1, -1, 80, 72, 72, 72, 72, 88, 88, 88) \
    /* PyFunctionObject */ \
    X(func_globals, 24, 24, 16, 16, 16, 16, 16, 16, 32, 32, 32) \
    X(func_builtins, -1, -1, 24, 24, 24, 24, 24, 24, 40, 40, 40) \
    X(func_name, 64, 64, 32, 32, 32, 32, 32, 32, 48, 48, 48) \
    X(func_qualname, 104, 104, 40, 40, 40, 40, 40, 40, 56, 56, 56) \
    X(func_code, 16, 16, 48, 48, 48, 48, 48, 48, 64, 64, 64) \
    /* PyTypeObject */ \
    X(tp_name, 24, 24, 24, 24, 24, 24, 24, 24, 40, 40, 40) \
    X(tp_basicsize, 32, 32, 32, 32, 32, 32, 32, 32, 48, 48, 48) \
    X(tp_itemsize, 40, 40, 40, 40, 40, 40, 40, 40, 56, 56, 56) \
    X(tp_flags, 168, 168, 168, 168, 168, 168, 168, 168, 184, 184, 184) \
    X(tp_traverse, 184, 184, 184, 184, 184, 184, 184, 184, 200, 200, 200) \
    X(tp_weaklistoffset, 208, 208, 208, 208, 208, 208, 208, 208, 224, 224, 224) \
    X(tp_members, 240, 240, 240, 240, 240, 240, 240, 240, 256, 256, 256) \
    X(tp_base, 256, 256, 256, 256, 256, 256, 256, 256, 272, 272, 272) \
    X(tp_dict, 264, 264, 264, 264, 264, 264, 264, 264, 280, 280, 280) \
    X(tp_dictoffset, 288, 288, 288, 288, 288, 288, 288, 288, 304, 304, 304) \
    X(tp_bases, 336, 336, 336, 336, 336, 336, 336, 336, 352, 352, 352) \
    X(tp_mro, 344, 344, 344, 344, 344, 344, 344, 344, 360, 360, 360) \
    X(tp_cache, 352, 352, 352, 352, 352, 352, 352, 352, 368, 368, 368) \
    X(tp_subclasses, 360, 360, 360, 360, 360, 360, 360, 360, 376, 376, 376) \
    X(tp_finalize, 392, 392, 392, 392, 392, 392, 392, 392, 408, 408, 408) \
    X(type_size, 416, 408, 408, 408, 416, 416, 416, 424, 432, 432, 440) \
    /* PyHeapTypeObject */ \
    X(ht_name, 848, 840, 848, 848, 856, 856, 856, 864, 872, 872, 880) \
    X(ht_qualname, 864, 856, 864, 864, 872, 872, 872, 880, 888, 888, 896) \
    X(ht_cached_keys, 872, 864, 872, 872, 880, 880, 880, 888, 896, 896, 904) \
    X(ht_module, -1, 872, 880, 880, 888, 888, 888, 896, 904, 904, 912) \
    X(heaptype_size, 880, 880, 888, 904, 920, 928, 936, 944, 944, 960, 968) \
    /* PyDictObject */ \
    X(ma_used, 16, 16, 16, 16, 16, 16, 16, 16, 32, 32, 32) \
    X(ma_keys, 32, 32, 32, 32, 32, 32, 32, 32, 48, 48, 48) \
    X(ma_values, 40, 40, 40, 40, 40, 40, 40, 40, 56, 56, 56) \
    /* PySetObject */ \
    X(set_used, 24, 24, 24, 24, 24, 24, 24, 24, 40, 40, 40) \
    X(set_mask, 32, 32, 32, 32, 32, 32, 32, 32, 48, 48, 48) \
    X(set_table, 40, 40, 40, 40, 40, 40, 40, 40, 56, 56, 56) \
    X(set_smalltable, 64, 64, 64, 64, 64, 64, 64, 64, 80, 80, 80) \
    /* sequences, numbers, text */ \
    X(list_ob_item, 24, 24, 24, 24, 24, 24, 24, 24, 40, 40, 40) \
    X(list_allocated, 32, 32, 32, 32, 32, 32, 32, 32, 48, 48, 48) \
    X(tuple_ob_item, 24, 24, 24, 24, 24, 24, 32, 32, 40, 48, 48) \
    X(bytes_ob_sval, 32, 32, 32, 32, 32, 32, 32, 32, 48, 48, 48) \
    X(bytearray_ob_alloc, 24, 24, 24, 24, 24, 24, 24, 24, 40, 40, 40) \
    X(bytearray_ob_start, 40, 40, 40, 40, 40, 40, 40, 40, 56, 56, 56) \
    X(long_lv_tag, 16, 16, 16, 16, 16, 16, 16, 16, 32, 32, 32) \
    X(long_ob_digit, 24, 24, 24, 24, 24, 24, 24, 24, 40, 40, 40) \
    X(unicode_length, 16, 16, 16, 16, 16, 16, 16, 16, 32, 32, 32) \
    X(unicode_state, 32, 32, 32, 32, 32, 32, 32, 32, 48, 48, 48) \
    X(unicode_wstr, 40, 40, 40, 40, -1, -1, -1, -1, -1, -1, -1) \
    X(ascii_size, 48, 48, 48, 48, 40, 40, 40, 40, 56, 56, 56) \
    X(compact_utf8_length, 48, 48, 48, 48, 40, 40, 40, 40, 56, 56, 56) \
    X(compact_utf8, 56, 56, 56, 56, 48, 48, 48, 48, 64, 64, 64) \
    X(compact_size, 72, 72, 72, 72, 56, 56, 56, 56, 72, 72, 72) \
    X(unicode_data, 72, 72, 72, 72, 56, 56, 56, 56, 72, 72, 72) \
    X(unicode_size, 80, 80, 80, 80, 64, 64, 64, 64, 80, 80, 80) \
    /* module, method, cell, weakref, exception, traceback */ \
    X(md_dict, 16, 16, 16, 16, 16, 16, 16, 16, 32, 32, 32) \
    X(md_def, 24, 24, 24, 24, 24, 24, 24, 88, 40, 40, 104) \
    X(md_state, 32, 32, 32, 32, 32, 32, 32, 24, 48, 48, 40) \
    X(md_token_is_def, -1, -1, -1, -1, -1, -1, -1, 48, -1, -1, 64) \
    X(md_weaklist, 40, 40, 40, 40, 40, 40, 40, 32, 56, 56, 48) \
    X(md_name, 48, 48, 48, 48, 48, 48, 48, 40, 64, 64, 56) \
    X(cell_ob_ref, 16, 16, 16, 16, 16, 16, 16, 16, 32, 32, 32) \
    X(im_func, 16, 16, 16, 16, 16, 16, 16, 16, 32, 32, 32) \
    X(m_ml, 16, 16, 16, 16, 16, 16, 16, 16, 32, 32, 32) \
    X(m_self, 24, 24, 24, 24, 24, 24, 24, 24, 40, 40, 40) \
    X(m_module, 32, 32, 32, 32, 32, 32, 32, 32, 48, 48, 48) \
    X(wr_object, 16, 16, 16, 16, 16, 16, 16, 16, 32, 32, 32) \
    X(exc_args, 24, 24, 24, 24, 24, 24, 24, 24, 40, 40, 40) \
    X(tb_frame, 24, 24, 24, 24, 24, 24, 24, 24, 40, 40, 40) \
    X(tb_lineno, 36, 36, 36, 36, 36, 36, 36, 36, 52, 52, 52)
/* clang-format on */
#define OG_LAYOUT_FIELDS(X) OG_LAYOUT_STATE_FIELDS(X) OG_LAYOUT_OBJECT_FIELDS(X)

/* The allocator that free-threaded builds keep their objects in (cpython/mimalloc.c), by its version. */
enum og_mimalloc { OG_MIMALLOC_NONE, OG_MIMALLOC_212, OG_MIMALLOC_252 };

/* What kind of build the layout is of. */
enum og_python_build {
    OG_BUILD_RELEASE,
    OG_BUILD_INCREMENTAL,   /* 3.14.0 to 3.14.4, whose collector was incremental */
    OG_BUILD_TRACE_REFS,    /* objects are chained: Py_TRACE_REFS, to 3.10 */
    OG_BUILD_FREE_THREADED, /* Py_GIL_DISABLED */
};

struct og_layout {
    uint32_t minor;    /* 8 for 3.8 */
    uint32_t build;    /* enum og_python_build */
    uint32_t mimalloc; /* enum og_mimalloc; OG_MIMALLOC_NONE: a build with the GIL */
    int32_t block_prefix; /* free-threaded: bytes of the allocator's debug hooks in front of each block */
    uint32_t debug;    /* of a build with Py_DEBUG */
    /* Bytes that PyObject has in front of those it has in a release build with the GIL: 16 where objects are chained
     * (Py_TRACE_REFS, to 3.10), and in free-threaded builds. Every object field has them in it. */
    int32_t ob_extra;
#define OG_LAYOUT_MEMBER(name, ...) int32_t name;
    OG_LAYOUT_FIELDS(OG_LAYOUT_MEMBER)
#undef OG_LAYOUT_MEMBER
};

/* The table for 3.MINOR, before any look at memory; false: no such column. */
bool og_layout_for_minor(uint32_t minor, struct og_layout *out);
/* Every form that 3.MINOR had, the table's first (0); false: no more. Which one it is the memory shows. */
bool og_layout_form(uint32_t minor, unsigned form, struct og_layout *out);

/* From this one on the layout of a debug build is another than a release's, and static types keep what they have in the
 * interpreter. */
#define OG_DEBUG_DIFFERS_FROM 12u

#define OG_MINOR_MIN 8u
#define OG_MINOR_MAX 15u

static inline bool og_is_free_threaded(const struct og_layout *l)
{
    return l->mimalloc != OG_MIMALLOC_NONE;
}

/* struct _object of free-threaded builds (Include/object.h) and bits of Include/internal/pycore_gc.h. */
#define OG_OB_GC_BITS      11
#define OG_OB_REF_SHARED   16
#define OG_GC_BITS_TRACKED 1

/* sizeof(PyGC_Head), the same in every build that has one. */
#define OG_GC_HEAD_SIZE 16

/* tp_flags (Include/object.h). */
#define OG_TPFLAGS_INLINE_VALUES (1ull << 2)   /* 3.13+ */
#define OG_TPFLAGS_MANAGED_WEAKREF (1ull << 3) /* 3.12+ */
#define OG_TPFLAGS_MANAGED_DICT (1ull << 4)    /* 3.11+ */
#define OG_TPFLAGS_STATIC_BUILTIN (1ull << 1)  /* 3.12+ */
#define OG_TPFLAGS_HEAPTYPE (1ull << 9)
#define OG_TPFLAGS_HAVE_GC (1ull << 14)
#define OG_TPFLAGS_LONG_SUBCLASS (1ull << 24)
#define OG_TPFLAGS_LIST_SUBCLASS (1ull << 25)
#define OG_TPFLAGS_UNICODE_SUBCLASS (1ull << 28)
#define OG_TPFLAGS_DICT_SUBCLASS (1ull << 29)
#define OG_TPFLAGS_BASE_EXC_SUBCLASS (1ull << 30)
#define OG_TPFLAGS_TYPE_SUBCLASS (1ull << 31)

#endif
