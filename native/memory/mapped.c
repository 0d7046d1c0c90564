#define _GNU_SOURCE
#include "memory/mapped.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct og_mapped {
    const unsigned char *bytes;
    struct stat was;
    struct og_mapped *next; /* of all */
    char *path;
    int fd;        /* -1: asked by its name */
    uint32_t lost; /* reading it failed */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct og_mapped *all;

/* ---- opening ---- */

static void enter(struct og_mapped *m)
{
    pthread_mutex_lock(&lock);
    m->next = all;
    all = m;
    pthread_mutex_unlock(&lock);
}

static void leave(const struct og_mapped *m)
{
    pthread_mutex_lock(&lock);
    for (struct og_mapped **at = &all; *at; at = &(*at)->next)
        if (*at == m) {
            *at = m->next;
            break;
        }
    pthread_mutex_unlock(&lock);
}

static int cannot(const char *what, const char *path, struct og_error *err)
{
    int problem = errno;
    return og_fail_errno(err, OG_EOS, problem, "cannot %s %s: %s", what, path, strerror(problem));
}

static int check_kind(const struct stat *st, const char *path, struct og_error *err)
{
    if (!S_ISREG(st->st_mode) || st->st_size <= 0)
        return og_fail(err, OG_EARG, 0, "%s is %s", path, S_ISREG(st->st_mode) ? "empty" : "no regular file");
    return OG_OK;
}

/* Asked before it is opened: that alone does something to some devices, and a core may name any. */
static int open_file(struct og_mapped *m, struct og_error *err)
{
    if (stat(m->path, &m->was) != 0)
        return cannot("open", m->path, err);
    int code = check_kind(&m->was, m->path, err);
    if (code != OG_OK)
        return code;
    m->fd = open(m->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (m->fd < 0 || fstat(m->fd, &m->was) != 0)
        return cannot("open", m->path, err);
    return check_kind(&m->was, m->path, err);
}

static int map(struct og_mapped *m, uint32_t how, struct og_error *err)
{
    int flags = MAP_PRIVATE | (how & OG_MAPPED_POPULATE ? MAP_POPULATE : 0);
    int code = open_file(m, err);
    if (code != OG_OK)
        return code;
    void *p = mmap(NULL, (size_t)m->was.st_size, PROT_READ, flags, m->fd, 0);
    if (p == MAP_FAILED)
        return cannot("map", m->path, err);
    m->bytes = p;
    enter(m);
    if (!(how & OG_MAPPED_WATCH)) {
        close(m->fd);
        m->fd = -1;
    }
    return OG_OK;
}

int og_mapped_open(const char *path, uint32_t how, struct og_mapped **out, struct og_error *err)
{
    struct og_mapped *m = calloc(1, sizeof *m);
    if (m) {
        m->fd = -1;
        m->path = strdup(path);
    }
    int code = m && m->path ? map(m, how, err) : og_fail(err, OG_EMEMORY, 0, "out of memory");
    if (code == OG_OK)
        *out = m;
    else
        og_mapped_close(m);
    return code;
}

void og_mapped_close(struct og_mapped *m)
{
    if (!m)
        return;
    if (m->bytes) {
        leave(m);
        munmap((void *)(uintptr_t)m->bytes, (size_t)m->was.st_size);
    }
    if (m->fd >= 0)
        close(m->fd);
    free(m->path);
    free(m);
}

const unsigned char *og_mapped_bytes(const struct og_mapped *m, uint64_t *size)
{
    *size = (uint64_t)m->was.st_size;
    return m->bytes;
}

/* ---- is it still what it was? ---- */

/* false: nobody can say, or its name leads to another file. */
static bool ask(const struct og_mapped *m, struct stat *now)
{
    if (m->fd >= 0)
        return fstat(m->fd, now) == 0;
    return stat(m->path, now) == 0 && now->st_dev == m->was.st_dev && now->st_ino == m->was.st_ino;
}

static int say(const struct og_mapped *m, bool known, const struct stat *now, struct og_error *err)
{
    uint64_t was = (uint64_t)m->was.st_size, is = (uint64_t)now->st_size;
    if (!known)
        return og_fail(
            err, OG_ECHANGED, 0,
            "%s cannot be read any more: it had %u bytes when it was opened, and what it has now is not known", m->path,
            was);
    if (was != is)
        return og_fail(err, OG_ECHANGED, 0, "%s was written to since it was opened: it had %u bytes and has %u now",
                       m->path, was, is);
    if (now->st_mtim.tv_sec != m->was.st_mtim.tv_sec || now->st_mtim.tv_nsec != m->was.st_mtim.tv_nsec)
        return og_fail(err, OG_ECHANGED, 0, "%s was written to since it was opened: it still has %u bytes", m->path,
                       was);
    if (!__atomic_load_n(&m->lost, __ATOMIC_RELAXED))
        return OG_OK;
    return og_fail(err, OG_ECHANGED, 0, "%s could not be read: its disk or server fails, though it still has %u bytes",
                   m->path, was);
}

int og_mapped_check(const struct og_mapped *m, struct og_error *err)
{
    struct stat now;
    bool known = ask(m, &now);
    if (!known && !__atomic_load_n(&m->lost, __ATOMIC_RELAXED))
        return OG_OK;
    return say(m, known, &now, err);
}

static uint64_t pages(const struct og_mapped *m)
{
    return ((uint64_t)m->was.st_size + OG_PAGE - 1) & ~(uint64_t)(OG_PAGE - 1);
}

bool og_mapped_any_changed(void)
{
    bool changed = false;
    if (pthread_mutex_trylock(&lock) != 0)
        return false;
    for (const struct og_mapped *m = all; m && !changed; m = m->next)
        changed = og_mapped_check(m, NULL) != OG_OK;
    pthread_mutex_unlock(&lock);
    return changed;
}

int og_mapped_lost(const void *addr, struct og_error *err)
{
    int code = OG_OK;
    pthread_mutex_lock(&lock);
    for (struct og_mapped *m = all; m && code == OG_OK; m = m->next)
        if ((uintptr_t)addr - (uintptr_t)m->bytes < pages(m)) {
            __atomic_store_n(&m->lost, 1, __ATOMIC_RELAXED);
            code = og_mapped_check(m, err);
        }
    for (const struct og_mapped *m = all; m && code == OG_OK; m = m->next)
        code = og_mapped_check(m, err);
    pthread_mutex_unlock(&lock);
    if (code != OG_OK)
        return code;
    return og_fail(err, OG_ECHANGED, (uint64_t)(uintptr_t)addr,
                   "memory that stands for a file cannot be read any more");
}
