/* One sentence per failure, in the caller's buffer. */
#include "base/base.h"

static int fill(struct og_error *err, int code, int os_errno, og_addr addr, const char *format, __builtin_va_list args)
{
    if (err) {
        struct og_text t;
        err->code = code;
        err->os_errno = os_errno;
        err->addr = addr;
        og_text_init(&t, err->msg, sizeof err->msg);
        og_text_vaddf(&t, format, args);
    }
    return code;
}

int og_fail(struct og_error *err, int code, og_addr addr, const char *format, ...)
{
    __builtin_va_list args;
    __builtin_va_start(args, format);
    fill(err, code, 0, addr, format, args);
    __builtin_va_end(args);
    return code;
}

int og_fail_errno(struct og_error *err, int code, int os_errno, const char *format, ...)
{
    __builtin_va_list args;
    __builtin_va_start(args, format);
    fill(err, code, os_errno, 0, format, args);
    __builtin_va_end(args);
    return code;
}
