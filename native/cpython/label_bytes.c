/* repr() of bytes and bytearray (Objects/bytesobject.c, PyBytes_Repr; Objects/bytearrayobject.c). */
#include "cpython/label.h"

enum { BYTES_MAX = 1 << 16 };

/* QUOTED is the quote that is escaped: of bytes the one around, of bytearray always the single one. */
static void add_byte(struct og_text *t, uint8_t c, char quoted)
{
    if (c == '\n' || c == '\r' || c == '\t') {
        og_text_char(t, '\\');
        og_text_char(t, c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
    } else if (c < 0x20 || c >= 0x7f) {
        static const char hex[] = "0123456789abcdef";
        og_text_add(t, "\\x");
        og_text_char(t, hex[c >> 4]);
        og_text_char(t, hex[c & 15]);
    } else {
        if (c == '\\' || c == (uint8_t)quoted)
            og_text_char(t, '\\');
        og_text_char(t, (char)c);
    }
}

static char quote_of(struct og_py *py, og_addr data, uint64_t n)
{
    char quote = '\'';
    uint8_t c;
    for (uint64_t i = 0; i < n && i < BYTES_MAX && og_mem_u8(py->mem, data + i, &c); i++) {
        if (c == '"')
            return '\'';
        if (c == '\'')
            quote = '"';
    }
    return quote;
}

bool og_repr_bytes(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    uint64_t n, data = o->addr + (uint64_t)py->l.bytes_ob_sval;
    uint8_t c;
    bool array = o->type->kind == OG_KIND_BYTEARRAY;
    if (!og_mem_u64(py->mem, o->addr + (uint64_t)py->l.ob_size, &n))
        return false;
    if (array && n && !og_mem_u64(py->mem, o->addr + (uint64_t)py->l.bytearray_ob_start, &data))
        return false;
    char quote = quote_of(py, data, n);
    og_text_addf(t, "%sb%c", array ? "bytearray(" : "", quote);
    for (uint64_t i = 0; i < n && i < BYTES_MAX && !t->cut; i++) {
        if (!og_mem_u8(py->mem, data + i, &c))
            return false;
        add_byte(t, c, array ? '\'' : quote);
    }
    og_text_addf(t, "%c%s", quote, array ? ")" : "");
    return true;
}
