/* Bytes as the text of a -where expression, compiled and asked of a small heap's worth of nothing. */
#include "fuzz.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct og_filter *filter;
    struct og_error err = {0};
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = 0;
    if (og_filter_compile(text, &filter, &err) == OG_OK)
        og_filter_free(filter);
    else if (!err.msg[0])
        abort();
    free(text);
    return 0;
}
