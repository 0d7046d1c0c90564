/* The scan of a frozen copy that GDB does not trace, that sends no signal and that ends by itself: a grandchild, which
 * init reaps, or, where that would be the process itself, a child, which GDB lets the process wait for afterwards. */
#include "agent/agent.h"
#include "base/sys.h"

enum {
    CLONE_VM = 0x00000100,
    CHILD_STACK = 256 << 10,     /* the grandchild scans on its copy of it */
    CLONE_UNTRACED = 0x00800000, /* no event for GDB; exit signal 0: none for the process either */
    WALL = 0x40000000,           /* wait4: children with other exit signals too */
    CLOCK_MONOTONIC = 1,
    STEP_WORK = 200000,
    SECONDS_MAX = 600,
    PR_SET_DUMPABLE = 4,
    PR_GET_CHILD_SUBREAPER = 37,
    SIGSET_BYTES = 8,
};

static long seconds(void)
{
    long now[2] = {0, 0};
    og_sys3(OG_SYS_CLOCK_GETTIME, CLOCK_MONOTONIC, (long)now, 0);
    return now[0];
}

/* GDB raises header.stop when it is interrupted; should GDB die, the time limit ends this. */
static void scan_to_the_end(struct og_agent_request *r)
{
    struct og_agent_state *s = (struct og_agent_state *)r->state;
    long limit = seconds() + SECONDS_MAX;
    r->control.work = STEP_WORK;
    while (og_agent_step(r) == OG_MORE)
        if (__atomic_load_n(&s->header->stop, __ATOMIC_RELAXED) || seconds() > limit)
            break;
}

/* A fault ends the grandchild alone: no handler of the process runs for it, no core is written. */
static void die_quietly(void)
{
    static const uint8_t faults[] = {4, 5, 6, 7, 8, 11, 31};
    const uint64_t by_default[4] = {0};
    og_sys3(OG_SYS_PRCTL, PR_SET_DUMPABLE, 0, 0);
    for (unsigned i = 0; i < sizeof faults; i++)
        og_sys6(OG_SYS_RT_SIGACTION, faults[i], (long)by_default, 0, SIGSET_BYTES, 0, 0);
}

static long fork_untraced(void)
{
    return og_sys6(OG_SYS_CLONE, CLONE_UNTRACED, 0, 0, 0, 0, 0);
}

/* A child in the same memory, on a stack of its own, whose life is RUN(r): it costs no copy of page tables. */
static long start_in_shared_memory(void *stack_top, void (*run)(struct og_agent_request *), struct og_agent_request *r)
{
    uint64_t *top = stack_top;
    *--top = (uint64_t)r;
    *--top = (uint64_t)run;
    long result;
    __asm__ volatile("xor %%r10d, %%r10d\n\t"
                     "xor %%r8d, %%r8d\n\t"
                     "syscall\n\t"
                     "test %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "pop %%rax\n\t"
                     "pop %%rdi\n\t"
                     "call *%%rax\n\t"
                     "ud2\n"
                     "1:"
                     : "=a"(result)
                     : "a"((long)OG_SYS_CLONE), "D"((long)(CLONE_VM | CLONE_UNTRACED)), "S"(top), "d"(0L)
                     : "rcx", "r8", "r10", "r11", "memory");
    return result;
}

/* It is init of its pid namespace or has asked for orphans (prctl(2)): a grandchild would come back as a child it never
 * made, with a SIGCHLD. A child whose exit signal is 0 sends none, and waits without __WALL or __WCLONE do not see it.
 */
static bool adopts_orphans(void)
{
    int32_t asked = 0;
    og_sys3(OG_SYS_PRCTL, PR_GET_CHILD_SUBREAPER, (long)&asked, 0);
    return asked || og_sys3(OG_SYS_GETPID, 0, 0, 0) == 1;
}

_Noreturn static void be_the_scan(struct og_agent_request *r)
{
    die_quietly();
    scan_to_the_end(r);
    for (;;)
        og_sys3(OG_SYS_EXIT_GROUP, 0, 0, 0);
}

/* In the first child: leaves the grandchild to init, so that the process never has to reap it. */
static void be_the_child(struct og_agent_request *r)
{
    struct og_agent_state *s = (struct og_agent_state *)r->state;
    long grandchild = fork_untraced();
    if (grandchild == 0)
        be_the_scan(r);
    s->header->child = (int32_t)(grandchild > 0 ? grandchild : -1);
    og_sys3(OG_SYS_EXIT_GROUP, 0, 0, 0);
}

static int cannot_clone(struct og_agent_request *r, long result)
{
    return og_fail_errno(&r->control.error, OG_EOS, (int)-result, "the process cannot be cloned (clone: error %d)",
                         (int64_t)-result);
}

static int clone_once(struct og_agent_request *r)
{
    long child = fork_untraced();
    if (child == 0)
        be_the_scan(r);
    if (og_sys_failed(child))
        return cannot_clone(r, child);
    r->control.child = (int32_t)child;
    r->control.flags |= OG_AGENT_REAP;
    return OG_OK;
}

static int clone_twice(struct og_agent_request *r)
{
    const struct og_agent_state *s = (const struct og_agent_state *)r->state;
    char *stack = og_pages_alloc(CHILD_STACK);
    if (!stack)
        return og_fail(&r->control.error, OG_EMEMORY, 0, "the process gets no more memory");
    long child = start_in_shared_memory(stack + CHILD_STACK, be_the_child, r);
    if (!og_sys_failed(child))
        og_sys6(OG_SYS_WAIT4, child, 0, WALL, 0, 0, 0);
    og_pages_free(stack, CHILD_STACK);
    if (og_sys_failed(child))
        return cannot_clone(r, child);
    r->control.child = s->header->child;
    if (r->control.child <= 0)
        return og_fail(&r->control.error, OG_EOS, 0, "the process cannot be cloned twice");
    return OG_OK;
}

int og_agent_clone(struct og_agent_request *r)
{
    int code = og_agent_start(r);
    if (code != OG_OK)
        return code;
    return adopts_orphans() ? clone_once(r) : clone_twice(r);
}
