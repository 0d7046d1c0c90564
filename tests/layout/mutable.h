/* A layout of which one field is wrong, and all that og answers with it. For the tests of this folder alone. */
#ifndef OG_MUTABLE_H
#define OG_MUTABLE_H

#include "cpython/target.h"

/* From here on every layout that layout.c hands out has DELTA added to FIELD, where the version has it; NULL: none. */
void og_mutable_set(const char *field, int32_t delta);
/* The I-th field of the layout; NULL: no more. */
const char *og_mutable_field(unsigned i);
/* What FIELD is in L. */
int32_t og_mutable_value(const struct og_layout *l, const char *field);

/* Parts of the answers, in the order in which they are made. */
enum og_part {
    OG_PART_STATE,
    OG_PART_THREADS,
    OG_PART_FRAMES,
    OG_PART_HEAP,
    OG_PART_TYPES,
    OG_PART_OBJECTS,
    OG_PART_NAMES,
    OG_PART_ROOTS,
    OG_PART_PATHS,
    OG_PARTS
};
const char *og_part_name(unsigned part);

struct og_answers {
    uint64_t digest[OG_PARTS];
    uint64_t objects;
};
/* All answers on T as digests. EXPECTED: stops behind the first part that differs from it, which is returned; OG_PARTS:
 * none does. */
unsigned og_answers_of(struct og_target *t, const struct og_answers *expected, struct og_answers *out);

#endif
