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
static struct sigaction before;

static void lock(void)
{
    while (__atomic_test_and_set(&busy, __ATOMIC_ACQUIRE))
        sched_yield();
}

static void unlock(void)
{
    __atomic_clear(&busy, __ATOMIC_RELEASE);
}

static void mask_bus(int how, sigset_t *old)
{
    sigset_t bus;
    sigemptyset(&bus);
    sigaddset(&bus, SIGBUS);
    pthread_sigmask(how, &bus, old);
}

/* As if og's handler were not there. */
static void pass_on(int number, siginfo_t *info, void *context)
{
    if (before.sa_flags & SA_SIGINFO) {
        before.sa_sigaction(number, info, context);
    } else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
        before.sa_handler(number);
    } else if (before.sa_handler == SIG_DFL || info->si_code > 0) { /* a fault cannot be ignored */
        signal(number, SIG_DFL);
        raise(number);
    }
}

/* A thread inside a guard runs nothing but og, so a fault there is og's own; a wrong alignment is no matter of a file.
 */
static void on_bus(int number, siginfo_t *info, void *context)
{
    struct og_guard *g = current;
    if (!g || info->si_code <= 0 || info->si_code == BUS_ADRALN) {
        pass_on(number, info, context);
        return;
    }
    g->fault = info->si_addr;
    mask_bus(SIG_UNBLOCK, NULL); /* it is blocked as long as its handler runs, which this one never leaves */
    longjmp(g->back, 1);
}

static bool is_ours(const struct sigaction *a)
{
    return a->sa_flags & SA_SIGINFO && a->sa_sigaction == on_bus;
}

static void install(void)
{
    struct sigaction now, ours = {.sa_sigaction = on_bus};
    sigaction(SIGBUS, NULL, &now);
    if (is_ours(&now)) /* whoever took it from us has given it back since */
        return;
    before = now;
    ours.sa_mask = before.sa_mask;
    ours.sa_flags = SA_SIGINFO | (before.sa_flags & SA_RESTART) | SA_ONSTACK;
    sigaction(SIGBUS, &ours, NULL);
}

/* Unless somebody else has put a handler there meanwhile. */
static void uninstall(void)
{
    struct sigaction now;
    sigaction(SIGBUS, NULL, &now);
    if (is_ours(&now))
        sigaction(SIGBUS, &before, NULL);
}

void og_guard_begin(struct og_guard *g)
{
    sigset_t mask;
    g->fault = NULL;
    if (current)
        return;
    lock();
    if (guards++ == 0)
        install();
    unlock();
    mask_bus(SIG_UNBLOCK, &mask); /* a fault with its signal blocked ends the process */
    g->was_blocked = sigismember(&mask, SIGBUS) == 1;
    current = g;
}

void og_guard_end(struct og_guard *g)
{
    if (current != g)
        return;
    current = NULL;
    if (g->was_blocked)
        mask_bus(SIG_BLOCK, NULL);
    lock();
    if (--guards == 0)
        uninstall();
    unlock();
}

int og_guard_failed(const struct og_guard *g, struct og_error *err)
{
    return og_mapped_lost(g->fault, err);
}
