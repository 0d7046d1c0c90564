/* Files that are cut, or fail, while they are read where they are mapped. */
#define _GNU_SOURCE
#include "cmocka_all.h"
#include "memory/guard.h"
#include "memory/mapped.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGES = 8 };
static const uint64_t whole = PAGES * OG_PAGE;

struct file {
    char path[64], other[72];
    int fd;
    struct og_mapped *mapped;
    const unsigned char *bytes;
};

static void fill(int fd, uint64_t bytes)
{
    char page[OG_PAGE];
    memset(page, 'x', sizeof page);
    for (uint64_t at = 0; at < bytes; at += sizeof page)
        assert_int_equal(pwrite(fd, page, sizeof page, (off_t)at), sizeof page);
}

static struct file mapped(uint32_t how)
{
    struct file f = {.path = "/tmp/og-guard-XXXXXX"};
    uint64_t size;
    f.fd = mkstemp(f.path);
    assert_true(f.fd >= 0);
    snprintf(f.other, sizeof f.other, "%s.other", f.path);
    fill(f.fd, whole);
    assert_int_equal(og_mapped_open(f.path, how, &f.mapped, NULL), OG_OK);
    f.bytes = og_mapped_bytes(f.mapped, &size);
    assert_int_equal(size, whole);
    return f;
}

static void gone(struct file *f)
{
    og_mapped_close(f->mapped);
    close(f->fd);
    unlink(f->path);
    unlink(f->other);
}

/* Every page, in the manner of a question. */
static int read_pages(const unsigned char *bytes, uint64_t size, uint64_t *seen, struct og_error *err)
{
    OG_GUARD(err);
    for (uint64_t at = 0; at < size; at += OG_PAGE)
        *seen += ((const volatile unsigned char *)bytes)[at] == 'x';
    return OG_OK;
}

static int read_all(const struct file *f, struct og_error *err)
{
    uint64_t seen = 0;
    int code = read_pages(f->bytes, whole, &seen, err);
    if (code == OG_OK)
        assert_int_equal(seen, PAGES);
    return code;
}

static void says(const struct og_error *err, const char *const *parts)
{
    assert_int_equal(err->code, OG_ECHANGED);
    for (; *parts; parts++)
        if (!strstr(err->msg, *parts))
            fail_msg("%s is not in: %s", *parts, err->msg);
}

#define SAYS(err, ...) says(err, (const char *const[]){__VA_ARGS__, NULL})

/* ---- what has become of the file ---- */

static void a_file_that_is_cut_ends_the_question_with_both_sizes(void **state)
{
    (void)state;
    struct og_error err;
    for (uint32_t how = 0; how <= (OG_MAPPED_POPULATE | OG_MAPPED_WATCH); how++) {
        struct file f = mapped(how);
        assert_int_equal(read_all(&f, &err), OG_OK);
        assert_int_equal(ftruncate(f.fd, 3 * OG_PAGE), 0);
        assert_int_equal(read_all(&f, &err), OG_ECHANGED);
        SAYS(&err, f.path, "it had 32768 bytes and has 12288 now");
        assert_int_equal(og_mapped_check(f.mapped, &err), OG_ECHANGED);
        gone(&f);
    }
}

static void a_file_that_was_cut_is_not_believed_when_it_is_whole_again(void **state)
{
    (void)state;
    struct og_error err;
    struct file f = mapped(0);
    struct stat was;
    assert_int_equal(fstat(f.fd, &was), 0);
    assert_int_equal(ftruncate(f.fd, 0), 0);
    assert_int_equal(read_all(&f, &err), OG_ECHANGED);
    fill(f.fd, whole);
    assert_int_equal(futimens(f.fd, (struct timespec[]){was.st_atim, was.st_mtim}), 0);
    assert_int_equal(og_mapped_check(f.mapped, &err), OG_ECHANGED);
    SAYS(&err, f.path, "could not be read", "32768 bytes");
    gone(&f);
}

static void writing_and_growing_are_changes_and_a_new_name_is_none(void **state)
{
    (void)state;
    struct og_error err;
    for (uint32_t how = 0; how <= OG_MAPPED_WATCH; how += OG_MAPPED_WATCH) {
        struct file f = mapped(how);
        assert_int_equal(og_mapped_check(f.mapped, &err), OG_OK);
        assert_int_equal(rename(f.path, f.other), 0);
        assert_int_equal(og_mapped_check(f.mapped, &err), OG_OK);
        int fd = open(f.path, O_CREAT | O_WRONLY, 0600);
        assert_int_equal(write(fd, "another", 7), 7);
        close(fd);
        assert_int_equal(og_mapped_check(f.mapped, &err), OG_OK);
        assert_int_equal(read_all(&f, &err), OG_OK);
        gone(&f);
    }
    struct file written = mapped(0), grown = mapped(OG_MAPPED_WATCH);
    assert_int_equal(futimens(written.fd, (struct timespec[]){{1, 0}, {1, 0}}), 0);
    assert_int_equal(og_mapped_check(written.mapped, &err), OG_ECHANGED);
    SAYS(&err, written.path, "it still has 32768 bytes");
    assert_int_equal(ftruncate(grown.fd, 9 * OG_PAGE), 0);
    assert_int_equal(og_mapped_check(grown.mapped, &err), OG_ECHANGED);
    SAYS(&err, grown.path, "it had 32768 bytes and has 36864 now");
    gone(&written);
    gone(&grown);
}

static void a_file_without_its_name_is_told_apart_as_far_as_it_can_be(void **state)
{
    (void)state;
    struct og_error err;
    struct file plain = mapped(0), watched = mapped(OG_MAPPED_WATCH);
    struct file *const both[] = {&plain, &watched};
    for (unsigned i = 0; i < 2; i++) {
        unlink(both[i]->path);
        assert_int_equal(read_all(both[i], &err), OG_OK);
        assert_int_equal(ftruncate(both[i]->fd, 0), 0);
        assert_int_equal(read_all(both[i], &err), OG_ECHANGED);
        SAYS(&err, both[i]->path, i ? "has 0 now" : "what it has now is not known");
    }
    gone(&plain);
    gone(&watched);
}

static void what_is_no_file_of_og_is_refused_without_a_name(void **state)
{
    (void)state;
    struct og_error err;
    uint64_t seen = 0;
    int fd = memfd_create("result", MFD_CLOEXEC);
    assert_int_equal(ftruncate(fd, OG_PAGE), 0);
    void *p = mmap(NULL, OG_PAGE, PROT_READ, MAP_SHARED, fd, 0);
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(read_pages(p, OG_PAGE, &seen, &err), OG_ECHANGED);
    SAYS(&err, "stands for a file");
    munmap(p, OG_PAGE);
    close(fd);
}

static void a_file_that_cannot_be_mapped_is_refused(void **state)
{
    (void)state;
    struct og_mapped *m;
    struct og_error err;
    assert_int_equal(og_mapped_open("/absent/core", 0, &m, &err), OG_EOS);
    assert_non_null(strstr(err.msg, "cannot open /absent/core: No such file"));
    assert_int_equal(og_mapped_open("/dev/zero", 0, &m, &err), OG_EARG);
    assert_non_null(strstr(err.msg, "no regular file"));
    assert_int_equal(og_mapped_open("/tmp", 0, &m, &err), OG_EARG);
}

/* ---- threads and handlers ---- */

static volatile sig_atomic_t passed_on;
static sigjmp_buf back;

static void count_signal(int number)
{
    (void)number;
    passed_on++;
}

static void jump_back(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    passed_on += info->si_addr != NULL;
    siglongjmp(back, 1);
}

static struct sigaction installed(void)
{
    struct sigaction now;
    assert_int_equal(sigaction(SIGBUS, NULL, &now), 0);
    return now;
}

static int raise_inside(struct og_error *err)
{
    OG_GUARD(err);
    assert_false(installed().sa_handler == count_signal);
    raise(SIGBUS);
    return OG_OK;
}

static void the_handler_is_back_and_gets_what_is_not_ogs(void **state)
{
    (void)state;
    struct og_error err;
    struct sigaction mine = {.sa_handler = count_signal, .sa_flags = SA_RESTART}, before;
    assert_int_equal(sigaction(SIGBUS, &mine, &before), 0);
    struct file f = mapped(0);
    assert_int_equal(ftruncate(f.fd, 0), 0);
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(read_all(&f, &err), OG_ECHANGED);
        assert_ptr_equal(installed().sa_handler, count_signal);
        assert_int_equal(raise_inside(&err), OG_OK);
        assert_int_equal(passed_on, i);
        assert_ptr_equal(installed().sa_handler, count_signal);
    }
    gone(&f);
    passed_on = 0;
    sigaction(SIGBUS, &before, NULL);
}

static int replace_handler(struct og_error *err)
{
    OG_GUARD(err);
    signal(SIGBUS, count_signal);
    return OG_OK;
}

static void a_handler_that_somebody_installs_meanwhile_stays(void **state)
{
    (void)state;
    struct og_error err;
    struct sigaction before = installed();
    assert_int_equal(replace_handler(&err), OG_OK);
    assert_ptr_equal(installed().sa_handler, count_signal);
    sigaction(SIGBUS, &before, NULL);
}

/* One thread stands inside a guard while another, which has none, meets a fault of its own. */
static pthread_barrier_t inside, done;

static int stand_inside(struct og_error *err)
{
    OG_GUARD(err);
    pthread_barrier_wait(&inside);
    pthread_barrier_wait(&done);
    return OG_OK;
}

static void *stand(void *err)
{
    stand_inside(err);
    return NULL;
}

static void a_fault_of_a_thread_without_guard_goes_to_the_handler_before(void **state)
{
    (void)state;
    struct og_error err;
    pthread_t thread;
    struct sigaction mine = {.sa_sigaction = jump_back, .sa_flags = SA_SIGINFO}, before;
    assert_int_equal(sigaction(SIGBUS, &mine, &before), 0);
    struct file f = mapped(0);
    assert_int_equal(ftruncate(f.fd, 0), 0);
    pthread_barrier_init(&inside, NULL, 2);
    pthread_barrier_init(&done, NULL, 2);
    pthread_create(&thread, NULL, stand, &err);
    pthread_barrier_wait(&inside);
    assert_false(installed().sa_sigaction == jump_back);
    if (!sigsetjmp(back, 1)) {
        (void)*(const volatile unsigned char *)f.bytes;
        fail();
    }
    assert_int_equal(passed_on, 1);
    assert_int_equal(og_mapped_check(f.mapped, &err), OG_ECHANGED);
    pthread_barrier_wait(&done);
    pthread_join(thread, NULL);
    assert_ptr_equal(installed().sa_sigaction, jump_back);
    gone(&f);
    passed_on = 0;
    sigaction(SIGBUS, &before, NULL);
}

struct reader {
    const struct file *file;
    struct og_error err;
    uint64_t rounds;
    bool blocks;
};

/* As the thread of a question in GDB: it has every signal blocked. */
static void *read_until_cut(void *arg)
{
    struct reader *r = arg;
    sigset_t every, mask;
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, NULL);
    while (read_all(r->file, &r->err) == OG_OK)
        r->rounds++;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    r->blocks = sigismember(&mask, SIGBUS) == 1;
    return NULL;
}

static void a_file_cut_by_another_thread_ends_each_question_that_reads_it(void **state)
{
    (void)state;
    enum { READERS = 3, ROUNDS = 30 };
    struct sigaction before = installed();
    for (int round = 0; round < ROUNDS; round++) {
        struct file f = mapped(0);
        pthread_t threads[READERS];
        struct reader readers[READERS];
        for (int i = 0; i < READERS; i++) {
            readers[i] = (struct reader){.file = &f};
            pthread_create(&threads[i], NULL, read_until_cut, &readers[i]);
        }
        usleep((useconds_t)(round * 20));
        assert_int_equal(ftruncate(f.fd, (off_t)(round % PAGES * OG_PAGE)), 0);
        for (int i = 0; i < READERS; i++) {
            pthread_join(threads[i], NULL);
            SAYS(&readers[i].err, f.path, "it had 32768 bytes");
            assert_true(readers[i].blocks);
        }
        gone(&f);
    }
    assert_ptr_equal(installed().sa_handler, before.sa_handler);
}

/* A number of a file that was overwritten leads out of all memory. */
static int follow(uint64_t address, struct og_error *err)
{
    OG_GUARD(err);
    volatile uint64_t at = address;
    (void)*(const volatile unsigned char *)(uintptr_t)at;
    return OG_OK;
}

static void a_fault_elsewhere_is_of_the_file_that_has_changed_and_otherwise_passed_on(void **state)
{
    (void)state;
    struct og_error err;
    struct sigaction mine = {.sa_sigaction = jump_back, .sa_flags = SA_SIGINFO}, before;
    assert_int_equal(sigaction(SIGSEGV, &mine, &before), 0);
    struct file f = mapped(OG_MAPPED_WATCH);
    assert_int_equal(ftruncate(f.fd, 9 * OG_PAGE), 0);
    assert_int_equal(follow(16, &err), OG_ECHANGED);
    SAYS(&err, f.path, "has 36864 now");
    assert_int_equal(passed_on, 0);
    gone(&f);
    sigaction(SIGSEGV, NULL, &mine);
    assert_ptr_equal(mine.sa_sigaction, jump_back);
    struct file same = mapped(OG_MAPPED_WATCH);
    if (!sigsetjmp(back, 1)) {
        follow(16, &err);
        fail();
    }
    assert_int_equal(passed_on, 1);
    gone(&same);
    passed_on = 0;
    sigaction(SIGSEGV, &before, NULL);
}

/* A guard inside of a guard: the outer question ends, whatever the inner one would have answered. */
static uint64_t peek(const struct file *f)
{
    OG_GUARD_OR(7);
    return *(const volatile unsigned char *)f->bytes;
}

static int ask_peek(const struct file *f, uint64_t *out, struct og_error *err)
{
    OG_GUARD(err);
    *out = peek(f);
    return OG_OK;
}

static void an_inner_guard_ends_the_outer_question(void **state)
{
    (void)state;
    uint64_t out = 0;
    struct og_error err;
    struct file f = mapped(0);
    assert_int_equal(ask_peek(&f, &out, &err), OG_OK);
    assert_int_equal(out, 'x');
    assert_int_equal(ftruncate(f.fd, 0), 0);
    assert_int_equal(ask_peek(&f, &out, &err), OG_ECHANGED);
    assert_int_equal(out, 'x');
    assert_int_equal(peek(&f), 7);
    gone(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_cut_ends_the_question_with_both_sizes),
        cmocka_unit_test(a_file_that_was_cut_is_not_believed_when_it_is_whole_again),
        cmocka_unit_test(writing_and_growing_are_changes_and_a_new_name_is_none),
        cmocka_unit_test(a_file_without_its_name_is_told_apart_as_far_as_it_can_be),
        cmocka_unit_test(what_is_no_file_of_og_is_refused_without_a_name),
        cmocka_unit_test(a_file_that_cannot_be_mapped_is_refused),
        cmocka_unit_test(the_handler_is_back_and_gets_what_is_not_ogs),
        cmocka_unit_test(a_handler_that_somebody_installs_meanwhile_stays),
        cmocka_unit_test(a_fault_of_a_thread_without_guard_goes_to_the_handler_before),
        cmocka_unit_test(a_file_cut_by_another_thread_ends_each_question_that_reads_it),
        cmocka_unit_test(an_inner_guard_ends_the_outer_question),
        /* The last: its handler jumps out of a guard, which stays. */
        cmocka_unit_test(a_fault_elsewhere_is_of_the_file_that_has_changed_and_otherwise_passed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
