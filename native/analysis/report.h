/* One answer: its rows and all text in them live in one arena until the caller closes the report. */
#ifndef OG_REPORT_H
#define OG_REPORT_H

#include "cpython/target.h"
#include "graph/graph.h"

struct og_report {
    struct og_arena arena;
};

struct og_report *og_report_create(struct og_error *err); /* NULL: out of memory, said in err */
/* Closes R and says that memory ran out. */
int og_report_no_memory(struct og_report *r, struct og_error *err);
/* COUNT elements, zeroed; room for none is room for one. NULL: out of memory. */
void *og_report_array(struct og_report *r, uint64_t count, uint64_t elem);
const char *og_report_string(struct og_report *r, const char *s);

/* OG_EARG with a sentence unless G was read at LEVEL or above. */
int og_need_level(const struct og_graph *g, uint32_t level, struct og_error *err);
/* OG_EARG with a sentence if neither the memory of T (may be NULL) nor words of G can say what only they know. WHAT:
 * what is wanted of them, the beginning of the sentence. */
int og_need_words(const struct og_target *t, const struct og_graph *g, const char *what, struct og_error *err);
/* What only memory says, or the words of G (graph/words.h); T may be NULL. */
void og_node_label(struct og_target *t, const struct og_graph *g, og_id id, struct og_text *text);
/* sys.modules[its name] */
bool og_is_module(struct og_target *t, const struct og_graph *g, og_id id);
/* The object ID of G as a row; what only its memory says (label, length) comes from T. false: out of memory. */
bool og_report_object(struct og_report *r, struct og_target *t, const struct og_graph *g, og_id id,
                      struct og_object_row *out);

#endif
