/* Where a CPython says it is: the dynamic symbols of the images that lie in target memory. */
#include "cpython/locate.h"
#include "memory/image.h"

static uint32_t version_beside(struct og_mem *m, const struct og_image *image, og_addr runtime)
{
    char head[8];
    uint64_t version;
    og_addr py_version = og_image_symbol(m, image, "Py_Version");
    if (og_mem_readable(m, runtime, sizeof head) && og_mem_read(m, runtime, head, sizeof head) &&
        memcmp(head, OG_COOKIE, sizeof head) == 0)
        py_version = runtime + sizeof head;
    return py_version && og_mem_readable(m, py_version, 8) && og_mem_u64(m, py_version, &version)
               ? og_version_of(version)
               : 0;
}

void og_locate_by_symbol(struct og_mem *m, struct og_candidates *out)
{
    unsigned images = 0;
    memset(out, 0, sizeof *out);
    for (uint64_t i = 0; i < m->region_count && images < OG_IMAGE_MAX && out->count < OG_CANDIDATES_MAX; i++) {
        struct og_image image;
        if (!og_image_read(m, &m->regions[i], &image))
            continue;
        images++;
        og_addr runtime = og_image_symbol(m, &image, "_PyRuntime");
        if (runtime)
            out->list[out->count++] =
                (struct og_candidate){runtime, version_beside(m, &image, runtime), OG_FOUND_BY_SYMBOL,
                                      *image.name ? image.name : "an unnamed mapping", image.base};
        else if (og_image_symbol(m, &image, "Py_Initialize"))
            out->older = image.name;
    }
}

bool og_locate_at(struct og_mem *m, og_addr runtime, struct og_candidate *out)
{
    struct og_candidates symbols;
    og_locate_by_symbol(m, &symbols);
    for (unsigned i = 0; i < symbols.count; i++) {
        *out = symbols.list[i];
        if (out->runtime == runtime)
            return true;
    }
    return og_locate_shape(m, runtime, out);
}

static og_addr any_symbol(struct og_mem *m, const char *name)
{
    unsigned images = 0;
    for (uint64_t i = 0; i < m->region_count && images < OG_IMAGE_MAX; i++) {
        struct og_image image;
        if (!og_image_read(m, &m->regions[i], &image))
            continue;
        images++;
        og_addr found = og_image_symbol(m, &image, name);
        if (found)
            return found;
    }
    return 0;
}

og_addr og_py_symbol(struct og_py *py, const char *name)
{
    struct og_image own;
    const struct og_region *r = py->image ? og_mem_region(py->mem, py->image) : NULL;
    og_addr found = r && og_image_read(py->mem, r, &own) ? og_image_symbol(py->mem, &own, name) : 0;
    return found ? found : any_symbol(py->mem, name);
}

/* "libpython3.9.so.1.0", "python3.9", "python". */
static bool is_named_python(const char *path)
{
    const char *base = path;
    for (const char *s = path; *s; s++)
        if (*s == '/')
            base = s + 1;
    if (strlen(base) >= 3 && memcmp(base, "lib", 3) == 0)
        base += 3;
    return strlen(base) >= 6 && memcmp(base, "python", 6) == 0;
}

const char *og_locate_lost_image(struct og_mem *m)
{
    for (uint64_t i = 0; i < m->region_count; i++) {
        const struct og_region *r = &m->regions[i];
        if (r->flags & OG_REGION_FILE && r->flags & OG_REGION_WRITE && is_named_python(og_mem_region_name(m, r)) &&
            !og_mem_readable(m, r->start, 8))
            return og_mem_region_name(m, r);
    }
    return NULL;
}
