// frozen_none.c - no frozen modules: for the executable that makes them.
#include "app/freeze.h"

#include <stddef.h>

const struct _frozen kr_frozen_bootstrap[] = {{NULL, NULL, 0, 0, NULL}};
const struct _frozen kr_frozen_library[] = {{NULL, NULL, 0, 0, NULL}};
const struct _frozen kr_frozen_test[] = {{NULL, NULL, 0, 0, NULL}};
