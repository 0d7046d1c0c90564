/* The questions of og.h, asked as gdb/og asks them. What they answer is of no interest here, only that they do. */
#define _GNU_SOURCE
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WORK = 100000, ROWS = 40, FIELDS = 100, COLLECTED_MAX = 1 << 16 };

struct og_graph *fuzz_scan(struct og_target *t, uint32_t level)
{
    struct og_scan_options options = {.level = level, .sizes = 1};
    struct og_scan *scan;
    struct og_graph *graph = NULL;
    struct og_error err;
    int code;
    if (og_scan_begin(t, &options, &scan, &err) != OG_OK)
        return NULL;
    while ((code = og_scan_step(scan, WORK, &err)) == OG_MORE)
        ;
    if (code == OG_OK)
        og_scan_finish(scan, &graph, &err);
    else
        og_scan_cancel(scan);
    return graph;
}

void fuzz_ask_object(struct og_target *t, og_addr addr)
{
    struct og_object_row row;
    const struct og_field_row *fields;
    uint64_t count, total;
    struct og_error err;
    if (og_object_describe(t, addr, &row, &err) == OG_OK)
        og_object_fields(t, addr, FIELDS, &fields, &count, &total, &err);
}

static void ask_types(struct og_target *t, struct og_graph *g, uint32_t all)
{
    struct og_query q = {.all = all, .long_names = 1};
    struct og_report *report;
    const struct og_type_row *rows;
    uint64_t count, total, bytes;
    struct og_error err;
    if (og_types(t, g, &q, &report, &rows, &count, &total, &err) != OG_OK)
        return;
    if (count)
        og_count(t, g, rows[count / 2].type, &q, &count, &bytes, &err);
    og_report_close(report);
}

static void ask_instances(struct og_target *t, struct og_graph *g, const char *type, uint32_t all)
{
    struct og_query q = {.all = all, .limit = ROWS};
    struct og_report *report;
    const struct og_object_row *rows;
    uint64_t count, total;
    struct og_error err;
    if (og_by_type(t, g, type, &q, &report, &rows, &count, &total, &err) != OG_OK)
        return;
    for (uint64_t i = 0; i < count; i += 8)
        fuzz_ask_object(t, rows[i].address);
    og_report_close(report);
}

static void ask_leaking(struct og_target *t, struct og_graph *g)
{
    struct og_query q = {.limit = ROWS};
    struct og_report *report;
    const struct og_leaking_row *rows;
    uint64_t count, total;
    struct og_error err;
    if (og_leaking(t, g, &q, 1, &report, &rows, &count, &total, &err) == OG_OK)
        og_report_close(report);
}

static void ask_picture(struct og_target *t, struct og_graph *g, uint64_t addr, uint32_t inverse)
{
    struct og_view_options view = {.inverse = inverse, .depth = 3, .too_many = 10, .max_nodes = ROWS};
    struct og_chain_options chain = {
        .forward = !inverse, .max_depth = 20, .count = 2, .to_type = inverse ? NULL : "dict"};
    struct og_report *report;
    const struct og_node_row *nodes;
    const struct og_edge_row *edges;
    const struct og_chain_row *chains;
    uint64_t node_count, edge_count, count;
    struct og_error err;
    if (og_view(t, g, &addr, 1, &view, &report, &nodes, &node_count, &edges, &edge_count, &err) == OG_OK)
        og_report_close(report);
    if (og_chain(t, g, addr, &chain, &report, &chains, &count, &err) == OG_OK)
        og_report_close(report);
}

static void ask_path(struct og_target *t, const char *path)
{
    const struct og_thread_row *threads;
    uint64_t count, addr;
    const char *names;
    struct og_error err;
    if (og_target_threads(t, &threads, &count, &err) != OG_OK)
        return;
    uint64_t tid = count ? threads[0].native_thread_id : 0, thread = count ? threads[0].thread_id : 0;
    if (og_path_resolve(t, path, tid, thread, &addr, &err) == OG_OK)
        fuzz_ask_object(t, addr);
    og_path_complete(t, path, tid, thread, &names, &err);
}

void fuzz_ask_target(struct og_target *t)
{
    struct og_info info;
    struct og_error err;
    og_target_info(t, &info, &err);
    (void)strlen(og_target_notes(t));
    ask_path(t, "sys.modules['builtins'].__dict__['type']");
}

void fuzz_ask_graph(struct og_target *t, struct og_graph *g)
{
    static const char types[][8] = {"dict", "list", "tuple", "type", "str", "frame"};
    struct og_graph_info about;
    og_graph_info(g, &about);
    bool whole = about.level == OG_SCAN_GRAPH;
    ask_types(t, g, whole);
    for (unsigned i = 0; i < sizeof types / sizeof *types && about.level >= OG_SCAN_OBJECTS; i++)
        ask_instances(t, g, types[i], whole);
    if (!whole)
        return;
    ask_leaking(t, g);
    for (uint32_t i = 0; i < 4 && about.objects; i++)
        ask_picture(t, g, og_graph_address(g, (uint32_t)(about.objects * i / 4)), i & 1);
}

void fuzz_ask_heap(struct og_target *t, uint32_t level)
{
    fuzz_ask_target(t);
    struct og_graph *g = fuzz_scan(t, level);
    if (!g)
        return;
    fuzz_ask_graph(t, g);
    og_graph_close(g);
}

int fuzz_file(const void *bytes, size_t size, char path[64])
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
        abort();
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

unsigned char *fuzz_load(const char *name, size_t *size)
{
    const char *path = getenv(name);
    FILE *file = path ? fopen(path, "rb") : NULL;
    if (!file)
        return NULL;
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(*size ? *size : 1);
    if (!bytes || fread(bytes, 1, *size, file) != *size)
        abort();
    fclose(file);
    return bytes;
}
