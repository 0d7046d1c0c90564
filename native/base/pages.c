/* Memory straight from the kernel: nothing of ours touches the heap of the process we run in. */
#include "base/base.h"
#include "base/sys.h"

enum { PROT_RW = 3, MAP_PRIVATE_ANON = 0x22, MREMAP_MAYMOVE = 1 };

void *og_pages_alloc(uint64_t bytes)
{
    if (bytes == 0 || bytes > INT64_MAX)
        return NULL;
    long p = og_sys6(OG_SYS_MMAP, 0, (long)bytes, PROT_RW, MAP_PRIVATE_ANON, -1, 0);
    return og_sys_failed(p) ? NULL : (void *)p;
}

void *og_pages_grow(void *old, uint64_t old_bytes, uint64_t new_bytes)
{
    if (new_bytes > INT64_MAX)
        return NULL;
    if (!old)
        return og_pages_alloc(new_bytes);
    long p = og_sys6(OG_SYS_MREMAP, (long)old, (long)old_bytes, (long)new_bytes, MREMAP_MAYMOVE, 0, 0);
    return og_sys_failed(p) ? NULL : (void *)p;
}

void og_pages_free(void *pages, uint64_t bytes)
{
    if (pages)
        og_sys3(OG_SYS_MUNMAP, (long)pages, (long)bytes, 0);
}
