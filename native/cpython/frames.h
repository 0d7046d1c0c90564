/* Inside the frame reader: threads.c walks, lines.c tells the current line. */
#ifndef OG_FRAMES_H
#define OG_FRAMES_H

#include "cpython/python.h"

/* The line that F executes, 0 if it cannot be told. */
uint32_t og_frame_line(struct og_py *py, const struct og_pyframe *f);
/* The line of the instruction at byte OFFSET of CODE; before the first one, that of CODE itself. */
uint32_t og_code_line(struct og_py *py, og_addr code, int64_t offset);

#endif
