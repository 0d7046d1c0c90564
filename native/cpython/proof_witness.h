/* Inside the proof: CPython's own static types, whose sizes and members say how instances are laid out. */
#ifndef OG_PROOF_WITNESS_H
#define OG_PROOF_WITNESS_H

#include "cpython/proof_read.h"

enum og_witness {
    OG_WITNESS_OBJECT,
    OG_WITNESS_TYPE,
    OG_WITNESS_DICT,
    OG_WITNESS_LIST,
    OG_WITNESS_TUPLE,
    OG_WITNESS_SET,
    OG_WITNESS_FROZENSET,
    OG_WITNESS_STR,
    OG_WITNESS_BYTES,
    OG_WITNESS_BYTEARRAY,
    OG_WITNESS_INT,
    OG_WITNESS_FUNCTION,
    OG_WITNESS_METHOD,
    OG_WITNESS_CFUNCTION,
    OG_WITNESS_CODE,
    OG_WITNESS_FRAME,
    OG_WITNESS_GENERATOR,
    OG_WITNESS_COROUTINE,
    OG_WITNESS_ASYNC_GENERATOR,
    OG_WITNESS_CELL,
    OG_WITNESS_MODULE,
    OG_WITNESS_WEAKREF,
    OG_WITNESS_TRACEBACK,
    OG_WITNESS_EXCEPTION,
    OG_WITNESSES
};

struct og_witnesses {
    og_addr type[OG_WITNESSES]; /* 0: not found */
    unsigned found;
};

/* proof_witness.c: of the main interpreter. false: the classes derived from `object` can be read, and these are not
 * among them. */
bool og_witnesses_find(struct og_py *py, struct og_witnesses *out);

/* proof_state.c: what is no object. */
bool og_proof_state(struct og_py *py, const struct og_witnesses *w);
/* proof_objects.c: dicts, strings, attributes of instances. */
bool og_proof_objects(struct og_py *py);
/* proof_rules.c: what sizes and members of the types say of offsets in instances. */
bool og_proof_rules(struct og_py *py, const struct og_witnesses *w);

#endif
