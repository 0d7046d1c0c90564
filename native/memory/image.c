/* Program headers, dynamic section and hash tables are part of what the loader maps, so a chroot, a container or a deleted
 * file makes no difference: what is read here is what runs. Field meanings: the System V gABI and the GNU hash extension. */
#include "memory/image.h"

#include <elf.h>

enum { PHDR_MAX = 128, DYNAMIC_MAX = 512, CHAIN_MAX = 1 << 20, SYMBOL_NAME_MAX = 128 };

static bool header_is_ours(const Elf64_Ehdr *h)
{
    return memcmp(h->e_ident, ELFMAG, SELFMAG) == 0 && h->e_ident[EI_CLASS] == ELFCLASS64 &&
           h->e_ident[EI_DATA] == ELFDATA2LSB && h->e_phentsize == sizeof(Elf64_Phdr) && h->e_phnum <= PHDR_MAX;
}

/* The dynamic section's address as linked, and the bias, from the program headers. */
static bool find_dynamic(struct og_mem *m, og_addr base, const Elf64_Ehdr *h, og_addr *bias, og_addr *dynamic)
{
    bool loaded = false, found = false;
    for (unsigned i = 0; i < h->e_phnum; i++) {
        Elf64_Phdr p;
        if (!og_mem_read(m, base + h->e_phoff + i * sizeof p, &p, sizeof p))
            return false;
        if (p.p_type == PT_LOAD && !loaded) {
            *bias = base - (p.p_vaddr & ~(uint64_t)(OG_PAGE - 1));
            loaded = true;
        }
        if (p.p_type == PT_DYNAMIC) {
            *dynamic = p.p_vaddr;
            found = true;
        }
    }
    return loaded && found;
}

/* glibc relocates these entries in place, musl and the vdso do not. */
static og_addr relocated(const struct og_image *image, uint64_t value)
{
    return value < image->base ? value + image->bias : value;
}

static bool read_dynamic(struct og_mem *m, og_addr dynamic, struct og_image *out)
{
    for (unsigned i = 0; i < DYNAMIC_MAX; i++) {
        Elf64_Dyn d;
        if (!og_mem_read(m, dynamic + i * sizeof d, &d, sizeof d))
            return false;
        if (d.d_tag == DT_NULL)
            break;
        if (d.d_tag == DT_SYMTAB)
            out->symtab = relocated(out, d.d_un.d_ptr);
        else if (d.d_tag == DT_STRTAB)
            out->strtab = relocated(out, d.d_un.d_ptr);
        else if (d.d_tag == DT_STRSZ)
            out->strtab_size = d.d_un.d_val;
        else if (d.d_tag == DT_GNU_HASH)
            out->gnu_hash = relocated(out, d.d_un.d_ptr);
        else if (d.d_tag == DT_HASH)
            out->sysv_hash = relocated(out, d.d_un.d_ptr);
    }
    return out->symtab && out->strtab && (out->gnu_hash || out->sysv_hash);
}

bool og_image_read(struct og_mem *m, const struct og_region *region, struct og_image *out)
{
    Elf64_Ehdr h;
    og_addr dynamic = 0;
    if (region->file_offset != 0 || !og_mem_readable(m, region->start, sizeof h) ||
        !og_mem_read(m, region->start, &h, sizeof h) || !header_is_ours(&h))
        return false;
    memset(out, 0, sizeof *out);
    out->base = region->start;
    out->name = og_mem_region_name(m, region);
    return find_dynamic(m, region->start, &h, &out->bias, &dynamic) && read_dynamic(m, dynamic + out->bias, out);
}

/* The value of symbol INDEX if it is defined and called NAME, else 0. */
static og_addr symbol_if_named(struct og_mem *m, const struct og_image *image, uint64_t index, const char *name)
{
    Elf64_Sym s;
    char text[SYMBOL_NAME_MAX];
    if (!og_mem_read(m, image->symtab + index * sizeof s, &s, sizeof s) || s.st_shndx == SHN_UNDEF ||
        s.st_name >= image->strtab_size || !og_mem_string(m, image->strtab + s.st_name, text, sizeof text))
        return 0;
    return og_streq(text, name) ? s.st_value + image->bias : 0;
}

static uint32_t gnu_hash_of(const char *name)
{
    uint32_t h = 5381;
    for (; *name; name++)
        h = h * 33 + (unsigned char)*name;
    return h;
}

static og_addr gnu_lookup(struct og_mem *m, const struct og_image *image, const char *name)
{
    struct {
        uint32_t buckets, first, bloom_words, bloom_shift;
    } t;
    uint32_t hash = gnu_hash_of(name), index, word;
    if (!og_mem_read(m, image->gnu_hash, &t, sizeof t) || t.buckets == 0)
        return 0;
    og_addr buckets = image->gnu_hash + sizeof t + 8ull * t.bloom_words;
    og_addr chain = buckets + 4ull * t.buckets;
    if (!og_mem_u32(m, buckets + 4ull * (hash % t.buckets), &index) || index < t.first)
        return 0;
    for (unsigned step = 0; step < CHAIN_MAX; step++, index++) {
        if (!og_mem_u32(m, chain + 4ull * (index - t.first), &word))
            return 0;
        og_addr value = (word | 1) == (hash | 1) ? symbol_if_named(m, image, index, name) : 0;
        if (value || (word & 1))
            return value;
    }
    return 0;
}

/* Images with the old table only: its chain is as long as the symbol table, which is searched from end to end. */
static og_addr sysv_lookup(struct og_mem *m, const struct og_image *image, const char *name)
{
    uint32_t symbols;
    if (!og_mem_u32(m, image->sysv_hash + 4, &symbols))
        return 0;
    for (uint32_t i = 1; i < symbols && i < CHAIN_MAX; i++) {
        og_addr value = symbol_if_named(m, image, i, name);
        if (value)
            return value;
    }
    return 0;
}

og_addr og_image_symbol(struct og_mem *m, const struct og_image *image, const char *name)
{
    return image->gnu_hash ? gnu_lookup(m, image, name) : sysv_lookup(m, image, name);
}
