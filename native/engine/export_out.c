/* A file written from front to end through a buffer. The first error is kept and everything after it dropped: rows need
 * not ask. */
#define _GNU_SOURCE
#include "engine/export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { SEND_BYTES = 32 << 20 };

/* The disk writes the last piece while rows of the next one are formatted, and no more than two are under way: the end
 * has little to wait for, and Ctrl-C too. */
static void send(struct og_out *o)
{
    off_t waited = (off_t)o->waited, sent = (off_t)o->sent, bytes = (off_t)o->bytes;
    unsigned whole = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    int done = sent > waited ? sync_file_range(o->fd, waited, sent - waited, whole) : 0;
    if (done != 0 &&
        (errno == EIO || errno == ENOSPC || errno == EDQUOT)) /* said once; the others: it has no such thing */
        o->os_errno = errno;
    sync_file_range(o->fd, sent, bytes - sent, SYNC_FILE_RANGE_WRITE);
    o->waited = o->sent;
    o->sent = o->bytes;
}

bool og_out_open(struct og_out *o, char *path)
{
    *o = (struct og_out){.path = path, .fd = -1};
    o->buf = path ? malloc(OG_OUT_BYTES) : NULL;
    if (!o->buf) {
        o->os_errno = ENOMEM;
        return false;
    }
    o->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (o->fd < 0)
        o->os_errno = errno;
    return o->fd >= 0;
}

static void write_all(struct og_out *o, const char *s, uint64_t n)
{
    while (n > 0 && !o->os_errno) {
        ssize_t done = write(o->fd, s, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0) {
            o->os_errno = done < 0 ? errno : ENOSPC;
            return;
        }
        s += done;
        n -= (uint64_t)done;
        o->bytes += (uint64_t)done;
    }
}

void og_out_flush(struct og_out *o)
{
    write_all(o, o->buf, o->len);
    o->len = 0;
    if (o->bytes - o->sent >= SEND_BYTES && !o->os_errno)
        send(o);
}

void og_out_add(struct og_out *o, const char *s, uint64_t n)
{
    while (n > 0) {
        uint64_t part = n < OG_OUT_ROOM ? n : OG_OUT_ROOM;
        char *p = og_out_room(o, part);
        memcpy(p, s, part);
        og_out_used(o, p + part);
        s += part;
        n -= part;
    }
}

bool og_out_finish(struct og_out *o)
{
    og_out_flush(o);
    if (!o->os_errno && fsync(o->fd) != 0 && errno != EINVAL) /* some files cannot be synced */
        o->os_errno = errno;
    if (close(o->fd) != 0 && !o->os_errno)
        o->os_errno = errno;
    o->fd = -1;
    return !o->os_errno;
}

void og_out_close(struct og_out *o)
{
    if (o->buf && o->fd >= 0)
        close(o->fd);
    free(o->buf);
    free(o->path);
    *o = (struct og_out){.fd = -1};
}
