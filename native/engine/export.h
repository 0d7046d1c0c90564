/* Inside og_export: export.c decides, the others know one thing each. The graph goes out in rows, a buffer at a time,
 * into files beside the one that was asked for, which take its place when they are whole. */
#ifndef OG_EXPORT_H
#define OG_EXPORT_H

#include "analysis/edge_names.h"

/* ---- export_out.c: a file that is written from front to end ---- */

struct og_out {
    char *path;
    int fd;       /* -1: closed */
    int os_errno; /* of the first write that failed; nothing is written after it */
    char *buf;
    uint64_t len;          /* bytes in buf */
    uint64_t bytes;        /* written before */
    uint64_t sent, waited; /* of them, handed to the disk and written there */
};

/* Takes PATH over. The file must not exist. */
bool og_out_open(struct og_out *o, char *path);
/* Room for N bytes, at most OG_OUT_ROOM, in one piece. */
enum { OG_OUT_BYTES = 1 << 20, OG_OUT_ROOM = 1 << 16 };
void og_out_flush(struct og_out *o);
void og_out_add(struct og_out *o, const char *s, uint64_t n); /* of any length */
/* All of it is on the disk and the file is closed. false: os_errno says why not. */
bool og_out_finish(struct og_out *o);
void og_out_close(struct og_out *o);

static inline char *og_out_room(struct og_out *o, uint64_t n)
{
    if (o->len + n > OG_OUT_BYTES)
        og_out_flush(o);
    return o->buf + o->len;
}

static inline void og_out_used(struct og_out *o, const char *end)
{
    o->len = (uint64_t)(end - o->buf);
}

/* ---- export_text.c: each writes at P and returns the end ---- */

char *og_put_u64(char *p, uint64_t n);
/* N bytes of text as the inside of a field; room for OG_PUT_TEXT_MAX(N) is needed. Bytes that are not UTF-8 become
 * \xNN. */
#define OG_PUT_TEXT_MAX(n) (8 * (n) + 2)
char *og_put_csv(char *p, const char *s, uint64_t n);  /* RFC 4180: quoted where it must be */
char *og_put_json(char *p, const char *s, uint64_t n); /* RFC 8259: with its quotes */

static inline char *og_put(char *p, const char *s)
{
    uint64_t n = strlen(s);
    memcpy(p, s, n);
    return p + n;
}

/* ---- export_place.c: names of files ---- */

struct og_place {
    char *path;      /* that was asked for */
    char *partial;   /* beside it: what is being written */
    uint32_t folder; /* path is a folder of two files */
};

/* OG_OK: PATH is free, or has an export of the same format. Makes the folder, or reserves the name. */
int og_place_begin(struct og_place *p, const char *path, uint32_t format, struct og_error *err);
/* The path of file I inside, malloc'ed; NULL: out of memory. */
char *og_place_file(const struct og_place *p, unsigned i);
/* What is partial becomes PATH, in one step; an older export goes. */
int og_place_finish(struct og_place *p, struct og_error *err);
/* Nothing remains of what is partial. Also after finish. */
void og_place_deinit(struct og_place *p);

/* ---- export_rows.c: what the files say ---- */

struct og_export_type { /* a type's name as a field */
    const char *text;
    uint64_t len;
};

struct og_export {
    struct og_target *target;
    const struct og_graph *graph;
    uint32_t format; /* enum og_export_format */
    uint32_t phase;
    struct og_place place;
    struct og_out files[2];
    struct og_out *objects, *references; /* the same file for JSON */
    struct og_arena arena;
    struct og_export_type *types;
    uint64_t next;              /* id */
    uint64_t edge;              /* of the references of next that are written */
    struct og_edge_namer namer; /* stands at next */
    uint64_t written[2];
};

bool og_export_types(struct og_export *x); /* false: out of memory */
void og_export_head(struct og_export *x);
void og_export_object(struct og_export *x, og_id id);
void og_export_between(struct og_export *x);
void og_export_reference(struct og_export *x, og_id source, uint32_t target, const char *label, uint64_t len);
void og_export_tail(struct og_export *x);

#define OG_EXPORT_OBJECTS_HEAD    "address,type,size,refcount,tracked\r\n"
#define OG_EXPORT_REFERENCES_HEAD "source,target,kind,label\r\n"
#define OG_EXPORT_JSON_HEAD       "{\"og_export\":1,"

#endif
