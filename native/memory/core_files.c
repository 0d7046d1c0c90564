/* Read-only parts of executables and libraries, which a kernel core leaves out: taken from the files that the core
 * names, but only from the very builds that ran. The build-id tells: the core has it in the first page of each. */
#define _GNU_SOURCE
#include "memory/core.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PHDR_MAX = 128, ID_MAX = 64, NOTES_MAX = 64, NAMED_MAX = 6 };

struct build_id {
    unsigned char bytes[ID_MAX];
    uint32_t len; /* 0: none */
};

/* ---- ELF images as bytes ---- */

static bool is_elf(const unsigned char *p, uint64_t n)
{
    return n >= sizeof(Elf64_Ehdr) && memcmp(p, ELFMAG, SELFMAG) == 0 && p[EI_CLASS] == ELFCLASS64;
}

static uint64_t round_up(uint64_t n, uint64_t align)
{
    return (n + align - 1) & ~(align - 1);
}

static void find_in_notes(const unsigned char *p, uint64_t n, uint64_t align, struct build_id *out)
{
    for (unsigned i = 0; i < NOTES_MAX && n >= sizeof(Elf64_Nhdr); i++) {
        Elf64_Nhdr h;
        memcpy(&h, p, sizeof h);
        uint64_t desc = round_up(sizeof h + h.n_namesz, align), end = round_up(desc + h.n_descsz, align);
        if (desc + h.n_descsz > n)
            return;
        if (h.n_type == NT_GNU_BUILD_ID && h.n_namesz == 4 && memcmp(p + sizeof h, "GNU", 4) == 0 &&
            h.n_descsz <= ID_MAX) {
            memcpy(out->bytes, p + desc, h.n_descsz);
            out->len = h.n_descsz;
            return;
        }
        if (end >= n)
            return;
        p += end;
        n -= end;
    }
}

/* Of an image whose first N bytes are at P. */
static struct build_id build_id_of(const unsigned char *p, uint64_t n)
{
    struct build_id id = {.len = 0};
    Elf64_Ehdr h;
    if (!is_elf(p, n))
        return id;
    memcpy(&h, p, sizeof h);
    for (unsigned i = 0; i < h.e_phnum && i < PHDR_MAX && !id.len; i++) {
        Elf64_Phdr ph;
        uint64_t at;
        if (og_add_overflows(h.e_phoff, i * sizeof ph, &at) || at > n || n - at < sizeof ph)
            break;
        memcpy(&ph, p + at, sizeof ph);
        if (ph.p_type == PT_NOTE && ph.p_offset < n)
            find_in_notes(p + ph.p_offset, n - ph.p_offset < ph.p_filesz ? n - ph.p_offset : ph.p_filesz,
                          ph.p_align == 8 ? 8 : 4, &id);
    }
    return id;
}

/* ---- which file ---- */

static const struct og_core_segment *segment_at(const struct og_core *c, og_addr addr)
{
    uint64_t low = 0, high = c->segments.len;
    while (low < high) {
        uint64_t mid = low + (high - low) / 2;
        const struct og_core_segment *s = og_vec_at(&c->segments, mid);
        if (addr < s->start)
            high = mid;
        else if (addr >= s->end)
            low = mid + 1;
        else
            return s;
    }
    return NULL;
}

/* The first bytes of a mapped file as the core has them. */
static const unsigned char *head_in_core(const struct og_core *c, const struct og_core_mapping *m, uint64_t *n)
{
    const struct og_core_segment *s = segment_at(c, m->start);
    uint64_t offset = s ? m->start - s->start : 0;
    *n = 0;
    if (!s || offset >= s->have)
        return NULL;
    *n = s->have - offset < m->end - m->start ? s->have - offset : m->end - m->start;
    return s->bytes + offset;
}

/* Only regular files are opened: a core may name a device. */
static bool map_file(const char *name, struct og_core_file *file)
{
    struct stat st;
    if (stat(name, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0)
        return false;
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return false;
    void *p = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0
                  ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0)
                  : MAP_FAILED;
    close(fd);
    if (p == MAP_FAILED)
        return false;
    file->bytes = p;
    file->size = (uint64_t)st.st_size;
    return true;
}

static void unmap_file(struct og_core_file *file)
{
    if (file->bytes)
        munmap((void *)(uintptr_t)file->bytes, file->size);
    file->bytes = NULL;
    file->size = 0;
}

/* NULL: used, or of no interest; else why it is not used. */
static const char *open_file(struct og_core *c, const struct og_core_mapping *m, struct og_core_file *file)
{
    uint64_t n;
    const unsigned char *head = head_in_core(c, m, &n);
    if (head && !is_elf(head, n))
        return NULL;
    if (!map_file((const char *)c->names.data + file->name, file))
        return head ? "cannot be read" : NULL;
    struct build_id here = build_id_of(file->bytes, file->size), there = build_id_of(head ? head : file->bytes, n);
    bool same = there.len && here.len == there.len && memcmp(here.bytes, there.bytes, here.len) == 0;
    const char *why = same                               ? NULL
                      : !is_elf(file->bytes, file->size) ? (head ? "is no program or library any more" : NULL)
                      : here.len && there.len            ? "has another build-id"
                      : here.len                         ? "the core does not hold its build-id"
                                                         : "has no build-id";
    if (!same)
        unmap_file(file);
    return why;
}

/* Some of the mapping is not in the core. */
static bool is_wanted(const struct og_core *c, const struct og_core_mapping *m)
{
    const struct og_core_segment *s = segment_at(c, m->start);
    return !s || s->start + s->meant < m->end;
}

void og_core_open_files(struct og_core *c, struct og_text *notes)
{
    uint64_t refused = 0;
    const struct og_core_mapping *first = NULL;
    bool done = false;
    for (uint64_t i = 0; i < c->mappings.len; i++) {
        const struct og_core_mapping *m = og_vec_at(&c->mappings, i);
        if (m->offset == 0) {
            first = m;
            done = false;
        }
        if (!first || first->file != m->file || done || !is_wanted(c, m))
            continue;
        struct og_core_file *file = og_vec_at(&c->files, m->file);
        done = true;
        const char *why = file->bytes ? NULL : open_file(c, first, file);
        if (why && ++refused <= NAMED_MAX)
            og_text_addf(notes, "%s%s (%s)", refused == 1 ? "files that the core needs and that are not used: " : ", ",
                         (const char *)c->names.data + file->name, why);
    }
    if (refused > NAMED_MAX)
        og_text_addf(notes, " and %u more", refused - NAMED_MAX);
    if (refused)
        og_text_char(notes, '\n');
}

void og_core_close_files(struct og_core *c)
{
    for (uint64_t i = 0; i < c->files.len; i++)
        unmap_file(og_vec_at(&c->files, i));
}
