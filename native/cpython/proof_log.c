/* What opening found out of the offsets, for refusals and for og-info. */
#include "cpython/proof_read.h"

bool og_misfit(struct og_py *py, const char *what)
{
    struct og_text t;
    og_text_init(&t, py->proof.misfit, sizeof py->proof.misfit);
    og_text_add(&t, what);
    return false;
}

void og_proof_correct(struct og_py *py, int32_t *field, const char *name, int32_t value)
{
    char *told = py->proof.corrected;
    struct og_text t = {told, sizeof py->proof.corrected, strlen(told), false};
    if (*field == value)
        return;
    og_text_addf(&t, "%s%s %d to %d", t.len ? ", " : "", name, (int64_t)*field, (int64_t)value);
    *field = value;
}
