/* Read-only parts of executables and libraries, which a kernel core leaves out: taken from files here, but only from
 * the very builds that ran. The core has the first page of each, and in it the build-id. */
#define _GNU_SOURCE
#include "memory/core.h"
#include "memory/core_search.h"

#include <sys/stat.h>

enum { NAMED_MAX = 3, FOLDERS_NAMED_MAX = 4, LIST_TEXT = 800 };

/* Names with their reasons, for a note. */
struct list {
    char buf[LIST_TEXT];
    struct og_text text;
    unsigned named, more;
};

/* What one mapped file is not. */
struct refused {
    struct list list;
    struct {
        dev_t device;
        ino_t inode;
    } seen[NAMED_MAX]; /* those in the list: the same file may be found at several places */
};

struct lookup {
    struct og_core *core;
    struct og_core_options options;
    og_addr program; /* an address inside the executable's first page; 0: not known */
    struct list wrong, absent, unproven;
};

static void list_init(struct list *l)
{
    og_text_init(&l->text, l->buf, sizeof l->buf);
    l->named = l->more = 0;
}

static void list_add(struct list *l, const char *name, const char *why)
{
    if (l->named == NAMED_MAX || l->text.len + strlen(name) + strlen(why) + sizeof ",  ()" > sizeof l->buf) {
        l->more++;
        return;
    }
    og_text_add(&l->text, l->named++ ? ", " : "");
    for (; *name; name++) /* a core may name anything: one note is one line, and no terminal obeys it */
        og_text_char(&l->text, (unsigned char)*name < ' ' || *name == 0x7f ? '?' : *name);
    og_text_addf(&l->text, "%s%s%s", *why ? " (" : "", why, *why ? ")" : "");
}

/* ---- what the core has ---- */

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

/* Some of the mapping is not in the core. */
static bool is_wanted(const struct og_core *c, const struct og_core_mapping *m)
{
    const struct og_core_segment *s = segment_at(c, m->start);
    return !s || s->start + s->meant < m->end;
}

/* The mappings of one file that follow each other, the first of them at offset 0: from FIRST to before the result. */
static uint64_t end_of_run(const struct og_core *c, uint64_t first)
{
    const struct og_core_mapping *m = og_vec_at(&c->mappings, first), *next;
    uint64_t i = first + 1;
    for (; i < c->mappings.len; i++) {
        next = og_vec_at(&c->mappings, i);
        if (next->file != m->file || next->offset == 0)
            break;
    }
    return i;
}

static bool run_is_wanted(const struct og_core *c, uint64_t first, uint64_t end)
{
    for (uint64_t i = first; i < end; i++)
        if (is_wanted(c, og_vec_at(&c->mappings, i)))
            return true;
    return false;
}

/* A program or library by what the core itself shows: its head, that some of it could be run, or that parts of it were
 * mapped in several ways. */
static bool is_code(const struct og_core *c, uint64_t first, uint64_t end, const struct og_core_wanted *w)
{
    if (w->head)
        return og_is_elf(w->head, w->head_size);
    if (end - first > 1)
        return true;
    for (uint64_t i = first; i < end; i++) {
        const struct og_core_mapping *m = og_vec_at(&c->mappings, i);
        const struct og_core_segment *s = segment_at(c, m->start);
        if (s && s->flags & PF_X)
            return true;
    }
    return false;
}

/* ---- files here ---- */

static bool map_file(const char *name, struct og_core_file *file)
{
    if (og_mapped_open(name, 0, &file->mapped, NULL) != OG_OK)
        return false;
    file->bytes = og_mapped_bytes(file->mapped, &file->size);
    return true;
}

static void unmap_file(struct og_core_file *file)
{
    og_mapped_close(file->mapped);
    file->mapped = NULL;
    file->bytes = NULL;
    file->size = 0;
}

static void refuse(struct refused *r, const char *path, const char *why)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return;
    for (unsigned i = 0; i < r->list.named; i++)
        if (r->seen[i].device == st.st_dev && r->seen[i].inode == st.st_ino)
            return;
    unsigned before = r->list.named;
    list_add(&r->list, path, why);
    if (r->list.named > before) {
        r->seen[before].device = st.st_dev;
        r->seen[before].inode = st.st_ino;
    }
}

/* Tries all places; false: none has the file. REFUSED gets those that have another one. */
static bool open_somewhere(const struct lookup *k, const struct og_core_wanted *w, bool is_program,
                           struct og_core_file *file, enum og_core_verdict *verdict, struct refused *refused)
{
    char path[OG_CORE_PATH_MAX];
    for (uint64_t number = 0; og_core_place(&k->options, w, number, path); number++) {
        if (!*path || !map_file(path, file))
            continue;
        *verdict = og_core_compare(w, file->bytes, file->size);
        const char *why = og_core_why(*verdict);
        if (!why)
            return true;
        unmap_file(file);
        if (number > 0 || is_program) /* the executable that was named is meant for the program only */
            refuse(refused, path, why);
    }
    return false;
}

static void merge(struct list *into, const struct list *from)
{
    if (from->named && into->text.len + from->text.len + sizeof ", " <= sizeof into->buf) {
        og_text_addf(&into->text, "%s%s", into->named ? ", " : "", from->buf);
        into->named += from->named;
    } else {
        into->more += from->named;
    }
    into->more += from->more;
}

static void open_file(struct lookup *k, uint64_t first, uint64_t end)
{
    struct og_core *c = k->core;
    const struct og_core_mapping *m = og_vec_at(&c->mappings, first);
    struct og_core_file *file = og_vec_at(&c->files, m->file);
    struct og_core_wanted w = {.name = (const char *)c->names.data + file->name};
    struct refused refused = {0};
    enum og_core_verdict verdict = OG_CORE_SAME;
    w.head = head_in_core(c, m, &w.head_size);
    if (file->tried || !is_code(c, first, end, &w) || !run_is_wanted(c, first, end))
        return;
    file->tried = true;
    w.id = og_build_id_of(w.head, w.head_size);
    list_init(&refused.list);
    if (open_somewhere(k, &w, k->program >= m->start && k->program < m->end, file, &verdict, &refused)) {
        if (verdict == OG_CORE_SAME_PAGE)
            list_add(&k->unproven, w.name, "");
    } else if (refused.list.named || refused.list.more) {
        merge(&k->wrong, &refused.list);
    } else {
        list_add(&k->absent, w.name, "not found");
    }
}

/* ---- all of them ---- */

static void note_places(const struct lookup *k, struct og_text *notes)
{
    const struct og_core_options *o = &k->options;
    const char *before = "; looked for under their names and in ";
    uint64_t named = 0;
    for (uint64_t i = 0; i < o->search_count + 1 && named < FOLDERS_NAMED_MAX; i++) {
        const char *folder = i ? o->search[i - 1] : o->sysroot;
        if (!folder || !*folder || strlen(folder) > LIST_TEXT / FOLDERS_NAMED_MAX)
            continue;
        struct stat st;
        bool there = stat(folder, &st) == 0 && S_ISDIR(st.st_mode);
        og_text_addf(notes, "%s%s%s", named++ ? ", " : before, folder, there ? "" : " (no such folder)");
    }
}

static void note_refused(const struct lookup *k, struct og_text *notes)
{
    const struct list *wrong = &k->wrong, *absent = &k->absent;
    uint64_t more = (uint64_t)wrong->more + absent->more;
    if (!wrong->named && !absent->named && !more)
        return;
    og_text_addf(
        notes,
        "files that the core needs and that are not used (`set og search path DIR` says where others are): %s%s%s",
        wrong->buf, wrong->named && absent->named ? ", " : "", absent->buf);
    if (more)
        og_text_addf(notes, " and %u more", more);
    note_places(k, notes);
    og_text_char(notes, '\n');
}

static void note_unproven(const struct lookup *k, struct og_text *notes)
{
    const struct list *l = &k->unproven;
    if (!l->named && !l->more)
        return;
    og_text_addf(notes, "files without a build-id, used because their first page is the one in the core: %s", l->buf);
    if (l->more)
        og_text_addf(notes, " and %u more", (uint64_t)l->more);
    og_text_char(notes, '\n');
}

/* The program first: notes name few. */
static void open_program(struct lookup *k)
{
    const struct og_core *c = k->core;
    for (uint64_t i = 0; k->program && i < c->mappings.len; i++) {
        const struct og_core_mapping *m = og_vec_at(&c->mappings, i);
        if (m->offset == 0 && k->program >= m->start && k->program < m->end)
            open_file(k, i, end_of_run(c, i));
    }
}

static void open_others(struct lookup *k)
{
    const struct og_core *c = k->core;
    for (uint64_t i = 0; i < c->mappings.len; i++) {
        const struct og_core_mapping *m = og_vec_at(&c->mappings, i);
        if (m->offset == 0 && !(k->program >= m->start && k->program < m->end))
            open_file(k, i, end_of_run(c, i));
    }
}

void og_core_open_files(struct og_core *c, const struct og_core_options *options, struct og_text *notes)
{
    static const struct og_core_options none = {0};
    struct lookup k = {.core = c, .options = options ? *options : none};
    list_init(&k.wrong);
    list_init(&k.absent);
    list_init(&k.unproven);
    og_auxv_find(c->auxv, c->auxv_size, AT_PHDR, &k.program);
    open_program(&k);
    open_others(&k);
    note_refused(&k, notes);
    note_unproven(&k, notes);
}

void og_core_close_files(struct og_core *c)
{
    for (uint64_t i = 0; i < c->files.len; i++)
        unmap_file(og_vec_at(&c->files, i));
}

int og_core_check_files(const struct og_core *c, struct og_error *err)
{
    int code = OG_OK;
    for (uint64_t i = 0; i < c->files.len && code == OG_OK; i++) {
        const struct og_core_file *file = og_vec_at(&c->files, i);
        code = file->mapped ? og_mapped_check(file->mapped, err) : OG_OK;
    }
    return code;
}
