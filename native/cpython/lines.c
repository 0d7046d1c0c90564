/* From an instruction to a line: co_lnotab to 3.9, co_linetable in 3.10 (Objects/lnotab_notes.txt), the location table
 * from 3.11 on (Objects/locations.md). */
#include "cpython/frames.h"

enum { TABLE_MAX = 1 << 20 };

struct table {
    struct og_py *py;
    og_addr bytes;
    uint64_t len, at;
};

static bool open_table(struct og_py *py, og_addr code, struct table *t)
{
    og_addr bytes = og_py_word(py, code, py->l.code_linetable);
    *t = (struct table){py, bytes + (uint64_t)py->l.bytes_ob_sval, 0, 0};
    return bytes && og_mem_u64(py->mem, bytes + (uint64_t)py->l.ob_size, &t->len) && t->len < TABLE_MAX;
}

static bool next(struct table *t, uint8_t *byte)
{
    return t->at < t->len && og_mem_u8(t->py->mem, t->bytes + t->at, byte) && ++t->at;
}

static uint32_t line_of_lnotab(struct table *t, uint64_t line, int64_t offset)
{
    int64_t at = 0;
    uint8_t step, delta;
    while (next(t, &step) && next(t, &delta)) {
        at += step;
        if (at > offset)
            break;
        line += (uint64_t)(int8_t)delta;
    }
    return (uint32_t)line;
}

static uint32_t line_of_3_10(struct table *t, uint64_t line, int64_t offset)
{
    int64_t end = 0;
    uint8_t step, delta;
    while (next(t, &step) && next(t, &delta)) {
        bool none = delta == 0x80; /* no line for this range */
        line += none ? 0 : (uint64_t)(int8_t)delta;
        end += step;
        if (offset < end)
            return none ? 0 : (uint32_t)line;
    }
    return 0;
}

static uint64_t varint(struct table *t)
{
    uint64_t value = 0;
    uint8_t byte = 0x40;
    for (unsigned shift = 0; (byte & 0x40) && shift < 60; shift += 6)
        if (!next(t, &byte))
            break;
        else
            value |= (uint64_t)(byte & 0x3f) << shift;
    return value;
}

static int64_t signed_varint(struct table *t)
{
    uint64_t v = varint(t);
    return v & 1 ? -(int64_t)(v >> 1) : (int64_t)(v >> 1);
}

/* How far one entry moves the line; its columns are skipped. */
static int64_t line_delta(struct table *t, unsigned form)
{
    uint8_t skipped;
    int64_t delta = 0;
    if (form == 15) /* no location */
        return 0;
    if (form >= 10 && form <= 12) {
        next(t, &skipped);
        next(t, &skipped);
        return form - 10;
    }
    if (form < 10) {
        next(t, &skipped);
        return 0;
    }
    delta = signed_varint(t);
    if (form == 14) {
        varint(t);
        varint(t);
        varint(t);
    }
    return delta;
}

static uint32_t line_of_3_11(struct table *t, uint64_t line, int64_t offset)
{
    int64_t end = 0;
    uint8_t head;
    while (next(t, &head)) {
        unsigned form = head >> 3 & 15;
        line += (uint64_t)line_delta(t, form);
        end += ((head & 7) + 1) * 2;
        if (offset < end)
            return form == 15 ? 0 : (uint32_t)line;
    }
    return 0;
}

uint32_t og_code_line(struct og_py *py, og_addr code, int64_t offset)
{
    struct table t;
    uint32_t first = 0;
    if (!og_mem_u32(py->mem, code + (uint64_t)py->l.code_firstlineno, &first) || !open_table(py, code, &t))
        return 0;
    if (offset < 0) /* not started */
        return first;
    if (py->l.minor < 10)
        return line_of_lnotab(&t, first, offset);
    return py->l.minor == 10 ? line_of_3_10(&t, first, offset) : line_of_3_11(&t, first, offset);
}

/* A tracer may have set another line: PyFrame_GetLineNumber of each version. */
static uint32_t traced_line(struct og_py *py, const struct og_pyframe *f)
{
    uint32_t line = 0;
    if (!f->frame_obj || (py->l.minor < 10 && !og_py_word(py, f->frame_obj, py->l.frame_f_trace)))
        return 0;
    og_mem_u32(py->mem, f->frame_obj + (uint64_t)py->l.frame_f_lineno, &line);
    return (int32_t)line > 0 ? line : 0;
}

/* Where the instructions stand that F runs: behind its code object, or, from 3.14 on in free-threaded builds, in the
 * copy of its thread (_PyCode_GetTLBCArray of Include/internal/pycore_code.h: a count, then the copies). */
static og_addr bytecode(struct og_py *py, const struct og_pyframe *f)
{
    const struct og_layout *l = &py->l;
    uint32_t index;
    uint64_t copies;
    og_addr array = og_py_word(py, f->code, l->code_tlbc);
    if (array && og_mem_u32(py->mem, f->addr + (uint64_t)l->iframe_tlbc_index, &index) &&
        og_mem_u64(py->mem, array, &copies) && index < copies)
        return og_py_word(py, array + 8 + 8 * (uint64_t)index, 0);
    return f->code + (uint64_t)l->code_code_adaptive;
}

/* f_lasti: a byte offset to 3.9, counted in instructions in 3.10; from 3.11 a pointer to the last (3.13: the next or
 * current) instruction. */
uint32_t og_frame_line(struct og_py *py, const struct og_pyframe *f)
{
    const struct og_layout *l = &py->l;
    uint32_t last = 0, traced = f->code ? traced_line(py, f) : 0;
    if (!f->code)
        return 0;
    if (traced)
        return traced;
    if (l->minor >= 11) {
        og_addr at = og_py_word(py, f->addr, l->iframe_prev_instr);
        return og_code_line(py, f->code, (int64_t)(at - bytecode(py, f)));
    }
    if (!og_mem_u32(py->mem, f->addr + (uint64_t)l->frame_f_lasti, &last))
        return 0;
    return og_code_line(py, f->code, l->minor == 10 ? 2 * (int64_t)(int32_t)last : (int32_t)last);
}
