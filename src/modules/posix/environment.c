// environment.c - posix.environ, putenv, unsetenv.
#include "modules/posix/posix.h"

#include "Python.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "modules/posix/path.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "runtime/owned.h"

METHOD(putenv, "module, name: path, value: path, /", "Change or add an environment variable.")
static PyObject *posix_putenv(PyObject *module, KrPath *name, KrPath *value)
{
    if (strchr(name->narrow, '=') != NULL)
        return kr_raise(PyExc_ValueError, "illegal environment variable name");
    if (PySys_Audit("os.putenv", "OO", name->bytes, value->bytes) < 0) return NULL;
    if (setenv(name->narrow, value->narrow, 1) < 0) return kr_posix_raise();
    Py_RETURN_NONE;
}

METHOD(unsetenv, "module, name: path, /", "Delete an environment variable.")
static PyObject *posix_unsetenv(PyObject *module, KrPath *name)
{
    if (PySys_Audit("os.unsetenv", "(O)", name->bytes) < 0) return NULL;
    if (unsetenv(name->narrow) < 0) return kr_posix_raise();
    Py_RETURN_NONE;
}

#include "modules/posix/environment.methods.h"

// New dict of bytes: the environment at the start.  The first of two lines with one name counts.
static PyObject *environment_dict(void)
{
    KR_AUTO PyObject *dict = PyDict_New();
    for (char **line = environ; dict != NULL && line != NULL && *line != NULL; line++) {
        const char *equals = strchr(*line, '=');
        if (equals == NULL) continue;
        KR_AUTO PyObject *name = PyBytes_FromStringAndSize(*line, equals - *line);
        KR_AUTO PyObject *value = PyBytes_FromString(equals + 1);
        if (name == NULL || value == NULL || PyDict_SetDefault(dict, name, value) == NULL)
            return NULL;
    }
    return kr_take(dict);
}

int kr_posix_add_environment(PyObject *module)
{
    KR_AUTO PyObject *dict = environment_dict();
    if (dict == NULL || PyModule_AddObjectRef(module, "environ", dict) < 0) return -1;
    return PyModule_AddFunctions(module, posix_methods);
}
