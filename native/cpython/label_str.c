/* str objects as text: every internal form (Include/cpython/unicodeobject.h), escaped as repr does when asked.
 * The agent has this file too: dictionaries are searched by it. */
#include "cpython/python.h"

enum {
    STATE_COMPACT_ASCII = 0x60,
    STATE_COMPACT = 0x20,
    CHARACTERS_MAX = 1 << 24,
    QUOTE_SEARCH_MAX = 1 << 20,
    TEXT_COMPARED = 1024
};

struct str_view {
    og_addr data;
    uint64_t length; /* characters */
    uint32_t width;  /* bytes of one: 1, 2, 4 */
};

struct range {
    uint32_t first, last;
    uint32_t since; /* minor version from which on they are printable */
};

enum { NEVER = 255 };

static const struct range unprintable[] = {
#include "cpython/unprintable.h"
};

static bool is_printable(uint32_t c, uint32_t minor)
{
    uint64_t low = 0, high = sizeof unprintable / sizeof *unprintable;
    if (c < 0x7f)
        return c >= 0x20;
    if (c == 0x7f)
        return false;
    while (low < high) {
        uint64_t middle = (low + high) / 2;
        if (c > unprintable[middle].last)
            low = middle + 1;
        else if (c < unprintable[middle].first)
            high = middle;
        else
            return minor >= unprintable[middle].since;
    }
    return true;
}

static bool is_str(struct og_py *py, og_addr str)
{
    struct og_object o;
    return str && og_py_object(py, str, &o) && (o.type->tp_flags & OG_TPFLAGS_UNICODE_SUBCLASS);
}

bool og_str_state(struct og_py *py, og_addr str, uint32_t *state)
{
    enum { INTERNED = 3, SHIFT = 6 };
    if (!og_mem_u32(py->mem, str + (uint64_t)py->l.unicode_state, state))
        return false;
    if (og_is_free_threaded(&py->l) && py->l.minor >= 14)
        *state = (*state & INTERNED) | (*state >> SHIFT & ~(uint32_t)INTERNED);
    return true;
}

/* A legacy string that nobody asked for its characters yet (to 3.11): wchar_t alone, its length behind the utf8
 * pointer. */
static bool view_legacy(struct og_py *py, og_addr str, struct str_view *out)
{
    const struct og_layout *l = &py->l;
    out->width = 4;
    return l->unicode_wstr >= 0 && og_mem_u64(py->mem, str + (uint64_t)l->unicode_wstr, &out->data) && out->data &&
           og_mem_u64(py->mem, str + (uint64_t)l->compact_utf8 + 8, &out->length);
}

static bool view(struct og_py *py, og_addr str, struct str_view *out)
{
    const struct og_layout *l = &py->l;
    uint32_t state;
    if (!is_str(py, str) || !og_mem_u64(py->mem, str + (uint64_t)l->unicode_length, &out->length) ||
        !og_str_state(py, str, &state))
        return false;
    out->width = state >> 2 & 7;
    if (out->width == 0)
        return view_legacy(py, str, out);
    if ((state & STATE_COMPACT_ASCII) == STATE_COMPACT_ASCII)
        out->data = str + (uint64_t)l->ascii_size;
    else if (state & STATE_COMPACT)
        out->data = str + (uint64_t)l->compact_size;
    else if (!og_mem_u64(py->mem, str + (uint64_t)l->unicode_data, &out->data))
        return false;
    return out->width == 1 || out->width == 2 || out->width == 4;
}

static bool character(struct og_py *py, const struct str_view *s, uint64_t i, uint32_t *c)
{
    const void *p = og_mem_at(py->mem, s->data + i * s->width, s->width);
    *c = 0;
    if (p)
        memcpy(c, p, s->width); /* little endian */
    return p != NULL;
}

static void add_hex(struct og_text *t, char form, uint32_t c, int digits)
{
    og_text_char(t, '\\');
    og_text_char(t, form);
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
        uint32_t digit = c >> shift & 15;
        og_text_char(t, (char)(digit < 10 ? '0' + digit : 'a' + digit - 10));
    }
}

static void add_hex_escape(struct og_text *t, uint32_t c)
{
    if (c < 0x100)
        add_hex(t, 'x', c, 2);
    else if (c < 0x10000)
        add_hex(t, 'u', c, 4);
    else
        add_hex(t, 'U', c, 8);
}

static void add_escaped(struct og_text *t, uint32_t c, char quote, uint32_t minor)
{
    if (c == '\n' || c == '\r' || c == '\t' || c == '\\' || c == (unsigned char)quote) {
        og_text_char(t, '\\');
        og_text_char(t, (char)(c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c));
    } else if (is_printable(c, minor)) {
        og_text_codepoint(t, c);
    } else {
        add_hex_escape(t, c);
    }
}

/* UTF-8 has no place for lone surrogates, nor for what no str can hold. */
static void add_plain(struct og_text *t, uint32_t c)
{
    if ((c >= 0xd800 && c < 0xe000) || c > 0x10ffff)
        add_hex_escape(t, c);
    else
        og_text_codepoint(t, c);
}

/* repr prefers single quotes, unless there are single and no double ones inside. */
static char quote_of(struct og_py *py, const struct str_view *s)
{
    char quote = '\'';
    uint32_t c;
    for (uint64_t i = 0; i < s->length && i < QUOTE_SEARCH_MAX && character(py, s, i, &c); i++) {
        if (c == '"')
            return '\'';
        if (c == '\'')
            quote = '"';
    }
    return quote;
}

bool og_str_text(struct og_py *py, og_addr str, uint64_t limit, bool quoted, struct og_text *t)
{
    struct str_view s;
    uint32_t c;
    if (!view(py, str, &s))
        return false;
    uint64_t n = limit && s.length > limit ? limit : s.length;
    char quote = quoted ? quote_of(py, &s) : 0;
    if (quoted)
        og_text_char(t, quote);
    for (uint64_t i = 0; i < n && i < CHARACTERS_MAX && !t->cut; i++) {
        if (!character(py, &s, i, &c))
            return false;
        if (quoted)
            add_escaped(t, c, quote, py->l.minor);
        else
            add_plain(t, c);
    }
    if (quoted)
        og_text_char(t, quote);
    return true;
}

/* The code point at S, which is UTF-8 that og_text wrote; what is not stands for itself. */
static uint32_t next_codepoint(const unsigned char **s)
{
    static const unsigned char heads[] = {0xc0, 0xe0, 0xf0};
    uint32_t c = *(*s)++, more = c < 0xc0 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    if (!more)
        return c;
    c &= ~(uint32_t)heads[more - 1];
    for (; more && (**s & 0xc0) == 0x80; more--)
        c = c << 6 | (*(*s)++ & 0x3f);
    return c;
}

static bool has(const char *s, char c)
{
    while (*s && *s != c)
        s++;
    return *s != 0;
}

void og_text_repr(struct og_text *t, const char *utf8, uint32_t minor)
{
    bool single = has(utf8, '\''), two = has(utf8, '"');
    char quote = single && !two ? '"' : '\'';
    og_text_char(t, quote);
    for (const unsigned char *s = (const unsigned char *)utf8; *s && !t->cut;)
        add_escaped(t, next_codepoint(&s), quote, minor);
    og_text_char(t, quote);
}

static bool is_ascii(const char *s)
{
    for (; *s; s++)
        if (*s & 0x80)
            return false;
    return true;
}

static bool equals_utf8(struct og_py *py, og_addr str, const char *text)
{
    char buf[TEXT_COMPARED];
    struct og_text t;
    og_text_init(&t, buf, sizeof buf);
    return og_str_text(py, str, 0, false, &t) && !t.cut && og_streq(buf, text);
}

/* Most strings differ in length from what is looked for: that is told before anything else is read. */
bool og_str_equals(struct og_py *py, og_addr str, const char *text)
{
    struct str_view s;
    uint64_t length, n = strlen(text);
    if (!og_mem_readable(py->mem, str, (uint64_t)py->l.pyvarobject_size) ||
        !og_mem_u64(py->mem, str + (uint64_t)py->l.unicode_length, &length))
        return false;
    if (!is_ascii(text))
        return equals_utf8(py, str, text);
    if (length != n || !view(py, str, &s) || s.length != n || s.width != 1)
        return false;
    const void *p = n ? og_mem_at(py->mem, s.data, n) : text;
    return p && memcmp(p, text, n) == 0;
}
