// hooks.h - the upward calls that are served here.
#ifndef KR_CAPI_HOOKS_H
#define KR_CAPI_HOOKS_H

// Fills in those fields of kr_hooks, and of the collector, that end on this floor or below.  Called by app
// after the types are ready.
void kr_capi_set_hooks(void);

#endif
