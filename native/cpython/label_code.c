/* Labels of what runs: functions, methods, code, frames, generators, tracebacks. */
#include "cpython/frames.h"
#include "cpython/label.h"

enum { PATH_BYTES = 4096, NAME_BYTES = 512, TB_LASTI = 32 };

/* The last part of a path, as objgraph shows the file of a lambda. */
static const char *base_name(const char *path)
{
    const char *base = path;
    for (; *path; path++)
        if (*path == '/' && path[1])
            base = path + 1;
    return base;
}

/* "file.py:LINE" of a code object's first line. */
static bool add_place(struct og_py *py, og_addr code, struct og_text *t)
{
    char path[PATH_BYTES];
    struct og_text file;
    uint32_t line;
    og_text_init(&file, path, sizeof path);
    if (!og_str_text(py, og_word(py, code, py->l.code_filename), 0, false, &file) ||
        !og_mem_u32(py->mem, code + (uint64_t)py->l.code_firstlineno, &line))
        return false;
    og_text_addf(t, "%s:%d", base_name(path), (int64_t)(int32_t)line);
    return true;
}

bool og_label_function(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    char name[NAME_BYTES];
    struct og_text text;
    bool lambda = og_str_equals(py, og_word(py, o->addr, py->l.func_name), "<lambda>");
    og_addr code = og_word(py, o->addr, py->l.func_code);
    og_text_init(&text, name, sizeof name);
    if (!og_str_text(py, og_word(py, o->addr, py->l.func_qualname), 0, false, &text))
        return false;
    og_text_add(t, lambda ? "lambda:" : name);
    if (og_is_code(py, code)) {
        og_text_char(t, ' ');
        add_place(py, code, t);
    }
    return true;
}

bool og_label_cfunction(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    char name[NAME_BYTES];
    og_addr def = og_word(py, o->addr, py->l.m_ml);
    if (!def || !og_mem_string(py->mem, og_word(py, def, 0), name, sizeof name))
        return false;
    og_text_add(t, name);
    return true;
}

void og_label_callable(struct og_py *py, og_addr addr, struct og_text *t)
{
    struct og_object o;
    if (!og_py_object(py, addr, &o) || o.type->kind != OG_KIND_FUNCTION ||
        !og_str_text(py, og_word(py, addr, py->l.func_name), 0, false, t))
        og_label_element(py, addr, t);
}

bool og_label_method(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    og_addr function = og_word(py, o->addr, py->l.im_func);
    if (!function)
        return false;
    og_label_callable(py, function, t);
    og_text_add(t, " (bound)");
    return true;
}

bool og_label_code(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    if (!og_str_text(py, og_word(py, o->addr, py->l.code_name), 0, false, t))
        return false;
    og_text_char(t, ' ');
    return add_place(py, o->addr, t);
}

/* "path:LINE", as objgraph shows frames; a line that cannot be told is None there. */
static bool add_position(struct og_py *py, og_addr code, uint32_t line, struct og_text *t)
{
    if (!og_is_code(py, code) || !og_str_text(py, og_word(py, code, py->l.code_filename), 0, false, t))
        return false;
    if (line)
        og_text_addf(t, ":%u", (uint64_t)line);
    else
        og_text_add(t, ":None");
    return true;
}

bool og_label_frame(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    struct og_pyframe f;
    og_addr frame = py->l.minor < 11 ? o->addr : og_word(py, o->addr, py->l.frame_f_frame);
    return frame && og_pyframe_read(py, frame, &f) && add_position(py, f.code, og_frame_line(py, &f), t);
}

/* From 3.12 on the line is worked out when it is asked for. */
bool og_label_traceback(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    struct og_pyframe f;
    uint32_t line = 0, last = 0;
    og_addr frame = og_word(py, o->addr, py->l.tb_frame);
    if (py->l.minor >= 11)
        frame = frame ? og_word(py, frame, py->l.frame_f_frame) : 0;
    if (!frame || !og_pyframe_read(py, frame, &f) || !f.code)
        return false;
    og_mem_u32(py->mem, o->addr + (uint64_t)py->l.tb_lineno, &line);
    if ((int32_t)line < 0 && og_mem_u32(py->mem, og_body(py, o->addr) + TB_LASTI, &last))
        line = og_code_line(py, f.code, (int32_t)last);
    return add_position(py, f.code, line, t);
}

/* repr() of generators, coroutines and asynchronous generators, cut as objgraph does. */
bool og_label_generator(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    char buf[OG_REPR_BYTES];
    struct og_text text;
    og_text_init(&text, buf, sizeof buf);
    og_text_addf(&text, "<%s object ", o->type->name);
    if (!og_str_text(py, og_word(py, o->addr, py->l.gen_gi_qualname), OG_REPR_CUT, false, &text))
        return false;
    og_text_addf(&text, " at %x>", o->addr);
    og_text_add_cut(t, buf, OG_REPR_CUT);
    return true;
}
