/* Where a CPython is, seen from its data alone: for executables that export no symbols, and for cores of which only the
 * data is there. _PyRuntime is a static object: it lies in the .data or .bss of an image. From 3.13 on a cookie stands
 * in front of it (Include/internal/pycore_debug_offsets.h); before, it begins with the flags of an interpreter that was
 * started, behind them the list of interpreters (Include/internal/pycore_pystate.h 3.8, pycore_runtime.h 3.9 to 3.12):
 *
 *   - 3.8 to 3.10: int preinitializing, preinitialized, core_initialized, initialized; finalizing; then the lock of the
 *     list, its head, the main interpreter, the next number;
 *   - 3.11, 3.12: int _initialized, and the same; the main interpreter is a part of the runtime itself.
 *
 * The ELF section .PyRuntime (3.10 and later) says nothing more: section headers are not mapped, so it takes the file,
 * in which the symbols are, or the very data that is looked at here.
 *
 * What these tests let through is proven by whoever asked. */
#include "cpython/locate.h"

enum {
    CHUNK = 1 << 16,
    HEAD_WORDS = 8, /* what is looked at of a runtime */
    RUNTIME_MAX = 1 << 20,
    VERSION_TEXT = 128,
};

#define MB            ((uint64_t)1 << 20)
#define FILE_MAX      (64 * MB) /* larger than any .data: a mapped file of another kind */
#define BSS_MAX       (16 * MB) /* where .bss ends and the heap begins cannot always be seen */
#define FILES_MAX     (512 * MB)
#define SMALL_MAX     (4 * MB) /* as large as the data of an image may be */
#define ELSEWHERE_MAX (256 * MB)
#define SMALL_ALL_MAX (64 * MB)

/* What is done with each place whose first words may be those of what is looked for. */
struct sweep {
    struct og_mem *m;
    bool (*is_head)(og_addr at, uint64_t first, uint64_t second);
    bool (*look)(struct sweep *w, og_addr at);
    struct og_seeker *seeker;
    uint32_t hexversion; /* of the version's text */
    const struct og_layout *layout;
    og_addr found; /* PyType_Type */
    const char *image;
    uint64_t budget;
};

/* ---- a region, word by word ---- */

static bool sweep_words(struct sweep *w, og_addr start, uint64_t len)
{
    const unsigned char *p = og_mem_at(w->m, start, len);
    for (uint64_t at = 0; p && at + 8 <= len; at += 8) {
        uint64_t words[2] = {0, 0};
        bool last = at + 16 > len;
        memcpy(words, p + at, last ? 8 : 16);
        if (!last && !w->is_head(start + at, words[0], words[1]))
            continue;
        if (w->look(w, start + at))
            return true;
        p = og_mem_at(w->m, start, len); /* what was looked at may have moved it */
    }
    return false;
}

static bool sweep_range(struct sweep *w, og_addr start, og_addr end)
{
    for (og_addr at = (start + 7) & ~7ull; at < end && w->budget;) {
        uint64_t len = end - at < CHUNK ? end - at : CHUNK;
        if (!og_mem_readable(w->m, at, len))
            len = len < OG_PAGE ? len : OG_PAGE; /* the rest of the chunk may be there */
        if (og_mem_readable(w->m, at, len) && sweep_words(w, at, len))
            return true;
        w->budget -= len < w->budget ? len : w->budget;
        at += len;
    }
    return false;
}

static bool is_data_of_file(const struct og_region *r)
{
    return r->flags & OG_REGION_FILE && r->flags & OG_REGION_WRITE && r->end - r->start <= FILE_MAX;
}

/* .bss: behind the writable part of a file. */
static bool is_bss(const struct og_mem *m, uint64_t i)
{
    const struct og_region *r = &m->regions[i];
    return i > 0 && !(r->flags & OG_REGION_FILE) && r->flags & OG_REGION_WRITE && m->regions[i - 1].end == r->start &&
           is_data_of_file(&m->regions[i - 1]);
}

static bool sweep_files(struct sweep *w)
{
    struct og_mem *m = w->m;
    w->budget = FILES_MAX;
    for (uint64_t i = 0; i < m->region_count; i++) {
        const struct og_region *r = &m->regions[i];
        bool bss = is_bss(m, i);
        if (!bss && !is_data_of_file(r))
            continue;
        w->image = og_mem_region_name(m, bss ? r - 1 : r);
        if (sweep_range(w, r->start, bss && r->end - r->start > BSS_MAX ? r->start + BSS_MAX : r->end))
            return true;
    }
    return false;
}

static bool are_files_known(const struct og_mem *m)
{
    for (uint64_t i = 0; i < m->region_count; i++)
        if (m->regions[i].flags & OG_REGION_FILE)
            return true;
    return false;
}

/* Regions that may be the data of an image: of an executable that unpacked itself. Where nobody says which files were
 * mapped, the data of images may be a part of larger ones. */
static bool sweep_elsewhere(struct sweep *w)
{
    const struct og_mem *m = w->m;
    bool known = are_files_known(m);
    w->budget = known ? SMALL_ALL_MAX : ELSEWHERE_MAX;
    w->image = "memory of no file";
    for (unsigned large = 0; large < (known ? 1 : 2); large++)
        for (uint64_t i = 0; i < m->region_count; i++) {
            const struct og_region *r = &m->regions[i];
            if (r->flags & OG_REGION_FILE || !(r->flags & OG_REGION_WRITE) || is_bss(m, i) ||
                (r->end - r->start > SMALL_MAX) != (large != 0))
                continue;
            if (sweep_range(w, r->start, r->end))
                return true;
        }
    return false;
}

/* ---- the runtime ---- */

static uint64_t cookie_word(void)
{
    uint64_t word;
    memcpy(&word, OG_COOKIE, sizeof word);
    return word;
}

/* Both halves are 0 or 1. */
static bool are_flags(uint64_t word)
{
    return !(word & ~0x100000001ull);
}

static bool is_old_head(uint64_t first, uint64_t second)
{
    return first == 1ull << 32 && are_flags(second);
}

static bool is_new_head(uint64_t first, uint64_t second)
{
    return first <= 1 && are_flags(second) && second & 1;
}

static bool is_runtime_head(og_addr at, uint64_t first, uint64_t second)
{
    (void)at;
    return is_old_head(first, second) || is_new_head(first, second) || first == cookie_word();
}

static bool is_pointer(uint64_t word)
{
    return word >= OG_PAGE && !(word & 7) && word >> 47 == 0;
}

/* W: mutex, head, main, next_id. */
static bool are_interpreters(const uint64_t *w)
{
    return is_pointer(w[0]) && is_pointer(w[1]) && is_pointer(w[2]) && w[3] > 0 && w[3] >> 32 == 0;
}

static bool look_for_runtime(struct sweep *w, og_addr at)
{
    uint64_t words[HEAD_WORDS];
    struct og_candidate c = {.runtime = at, .how = OG_FOUND_BY_SHAPE, .image = w->image};
    if (!og_mem_readable(w->m, at, sizeof words) || !og_mem_read(w->m, at, words, sizeof words))
        return false;
    if (words[0] == cookie_word() && og_version_of(words[1])) {
        c.hexversion = og_version_of(words[1]);
        c.how = OG_FOUND_BY_COOKIE;
        return w->seeker->found(w->seeker, &c);
    }
    bool old = is_old_head(words[0], words[1]) && are_interpreters(words + 3);
    bool new = is_new_head(words[0], words[1]) && words[2] <= 1 && are_interpreters(words + 4) &&
               words[6] > at &&words[6] - at < RUNTIME_MAX;
    return (old || new) && w->seeker->found(w->seeker, &c);
}

static bool keep(struct og_seeker *s, const struct og_candidate *c)
{
    *(struct og_candidate *)s->arg = *c;
    return true;
}

bool og_locate_shape(struct og_mem *m, og_addr at, struct og_candidate *out)
{
    struct og_seeker s = {keep, out};
    const struct og_region *r = og_mem_region(m, at);
    struct sweep w = {.m = m, .seeker = &s, .image = r ? og_mem_region_name(m, r) : ""};
    return look_for_runtime(&w, at);
}

bool og_locate_in_files(struct og_mem *m, struct og_seeker *s)
{
    struct sweep w = {.m = m, .is_head = is_runtime_head, .look = look_for_runtime, .seeker = s};
    return sweep_files(&w);
}

bool og_locate_elsewhere(struct og_mem *m, struct og_seeker *s)
{
    struct sweep w = {.m = m, .is_head = is_runtime_head, .look = look_for_runtime, .seeker = s};
    return sweep_elsewhere(&w);
}

/* ---- the version ---- */

/* "3.9.18 (main, ...": Py_GetVersion, Python/getversion.c. */
static bool is_version_head(og_addr at, uint64_t first, uint64_t second)
{
    (void)at, (void)second;
    return (first & 0xffff) == ('3' | '.' << 8);
}

static const char *read_number(const char *s, uint32_t *n)
{
    const char *start = s;
    for (*n = 0; *s >= '0' && *s <= '9' && s - start < 3; s++)
        *n = *n * 10 + (uint32_t)(*s - '0');
    return s > start ? s : NULL;
}

/* The release level and serial of "3.13.0rc2": 0xc2; none: a final release. */
static const char *read_level(const char *s, uint32_t *level)
{
    uint32_t serial = 0, letter = *s == 'a' ? 0xa : *s == 'b' ? 0xb : *s == 'r' ? 0xc : 0xf;
    if (letter != 0xf)
        s = read_number(s + (*s == 'r' ? 2 : 1), &serial);
    *level = letter << 4 | (serial & 15);
    return s;
}

/* ") [GCC 12.2.0]", to 3.9 ") \n[GCC 12.2.0]". */
static bool names_compiler(const char *s)
{
    for (; *s; s++)
        if (s[0] == ')' && s[1] == ' ' && s[s[2] == '\n' ? 3 : 2] == '[')
            return true;
    return false;
}

static bool look_for_version(struct sweep *w, og_addr at)
{
    char text[VERSION_TEXT + 1] = {0};
    uint32_t minor, micro, level;
    if (!og_mem_readable(w->m, at, VERSION_TEXT) || !og_mem_read(w->m, at, text, VERSION_TEXT) ||
        memcmp(text, "3.", 2) != 0)
        return false;
    const char *s = read_number(text + 2, &minor);
    s = s && *s == '.' ? read_number(s + 1, &micro) : NULL;
    s = s ? read_level(s, &level) : NULL;
    if (!s || minor < OG_MINOR_MIN || minor > OG_MINOR_MAX || micro > 255)
        return false;
    s += *s == '+';
    if (memcmp(s, " (", 2) != 0 || !names_compiler(s))
        return false;
    w->hexversion = 3u << 24 | minor << 16 | micro << 8 | level;
    return true;
}

uint32_t og_locate_version_text(struct og_mem *m)
{
    struct sweep w = {.m = m, .is_head = is_version_head, .look = look_for_version};
    return sweep_files(&w) ? w.hexversion : 0;
}

/* ---- PyType_Type ---- */

static bool is_own_type(og_addr at, uint64_t first, uint64_t second)
{
    return second == at && first > 0;
}

static bool look_for_type(struct sweep *w, og_addr at)
{
    uint64_t flags, base, metatype;
    const struct og_layout *l = w->layout;
    if (!og_mem_readable(w->m, at, (uint64_t)l->type_size) || !og_mem_u64(w->m, at + (uint64_t)l->tp_flags, &flags) ||
        !(flags & OG_TPFLAGS_TYPE_SUBCLASS) || !og_mem_u64(w->m, at + (uint64_t)l->tp_base, &base) ||
        !og_mem_readable(w->m, base, (uint64_t)l->type_size) ||
        !og_mem_u64(w->m, base + (uint64_t)l->ob_type, &metatype) || metatype != at)
        return false;
    w->found = at;
    return true;
}

og_addr og_locate_type(struct og_mem *m, const struct og_layout *layout)
{
    struct sweep w = {.m = m, .is_head = is_own_type, .look = look_for_type, .layout = layout};
    return sweep_files(&w) ? w.found : 0;
}
