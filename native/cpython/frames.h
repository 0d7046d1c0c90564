/* Inside the frame reader: threads.c walks, lines.c tells the current line. */
#ifndef OG_FRAMES_H
#define OG_FRAMES_H

#include "cpython/python.h"

/* The line of the instruction at byte OFFSET of CODE; before the first one, that of CODE itself. */
uint32_t og_code_line(struct og_py *py, og_addr code, int64_t offset);

#endif
