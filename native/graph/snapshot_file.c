/* A file that appears whole or not at all: written without a name, or under a name that says that it is not finished,
 * synced, then put in the place of PATH in one move. */
#define _GNU_SOURCE
#include "graph/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES = 100 };

struct saving {
    const char *path; /* as the caller wrote it, for sentences */
    char *final;      /* without symbolic links */
    char folder[PATH_MAX];
    char temporary[PATH_MAX]; /* "": the file has no name yet */
    int fd;
};

static int failed(const struct saving *s, int problem, struct og_error *err)
{
    return og_fail_errno(err, OG_EOS, problem, "cannot write %s: %s", s->path, strerror(problem));
}

/* A name beside the final one; of every try another. */
static bool name_temporary(struct saving *s, unsigned try)
{
    const char *slash = strrchr(s->final, '/');
    int n = snprintf(s->temporary, sizeof s->temporary, "%s/.%s.unfinished-%ld-%u", s->folder,
                     slash ? slash + 1 : s->final, (long)getpid(), try);
    return n > 0 && (size_t)n < sizeof s->temporary;
}

/* What stands at PATH is a regular file or nothing: a device or a pipe is not to be replaced. */
static int find_place(struct saving *s, struct og_error *err)
{
    struct stat st;
    bool exists = stat(s->path, &st) == 0;
    if (exists && !S_ISREG(st.st_mode))
        return og_fail(err, OG_EARG, 0, "cannot write %s: it is %s", s->path,
                       S_ISDIR(st.st_mode) ? "a folder" : "no regular file");
    if (!exists && lstat(s->path, &st) == 0)
        return og_fail(err, OG_EARG, 0, "cannot write %s: it is a link that leads nowhere", s->path);
    s->final = exists ? realpath(s->path, NULL) : strdup(s->path);
    if (!s->final)
        return failed(s, errno, err);
    const char *slash = strrchr(s->final, '/');
    int length = slash ? (int)(slash - s->final) : 1;
    int n = snprintf(s->folder, sizeof s->folder, "%.*s", length, slash ? s->final : ".");
    if (slash == s->final)
        memcpy(s->folder, "/", 2);
    return n >= 0 && (size_t)n < sizeof s->folder ? OG_OK : failed(s, ENAMETOOLONG, err);
}

/* Without a name nothing is left of it if we are killed; not every file system can do that. */
static int open_file(struct saving *s, struct og_error *err)
{
    s->fd = open(s->folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (s->fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return s->fd >= 0 ? OG_OK : failed(s, errno, err);
    for (unsigned i = 0; i < TRIES && s->fd < 0; i++) {
        if (!name_temporary(s, i))
            return failed(s, ENAMETOOLONG, err);
        s->fd = open(s->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (s->fd < 0 && errno != EEXIST)
            break;
    }
    if (s->fd >= 0)
        return OG_OK;
    *s->temporary = 0;
    return failed(s, errno, err);
}

/* Gives the nameless file its final name, or a temporary one if that is taken. */
static int give_name(struct saving *s, struct og_error *err)
{
    char self[64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", s->fd);
    if (linkat(AT_FDCWD, self, AT_FDCWD, s->final, AT_SYMLINK_FOLLOW) == 0)
        return OG_OK;
    for (unsigned i = 0; i < TRIES && errno == EEXIST; i++) {
        if (!name_temporary(s, i))
            return failed(s, ENAMETOOLONG, err);
        if (linkat(AT_FDCWD, self, AT_FDCWD, s->temporary, AT_SYMLINK_FOLLOW) == 0)
            return OG_OK;
    }
    *s->temporary = 0;
    return failed(s, errno, err);
}

static int move_into_place(struct saving *s, struct og_error *err)
{
    if (fsync(s->fd) != 0)
        return failed(s, errno, err);
    int code = *s->temporary ? OG_OK : give_name(s, err);
    if (code != OG_OK || !*s->temporary)
        return code;
    if (rename(s->temporary, s->final) != 0)
        return failed(s, errno, err);
    *s->temporary = 0;
    return OG_OK;
}

/* The new name lasts too. A folder that cannot be synced has its file all the same. */
static void sync_folder(const struct saving *s)
{
    int fd = open(s->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

int og_snapshot_image_save(const struct og_snapshot_image *image, const char *path, const uint32_t *stop,
                           struct og_error *err)
{
    struct saving s = {.path = path, .fd = -1};
    int code = find_place(&s, err);
    if (code == OG_OK)
        code = open_file(&s, err);
    if (code == OG_OK)
        code = og_snapshot_image_write(image, s.fd, stop, path, err);
    if (code == OG_OK)
        code = move_into_place(&s, err);
    if (code == OG_OK)
        sync_folder(&s);
    if (*s.temporary)
        unlink(s.temporary);
    if (s.fd >= 0)
        close(s.fd);
    free(s.final);
    return code;
}
