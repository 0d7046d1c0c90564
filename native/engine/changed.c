/* Whether the files behind a target and a graph are still what they were when they were opened. */
#include "cpython/target.h"
#include "graph/snapshot.h"

int og_target_check(struct og_target *t, const struct og_graph *g, struct og_error *err)
{
    int code = t->mem->check ? t->mem->check(t->mem, err) : OG_OK;
    if (code == OG_OK && t->snapshot)
        code = og_mapped_check(t->snapshot->mapped, err);
    if (code == OG_OK && g && g->snapshot)
        code = og_mapped_check(g->snapshot->mapped, err);
    return code;
}
