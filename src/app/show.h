// show.h - `krait -X show=STAGE`: shows what a stage makes of the program instead of running it.
#ifndef KR_APP_SHOW_H
#define KR_APP_SHOW_H

#include "Python.h"

// True when the program is to be shown; *ret_code is the exit code then.
int kr_show_program(const PyConfig *config, int *ret_code);

#endif
