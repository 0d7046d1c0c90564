/* What the fuzz targets share. Each is one LLVMFuzzerTestOneInput: run by libFuzzer, or where clang is missing by
 * driver.c. */
#ifndef OG_FUZZ_H
#define OG_FUZZ_H

#include "cpython/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Input that is consumed from its front; what lacks is zero. */
struct fuzz_input {
    const uint8_t *data;
    size_t left;
};

static inline uint64_t fuzz_take(struct fuzz_input *in, size_t bytes)
{
    uint64_t value = 0;
    size_t n = bytes < in->left ? bytes : in->left;
    memcpy(&value, in->data, n);
    in->data += n;
    in->left -= n;
    return value;
}

/* questions.c: what og.h answers of a target, of a graph, of both with the graph of LEVEL, of one object. */
void fuzz_ask_target(struct og_target *t);
void fuzz_ask_graph(struct og_target *t, struct og_graph *g);
void fuzz_ask_heap(struct og_target *t, uint32_t level);
void fuzz_ask_object(struct og_target *t, og_addr addr);
/* A graph of LEVEL; NULL: refused. */
struct og_graph *fuzz_scan(struct og_target *t, uint32_t level);
/* A file that has no name, with these bytes; its path. */
int fuzz_file(const void *bytes, size_t size, char path[64]);
/* The bytes of the file whose name the environment variable NAME has; NULL: it has none. */
unsigned char *fuzz_load(const char *name, size_t *size);

#endif
