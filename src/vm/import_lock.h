// import_lock.h - the import lock.
#ifndef KR_VM_IMPORT_LOCK_H
#define KR_VM_IMPORT_LOCK_H

#include <stdbool.h>

#include "runtime/hooks.h"

bool kr_import_lock_is_held(void);
// kr_hooks.import_lock.
void kr_import_lock_act(int action);

#endif
