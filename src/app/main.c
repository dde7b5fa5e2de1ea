// main.c - from the program's arguments to its exit code.
#include "Python.h"

#include <locale.h>

#include "app/config.h"
#include "app/freeze.h"
#include "app/lifecycle.h"
#include "app/run.h"
#include "base/version.h"
#include "internal/pycore_pylifecycle.h"

int Py_RunMain(void)
{
    int code = kr_run_main();
    if (Py_FinalizeEx() < 0) code = 120;
    if (code == 128 + 2 || _Py_UnhandledKeyboardInterrupt) kr_lifecycle_die_of_interrupt();
    return code;
}

static int run_with_arguments(int count, char **bytes, wchar_t **texts)
{
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    PyStatus status = bytes != NULL ? PyConfig_SetBytesArgv(&config, count, bytes)
                                    : PyConfig_SetArgv(&config, count, texts);
    if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_IsExit(status)) return status.exitcode;
    if (PyStatus_IsError(status)) Py_ExitStatusException(status);
    return Py_RunMain();
}

int Py_BytesMain(int count, char **arguments)
{
    PyStatus status = kr_allocators_choose(count, arguments);
    if (PyStatus_Exception(status)) Py_ExitStatusException(status);
    // The arguments are decoded before the options among them are known.
    const char *locale = setlocale(LC_CTYPE, "");
    if (locale != NULL && (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0)) Py_UTF8Mode = 1;
    return run_with_arguments(count, arguments, NULL);
}

int Py_Main(int count, wchar_t **arguments)
{
    return run_with_arguments(count, NULL, arguments);
}

int main(int count, char **arguments)
{
    if (kr_frozen_bootstrap[0].name == NULL) return kr_freeze_main(count, arguments);
    return Py_BytesMain(count, arguments);
}
