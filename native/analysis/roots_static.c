/* Variables of executables and libraries: their writable segments, as their program headers in memory give them. */
#include "analysis/roots.h"
#include "memory/image.h"

#include <elf.h>

enum { PHDR_MAX = 128 };
#define SEGMENT_MAX (256ull << 20)

static const char *base_name(const char *path)
{
    const char *base = path;
    for (; *path; path++)
        if (*path == '/')
            base = path + 1;
    return base;
}

static void scan_image(struct og_roots *r, const struct og_image *image)
{
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    char name[256];
    struct og_text text;
    struct og_mem *m = r->py->mem;
    if (!og_mem_read(m, image->base, &header, sizeof header) || header.e_phentsize != sizeof segment)
        return;
    og_text_init(&text, name, sizeof name);
    og_text_addf(&text, "C variable in %s", base_name(image->name));
    for (unsigned i = 0; i < header.e_phnum && i < PHDR_MAX && r->left; i++) {
        if (!og_mem_read(m, image->base + header.e_phoff + i * sizeof segment, &segment, sizeof segment))
            return;
        if (segment.p_type == PT_LOAD && segment.p_flags & PF_W)
            og_roots_words(r, image->bias + segment.p_vaddr,
                           segment.p_memsz < SEGMENT_MAX ? segment.p_memsz : SEGMENT_MAX, name);
    }
}

void og_roots_static(struct og_roots *r)
{
    const struct og_mem *m = r->py->mem;
    unsigned images = 0;
    for (uint64_t i = 0; i < m->region_count && images < OG_IMAGE_MAX && r->left; i++) {
        struct og_image image;
        if (!(m->regions[i].flags & OG_REGION_FILE) || m->regions[i].file_offset ||
            !og_image_read(r->py->mem, &m->regions[i], &image))
            continue;
        images++;
        scan_image(r, &image);
    }
}
