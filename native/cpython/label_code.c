/* Functions, code, frames, generators, methods: by name and by file and line. */
#include "cpython/frames.h"
#include "cpython/label.h"

enum { NAME_MAX = 100 };

static void add_str(struct og_py *py, og_addr str, struct og_text *t)
{
    if (!og_str_text(py, str, NAME_MAX, false, t))
        og_text_char(t, '?');
}

static void add_file(struct og_py *py, og_addr code, bool whole, struct og_text *t)
{
    char buf[1024];
    struct og_text path;
    og_text_init(&path, buf, sizeof buf);
    og_str_text(py, og_label_word(py, code, py->l.code_filename), 0, false, &path);
    const char *slash = whole ? NULL : strrchr(buf, '/');
    og_text_add(t, slash ? slash + 1 : buf);
}

static void add_file_line(struct og_py *py, og_addr code, struct og_text *t)
{
    uint32_t line = 0;
    add_file(py, code, false, t);
    og_mem_u32(py->mem, code + (uint64_t)py->l.code_firstlineno, &line);
    og_text_addf(t, ":%u", (uint64_t)line);
}

void og_label_function(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    og_addr name = og_label_word(py, o->addr, py->l.func_name);
    if (og_str_equals(py, name, "<lambda>"))
        og_text_add(t, "lambda:");
    else
        add_str(py, name, t);
    og_text_char(t, ' ');
    add_file_line(py, og_label_word(py, o->addr, py->l.func_code), t);
}

void og_label_code(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    add_str(py, og_label_word(py, o->addr, py->l.code_name), t);
    og_text_char(t, ' ');
    add_file_line(py, o->addr, t);
}

static og_addr code_of_frame(struct og_py *py, og_addr frame, og_addr *record)
{
    *record = og_label_word(py, frame, py->l.frame_f_frame);
    return *record ? og_label_word(py, *record, py->l.iframe_executable) : og_label_word(py, frame, py->l.frame_f_code);
}

void og_label_frame(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    og_addr record;
    struct og_pyframe f = {.frame_obj = o->addr};
    struct og_object code;
    f.code = code_of_frame(py, o->addr, &record);
    f.addr = record ? record : o->addr;
    if (!og_py_object(py, f.code, &code) || code.type->kind != OG_KIND_CODE) {
        og_text_add(t, "cleared frame");
        return;
    }
    add_file(py, f.code, true, t);
    og_text_addf(t, ":%u", (uint64_t)og_frame_line(py, &f));
}

void og_label_generator(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    og_text_addf(t, "<%s object ", o->type->name);
    add_str(py, og_label_word(py, o->addr, py->l.gen_gi_qualname), t);
    og_text_addf(t, " at %x>", o->addr);
}

static og_addr function_name(struct og_py *py, og_addr callable)
{
    struct og_object f;
    if (!og_py_object(py, callable, &f))
        return 0;
    return f.type->kind == OG_KIND_FUNCTION ? og_label_word(py, callable, py->l.func_name)
                                            : og_object_attr(py, callable, "__name__");
}

void og_label_method(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    struct og_object function, self;
    og_addr callable = og_label_word(py, o->addr, py->l.im_func);
    if (og_py_object(py, callable, &function) && function.type->kind == OG_KIND_CFUNCTION)
        og_label_cfunction(py, &function, t);
    else
        add_str(py, function_name(py, callable), t);
    og_text_add(t, " (bound)");
    if (og_py_object(py, og_label_word(py, o->addr, py->l.im_self), &self))
        og_text_addf(t, " of %s at %x", self.type->name, self.addr);
}

/* PyMethodDef.ml_name stands first. */
void og_label_cfunction(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    char name[NAME_MAX];
    og_addr ml = og_label_word(py, o->addr, py->l.m_ml);
    if (og_mem_string(py->mem, og_label_word(py, ml, 0), name, sizeof name))
        og_text_add(t, name);
    else
        og_text_addf(t, "built-in function at %x", o->addr);
}
