/* str objects as text: every internal form (Include/cpython/unicodeobject.h), escaped as repr does when asked. */
#include "cpython/python.h"

enum { STATE_COMPACT_ASCII_MASK = 0x60, STATE_COMPACT = 0x20, STATE_ASCII = 0x40, TEXT_MAX = 1 << 24, QUOTE_SCAN_MAX = 1 << 16 };

struct str_view {
    og_addr data;
    uint64_t length; /* characters */
    uint32_t width;  /* bytes of one: 1, 2, 4; 0: a legacy wchar_t string, of 4 */
};

static bool is_str(struct og_py *py, og_addr str)
{
    struct og_object o;
    return str && og_py_object(py, str, &o) && (o.type->tp_flags & OG_TPFLAGS_UNICODE_SUBCLASS);
}

static bool str_view(struct og_py *py, og_addr str, struct str_view *out)
{
    const struct og_layout *l = &py->l;
    uint32_t state;
    if (!is_str(py, str) || !og_mem_u64(py->mem, str + (uint64_t)l->unicode_length, &out->length) ||
        !og_mem_u32(py->mem, str + (uint64_t)l->unicode_state, &state))
        return false;
    uint32_t kind = state >> 2 & 7;
    out->width = kind ? kind : 4;
    if ((state & STATE_COMPACT_ASCII_MASK) == STATE_COMPACT_ASCII_MASK)
        out->data = str + (uint64_t)l->ascii_size;
    else if (state & STATE_COMPACT)
        out->data = str + (uint64_t)l->compact_size;
    else if (kind)
        return og_mem_u64(py->mem, str + (uint64_t)l->unicode_data, &out->data);
    else /* not ready: only wstr holds the text; its length is utf8's neighbour, or the one there is */
        return l->unicode_wstr >= 0 && og_mem_u64(py->mem, str + (uint64_t)l->unicode_wstr, &out->data);
    return out->width == 1 || out->width == 2 || out->width == 4;
}

static uint32_t character(const unsigned char *p, uint32_t width)
{
    uint32_t c = 0;
    memcpy(&c, p, width); /* little endian */
    return c;
}

static void hex_digits(struct og_text *t, uint32_t c, int digits)
{
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
        og_text_char(t, "0123456789abcdef"[c >> shift & 15]);
}

/* What str.isprintable() denies beyond Latin 1, as far as text is met with it: spaces, marks without width, bidirectional
 * controls (which would reorder a terminal's line), private use. Unassigned code points are shown as they are. */
static bool unprintable(uint32_t c)
{
    return c == 0x1680 || (c >= 0x2000 && c <= 0x200f) || (c >= 0x2028 && c <= 0x202f) || (c >= 0x205f && c <= 0x206f) ||
           c == 0x3000 || (c >= 0xe000 && c <= 0xf8ff) || c == 0xfeff || (c >= 0xfff0 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe0fff) || c >= 0xf0000;
}

static void add_escaped(struct og_text *t, uint32_t c, char quote)
{
    if (c == '\\' || c == (unsigned char)quote) {
        og_text_char(t, '\\');
        og_text_char(t, (char)c);
    } else if (c == '\n') {
        og_text_add(t, "\\n");
    } else if (c == '\r') {
        og_text_add(t, "\\r");
    } else if (c == '\t') {
        og_text_add(t, "\\t");
    } else if (c < 0x20 || (c >= 0x7f && c < 0xa1) || c == 0xad) {
        og_text_add(t, "\\x");
        hex_digits(t, c, 2);
    } else if ((c >= 0xd800 && c < 0xe000) || unprintable(c)) {
        og_text_add(t, c > 0xffff ? "\\U" : "\\u");
        hex_digits(t, c, c > 0xffff ? 8 : 4);
    } else {
        og_text_codepoint(t, c);
    }
}

static bool contains(struct og_py *py, const struct str_view *s, uint64_t n, char wanted)
{
    for (uint64_t i = 0; i < n; i++) {
        const unsigned char *p = og_mem_at(py->mem, s->data + i * s->width, s->width);
        if (p && character(p, s->width) == (unsigned char)wanted)
            return true;
    }
    return false;
}

bool og_str_text(struct og_py *py, og_addr str, uint64_t limit, bool quoted, struct og_text *t)
{
    struct str_view s;
    if (!str_view(py, str, &s))
        return false;
    uint64_t n = limit && s.length > limit ? limit : s.length;
    if (n > TEXT_MAX)
        n = TEXT_MAX;
    uint64_t whole = s.length < QUOTE_SCAN_MAX ? s.length : QUOTE_SCAN_MAX; /* repr chooses by all of the text */
    char quote = quoted && contains(py, &s, whole, '\'') && !contains(py, &s, whole, '"') ? '"' : '\'';
    if (quoted)
        og_text_char(t, quote);
    for (uint64_t i = 0; i < n && !t->cut; i++) {
        const unsigned char *p = og_mem_at(py->mem, s.data + i * s.width, s.width);
        if (!p)
            return false;
        uint32_t c = character(p, s.width);
        if (quoted)
            add_escaped(t, c, quote);
        else
            og_text_codepoint(t, c);
    }
    if (quoted)
        og_text_char(t, quote);
    return true;
}

bool og_str_equals(struct og_py *py, og_addr str, const char *text)
{
    struct str_view v;
    uint64_t n = strlen(text);
    if (!str_view(py, str, &v) || v.length != n || v.width != 1)
        return false;
    const void *p = n ? og_mem_at(py->mem, v.data, n) : text;
    return p && memcmp(p, text, n) == 0;
}
