/* _Py_DebugOffsets, with which _PyRuntime begins from 3.13 on: the interpreter's own word about a part of its layout
 * (Include/internal/pycore_runtime.h of 3.13, pycore_debug_offsets.h of 3.14 and 3.15). The table does not describe
 * itself: which word means what is known by the version, so only those of final releases are read, and only if they
 * agree with each other. */
#include "cpython/proof_read.h"

enum { WORDS_MAX = 111, VERSIONS = 3, FIRST_MINOR = 13, FINAL = 0xf, OFFSET_MAX = 1 << 24 };

/* Where each word is in 3.13, 3.14, 3.15; 0: not in that one. */
struct offset_row {
    char field[28];
    uint16_t at;
    uint8_t word[VERSIONS];
};

#define WORD(field, a, b, c)                                                                                           \
    {                                                                                                                  \
#field, offsetof(struct og_layout, field),                                                                     \
        {                                                                                                              \
            a, b, c                                                                                                    \
        }                                                                                                              \
    }

static const struct offset_row rows[] = {
    WORD(runtime_size, 3, 3, 3),
    WORD(runtime_interpreters_head, 5, 5, 5),
    WORD(interp_size, 6, 6, 6),
    WORD(interp_id, 7, 7, 7),
    WORD(interp_next, 8, 8, 8),
    WORD(interp_tstate_head, 9, 9, 9),
    WORD(interp_gc, 10, 11, 11),
    WORD(interp_modules, 11, 12, 12),
    WORD(interp_sysdict, 12, 13, 13),
    WORD(interp_builtins, 13, 14, 14),
    WORD(interp_ceval_gil, 14, 15, 15),
    WORD(tstate_size, 19, 22, 22),
    WORD(tstate_next, 21, 24, 24),
    WORD(tstate_interp, 22, 25, 25),
    WORD(tstate_frame, 23, 26, 26),
    WORD(tstate_thread_id, 24, 27, 30),
    WORD(tstate_native_thread_id, 25, 28, 31),
    WORD(iframe_previous, 29, 32, 40),
    WORD(iframe_executable, 30, 33, 41),
    WORD(iframe_prev_instr, 31, 34, 42),
    WORD(iframe_localsplus, 32, 35, 43),
    WORD(iframe_owner, 33, 36, 44),
    WORD(iframe_stackpointer, 0, 37, 45),
    WORD(code_filename, 35, 40, 48),
    WORD(code_name, 36, 41, 49),
    WORD(code_qualname, 37, 42, 50),
    WORD(code_linetable, 38, 43, 51),
    WORD(code_firstlineno, 39, 44, 52),
    WORD(code_varnames, 41, 46, 54),
    WORD(code_localspluskinds, 42, 47, 55),
    WORD(code_code_adaptive, 43, 48, 56),
    WORD(pyobject_size, 44, 50, 58),
    WORD(ob_type, 45, 51, 59),
    WORD(type_size, 46, 52, 60),
    WORD(tp_name, 47, 53, 61),
    WORD(tp_flags, 49, 55, 63),
    WORD(tp_basicsize, 0, 0, 64),
    WORD(tp_dictoffset, 0, 0, 65),
    WORD(heaptype_size, 0, 0, 66),
    WORD(ht_cached_keys, 0, 0, 67),
    WORD(tuple_ob_item, 51, 57, 69),
    WORD(ob_size, 52, 58, 70),
    WORD(list_ob_item, 54, 60, 72),
    WORD(set_used, 0, 63, 75),
    WORD(set_table, 0, 64, 76),
    WORD(set_mask, 0, 65, 77),
    WORD(ma_keys, 57, 67, 79),
    WORD(ma_values, 58, 68, 80),
    WORD(long_lv_tag, 62, 72, 84),
    WORD(long_ob_digit, 63, 73, 85),
    WORD(bytes_ob_sval, 66, 76, 88),
    WORD(unicode_size, 67, 77, 89),
    WORD(unicode_state, 68, 78, 90),
    WORD(unicode_length, 69, 79, 91),
    WORD(ascii_size, 70, 80, 92),
    WORD(compact_size, 0, 0, 93),
    WORD(gc_size, 71, 81, 94),
    WORD(gc_collecting, 72, 82, 95),
    WORD(gen_gi_name, 0, 84, 100),
    WORD(gen_gi_iframe, 0, 85, 101),
    WORD(gen_gi_frame_state, 0, 86, 102),
};

/* Words that the check below compares, and where the GIL's own state is in the interpreter's. */
struct anchors {
    uint8_t words, object_size, object_type, tuple_count, list_count, bytes_count, gc_size, gc_collecting, gil,
        gil_locked, gil_holder;
};

static const struct anchors anchors[VERSIONS] = {
    {73, 44, 45, 52, 55, 65, 71, 72, 15, 17, 18},
    {95, 50, 51, 58, 61, 75, 81, 82, 16, 18, 19},
    {111, 58, 59, 70, 73, 87, 94, 95, 16, 18, 19},
};

/* The same fact in different places, before and behind where fields were ever inserted. */
static bool agree(const uint64_t *w, const struct anchors *a)
{
    uint64_t size = w[a->object_size];
    for (unsigned i = 3; i < a->words; i++)
        if (w[i] > OFFSET_MAX)
            return false;
    return size && w[a->object_type] + 8 == size && w[a->tuple_count] == size && w[a->list_count] == size &&
           w[a->bytes_count] == size && w[a->gc_collecting] < w[a->gc_size] && w[a->gil] < w[a->gil_holder] &&
           w[a->gil_holder] < w[a->gil_locked];
}

void og_proof_offsets(struct og_py *py)
{
    uint64_t words[WORDS_MAX];
    if (py->l.minor < FIRST_MINOR || py->l.minor >= FIRST_MINOR + VERSIONS)
        return;
    unsigned version = py->l.minor - FIRST_MINOR;
    const struct anchors *a = &anchors[version];
    if (!og_mem_readable(py->mem, py->runtime, 8ull * a->words) ||
        !og_mem_read(py->mem, py->runtime, words, 8ull * a->words) || memcmp(words, OG_COOKIE, 8) != 0 ||
        og_minor_of(og_version_of(words[1])) != py->l.minor || (words[1] >> 4 & 15) != FINAL || !agree(words, a))
        return;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].word[version]) {
            og_proof_correct(py, (int32_t *)((char *)&py->l + rows[i].at), rows[i].field,
                             (int32_t)words[rows[i].word[version]]);
            py->proof.from_offsets++;
        }
    og_proof_correct(py, &py->l.gil_locked, "gil_locked", (int32_t)(words[a->gil_locked] - words[a->gil]));
    og_proof_correct(py, &py->l.gil_last_holder, "gil_last_holder", (int32_t)(words[a->gil_holder] - words[a->gil]));
}
