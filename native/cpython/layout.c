/* The tables of layout.h, one struct per minor version. Not in the agent: it is handed the result. */
#include "cpython/layout.h"

/* One version: column COLUMN of every row. */
#define PICK_0(a, b, c, d, e, f, g, h, i, j, k)  a
#define PICK_1(a, b, c, d, e, f, g, h, i, j, k)  b
#define PICK_2(a, b, c, d, e, f, g, h, i, j, k)  c
#define PICK_3(a, b, c, d, e, f, g, h, i, j, k)  d
#define PICK_4(a, b, c, d, e, f, g, h, i, j, k)  e
#define PICK_5(a, b, c, d, e, f, g, h, i, j, k)  f
#define PICK_6(a, b, c, d, e, f, g, h, i, j, k)  g
#define PICK_7(a, b, c, d, e, f, g, h, i, j, k)  h
#define PICK_8(a, b, c, d, e, f, g, h, i, j, k)  i
#define PICK_9(a, b, c, d, e, f, g, h, i, j, k)  j
#define PICK_10(a, b, c, d, e, f, g, h, i, j, k) k
#define ROW_0(name, ...)                         .name = PICK_0(__VA_ARGS__),
#define ROW_1(name, ...)                         .name = PICK_1(__VA_ARGS__),
#define ROW_2(name, ...)                         .name = PICK_2(__VA_ARGS__),
#define ROW_3(name, ...)                         .name = PICK_3(__VA_ARGS__),
#define ROW_4(name, ...)                         .name = PICK_4(__VA_ARGS__),
#define ROW_5(name, ...)                         .name = PICK_5(__VA_ARGS__),
#define ROW_6(name, ...)                         .name = PICK_6(__VA_ARGS__),
#define ROW_7(name, ...)                         .name = PICK_7(__VA_ARGS__),
#define ROW_8(name, ...)                         .name = PICK_8(__VA_ARGS__),
#define ROW_9(name, ...)                         .name = PICK_9(__VA_ARGS__),
#define ROW_10(name, ...)                        .name = PICK_10(__VA_ARGS__),

static const struct og_layout tables[] = {
    {.minor = 8, OG_LAYOUT_FIELDS(ROW_0)},  {.minor = 9, OG_LAYOUT_FIELDS(ROW_1)},
    {.minor = 10, OG_LAYOUT_FIELDS(ROW_2)}, {.minor = 11, OG_LAYOUT_FIELDS(ROW_3)},
    {.minor = 12, OG_LAYOUT_FIELDS(ROW_4)}, {.minor = 13, OG_LAYOUT_FIELDS(ROW_5)},
    {.minor = 14, OG_LAYOUT_FIELDS(ROW_6)}, {.minor = 15, OG_LAYOUT_FIELDS(ROW_7)},
};

#define FREE_THREADED .build = OG_BUILD_FREE_THREADED, .ob_extra = 16, .mimalloc

static const struct og_layout free_threaded[] = {
    {.minor = 13, FREE_THREADED = OG_MIMALLOC_212, OG_LAYOUT_FIELDS(ROW_8)},
    {.minor = 14, FREE_THREADED = OG_MIMALLOC_252, OG_LAYOUT_FIELDS(ROW_9)},
    {.minor = 14, FREE_THREADED = OG_MIMALLOC_212, OG_LAYOUT_FIELDS(ROW_9)}, /* early ones of the series */
    {.minor = 15, FREE_THREADED = OG_MIMALLOC_252, OG_LAYOUT_FIELDS(ROW_10)},
};

bool og_layout_for_minor(uint32_t minor, struct og_layout *out)
{
    for (unsigned i = 0; i < sizeof tables / sizeof *tables; i++)
        if (tables[i].minor == minor) {
            *out = tables[i];
            return true;
        }
    return false;
}

/* 3.14.0 to 3.14.4 collected incrementally: the lists (young, old[0], old[1]) and the permanent one are where the
 * generations are, but nothing points to the first, and what follows the collector in PyInterpreterState stands
 * earlier. */
static void make_incremental(struct og_layout *l)
{
    enum { SHORTER = 24 };
    l->build = OG_BUILD_INCREMENTAL;
    l->gc_generation0 = -1;
    l->gc_size -= SHORTER;
    l->interp_modules -= SHORTER;
    l->interp_sysdict -= SHORTER;
    l->interp_builtins -= SHORTER;
    l->interp_importlib -= SHORTER;
    l->interp_static_builtins -= SHORTER;
    l->interp_static_extensions -= SHORTER;
    l->interp_size -= SHORTER;
}

/* Py_TRACE_REFS, to 3.10: two pointers in front of every object's count (Include/object.h, _PyObject_HEAD_EXTRA). */
static void make_chained(struct og_layout *l)
{
    l->build = OG_BUILD_TRACE_REFS;
    l->ob_extra = 16;
#define SHIFT(name, ...) l->name += l->name < 0 ? 0 : l->ob_extra;
    OG_LAYOUT_OBJECT_FIELDS(SHIFT)
#undef SHIFT
}

/* The FORM-th free-threaded one. */
static bool find_free_threaded(uint32_t minor, unsigned form, struct og_layout *out)
{
    for (unsigned i = 0; i < sizeof free_threaded / sizeof *free_threaded; i++)
        if (free_threaded[i].minor == minor && form-- == 0) {
            *out = free_threaded[i];
            return true;
        }
    return false;
}

/* Py_DEBUG, with Py_REF_DEBUG: the interpreter counts references, and so does a free-threaded build's allocator; the
 * runtime counts what the parser memoizes (pycore_object_state.h, mimalloc's types.h, pycore_parser.h). To 3.11 nothing
 * that og looks at is behind such, and objects have the same header in every version. */
static void make_debug(struct og_layout *l)
{
    static const struct {
        int32_t runtime, statics, interp;
    } more[] = {{16016, 16, 16}, {18496, 80, 2496}, {16072, 24, 64}};
    unsigned which = !og_is_free_threaded(l) ? 0 : l->minor == 13 ? 1 : 2;
    l->debug = 1;
    l->runtime_size += more[which].runtime;
    l->interp_static_builtins += more[which].statics;
    l->interp_static_extensions += l->interp_static_extensions < 0 ? 0 : more[which].statics;
    l->interp_size += more[which].interp;
}

static bool form_of_release(uint32_t minor, unsigned form, struct og_layout *out)
{
    bool chained = minor <= 10, incremental = minor == 14;
    unsigned of_table = 1 + (unsigned)(chained || incremental);
    if (form >= of_table)
        return find_free_threaded(minor, form - of_table, out);
    if (!og_layout_for_minor(minor, out))
        return false;
    if (form && chained)
        make_chained(out);
    else if (form)
        make_incremental(out);
    return true;
}

/* First those of release builds, then, where they differ, what debug builds make of them. */
bool og_layout_form(uint32_t minor, unsigned form, struct og_layout *out)
{
    unsigned releases = 0;
    while (releases <= form && form_of_release(minor, releases, out))
        releases++;
    if (releases > form)
        return true;
    if (minor < OG_DEBUG_DIFFERS_FROM || form >= 2 * releases || !form_of_release(minor, form - releases, out))
        return false;
    make_debug(out);
    return true;
}
