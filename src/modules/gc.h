// gc.h - what the end of the interpreter asks of the module gc.
#ifndef KR_MODULES_GC_H
#define KR_MODULES_GC_H

// Warns about objects that are left in gc.garbage.
void kr_gc_report_at_shutdown(void);

#endif
