// version.c - what Krait is: version of the language, own version, compiler, platform, copyright.
#include "Python.h"

#include "base/version.h"

// The form is the one that platform.python_version and its kin take apart.
const char *Py_GetVersion(void)
{
    return PY_VERSION " (Krait " KRAIT_VERSION ", " __DATE__ ", " __TIME__ ") [GCC "
        __VERSION__ "]";
}

const unsigned long Py_Version = PY_VERSION_HEX;

const char *Py_GetBuildInfo(void)
{
    return "Krait " KRAIT_VERSION ", " __DATE__ ", " __TIME__;
}

const char *Py_GetCompiler(void)
{
    return "\n[GCC " __VERSION__ "]";
}

const char *Py_GetCopyright(void)
{
    return "Copyright (c) 2026 the Krait project.\nAll Rights Reserved.";
}

const char *Py_GetPlatform(void)
{
    return "linux";
}

const char *_Py_gitidentifier(void)
{
    return "";
}

const char *_Py_gitversion(void)
{
    return "";
}
