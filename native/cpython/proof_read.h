/* Inside the proof: reading what may be missing or nonsense, and saying what did not fit. */
#ifndef OG_PROOF_READ_H
#define OG_PROOF_READ_H

#include "cpython/proof.h"

/* LOST: the bytes that would tell are not there, which contradicts nothing. */
enum og_reading { OG_WRONG, OG_LOST, OG_RIGHT };

/* A word that may not be there, without counting a miss. */
static inline bool og_proof_read(struct og_py *py, og_addr base, int64_t offset, uint64_t *out)
{
    *out = 0;
    return base && offset >= 0 && og_mem_readable(py->mem, base + (uint64_t)offset, 8) &&
           og_mem_u64(py->mem, base + (uint64_t)offset, out);
}

static inline og_addr og_proof_word(struct og_py *py, og_addr base, int64_t offset)
{
    uint64_t w;
    og_proof_read(py, base, offset, &w);
    return w;
}

static inline int32_t og_proof_int(struct og_py *py, og_addr base, int32_t offset)
{
    uint32_t w = 0;
    og_addr at = base + (uint64_t)offset;
    return base && offset >= 0 && og_mem_readable(py->mem, at, 4) && og_mem_u32(py->mem, at, &w) ? (int32_t)w : 0;
}

/* WHAT does not fit: the word of a refusal. Always false. */
bool og_misfit(struct og_py *py, const char *what);
/* proof_bounds.c: no offset leads out of what is copied at once. */
bool og_proof_bounds(struct og_py *py);
/* FIELD, called NAME, is VALUE: set right, and told, if it was not. og_proof_bounds() has to hold before it is used. */
void og_proof_correct(struct og_py *py, int32_t *field, const char *name, int32_t value);

#endif
