/* Objects as free-threaded builds lay them out, on made memory: of 3.14 and 3.15 no such build is at hand. */
#include "cmocka_all.h"
#include "cpython/frames.h"
#include "cpython/kinds/kinds.h"

#include "made_python.h"

enum { FINAL = 0xf0, FIRST_LINE = 40, INSTRUCTION = 2, WIDE_BYTES = 2 };

struct seen {
    struct made_python made;
    struct og_py py;
};

static void make(struct seen *s, uint32_t minor)
{
    struct og_layout l;
    unsigned form = 0;
    do
        assert_true(og_layout_form(minor, form++, &l));
    while (!og_is_free_threaded(&l));
    python_make(&s->made, &l, 3u << 24 | minor << 16 | FINAL);
    og_py_init(&s->py, &s->made.mem, &l);
    s->py.type_type = s->made.type_type;
    s->py.object_type = s->made.object_type;
}

static void end(struct seen *s)
{
    og_py_close(&s->py);
    free(s->made.bytes);
}

/* PyASCIIObject.state of an interned compact str: `interned` has two bits in 3.13, a byte later. */
static uint64_t state_of(uint32_t minor, uint64_t kind, bool ascii)
{
    enum { INTERNED = 1 };
    unsigned at = minor >= 14 ? 8 : 2;
    return INTERNED | kind << at | 1ull << (at + 3) | (uint64_t)ascii << (at + 4);
}

static og_addr string_of(struct seen *s, uint64_t kind, bool ascii, const void *data, uint64_t length)
{
    uint64_t head = (uint64_t)(ascii ? s->py.l.ascii_size : s->py.l.compact_size);
    og_addr at = object_of(&s->made, s->made.str_type, head + (length + 1) * kind);
    put(&s->made, at, s->py.l.unicode_length, length);
    put(&s->made, at, s->py.l.unicode_state, state_of(s->py.l.minor, kind, ascii));
    memcpy(s->made.bytes + (at + head - PY_BASE), data, length * kind);
    return at;
}

static void strings_are_read(void **state)
{
    (void)state;
    static const uint16_t wide[] = {0x433, 0x434};
    for (uint32_t minor = 13; minor <= OG_MINOR_MAX; minor++) {
        struct seen s;
        struct og_text t;
        char buf[16];
        make(&s, minor);
        og_addr plain = string_of(&s, 1, true, "name", 4), other = string_of(&s, WIDE_BYTES, false, wide, 2);
        assert_true(og_str_equals(&s.py, plain, "name"));
        assert_int_equal(og_str_size(&s.py, plain), s.py.l.ascii_size + 5);
        og_text_init(&t, buf, sizeof buf);
        assert_true(og_str_text(&s.py, other, 0, false, &t));
        assert_string_equal(buf, "\u0433\u0434");
        assert_int_equal(og_str_size(&s.py, other), s.py.l.compact_size + 3 * WIDE_BYTES);
        end(&s);
    }
}

/* Two instructions, each a line further. */
static og_addr code_of(struct seen *s)
{
    enum { ONE_LINE = 10, HEAD = 0x80 };
    static const unsigned char table[] = {HEAD | ONE_LINE << 3, 0, 0, HEAD | (ONE_LINE + 1) << 3, 0, 0};
    const struct og_layout *l = &s->py.l;
    og_addr type = type_of(&s->made, "code", 0, (uint64_t)l->code_code_adaptive);
    og_addr bytes = object_of(&s->made, s->made.object_type, (uint64_t)l->bytes_ob_sval + sizeof table);
    og_addr code = object_of(&s->made, type, (uint64_t)l->code_code_adaptive + 2 * INSTRUCTION);
    put(&s->made, bytes, l->ob_size, sizeof table);
    memcpy(s->made.bytes + (bytes + (uint64_t)l->bytes_ob_sval - PY_BASE), table, sizeof table);
    put(&s->made, code, l->code_linetable, bytes);
    put(&s->made, code, l->code_firstlineno, FIRST_LINE);
    return code;
}

/* A frame that stands at the second instruction of the INDEX-th copy, which begins at START. */
static uint32_t line_in(struct seen *s, og_addr code, uint32_t index, og_addr start)
{
    const struct og_layout *l = &s->py.l;
    struct og_pyframe f = {.addr = take(&s->made, (uint64_t)l->iframe_localsplus), .code = code};
    put(&s->made, f.addr, l->iframe_prev_instr, start + INSTRUCTION);
    put(&s->made, f.addr, l->iframe_tlbc_index, index);
    return og_frame_line(&s->py, &f);
}

static void line_is_that_of_the_copy_of_the_thread(void **state)
{
    (void)state;
    for (uint32_t minor = 14; minor <= OG_MINOR_MAX; minor++) {
        struct seen s;
        make(&s, minor);
        og_addr code = code_of(&s), copy = take(&s.made, 2 * INSTRUCTION), copies = take(&s.made, 32);
        og_addr own = code + (uint64_t)s.py.l.code_code_adaptive;
        assert_int_equal(line_in(&s, code, 0, own), FIRST_LINE + 1);
        put(&s.made, code, s.py.l.code_tlbc, copies);
        put(&s.made, copies, 0, 2);
        put(&s.made, copies, 8, own);
        put(&s.made, copies, 16, copy);
        assert_int_equal(line_in(&s, code, 0, own), FIRST_LINE + 1);
        assert_int_equal(line_in(&s, code, 1, copy), FIRST_LINE + 1);
        assert_int_equal(line_in(&s, code, 7, copy), 0);
        end(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_read),
        cmocka_unit_test(line_is_that_of_the_copy_of_the_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
