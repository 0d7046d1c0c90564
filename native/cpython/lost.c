/* What could not be read at opening, in words. */
#include "cpython/python.h"

static void say(struct og_text *t, bool lost, const char *what)
{
    if (lost)
        og_text_addf(t, "%s %s not in what was read: answers that need %s are incomplete\n", what,
                     what[strlen(what) - 1] == 's' ? "are" : "is", what[strlen(what) - 1] == 's' ? "them" : "it");
}

void og_py_notes(const struct og_py *py, struct og_text *out)
{
    say(out, py->lost & OG_LOST_THREADS, "a list of thread states");
    say(out, py->lost & OG_LOST_MODULES, "sys.modules");
    say(out, py->lost & OG_LOST_SYS, "the dict of the module sys");
    say(out, py->lost & OG_LOST_BUILTINS, "the dict of the module builtins");
    say(out, py->lost & OG_LOST_LISTS, "ends of the garbage collector's lists");
    say(out, py->lost & OG_LOST_CLASSES, "importlib's classes");
    if (py->interps_lost)
        og_text_addf(out, "%u of %u interpreters cannot be read: their objects are missing\n",
                     (uint64_t)py->interps_lost, (uint64_t)py->interps_lost + py->interp_count);
    if (py->nameless_types)
        og_text_addf(
            out, "%u static types have no name in this core (their files are missing): they are called by address\n",
            py->nameless_types);
}
