/* Where GDB enters: offset 0 of the image. A C function to the caller, which GDB's inferior call expects. */
#include "agent/agent.h"
#include "base/sys.h"

#define STRING(x) #x
#define EXPAND(x) STRING(x)

int og_agent_main(struct og_agent_request *r);

/* On a stack of our own: the thread's may be nearly used up. */
__asm__(".section .text.entry, \"ax\"\n"
        ".globl og_agent_entry\n"
        ".hidden og_agent_entry\n"
        ".type og_agent_entry, @function\n"
        "og_agent_entry:\n"
        "    push %rbp\n"
        "    mov %rsp, %rbp\n"
        "    mov " EXPAND(OG_AGENT_CONTROL_STACK) "(%rdi), %rsp\n"
                                                  "    cld\n"
                                                  "    call og_agent_main\n"
                                                  "    mov %rbp, %rsp\n"
                                                  "    pop %rbp\n"
                                                  "    ret\n"
                                                  ".size og_agent_entry, . - og_agent_entry\n"
                                                  ".previous\n");

enum { SIG_SETMASK = 2, SIGINT = 2, SI_KERNEL = 0x80, SIGSET_BYTES = 8 };

#define SIGNAL_BIT(n) (1ull << ((n)-1))
/* ILL, TRAP, BUS, FPE, SEGV, SYS: a fault with its signal blocked would make the kernel reset the handler. */
#define FAULTS        (SIGNAL_BIT(4) | SIGNAL_BIT(5) | SIGNAL_BIT(7) | SIGNAL_BIT(8) | SIGNAL_BIT(11) | SIGNAL_BIT(31))

struct siginfo { /* siginfo_t as the kernel fills it */
    int32_t signo, errnum, code;
    char rest[116];
};

static void block_signals(struct og_agent_request *r)
{
    uint64_t mask = ~FAULTS;
    og_sys6(OG_SYS_RT_SIGPROCMASK, SIG_SETMASK, (long)&mask, (long)&r->control.signal_mask, SIGSET_BYTES, 0, 0);
}

static void restore_signals(struct og_agent_request *r)
{
    og_sys6(OG_SYS_RT_SIGPROCMASK, SIG_SETMASK, (long)&r->control.signal_mask, 0, SIGSET_BYTES, 0, 0);
}

/* A process that GDB started shares its terminal, so the Ctrl-C that stops og is pending here. Only that one is taken.
 */
static void take_ctrl_c(struct og_agent_request *r)
{
    uint64_t set = SIGNAL_BIT(SIGINT);
    long no_time[2] = {0, 0};
    struct siginfo info;
    if (!(r->control.flags & OG_AGENT_OUR_CTRL_C))
        return;
    if (og_sys6(OG_SYS_RT_SIGTIMEDWAIT, (long)&set, (long)&info, (long)no_time, SIGSET_BYTES, 0, 0) != SIGINT)
        return;
    if (info.code == SI_KERNEL)
        r->control.interrupted = 1;
    else
        og_sys3(OG_SYS_RT_SIGQUEUEINFO, og_sys3(OG_SYS_GETPID, 0, 0, 0), SIGINT, (long)&info);
}

static int run(struct og_agent_request *r)
{
    if (r->control.magic != OG_AGENT_MAGIC || r->control.size != sizeof *r)
        return og_fail(&r->control.error, OG_EARG, 0, "the request is not one for this agent");
    switch ((enum og_agent_command)r->control.command) {
    case OG_AGENT_START:
        return og_agent_start(r);
    case OG_AGENT_STEP:
        return og_agent_step(r);
    case OG_AGENT_FINISH:
        return og_agent_finish(r);
    case OG_AGENT_CLONE:
        return og_agent_clone(r);
    }
    return og_fail(&r->control.error, OG_EARG, 0, "the agent knows no command %u", (uint64_t)r->control.command);
}

int og_agent_main(struct og_agent_request *r)
{
    block_signals(r);
    r->control.status = run(r);
    take_ctrl_c(r);
    restore_signals(r);
    return r->control.status;
}
