/* What a target says of itself: made when it is opened, and again when another of its CPythons is chosen. */
#ifndef OG_TARGET_STATE_H
#define OG_TARGET_STATE_H

#include "cpython/target.h"

/* "3.13.0rc2" */
void og_version_text(uint32_t hexversion, char *out, size_t size);
void og_target_describe(struct og_target *t);
/* What was handed out for this stop. */
void og_target_forget_rows(struct og_target *t);

#endif
