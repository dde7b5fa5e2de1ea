// sys_hooks.c - displayhook, excepthook, unraisablehook, breakpointhook, audit.
#include "modules/sys/sys.h"

#include "Python.h"

#include "internal/pycore_pyerrors.h"
#include "objects/errors/raise.h"
#include "objects/errors/unraisable.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/interpreter.h"

// --- displayhook --------------------------------------------------------------------------------

// Writes repr(object) in the stream's encoding, with what it cannot encode as \x, \u, \U.
static int write_escaped(PyObject *stream, PyObject *object)
{
    KR_AUTO PyObject *text = PyObject_Repr(object);
    KR_AUTO PyObject *encoding = text == NULL ? NULL : PyObject_GetAttr(stream, ID(encoding));
    const char *name = encoding == NULL ? NULL : PyUnicode_AsUTF8(encoding);
    KR_AUTO PyObject *bytes = name == NULL ? NULL
        : PyUnicode_AsEncodedString(text, name, "backslashreplace");
    if (bytes == NULL) return -1;
    KR_AUTO PyObject *buffer = NULL;
    if (_PyObject_LookupAttr(stream, ID(buffer), &buffer) < 0) return -1;
    if (buffer != NULL) {
        PyObject *written = PyObject_CallMethodOneArg(buffer, ID(write), bytes);
        Py_XDECREF(written);
        return written == NULL ? -1 : 0;
    }
    KR_AUTO PyObject *escaped = PyUnicode_FromEncodedObject(bytes, name, "strict");
    return escaped == NULL ? -1 : PyFile_WriteObject(escaped, stream, Py_PRINT_RAW);
}

METHOD(displayhook, "module, object, /",
       "Print an object to sys.stdout and also save it in builtins._")
static PyObject *hook_displayhook(PyObject *module, PyObject *object)
{
    PyObject *builtins = PyImport_GetModule(ID(builtins));
    if (builtins == NULL) {
        if (!PyErr_Occurred()) kr_raise(PyExc_RuntimeError, "lost builtins module");
        return NULL;
    }
    KR_AUTO PyObject *held = builtins;
    if (object == Py_None) Py_RETURN_NONE;
    if (PyObject_SetAttr(held, ID(_), Py_None) < 0) return NULL;
    PyObject *stream = PySys_GetObject("stdout");
    if (stream == NULL || stream == Py_None)
        return kr_raise(PyExc_RuntimeError, "lost sys.stdout");
    KR_AUTO PyObject *held_stream = Py_NewRef(stream);
    if (PyFile_WriteObject(object, stream, 0) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return NULL;
        PyErr_Clear();
        if (write_escaped(stream, object) < 0) return NULL;
    }
    if (PyFile_WriteString("\n", stream) < 0) return NULL;
    if (PyObject_SetAttr(held, ID(_), object) < 0) return NULL;
    Py_RETURN_NONE;
}

// --- exceptions ---------------------------------------------------------------------------------

METHOD(excepthook, "module, exctype, value, traceback, /",
       "Handle an exception by displaying it with a traceback on sys.stderr.")
static PyObject *hook_excepthook(PyObject *module, PyObject *type, PyObject *value,
                                 PyObject *traceback)
{
    PyErr_Display(type, value, traceback);
    Py_RETURN_NONE;
}

METHOD(unraisablehook, "module, unraisable, /",
       "Handle an unraisable exception.\n\nThe unraisable argument has the following "
       "attributes:\n\n* exc_type: Exception type.\n* exc_value: Exception value, can be None.\n"
       "* exc_traceback: Exception traceback, can be None.\n* err_msg: Error message, can be "
       "None.\n* object: Object causing the exception, can be None.")
static PyObject *hook_unraisablehook(PyObject *module, PyObject *argument)
{
    return kr_unraisable_report(argument);
}

METHOD(exc_info, "module",
       "Return current exception information: (type, value, traceback).\n\nReturn information "
       "about the most recent exception caught by an except\nclause in the current stack frame "
       "or in an older stack frame.")
static PyObject *hook_exc_info(PyObject *module)
{
    return _PyErr_StackItemToExcInfoTuple(_PyErr_GetTopmostException(kr_thread_current()));
}

METHOD(exception, "module",
       "Return the current exception.\n\nReturn the most recent exception caught by an except "
       "clause\nin the current stack frame or in an older stack frame, or None\nif no such "
       "exception exists.")
static PyObject *hook_exception(PyObject *module)
{
    PyObject *value = PyErr_GetHandledException();
    return value == NULL ? Py_NewRef(Py_None) : value;
}

METHOD(exit, "module, status: object = None, /",
       "Exit the interpreter by raising SystemExit(status).\n\nIf the status is omitted or None, "
       "it defaults to zero (i.e., success).\nIf the status is an integer, it will be used as "
       "the system exit status.\nIf it is another kind of object, it will be printed and the "
       "system\nexit status will be one (i.e., failure).")
static PyObject *hook_exit(PyObject *module, PyObject *status)
{
    return kr_raise_value(PyExc_SystemExit, status);
}

// --- breakpointhook -----------------------------------------------------------------------------

// New reference to what PYTHONBREAKPOINT names, None where the variable switches the hook off.
static PyObject *find_breakpoint_function(const char *name)
{
    if (strcmp(name, "0") == 0) Py_RETURN_NONE;
    const char *dot = strrchr(name, '.');
    KR_AUTO PyObject *module_name = dot == NULL ? PyUnicode_FromString("builtins")
        : PyUnicode_FromStringAndSize(name, dot - name);
    KR_AUTO PyObject *module = module_name == NULL || dot == name ? NULL
        : PyImport_Import(module_name);
    if (module == NULL && PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_ImportError))
        return NULL;
    PyObject *function = module == NULL ? NULL
        : PyObject_GetAttrString(module, dot == NULL ? name : dot + 1);
    if (function != NULL) return function;
    if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_ImportError) &&
        !PyErr_ExceptionMatches(PyExc_AttributeError))
        return NULL;
    PyErr_Clear();
    if (PyErr_WarnFormat(PyExc_RuntimeWarning, 0,
                         "Ignoring unimportable $PYTHONBREAKPOINT: \"%s\"", name) < 0)
        return NULL;
    Py_RETURN_NONE;
}

METHOD(breakpointhook, "module, *args: array, **kws",
       "breakpointhook(*args, **kws)\n\nThis hook function is called by built-in breakpoint().\n")
static PyObject *hook_breakpointhook(PyObject *module, PyObject *const *args, Py_ssize_t count,
                                     PyObject *keywords)
{
    const char *name = kr_interpreter_current()->config.use_environment
        ? getenv("PYTHONBREAKPOINT") : NULL;
    if (name == NULL || *name == '\0') name = "pdb.set_trace";
    KR_AUTO PyObject *function = find_breakpoint_function(name);
    if (function == NULL || function == Py_None) return kr_take(function);
    return PyObject_VectorcallDict(function, args, (size_t)count, keywords);
}

// --- audit --------------------------------------------------------------------------------------

METHOD(audit, "module, event: str, /, *args",
       "audit(event, *args)\n\nPasses the event to any audit hooks that are attached.")
static PyObject *hook_audit(PyObject *module, PyObject *event, PyObject *args)
{
    const char *name = PyUnicode_AsUTF8(event);
    if (name == NULL || PySys_Audit(name, "O", args) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(addaudithook, "module, hook", "Adds a new audit hook callback.")
static PyObject *hook_addaudithook(PyObject *module, PyObject *hook)
{
    if (PySys_Audit("sys.addaudithook", NULL) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_RuntimeError)) return NULL;
        PyErr_Clear();
        Py_RETURN_NONE;
    }
    PyInterpreterState *interpreter = kr_interpreter_current();
    if (interpreter->audit_hooks == NULL) interpreter->audit_hooks = PyList_New(0);
    if (interpreter->audit_hooks == NULL || PyList_Append(interpreter->audit_hooks, hook) < 0)
        return NULL;
    Py_RETURN_NONE;
}

#include "modules/sys/sys_hooks.methods.h"

// The originals are kept under __name__, for programs that replace a hook.
static int keep_originals(PyObject *dict)
{
    static const char *const names[] = {"displayhook", "excepthook", "unraisablehook",
                                        "breakpointhook"};
    for (int i = 0; i < 4; i++) {
        KR_AUTO PyObject *kept = PyUnicode_FromFormat("__%s__", names[i]);
        if (kept == NULL || PyDict_SetItem(dict, kept, PyDict_GetItemString(dict, names[i])) < 0)
            return -1;
    }
    return PyDict_SetItemString(dict, "UnraisableHookArgs", (PyObject *)kr_unraisable_args_type());
}

int kr_sys_add_hooks(PyObject *module)
{
    if (kr_unraisable_start() < 0 || PyModule_AddFunctions(module, hook_methods) < 0) return -1;
    return keep_originals(PyModule_GetDict(module));
}
