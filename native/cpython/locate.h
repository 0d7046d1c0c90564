/* Inside the opening: where a CPython may be. locate.c asks symbol tables, locate_scan.c looks at writable memory;
 * proof.c says which of the places holds one. */
#ifndef OG_LOCATE_H
#define OG_LOCATE_H

#include "cpython/python.h"

#define OG_CANDIDATES_MAX 16u

struct og_candidate {
    og_addr runtime;
    uint32_t hexversion; /* said by the image itself; 0: not said (before 3.11) */
    uint8_t how;         /* enum og_found_by */
    const char *image;   /* name of the file it lies in */
    og_addr base;        /* where that is mapped, if it exports the runtime; 0 */
};

struct og_candidates {
    struct og_candidate list[OG_CANDIDATES_MAX];
    unsigned count;
    const char *older; /* exports Py_Initialize but no _PyRuntime: before 3.7; NULL: none */
};

static inline uint32_t og_minor_of(uint32_t hexversion)
{
    return hexversion >> 16 & 0xff;
}

/* Py_Version and the word behind the cookie: 0x030b02f0. 0: no version of a CPython 3. */
static inline uint32_t og_version_of(uint64_t word)
{
    return word >> 24 == 3 ? (uint32_t)word : 0;
}

/* ---- locate.c ---- */

/* Every image that exports _PyRuntime. */
void og_locate_by_symbol(struct og_mem *m, struct og_candidates *out);
/* The one at RUNTIME; false: nothing there looks like one. */
bool og_locate_at(struct og_mem *m, og_addr runtime, struct og_candidate *out);
/* The mapped file that by its name has CPython's code and whose data cannot be read; NULL: none. */
const char *og_locate_lost_image(struct og_mem *m);

/* ---- locate_scan.c ---- */

struct og_seeker {
    bool (*found)(struct og_seeker *s, const struct og_candidate *c); /* true: it is one, stop */
    void *arg;
};

/* What is at AT looks like _PyRuntime. */
bool og_locate_shape(struct og_mem *m, og_addr at, struct og_candidate *out);
/* Offers everything in the data of mapped files that looks like _PyRuntime. */
bool og_locate_in_files(struct og_mem *m, struct og_seeker *s);
/* The same in other writable memory, as far as a bound: for cores that do not say which files were mapped. */
bool og_locate_elsewhere(struct og_mem *m, struct og_seeker *s);
/* sys.hexversion by the text that Py_GetVersion left in the data of mapped files; 0: there is none. */
uint32_t og_locate_version_text(struct og_mem *m);
/* &PyType_Type in the data of mapped files: the object that is its own type; 0: not found. */
og_addr og_locate_type(struct og_mem *m, const struct og_layout *layout);

#endif
