/* Several CPythons in one process, each in a namespace of the loader of its own.
 *
 * usage: two_pythons LIBPYTHON...
 * In the N-th, class OnlyN has 100 * N instances and MARK is ["of N"]. Each waits in a thread of its own, the last one runs Python.
 * Prints READY; ends with its standard input. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char CODE[] = "class Only%d: pass\nKEPT = [Only%d() for _ in range(100 * %d)]\nMARK = ['of %d']\n";
static const char SPIN[] = "while True:\n    [object() for _ in range(100)]\n";

struct python {
    const char *path;
    int number, last;
    sem_t ready;
};

static void *function(void *library, const char *name)
{
    void *found = dlsym(library, name);
    if (!found) {
        fprintf(stderr, "two_pythons: %s\n", dlerror());
        _exit(1);
    }
    return found;
}

static void *live(void *arg)
{
    struct python *p = arg;
    char code[512];
    void *library = dlmopen(LM_ID_NEWLM, p->path, RTLD_NOW);
    if (!library) {
        fprintf(stderr, "two_pythons: %s\n", dlerror());
        _exit(1);
    }
    *(int *)function(library, "Py_NoSiteFlag") = 1;
    ((void (*)(int))function(library, "Py_InitializeEx"))(0);
    int (*run)(const char *, void *) = (int (*)(const char *, void *))function(library, "PyRun_SimpleStringFlags");
    snprintf(code, sizeof code, CODE, p->number, p->number, p->number, p->number);
    if (run(code, NULL) != 0)
        _exit(1);
    sem_post(&p->ready);
    if (p->last)
        run(SPIN, NULL);
    ((void *(*)(void))function(library, "PyEval_SaveThread"))();
    for (;;)
        pause();
    return NULL;
}

int main(int argc, char **argv)
{
    char byte;
    for (int i = 1; i < argc; i++) {
        struct python *p = calloc(1, sizeof *p);
        pthread_t thread;
        p->path = argv[i];
        p->number = i;
        p->last = i == argc - 1;
        sem_init(&p->ready, 0, 0);
        if (pthread_create(&thread, NULL, live, p) != 0)
            return 1;
        sem_wait(&p->ready);
    }
    puts("READY");
    fflush(stdout);
    while (read(0, &byte, 1) > 0) {
    }
    _exit(0);
}
