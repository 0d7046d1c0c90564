/* The table of C types, and how a row is found and read. */
#include "cpython/kinds/kinds.h"

struct row {
    char tp_name[44];
    uint8_t first, last; /* minor versions */
    uint8_t type_from;
    uint16_t basicsize;
    char storage;
    char fields[100]; /* "16 name,24 ~tagged" */
};

static const struct row rows[] = {
#include "cpython/kinds/fields_table.h"
};

/* "16 name,24 ~tagged": each offset and name, in order. */
static void read_fields(const char *s, struct og_field_sink *sink)
{
    int32_t extra = sink->py->l.ob_extra; /* rows have the usual header */
    while (*s) {
        int32_t offset = 0;
        while (*s >= '0' && *s <= '9')
            offset = offset * 10 + (*s++ - '0');
        s += *s == ' ';
        bool tagged = *s == '~';
        s += tagged;
        const char *name = s;
        while (*s && *s != ',')
            s++;
        sink->add(sink, offset + extra, tagged, name, (uint64_t)(s - name));
        s += *s == ',';
    }
}

bool og_fields_find(struct og_py *py, const char *tp_name, int64_t basicsize, struct og_field_sink *sink,
                    struct og_fields_row *out)
{
    bool found = false;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        if (py->l.minor < r->first || py->l.minor > r->last || basicsize - py->l.ob_extra != r->basicsize ||
            !og_streq(r->tp_name, tp_name))
            continue;
        read_fields(r->fields, sink);
        out->storage = r->storage;
        out->visits_type = r->type_from && py->l.minor >= r->type_from;
        found = true;
    }
    return found;
}
