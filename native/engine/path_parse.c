/* Names and literals of paths, and what a literal equals. */
#include "engine/path.h"
#include "cpython/kinds/kinds.h"
#include "cpython/label.h"
#include <stdlib.h>

enum { DEPTH_MAX = 4, NUMBER_MAX = 600 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool og_path_name(struct og_path *p, char name[OG_PATH_NAME])
{
    uint64_t n = 0;
    name[0] = 0;
    if (!is_letter(*p->at))
        return false;
    while (is_letter(p->at[n]) || is_digit(p->at[n]))
        n++;
    if (n >= OG_PATH_NAME)
        return false;
    memcpy(name, p->at, n);
    name[n] = 0;
    p->at += n;
    return true;
}

/* ---- literals ---- */

struct reader {
    struct og_path *p;
    struct og_literal *out;
    struct og_error *err;
    unsigned depth;
};

static int wrong(const struct reader *r, const char *what)
{
    return og_fail(r->err, OG_EARG, 0, "%s in the path at %s", what, *r->p->at ? r->p->at : "its end");
}

static void skip_spaces(struct og_path *p)
{
    while (*p->at == ' ')
        p->at++;
}

static struct og_literal_part *add_part(struct reader *r, enum og_literal_kind kind)
{
    struct og_literal *l = r->out;
    if (l->count == OG_LITERAL_PARTS)
        return NULL;
    struct og_literal_part *part = &l->parts[l->count++];
    *part = (struct og_literal_part){.kind = (uint8_t)kind, .text = l->text_len};
    return part;
}

static void add_bytes(struct reader *r, const char *s, uint64_t n)
{
    struct og_literal *l = r->out;
    if (n > OG_LITERAL_TEXT - 1 - l->text_len)
        n = OG_LITERAL_TEXT - 1 - l->text_len;
    memcpy(l->text + l->text_len, s, n);
    l->text_len += (uint32_t)n;
}

static int hex_value(char c)
{
    return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* \xhh, \uhhhh, \Uhhhhhhhh; P stands on the letter. */
static bool read_hex(struct og_path *p, uint32_t *out)
{
    unsigned digits = *p->at == 'x' ? 2 : *p->at == 'u' ? 4 : 8;
    *out = 0;
    for (p->at++; digits > 0; digits--, p->at++) {
        int value = hex_value(*p->at);
        if (value < 0)
            return false;
        *out = *out << 4 | (uint32_t)value;
    }
    return true;
}

static int read_escape(struct reader *r, bool bytes)
{
    static const char names[] = "ntr0abfv", values[] = "\n\t\r\0\a\b\f\v";
    struct og_path *p = r->p;
    const char *named = *p->at ? strchr(names, *p->at) : NULL;
    if (!*p->at)
        return OG_MORE;
    if (*p->at == 'x' || (!bytes && (*p->at == 'u' || *p->at == 'U'))) {
        char utf8[8];
        struct og_text t;
        uint32_t c;
        if (!read_hex(p, &c))
            return wrong(r, "an unfinished \\x");
        og_text_init(&t, utf8, sizeof utf8);
        if (bytes)
            og_text_char(&t, (char)c);
        else
            og_text_codepoint(&t, c);
        add_bytes(r, utf8, t.len);
        return OG_OK;
    }
    char c = named ? values[named - names] : *p->at;
    add_bytes(r, &c, 1);
    p->at++;
    return OG_OK;
}

static int read_text(struct reader *r)
{
    struct og_path *p = r->p;
    bool bytes = *p->at == 'b';
    struct og_literal_part *part = add_part(r, bytes ? OG_LITERAL_BYTES : OG_LITERAL_STR);
    if (!part)
        return wrong(r, "too long a key");
    p->at += bytes;
    char quote = *p->at++;
    while (*p->at && *p->at != quote) {
        int code = OG_OK;
        if (*p->at != '\\') {
            add_bytes(r, p->at++, 1);
        } else {
            p->at++;
            code = read_escape(r, bytes);
        }
        if (code != OG_OK)
            return code;
    }
    if (!*p->at)
        return OG_MORE;
    p->at++;
    part->text_len = r->out->text_len - part->text;
    if (r->out->text_len >= OG_LITERAL_TEXT - 1)
        return wrong(r, "too long a key");
    r->out->text[r->out->text_len++] = 0;
    return OG_OK;
}

static int read_number(struct reader *r)
{
    char text[NUMBER_MAX];
    uint64_t n = 0;
    bool real = false, hex = false;
    const char *start = r->p->at;
    for (; n < NUMBER_MAX - 1; n++) {
        char c = start[n];
        bool sign = (c == '-' || c == '+') && (n == 0 || (!hex && (start[n - 1] == 'e' || start[n - 1] == 'E')));
        if (!sign && !is_digit(c) && c != '.' && !is_letter(c))
            break;
        hex |= c == 'x';
        real |= c == '.' || c == 'n' || (!hex && c == 'e');
        text[n] = c;
    }
    text[n] = 0;
    char *end;
    struct og_literal_part *part = add_part(r, real ? OG_LITERAL_FLOAT : OG_LITERAL_INT);
    if (!part)
        return wrong(r, "too long a key");
    if (real)
        part->real = strtod(text, &end);
    else
        part->number = strtoll(text, &end, 0);
    if (*end || end == text)
        return wrong(r, "a key that is no number, text, tuple, None, True or False");
    r->p->at += n;
    if (!real && (part->number <= INT64_MIN >> 3 || part->number >= INT64_MAX >> 3)) {
        part->kind = OG_LITERAL_BIG;
        part->text_len = (uint32_t)n;
        add_bytes(r, text, n + 1);
    }
    return OG_OK;
}

static bool read_word(struct reader *r, const char *word, enum og_literal_kind kind, int64_t value)
{
    uint64_t n = strlen(word);
    if (strncmp(r->p->at, word, n) != 0 || is_letter(r->p->at[n]) || is_digit(r->p->at[n]))
        return false;
    struct og_literal_part *part = add_part(r, kind);
    if (part)
        part->number = value;
    r->p->at += n;
    return part != NULL;
}

static int read_literal(struct reader *r);

/* Not deeper than DEPTH_MAX. */
static int read_tuple(struct reader *r)
{
    struct og_literal_part *part = add_part(r, OG_LITERAL_TUPLE);
    if (!part || ++r->depth > DEPTH_MAX)
        return wrong(r, "too long a key");
    r->p->at++;
    for (skip_spaces(r->p); *r->p->at != ')'; skip_spaces(r->p)) {
        int code = read_literal(r);
        if (code != OG_OK)
            return code;
        part->number++;
        skip_spaces(r->p);
        if (*r->p->at == ',')
            r->p->at++;
        else if (*r->p->at != ')')
            return *r->p->at ? wrong(r, "a tuple without a comma") : OG_MORE;
    }
    r->p->at++;
    r->depth--;
    return OG_OK;
}

static int read_literal(struct reader *r)
{
    const char *at = r->p->at;
    if (!*at)
        return OG_MORE;
    if (*at == '\'' || *at == '"' || (*at == 'b' && (at[1] == '\'' || at[1] == '"')))
        return read_text(r);
    if (*at == '(')
        return read_tuple(r);
    if (read_word(r, "None", OG_LITERAL_NONE, 0) || read_word(r, "True", OG_LITERAL_BOOL, 1) ||
        read_word(r, "False", OG_LITERAL_BOOL, 0))
        return OG_OK;
    return read_number(r);
}

int og_path_literal(struct og_path *p, struct og_literal *out, struct og_error *err)
{
    struct reader r = {p, out, err, 0};
    out->count = out->text_len = 0;
    skip_spaces(p);
    int code = read_literal(&r);
    if (code != OG_OK)
        return code;
    skip_spaces(p);
    if (!*p->at)
        return OG_MORE;
    if (*p->at != ']')
        return wrong(&r, "a key that is not followed by ]");
    p->at++;
    return OG_OK;
}

/* ---- what it equals ---- */

static bool equals_repr(struct og_py *py, const struct og_literal *l, const struct og_literal_part *part,
                        const struct og_object *o)
{
    char buf[NUMBER_MAX];
    struct og_text t;
    og_text_init(&t, buf, sizeof buf);
    return o->type->kind == OG_KIND_INT && og_repr_number(py, o, &t) && og_streq(buf, l->text + part->text);
}

/* 1 == 1.0 == True. */
static bool equals_number(struct og_py *py, const struct og_literal_part *part, const struct og_object *o)
{
    int64_t value;
    double real, wanted = part->kind == OG_LITERAL_FLOAT ? part->real : (double)part->number;
    if (o->type->kind == OG_KIND_FLOAT) {
        uint64_t bits = og_word(py, o->addr, (uint64_t)py->l.pyobject_size);
        memcpy(&real, &bits, sizeof real);
        return real == wanted;
    }
    if ((o->type->kind != OG_KIND_INT && o->type->kind != OG_KIND_BOOL) || !og_int_value(py, o->addr, &value))
        return false;
    return part->kind == OG_LITERAL_FLOAT ? (double)value == part->real : value == part->number;
}

static bool equals_bytes(struct og_py *py, const struct og_literal *l, const struct og_literal_part *part,
                         const struct og_object *o)
{
    uint64_t n;
    char buf[OG_LITERAL_TEXT];
    return o->type->kind == OG_KIND_BYTES && og_mem_u64(py->mem, o->addr + (uint64_t)py->l.ob_size, &n) &&
           n == part->text_len && og_mem_read(py->mem, o->addr + (uint64_t)py->l.bytes_ob_sval, buf, n) &&
           memcmp(buf, l->text + part->text, n) == 0;
}

static bool equals_part(struct og_py *py, const struct og_literal *l, uint32_t *i, og_addr addr);

/* As deep as the literal, which was bounded when it was read. */
static bool equals_tuple(struct og_py *py, const struct og_literal *l, uint32_t *i, const struct og_object *o,
                         uint64_t wanted)
{
    uint64_t n;
    if (o->type->kind != OG_KIND_TUPLE || !og_mem_u64(py->mem, o->addr + (uint64_t)py->l.ob_size, &n) || n != wanted)
        return false;
    for (uint64_t k = 0; k < n; k++)
        if (!equals_part(py, l, i, og_word(py, o->addr + k * 8, py->l.tuple_ob_item)))
            return false;
    return true;
}

static bool equals_part(struct og_py *py, const struct og_literal *l, uint32_t *i, og_addr addr)
{
    struct og_object o;
    const struct og_literal_part *part = &l->parts[(*i)++];
    if (part->kind == OG_LITERAL_STR)
        return og_str_equals(py, addr, l->text + part->text);
    if (!addr || !og_py_object(py, addr, &o))
        return false;
    switch ((enum og_literal_kind)part->kind) {
    case OG_LITERAL_NONE:
        return o.type->kind == OG_KIND_NONE;
    case OG_LITERAL_BOOL:
    case OG_LITERAL_INT:
    case OG_LITERAL_FLOAT:
        return equals_number(py, part, &o);
    case OG_LITERAL_BIG:
        return equals_repr(py, l, part, &o);
    case OG_LITERAL_BYTES:
        return equals_bytes(py, l, part, &o);
    case OG_LITERAL_TUPLE:
        return equals_tuple(py, l, i, &o, (uint64_t)part->number);
    case OG_LITERAL_STR:
        break;
    }
    return false;
}

bool og_literal_equals(struct og_py *py, const struct og_literal *l, og_addr addr)
{
    uint32_t i = 0;
    return equals_part(py, l, &i, addr);
}
