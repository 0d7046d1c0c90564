/* A compiled -where expression.
 *
 *   expression = term ("or" term)*          term = factor ("and" factor)*
 *   factor     = "not" factor | "(" expression ")" | comparison | "tracked"
 *   comparison = operand ("==" | "!=" | "<" | "<=" | ">" | ">=") operand | text "~" text | text "in" text
 *   operand    = type | module | size | refcount | len | tracked | repr | number | "text" | 'text' | true | false
 *
 * a ~ b: a contains b; a in b: b contains a. Numbers may be 0x.., may have a fraction, and end in k, M or G (powers of
 * 1024). A text with a dot is compared with the module-qualified type name. What an object does not have makes a
 * comparison false.
 *
 * It becomes a straight list of instructions over one truth value, so that evaluating needs neither stack nor
 * recursion. */
#ifndef OG_FILTER_H
#define OG_FILTER_H

#include "graph/graph.h"

enum og_filter_field {
    OG_FIELD_NUMBER, /* a number written in the expression */
    OG_FIELD_TEXT,   /* a text written in the expression */
    OG_FIELD_TYPE,
    OG_FIELD_MODULE,
    OG_FIELD_REPR,
    OG_FIELD_SIZE,
    OG_FIELD_REFCOUNT,
    OG_FIELD_LEN,
    OG_FIELD_TRACKED,
};

enum og_filter_op {
    OG_FILTER_EQ,
    OG_FILTER_NE,
    OG_FILTER_LT,
    OG_FILTER_LE,
    OG_FILTER_GT,
    OG_FILTER_GE,
    OG_FILTER_HAS, /* left contains right */
    OG_FILTER_NOT,
    OG_FILTER_JUMP_FALSE,
    OG_FILTER_JUMP_TRUE,
};

struct og_filter_operand {
    uint32_t field; /* enum og_filter_field */
    uint32_t text;  /* offset into og_filter.texts */
    double number;
};

struct og_filter_step {
    uint32_t op;   /* enum og_filter_op */
    uint32_t jump; /* of jumps: the step to go on with */
    struct og_filter_operand left, right;
};

struct og_filter {
    struct og_filter_step *steps;
    uint32_t count;
    bool needs_target; /* asks for what only the object's memory says */
    char *texts;
};

/* What an expression is asked about. What only memory says is asked of PY at ADDR, or of the words of GRAPH about ID;
 * both may be NULL, then it is absent. */
struct og_subject {
    struct og_py *py;
    const struct og_graph *graph; /* with words, else NULL */
    og_id id;
    og_addr addr;
    const char *type, *long_type;
    uint64_t size;
    uint32_t refcount, tracked;
};

bool og_filter_matches(const struct og_filter *f, const struct og_subject *s);

#endif
