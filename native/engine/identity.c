/* Which process a target shows. */
#include "cpython/target.h"

void og_target_identity(struct og_target *t, struct og_identity *out)
{
    const struct og_mem *m = t->mem;
    *out = (struct og_identity){.pid = m->subject_pid,
                                .token = {m->token[0], m->token[1]},
                                .program = m->program ? m->program : "",
                                .build_id = m->build_id ? m->build_id : ""};
}

int og_same_process(struct og_target *a, struct og_target *b)
{
    if (!a || !b)
        return 0;
    const struct og_mem *x = a->mem, *y = b->mem;
    bool known = x->subject_pid && (x->token[0] || x->token[1]);
    return known && x->subject_pid == y->subject_pid && x->token[0] == y->token[0] && x->token[1] == y->token[1];
}
