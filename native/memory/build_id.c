/* Nothing is trusted: the bytes may be those of any file, or of a damaged core. */
#include "memory/build_id.h"

enum { NOTES_MAX = 64 };

bool og_is_elf(const unsigned char *p, uint64_t n)
{
    return n >= sizeof(Elf64_Ehdr) && memcmp(p, ELFMAG, SELFMAG) == 0 && p[EI_CLASS] == ELFCLASS64;
}

bool og_elf_phdr(const unsigned char *p, uint64_t n, unsigned index, Elf64_Phdr *out)
{
    Elf64_Ehdr h;
    uint64_t at;
    if (!og_is_elf(p, n))
        return false;
    memcpy(&h, p, sizeof h);
    if (index >= h.e_phnum || index >= OG_PHDR_MAX || og_add_overflows(h.e_phoff, index * sizeof *out, &at) || at > n ||
        n - at < sizeof *out)
        return false;
    memcpy(out, p + at, sizeof *out);
    return true;
}

static uint64_t round_up(uint64_t n, uint64_t align)
{
    return (n + align - 1) & ~(align - 1);
}

bool og_build_id_in_notes(const unsigned char *p, uint64_t n, uint64_t align, struct og_build_id *out)
{
    align = align == 8 ? 8 : 4;
    for (unsigned i = 0; i < NOTES_MAX && n >= sizeof(Elf64_Nhdr); i++) {
        Elf64_Nhdr h;
        memcpy(&h, p, sizeof h);
        uint64_t desc = round_up(sizeof h + h.n_namesz, align), end = round_up(desc + h.n_descsz, align);
        if (desc + h.n_descsz > n)
            return false;
        if (h.n_type == NT_GNU_BUILD_ID && h.n_namesz == 4 && memcmp(p + sizeof h, "GNU", 4) == 0 && h.n_descsz &&
            h.n_descsz <= OG_BUILD_ID_MAX) {
            memcpy(out->bytes, p + desc, h.n_descsz);
            out->len = h.n_descsz;
            return true;
        }
        if (end >= n)
            return false;
        p += end;
        n -= end;
    }
    return false;
}

struct og_build_id og_build_id_of(const unsigned char *p, uint64_t n)
{
    struct og_build_id id = {.len = 0};
    Elf64_Phdr ph;
    for (unsigned i = 0; og_elf_phdr(p, n, i, &ph); i++)
        if (ph.p_type == PT_NOTE && ph.p_offset < n &&
            og_build_id_in_notes(p + ph.p_offset, n - ph.p_offset < ph.p_filesz ? n - ph.p_offset : ph.p_filesz,
                                 ph.p_align, &id))
            break;
    return id;
}

void og_build_id_text(const struct og_build_id *id, char out[OG_BUILD_ID_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    for (uint32_t i = 0; i < id->len; i++) {
        out[2 * i] = digits[id->bytes[i] >> 4];
        out[2 * i + 1] = digits[id->bytes[i] & 15];
    }
    out[2 * id->len] = 0;
}
