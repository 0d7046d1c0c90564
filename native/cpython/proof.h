/* Inside the opening: whether a CPython of a given version is at a given place. */
#ifndef OG_PROOF_H
#define OG_PROOF_H

#include "cpython/locate.h"

enum og_proof {
    OG_PROOF_FAILED,  /* what can be read contradicts the layout */
    OG_PROOF_MISSING, /* the runtime itself, or all its interpreters, cannot be read */
    OG_PROOF_HOLDS
};

/* Fills PY from the runtime at C, read with the layout of 3.MINOR. CERTAIN: it is known to be one of that version, so
 * parts that cannot be read are left out and listed in py->lost. */
enum og_proof og_proof_of(struct og_py *py, const struct og_candidate *c, uint32_t minor, bool certain);
/* The interpreters as they are now; false: none is left. */
bool og_proof_interps(struct og_py *py, bool certain);
/* proof_offsets.c: takes what _Py_DebugOffsets says of the layout, from 3.13 on. */
void og_proof_offsets(struct og_py *py);
/* proof_build.c: the layout is that of a debug build, or not, as the memory says. Sets py->l.debug. */
bool og_proof_build(struct og_py *py, bool certain);
/* proof_classes.c: tp_traverse of classes made by class statements; 0: none is at hand. */
og_addr og_proof_subtype_traverse(struct og_py *py, bool certain);

#endif
