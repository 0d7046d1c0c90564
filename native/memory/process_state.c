/* States of a live process in which its memory has to be read another way: proc(5), userfaultfd(2). */
#define _GNU_SOURCE
#include "memory/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool shows_memory(int pid, int tid)
{
    char path[64], byte;
    snprintf(path, sizeof path, "/proc/%d/task/%d/maps", pid, tid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool some = fd >= 0 && read(fd, &byte, 1) == 1;
    if (fd >= 0)
        close(fd);
    return some;
}

int og_process_task(int pid)
{
    char path[64];
    int found = pid;
    const struct dirent *entry;
    if (shows_memory(pid, pid))
        return pid;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *tasks = opendir(path);
    while (tasks && found == pid && (entry = readdir(tasks))) {
        int tid = atoi(entry->d_name);
        if (tid && shows_memory(pid, tid))
            found = tid;
    }
    if (tasks)
        closedir(tasks);
    return found;
}

bool og_process_serves_faults(int pid, int task)
{
    static const char link[] = "anon_inode:[userfaultfd]";
    char path[64], target[sizeof link];
    bool found = false;
    const struct dirent *entry;
    snprintf(path, sizeof path, "/proc/%d/task/%d/fd", pid, task);
    DIR *files = opendir(path);
    while (files && !found && (entry = readdir(files)))
        found = readlinkat(dirfd(files), entry->d_name, target, sizeof target) == sizeof link - 1 &&
                memcmp(target, link, sizeof link - 1) == 0;
    if (files)
        closedir(files);
    return found;
}
