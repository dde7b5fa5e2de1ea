// freeze.h - modules compiled into the executable.
//
// The build links Krait twice: the first executable has an empty table and, run with the library's folder,
// writes the table for the second.
#ifndef KR_APP_FREEZE_H
#define KR_APP_FREEZE_H

#include "import.h"

extern const struct _frozen kr_frozen_bootstrap[];
extern const struct _frozen kr_frozen_library[];
extern const struct _frozen kr_frozen_test[];

// The executable without frozen modules can do one thing: krait-bootstrap FOLDER OUT compiles the modules out of the
// library in FOLDER and writes the C file OUT.  Returns the exit code.
int kr_freeze_main(int count, char **arguments);

#endif
