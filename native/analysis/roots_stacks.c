/* C stacks of the threads, from the stack pointer up: what C code holds while it runs. Where the pointers of a live
 * process stand is the kernel's word (/proc/PID/task/TID/syscall), of a core its notes'; without it no stack is read,
 * for what lies below the pointer is stale. */
#define _GNU_SOURCE
#include "analysis/roots.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STACK_MAX     (16ull << 20)
/* struct pthread ends a thread's stack: pthread_self() is its address. */
#define PTHREAD_BYTES 4096ull

struct stacks {
    struct og_roots *roots;
    unsigned long tid;
    og_addr pointer, end;
};

/* "number arg0 .. arg5 sp pc" of a thread in a system call, "-1 sp pc" of one stopped elsewhere. */
static bool stack_pointer(int pid, unsigned long tid, og_addr *out)
{
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/task/%lu/syscall", pid, tid);
    FILE *f = fopen(path, "re");
    bool ok = f && fgets(line, sizeof line, f);
    if (f)
        fclose(f);
    char *pc = ok ? strrchr(line, ' ') : NULL;
    if (!pc)
        return false;
    *pc = 0;
    const char *sp = strrchr(line, ' ');
    *out = sp ? strtoull(sp + 1, NULL, 16) : 0;
    return *out != 0;
}

static void cut_at_thread(void *arg, const struct og_thread *thread)
{
    struct stacks *s = arg;
    og_addr top = thread->thread_id;
    if (top > s->pointer && top < s->end && s->end - top > PTHREAD_BYTES)
        s->end = top + PTHREAD_BYTES;
}

static void scan_stack(struct stacks *s)
{
    char name[64];
    struct og_roots *r = s->roots;
    const struct og_region *region = og_mem_region(r->py->mem, s->pointer);
    if (!region)
        return;
    s->end = region->end;
    og_py_threads(r->py, cut_at_thread, s);
    uint64_t bytes = s->end - s->pointer;
    snprintf(name, sizeof name, "C stack of thread %lu", s->tid);
    og_roots_words(r, s->pointer, bytes < STACK_MAX ? bytes : STACK_MAX, name);
}

static void scan_live(struct og_roots *r)
{
    char path[64];
    const struct dirent *entry;
    int pid = r->py->mem->pid;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *tasks = opendir(path);
    while (tasks && r->left && (entry = readdir(tasks))) {
        struct stacks s = {.roots = r, .tid = strtoul(entry->d_name, NULL, 10)};
        if (s.tid && stack_pointer(pid, s.tid, &s.pointer))
            scan_stack(&s);
    }
    if (tasks)
        closedir(tasks);
}

static void scan_core(struct og_roots *r)
{
    const struct og_mem *m = r->py->mem;
    for (uint64_t i = 0; i < m->stack_count && r->left; i++) {
        struct stacks s = {.roots = r, .tid = m->stacks[i].tid, .pointer = m->stacks[i].pointer};
        scan_stack(&s);
    }
}

void og_roots_stacks(struct og_roots *r)
{
    if (r->py->mem->pid)
        scan_live(r);
    else
        scan_core(r);
}
