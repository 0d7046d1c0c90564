#define _GNU_SOURCE
#include "memory/guard.h"
#include "memory/mapped.h"

#include <sched.h>
#include <signal.h>

/* The outermost of the thread: a question that meets a fault ends as a whole, whatever parts of it have guards too.
 * Static: the first use of such a variable in a thread must not allocate, for the handler reads it. */
static _Thread_local struct og_guard *current __attribute__((tls_model("initial-exec")));

static bool busy; /* lock of these */
static uint64_t guards;
static struct sigaction before[OG_GUARD_SIGNALS];

static const int signals[OG_GUARD_SIGNALS] = {SIGBUS, SIGSEGV};

static void lock(void)
{
    while (__atomic_test_and_set(&busy, __ATOMIC_ACQUIRE))
        sched_yield();
}

static void unlock(void)
{
    __atomic_clear(&busy, __ATOMIC_RELEASE);
}

static void mask(int how, int number, sigset_t *old)
{
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, number);
    pthread_sigmask(how, &one, old);
}

/* As if og's handler were not there. */
static void pass_on(const struct sigaction *to, int number, siginfo_t *info, void *context)
{
    if (to->sa_flags & SA_SIGINFO) {
        to->sa_sigaction(number, info, context);
    } else if (to->sa_handler != SIG_DFL && to->sa_handler != SIG_IGN) {
        to->sa_handler(number);
    } else if (to->sa_handler == SIG_DFL || info->si_code > 0) { /* a fault cannot be ignored */
        signal(number, SIG_DFL);
        raise(number);
    }
}

/* A thread inside a guard runs nothing but og, so a fault there is og's own. SIGBUS is one of a file, but for a wrong
 * alignment; other faults are the file's if one has changed, whose numbers had been checked before they led astray. */
static bool is_of_a_file(int number, const siginfo_t *info)
{
    if (!current || info->si_code <= 0)
        return false;
    return number == SIGBUS ? info->si_code != BUS_ADRALN : og_mapped_any_changed();
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    if (!is_of_a_file(number, info)) {
        pass_on(&before[number == SIGSEGV], number, info, context);
        return;
    }
    current->fault = info->si_addr;
    mask(SIG_UNBLOCK, number, NULL); /* it is blocked as long as its handler runs, which this one never leaves */
    longjmp(current->back, 1);
}

static bool is_ours(const struct sigaction *a)
{
    return a->sa_flags & SA_SIGINFO && a->sa_sigaction == on_fault;
}

static void install(unsigned i)
{
    struct sigaction now, ours = {.sa_sigaction = on_fault};
    sigaction(signals[i], NULL, &now);
    if (is_ours(&now)) /* whoever took it from us has given it back since */
        return;
    before[i] = now;
    ours.sa_mask = now.sa_mask;
    ours.sa_flags = SA_SIGINFO | (now.sa_flags & SA_RESTART) | SA_ONSTACK;
    sigaction(signals[i], &ours, NULL);
}

/* Unless somebody else has put a handler there meanwhile. */
static void uninstall(unsigned i)
{
    struct sigaction now;
    sigaction(signals[i], NULL, &now);
    if (is_ours(&now))
        sigaction(signals[i], &before[i], NULL);
}

void og_guard_begin(struct og_guard *g)
{
    sigset_t old;
    g->fault = NULL;
    if (current)
        return;
    lock();
    if (guards++ == 0)
        for (unsigned i = 0; i < OG_GUARD_SIGNALS; i++)
            install(i);
    unlock();
    for (unsigned i = 0; i < OG_GUARD_SIGNALS; i++) { /* a fault with its signal blocked ends the process */
        mask(SIG_UNBLOCK, signals[i], &old);
        g->was_blocked[i] = sigismember(&old, signals[i]) == 1;
    }
    current = g;
}

void og_guard_end(struct og_guard *g)
{
    if (current != g)
        return;
    current = NULL;
    for (unsigned i = 0; i < OG_GUARD_SIGNALS; i++)
        if (g->was_blocked[i])
            mask(SIG_BLOCK, signals[i], NULL);
    lock();
    if (--guards == 0)
        for (unsigned i = 0; i < OG_GUARD_SIGNALS; i++)
            uninstall(i);
    unlock();
}

int og_guard_failed(const struct og_guard *g, struct og_error *err)
{
    return og_mapped_lost(g->fault, err);
}
