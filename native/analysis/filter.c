/* Compiling a filter: one pass over the text, instructions as they come. */
#include "analysis/filter.h"

#include <stdio.h>
#include <stdlib.h>

enum { EXPRESSION_MAX = 4096, DEPTH_MAX = 64, WORD_MAX = 32 };

struct parser {
    const char *text;
    uint64_t at;
    struct og_filter *filter;
    uint32_t text_used;
    uint32_t depth;
    struct og_error *err;
};

static int fail(struct parser *p, uint64_t at, const char *what)
{
    return og_fail(p->err, OG_EARG, 0, "%s at position %u of the filter %s", what, at + 1, p->text);
}

static void skip_blanks(struct parser *p)
{
    while (p->text[p->at] == ' ' || p->text[p->at] == '\t' || p->text[p->at] == '\n')
        p->at++;
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static uint64_t word_length(const struct parser *p)
{
    uint64_t n = 0;
    while (is_word_char(p->text[p->at + n]))
        n++;
    return n;
}

/* Takes the symbol or word S if it stands here. */
static bool accept(struct parser *p, const char *s)
{
    skip_blanks(p);
    uint64_t n = strlen(s);
    if (is_word_char(s[0]) ? word_length(p) != n : false)
        return false;
    if (strncmp(p->text + p->at, s, n) != 0)
        return false;
    p->at += n;
    return true;
}

static struct og_filter_step *emit(struct parser *p, enum og_filter_op op)
{
    struct og_filter_step *s = &p->filter->steps[p->filter->count++];
    s->op = op;
    return s;
}

/* ---- operands ---- */

struct field_name {
    char name[WORD_MAX];
    uint32_t field;
};

static const struct field_name field_names[] = {
    {"type", OG_FIELD_TYPE},       {"module", OG_FIELD_MODULE},     {"repr", OG_FIELD_REPR},
    {"size", OG_FIELD_SIZE},       {"refcount", OG_FIELD_REFCOUNT}, {"len", OG_FIELD_LEN},
    {"tracked", OG_FIELD_TRACKED},
};

static bool is_text(const struct og_filter_operand *o)
{
    return o->field == OG_FIELD_TEXT || o->field == OG_FIELD_TYPE || o->field == OG_FIELD_MODULE ||
           o->field == OG_FIELD_REPR;
}

static int parse_quoted(struct parser *p, struct og_filter_operand *out)
{
    uint64_t start = p->at;
    char quote = p->text[p->at++];
    out->field = OG_FIELD_TEXT;
    out->text = p->text_used;
    while (p->text[p->at] && p->text[p->at] != quote) {
        p->at += p->text[p->at] == '\\' && p->text[p->at + 1];
        p->filter->texts[p->text_used++] = p->text[p->at++];
    }
    p->filter->texts[p->text_used++] = 0;
    if (!p->text[p->at])
        return fail(p, start, "the text is not closed");
    p->at++;
    return OG_OK;
}

static int parse_number(struct parser *p, struct og_filter_operand *out)
{
    uint64_t start = p->at;
    char *end;
    out->field = OG_FIELD_NUMBER;
    out->number = strtod(p->text + p->at, &end);
    if (end == p->text + p->at)
        return fail(p, start,
                    "a number, a text in quotes or one of type, module, size, refcount, len, tracked, repr is missing");
    p->at = (uint64_t)(end - p->text);
    static const char suffixes[] = "kMG";
    double scale = 1024;
    for (const char *s = suffixes; *s; s++, scale *= 1024)
        if (p->text[p->at] == *s || (*s == 'k' && p->text[p->at] == 'K')) {
            out->number *= scale;
            p->at++;
            break;
        }
    if (is_word_char(p->text[p->at]))
        return fail(p, p->at, "a number ends in nothing, k, M or G: something else stands");
    return OG_OK;
}

static int parse_word(struct parser *p, struct og_filter_operand *out)
{
    for (unsigned i = 0; i < sizeof field_names / sizeof *field_names; i++)
        if (accept(p, field_names[i].name)) {
            out->field = field_names[i].field;
            p->filter->needs_target |= out->field == OG_FIELD_LEN || out->field == OG_FIELD_REPR;
            return OG_OK;
        }
    out->field = OG_FIELD_NUMBER;
    if (accept(p, "true") || accept(p, "True"))
        out->number = 1;
    else if (!accept(p, "false") && !accept(p, "False"))
        return fail(p, p->at,
                    "only type, module, size, refcount, len, tracked and repr are known: an unknown word stands");
    return OG_OK;
}

static int parse_operand(struct parser *p, struct og_filter_operand *out)
{
    skip_blanks(p);
    char c = p->text[p->at];
    memset(out, 0, sizeof *out);
    if (c == '"' || c == '\'')
        return parse_quoted(p, out);
    bool word = is_word_char(c) && !(c >= '0' && c <= '9');
    return word ? parse_word(p, out) : parse_number(p, out);
}

/* ---- comparisons ---- */

static bool parse_operator(struct parser *p, enum og_filter_op *op, bool *swap)
{
    static const struct {
        char text[3];
        enum og_filter_op op;
    } operators[] = {{"==", OG_FILTER_EQ}, {"!=", OG_FILTER_NE},  {"<=", OG_FILTER_LE},
                     {">=", OG_FILTER_GE}, {"<", OG_FILTER_LT},   {">", OG_FILTER_GT},
                     {"~", OG_FILTER_HAS}, {"in", OG_FILTER_HAS}, {"=", OG_FILTER_EQ}};
    for (unsigned i = 0; i < sizeof operators / sizeof *operators; i++)
        if (accept(p, operators[i].text)) {
            *op = operators[i].op;
            *swap = operators[i].text[0] == 'i';
            return true;
        }
    return false;
}

/* A text with a dot means the long name: "type" is told so by the operand on the other side. */
static int parse_comparison(struct parser *p)
{
    struct og_filter_operand left, right;
    enum og_filter_op op = OG_FILTER_NE;
    bool swap = false;
    skip_blanks(p);
    uint64_t start = p->at;
    int code = parse_operand(p, &left);
    if (code != OG_OK)
        return code;
    skip_blanks(p);
    uint64_t at = p->at;
    if (!parse_operator(p, &op, &swap)) {
        if (left.field != OG_FIELD_TRACKED)
            return fail(p, at, "one of == != < <= > >= ~ in is missing");
        memset(&right, 0, sizeof right); /* tracked != 0 */
    } else if ((code = parse_operand(p, &right)) != OG_OK) {
        return code;
    }
    if (is_text(&left) != is_text(&right))
        return fail(p, start, "a text cannot be compared with a number");
    if (op == OG_FILTER_HAS && !is_text(&left))
        return fail(p, at, "only texts contain texts: ~ or in stands between numbers");
    struct og_filter_step *s = emit(p, op);
    s->left = swap ? right : left;
    s->right = swap ? left : right;
    return OG_OK;
}

/* ---- not, and, or ---- */

static int parse_or(struct parser *p);

static int parse_factor(struct parser *p)
{
    uint32_t negations = 0;
    while (accept(p, "not"))
        negations++;
    int code;
    if (accept(p, "(")) {
        uint64_t at = p->at - 1;
        if (++p->depth > DEPTH_MAX)
            return fail(p, at, "too many parentheses are open");
        code = parse_or(p);
        p->depth--;
        if (code == OG_OK && !accept(p, ")"))
            return fail(p, p->at, "a closing parenthesis is missing");
    } else {
        code = parse_comparison(p);
    }
    if (code == OG_OK && negations % 2)
        emit(p, OG_FILTER_NOT);
    return code;
}

/* Operands of one kind of jump: each but the last jumps behind all of them once the result is settled. */
static int parse_list(struct parser *p, const char *word, enum og_filter_op jump, int (*parse)(struct parser *))
{
    int code = parse(p);
    while (code == OG_OK && accept(p, word)) {
        uint32_t at = p->filter->count;
        emit(p, jump);
        code = parse(p);
        p->filter->steps[at].jump = p->filter->count;
    }
    return code;
}

static int parse_and(struct parser *p)
{
    return parse_list(p, "and", OG_FILTER_JUMP_FALSE, parse_factor);
}

static int parse_or(struct parser *p)
{
    return parse_list(p, "or", OG_FILTER_JUMP_TRUE, parse_and);
}

static int parse(struct parser *p)
{
    skip_blanks(p);
    if (!p->text[p->at])
        return og_fail(p->err, OG_EARG, 0, "the filter is empty");
    int code = parse_or(p);
    skip_blanks(p);
    if (code == OG_OK && p->text[p->at])
        return fail(p, p->at, "and, or or the end is missing");
    return code;
}

int og_filter_compile(const char *expression, struct og_filter **out, struct og_error *err)
{
    uint64_t n = expression ? strlen(expression) : 0;
    if (n > EXPRESSION_MAX)
        return og_fail(err, OG_EARG, 0, "the filter is longer than %d characters", (int64_t)EXPRESSION_MAX);
    struct og_filter *f = calloc(1, sizeof *f);
    /* Each step and each text takes at least one character of the expression. */
    struct parser p = {.text = expression ? expression : "", .filter = f, .err = err};
    if (f) {
        f->steps = calloc(n + 1, sizeof *f->steps);
        f->texts = calloc(n + 1, 1);
    }
    int code = f && f->steps && f->texts ? parse(&p) : og_fail(err, OG_EMEMORY, 0, "out of memory for the filter");
    if (code == OG_OK)
        *out = f;
    else
        og_filter_free(f);
    return code;
}

void og_filter_free(struct og_filter *f)
{
    if (!f)
        return;
    free(f->steps);
    free(f->texts);
    free(f);
}
