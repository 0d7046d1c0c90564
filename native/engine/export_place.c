/* Where an export goes: written beside the name that was asked for, then put there in one step, so that a full disk,
 * Ctrl-C or a kill leaves the older export or none. Only an export of ours is ever replaced. */
#define _GNU_SOURCE
#include "engine/export.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES = 100 };

static const char *name_of(unsigned file)
{
    return file == 0 ? "objects.csv" : "references.csv";
}

static int cannot_write(struct og_error *err, const char *path, int os_errno)
{
    return og_fail_errno(err, OG_EOS, os_errno, "cannot write %s: %s", path, strerror(os_errno));
}

static char *join(const char *folder, const char *between, const char *name)
{
    char *out = NULL;
    return asprintf(&out, "%s%s%s", folder, between, name) < 0 ? NULL : out;
}

char *og_place_file(const struct og_place *p, unsigned i)
{
    return p->folder ? join(p->partial, "/", name_of(i)) : strdup(p->partial);
}

/* ---- what is there already ---- */

/* PATH is a file that begins with HEAD. */
static bool begins(const char *path, const char *head)
{
    char buf[64];
    struct stat st;
    uint64_t n = strlen(head);
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool same = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && n <= sizeof buf &&
                read(fd, buf, n) == (ssize_t)n && memcmp(buf, head, n) == 0;
    if (fd >= 0)
        close(fd);
    return same;
}

/* A folder that has nothing but the two files of an export. */
static bool is_earlier_folder(const char *path)
{
    DIR *dir = opendir(path);
    bool ours = dir != NULL;
    for (struct dirent *e; ours && (e = readdir(dir)) != NULL;) {
        bool first = og_streq(e->d_name, name_of(0)), second = og_streq(e->d_name, name_of(1));
        char *inside = first || second ? join(path, "/", e->d_name) : NULL;
        ours = og_streq(e->d_name, ".") || og_streq(e->d_name, "..") ||
               (inside && begins(inside, first ? OG_EXPORT_OBJECTS_HEAD : OG_EXPORT_REFERENCES_HEAD));
        free(inside);
    }
    if (dir)
        closedir(dir);
    return ours;
}

/* *THERE: an earlier export is. */
static int check(const struct og_place *p, bool *there, struct og_error *err)
{
    struct stat st;
    *there = lstat(p->path, &st) == 0;
    if (!*there)
        return errno == ENOENT ? OG_OK : cannot_write(err, p->path, errno);
    bool ours = p->folder ? S_ISDIR(st.st_mode) && is_earlier_folder(p->path)
                          : begins(p->path, OG_EXPORT_JSON_HEAD) || (S_ISREG(st.st_mode) && st.st_size == 0);
    if (ours)
        return OG_OK;
    return og_fail_errno(err, OG_EOS, EEXIST,
                         "%s is there already and is not an export of og: another name, or remove it first", p->path);
}

/* ---- beside it ---- */

/* A name that nobody has; a folder is made, for a file og_out_open does. */
static int reserve(struct og_place *p, struct og_error *err)
{
    for (unsigned i = 0; i < TRIES; i++) {
        free(p->partial);
        if (asprintf(&p->partial, "%s.partial-%d-%u", p->path, (int)getpid(), i) < 0) {
            p->partial = NULL;
            return og_fail(err, OG_EMEMORY, 0, "out of memory for the export");
        }
        struct stat st;
        bool taken = p->folder ? mkdir(p->partial, 0700) != 0 : lstat(p->partial, &st) == 0;
        if (!taken)
            return OG_OK;
        if (p->folder && errno != EEXIST)
            break;
    }
    int os_errno = errno;
    free(p->partial); /* it is not ours */
    p->partial = NULL;
    return cannot_write(err, p->path, os_errno);
}

int og_place_begin(struct og_place *p, const char *path, uint32_t format, struct og_error *err)
{
    bool there;
    *p = (struct og_place){.folder = format == OG_EXPORT_CSV};
    p->path = strdup(path);
    if (!p->path)
        return og_fail(err, OG_EMEMORY, 0, "out of memory for the export");
    uint64_t n = strlen(p->path);
    while (n > 1 && p->path[n - 1] == '/')
        p->path[--n] = 0;
    int code = check(p, &there, err);
    return code == OG_OK ? reserve(p, err) : code;
}

static void remove_all(const char *path, bool folder)
{
    if (!folder) {
        unlink(path);
        return;
    }
    for (unsigned i = 0; i < 2; i++) {
        char *inside = join(path, "/", name_of(i));
        if (inside)
            unlink(inside);
        free(inside);
    }
    rmdir(path);
}

/* ---- in place ---- */

/* A folder that is not empty cannot be renamed over: the two change places. Where the file system has no such step the
 * older one is moved aside first. */
static bool exchange(struct og_place *p)
{
    if (renameat2(AT_FDCWD, p->partial, AT_FDCWD, p->path, RENAME_EXCHANGE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    char *aside = join(p->partial, ".", "older");
    bool done = aside && rename(p->path, aside) == 0;
    if (done && rename(p->partial, p->path) != 0) {
        int os_errno = errno;
        rename(aside, p->path);
        errno = os_errno;
        done = false;
    }
    if (done)
        remove_all(aside, true);
    free(aside);
    return done;
}

static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + (slash == path)) : strdup(".");
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

int og_place_finish(struct og_place *p, struct og_error *err)
{
    bool there;
    int code = check(p, &there, err); /* it may have come meanwhile */
    if (code != OG_OK)
        return code;
    if (there && p->folder ? !exchange(p) : rename(p->partial, p->path) != 0)
        return cannot_write(err, p->path, errno);
    sync_folder(p->path);
    return OG_OK;
}

void og_place_deinit(struct og_place *p)
{
    if (p->partial)
        remove_all(p->partial, p->folder);
    free(p->partial);
    free(p->path);
    *p = (struct og_place){0};
}
