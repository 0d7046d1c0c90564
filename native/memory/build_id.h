/* ELF files as bytes: their program headers, and the build-id that tells one build from another (NT_GNU_BUILD_ID).
 * Host only. */
#ifndef OG_BUILD_ID_H
#define OG_BUILD_ID_H

#include "base/base.h"

#include <elf.h>

enum { OG_BUILD_ID_MAX = 64, OG_PHDR_MAX = 128 };

/* Room for a build-id in hexadecimal. */
#define OG_BUILD_ID_TEXT (2 * OG_BUILD_ID_MAX + 1)

struct og_build_id {
    unsigned char bytes[OG_BUILD_ID_MAX];
    uint32_t len; /* 0: none */
};

/* P holds the first N bytes of a 64-bit ELF file. */
bool og_is_elf(const unsigned char *p, uint64_t n);
/* The program header INDEX of a file whose first N bytes are at P; false: there is none, or it is beyond them. */
bool og_elf_phdr(const unsigned char *p, uint64_t n, unsigned index, Elf64_Phdr *out);

struct og_build_id og_build_id_of(const unsigned char *p, uint64_t n);
/* Of the N bytes of a PT_NOTE segment whose p_align is ALIGN; false: it is not among them. */
bool og_build_id_in_notes(const unsigned char *p, uint64_t n, uint64_t align, struct og_build_id *out);
void og_build_id_text(const struct og_build_id *id, char out[OG_BUILD_ID_TEXT]);

#endif
