/* Inside the frame reader: threads.c walks, lines.c tells the current line. */
#ifndef OG_FRAMES_H
#define OG_FRAMES_H

#include "cpython/python.h"

/* The object that a slot of a frame refers to; 0: none. From 3.14 on the low two bits are a tag: 1 a reference that is
 * not counted (alone: NULL), 2 and 3 no reference at all (Include/internal/pycore_stackref.h). */
static inline og_addr og_stackref(const struct og_py *py, uint64_t word)
{
    if (py->l.minor < 14)
        return word;
    return word & 2 ? 0 : word & ~1ull;
}

/* A code object is at ADDR (threads.c). */
bool og_is_code(struct og_py *py, og_addr addr);
/* Slots of the record at FRAME (3.11 and later) that are certainly live, locals included; 0: not known. */
uint64_t og_record_slots(struct og_py *py, og_addr frame);
/* The line of the instruction at byte OFFSET of CODE; before the first one, that of CODE itself. */
uint32_t og_code_line(struct og_py *py, og_addr code, int64_t offset);

#endif
