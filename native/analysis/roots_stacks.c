/* C stacks of the threads: what C code holds while it runs. */
#include "analysis/roots.h"

static bool scan_stack(void *arg, const struct og_stack *s)
{
    char name[64];
    struct og_text text;
    struct og_roots *r = arg;
    og_text_init(&text, name, sizeof name);
    og_text_addf(&text, "C stack of thread %u", s->tid);
    og_roots_words(r, s->start, s->bytes, name);
    return r->left && !r->failed;
}

void og_roots_stacks(struct og_roots *r)
{
    if (r->left)
        og_py_stacks(r->py, scan_stack, r);
}
