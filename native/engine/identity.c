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
