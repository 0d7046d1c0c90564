/* The kernel hands every program an auxiliary vector (getauxval(3)). It says where 16 random bytes lie (AT_RANDOM),
 * which tell two runs of a program apart, and where the program headers of the executable are mapped (AT_PHDR). A core
 * holds the same vector, NT_AUXV. */
#include "memory/identity.h"

#include <xxhash.h>

enum { RANDOM_BYTES = 16, NOTE_BYTES_MAX = 4096 };

bool og_auxv_find(const unsigned char *auxv, uint64_t size, uint64_t type, uint64_t *value)
{
    for (uint64_t at = 0; size - at >= sizeof(Elf64_auxv_t); at += sizeof(Elf64_auxv_t)) {
        Elf64_auxv_t entry;
        memcpy(&entry, auxv + at, sizeof entry);
        if (entry.a_type == type)
            *value = entry.a_un.a_val;
        if (entry.a_type == type || entry.a_type == AT_NULL)
            return entry.a_type == type;
    }
    return false;
}

static bool read_quietly(struct og_mem *m, og_addr addr, void *dst, uint64_t len)
{
    return og_mem_readable(m, addr, len) && og_mem_read(m, addr, dst, len);
}

/* The random bytes are also the secret behind the stack protector (first half) and pointer mangling (second half).
 * They are never kept: one 64-bit number made of all 128 bits leaves each half by itself as unknown as before. The
 * other number is of addresses that are no secret, where the kernel put things; it tells runs apart by itself. */
static void set_token(struct og_mem *m, const unsigned char *auxv, uint64_t size)
{
    static const uint16_t places[] = {AT_RANDOM, AT_PHDR, AT_ENTRY, AT_BASE, AT_SYSINFO_EHDR, AT_EXECFN};
    unsigned char random[RANDOM_BYTES];
    uint64_t where[sizeof places / sizeof *places] = {0};
    for (unsigned i = 0; i < sizeof places / sizeof *places; i++)
        og_auxv_find(auxv, size, places[i], &where[i]);
    m->token[0] = m->token[1] = 0;
    if (!where[0] || !read_quietly(m, where[0], random, sizeof random))
        return;
    m->token[0] = XXH3_64bits(random, sizeof random);
    m->token[1] = XXH3_64bits(where, sizeof where);
}

/* Run-time address minus address in the file, of the executable whose COUNT program headers are at PHDR. */
static bool find_bias(struct og_mem *m, og_addr phdr, uint64_t count, og_addr *bias)
{
    Elf64_Phdr ph;
    const struct og_region *r = og_mem_region(m, phdr);
    for (uint64_t i = 0; i < count && read_quietly(m, phdr + i * sizeof ph, &ph, sizeof ph); i++) {
        if (ph.p_type == PT_PHDR) {
            *bias = phdr - ph.p_vaddr;
            return true;
        }
        if (ph.p_type == PT_LOAD && ph.p_offset == 0 && r && r->file_offset == 0) {
            *bias = r->start - ph.p_vaddr;
            return true;
        }
    }
    return false;
}

static void set_build_id(struct og_mem *m, og_addr phdr, uint64_t count, struct og_identity_text *kept)
{
    struct og_build_id id = {.len = 0};
    Elf64_Phdr ph;
    og_addr bias;
    unsigned char notes[NOTE_BYTES_MAX];
    bool found = !find_bias(m, phdr, count, &bias);
    for (uint64_t i = 0; !found && i < count && read_quietly(m, phdr + i * sizeof ph, &ph, sizeof ph); i++)
        found = ph.p_type == PT_NOTE && ph.p_filesz <= sizeof notes &&
                read_quietly(m, bias + ph.p_vaddr, notes, ph.p_filesz) &&
                og_build_id_in_notes(notes, ph.p_filesz, ph.p_align, &id);
    og_build_id_text(&id, kept->build_id);
}

void og_identify(struct og_mem *m, const unsigned char *auxv, uint64_t size, struct og_identity_text *kept)
{
    uint64_t phdr = 0, count = 0;
    kept->build_id[0] = 0;
    m->build_id = kept->build_id;
    m->program = "";
    set_token(m, auxv, size);
    if (!og_auxv_find(auxv, size, AT_PHDR, &phdr) || !og_auxv_find(auxv, size, AT_PHNUM, &count))
        return;
    const struct og_region *r = og_mem_region(m, phdr);
    if (r)
        m->program = og_mem_region_name(m, r);
    set_build_id(m, phdr, count < OG_PHDR_MAX ? count : OG_PHDR_MAX, kept);
}
