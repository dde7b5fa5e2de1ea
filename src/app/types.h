// types.h - the static types of the floors above objects.
#ifndef KR_APP_TYPES_H
#define KR_APP_TYPES_H

// Readies them: 0 or -1.
int kr_types_ready(void);

#endif
