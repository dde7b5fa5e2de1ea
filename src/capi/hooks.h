// hooks.h - the upward calls that are served here.
#ifndef KR_CAPI_HOOKS_H
#define KR_CAPI_HOOKS_H

// Fills in the fields of kr_hooks that end on this floor.
void kr_capi_set_hooks(void);

#endif
