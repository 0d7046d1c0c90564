/* ELF images as they lie in target memory: their exported symbols, without any file. */
#ifndef OG_IMAGE_H
#define OG_IMAGE_H

#include "memory/memory.h"

struct og_image {
    og_addr base; /* where its first page is mapped */
    og_addr bias; /* run-time address minus address in the file */
    og_addr symtab, strtab, gnu_hash, sysv_hash;
    uint64_t strtab_size;
    const char *name; /* of the mapped file, "" if none */
};

#define OG_IMAGE_MAX 4096u

/* Reads the image whose first page REGION maps; false: REGION is no ELF image with a dynamic section. */
bool og_image_read(struct og_mem *m, const struct og_region *region, struct og_image *out);
/* The run-time address of a defined dynamic symbol; 0: not exported. */
og_addr og_image_symbol(struct og_mem *m, const struct og_image *image, const char *name);

#endif
