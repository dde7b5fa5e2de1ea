// syslog.c - the module syslog: messages to the system's log.
#include <syslog.h>

#include "bytesobject.h"
#include "listobject.h"
#include "longobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "sysmodule.h"
#include "unicodeobject.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

// The C library keeps the pointer to the identity until closelog: so does the module.
typedef struct KrSyslog {
    PyObject *identity;
    int is_open;
} KrSyslog;

static KrSyslog *state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

// The program's name out of sys.argv[0], or NULL without an exception.
static PyObject *program_name(void)
{
    PyObject *arguments = PySys_GetObject("argv");
    if (arguments == NULL || !PyList_Check(arguments) || PyList_GET_SIZE(arguments) == 0)
        return NULL;
    PyObject *path = PyList_GET_ITEM(arguments, 0);
    if (!PyUnicode_Check(path) || PyUnicode_GET_LENGTH(path) == 0) return NULL;
    Py_ssize_t slash = PyUnicode_FindChar(path, '/', 0, PyUnicode_GET_LENGTH(path), -1);
    if (slash == -2) return NULL;
    return slash >= 0 ? PyUnicode_Substring(path, slash + 1, PyUnicode_GET_LENGTH(path))
        : Py_NewRef(path);
}

static int open_log(PyObject *module, PyObject *identity, long options, long facility)
{
    KR_AUTO PyObject *name = identity != NULL ? Py_NewRef(identity) : program_name();
    if (name == NULL && PyErr_Occurred()) return -1;
    KR_AUTO PyObject *bytes = name == NULL ? NULL : PyUnicode_AsUTF8String(name);
    if (name != NULL && bytes == NULL) return -1;
    if (PySys_Audit("syslog.openlog", "Oll", name == NULL ? Py_None : name, options, facility) < 0)
        return -1;
    openlog(bytes == NULL ? NULL : PyBytes_AS_STRING(bytes), (int)options, (int)facility);
    Py_XSETREF(state_of(module)->identity, kr_take(bytes));
    state_of(module)->is_open = 1;
    return 0;
}

METHOD(openlog, "module, ident: str = NULL, logoption: long = 0, facility: long = LOG_USER",
       "Set logging options of subsequent syslog() calls.")
static PyObject *syslog_openlog(PyObject *module, PyObject *identity, long options, long facility)
{
    if (open_log(module, identity, options, facility) < 0) return NULL;
    Py_RETURN_NONE;
}

static PyObject *log_message(PyObject *module, int priority, PyObject *message)
{
    if (!PyUnicode_Check(message))
        return kr_raise(PyExc_TypeError, "[priority,] message string");
    const char *text = PyUnicode_AsUTF8(message);
    if (text == NULL || PySys_Audit("syslog.syslog", "is", priority, text) < 0) return NULL;
    if (!state_of(module)->is_open && open_log(module, NULL, 0, LOG_USER) < 0) return NULL;
    syslog(priority, "%s", text);
    Py_RETURN_NONE;
}

METHOD(syslog, "module, *args: array",
       "syslog([priority=LOG_INFO,] message)\n\nSend the string message to the system logger.")
static PyObject *syslog_syslog(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    int priority = LOG_INFO;
    if (!_PyArg_CheckPositional("syslog", count, 1, 2)) return NULL;
    if (count == 2 && kr_argument_int(args[0], &priority) < 0) return NULL;
    return log_message(module, priority, args[count - 1]);
}

METHOD(closelog, "module",
       "Reset the syslog module values and call the system library closelog().")
static PyObject *syslog_closelog(PyObject *module)
{
    if (PySys_Audit("syslog.closelog", NULL) < 0) return NULL;
    if (state_of(module)->is_open) {
        closelog();
        Py_CLEAR(state_of(module)->identity);
        state_of(module)->is_open = 0;
    }
    Py_RETURN_NONE;
}

METHOD(setlogmask, "module, maskpri: long, /",
       "Set the priority mask to maskpri and return the previous mask value.")
static PyObject *syslog_setlogmask(PyObject *module, long mask)
{
    if (PySys_Audit("syslog.setlogmask", "l", mask) < 0) return NULL;
    return PyLong_FromLong(setlogmask((int)mask));
}

METHOD(LOG_MASK, "module, pri: long, /", "Calculates the mask for the individual priority pri.")
static PyObject *syslog_LOG_MASK(PyObject *module, long priority)
{
    return PyLong_FromLong(LOG_MASK((int)priority));
}

METHOD(LOG_UPTO, "module, pri: long, /",
       "Calculates the mask for all priorities up to and including pri.")
static PyObject *syslog_LOG_UPTO(PyObject *module, long priority)
{
    return PyLong_FromLong(LOG_UPTO((int)priority));
}

#include "modules/syslog.methods.h"

#define CONSTANT(name) {#name, name}

static const struct {
    const char *name;
    int value;
} constants[] = {
    CONSTANT(LOG_EMERG),  CONSTANT(LOG_ALERT),  CONSTANT(LOG_CRIT),   CONSTANT(LOG_ERR),
    CONSTANT(LOG_WARNING),
    CONSTANT(LOG_NOTICE), CONSTANT(LOG_INFO),   CONSTANT(LOG_DEBUG),  CONSTANT(LOG_PID),
    CONSTANT(LOG_CONS),
    CONSTANT(LOG_NDELAY), CONSTANT(LOG_ODELAY), CONSTANT(LOG_NOWAIT), CONSTANT(LOG_PERROR),
    CONSTANT(LOG_KERN),
    CONSTANT(LOG_USER),   CONSTANT(LOG_MAIL),   CONSTANT(LOG_DAEMON), CONSTANT(LOG_AUTH),
    CONSTANT(LOG_LPR),
    CONSTANT(LOG_LOCAL0), CONSTANT(LOG_LOCAL1), CONSTANT(LOG_LOCAL2), CONSTANT(LOG_LOCAL3),
    CONSTANT(LOG_LOCAL4),
    CONSTANT(LOG_LOCAL5), CONSTANT(LOG_LOCAL6), CONSTANT(LOG_LOCAL7), CONSTANT(LOG_SYSLOG),
    CONSTANT(LOG_CRON),
    CONSTANT(LOG_UUCP),   CONSTANT(LOG_NEWS),   CONSTANT(LOG_AUTHPRIV),
};

static int execute(PyObject *module)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(constants); i++)
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) return -1;
    return 0;
}

static int module_clear(PyObject *module)
{
    if (state_of(module)->is_open) closelog();
    state_of(module)->is_open = 0;
    Py_CLEAR(state_of(module)->identity);
    return 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "syslog",
    .m_size = sizeof(KrSyslog),
    .m_methods = syslog_methods,
    .m_slots = slots,
    .m_clear = module_clear,
};

PyMODINIT_FUNC PyInit_syslog(void)
{
    return PyModuleDef_Init(&definition);
}
