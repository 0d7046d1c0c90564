/* Numbers as repr writes them. */
#include "cpython/label.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    DIGIT_BITS = 30,
    DIGITS_MAX = 1024,  /* numbers of more bits are described, not written */
    CHUNK = 1000000000, /* nine decimal digits */
    CHUNKS_MAX = DIGITS_MAX + DIGITS_MAX / 8,
};

struct big {
    uint32_t digits[DIGITS_MAX];
    uint64_t count;
    bool negative;
};

/* ob_size is a signed count to 3.11; lv_tag is count << 3 | sign from 3.12 on (0 +, 1 zero, 2 -). */
static bool read_size(struct og_py *py, og_addr addr, struct big *b)
{
    uint64_t tag;
    if (!og_mem_u64(py->mem, addr + (uint64_t)py->l.long_lv_tag, &tag))
        return false;
    if (py->l.minor >= 12) {
        b->negative = (tag & 3) == 2;
        b->count = tag >> 3;
    } else {
        b->negative = (int64_t)tag < 0;
        b->count = b->negative ? 0 - tag : tag;
    }
    return true;
}

/* Divides by CHUNK in place and returns the rest. */
static uint32_t divide(struct big *b)
{
    uint64_t rest = 0;
    for (uint64_t i = b->count; i-- > 0;) {
        uint64_t n = rest << DIGIT_BITS | b->digits[i];
        b->digits[i] = (uint32_t)(n / CHUNK);
        rest = n % CHUNK;
    }
    while (b->count && !b->digits[b->count - 1])
        b->count--;
    return (uint32_t)rest;
}

static void write_decimal(struct big *b, struct og_text *t)
{
    uint32_t chunks[CHUNKS_MAX];
    unsigned n = 0;
    char digits[16];
    if (b->negative)
        og_text_char(t, '-');
    while (b->count && n < CHUNKS_MAX)
        chunks[n++] = divide(b);
    og_text_u64(t, n ? chunks[--n] : 0);
    while (n > 0) {
        snprintf(digits, sizeof digits, "%09u", chunks[--n]);
        og_text_add(t, digits);
    }
}

void og_label_int(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    struct big b;
    if (!read_size(py, o->addr, &b))
        return;
    if (b.count > DIGITS_MAX) {
        og_text_addf(t, "int of %u bits", b.count * DIGIT_BITS);
        return;
    }
    if (og_mem_read(py->mem, o->addr + (uint64_t)py->l.long_ob_digit, b.digits, b.count * 4))
        write_decimal(&b, t);
}

/* repr(float): the fewest digits that read back as the same number, exponent from 1e16 and below 1e-4. */
void og_label_double(double value, struct og_text *t)
{
    char buf[40];
    int precision = 1;
    if (isnan(value) || isinf(value)) {
        og_text_add(t, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return;
    }
    do
        snprintf(buf, sizeof buf, "%.*e", precision - 1, value);
    while (precision++ < 17 && strtod(buf, NULL) != value);
    int exponent = atoi(strchr(buf, 'e') + 1), digits = precision - 1;
    if (exponent < -4 || exponent >= 16)
        snprintf(buf, sizeof buf, "%.*g", digits, value);
    else
        snprintf(buf, sizeof buf, "%.*f", digits - 1 > exponent ? digits - 1 - exponent : 1, value);
    og_text_add(t, buf);
}

void og_label_float(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    double value;
    if (og_mem_read(py->mem, o->addr + OG_PYOBJECT_SIZE, &value, sizeof value))
        og_label_double(value, t);
}

/* Parts of a complex are written without a trailing .0. */
static void part(double value, struct og_text *t)
{
    char buf[48];
    struct og_text piece;
    og_text_init(&piece, buf, sizeof buf);
    og_label_double(value, &piece);
    if (piece.len > 2 && og_streq(buf + piece.len - 2, ".0"))
        piece.len -= 2;
    og_text_addn(t, buf, piece.len);
}

void og_label_complex(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    double v[2];
    if (!og_mem_read(py->mem, o->addr + OG_PYOBJECT_SIZE, v, sizeof v))
        return;
    bool only_imaginary = v[0] == 0 && !signbit(v[0]);
    if (!only_imaginary) {
        og_text_char(t, '(');
        part(v[0], t);
        if (!signbit(v[1]) || isnan(v[1]))
            og_text_char(t, '+');
    }
    part(v[1], t);
    og_text_add(t, only_imaginary ? "j" : "j)");
}
