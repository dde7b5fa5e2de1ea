// flags.c - the file system encoding as global variables, and the environment behind a flag.
//
// The other flags are in runtime/flags.c, where lower floors can look at them.
#include "Python.h"

#define EXPORTED __attribute__((visibility("default")))

EXPORTED const char *Py_FileSystemDefaultEncoding;
EXPORTED const char *Py_FileSystemDefaultEncodeErrors = "surrogateescape";
EXPORTED int Py_HasFileSystemDefaultEncoding;
EXPORTED int _Py_HasFileSystemDefaultEncodeErrors = 1;

// An environment variable, unless the environment is to be ignored.
EXPORTED char *Py_GETENV(const char *name)
{
    return Py_IgnoreEnvironmentFlag ? NULL : getenv(name);
}
