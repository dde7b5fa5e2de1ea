// flags.c - settings as global variables, for programs that embed the interpreter the old way.
//
// app reads them before it reads its configuration, and writes them after.
#include "Python.h"

#define EXPORTED __attribute__((visibility("default")))

EXPORTED int Py_BytesWarningFlag;
EXPORTED int Py_DebugFlag;
EXPORTED int Py_DontWriteBytecodeFlag;
EXPORTED int Py_FrozenFlag;
EXPORTED int Py_HashRandomizationFlag;
EXPORTED int Py_IgnoreEnvironmentFlag;
EXPORTED int Py_InspectFlag;
EXPORTED int Py_InteractiveFlag;
EXPORTED int Py_IsolatedFlag;
EXPORTED int Py_NoSiteFlag;
EXPORTED int Py_NoUserSiteDirectory;
EXPORTED int Py_OptimizeFlag;
EXPORTED int Py_QuietFlag;
EXPORTED int Py_UnbufferedStdioFlag;
EXPORTED int Py_VerboseFlag;

EXPORTED const char *Py_FileSystemDefaultEncoding;
EXPORTED const char *Py_FileSystemDefaultEncodeErrors = "surrogateescape";
EXPORTED int Py_HasFileSystemDefaultEncoding;
EXPORTED int _Py_HasFileSystemDefaultEncodeErrors = 1;
EXPORTED int Py_UTF8Mode;

// An environment variable, unless the environment is to be ignored.
EXPORTED char *Py_GETENV(const char *name)
{
    return Py_IgnoreEnvironmentFlag ? NULL : getenv(name);
}
