/* Numbers and text as fields of CSV (RFC 4180) and JSON (RFC 8259). */
#include "engine/export.h"

char *og_put_u64(char *p, uint64_t n)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    char digits[20];
    unsigned i = sizeof digits;
    for (; n >= 100; n /= 100)
        memcpy(&digits[i -= 2], &pairs[n % 100 * 2], 2);
    if (n >= 10)
        memcpy(&digits[i -= 2], &pairs[n * 2], 2);
    else
        digits[--i] = (char)('0' + n);
    memcpy(p, &digits[i], sizeof digits - i);
    return p + (sizeof digits - i);
}

static bool continues(const char *s, uint64_t n, uint64_t i)
{
    return i < n && ((unsigned char)s[i] & 0xc0) == 0x80;
}

/* Bytes of the character at the start of S as RFC 3629 has it, 0: it is none. */
static unsigned utf8_length(const char *s, uint64_t n)
{
    unsigned char a = (unsigned char)s[0], b = n > 1 ? (unsigned char)s[1] : 0;
    if (a < 0x80)
        return 1;
    if (a >= 0xc2 && a <= 0xdf)
        return continues(s, n, 1) ? 2 : 0;
    if (a >= 0xe0 && a <= 0xef) {
        bool shortest = a != 0xe0 || b >= 0xa0, surrogate = a == 0xed && b >= 0xa0;
        return shortest && !surrogate && continues(s, n, 1) && continues(s, n, 2) ? 3 : 0;
    }
    if (a >= 0xf0 && a <= 0xf4) {
        bool shortest = a != 0xf0 || b >= 0x90, above = a == 0xf4 && b >= 0x90;
        return shortest && !above && continues(s, n, 1) && continues(s, n, 2) && continues(s, n, 3) ? 4 : 0;
    }
    return 0;
}

static char *put_hex(char *p, const char *before, unsigned char c)
{
    const char *hex = "0123456789abcdef";
    p = og_put(p, before);
    *p++ = hex[c >> 4];
    *p++ = hex[c & 15];
    return p;
}

/* The character at *S, which is not ASCII, or what stands for the byte that begins none. */
static char *put_wide(char *p, const char **s, const char *end, const char *escape)
{
    unsigned length = utf8_length(*s, (uint64_t)(end - *s));
    if (length == 0)
        return put_hex(p, escape, (unsigned char)*(*s)++);
    memcpy(p, *s, length);
    *s += length;
    return p + length;
}

static bool must_be_quoted(char c)
{
    return c == ',' || c == '"' || c == '\r' || c == '\n';
}

char *og_put_csv(char *p, const char *s, uint64_t n)
{
    const char *end = s + n;
    bool quoted = false;
    for (uint64_t i = 0; i < n && !quoted; i++)
        quoted = must_be_quoted(s[i]);
    if (quoted)
        *p++ = '"';
    while (s < end) {
        if (*s & 0x80) {
            p = put_wide(p, &s, end, "\\x");
            continue;
        }
        if (*s == '"')
            *p++ = '"';
        *p++ = *s++;
    }
    if (quoted)
        *p++ = '"';
    return p;
}

char *og_put_json(char *p, const char *s, uint64_t n)
{
    const char *end = s + n;
    *p++ = '"';
    while (s < end) {
        if (*s & 0x80) {
            p = put_wide(p, &s, end, "\\\\x");
        } else if ((unsigned char)*s < 0x20) {
            p = put_hex(p, "\\u00", (unsigned char)*s++);
        } else {
            if (*s == '"' || *s == '\\')
                *p++ = '\\';
            *p++ = *s++;
        }
    }
    *p++ = '"';
    return p;
}
