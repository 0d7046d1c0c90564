/* A target that is an opened snapshot: what the others ask before they turn to its memory. */
#ifndef OG_SNAPSHOT_TARGET_H
#define OG_SNAPSHOT_TARGET_H

#include "cpython/target.h"

/* OG_EARG with a sentence if T is a snapshot: it has no memory. */
int og_need_memory(const struct og_target *t, struct og_error *err);

/* As the public functions of target.c and threads_api.c, for a snapshot. */
void og_snapshot_target_info(struct og_target *t, struct og_info *out);
int og_snapshot_target_threads(struct og_target *t, const struct og_thread_row **rows, uint64_t *count,
                               struct og_error *err);

/* object_words.c: as those of object.c, from the graph and its words. */
int og_words_describe(struct og_target *t, uint64_t addr, struct og_object_row *out, struct og_error *err);
int og_words_fields(struct og_target *t, uint64_t addr, uint64_t limit, const struct og_field_row **rows,
                    uint64_t *count, uint64_t *total, struct og_error *err);

#endif
