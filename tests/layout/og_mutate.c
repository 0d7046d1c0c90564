/* What og makes of a process when one offset of its layout is wrong.
 *
 * usage: og-mutate PID [DELTA...]
 * For every field of the layout that the version has and every DELTA (none: a word forth for one field, back for the
 * next) a line, TAB between the parts: FIELD DELTA refused SENTENCE | FIELD DELTA equal | FIELD DELTA derived | FIELD
 * DELTA differs PART derived: the field was set right; equal: it was not, and the answers are the same. A last line:
 * "unchanged OBJECTS MICROSECONDS", the time of one opening. */
#include "cpython/types.h"
#include "mutable.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { WORD = 8 };

static bool open_python(struct og_mem *mem, struct og_target *t, struct og_error *err)
{
    memset(t, 0, sizeof *t);
    memset(mem->misses, 0, sizeof mem->misses);
    t->mem = mem;
    return og_py_open(&t->py, mem, err) == OG_OK;
}

static void close_python(struct og_target *t)
{
    og_arena_deinit(&t->rows);
    og_arena_deinit(&t->object);
    og_arena_deinit(&t->fields);
    og_arena_deinit(&t->names);
    og_py_close(&t->py);
}

struct expected {
    struct og_layout layout;
    struct og_answers answers;
};

/* The right layout gives the right answers. */
static bool is_derived(const struct og_target *t, const struct expected *expected)
{
    return memcmp(&t->py.l, &expected->layout, sizeof t->py.l) == 0;
}

static void try_one(struct og_mem *mem, const char *field, int32_t delta, const struct expected *expected)
{
    struct og_target t;
    struct og_answers answers;
    struct og_error err;
    printf("%s\t%d\t", field, delta);
    fflush(stdout); /* should it crash, it is known where */
    og_mutable_set(field, delta);
    if (!open_python(mem, &t, &err)) {
        printf("refused\t%s\n", err.msg);
        return;
    }
    unsigned part = is_derived(&t, expected) ? OG_PARTS : og_answers_of(&t, &expected->answers, &answers);
    if (part < OG_PARTS)
        printf("differs\t%s\n", og_part_name(part));
    else
        printf("%s\t\n", is_derived(&t, expected) ? "derived" : "equal");
    close_python(&t);
}

static long microseconds(void)
{
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

static void try_field(struct og_mem *mem, unsigned i, int argc, char **argv, const struct expected *expected)
{
    const char *field = og_mutable_field(i);
    if (og_mutable_value(&expected->layout, field) < 0)
        return;
    if (argc <= 2)
        try_one(mem, field, i % 2 ? WORD : -WORD, expected);
    for (int a = 2; a < argc; a++)
        try_one(mem, field, atoi(argv[a]), expected);
}

int main(int argc, char **argv)
{
    struct og_mem *mem;
    struct og_target t;
    struct og_error err;
    struct expected expected;
    if (argc < 2 || og_mem_open_process(atoi(argv[1]), &mem, &err) != OG_OK)
        return 2;
    long before = microseconds();
    if (!open_python(mem, &t, &err)) {
        printf("unchanged\t%s\n", err.msg);
        return 1;
    }
    long taken = microseconds() - before;
    og_answers_of(&t, NULL, &expected.answers);
    expected.layout = t.py.l;
    close_python(&t);
    for (unsigned i = 0; og_mutable_field(i); i++)
        try_field(mem, i, argc, argv, &expected);
    printf("unchanged\t%llu\t%ld\n", (unsigned long long)expected.answers.objects, taken);
    og_mem_close(mem);
    return 0;
}
