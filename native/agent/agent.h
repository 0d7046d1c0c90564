/* The agent: og's scan running inside the inferior, on memory of its own and raw system calls only. Takes no lock,
 * calls no library, touches nothing of the process but what tp_traverse reads. */
#ifndef OG_AGENT_H
#define OG_AGENT_H

#include "agent/protocol.h"

enum { OG_AGENT_UNTRUSTED_MAX = 16 };

struct og_agent_state {
    struct og_mem mem;
    struct og_py py;
    struct og_scan_core scan;
    struct og_result_header *header; /* the first page of the memfd */
    int fd;
    /* The call under way: should it fault, GDB takes the thread back and the next step finds it here. */
    og_addr calling;                           /* tp_traverse, 0: none */
    uint64_t edges_before;                     /* of the object it was called for */
    og_addr untrusted[OG_AGENT_UNTRUSTED_MAX]; /* tp_traverse functions not to be called: their objects are decoded */
    uint32_t untrusted_count;
};

/* One command; what it returns becomes control.status. */
int og_agent_start(struct og_agent_request *r);
int og_agent_step(struct og_agent_request *r);
int og_agent_finish(struct og_agent_request *r);
int og_agent_clone(struct og_agent_request *r);

/* After a fault in a tp_traverse: the scan stands before that object again, and the function is not called any more. */
bool og_agent_recover(struct og_agent_state *s);
/* References as the type's own tp_traverse names them; of objects that have none, as the reader decodes them. */
void og_agent_traverse(struct og_scan_core *s, const struct og_object *o);

#endif
