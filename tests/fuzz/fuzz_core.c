/* Bytes as a core file. Even first byte: they are all there is. Odd: they replace the head of a whole core
 * (OG_FUZZ_CORE), whose memory stands behind them, so that what passes the headers is answered too. */
#define _GNU_SOURCE
#include "fuzz.h"

#include <stdlib.h>
#include <unistd.h>

static void ask(const char *path)
{
    struct og_target *t;
    struct og_error err;
    if (og_target_open_core(path, NULL, &t, &err) != OG_OK)
        return;
    fuzz_ask_heap(t, OG_SCAN_TYPES);
    og_target_close(t);
}

static void ask_alone(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = fuzz_file(data, size, path);
    ask(path);
    close(fd);
}

static void ask_in_front_of(const unsigned char *whole, size_t whole_size, const uint8_t *head, size_t size)
{
    static char path[64];
    static int fd = -1;
    if (fd < 0)
        fd = fuzz_file(whole, whole_size, path);
    if (pwrite(fd, head, size, 0) != (ssize_t)size)
        abort();
    ask(path);
    if (pwrite(fd, whole, size, 0) != (ssize_t)size)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned char *whole;
    static size_t whole_size;
    if (!whole)
        whole = fuzz_load("OG_FUZZ_CORE", &whole_size);
    if (size < 1)
        return 0;
    if (data[0] & 1 && whole && size - 1 <= whole_size)
        ask_in_front_of(whole, whole_size, data + 1, size - 1);
    else
        ask_alone(data + 1, size - 1);
    return 0;
}
