// gil.h - making of the lock that lets one thread at a time run Python; its use is in pending.h.
#ifndef KR_RUNTIME_GIL_H
#define KR_RUNTIME_GIL_H

int kr_gil_init(void);

#endif
