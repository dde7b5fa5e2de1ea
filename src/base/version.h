// version.h - Krait's own version, apart from the version of Python that it is.
#ifndef KR_BASE_VERSION_H
#define KR_BASE_VERSION_H

#define KRAIT_MAJOR 0
#define KRAIT_MINOR 1
#define KRAIT_MICRO 0
#define KRAIT_VERSION "0.1.0"

#endif
