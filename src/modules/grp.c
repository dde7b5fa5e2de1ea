// grp.c - the module grp: the group database.
#include "Python.h"

#include <errno.h>
#include <grp.h>

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

static PyStructSequence_Field fields[] = {
    {"gr_name", "group name"},
    {"gr_passwd", "password"},
    {"gr_gid", "group id"},
    {"gr_mem", "group members"},
    {NULL},
};

static PyStructSequence_Desc description = {
    "grp.struct_group",
    "grp.struct_group: Results from getgr*() routines.\n\n"
    "This object may be accessed either as a tuple of\n"
    "  (gr_name,gr_passwd,gr_gid,gr_mem)\n"
    "or via the object attributes as named in the above tuple.\n",
    fields,
    4,
};

static PyTypeObject *type_of(PyObject *module)
{
    return *(PyTypeObject **)PyModule_GetState(module);
}

static PyObject *text_or_none(const char *text)
{
    return text == NULL ? Py_NewRef(Py_None) : PyUnicode_DecodeFSDefault(text);
}

static PyObject *members_of(const struct group *entry)
{
    KR_AUTO PyObject *list = PyList_New(0);
    for (char **member = entry->gr_mem; list != NULL && member != NULL && *member != NULL;
         member++) {
        KR_AUTO PyObject *name = PyUnicode_DecodeFSDefault(*member);
        if (name == NULL || PyList_Append(list, name) < 0) return NULL;
    }
    return kr_take(list);
}

static PyObject *entry_of(PyObject *module, const struct group *entry)
{
    KR_AUTO PyObject *result = PyStructSequence_New(type_of(module));
    if (result == NULL) return NULL;
    PyObject *items[] = {
        text_or_none(entry->gr_name),
        text_or_none(entry->gr_passwd),
        entry->gr_gid == (gid_t)-1 ? PyLong_FromLong(-1) : PyLong_FromUnsignedLong(entry->gr_gid),
        members_of(entry),
    };
    for (int i = 0; i < 4; i++) PyStructSequence_SetItem(result, i, items[i]);
    return PyErr_Occurred() ? NULL : kr_take(result);
}

// Calls one of the two reentrant functions with a buffer that grows until the entry fits.
// 0 with an entry or NULL, else errno.
static int find_entry(const char *name, gid_t gid, struct group *entry, char **buffer,
                      struct group **ret_found)
{
    for (size_t size = 1024;; size *= 2) {
        char *larger = PyMem_RawRealloc(*buffer, size);
        if (larger == NULL) return ENOMEM;
        *buffer = larger;
        int status = name != NULL ? getgrnam_r(name, entry, *buffer, size, ret_found)
                                  : getgrgid_r(gid, entry, *buffer, size, ret_found);
        if (status != ERANGE || size > (size_t)1 << 24) return status;
    }
}

static PyObject *look_up(PyObject *module, const char *name, gid_t gid, PyObject *what)
{
    struct group entry, *found = NULL;
    char *buffer = NULL;
    int status;
    Py_BEGIN_ALLOW_THREADS
    status = find_entry(name, gid, &entry, &buffer, &found);
    Py_END_ALLOW_THREADS
    PyObject *result = NULL;
    if (found != NULL) result = entry_of(module, found);
    else if (status == ENOMEM) PyErr_NoMemory();
    else if (name != NULL) PyErr_Format(PyExc_KeyError, "getgrnam(): name not found: %R", what);
    else PyErr_Format(PyExc_KeyError, "getgrgid(): gid not found: %S", what);
    PyMem_RawFree(buffer);
    return result;
}

// 0, or -1 with an exception for what is no group id; *ret_fits is 0 when no id can be so large.
static int as_gid(PyObject *object, gid_t *ret_gid, int *ret_fits)
{
    KR_AUTO PyObject *number = PyNumber_Index(object);
    if (number == NULL)
        return kr_raise_int(PyExc_TypeError, "gid should be integer, not %.200s",
                            Py_TYPE(object)->tp_name);
    int overflow;
    long value = PyLong_AsLongAndOverflow(number, &overflow);
    if (value == -1 && PyErr_Occurred()) return -1;
    *ret_fits = overflow == 0 && value >= -1 && value <= (long)(gid_t)-1;
    *ret_gid = (gid_t)value;
    return 0;
}

METHOD(getgrgid, "module, id: object",
       "Return the group database entry for the given numeric group ID.\n"
       "\n"
       "If id is not valid, raise KeyError.")
static PyObject *grp_getgrgid(PyObject *module, PyObject *id)
{
    gid_t gid;
    int fits;
    if (as_gid(id, &gid, &fits) < 0) return NULL;
    if (!fits) {
        KR_AUTO PyObject *zero = PyLong_FromLong(0);
        int negative = zero == NULL ? -1 : PyObject_RichCompareBool(id, zero, Py_LT);
        if (negative < 0) return NULL;
        return kr_raise(PyExc_OverflowError,
                        negative ? "gid is less than minimum" : "gid is greater than maximum");
    }
    return look_up(module, NULL, gid, id);
}

METHOD(getgrnam, "module, name: str",
       "Return the group database entry for the given group name.\n"
       "\n"
       "If name is not valid, raise KeyError.")
static PyObject *grp_getgrnam(PyObject *module, PyObject *name)
{
    KR_AUTO PyObject *bytes = PyUnicode_EncodeFSDefault(name);
    char *text;
    if (bytes == NULL || PyBytes_AsStringAndSize(bytes, &text, NULL) < 0) return NULL;
    return look_up(module, text, 0, name);
}

METHOD(getgrall, "module, /",
       "Return a list of all available group entries, in arbitrary order.\n"
       "\n"
       "An entry whose name starts with '+' or '-' represents an instruction\n"
       "to use YP/NIS and may not be accessible via getgrnam or getgrgid.")
static PyObject *grp_getgrall(PyObject *module)
{
    KR_AUTO PyObject *list = PyList_New(0);
    if (list == NULL) return NULL;
    setgrent();
    for (struct group *entry; (entry = getgrent()) != NULL;) {
        KR_AUTO PyObject *item = entry_of(module, entry);
        if (item == NULL || PyList_Append(list, item) < 0) {
            endgrent();
            return NULL;
        }
    }
    endgrent();
    return kr_take(list);
}

#include "modules/grp.methods.h"

static int fill(PyObject *module)
{
    PyTypeObject *type = PyStructSequence_NewType(&description);
    *(PyTypeObject **)PyModule_GetState(module) = type;
    return type == NULL ? -1 : PyModule_AddObjectRef(module, "struct_group", (PyObject *)type);
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
    .m_name = "grp",
    .m_doc = "Access to the Unix group database.\n"
             "\n"
             "Group entries are reported as 4-tuples containing the following fields\n"
             "from the group database, in order:\n"
             "\n"
             "  gr_name   - name of the group\n"
             "  gr_passwd - group password (encrypted); often empty\n"
             "  gr_gid    - numeric ID of the group\n"
             "  gr_mem    - list of members\n"
             "\n"
             "The gid is an integer, name and password are strings.  (Note that most\n"
             "users are not explicitly listed as members of the groups they are in\n"
             "according to the password database.  Check both databases to get\n"
             "complete membership information.)",
    .m_size = sizeof(PyTypeObject *),
    .m_methods = grp_methods,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
};

PyMODINIT_FUNC PyInit_grp(void)
{
    return PyModuleDef_Init(&definition);
}
