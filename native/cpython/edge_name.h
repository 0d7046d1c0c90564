/* The name of a reference as text, wherever it comes from: memory (label_edge.c) or a graph that carries its words
 * (graph/words.h). */
#ifndef OG_EDGE_NAME_H
#define OG_EDGE_NAME_H

#include "cpython/python.h"

enum og_edge_form { /* as og_edge_row.form up to LOCAL */
                    OG_EDGE_NONE,
                    OG_EDGE_FIELD,     /* text: a field CPython names, "__dict__", "tb_frame" */
                    OG_EDGE_INDEX,     /* index */
                    OG_EDGE_KEY,       /* text: the key as Python writes it, 7, b'x', (1, 2), or words, <mod.C object at
                                        * 0x..>; empty: it       was not to be stored */
                    OG_EDGE_ATTRIBUTE, /* text: attribute name */
                    OG_EDGE_LOCAL,     /* text: variable name */
                    OG_EDGE_KEY_SELF,  /* the target is itself a key of the dict or a member of the set; text: it, as an
                                        * element is  shown; empty: it was not to be stored */
                    OG_EDGE_KEY_STR,   /* text: contents of the key, a str */
                    OG_EDGE_ITEM,      /* text: what stands behind the object in an expression: [1, 3] */
                    OG_EDGE_FORM_COUNT
};

struct og_edge_name {
    uint32_t form;  /* enum og_edge_form */
    uint32_t minor; /* of the CPython it is of: which characters a key shows as they are */
    uint64_t index;
    const char *text;
};

#define OG_EDGE_TEXT 8192u /* more than any name that is shown */

/* What REF is called. The text is written to T, which is emptied before. */
void og_edge_name_read(struct og_py *py, const struct og_ref *ref, struct og_text *t, struct og_edge_name *out);
/* For a person, cut: attr, [3], ['user:7'], a variable, {member}; nothing where there is no name. */
void og_edge_name_label(const struct og_edge_name *n, struct og_text *t);
/* A key as it stands between brackets in an expression. */
void og_edge_name_key(const struct og_edge_name *n, struct og_text *t);
/* The form as og_edge_row has it. */
uint32_t og_edge_name_form(const struct og_edge_name *n);

bool og_is_identifier(const char *s);

#endif
