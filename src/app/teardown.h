// teardown.h - emptying the modules when the interpreter ends.
#ifndef KR_APP_TEARDOWN_H
#define KR_APP_TEARDOWN_H

#include "object.h"

// Clears sys.modules and then the dicts of the modules that are still alive, sys and builtins
// last: so that __del__ runs for what modules hold.  Never fails; exceptions are reported as
// unraisable.
void kr_teardown_modules(void);

#endif
