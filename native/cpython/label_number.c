/* repr() of numbers: int in decimal, float as the shortest text that reads back the same, complex, bool. */
#include "cpython/label.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    DIGIT_BITS = 30,
    DIGITS_MAX = 480,   /* CPython refuses to write ints beyond 4300 decimal digits */
    GROUP = 1000000000, /* decimal digits are made nine at a time */
    GROUPS_MAX = 490,
    GROUP_DIGITS = 9,
    TAG_SIGN = 3, /* 3.12 and later: lv_tag & 3: 0 positive, 1 zero, 2 negative */
    TAG_SHIFT = 3,
    FLOAT_VALUE = 16,
    COMPLEX_IMAG = 24,
    PRECISION_MAX = 17,
    EXPONENT_LOW = -4, /* repr writes an exponent below and from these on */
    EXPONENT_HIGH = 16,
};

struct int_view {
    uint64_t count; /* of 30-bit digits */
    bool negative;
};

static bool view(struct og_py *py, og_addr addr, struct int_view *out)
{
    uint64_t word;
    if (!og_mem_u64(py->mem, addr + (uint64_t)py->l.long_lv_tag, &word))
        return false;
    if (py->l.minor >= 12) {
        out->negative = (word & TAG_SIGN) == 2;
        out->count = (word & TAG_SIGN) == 1 ? 0 : word >> TAG_SHIFT;
    } else {
        out->negative = (int64_t)word < 0;
        out->count = out->negative ? 0 - word : word;
    }
    return true;
}

/* GROUPS = GROUPS * 2**30 + DIGIT; the new number of groups. */
static unsigned multiply_add(uint32_t groups[GROUPS_MAX], unsigned n, uint32_t digit)
{
    uint64_t carry = digit;
    for (unsigned i = 0; i < n; i++) {
        carry += (uint64_t)groups[i] << DIGIT_BITS;
        groups[i] = (uint32_t)(carry % GROUP);
        carry /= GROUP;
    }
    for (; carry && n < GROUPS_MAX; carry /= GROUP)
        groups[n++] = (uint32_t)(carry % GROUP);
    return n;
}

static void add_group(struct og_text *t, uint32_t group)
{
    for (uint32_t place = GROUP / 10; place; place /= 10)
        og_text_char(t, (char)('0' + group / place % 10));
}

static bool repr_int(struct og_py *py, og_addr addr, struct og_text *t)
{
    struct int_view v;
    uint32_t groups[GROUPS_MAX], digit;
    unsigned n = 0;
    if (!view(py, addr, &v))
        return false;
    if (v.count > DIGITS_MAX) {
        og_text_addf(t, "int of %u bits", v.count * DIGIT_BITS);
        return true;
    }
    for (uint64_t i = v.count; i > 0; i--) {
        if (!og_mem_u32(py->mem, addr + (uint64_t)py->l.long_ob_digit + (i - 1) * 4, &digit))
            return false;
        n = multiply_add(groups, n, digit);
    }
    if (v.negative)
        og_text_char(t, '-');
    og_text_u64(t, n ? groups[n - 1] : 0);
    for (unsigned i = n; i > 1; i--)
        add_group(t, groups[i - 2]);
    return true;
}

/* DIGITS times ten to the EXPONENT, the point behind the first. */
static double value_of(const char *digits, int exponent)
{
    char text[64];
    snprintf(text, sizeof text, "%se%d", digits, exponent - (int)strlen(digits) + 1);
    return strtod(text, NULL);
}

/* One more in the last place: what rounds to a power of two may lie above the correctly rounded digits. */
static bool increment(char *digits)
{
    for (size_t i = strlen(digits); i > 0; i--) {
        if (digits[i - 1] != '9') {
            digits[i - 1]++;
            return true;
        }
        digits[i - 1] = '0';
    }
    return false;
}

/* The shortest digits that read back as D, positive and finite. */
static int shortest(double d, char digits[PRECISION_MAX + 1])
{
    int exponent = 0;
    for (int n = 1; n <= PRECISION_MAX; n++) {
        char text[64];
        int k = 0;
        snprintf(text, sizeof text, "%.*e", n - 1, d);
        for (const char *p = text; *p && *p != 'e'; p++) /* the point may be a comma: the locale is not ours */
            if (*p >= '0' && *p <= '9' && k < PRECISION_MAX)
                digits[k++] = *p;
        digits[k] = 0;
        exponent = atoi(strchr(text, 'e') + 1);
        if (value_of(digits, exponent) == d || (increment(digits) && value_of(digits, exponent) == d))
            break;
    }
    size_t last = strlen(digits);
    while (last > 1 && digits[last - 1] == '0')
        digits[--last] = 0;
    return exponent;
}

static void add_scientific(struct og_text *t, const char *digits, int exponent)
{
    og_text_char(t, digits[0]);
    if (digits[1])
        og_text_addf(t, ".%s", digits + 1);
    og_text_addf(t, "e%c", exponent < 0 ? '-' : '+');
    if (abs(exponent) < 10)
        og_text_char(t, '0');
    og_text_u64(t, (uint64_t)abs(exponent));
}

static void add_positional(struct og_text *t, const char *digits, int exponent, bool dot)
{
    int n = (int)strlen(digits);
    if (exponent < 0)
        og_text_add(t, "0.");
    for (int i = exponent + 1; i < 0; i++)
        og_text_char(t, '0');
    for (int i = 0; i < n || i <= exponent; i++) {
        if (i == exponent + 1 && i > 0)
            og_text_char(t, '.');
        og_text_char(t, i < n ? digits[i] : '0');
    }
    if (dot && exponent >= 0 && n <= exponent + 1)
        og_text_add(t, ".0");
}

static void repr_double(double d, bool dot, struct og_text *t)
{
    char digits[PRECISION_MAX + 1] = "0";
    if (isnan(d)) {
        og_text_add(t, "nan");
        return;
    }
    if (signbit(d))
        og_text_char(t, '-');
    if (isinf(d)) {
        og_text_add(t, "inf");
        return;
    }
    int exponent = d == 0 ? 0 : shortest(fabs(d), digits);
    if (exponent < EXPONENT_LOW || exponent >= EXPONENT_HIGH)
        add_scientific(t, digits, exponent);
    else
        add_positional(t, digits, exponent, dot);
}

static bool read_double(struct og_py *py, og_addr addr, double *out)
{
    uint64_t bits;
    if (!og_mem_u64(py->mem, addr, &bits))
        return false;
    memcpy(out, &bits, sizeof *out);
    return true;
}

/* complex_repr: a real part of positive zero is not written. */
static bool repr_complex(struct og_py *py, og_addr addr, struct og_text *t)
{
    double real, imag;
    if (!read_double(py, og_body(py, addr) + FLOAT_VALUE, &real) ||
        !read_double(py, og_body(py, addr) + COMPLEX_IMAG, &imag))
        return false;
    bool whole = real != 0 || signbit(real);
    if (whole) {
        og_text_char(t, '(');
        repr_double(real, false, t);
        if (isnan(imag) || !signbit(imag))
            og_text_char(t, '+');
    }
    repr_double(imag, false, t);
    og_text_add(t, whole ? "j)" : "j");
    return true;
}

bool og_repr_number(struct og_py *py, const struct og_object *o, struct og_text *t)
{
    int64_t truth = 0;
    double d;
    if (o->type->kind == OG_KIND_INT)
        return repr_int(py, o->addr, t);
    if (o->type->kind == OG_KIND_BOOL) {
        struct int_view v;
        truth = view(py, o->addr, &v) && v.count;
        og_text_add(t, truth ? "True" : "False");
        return true;
    }
    if (o->type->kind == OG_KIND_COMPLEX)
        return repr_complex(py, o->addr, t);
    if (o->type->kind != OG_KIND_FLOAT || !read_double(py, og_body(py, o->addr) + FLOAT_VALUE, &d))
        return false;
    repr_double(d, true, t);
    return true;
}
