// osdefs.h - separators of paths.
#ifndef Py_OSDEFS_H
#define Py_OSDEFS_H

#include <limits.h>

#define SEP L'/'
#define MAXPATHLEN PATH_MAX
#define DELIM L':'

#endif
