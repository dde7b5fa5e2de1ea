// context.h - starting the context types.
#ifndef KR_CONTAINERS_CONTEXT_H
#define KR_CONTAINERS_CONTEXT_H

#include "object.h"
#include "cpython/context.h"

// Gives the class Token its attribute MISSING.  After the types are ready; 0 or -1.
int kr_context_start(void);

#endif
