/* Between process.c and its neighbours: what the kernel says of a live process besides its bytes. */
#ifndef OG_PROCESS_H
#define OG_PROCESS_H

#include "memory/memory.h"

/* process_stacks.c: appends a struct og_stack_pointer for each thread whose stack pointer the kernel tells. */
void og_process_stacks(int pid, struct og_vec *out);

#endif
