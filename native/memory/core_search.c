/* The order of places is GDB's: what was named, the sysroot, the name itself, then the folders to search. A build-id is
 * compared wherever there is one; its absence is made up for by the whole first page, never by a name. */
#define _GNU_SOURCE
#include "memory/core_search.h"

#include <stdio.h>
#include <string.h>

enum { PLACES_FIRST = 3, PLACES_A_FOLDER = 3 };

/* What the kernel adds to the name of a file that was unlinked, or replaced by an upgrade, while it was mapped. */
static const char deleted[] = " (deleted)";

static int name_length(const char *name)
{
    size_t n = strlen(name), m = sizeof deleted - 1;
    return (int)(n > m && memcmp(name + n - m, deleted, m) == 0 ? n - m : n);
}

static void join(char path[OG_CORE_PATH_MAX], const char *folder, const char *name, int n)
{
    int used = snprintf(path, OG_CORE_PATH_MAX, "%s%s%.*s", folder, !*folder || *name == '/' ? "" : "/", n, name);
    if (used < 0 || used >= OG_CORE_PATH_MAX)
        *path = 0;
}

/* DIR/.build-id/xx/yyyy: how distributions lay out files by build-id. */
static void join_id(char path[OG_CORE_PATH_MAX], const char *folder, const struct og_build_id *id)
{
    char text[OG_BUILD_ID_TEXT];
    og_build_id_text(id, text);
    int used = id->len > 1 ? snprintf(path, OG_CORE_PATH_MAX, "%s/.build-id/%.2s/%s", folder, text, text + 2) : 0;
    if (used < 0 || used >= OG_CORE_PATH_MAX)
        *path = 0;
}

static void place_in_folder(const char *folder, const struct og_core_wanted *w, uint64_t form,
                            char path[OG_CORE_PATH_MAX])
{
    const char *last = strrchr(w->name, '/');
    if (form == 0 && *w->name == '/')
        join(path, folder, w->name, name_length(w->name));
    else if (form == 1)
        join(path, folder, last ? last : w->name, name_length(last ? last : w->name));
    else if (form == 2)
        join_id(path, folder, &w->id);
}

bool og_core_place(const struct og_core_options *o, const struct og_core_wanted *w, uint64_t number,
                   char path[OG_CORE_PATH_MAX])
{
    bool absolute = *w->name == '/'; /* another name would mean GDB's own folder */
    *path = 0;
    if (number == 0 && o->executable && *o->executable)
        join(path, "", o->executable, (int)strlen(o->executable));
    else if (number == 1 && absolute && o->sysroot && *o->sysroot)
        join(path, o->sysroot, w->name, name_length(w->name));
    else if (number == 2 && absolute)
        join(path, "", w->name, name_length(w->name));
    if (number < PLACES_FIRST)
        return true;
    number -= PLACES_FIRST;
    if (number / PLACES_A_FOLDER >= o->search_count)
        return false;
    place_in_folder(o->search[number / PLACES_A_FOLDER], w, number % PLACES_A_FOLDER, path);
    return true;
}

/* ---- is it the same? ---- */

static bool is_cut(const unsigned char *p, uint64_t size)
{
    Elf64_Phdr ph;
    for (unsigned i = 0; og_elf_phdr(p, size, i, &ph); i++)
        if (ph.p_type == PT_LOAD && (ph.p_offset > size || ph.p_filesz > size - ph.p_offset))
            return true;
    return false;
}

/* The first page as it was mapped, from byte FROM on. */
static bool page_equals(const struct og_core_wanted *w, const unsigned char *p, uint64_t size, uint64_t from)
{
    uint64_t n = w->head_size < OG_PAGE ? w->head_size : OG_PAGE;
    if (size < n)
        n = size;
    return n > from && memcmp(w->head + from, p + from, n - from) == 0;
}

enum og_core_verdict og_core_compare(const struct og_core_wanted *w, const unsigned char *p, uint64_t size)
{
    if (!og_is_elf(p, size))
        return OG_CORE_NOT_ELF;
    if (!w->head)
        return OG_CORE_NO_HEAD;
    struct og_build_id id = og_build_id_of(p, size);
    if (!id.len || !w->id.len) {
        if (w->head_size < OG_PAGE || !page_equals(w, p, size, 0))
            return OG_CORE_OTHER_BUILD;
        return is_cut(p, size) ? OG_CORE_CUT : OG_CORE_SAME_PAGE;
    }
    if (id.len != w->id.len || memcmp(id.bytes, w->id.bytes, id.len) != 0)
        return OG_CORE_OTHER_ID;
    /* A file of debug information has the build-id of its program, and nothing in place of its memory. Program headers
     * and what follows them tell; the ELF header before may differ, for stripping changes it. */
    if (!page_equals(w, p, size, sizeof(Elf64_Ehdr)))
        return OG_CORE_NO_MEMORY;
    return is_cut(p, size) ? OG_CORE_CUT : OG_CORE_SAME;
}

const char *og_core_why(enum og_core_verdict verdict)
{
    switch (verdict) {
    case OG_CORE_OTHER_ID:
        return "has another build-id";
    case OG_CORE_OTHER_BUILD:
        return "has no build-id to compare, and another first page";
    case OG_CORE_NO_MEMORY:
        return "has the build-id but not the bytes: only debug information?";
    case OG_CORE_CUT:
        return "is cut short";
    case OG_CORE_NOT_ELF:
        return "is no program or library";
    case OG_CORE_NO_HEAD:
        return "cannot be compared: the core lacks its first page";
    case OG_CORE_SAME:
    case OG_CORE_SAME_PAGE:
        break;
    }
    return NULL;
}
