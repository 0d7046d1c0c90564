/* An og_py from what somebody else established: how the agent gets one. */
#include "cpython/python.h"

void og_py_init(struct og_py *py, struct og_mem *mem, const struct og_layout *layout)
{
    memset(py, 0, sizeof *py);
    py->mem = mem;
    py->l = *layout;
    og_vec_init(&py->types, sizeof(struct og_type *));
    for (uint64_t i = 0; i < mem->region_count; i++)
        py->max_objects += (mem->regions[i].end - mem->regions[i].start) / OG_OBJECT_BYTES_MIN;
}
