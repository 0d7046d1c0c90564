/* A CPython as its memory shows it: the runtime, its types, its objects. The one header of the layer.
 * Nothing here trusts a byte of the target; nothing here runs anything in it. */
#ifndef OG_PYTHON_H
#define OG_PYTHON_H

#include "cpython/layout.h"
#include "memory/memory.h"

/* How an object's body is laid out. The family that decodes it is kinds/<family>.c. */
enum og_kind {
    OG_KIND_UNKNOWN, /* a C type that og has no decoder for: its body is scanned */
    OG_KIND_OBJECT,  /* plain object: nothing but dict, slots, weak references */
    OG_KIND_DICT,
    OG_KIND_LIST,
    OG_KIND_TUPLE,
    OG_KIND_SET, /* and frozenset */
    OG_KIND_STR,
    OG_KIND_BYTES,
    OG_KIND_BYTEARRAY,
    OG_KIND_INT,
    OG_KIND_BOOL,
    OG_KIND_FLOAT,
    OG_KIND_COMPLEX,
    OG_KIND_NONE,
    OG_KIND_TYPE,
    OG_KIND_FUNCTION,
    OG_KIND_METHOD,
    OG_KIND_CFUNCTION,
    OG_KIND_CODE,
    OG_KIND_FRAME,
    OG_KIND_GENERATOR, /* and coroutine, async_generator */
    OG_KIND_CELL,
    OG_KIND_MODULE,
    OG_KIND_WEAKREF, /* and the proxies */
    OG_KIND_EXCEPTION,
    OG_KIND_TRACEBACK,
    OG_KIND_MEMORYVIEW,
    OG_KIND_MAPPINGPROXY,
    OG_KIND_DEQUE,
    OG_KIND_ODICT,
    OG_KIND_LRU_CACHE,
    OG_KIND_GREENLET, /* of package greenlet: its frames hold what its tp_traverse does not visit */
    OG_KIND_NDARRAY,  /* of package numpy */
    OG_KIND_COUNT
};

/* What og knows of one type object. Lives as long as the og_py; addresses of these never move. */
struct og_type {
    og_addr addr;
    og_addr tp_base;
    og_addr tp_dict;
    og_addr tp_traverse;
    uint64_t tp_flags;
    int64_t tp_basicsize, tp_itemsize;
    int64_t tp_dictoffset, tp_weaklistoffset; /* as in the type object; -1: managed */
    uint32_t index;                           /* dense, from 0, in the order of first sight */
    uint8_t kind;                             /* enum og_kind: of the nearest base whose body og decodes */
    uint8_t has_del;                          /* a __del__ in the class or a base */
    uint8_t is_class;                         /* made by a class statement (its tp_traverse is subtype_traverse) */
    uint8_t valid;                            /* its type is a type, its name could be read */
    const struct og_type *metatype;           /* NULL while unknown, itself for `type` */
    const struct og_type *solid; /* nearest base (itself included) that is not is_class; NULL if not found */
    const char *tp_name;         /* as C code wrote it; "" if it is not known */
    const char *name;            /* type.__name__ */
    const char *long_name;       /* type.__module__ + '.' + __name__; bare where there is no module */
    const struct og_plan *plan;  /* kinds/plan.c: where instances keep their references; NULL: not asked for yet */
};

struct og_interp {
    og_addr addr, gc, gil_locked_addr, gil_holder_addr;
    og_addr modules, sysdict, builtins;
    int64_t id;
    uint32_t collecting, gc_enabled;
};

/* How the runtime was found. */
enum og_found_by { OG_FOUND_BY_SYMBOL, OG_FOUND_BY_COOKIE, OG_FOUND_BY_SHAPE };

/* What opening could not check or use because it cannot be read. */
enum og_lost {
    OG_LOST_THREADS = 1, /* of some interpreter */
    OG_LOST_MODULES = 2, /* sys.modules */
    OG_LOST_SYS = 4,
    OG_LOST_BUILTINS = 8,
    OG_LOST_LISTS = 16,  /* ends of the collector's lists */
    OG_LOST_CLASSES = 32 /* how classes made by class statements are told from others */
};

/* In front of _PyRuntime from 3.13 on, then the version (Include/internal/pycore_debug_offsets.h). */
#define OG_COOKIE "xdebugpy"

#define OG_INTERP_MAX       64u
#define OG_OBJECT_BYTES_MIN 32u
#define OG_RECENT_TYPES     256u

/* Where offsets came from, and what did not fit. */
struct og_proof_log {
    uint32_t from_offsets; /* fields that _Py_DebugOffsets gave */
    char corrected[256];   /* "field 24 to 20, ...": which differ from the table */
    uint32_t checks;       /* how many held before one did not */
    char misfit[64];       /* what contradicted the layout; "": nothing yet */
};

struct og_py {
    struct og_mem *mem;
    struct og_layout l;
    og_addr runtime;       /* &_PyRuntime */
    uint32_t hexversion;   /* sys.hexversion */
    uint8_t found;         /* enum og_found_by */
    og_addr image;         /* where the file is mapped that exports it; 0: none does */
    uint32_t lost;         /* enum og_lost, or-ed */
    uint32_t interps_lost; /* interpreters that cannot be read */
    struct og_proof_log proof;
    struct og_interp interps[OG_INTERP_MAX];
    uint32_t interp_count;
    og_addr type_type;        /* &PyType_Type */
    og_addr object_type;      /* &PyBaseObject_Type */
    og_addr subtype_traverse; /* tp_traverse of classes made by a class statement; 0 if not established */
    struct og_arena arena;
    struct og_map type_index;                            /* type address -> index into types */
    struct og_vec types;                                 /* struct og_type * */
    uint32_t type_depth;                                 /* types being read, one inside the other */
    const struct og_type *recent_types[OG_RECENT_TYPES]; /* by address: most objects are of few types */
    uint64_t max_objects;                                /* more than this cannot be: a bound for every list */
    og_addr general_lookup; /* to 3.10, dk_lookup of dicts with keys other than str (kinds/dict.c); 0: not established
                               yet */
    struct og_map static_names; /* address of a static type whose tp_name is missing -> row in static_names.c */
    uint64_t nameless_types;    /* how many static ones have no name at all */
};

struct og_object {
    og_addr addr;
    const struct og_type *type;
};

/* What offsets of C structs are counted from that stand in the code as they are with the usual header of 16 bytes. */
static inline og_addr og_body(const struct og_py *py, og_addr object)
{
    return object + (uint64_t)py->l.ob_extra;
}
/* There, of every object, and of those with a length. */
#define OG_BODY_TYPE 8
#define OG_BODY_SIZE 16

/* No object is larger than this: the bytes that memory has. */
static inline uint64_t og_py_bytes(const struct og_py *py)
{
    return py->max_objects * OG_OBJECT_BYTES_MIN;
}

/* The word at a field of the layout; 0 where this version has no such field (offset -1) or it cannot be read. */
static inline og_addr og_py_word(struct og_py *py, og_addr base, int32_t offset)
{
    uint64_t w;
    return offset >= 0 && og_mem_u64(py->mem, base + (uint64_t)offset, &w) ? w : 0;
}

/* ---- runtime.c ---- */

/* Finds and validates the interpreter in MEM: OG_ENOPYTHON, OG_EVERSION, OG_ELAYOUT with a sentence otherwise.
 * PY keeps MEM but does not own it. */
int og_py_open(struct og_py *py, struct og_mem *mem, struct og_error *err);
/* The same for the one whose runtime is at RUNTIME: OG_EABSENT if none is. */
int og_py_open_at(struct og_py *py, struct og_mem *mem, og_addr runtime, struct og_error *err);
/* Opens every CPython of MEM in turn, with PY, and shows it. EVERYWHERE: also those that no exported symbol tells of.
 */
void og_py_each(struct og_py *py, struct og_mem *mem, bool everywhere,
                void (*visit)(void *arg, const struct og_py *py, const char *image), void *arg);
/* The address of an exported symbol, of the image of the runtime before any other, from memory alone; 0: none. */
og_addr og_py_symbol(struct og_py *py, const char *name);
/* Reads interpreters, GIL and GC state again after the target ran. Types are read anew. */
int og_py_refresh(struct og_py *py, struct og_error *err);
void og_py_close(struct og_py *py);
/* Somebody holds the GIL of IN, or is just getting it. *HOLDER: its thread state, 0: not known. Free-threaded builds
 * have none. */
bool og_interp_is_held(struct og_py *py, const struct og_interp *in, og_addr *holder);
/* Appends sentences, each ended by a newline: what could not be read at opening, and names that are missing. */
void og_py_notes(const struct og_py *py, struct og_text *out);
/* For the agent: everything established by the host, only MEM is the agent's own. */
void og_py_init(struct og_py *py, struct og_mem *mem, const struct og_layout *layout);

/* ---- threads.c: thread states and their Python frames ---- */

struct og_thread {
    og_addr tstate, interp;
    uint64_t thread_id;        /* pthread_self() */
    uint64_t native_thread_id; /* the kernel's; 0 before 3.11 */
    uint32_t attached;         /* free-threaded: it runs Python or C code of CPython; may change objects */
    og_addr frame;             /* innermost: PyFrameObject* to 3.10, _PyInterpreterFrame* from 3.11; 0: none */
};

/* One Python frame. CODE 0: a shim frame, to be skipped. */
struct og_pyframe {
    og_addr addr;     /* as og_thread.frame */
    og_addr previous; /* 0: outermost */
    og_addr code, globals, builtins, locals, function, frame_obj;
    og_addr localsplus;   /* address of the first slot */
    uint32_t nlocalsplus; /* local, cell and free variables */
    uint32_t stack_used;  /* evaluation stack slots behind them that are certainly live */
    uint8_t owner;        /* 3.11+: FRAME_OWNED_BY_* */
};

/* Calls VISIT (may be NULL) for each thread of each interpreter, at most OG_THREAD_MAX. false: a list of them breaks
 * off, or goes in a circle. */
#define OG_THREAD_MAX 65536u
#define OG_FRAME_MAX  1000000u
bool og_py_threads(struct og_py *py, void (*visit)(void *arg, const struct og_thread *t), void *arg);
bool og_pyframe_read(struct og_py *py, og_addr addr, struct og_pyframe *out);
/* The current line of F, 0 if it cannot be told (lines.c). */
uint32_t og_frame_line(struct og_py *py, const struct og_pyframe *f);
/* Frames from an innermost one outward. BROKEN at the end: one could not be read, or they go in a circle. */
struct og_frame_walk {
    og_addr next, mark;
    uint32_t seen, power;
    bool broken;
};
void og_frames_begin(struct og_frame_walk *w, og_addr innermost);
bool og_frames_next(struct og_py *py, struct og_frame_walk *w, struct og_pyframe *out);
/* What slot I refers to, 0: nothing: variables first, then the evaluation stack. false: it cannot be read. */
bool og_pyframe_slot(struct og_py *py, const struct og_pyframe *f, uint64_t i, og_addr *value);
/* The I-th of nlocalsplus: its name (a str object, 0 if unknown), its value (0: unbound). Cells are not looked through.
 */
bool og_pyframe_local(struct og_py *py, const struct og_pyframe *f, uint32_t i, og_addr *name, og_addr *value);

/* ---- stacks.c: the C stacks of the threads ---- */

struct og_stack {
    uint64_t tid;
    og_addr start; /* the stack pointer */
    uint64_t bytes;
};
/* Calls VISIT for each stack whose pointer is known, until it returns false. */
void og_py_stacks(struct og_py *py, bool (*visit)(void *arg, const struct og_stack *s), void *arg);

/* ---- types.c ---- */

/* The type object at ADDR, read once; NULL: not a type. */
const struct og_type *og_py_type(struct og_py *py, og_addr addr);
/* What is at ADDR is an object with a valid type; with probes, never counted as a miss. */
bool og_py_object(struct og_py *py, og_addr addr, struct og_object *out);
/* The same for an address that may be anything (a word of a body): also its reference count must be plausible. */
bool og_py_plausible_object(struct og_py *py, og_addr addr, struct og_object *out);

/* ---- heap.c: objects that the garbage collector tracks, every interpreter, permanent generation included, and what a
 * collection that was running had set aside ---- */

#define OG_ASIDE_MAX 64u /* lists of running collections */

struct og_listed {
    og_addr addr, type; /* of the object, of its type */
};

/* Where a walk over the pages of a free-threaded build is (mimalloc.c). All 0: at the beginning. */
#define OG_BLOCKS_MAX 65536u /* in a page */
struct og_block_cursor {
    uint64_t region;
    og_addr at, segment;    /* segments before AT are done; the present one */
    uint32_t slice, slices; /* the next slice of it, and how many it has */
    bool huge;              /* it has one page, of one block */
    og_addr page, start;    /* the present page and its first block */
    uint64_t keys[2];       /* that its chains of free blocks are encoded with */
    bool keyed;             /* they are: with Py_DEBUG */
    uint64_t block_size;
    uint32_t block, capacity; /* the next block, how many */
    uint32_t object_at;       /* an object's place in its block */
    uint64_t broken;          /* segments, pages and blocks that cannot be read or contradict themselves */
    bool checked;             /* every page that a thread's heap names was found in a segment */
    uint8_t free[OG_BLOCKS_MAX / 8];
};

struct og_heap_cursor {
    uint32_t interp, generation; /* generation 3: permanent; interp beyond the last: generation is a list of aside */
    og_addr head, next, back;    /* the object to come from the front, and the one before it */
    og_addr last, fore;          /* the object to come from the end, and the one after it */
    bool front_ended, end_ended; /* no more from this side: the list is broken there */
    bool collecting;             /* back-links may be counts */
    uint64_t steps;              /* objects given */
    uint64_t broken, mended;     /* lists that did not close; of these, both ends met and no object is missing */
    uint32_t list;               /* which list og_heap_next_both gave objects of */
    bool done;
    og_addr mark; /* looking for circles */
    uint64_t lap, power;
    uint64_t aside_from; /* steps before what was set aside */
    uint32_t aside_count;
    og_addr aside[OG_ASIDE_MAX]; /* heads of the lists of running collections */
    struct og_block_cursor blocks;
};

void og_heap_begin(struct og_heap_cursor *c);
/* The next up to CAP objects (addresses of PyObject); 0 with c->done at the end. */
uint64_t og_heap_next(struct og_py *py, struct og_heap_cursor *c, og_addr *out, uint64_t cap);
/* The same, from both ends of a list at once: two independent chains of loads hide each other's latency. Those from the
 * front are out[0..*front), those from the end out[cap - *end..cap), later ones lower; all are of one list, whose rank
 * is c->list. None: the end. Not to be mixed with og_heap_next. */
void og_heap_next_both(struct og_py *py, struct og_heap_cursor *c, struct og_listed *out, uint64_t cap, uint64_t *front,
                       uint64_t *end);
bool og_object_is_tracked(struct og_py *py, const struct og_object *o);

/* ---- references (references.c, kinds) ---- */

enum og_name_form {
    OG_NAME_NONE,
    OG_NAME_TEXT,     /* text: a field CPython names, "__dict__", "tb_frame" */
    OG_NAME_INDEX,    /* [index] */
    OG_NAME_KEY,      /* obj is the dict key whose value this is */
    OG_NAME_ATTR,     /* obj is a str: attribute name (inline values, split dicts, slots: text then) */
    OG_NAME_LOCAL,    /* obj is a str: local or cell variable of a frame */
    OG_NAME_KEY_SELF, /* target is itself a key of the dict or a member of the set; index its position */
    OG_NAME_ITEM,     /* [1, 3] or [1]['field']: obj is the numpy array, index counts its objects in memory */
};

/* One reference out of an object. Text and obj live as long as the og_py. */
struct og_ref {
    og_addr target;
    uint8_t kind; /* enum og_ref_kind */
    uint8_t form; /* enum og_name_form */
    uint64_t index;
    og_addr obj;
    const char *text;
};

struct og_visitor {
    void (*visit)(struct og_visitor *v, const struct og_ref *ref);
    void *arg;
    bool names; /* form, obj, text, index are wanted: costs reads */
};

/* Every reference that O holds: exactly what its type's tp_traverse visits (gc.get_referents), as often as it does,
 * plus weak ones (kind weak) and, for types og has no decoder for, words of the body that are addresses of objects
 * (inferred). NULL pointers are not visited. A target may be unreadable: the caller checks. */
void og_object_references(struct og_py *py, const struct og_object *o, struct og_visitor *v);

/* Objects of T hold what their tp_traverse does not visit: frames of suspended greenlets, and the C part of a class
 * derived from a type without tp_traverse, as numpy's arrays are. Such references are inferred. */
bool og_hides_references(struct og_py *py, const struct og_type *t);
void og_hidden_references(struct og_py *py, const struct og_object *o, struct og_visitor *v);

/* Bytes as sys.getsizeof says (GC head and pre-header included); types with a __sizeof__ og does not know: basic +
 * items. */
uint64_t og_object_size(struct og_py *py, const struct og_object *o);
#define OG_SIZE_ITEM 8u
/* Bytes before the collector's head of instances of T, for the pointers to their dict and weak references: 0 to 3.10.
 */
uint64_t og_type_preheader(const struct og_py *py, const struct og_type *t);
/* How the size of all instances of a type is found, for quick counting. */
struct og_size_rule {
    bool ask;      /* by og_object_size only */
    bool keys;     /* and most of that is reading a dict's keys */
    uint32_t base; /* bytes */
    uint32_t item; /* bytes for each of the count at count_offset, OG_SIZE_ITEM; 0: none */
    uint32_t count_offset;
};
void og_size_rule(struct og_py *py, const struct og_type *t, struct og_size_rule *out);
/* ob_refcnt as the field's terms have it; immortal: UINT32_MAX. Saturates below. */
uint32_t og_object_refcount(struct og_py *py, const struct og_object *o);
/* len(): items of a container, characters of a str, bytes; -1: has none. Runs nothing. */
int64_t og_object_len(struct og_py *py, const struct og_object *o);

/* ---- labels (label*.c): a line for a person, made without running anything ---- */

/* objgraph's _short_repr where that needs no user code: 'text', 123, N items, name, file.py:LINE, <mod.Class object at
 * 0x..>. */
void og_object_label(struct og_py *py, const struct og_object *o, struct og_text *t);
/* The name of a reference as a person reads it: key, .attr, [3], ... empty if it has none. */
void og_ref_label(struct og_py *py, const struct og_ref *ref, struct og_text *t);
/* Appends the contents of the str object, escaped as repr does if QUOTED; at most LIMIT characters (0: all). false: not
 * a str. */
bool og_str_text(struct og_py *py, og_addr str, uint64_t limit, bool quoted, struct og_text *t);
/* Appends repr() of a str whose contents are UTF8, as CPython 3.MINOR has it. */
void og_text_repr(struct og_text *t, const char *utf8, uint32_t minor);
/* PyASCIIObject.state with its bits where most builds have them: free-threaded ones give `interned` a byte from 3.14
 * on. */
bool og_str_state(struct og_py *py, og_addr str, uint32_t *state);
/* The str object equals S (ASCII). */
bool og_str_equals(struct og_py *py, og_addr str, const char *s);

/* ---- lookups without running anything (lookup.c) ---- */

/* dict[key] for a str key: split and combined tables, dict subclasses; 0: absent. */
og_addr og_dict_get(struct og_py *py, og_addr dict, const char *key);
/* obj.name as the object stores it: instance dict, inline values, slots, module and class dicts along the mro,
 * fields CPython names (__dict__, __class__, f_locals ...); 0: absent. */
og_addr og_object_attr(struct og_py *py, og_addr obj, const char *name);
/* The same without its class: instance dict, inline values, slots, fields. */
og_addr og_object_own_attr(struct og_py *py, og_addr obj, const char *name);
/* The module is sys.modules[its __name__] of its interpreter. */
bool og_is_proper_module(struct og_py *py, const struct og_object *o);

#endif
