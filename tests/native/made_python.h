/* The least memory that a CPython's proof needs: a runtime, an interpreter with a thread, its collector's lists, and
 * the few objects that are looked at, laid out as a layout says. */
#ifndef MADE_PYTHON_H
#define MADE_PYTHON_H

#include "cpython/proof.h"

#include <stdlib.h>

enum { PY_SIZE = 1 << 20, TYPE_STEP = 1024, CODE = 0x1234, GC_HEADS = 4, AS_ASYNC = 56 };

#define PY_BASE    0x100000ull
#define PY_RUNTIME PY_BASE
#define PY_INTERP  (PY_BASE + 0x60000)
#define PY_HEAP    (PY_BASE + 0xc0000)

struct made_python {
    struct og_mem mem;
    struct og_region region;
    struct og_layout l;
    unsigned char *bytes;
    og_addr top, type_type, object_type, dict_type, str_type, int_type, module_type, list_type, weakref_type;
    struct og_candidate candidate;
};

static bool made_locate(struct og_mem *m, og_addr addr, uint64_t len, struct og_window *out)
{
    const struct made_python *p = (const struct made_python *)m;
    if (addr < PY_BASE || len > PY_SIZE || addr - PY_BASE > PY_SIZE - len)
        return false;
    *out = (struct og_window){PY_BASE, PY_SIZE, p->bytes};
    return true;
}

static void put(struct made_python *p, og_addr base, int64_t offset, uint64_t value)
{
    memcpy(p->bytes + (base + (uint64_t)offset - PY_BASE), &value, sizeof value);
}

static uint64_t get(const struct made_python *p, og_addr base, int64_t offset)
{
    uint64_t value;
    memcpy(&value, p->bytes + (base + (uint64_t)offset - PY_BASE), sizeof value);
    return value;
}

static og_addr take(struct made_python *p, uint64_t size)
{
    og_addr at = p->top;
    p->top += (size + 15) & ~15ull;
    return at;
}

static og_addr object_of(struct made_python *p, og_addr type, uint64_t size)
{
    og_addr at = take(p, size);
    put(p, at, 0, 1);
    put(p, at, p->l.ob_type, type);
    return at;
}

static og_addr type_of(struct made_python *p, const char *name, uint64_t flags, uint64_t basicsize)
{
    og_addr at = object_of(p, p->type_type, TYPE_STEP), text = take(p, 64);
    memcpy(p->bytes + (text - PY_BASE), name, strlen(name) + 1);
    put(p, at, p->l.tp_name, text);
    put(p, at, p->l.tp_flags, flags);
    put(p, at, p->l.tp_basicsize, basicsize);
    put(p, at, p->l.tp_base, p->object_type);
    return at;
}

static og_addr str_of(struct made_python *p, const char *s)
{
    enum { COMPACT_ASCII_OF_BYTES = 0x60 | 1 << 2 };
    og_addr at = object_of(p, p->str_type, (uint64_t)p->l.ascii_size + strlen(s) + 1);
    put(p, at, p->l.unicode_length, strlen(s));
    put(p, at, p->l.unicode_state, COMPACT_ASCII_OF_BYTES);
    memcpy(p->bytes + (at + (uint64_t)p->l.ascii_size - PY_BASE), s, strlen(s) + 1);
    return at;
}

/* Of at most five items, with the keys of 3.11 and later. NAMES NULL: keys of another type, none of which is there. */
static og_addr dict_of(struct made_python *p, const char *const *names, const og_addr *values, uint64_t count)
{
    enum { LOG2 = 3, USABLE = 5, KIND_GENERAL = 0, KIND_UNICODE = 1 };
    og_addr at = object_of(p, p->dict_type, 48), keys = take(p, 256),
            entry = keys + (uint64_t)p->l.dk_indices + (1 << LOG2);
    put(p, at, p->l.ma_used, count);
    put(p, at, p->l.ma_keys, keys);
    put(p, keys, p->l.dk_size, LOG2 | LOG2 << 8 | (names ? KIND_UNICODE : KIND_GENERAL) << 16);
    put(p, keys, p->l.dk_usable, USABLE - count);
    put(p, keys, p->l.dk_nentries, count);
    for (uint64_t i = 0; i < count; i++, entry += names ? 16 : 24) {
        put(p, entry, names ? 0 : 8, names ? str_of(p, names[i]) : p->object_type);
        put(p, entry, names ? 8 : 16, values[i]);
    }
    return at;
}

static void close_list(struct made_python *p, og_addr head)
{
    put(p, head, 0, head);
    put(p, head, 8, head);
}

/* Puts a tracked object behind HEAD; what stands in the low bits of a link is BITS. */
static inline og_addr track(struct made_python *p, og_addr head, uint64_t bits)
{
    og_addr links = take(p, OG_GC_HEAD_SIZE), object = object_of(p, p->dict_type, 48), last = get(p, head, 8) & ~3ull;
    put(p, links, 0, head | bits);
    put(p, links, 8, last);
    put(p, last, 0, links | (last == head ? 0 : bits));
    put(p, head, 8, links);
    put(p, object, p->l.ma_keys, 0);
    return object;
}

/* `object` knows the classes derived from it, and has attributes; `type` has a member. */
static void fill_types(struct made_python *p)
{
    static const char *const names[] = {"__init__", "__class__", "__doc__"};
    const og_addr types[] = {p->dict_type, p->str_type, p->int_type, p->module_type, p->list_type};
    const og_addr values[] = {p->type_type, p->type_type, p->type_type};
    og_addr weak[5], member = take(p, 128), name = take(p, 16);
    for (unsigned i = 0; i < 5; i++) {
        weak[i] = object_of(p, p->weakref_type, 64);
        put(p, weak[i], p->l.wr_object, types[i]);
    }
    put(p, p->object_type, p->l.tp_subclasses, dict_of(p, NULL, weak, 5));
    put(p, p->object_type, p->l.tp_dict, dict_of(p, names, values, 3));
    put(p, p->type_type, p->l.tp_dict, dict_of(p, names, values, 3));
    memcpy(p->bytes + (name - PY_BASE), "__basicsize__", 14);
    put(p, member, 0, name);
    put(p, member, 16, (uint64_t)p->l.tp_basicsize);
    put(p, p->type_type, p->l.tp_members, member);
}

static void make_types(struct made_python *p)
{
    p->type_type = object_of(p, 0, TYPE_STEP);
    put(p, p->type_type, p->l.ob_type, p->type_type);
    p->object_type = type_of(p, "object", 0, (uint64_t)p->l.pyobject_size);
    put(p, p->object_type, p->l.tp_base, 0);
    put(p, p->type_type, p->l.tp_name, get(p, type_of(p, "type", 0, 0), p->l.tp_name));
    put(p, p->type_type, p->l.tp_flags, OG_TPFLAGS_TYPE_SUBCLASS | OG_TPFLAGS_HAVE_GC);
    put(p, p->type_type, p->l.tp_base, p->object_type);
    put(p, p->type_type, p->l.tp_basicsize, (uint64_t)p->l.heaptype_size);
    p->dict_type = type_of(p, "dict", OG_TPFLAGS_DICT_SUBCLASS | OG_TPFLAGS_HAVE_GC, (uint64_t)p->l.ma_values + 8);
    p->list_type = type_of(p, "list", OG_TPFLAGS_LIST_SUBCLASS | OG_TPFLAGS_HAVE_GC, (uint64_t)p->l.list_allocated + 8);
    p->str_type = type_of(p, "str", OG_TPFLAGS_UNICODE_SUBCLASS, (uint64_t)p->l.unicode_size);
    p->int_type = type_of(p, "int", OG_TPFLAGS_LONG_SUBCLASS, (uint64_t)p->l.long_ob_digit);
    p->weakref_type = type_of(p, "weakref", OG_TPFLAGS_HAVE_GC, 64);
    p->module_type =
        type_of(p, "module", OG_TPFLAGS_HAVE_GC, (uint64_t)(p->l.minor < 15 ? p->l.md_name + 8 : p->l.md_def + 16));
    put(p, p->module_type, p->l.tp_dictoffset, (uint64_t)p->l.md_dict);
    put(p, p->module_type, p->l.tp_weaklistoffset, (uint64_t)p->l.md_weaklist);
    fill_types(p);
}

/* From 3.12 on what `type` and `object` hold stands in the interpreter, by an index. */
static void make_static(struct made_python *p, og_addr type, uint64_t index)
{
    enum { SIZE_312 = 40, SIZE_313 = 48, DICT_312 = 16, DICT_313 = 24 };
    bool old = p->l.minor == 12;
    if (p->l.interp_static_builtins < 0)
        return;
    og_addr state = PY_INTERP + (uint64_t)p->l.interp_static_builtins + (index - 1) * (old ? SIZE_312 : SIZE_313);
    put(p, type, p->l.tp_flags, get(p, type, p->l.tp_flags) | OG_TPFLAGS_STATIC_BUILTIN);
    put(p, state, 0, type);
    put(p, state, old ? DICT_312 : DICT_313, get(p, type, p->l.tp_dict));
    put(p, state, (old ? DICT_312 : DICT_313) + 8, get(p, type, p->l.tp_subclasses));
    put(p, type, p->l.tp_dict, 0);
    put(p, type, p->l.tp_subclasses, index);
}

static og_addr make_importlib(struct made_python *p)
{
    og_addr spec = type_of(p, "ModuleSpec", OG_TPFLAGS_HEAPTYPE | OG_TPFLAGS_HAVE_GC, 32);
    og_addr module = object_of(p, p->module_type, 128);
    const char *name = "ModuleSpec";
    put(p, spec, p->l.tp_traverse, PY_BASE + CODE);
    put(p, spec, p->l.tp_name + AS_ASYNC, spec + (uint64_t)p->l.type_size);
    put(p, module, p->l.md_dict, dict_of(p, &name, &spec, 1));
    return module;
}

static og_addr list_of(const struct made_python *p, unsigned number)
{
    og_addr gc = PY_INTERP + (uint64_t)p->l.interp_gc;
    if (number == GC_HEADS - 1)
        return gc + (uint64_t)p->l.gc_permanent_generation;
    return gc + (uint64_t)p->l.gc_generations + number * (uint64_t)p->l.gc_generation_size;
}

/* A thread is known by the address of a word that holds that address. */
static og_addr make_thread(struct made_python *p)
{
    og_addr tstate = take(p, (uint64_t)p->l.tstate_size), self = take(p, 16);
    put(p, self, 0, self);
    put(p, tstate, p->l.tstate_interp, PY_INTERP);
    put(p, tstate, p->l.tstate_thread_id, self);
    if (p->l.tstate_cframe >= 0)
        put(p, tstate, p->l.tstate_cframe, take(p, 32));
    return tstate;
}

static void make_lock(struct made_python *p)
{
    if (p->l.interp_ceval_gil >= 0)
        put(p, PY_INTERP, p->l.interp_ceval_gil, take(p, 64));
    if (p->l.runtime_tstate_current >= 0)
        put(p, PY_RUNTIME, p->l.runtime_tstate_current + 8, PY_INTERP);
}

static void make_interpreter(struct made_python *p, uint32_t hexversion)
{
    og_addr interp = PY_INTERP, version = object_of(p, p->int_type, 32);
    og_addr modules = dict_of(p, NULL, NULL, 0);
    const char *names[] = {"modules", "hexversion", "abiflags"};
    const og_addr values[] = {modules, version, str_of(p, p->l.debug ? "d" : "")};
    put(p, version, p->l.long_ob_digit, hexversion);
    put(p, PY_RUNTIME, p->l.runtime_interpreters_head, interp);
    put(p, interp, p->l.interp_tstate_head, make_thread(p));
    make_lock(p);
    put(p, interp, p->l.interp_modules, modules);
    put(p, interp, p->l.interp_sysdict, dict_of(p, names, values, 3));
    put(p, interp, p->l.interp_builtins, dict_of(p, NULL, NULL, 0));
    put(p, interp, p->l.interp_importlib, make_importlib(p));
    for (unsigned i = 0; i < GC_HEADS; i++)
        close_list(p, list_of(p, i));
    if (p->l.gc_generation0 >= 0)
        put(p, interp + (uint64_t)p->l.interp_gc, p->l.gc_generation0, list_of(p, 0));
}

static void python_make(struct made_python *p, const struct og_layout *layout, uint32_t hexversion)
{
    memset(p, 0, sizeof *p);
    p->l = *layout;
    p->bytes = calloc(1, PY_SIZE);
    p->region = (struct og_region){PY_BASE, PY_BASE + PY_SIZE, 0, OG_REGION_READ | OG_REGION_WRITE, 0};
    p->mem = (struct og_mem){.locate = made_locate, .regions = &p->region, .region_count = 1};
    p->top = PY_HEAP;
    p->candidate = (struct og_candidate){.runtime = PY_RUNTIME, .hexversion = hexversion, .how = OG_FOUND_BY_COOKIE};
    make_types(p);
    make_static(p, p->object_type, 1);
    make_static(p, p->type_type, 2);
    make_interpreter(p, hexversion);
}

#endif
