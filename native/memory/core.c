/* A core file as a source of bytes: of the kernel or of GDB's gcore, mapped read-only. Nothing in it is trusted: every
 * segment is bounded by the size the file really has, so a truncated core misses bytes and never faults. What was not
 * dumped is unreadable, not zero. */
#include "memory/core.h"
#include "memory/guard.h"

#include <elf.h>
#include <gelf.h>
#include <stdlib.h>

#define SEGMENTS_MAX (1u << 22)
/* Above it are the kernel's own pages (vsyscall). */
#define USER_END     0x800000000000ull
#define KERNEL_START 0xffff800000000000ull

static bool core_locate(struct og_mem *m, og_addr addr, uint64_t len, struct og_window *out)
{
    const struct og_core *c = (const struct og_core *)m;
    const struct og_region *r = og_mem_region(m, addr);
    if (!r || len == 0 || len > r->end - addr)
        return false;
    *out = *(const struct og_window *)og_vec_at(&c->windows, (uint64_t)(r - m->regions));
    return out->ptr != NULL;
}

static int core_check(const struct og_mem *m, struct og_error *err)
{
    const struct og_core *c = (const struct og_core *)m;
    int code = og_mapped_check(c->mapped, err);
    return code == OG_OK ? og_core_check_files(c, err) : code;
}

static void core_close(struct og_mem *m)
{
    struct og_core *c = (struct og_core *)m;
    og_core_close_files(c);
    og_mapped_close(c->mapped);
    og_vec_deinit(&c->segments);
    og_vec_deinit(&c->mappings);
    og_vec_deinit(&c->files);
    og_vec_deinit(&c->regions);
    og_vec_deinit(&c->windows);
    og_vec_deinit(&c->stacks);
    og_vec_deinit(&c->names);
    free(c);
}

/* ---- the file ---- */

static int map_core(struct og_core *c, const char *path, struct og_error *err)
{
    int code = og_mapped_open(path, OG_MAPPED_WATCH, &c->mapped, err);
    if (code == OG_OK)
        c->bytes = og_mapped_bytes(c->mapped, &c->size);
    return code;
}

/* The command that unpacks what begins with these bytes; NULL: nothing known. */
static const char *unpacker(const unsigned char *p, uint64_t n)
{
    static const struct {
        char magic[6], command[8];
        unsigned len;
    } known[] = {{"\x28\xb5\x2f\xfd", "zstd", 4},
                 {"\x04\x22\x4d\x18", "lz4", 4},
                 {"\xfd"
                  "7zXZ",
                  "xz", 6},
                 {"\x1f\x8b", "gzip", 2},
                 {"BZh", "bzip2", 3}};
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
        if (n >= known[i].len && memcmp(p, known[i].magic, known[i].len) == 0)
            return known[i].command;
    return NULL;
}

static int check_header(const struct og_core *c, const char *path, struct og_error *err)
{
    Elf64_Ehdr h;
    const char *command = unpacker(c->bytes, c->size);
    if (command)
        return og_fail(err, OG_EARG, 0, "%s is compressed: unpack it first, with %s -d %s", path, command, path);
    if (c->size < sizeof h || memcmp(c->bytes, ELFMAG, SELFMAG) != 0)
        return og_fail(err, OG_EARG, 0, "%s is not a core file", path);
    memcpy(&h, c->bytes, sizeof h);
    if (h.e_ident[EI_CLASS] != ELFCLASS64 || h.e_ident[EI_DATA] != ELFDATA2LSB || h.e_machine != EM_X86_64)
        return og_fail(err, OG_EARG, 0, "%s comes from another architecture (ELF machine %u): og reads x86-64", path,
                       (uint64_t)h.e_machine);
    if (h.e_type != ET_CORE)
        return og_fail(err, OG_EARG, 0, "%s is a program or library, not a core file", path);
    return OG_OK;
}

/* ---- program headers ---- */

static bool add_segment(struct og_core *c, const GElf_Phdr *ph)
{
    og_addr end = 0;
    bool inside = !og_add_overflows(ph->p_vaddr, ph->p_memsz, &end) && end <= USER_END;
    c->odd_headers += ph->p_filesz > ph->p_memsz || ph->p_vaddr % OG_PAGE || ph->p_memsz % OG_PAGE ||
                      (!inside && ph->p_vaddr < KERNEL_START);
    if (ph->p_memsz == 0 || !inside)
        return true;
    struct og_core_segment *s = og_vec_push(&c->segments);
    if (!s)
        return false;
    uint64_t there = ph->p_offset < c->size ? c->size - ph->p_offset : 0;
    s->start = ph->p_vaddr;
    s->end = end;
    s->meant = ph->p_filesz < ph->p_memsz ? ph->p_filesz : ph->p_memsz;
    s->have = there < s->meant ? there : s->meant;
    s->bytes = s->have ? c->bytes + ph->p_offset : NULL;
    s->flags = ph->p_flags;
    return true;
}

static int read_headers(struct og_core *c, Elf *elf, const char *path, struct og_error *err)
{
    size_t count;
    bool ok = true;
    if (elf_getphdrnum(elf, &count) != 0 || count == 0)
        return og_fail(err, OG_EARG, 0, "%s has no program headers: it is damaged or truncated", path);
    for (size_t i = 0; ok && i < count && i < SEGMENTS_MAX; i++) {
        GElf_Phdr ph;
        if (!gelf_getphdr(elf, (int)i, &ph))
            return og_fail(err, OG_EARG, 0, "program header %u of %s cannot be read: it is damaged or truncated",
                           (uint64_t)i, path);
        if (ph.p_type == PT_LOAD)
            ok = add_segment(c, &ph);
        else if (ph.p_type == PT_NOTE)
            ok = og_core_read_notes(c, elf, ph.p_offset, ph.p_filesz, ph.p_align);
    }
    return ok ? OG_OK : og_fail(err, OG_EMEMORY, 0, "out of memory for the headers of %s", path);
}

static int read_elf(struct og_core *c, const char *path, struct og_error *err)
{
    elf_version(EV_CURRENT);
    Elf *elf = elf_memory((char *)(uintptr_t)c->bytes, c->size); /* reads only */
    if (!elf)
        return og_fail(err, OG_EARG, 0, "%s is not a core file that can be read: %s", path, elf_errmsg(-1));
    int code = read_headers(c, elf, path, err);
    elf_end(elf);
    return code;
}

/* ---- putting it together ---- */

/* Segments and mappings begin with their start, threads with their number. */
static int by_first_word(const void *a, const void *b)
{
    uint64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

static void sort(struct og_vec *v)
{
    if (v->len)
        qsort(v->data, v->len, v->elem, by_first_word);
}

static void note_truncation(const struct og_core *c, struct og_text *notes)
{
    uint64_t meant = 0, have = 0;
    for (uint64_t i = 0; i < c->segments.len; i++) {
        const struct og_core_segment *s = og_vec_at(&c->segments, i);
        meant += s->meant;
        have += s->have;
    }
    if (have < meant)
        og_text_addf(notes, "the core file is truncated: %u of %u bytes of memory are missing\n", meant - have, meant);
    if (!c->mappings.len)
        og_text_add(notes, "the core does not say which files were mapped: what only they hold cannot be read\n");
}

static int lay_out(struct og_core *c, const char *path, const struct og_core_options *options, struct og_error *err)
{
    struct og_text notes;
    sort(&c->segments);
    sort(&c->mappings);
    sort(&c->stacks);
    og_text_init(&notes, c->notes, sizeof c->notes);
    note_truncation(c, &notes);
    og_core_note_contradictions(c, &notes);
    og_core_open_files(c, options, &notes);
    if (!og_core_lay_out(c))
        return og_fail(err, OG_EMEMORY, 0, "out of memory for the address space of %s", path);
    c->mem.regions = c->regions.data;
    c->mem.region_count = c->regions.len;
    c->mem.names = c->names.data;
    c->mem.stacks = c->stacks.data;
    c->mem.stack_count = c->stacks.len;
    c->mem.notes = c->notes;
    og_identify(&c->mem, c->auxv, c->auxv_size, &c->identity);
    return OG_OK;
}

static void init(struct og_core *c)
{
    c->mem.locate = core_locate;
    c->mem.close = core_close;
    c->mem.check = core_check;
    og_vec_init(&c->segments, sizeof(struct og_core_segment));
    og_vec_init(&c->mappings, sizeof(struct og_core_mapping));
    og_vec_init(&c->files, sizeof(struct og_core_file));
    og_vec_init(&c->regions, sizeof(struct og_region));
    og_vec_init(&c->windows, sizeof(struct og_window));
    og_vec_init(&c->stacks, sizeof(struct og_stack_pointer));
    og_vec_init(&c->names, 1);
}

static int open_core(struct og_core *c, const char *path, const struct og_core_options *options, struct og_error *err)
{
    OG_GUARD(err);
    int code = og_vec_push(&c->names) ? map_core(c, path, err) : og_fail(err, OG_EMEMORY, 0, "out of memory");
    if (code == OG_OK)
        code = check_header(c, path, err);
    if (code == OG_OK)
        code = read_elf(c, path, err);
    if (code == OG_OK)
        code = lay_out(c, path, options, err);
    return code;
}

int og_mem_open_core(const char *path, const struct og_core_options *options, struct og_mem **out, struct og_error *err)
{
    struct og_core *c = calloc(1, sizeof *c);
    if (!c)
        return og_fail(err, OG_EMEMORY, 0, "out of memory");
    init(c);
    int code = open_core(c, path, options, err);
    if (code != OG_OK)
        core_close(&c->mem);
    else
        *out = &c->mem;
    return code;
}
