/* Raw system calls: the same code runs in GDB and, without libc, in the inferior. Returns what the kernel returns: -errno on failure. */
#ifndef OG_SYS_H
#define OG_SYS_H

#if defined(__x86_64__)

static inline long og_sys6(long nr, long a, long b, long c, long d, long e, long f)
{
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

enum {
    OG_SYS_CLOSE = 3,
    OG_SYS_MMAP = 9,
    OG_SYS_MUNMAP = 11,
    OG_SYS_RT_SIGACTION = 13,
    OG_SYS_RT_SIGPROCMASK = 14,
    OG_SYS_MREMAP = 25,
    OG_SYS_GETPID = 39,
    OG_SYS_CLONE = 56,
    OG_SYS_WAIT4 = 61,
    OG_SYS_FTRUNCATE = 77,
    OG_SYS_RT_SIGTIMEDWAIT = 128,
    OG_SYS_RT_SIGQUEUEINFO = 129,
    OG_SYS_PRCTL = 157,
    OG_SYS_CLOCK_GETTIME = 228,
    OG_SYS_EXIT_GROUP = 231,
    OG_SYS_MEMFD_CREATE = 319,
};

#else
#error "og knows x86-64 only"
#endif

static inline long og_sys3(long nr, long a, long b, long c)
{
    return og_sys6(nr, a, b, c, 0, 0, 0);
}

static inline int og_sys_failed(long result)
{
    return result < 0 && result >= -4095;
}

#endif
