// pwd.c - the module pwd: the user database.
#include "Python.h"

#include <errno.h>
#include <pwd.h>

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

static PyStructSequence_Field fields[] = {
    {"pw_name", "user name"},
    {"pw_passwd", "password"},
    {"pw_uid", "user id"},
    {"pw_gid", "group id"},
    {"pw_gecos", "real name"},
    {"pw_dir", "home directory"},
    {"pw_shell", "shell program"},
    {NULL},
};

static PyStructSequence_Desc description = {
    "pwd.struct_passwd",
    "pwd.struct_passwd: Results from getpw*() routines.\n\n"
    "This object may be accessed either as a tuple of\n"
    "  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\n"
    "or via the object attributes as named in the above tuple.",
    fields,
    7,
};

static PyTypeObject *type_of(PyObject *module)
{
    return *(PyTypeObject **)PyModule_GetState(module);
}

static PyObject *text_or_none(const char *text)
{
    return text == NULL ? Py_NewRef(Py_None) : PyUnicode_DecodeFSDefault(text);
}

static PyObject *entry_of(PyObject *module, const struct passwd *entry)
{
    KR_AUTO PyObject *result = PyStructSequence_New(type_of(module));
    if (result == NULL) return NULL;
    PyObject *items[] = {
        text_or_none(entry->pw_name),
        text_or_none(entry->pw_passwd),
        entry->pw_uid == (uid_t)-1 ? PyLong_FromLong(-1) : PyLong_FromUnsignedLong(entry->pw_uid),
        entry->pw_gid == (gid_t)-1 ? PyLong_FromLong(-1) : PyLong_FromUnsignedLong(entry->pw_gid),
        text_or_none(entry->pw_gecos),
        text_or_none(entry->pw_dir),
        text_or_none(entry->pw_shell),
    };
    for (int i = 0; i < 7; i++) PyStructSequence_SetItem(result, i, items[i]);
    return PyErr_Occurred() ? NULL : kr_take(result);
}

// Calls one of the two reentrant functions with a buffer that grows until the entry fits.
// 0 with an entry or NULL, else errno.
static int find_entry(const char *name, uid_t uid, struct passwd *entry, char **buffer,
                      struct passwd **ret_found)
{
    for (size_t size = 1024;; size *= 2) {
        char *larger = PyMem_RawRealloc(*buffer, size);
        if (larger == NULL) return ENOMEM;
        *buffer = larger;
        int status = name != NULL ? getpwnam_r(name, entry, *buffer, size, ret_found)
                                  : getpwuid_r(uid, entry, *buffer, size, ret_found);
        if (status != ERANGE || size > (size_t)1 << 24) return status;
    }
}

static PyObject *look_up(PyObject *module, const char *name, uid_t uid, PyObject *what)
{
    struct passwd entry, *found = NULL;
    char *buffer = NULL;
    int status;
    Py_BEGIN_ALLOW_THREADS
    status = find_entry(name, uid, &entry, &buffer, &found);
    Py_END_ALLOW_THREADS
    PyObject *result = NULL;
    if (found != NULL) result = entry_of(module, found);
    else if (status == ENOMEM) PyErr_NoMemory();
    else if (name != NULL) PyErr_Format(PyExc_KeyError, "getpwnam(): name not found: %R", what);
    else PyErr_Format(PyExc_KeyError, "getpwuid(): uid not found: %S", what);
    PyMem_RawFree(buffer);
    return result;
}

// 0, or -1 with an exception for what is no user id; *ret_fits is 0 when no id can be so large.
static int as_uid(PyObject *object, uid_t *ret_uid, int *ret_fits)
{
    KR_AUTO PyObject *number = PyNumber_Index(object);
    if (number == NULL)
        return kr_raise_int(PyExc_TypeError, "uid should be integer, not %.200s",
                            Py_TYPE(object)->tp_name);
    int overflow;
    long value = PyLong_AsLongAndOverflow(number, &overflow);
    if (value == -1 && PyErr_Occurred()) return -1;
    *ret_fits = overflow == 0 && value >= -1 && value <= (long)(uid_t)-1;
    *ret_uid = (uid_t)value;
    return 0;
}

METHOD(getpwuid, "module, uidobj: object, /",
       "Return the password database entry for the given numeric user ID.\n"
       "\n"
       "See `help(pwd)` for more on password database entries.")
static PyObject *pwd_getpwuid(PyObject *module, PyObject *uidobj)
{
    uid_t uid;
    int fits;
    if (as_uid(uidobj, &uid, &fits) < 0) return NULL;
    if (!fits) {
        PyErr_Format(PyExc_KeyError, "getpwuid(): uid not found");
        return NULL;
    }
    return look_up(module, NULL, uid, uidobj);
}

METHOD(getpwnam, "module, name: str, /",
       "Return the password database entry for the given user name.\n"
       "\n"
       "See `help(pwd)` for more on password database entries.")
static PyObject *pwd_getpwnam(PyObject *module, PyObject *name)
{
    KR_AUTO PyObject *bytes = PyUnicode_EncodeFSDefault(name);
    char *text;
    if (bytes == NULL || PyBytes_AsStringAndSize(bytes, &text, NULL) < 0) return NULL;
    return look_up(module, text, 0, name);
}

METHOD(getpwall, "module, /",
       "Return a list of all available password database entries, in arbitrary order.\n"
       "\n"
       "See help(pwd) for more on password database entries.")
static PyObject *pwd_getpwall(PyObject *module)
{
    KR_AUTO PyObject *list = PyList_New(0);
    if (list == NULL) return NULL;
    setpwent();
    for (struct passwd *entry; (entry = getpwent()) != NULL;) {
        KR_AUTO PyObject *item = entry_of(module, entry);
        if (item == NULL || PyList_Append(list, item) < 0) {
            endpwent();
            return NULL;
        }
    }
    endpwent();
    return kr_take(list);
}

#include "modules/pwd.methods.h"

static int fill(PyObject *module)
{
    PyTypeObject *type = PyStructSequence_NewType(&description);
    *(PyTypeObject **)PyModule_GetState(module) = type;
    return type == NULL ? -1 : PyModule_AddObjectRef(module, "struct_passwd", (PyObject *)type);
}

static int traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(type_of(module));
    return 0;
}

static int clear(PyObject *module)
{
    Py_CLEAR(*(PyTypeObject **)PyModule_GetState(module));
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, fill},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "pwd",
    .m_doc = "This module provides access to the Unix password database.\n"
             "It is available on all Unix versions.\n"
             "\n"
             "Password database entries are reported as 7-tuples containing the following\n"
             "items from the password database (see `<pwd.h>'), in order:\n"
             "pw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir, pw_shell.\n"
             "The uid and gid items are integers, all others are strings. An\n"
             "exception is raised if the entry asked for cannot be found.",
    .m_size = sizeof(PyTypeObject *),
    .m_methods = pwd_methods,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
};

PyMODINIT_FUNC PyInit_pwd(void)
{
    return PyModuleDef_Init(&definition);
}
