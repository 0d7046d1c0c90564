/* Between process.c and its neighbours: what the kernel says of a live process besides its bytes. */
#ifndef OG_PROCESS_H
#define OG_PROCESS_H

#include "memory/memory.h"

/* process_stacks.c: appends a struct og_stack_pointer for each thread whose stack pointer the kernel tells. */
void og_process_stacks(int pid, struct og_vec *out);

/* process_state.c: the number of a thread by which the kernel shows the memory of process PID: the main one, or another
 * where that has ended and the process has not. PID if there is none. */
int og_process_task(int pid);
/* It has a userfaultfd(2): process_vm_readv of a page that it has to fill would wait for the stopped process, beyond
 * any Ctrl-C. Reading /proc/PID/mem does not wait. */
bool og_process_serves_faults(int pid, int task);

#endif
