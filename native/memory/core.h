/* What core.c and its neighbours share: a core file taken apart. */
#ifndef OG_CORE_H
#define OG_CORE_H

#include "memory/identity.h"
#include "memory/mapped.h"

/* A program header: addresses of the process, and what of them the file holds. */
struct og_core_segment {
    og_addr start, end;
    uint64_t meant; /* bytes from start that were to be dumped */
    uint64_t have;  /* bytes from start that the file has */
    const unsigned char *bytes;
    uint32_t flags; /* PF_* */
};

/* An entry of the NT_FILE note. */
struct og_core_mapping {
    og_addr start, end;
    uint64_t offset;
    uint32_t file; /* index into files */
};

/* A file that the process had mapped. BYTES only if it is the very same file. */
struct og_core_file {
    uint32_t name; /* offset into names */
    struct og_mapped *mapped; /* NULL: not opened */
    const unsigned char *bytes;
    uint64_t size;
    bool tried; /* to be opened */
};

struct og_core {
    struct og_mem mem;
    struct og_mapped *mapped; /* the core itself */
    const unsigned char *bytes;
    uint64_t size;
    struct og_vec segments;    /* struct og_core_segment, by address */
    uint64_t odd_headers;      /* program headers that cannot be as they are, whatever the others say */
    struct og_vec mappings;    /* struct og_core_mapping, by address */
    struct og_vec files;       /* struct og_core_file */
    struct og_vec regions;     /* struct og_region */
    struct og_vec windows;     /* struct og_window, one a region; ptr NULL: its bytes are nowhere */
    struct og_vec stacks;      /* struct og_stack_pointer */
    struct og_vec names;       /* char */
    const unsigned char *auxv; /* the auxiliary vector, in the core; NULL: it has none */
    uint64_t auxv_size;
    struct og_identity_text identity;
    char notes[4096];
};

#define OG_CORE_FILES_MAX 65536u

/* core_notes.c: threads, mapped files and the auxiliary vector from SIZE bytes of notes at OFFSET. false: out of
 * memory. */
bool og_core_read_notes(struct og_core *c, void *elf, uint64_t offset, uint64_t size, uint64_t align);
/* core_check.c: says how many program headers are damaged. */
void og_core_note_contradictions(const struct og_core *c, struct og_text *notes);
/* core_files.c: opens the files that lack in the core and are the same; NOTES gets those that are not. OPTIONS may be
 * NULL. */
void og_core_open_files(struct og_core *c, const struct og_core_options *options, struct og_text *notes);
void og_core_close_files(struct og_core *c);
int og_core_check_files(const struct og_core *c, struct og_error *err); /* as og_mapped_check, of each */
/* core_regions.c: regions and windows from segments, mappings and files. false: out of memory. */
bool og_core_lay_out(struct og_core *c);

#endif
