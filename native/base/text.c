/* Building text without libc: labels, names and errors, in GDB and in the agent alike. */
#include "base/base.h"

void og_text_init(struct og_text *t, char *buf, uint64_t cap)
{
    *t = (struct og_text){buf, cap, 0, false};
    buf[0] = 0;
}

/* Where to cut so that no UTF-8 sequence is torn. */
static uint64_t whole_characters(const char *s, uint64_t n)
{
    while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
        n--;
    return n;
}

void og_text_addn(struct og_text *t, const char *s, uint64_t n)
{
    uint64_t room = t->cap - 1 - t->len;
    if (t->cut)
        return;
    if (n > room) {
        n = whole_characters(s, room);
        t->cut = true;
    }
    memcpy(t->buf + t->len, s, n);
    t->len += n;
    t->buf[t->len] = 0;
}

void og_text_add(struct og_text *t, const char *s)
{
    og_text_addn(t, s, strlen(s));
}

void og_text_char(struct og_text *t, char c)
{
    og_text_addn(t, &c, 1);
}

void og_text_u64(struct og_text *t, uint64_t n)
{
    char digits[20];
    uint64_t i = sizeof digits;
    do
        digits[--i] = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    og_text_addn(t, digits + i, sizeof digits - i);
}

void og_text_i64(struct og_text *t, int64_t n)
{
    if (n < 0)
        og_text_char(t, '-');
    og_text_u64(t, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

void og_text_hex(struct og_text *t, uint64_t n)
{
    char digits[18];
    uint64_t i = sizeof digits;
    do {
        uint64_t d = n & 15;
        digits[--i] = (char)(d < 10 ? '0' + d : 'a' + d - 10);
    } while ((n >>= 4) > 0);
    digits[--i] = 'x';
    digits[--i] = '0';
    og_text_addn(t, digits + i, sizeof digits - i);
}

void og_text_codepoint(struct og_text *t, uint32_t cp)
{
    char s[4];
    uint64_t n = 0;
    if (cp < 0x80) {
        s[n++] = (char)cp;
    } else if (cp < 0x800) {
        s[n++] = (char)(0xc0 | cp >> 6);
        s[n++] = (char)(0x80 | (cp & 0x3f));
    } else if (cp < 0x10000) {
        s[n++] = (char)(0xe0 | cp >> 12);
        s[n++] = (char)(0x80 | (cp >> 6 & 0x3f));
        s[n++] = (char)(0x80 | (cp & 0x3f));
    } else {
        s[n++] = (char)(0xf0 | (cp >> 18 & 7));
        s[n++] = (char)(0x80 | (cp >> 12 & 0x3f));
        s[n++] = (char)(0x80 | (cp >> 6 & 0x3f));
        s[n++] = (char)(0x80 | (cp & 0x3f));
    }
    og_text_addn(t, s, n);
}

void og_text_vaddf(struct og_text *t, const char *format, __builtin_va_list args)
{
    for (const char *p = format; *p; p++) {
        if (*p != '%') {
            og_text_char(t, *p);
            continue;
        }
        switch (*++p) {
        case 's':
            og_text_add(t, __builtin_va_arg(args, const char *));
            break;
        case 'd':
            og_text_i64(t, __builtin_va_arg(args, int64_t));
            break;
        case 'u':
            og_text_u64(t, __builtin_va_arg(args, uint64_t));
            break;
        case 'x':
            og_text_hex(t, __builtin_va_arg(args, uint64_t));
            break;
        case 'c':
            og_text_char(t, (char)__builtin_va_arg(args, int));
            break;
        case '%':
            og_text_char(t, '%');
            break;
        default:
            return;
        }
    }
}

void og_text_addf(struct og_text *t, const char *format, ...)
{
    __builtin_va_list args;
    __builtin_va_start(args, format);
    og_text_vaddf(t, format, args);
    __builtin_va_end(args);
}
