/* Offsets that og reads copies of bodies with, against how much it copies: the target may say any number of its own
 * layout, and none leads out of a copy. */
#include "cpython/proof_read.h"

enum {
    HEADER_MAX = 32,    /* a free-threaded PyObject; with Py_TRACE_REFS as much */
    BEHIND_HEADER = 32, /* words of a dict, list or set that are read with it */
    TYPE_END = 416,     /* of what is read of a type (types.c) */
    KEYS_END = 40,      /* PyDictKeysObject (kinds/dict.c) */
};

static bool is_word_below(int32_t offset, int32_t end)
{
    return offset >= 0 && offset <= end - 8 && offset % 4 == 0;
}

static bool are_in_type(const struct og_layout *l)
{
    return is_word_below(l->tp_name, TYPE_END) && is_word_below(l->tp_basicsize, TYPE_END) &&
           is_word_below(l->tp_itemsize, TYPE_END) && is_word_below(l->tp_flags, TYPE_END) &&
           is_word_below(l->tp_traverse, TYPE_END) && is_word_below(l->tp_weaklistoffset, TYPE_END) &&
           is_word_below(l->tp_base, TYPE_END) && is_word_below(l->tp_dict, TYPE_END) &&
           is_word_below(l->tp_dictoffset, TYPE_END) && is_word_below(l->tp_finalize, TYPE_END) && l->type_size >= 0 &&
           l->heaptype_size >= 0;
}

static bool are_behind_header(const struct og_layout *l)
{
    int32_t end = l->pyobject_size + BEHIND_HEADER;
    return is_word_below(l->ma_used, end) && is_word_below(l->ma_keys, end) && is_word_below(l->ma_values, end) &&
           is_word_below(l->set_used, end) && is_word_below(l->set_mask, end) && is_word_below(l->set_table, end) &&
           is_word_below(l->list_ob_item, end - 8) && is_word_below(l->list_allocated, end - 8);
}

/* Of the keys some are bytes from 3.11 on. */
static bool are_in_keys(const struct og_layout *l)
{
    bool bytes = l->dk_kind >= 0;
    return is_word_below(l->dk_usable, l->dk_indices) && is_word_below(l->dk_nentries, l->dk_indices) &&
           l->dk_indices >= 0 && l->dk_indices <= KEYS_END && l->dk_size >= 0 && l->dk_size < KEYS_END - 8 &&
           (!bytes || (l->dk_kind < KEYS_END && l->dk_log2_index_bytes >= 0 && l->dk_log2_index_bytes < KEYS_END));
}

bool og_proof_bounds(struct og_py *py)
{
    const struct og_layout *l = &py->l;
    bool header = l->pyobject_size >= 16 && l->pyobject_size <= HEADER_MAX &&
                  is_word_below(l->ob_type, l->pyobject_size) && is_word_below(l->ob_size, l->pyobject_size + 8);
    if (!header)
        return og_misfit(py, "pyobject_size");
    if (!are_in_type(l))
        return og_misfit(py, "tp_basicsize and the like");
    if (!are_behind_header(l))
        return og_misfit(py, "ma_keys, set_table and the like");
    return are_in_keys(l) || og_misfit(py, "dk_indices and the like");
}
