/* Notes of a core: each thread's stack pointer (NT_PRSTATUS), which files were mapped where (NT_FILE), the number of
 * the process (NT_PRPSINFO) and its auxiliary vector (NT_AUXV). */
#define _GNU_SOURCE
#include "memory/core.h"

#include <elf.h>
#include <gelf.h>
#include <string.h>
#include <sys/procfs.h>
#include <sys/user.h>

/* NT_FILE (Linux, fs/binfmt_elf.c, fill_files_note): count, page size, count entries, count names. */
struct file_note {
    uint64_t count, page_size;
};
struct file_entry {
    uint64_t start, end, page;
};

static bool read_thread(struct og_core *c, const unsigned char *desc, uint64_t size)
{
    struct elf_prstatus status;
    struct user_regs_struct registers;
    if (size < sizeof status)
        return true;
    memcpy(&status, desc, sizeof status);
    memcpy(&registers, &status.pr_reg, sizeof registers);
    struct og_stack_pointer *s = og_vec_push(&c->stacks);
    if (!s)
        return false;
    *s = (struct og_stack_pointer){(uint64_t)status.pr_pid, registers.rsp};
    return true;
}

/* The number as whoever wrote the core saw it: in a container the kernel writes the container's. */
static void read_process(struct og_core *c, const unsigned char *desc, uint64_t size)
{
    struct elf_prpsinfo info;
    if (size < sizeof info)
        return;
    memcpy(&info, desc, sizeof info);
    c->mem.subject_pid = info.pr_pid > 0 ? (uint64_t)info.pr_pid : 0;
}

static uint64_t hash_of(const char *s, uint64_t n)
{
    uint64_t h = 14695981039346656037ull;
    for (uint64_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * 1099511628211ull;
    return h;
}

static bool add_file(struct og_core *c, const char *name, uint64_t n)
{
    uint64_t at = c->names.len;
    if (at + n + 1 > UINT32_MAX || !og_vec_reserve(&c->names, at + n + 1))
        return false;
    struct og_core_file *file = og_vec_push(&c->files);
    if (!file)
        return false;
    memcpy((char *)c->names.data + at, name, n);
    ((char *)c->names.data)[at + n] = 0;
    c->names.len += n + 1;
    file->name = (uint32_t)at;
    return true;
}

/* The index of the file called NAME, entered when new. */
static bool file_index(struct og_core *c, struct og_map *known, const char *name, uint64_t n, uint32_t *out)
{
    uint64_t hash = hash_of(name, n);
    if (og_map_get(known, hash, out)) {
        const struct og_core_file *file = og_vec_at(&c->files, *out);
        const char *there = (const char *)c->names.data + file->name;
        if (strlen(there) == n && memcmp(there, name, n) == 0)
            return true;
    }
    *out = (uint32_t)c->files.len;
    return c->files.len < OG_CORE_FILES_MAX && add_file(c, name, n) && og_map_put(known, hash, *out);
}

static bool read_files(struct og_core *c, const unsigned char *desc, uint64_t size)
{
    struct file_note head;
    if (size < sizeof head)
        return true;
    memcpy(&head, desc, sizeof head);
    if (head.count > (size - sizeof head) / sizeof(struct file_entry))
        return true;
    const char *name = (const char *)desc + sizeof head + head.count * sizeof(struct file_entry);
    const char *end = (const char *)desc + size;
    struct og_map known = {0};
    bool ok = true;
    for (uint64_t i = 0; ok && i < head.count; i++) {
        struct file_entry e;
        struct og_core_mapping m = {0};
        uint64_t n = strnlen(name, (size_t)(end - name));
        if (name + n == end) /* the names are cut */
            break;
        memcpy(&e, desc + sizeof head + i * sizeof e, sizeof e);
        ok = file_index(c, &known, name, n, &m.file);
        name += n + 1;
        m.start = e.start;
        m.end = e.end;
        if (!ok || e.start >= e.end || og_mul_overflows(e.page, head.page_size, &m.offset))
            continue;
        struct og_core_mapping *slot = og_vec_push(&c->mappings);
        ok = slot != NULL;
        if (slot)
            *slot = m;
    }
    og_map_deinit(&known);
    return ok;
}

bool og_core_read_notes(struct og_core *c, void *elf, uint64_t offset, uint64_t size, uint64_t align)
{
    if (offset >= c->size)
        return true;
    uint64_t there = c->size - offset < size ? c->size - offset : size;
    Elf_Data *data = elf_getdata_rawchunk(elf, (int64_t)offset, there, align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR);
    GElf_Nhdr note;
    size_t at = 0, name, desc;
    bool ok = true;
    while (data && ok && (at = gelf_getnote(data, at, &note, &name, &desc)) > 0) {
        const unsigned char *bytes = (const unsigned char *)data->d_buf;
        if (note.n_namesz != sizeof "CORE" || memcmp(bytes + name, "CORE", sizeof "CORE") != 0)
            continue;
        if (note.n_type == NT_PRSTATUS)
            ok = read_thread(c, bytes + desc, note.n_descsz);
        else if (note.n_type == NT_FILE)
            ok = read_files(c, bytes + desc, note.n_descsz);
        else if (note.n_type == NT_PRPSINFO)
            read_process(c, bytes + desc, note.n_descsz);
        else if (note.n_type == NT_AUXV) { /* in the core itself: what libelf hands out may be a copy */
            c->auxv = c->bytes + offset + desc;
            c->auxv_size = note.n_descsz;
        }
    }
    return ok;
}
