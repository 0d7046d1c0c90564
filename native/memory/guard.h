/* Reading what a file is mapped to. Where somebody has cut the file meanwhile, or its disk or server fails, the kernel
 * sends SIGBUS to the thread that reads, which would end all of GDB. Inside a guard the function that has it returns
 * instead.
 *
 * A file that is overwritten in place while a question reads it may lead the question astray without a fault of its
 * own: SIGSEGV is taken in the same way, if some file that is mapped has changed.
 *
 * The handlers are og's only while some thread is inside a guard. What they do not know, a fault of another thread or a
 * signal that somebody sent, goes to the handler that was there before. Host only. */
#ifndef OG_GUARD_H
#define OG_GUARD_H

#include "base/base.h"

#include <setjmp.h>

enum { OG_GUARD_SIGNALS = 2 }; /* SIGBUS, SIGSEGV */

struct og_guard {
    jmp_buf back;
    const void *fault;                  /* the byte that could not be read */
    bool was_blocked[OG_GUARD_SIGNALS]; /* in this thread */
};

void og_guard_begin(struct og_guard *g);
void og_guard_end(struct og_guard *g);
/* After a fault: OG_ECHANGED, with a sentence about the file; nothing of that file is believed from now on. */
int og_guard_failed(const struct og_guard *g, struct og_error *err);

/* From here to the end of the function it stands in; inside of another guard of the same thread it does nothing. After
 * a fault the function returns RESULT at once, from wherever it was: memory that the functions it called had for
 * themselves is lost then, so what must be closed has its owner outside of the guard. */
#define OG_GUARD_OR(result)                                                                                            \
    struct og_guard guard __attribute__((cleanup(og_guard_end)));                                                      \
    og_guard_begin(&guard);                                                                                            \
    if (setjmp(guard.back))                                                                                            \
    return result

#define OG_GUARD(err) OG_GUARD_OR(og_guard_failed(&guard, err))

#endif
