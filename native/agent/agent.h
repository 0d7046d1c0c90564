/* The agent: og's scan running inside the inferior, on memory of its own and raw system calls only. Takes no lock,
 * calls no library, touches nothing of the process but what tp_traverse reads. */
#ifndef OG_AGENT_H
#define OG_AGENT_H

#include "agent/protocol.h"

struct og_agent_state {
    struct og_mem mem;
    struct og_py py;
    struct og_scan_core scan;
    struct og_result_header *header; /* the first page of the memfd */
    int fd;
};

/* One command; what it returns becomes control.status. */
int og_agent_start(struct og_agent_request *r);
int og_agent_step(struct og_agent_request *r);
int og_agent_finish(struct og_agent_request *r);
int og_agent_clone(struct og_agent_request *r);

/* References as the type's own tp_traverse names them; of objects that have none, as the reader decodes them. */
void og_agent_traverse(struct og_scan_core *s, const struct og_object *o);

#endif
