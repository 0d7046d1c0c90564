/* Everything that og can say of a target, as a few numbers: two targets that give the same ones got the same answers.
 */
#include "graph/graph.h"
#include "mutable.h"

enum { PER_TYPE = 40, WORK = 1 << 22, FRAMES_MAX = 1000, LABEL_BYTES = 512 };

const char *og_part_name(unsigned part)
{
    static const char names[OG_PARTS][12] = {"state",   "threads", "frames", "heap", "types",
                                             "objects", "names",   "roots",  "paths"};
    return part < OG_PARTS ? names[part] : "";
}

/* ---- a digest ---- */

static uint64_t digest;

static void add(uint64_t word)
{
    digest = (digest ^ word) * 0x9e3779b97f4a7c15u;
    digest ^= digest >> 29;
}

static void add_text(const char *s)
{
    size_t n = strlen(s);
    add(n);
    for (; n >= 8; n -= 8, s += 8) {
        uint64_t word;
        memcpy(&word, s, 8);
        add(word);
    }
    for (; *s; s++)
        add((unsigned char)*s);
}

static void add_words(const void *words, uint64_t bytes)
{
    const char *p = words;
    for (uint64_t i = 0; i + 4 <= bytes; i += 4) {
        uint32_t word;
        memcpy(&word, p + i, 4);
        add(word);
    }
}

/* ---- parts ---- */

static void add_state(struct og_target *t)
{
    const struct og_py *py = &t->py;
    struct og_info info;
    struct og_error err;
    og_target_info(t, &info, &err);
    const uint64_t words[] = {info.runtime,    info.hexversion, info.interpreters,    info.threads,    info.collecting,
                              info.gc_enabled, info.gil_held,   info.gil_holder,      info.gil,        py->lost,
                              py->type_type,   py->object_type, py->subtype_traverse, py->interps_lost};
    add_words(words, sizeof words);
    for (uint32_t i = 0; i < py->interp_count; i++) {
        const struct og_interp *in = &py->interps[i];
        const uint64_t of[] = {in->addr,    in->gc,      in->gil_locked_addr, in->gil_holder_addr,
                               in->modules, in->sysdict, in->builtins,        (uint64_t)in->id};
        add_words(of, sizeof of);
    }
    add_text(og_target_notes(t));
}

static void add_threads(struct og_target *t)
{
    const struct og_thread_row *rows;
    uint64_t count = 0;
    struct og_error err;
    add((uint64_t)og_target_threads(t, &rows, &count, &err));
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t words[] = {rows[i].tstate, rows[i].interp, rows[i].thread_id, rows[i].native_thread_id,
                                  rows[i].frame,  rows[i].depth,  rows[i].line};
        add_words(words, sizeof words);
        add_text(rows[i].function);
        add_text(rows[i].file);
    }
}

static void add_str(struct og_py *py, og_addr str)
{
    char buf[LABEL_BYTES];
    struct og_text text;
    og_text_init(&text, buf, sizeof buf);
    add(og_str_text(py, str, 0, true, &text));
    add_text(buf);
}

static void add_frame(struct og_py *py, const struct og_pyframe *f)
{
    const uint64_t words[] = {f->addr,        f->previous,   f->code,     f->globals,
                              f->builtins,    f->locals,     f->function, f->frame_obj,
                              f->nlocalsplus, f->stack_used, f->owner,    og_frame_line(py, f)};
    add_words(words, sizeof words);
    for (uint32_t i = 0; i < f->nlocalsplus + f->stack_used; i++) {
        og_addr name = 0, value = 0;
        add(og_pyframe_slot(py, f, i, &value));
        add(value);
        if (og_pyframe_local(py, f, i, &name, &value))
            add_str(py, name);
    }
}

static void visit_thread(void *arg, const struct og_thread *thread)
{
    struct og_py *py = arg;
    struct og_frame_walk walk;
    struct og_pyframe f;
    og_frames_begin(&walk, thread->frame);
    for (unsigned i = 0; i < FRAMES_MAX && og_frames_next(py, &walk, &f); i++)
        add_frame(py, &f);
    add(walk.broken);
}

static struct og_graph *scan(struct og_target *t, uint32_t level)
{
    struct og_scan_options options = {.level = level, .sizes = 1};
    struct og_scan *running;
    struct og_graph *g;
    struct og_error err;
    int code = og_scan_begin(t, &options, &running, &err);
    while (code == OG_OK && (code = og_scan_step(running, WORK, &err)) == OG_MORE)
        code = OG_OK;
    add((uint64_t)code);
    return code == OG_OK && og_scan_finish(running, &g, &err) == OG_OK ? g : NULL;
}

static void add_graph(const struct og_graph *g)
{
    struct og_graph_info info;
    const uint64_t *addresses;
    const uint32_t *offsets, *targets;
    struct og_error err;
    og_graph_info(g, &info);
    add(info.objects), add(info.tracked), add(info.references), add(info.unreadable_lists);
    add_words(&info.losses, sizeof info.losses);
    if (og_graph_arrays(g, 0, &addresses, &offsets, &targets, &err) != OG_OK)
        return;
    add_words(addresses, info.objects * sizeof *addresses);
    add_words(offsets, (info.objects + 1) * sizeof *offsets);
    add_words(targets, offsets[info.objects] * sizeof *targets);
}

static void add_types(struct og_target *t, struct og_graph *g)
{
    const struct og_query query = {.all = g && g->level == OG_SCAN_GRAPH, .long_names = 1};
    struct og_report *report;
    const struct og_type_row *rows;
    uint64_t count, total;
    struct og_error err;
    if (!g || og_types(t, g, &query, &report, &rows, &count, &total, &err) != OG_OK)
        return;
    for (uint64_t i = 0; i < count; i++) {
        add_text(rows[i].type);
        add(rows[i].count), add(rows[i].bytes), add(rows[i].type_address);
    }
    og_report_close(report);
}

static void add_object(struct og_target *t, og_addr addr)
{
    struct og_object_row row;
    struct og_error err;
    if (og_object_describe(t, addr, &row, &err) != OG_OK)
        return;
    const uint64_t words[] = {row.address,  row.type_address, row.size,     (uint64_t)row.len,
                              row.refcount, row.tracked,      row.is_module};
    add_words(words, sizeof words);
    add_text(row.long_type);
    add_text(row.label);
}

static void visit_reference(struct og_visitor *v, const struct og_ref *ref)
{
    char buf[LABEL_BYTES];
    struct og_text text;
    og_text_init(&text, buf, sizeof buf);
    og_ref_label(v->arg, ref, &text);
    add(ref->target), add(ref->kind);
    add_text(buf);
}

static void add_names(struct og_target *t, og_addr addr)
{
    struct og_object o;
    struct og_visitor v = {visit_reference, &t->py, true};
    if (og_py_object(&t->py, addr, &o))
        og_object_references(&t->py, &o, &v);
}

/* All objects of types that have few, some of the others. */
static void add_each(struct og_target *t, const struct og_graph *g, void (*one)(struct og_target *t, og_addr addr))
{
    struct og_map seen = {NULL, 0, 0};
    for (uint64_t i = 0; i < g->count; i++) {
        uint32_t n = 0;
        og_map_get(&seen, g->nodes[i].type, &n);
        og_map_put(&seen, g->nodes[i].type, n + 1);
        if (n < PER_TYPE || n % PER_TYPE == 0)
            one(t, g->addresses[i]);
    }
    og_map_deinit(&seen);
}

static void add_roots(struct og_target *t, struct og_graph *g)
{
    const struct og_query query = {.limit = 0};
    struct og_report *report;
    const struct og_leaking_row *rows;
    uint64_t count, total;
    struct og_error err;
    int code = og_leaking(t, g, &query, 1, &report, &rows, &count, &total, &err);
    add((uint64_t)code);
    for (uint64_t i = 0; code == OG_OK && i < count; i++) {
        add(rows[i].object.address);
        add_text(rows[i].root);
    }
    if (code == OG_OK)
        og_report_close(report);
}

static void add_path(struct og_target *t, const char *path)
{
    uint64_t found = 0;
    struct og_error err = {0};
    add((uint64_t)og_path_resolve(t, path, 0, 0, &found, &err));
    add(found);
    add_text(err.msg);
}

/* Of tests/programs/every_kind.py. */
static void add_paths(struct og_target *t)
{
    const char *names;
    struct og_error err;
    static const char paths[][48] = {"PLAIN.name",
                                     "PLAIN.items[0]",
                                     "SLOTTED.left",
                                     "SLOTTED.unset",
                                     "KEPT['tuple'][1]",
                                     "KEPT['numbers'][1]",
                                     "CLASS.method",
                                     "CLASS.__mro__",
                                     "CLASS.__name__",
                                     "CLASS.Inner.__qualname__",
                                     "function.__code__",
                                     "function.__defaults__",
                                     "GENERATOR.held",
                                     "MODULE.attribute",
                                     "sys.path[0]",
                                     "PLAIN.__dict__",
                                     "closure.__closure__[0].cell_contents",
                                     "missing",
                                     "POINT.x",
                                     "KEPT[(1, 2)]"};
    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++)
        add_path(t, paths[i]);
    if (og_path_complete(t, "PLAIN.", 0, 0, &names, &err) == OG_OK)
        for (; *names; names += strlen(names) + 1)
            add_text(names);
}

/* ---- all ---- */

static void add_part(struct og_target *t, unsigned part, struct og_graph **graph)
{
    struct og_graph *types;
    switch ((enum og_part)part) {
    case OG_PART_STATE:
        add_state(t);
        break;
    case OG_PART_THREADS:
        add_threads(t);
        break;
    case OG_PART_FRAMES:
        og_py_threads(&t->py, visit_thread, &t->py);
        break;
    case OG_PART_HEAP:
        if ((*graph = scan(t, OG_SCAN_GRAPH)) != NULL)
            add_graph(*graph);
        break;
    case OG_PART_TYPES:
        add_types(t, *graph);
        add_types(t, types = scan(t, OG_SCAN_TYPES));
        if (types)
            og_graph_close(types);
        break;
    case OG_PART_OBJECTS:
        if (*graph)
            add_each(t, *graph, add_object);
        break;
    case OG_PART_NAMES:
        if (*graph)
            add_each(t, *graph, add_names);
        break;
    case OG_PART_ROOTS:
        if (*graph)
            add_roots(t, *graph);
        break;
    case OG_PART_PATHS:
        add_paths(t);
        break;
    case OG_PARTS:
        break;
    }
}

unsigned og_answers_of(struct og_target *t, const struct og_answers *expected, struct og_answers *out)
{
    struct og_graph *graph = NULL;
    unsigned part = 0;
    for (; part < OG_PARTS; part++) {
        digest = 1;
        add_part(t, part, &graph);
        out->digest[part] = digest;
        if (expected && digest != expected->digest[part])
            break;
    }
    out->objects = graph ? graph->count : 0;
    if (graph)
        og_graph_close(graph);
    return part;
}
