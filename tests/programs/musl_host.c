/* A process of musl with the memory of another in it: FILE has lines "start end prot" (hexadecimal), an empty line, then the bytes of
 * each mapping from the next page on. Prints READY, answers each byte with PONG. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef __GLIBC__
#error "this is to be a process of musl"
#endif

int main(int argc, char **argv)
{
    FILE *file = argc > 1 ? fopen(argv[1], "r") : NULL;
    char line[100];
    unsigned long start, end, prot, mapped[4096][3], n = 0, offset;
    if (!file)
        return 1;
    while (n < 4096 && fgets(line, sizeof line, file) && sscanf(line, "%lx %lx %lx", &start, &end, &prot) == 3)
        memcpy(mapped[n++], (unsigned long[]){start, end, prot}, sizeof mapped[0]);
    offset = ((unsigned long)ftell(file) + 4095) & ~4095ul;
    for (unsigned long i = 0; i < n; i++) {
        void *want = (void *)mapped[i][0];
        size_t size = mapped[i][1] - mapped[i][0];
        void *got = mmap(want, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        if (got != want || pread(fileno(file), want, size, (off_t)offset) != (ssize_t)size)
            return 2;
        mprotect(want, size, (int)mapped[i][2]);
        offset += size;
    }
    fclose(file);
    for (char byte = 1; byte && write(1, "READY\n", 6) == 6;)
        while (read(0, &byte, 1) == 1)
            write(1, "PONG\n", 5);
    return 0;
}
