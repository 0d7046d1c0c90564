/* What could not be read at opening, in words. */
#include "cpython/python.h"

static void add_part(struct og_text *t, bool lost, const char *what)
{
    if (lost)
        og_text_addf(t, "%s%s", t->len ? ", " : "", what);
}

static void add_parts(uint32_t lost, struct og_text *t)
{
    add_part(t, lost & OG_LOST_MODULES, "sys.modules");
    add_part(t, lost & OG_LOST_SYS, "the dict of sys");
    add_part(t, lost & OG_LOST_BUILTINS, "the dict of builtins");
    add_part(t, lost & OG_LOST_CLASSES, "the classes of importlib");
    add_part(t, lost & OG_LOST_THREADS, "thread states");
    add_part(t, lost & OG_LOST_LISTS, "ends of the garbage collector's lists");
}

void og_py_notes(const struct og_py *py, struct og_text *out)
{
    char buf[256];
    struct og_text parts;
    og_text_init(&parts, buf, sizeof buf);
    add_parts(py->lost, &parts);
    if (parts.len)
        og_text_addf(out, "missing here, and not checked: %s: answers that need them are incomplete\n", buf);
    if (py->interps_lost)
        og_text_addf(out, "%u of %u interpreters cannot be read: their objects are missing\n",
                     (uint64_t)py->interps_lost, (uint64_t)py->interps_lost + py->interp_count);
    if (py->nameless_types)
        og_text_addf(
            out, "%u static types have no name in this core (their files are missing): they are called by address\n",
            py->nameless_types);
}
