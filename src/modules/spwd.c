// spwd.c - the module spwd: the shadow password database.
#include <errno.h>
#include <shadow.h>
#include <string.h>

#include "bytesobject.h"
#include "listobject.h"
#include "longobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "pyerrors.h"
#include "structseq.h"
#include "unicodeobject.h"
#include "warnings.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

static PyStructSequence_Field fields[] = {
    {"sp_namp", "login name"},
    {"sp_pwdp", "encrypted password"},
    {"sp_lstchg", "date of last change"},
    {"sp_min", "min #days between changes"},
    {"sp_max", "max #days between changes"},
    {"sp_warn", "#days before pw expires to warn user about it"},
    {"sp_inact", "#days after pw expires until account is disabled"},
    {"sp_expire", "#days since 1970-01-01 when account expires"},
    {"sp_flag", "reserved"},
    {"sp_nam", "login name; deprecated"},
    {"sp_pwd", "encrypted password; deprecated"},
    {NULL, NULL},
};

static PyStructSequence_Desc description = {
    "spwd.struct_spwd",
    "spwd.struct_spwd: Results from getsp*() routines.\n\n"
    "This object may be accessed either as a 9-tuple of\n"
    "  (sp_namp,sp_pwdp,sp_lstchg,sp_min,sp_max,sp_warn,sp_inact,sp_expire,sp_flag)\n"
    "or via the object attributes as named in the above tuple.",
    fields, 9,
};

static PyObject *text_of(const char *text)
{
    return text == NULL ? Py_NewRef(Py_None) : PyUnicode_DecodeFSDefault(text);
}

static PyObject *entry_of(PyObject *module, const struct spwd *entry)
{
    KR_AUTO PyObject *result = PyStructSequence_New(*(PyTypeObject **)PyModule_GetState(module));
    if (result == NULL) return NULL;
    PyObject *items[11] = {
        text_of(entry->sp_namp),           text_of(entry->sp_pwdp),
        PyLong_FromLong(entry->sp_lstchg),
        PyLong_FromLong(entry->sp_min),    PyLong_FromLong(entry->sp_max),
        PyLong_FromLong(entry->sp_warn),
        PyLong_FromLong(entry->sp_inact),  PyLong_FromLong(entry->sp_expire),
        PyLong_FromLong((long)entry->sp_flag),
        text_of(entry->sp_namp),           text_of(entry->sp_pwdp),
    };
    for (int i = 0; i < 11; i++) PyStructSequence_SET_ITEM(result, i, items[i]);
    return PyErr_Occurred() ? NULL : kr_take(result);
}

METHOD(getspnam, "module, arg: str, /",
       "Return the shadow password database entry for the given user name.\n\n"
       "See `help(spwd)` for more on shadow password database entries.")
static PyObject *spwd_getspnam(PyObject *module, PyObject *name)
{
    KR_AUTO PyObject *bytes = PyUnicode_EncodeFSDefault(name);
    if (bytes == NULL) return NULL;
    if (strlen(PyBytes_AS_STRING(bytes)) != (size_t)PyBytes_GET_SIZE(bytes))
        return kr_raise(PyExc_ValueError, "embedded null byte");
    errno = 0;
    struct spwd *entry = getspnam(PyBytes_AS_STRING(bytes));
    if (entry != NULL) return entry_of(module, entry);
    return errno != 0 ? PyErr_SetFromErrno(PyExc_OSError)
        : kr_raise(PyExc_KeyError, "getspnam(): name not found");
}

METHOD(getspall, "module",
       "Return a list of all available shadow password database entries, in arbitrary order.\n\n"
       "See `help(spwd)` for more on shadow password database entries.")
static PyObject *spwd_getspall(PyObject *module)
{
    KR_AUTO PyObject *list = PyList_New(0);
    int failed = list == NULL;
    setspent();
    for (struct spwd *entry; !failed && (entry = getspent()) != NULL;) {
        KR_AUTO PyObject *item = entry_of(module, entry);
        failed = item == NULL || PyList_Append(list, item) < 0;
    }
    endspent();
    return failed ? NULL : kr_take(list);
}

#include "modules/spwd.methods.h"

static int execute(PyObject *module)
{
    if (PyErr_WarnEx(PyExc_DeprecationWarning,
                     "'spwd' is deprecated and slated for removal in Python 3.13", 7) < 0)
        return -1;
    PyTypeObject **type = PyModule_GetState(module);
    *type = PyStructSequence_NewType(&description);
    return *type == NULL ? -1 : PyModule_AddObjectRef(module, "struct_spwd", (PyObject *)*type);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "spwd",
    .m_doc = "This module provides access to the Unix shadow password database.\n"
        "It is available on various Unix versions.\n\n"
        "Shadow password database entries are reported as 9-tuples of type struct_spwd,\n"
        "containing the following items from the password database (see `<shadow.h>'):\n"
        "sp_namp, sp_pwdp, sp_lstchg, sp_min, sp_max, sp_warn, sp_inact, sp_expire, sp_flag.\n"
        "The sp_namp and sp_pwdp are strings, the rest are integers.\n"
        "An exception is raised if the entry asked for cannot be found.\n"
        "You have to be root to be able to use this module.",
    .m_size = sizeof(PyTypeObject *),
    .m_methods = spwd_methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_spwd(void)
{
    return PyModuleDef_Init(&definition);
}
