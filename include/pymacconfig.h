// pymacconfig.h - corrections for macOS; there are none on the systems that are supported.
#ifndef PYMACCONFIG_H
#define PYMACCONFIG_H
#endif
