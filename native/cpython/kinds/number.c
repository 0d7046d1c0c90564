/* int objects. Objects/longobject.c: 30 bits a digit. */
#include "cpython/kinds/kinds.h"

enum { DIGIT_BITS = 30, TAG_SIGN = 3, TAG_SHIFT = 3 };

bool og_int_value(struct og_py *py, og_addr addr, int64_t *out)
{
    uint64_t word;
    uint32_t low = 0, high = 0;
    if (!addr || !og_mem_u64(py->mem, addr + (uint64_t)py->l.long_lv_tag, &word))
        return false;
    bool tagged = py->l.minor >= 12;
    bool negative = tagged ? (word & TAG_SIGN) == 2 : (int64_t)word < 0;
    uint64_t digits = tagged ? word >> TAG_SHIFT : negative ? 0 - word : word;
    if (tagged && (word & TAG_SIGN) == 1)
        digits = 0;
    if (digits > 2 || (digits > 0 && !og_mem_u32(py->mem, addr + (uint64_t)py->l.long_ob_digit, &low)) ||
        (digits > 1 && !og_mem_u32(py->mem, addr + (uint64_t)py->l.long_ob_digit + 4, &high)))
        return false;
    int64_t value = (int64_t)((uint64_t)high << DIGIT_BITS | low);
    *out = negative ? -value : value;
    return true;
}
