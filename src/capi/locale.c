// locale.c - the process's locale, as starting programs and readline set it.
#include "Python.h"

#include <locale.h>
#include <string.h>

#include "internal/pycore_pylifecycle.h"

PyAPI_FUNC(char *) _Py_SetLocaleFromEnv(int category)
{
    return setlocale(category, "");
}

// Locales that "C" is coerced to: they have UTF-8 and sort as "C" does.
int _Py_IsLocaleCoercionTarget(const char *name)
{
    return strcmp(name, "C.UTF-8") == 0 || strcmp(name, "C.utf8") == 0
        || strcmp(name, "UTF-8") == 0;
}

PyAPI_FUNC(int) _Py_LegacyLocaleDetected(int warn)
{
    const char *name = setlocale(LC_CTYPE, NULL);
    return name != NULL && strcmp(name, "C") == 0;
}
