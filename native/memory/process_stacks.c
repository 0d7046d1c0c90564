/* Where the C stacks of a live process's threads end, as the kernel says it: /proc/PID/task/TID/syscall (proc(5)). */
#define _GNU_SOURCE
#include "memory/process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

/* "number arg0 .. arg5 sp pc" of a thread in a system call, "-1 sp pc" of one stopped elsewhere, "running". */
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

void og_process_stacks(int pid, struct og_vec *out)
{
    char path[64];
    const struct dirent *entry;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *tasks = opendir(path);
    while (tasks && (entry = readdir(tasks))) {
        struct og_stack_pointer found = {.tid = strtoul(entry->d_name, NULL, 10)};
        struct og_stack_pointer *s;
        if (!found.tid || !stack_pointer(pid, (unsigned long)found.tid, &found.pointer) || !(s = og_vec_push(out)))
            continue;
        *s = found;
    }
    if (tasks)
        closedir(tasks);
}
