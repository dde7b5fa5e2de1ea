// inittab.h - the table of builtin modules.
#ifndef KR_MODULES_INITTAB_H
#define KR_MODULES_INITTAB_H

#include "import.h"

// Ends with a row of NULLs.
extern struct _inittab kr_inittab[];

#endif
