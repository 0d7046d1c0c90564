/* Files that are read where they are mapped, and whether they are still what they were. Host only. */
#ifndef OG_MAPPED_H
#define OG_MAPPED_H

#include "base/base.h"

struct og_mapped;

enum og_mapped_how {
    OG_MAPPED_POPULATE = 1, /* all of it will be read: at once */
    OG_MAPPED_WATCH = 2,    /* kept open, so that changes are seen whatever becomes of its name */
};

/* A regular file that is not empty, read-only. OG_EOS: it cannot be opened or mapped; OG_EARG: it is nothing that could
 * be. HOW: of enum og_mapped_how. */
int og_mapped_open(const char *path, uint32_t how, struct og_mapped **out, struct og_error *err);
void og_mapped_close(struct og_mapped *m); /* NULL is fine */
const unsigned char *og_mapped_bytes(const struct og_mapped *m, uint64_t *size);

/* OG_ECHANGED with a sentence if the file was written to, cut or could not be read since it was opened. That its name
 * is gone, or leads to another file, is no change. */
int og_mapped_check(const struct og_mapped *m, struct og_error *err);
/* The same of any file that is mapped, without a sentence; a handler of signals may ask. */
bool og_mapped_any_changed(void);
/* Reading at ADDR failed: OG_ECHANGED with a sentence; og_mapped_check says the same of that file from now on. */
int og_mapped_lost(const void *addr, struct og_error *err);

#endif
