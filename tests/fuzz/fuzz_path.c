/* Bytes as the text of a Python path, resolved and completed in a real process (OG_FUZZ_CORE). */
#include "fuzz.h"

#include <stdlib.h>

static void ask(struct og_target *t, const char *text)
{
    uint64_t addr;
    const char *names;
    struct og_error err = {0};
    if (og_path_resolve(t, text, 0, 0, &addr, &err) == OG_OK)
        fuzz_ask_object(t, addr);
    else if (!err.msg[0])
        abort();
    if (og_path_complete(t, text, 0, 0, &names, &err) != OG_OK)
        return;
    for (const char *name = names; *name; name += strlen(name) + 1)
        ;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct og_target *t;
    struct og_error err;
    const char *path = getenv("OG_FUZZ_CORE");
    if (!t && (!path || og_target_open_core(path, NULL, &t, &err) != OG_OK))
        abort();
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = 0;
    ask(t, text);
    free(text);
    return 0;
}
