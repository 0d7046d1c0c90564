/* Where clang is missing: runs a target over a corpus and over mutations of it, the same ones each time, with the
 * options of libFuzzer that CTest passes. Coverage guides nothing here. What fails leaves its input behind, as
 * libFuzzer's does. */
#define _GNU_SOURCE
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define LAST_INPUT "crash-last-input"

enum { FILES_MAX = 4096, INPUT_MAX = 1 << 20, MUTATIONS_MAX = 8 };

struct corpus {
    unsigned char *bytes[FILES_MAX];
    size_t sizes[FILES_MAX];
    size_t count;
};

static uint64_t chance(uint64_t below)
{
    static uint64_t state = 88172645463325252ull; /* xorshift64 */
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return below ? state % below : 0;
}

static void add_file(struct corpus *c, const char *path)
{
    FILE *file = c->count < FILES_MAX ? fopen(path, "rb") : NULL;
    unsigned char *bytes = file ? malloc(INPUT_MAX) : NULL;
    if (bytes) {
        c->sizes[c->count] = fread(bytes, 1, INPUT_MAX, file);
        c->bytes[c->count++] = bytes;
    }
    if (file)
        fclose(file);
}

static void add_folder(struct corpus *c, const char *path)
{
    char name[4096];
    DIR *folder = opendir(path);
    struct dirent *entry;
    if (!folder) {
        add_file(c, path);
        return;
    }
    while ((entry = readdir(folder)))
        if (entry->d_name[0] != '.' && snprintf(name, sizeof name, "%s/%s", path, entry->d_name) < (int)sizeof name)
            add_file(c, name);
    closedir(folder);
}

static size_t mutate(unsigned char *bytes, size_t size)
{
    for (uint64_t n = 1 + chance(MUTATIONS_MAX); n > 0 && size > 0; n--) {
        size_t at = chance(size), width = 1ull << chance(4);
        if (chance(16) == 0)
            size = 1 + chance(size);
        else if (chance(2))
            bytes[at] ^= (unsigned char)(1 << chance(8));
        else
            memset(bytes + at, chance(3) == 0 ? 0xff : (int)chance(256), at + width <= size ? width : size - at);
    }
    return size;
}

/* Written before it is run: what ends the process leaves it. */
static void leave(const unsigned char *bytes, size_t size)
{
    static int fd = -1;
    if (fd < 0)
        fd = open(LAST_INPUT, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (ftruncate(fd, (off_t)size) != 0 || pwrite(fd, bytes, size, 0) != (ssize_t)size)
        perror(LAST_INPUT);
}

static void run(const unsigned char *bytes, size_t size)
{
    leave(bytes, size);
    unsigned char *exact = malloc(size ? size : 1); /* so that a read beyond its end is seen */
    if (!exact)
        return;
    memcpy(exact, bytes, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

int main(int argc, char **argv)
{
    static struct corpus corpus;
    static unsigned char input[INPUT_MAX];
    long seconds = 10;
    unsigned long done = 0;
    for (int i = 1; i < argc; i++)
        if (argv[i][0] != '-')
            add_folder(&corpus, argv[i]);
        else if (strncmp(argv[i], "-max_total_time=", 16) == 0)
            seconds = strtol(argv[i] + 16, NULL, 10);
    time_t end = time(NULL) + seconds;
    for (size_t i = 0; i < corpus.count; i++, done++)
        run(corpus.bytes[i], corpus.sizes[i]);
    for (; corpus.count && time(NULL) < end; done++) {
        size_t which = chance(corpus.count);
        memcpy(input, corpus.bytes[which], corpus.sizes[which]);
        run(input, mutate(input, corpus.sizes[which]));
    }
    printf("%lu inputs from a corpus of %zu, no finding\n", done, corpus.count);
    remove(LAST_INPUT);
    return corpus.count ? 0 : 1;
}
