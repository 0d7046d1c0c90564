/* The C stacks of the threads: what C code that is running holds. Only what lies above the stack pointer counts; what
 * lies below is left over from calls that have returned. */
#include "cpython/python.h"

#define STACK_MAX     (16ull << 20)
/* struct pthread ends a thread's stack: pthread_self() is its address. */
#define PTHREAD_BYTES 4096ull

struct bounds {
    og_addr start, end;
};

static void cut_at_thread(void *arg, const struct og_thread *thread)
{
    struct bounds *b = arg;
    og_addr top = thread->thread_id;
    if (top > b->start && top < b->end && b->end - top > PTHREAD_BYTES)
        b->end = top + PTHREAD_BYTES;
}

void og_py_stacks(struct og_py *py, bool (*visit)(void *arg, const struct og_stack *s), void *arg)
{
    uint64_t count;
    const struct og_stack_pointer *at = og_mem_stacks(py->mem, &count);
    for (uint64_t i = 0; i < count; i++) {
        const struct og_region *region = og_mem_region(py->mem, at[i].pointer);
        struct bounds b = {at[i].pointer, region ? region->end : 0};
        if (!region)
            continue;
        og_py_threads(py, cut_at_thread, &b);
        struct og_stack s = {at[i].tid, b.start, b.end - b.start < STACK_MAX ? b.end - b.start : STACK_MAX};
        if (!visit(arg, &s))
            return;
    }
}
