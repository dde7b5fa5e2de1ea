// warn.c - raising warnings; the `_warnings` module decides what becomes of them.
//
// Without that module (early in the start, late at the end) a warning is dropped.
#include "objects/errors/raise.h"

#include <stdarg.h>

#include "unicodeobject.h"
#include "warnings.h"

#include "runtime/hooks.h"
#include "runtime/owned.h"

static int warn(PyObject *category, PyObject *message, Py_ssize_t stack_level, PyObject *source)
{
    if (message == NULL) return -1;
    if (kr_hooks.warn == NULL) return 0;
    return kr_hooks.warn(category == NULL ? PyExc_RuntimeWarning : category, message, stack_level,
                         source);
}

int PyErr_WarnEx(PyObject *category, const char *text, Py_ssize_t stack_level)
{
    KR_AUTO PyObject *message = PyUnicode_FromString(text);
    return warn(category, message, stack_level, NULL);
}

#define FORMATTED(message)                                                                        \
    va_list list;                                                                                 \
    va_start(list, format);                                                                       \
    KR_AUTO PyObject *message = PyUnicode_FromFormatV(format, list);                              \
    va_end(list)

int PyErr_WarnFormat(PyObject *category, Py_ssize_t stack_level, const char *format, ...)
{
    FORMATTED(message);
    return warn(category, message, stack_level, NULL);
}

int PyErr_ResourceWarning(PyObject *source, Py_ssize_t stack_level, const char *format, ...)
{
    FORMATTED(message);
    return warn(PyExc_ResourceWarning, message, stack_level, source);
}

int PyErr_WarnExplicitObject(PyObject *category, PyObject *message, PyObject *filename, int line,
                             PyObject *module, PyObject *registry)
{
    if (kr_hooks.warn_explicit == NULL) return 0;
    return kr_hooks.warn_explicit(category == NULL ? PyExc_RuntimeWarning : category, message,
                                  filename, line, module, registry);
}

// Shared by the two functions whose file and module are C strings.
static int warn_explicit(PyObject *category, PyObject *message, const char *filename, int line,
                         const char *module, PyObject *registry)
{
    KR_AUTO PyObject *file = PyUnicode_DecodeFSDefault(filename);
    KR_AUTO PyObject *module_name = module == NULL ? NULL : PyUnicode_FromString(module);
    if (message == NULL || file == NULL || (module != NULL && module_name == NULL)) return -1;
    return PyErr_WarnExplicitObject(category, message, file, line, module_name, registry);
}

int PyErr_WarnExplicit(PyObject *category, const char *text, const char *filename, int line,
                       const char *module, PyObject *registry)
{
    KR_AUTO PyObject *message = PyUnicode_FromString(text);
    return warn_explicit(category, message, filename, line, module, registry);
}

int PyErr_WarnExplicitFormat(PyObject *category, const char *filename, int line,
                             const char *module, PyObject *registry, const char *format, ...)
{
    FORMATTED(message);
    return warn_explicit(category, message, filename, line, module, registry);
}
