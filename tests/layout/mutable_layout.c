/* layout.c as it is, and in front of it one wrong field. */
#define og_layout_for_minor true_layout_for_minor
#define og_layout_form      true_layout_form
#include "cpython/layout.c"
#undef og_layout_for_minor
#undef og_layout_form

#include "mutable.h"

struct field_row {
    char name[40];
    size_t offset;
};

static const struct field_row fields[] = {
#define ROW(name, ...) {#name, offsetof(struct og_layout, name)},
    OG_LAYOUT_FIELDS(ROW)
#undef ROW
};

static const char *changed;
static int32_t change;

void og_mutable_set(const char *field, int32_t delta)
{
    changed = field;
    change = delta;
}

const char *og_mutable_field(unsigned i)
{
    return i < sizeof fields / sizeof *fields ? fields[i].name : NULL;
}

static int32_t *value_of(struct og_layout *l, const char *field)
{
    for (unsigned i = 0; i < sizeof fields / sizeof *fields; i++)
        if (og_streq(fields[i].name, field))
            return (int32_t *)((char *)l + fields[i].offset);
    return NULL;
}

int32_t og_mutable_value(const struct og_layout *l, const char *field)
{
    struct og_layout copy = *l;
    return *value_of(&copy, field);
}

static bool mutate(bool there, struct og_layout *l)
{
    int32_t *value = there && changed ? value_of(l, changed) : NULL;
    if (value && *value >= 0)
        *value += change;
    return there;
}

bool og_layout_for_minor(uint32_t minor, struct og_layout *out);
bool og_layout_for_minor(uint32_t minor, struct og_layout *out)
{
    return mutate(true_layout_for_minor(minor, out), out);
}

bool og_layout_form(uint32_t minor, unsigned form, struct og_layout *out);
bool og_layout_form(uint32_t minor, unsigned form, struct og_layout *out)
{
    return mutate(true_layout_form(minor, form, out), out);
}
