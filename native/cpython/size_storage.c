/* __sizeof__ of types whose storage lies outside the body: str, code, and those of the standard library's C modules. */
#include "cpython/kinds/kinds.h"

enum {
    STR_KIND_SHIFT = 2,
    STR_KIND_MASK = 7,
    STR_COMPACT = 1 << 5,
    STR_ASCII = 1 << 6,
    STR_READY = 1 << 7, /* to 3.11 */
    WCHAR_BYTES = 4,
    WSTR_LENGTH = 64, /* PyCompactUnicodeObject.wstr_length, to 3.11 */
    /* PyCodeObject to 3.10 */
    CO_CELL2ARG = 96,
    CO_OPCACHE_MAP = 152,
    CO_OPCACHE = 160,
    CO_OPCACHE_SIZE = 172,
    OPCACHE_BYTES = 32,
    STRING_MAX = 4096,
    LENGTH_MAX_SHIFT = 44, /* larger lengths are damage */
};

uint64_t og_str_size(struct og_py *py, og_addr addr)
{
    const struct og_layout *l = &py->l;
    uint32_t state = 0;
    og_str_state(py, addr, &state);
    uint64_t length = og_word_at(py, addr + (uint64_t)l->unicode_length),
             width = state >> STR_KIND_SHIFT & STR_KIND_MASK;
    bool compact = state & STR_COMPACT, ascii = state & STR_ASCII, ready = l->minor >= 12 || state & STR_READY;
    uint64_t size, data;
    bool absurd = length >> LENGTH_MAX_SHIFT;
    uint64_t bytes = absurd ? 0 : (length + 1) * (ascii ? 1 : width);
    if (compact) {
        size = ascii ? (uint64_t)l->ascii_size + length + 1 : (uint64_t)l->compact_size + (length + 1) * width;
        data = addr + (uint64_t)(ascii ? l->ascii_size : l->compact_size);
    } else {
        data = og_word_at(py, addr + (uint64_t)l->unicode_data);
        size = (uint64_t)l->unicode_size + (data ? (length + 1) * width : 0);
    }
    if (absurd || (bytes > OG_PAGE && data && !og_mem_readable(py->mem, data + bytes - 1, 1)))
        og_torn(py);
    uint64_t wstr = l->unicode_wstr >= 0 ? og_word_at(py, addr + (uint64_t)l->unicode_wstr) : 0;
    if (wstr && (!ready || wstr != data))
        size += ((compact && ascii ? length : og_word_at(py, og_body(py, addr) + WSTR_LENGTH)) + 1) * WCHAR_BYTES;
    if (!(compact && ascii)) {
        og_addr utf8 = og_word_at(py, addr + (uint64_t)l->compact_utf8);
        if (utf8 && utf8 != data)
            size += og_word_at(py, addr + (uint64_t)l->compact_utf8_length) + 1;
    }
    return size;
}

static uint64_t old_code_extra(struct og_py *py, og_addr code)
{
    uint64_t size = 0, cells = og_word_at(py, code + (uint64_t)py->l.code_cellvars);
    if (og_word_at(py, og_body(py, code) + CO_CELL2ARG) && cells)
        size += 8 * og_word_at(py, cells + (uint64_t)py->l.ob_size);
    if (og_word_at(py, og_body(py, code) + CO_OPCACHE)) {
        uint8_t caches = 0;
        og_addr bytecode = og_word_at(py, code + (uint64_t)py->l.code_consts - 8);
        og_mem_u8(py->mem, og_body(py, code) + CO_OPCACHE_SIZE, &caches);
        size += og_word_at(py, bytecode + (uint64_t)py->l.ob_size) / 2 + (uint64_t)caches * OPCACHE_BYTES;
    }
    return size;
}

uint64_t og_code_size(struct og_py *py, const struct og_object *o)
{
    uint64_t size = (uint64_t)o->type->tp_basicsize, extra = og_word_at(py, o->addr + (uint64_t)py->l.code_extra);
    if (py->l.minor >= 11)
        size = (size + og_item_count(py, o) * (uint64_t)o->type->tp_itemsize + 7) & ~7ull;
    else
        size += old_code_extra(py, o->addr);
    return size + (extra ? 8 + 8 * og_word_at(py, extra) : 0);
}

/* ---- the standard library's ---- */

struct sizer_name {
    char tp_name[40];
    uint8_t sizer;
};

static const struct sizer_name sizers[] = {
    {"array.array", OG_SIZER_ARRAY},
    {"_io.BytesIO", OG_SIZER_BYTESIO},
    {"_io.BufferedReader", OG_SIZER_BUFFERED},
    {"_io.BufferedWriter", OG_SIZER_BUFFERED},
    {"_io.BufferedRandom", OG_SIZER_BUFFERED},
    {"Struct", OG_SIZER_STRUCT},
    {"_struct.Struct", OG_SIZER_STRUCT},
    {"_pickle.Pickler", OG_SIZER_PICKLER},
    {"_pickle.Unpickler", OG_SIZER_UNPICKLER},
    {"xml.etree.ElementTree.Element", OG_SIZER_ELEMENT},
    {"decimal.Decimal", OG_SIZER_DECIMAL},
    {"itertools.combinations", OG_SIZER_COMBINATIONS},
    {"itertools.combinations_with_replacement", OG_SIZER_COMBINATIONS_R},
    {"itertools.permutations", OG_SIZER_PERMUTATIONS},
    {"itertools.product", OG_SIZER_PRODUCT},
    {"StgDict", OG_SIZER_STGDICT},
    {"_ctypes.CType_Type", OG_SIZER_CTYPE},
    {"_queue.SimpleQueue", OG_SIZER_QUEUE},
};

uint8_t og_sizer_of(const char *tp_name)
{
    for (unsigned i = 0; i < sizeof sizers / sizeof *sizers; i++)
        if (og_streq(sizers[i].tp_name, tp_name))
            return sizers[i].sizer;
    return OG_SIZER_NONE;
}

static uint64_t string_bytes(struct og_py *py, og_addr string)
{
    char buf[STRING_MAX];
    return string && og_mem_string(py->mem, string, buf, sizeof buf) ? strlen(buf) + 1 : 0;
}

static uint64_t bytes_size(struct og_py *py, og_addr bytes)
{
    return bytes ? (uint64_t)py->l.bytes_ob_sval + 1 + og_word_at(py, bytes + (uint64_t)py->l.ob_size) : 0;
}

static uint64_t array_extra(struct og_py *py, og_addr a)
{
    uint32_t item = 0;
    og_mem_u32(py->mem, og_word_at(py, a + 40) + 4, &item); /* ob_descr->itemsize */
    return og_word_at(py, a + 32) * item;
}

/* A buffer that is shared is somebody else's. */
static uint64_t bytesio_extra(struct og_py *py, og_addr b)
{
    struct og_object buf;
    return og_py_object(py, og_word_at(py, b + 16), &buf) && og_object_refcount(py, &buf) == 1
               ? bytes_size(py, buf.addr)
               : 0;
}

static uint64_t struct_extra(struct og_py *py, og_addr s)
{
    enum { CODE = 32, CODES_MAX = 65536 };
    og_addr codes = og_word_at(py, s + 32);
    uint64_t n = 0;
    while (n < CODES_MAX && og_word_at(py, codes + n * CODE))
        n++;
    return (n + 1) * CODE;
}

static uint64_t pickler_extra(struct og_py *py, og_addr p, int64_t basicsize)
{
    og_addr memo = og_word_at(py, p + 16), output = og_word_at(py, p + (basicsize >= 152 ? 64 : 56));
    return (memo ? 32 + 16 * og_word_at(py, memo + 16) : 0) + bytes_size(py, output);
}

/* Where input_line, encoding, errors, marks and marks_size are, by the size of UnpicklerObject, which says how many
 * fields stand before them. */
static uint64_t unpickler_extra(struct og_py *py, og_addr u, int64_t basicsize)
{
    int64_t line = 152, encoding = 224;
    uint64_t size = og_word_at(py, u + 24) ? 8 * og_word_at(py, u + 32) : 0;
    if (py->l.minor >= 13) {
        line = basicsize >= 304 ? 160 : basicsize >= 272 ? 152 : 144;
        encoding = basicsize - (basicsize >= 296 ? 56 : 48);
    }
    uint64_t fields = u + (uint64_t)encoding;
    if (og_word_at(py, fields + 16))
        size += 8 * og_word_at(py, fields + 32);
    return size + string_bytes(py, og_word_at(py, u + (uint64_t)line)) + string_bytes(py, og_word_at(py, fields)) +
           string_bytes(py, og_word_at(py, fields + 8));
}

static uint64_t element_extra(struct og_py *py, og_addr e)
{
    enum { EXTRA_BYTES = 64, OWN_CHILDREN = 32 };
    og_addr extra = og_word_at(py, e + 40);
    if (!extra)
        return 0;
    return EXTRA_BYTES + (og_word_at(py, extra + 24) != extra + OWN_CHILDREN ? 8 * og_word_at(py, extra + 16) : 0);
}

static uint64_t decimal_extra(struct og_py *py, og_addr d)
{
    enum { DATA_FLAGS = 32 | 64 | 128 }; /* static, shared, constant: not its own memory */
    uint8_t flags = 0;
    og_mem_u8(py->mem, d + 24, &flags);
    return flags & DATA_FLAGS ? 0 : 8 * og_word_at(py, d + 56);
}

static uint64_t tuple_words(struct og_py *py, og_addr tuple)
{
    return tuple ? 8 * og_word_at(py, tuple + (uint64_t)py->l.ob_size) : 0;
}

/* What hangs on a ctypes type: its format, its shape, its libffi elements. */
static uint64_t ctypes_extra(struct og_py *py, og_addr format, og_addr ndim_at, og_addr elements, uint64_t length)
{
    uint32_t ndim = 0;
    og_mem_u32(py->mem, ndim_at, &ndim);
    return string_bytes(py, format) + (elements ? (length + 1) * 8 : 0) + (uint64_t)ndim * 8;
}

/* StgDict: length, elements of ffi_type_pointer, format, ndim; StgInfo behind the heap type: the same. */
static uint64_t stgdict_extra(struct og_py *py, const struct og_object *o)
{
    enum { OWN_BYTES = 192 - 48 }; /* sizeof(StgDictObject) - sizeof(PyDictObject), counted twice */
    og_addr d = og_body(py, o->addr);
    return og_dict_extra(py, o->addr) + OWN_BYTES +
           ctypes_extra(py, og_word_at(py, d + 168), d + 176, og_word_at(py, d + 88), og_word_at(py, d + 64));
}

static uint64_t ctype_extra(struct og_py *py, const struct og_object *o)
{
    og_addr info = og_type_data(py, o->addr), format = info + (py->l.minor >= 14 ? 144 : 136); /* ndim follows it */
    uint64_t items = og_item_count(py, o) * (uint64_t)o->type->tp_itemsize;
    return items +
           ctypes_extra(py, og_word_at(py, format), format + 8, og_word_at(py, info + 48), og_word_at(py, info + 24));
}

uint64_t og_sizer_extra(struct og_py *py, const struct og_object *o, uint8_t sizer)
{
    og_addr a = og_body(py, o->addr);
    switch ((enum og_sizer)sizer) {
    case OG_SIZER_ARRAY:
        return array_extra(py, a);
    case OG_SIZER_BYTESIO:
        return bytesio_extra(py, a);
    case OG_SIZER_BUFFERED:
        return og_word_at(py, a + 56) ? og_word_at(py, a + 120) : 0;
    case OG_SIZER_STRUCT:
        return struct_extra(py, a);
    case OG_SIZER_PICKLER:
        return pickler_extra(py, a, og_plan_of(py, o->type)->solid->tp_basicsize - py->l.ob_extra);
    case OG_SIZER_UNPICKLER:
        return unpickler_extra(py, a, og_plan_of(py, o->type)->solid->tp_basicsize - py->l.ob_extra);
    case OG_SIZER_ELEMENT:
        return element_extra(py, a);
    case OG_SIZER_DECIMAL:
        return decimal_extra(py, a);
    case OG_SIZER_COMBINATIONS:
    case OG_SIZER_COMBINATIONS_R:
        return 8 * og_word_at(py, a + 40);
    case OG_SIZER_PERMUTATIONS:
        return tuple_words(py, og_word_at(py, a + 16)) + 8 * og_word_at(py, a + 48);
    case OG_SIZER_PRODUCT:
        return tuple_words(py, og_word_at(py, a + 16));
    case OG_SIZER_STGDICT:
        return stgdict_extra(py, o);
    case OG_SIZER_CTYPE:
        return ctype_extra(py, o);
    case OG_SIZER_QUEUE: /* RingBuf.items_cap */
        return py->l.minor >= 15 ? 8 * og_word_at(py, a + 48) : 0;
    case OG_SIZER_NONE:
        break;
    }
    return 0;
}
