// sys_state.c - limits, counters and settings of the running interpreter.
#include "modules/sys/sys.h"

#include "Python.h"

#include "internal/pycore_object.h"
#include "internal/pycore_pymem.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/interpreter.h"

METHOD(getrecursionlimit, "module",
       "Return the current value of the recursion limit.\n\nThe recursion limit is the maximum "
       "depth of the Python interpreter\nstack.  This limit prevents infinite recursion from "
       "causing an overflow\nof the C stack and crashing Python.")
static PyObject *state_getrecursionlimit(PyObject *module)
{
    return PyLong_FromLong(Py_GetRecursionLimit());
}

METHOD(setrecursionlimit, "module, limit: int, /",
       "Set the maximum depth of the Python interpreter stack to n.\n\nThis limit prevents "
       "infinite recursion from causing an overflow of the C\nstack and crashing Python.  The "
       "highest possible limit is platform-\n"
       "dependent.")
static PyObject *state_setrecursionlimit(PyObject *module, int limit)
{
    PyThreadState *thread = kr_thread_current();
    int depth = thread->recursion_limit - thread->recursion_remaining;
    if (limit < 1)
        return kr_raise(PyExc_ValueError, "recursion limit must be greater or equal than 1");
    if (depth >= limit)
        return kr_raise(PyExc_RecursionError, "cannot set the recursion limit to %i at the "
                        "recursion depth %i: the limit is too low", limit, depth);
    Py_SetRecursionLimit(limit);
    Py_RETURN_NONE;
}

METHOD(getswitchinterval, "module",
       "Return the current thread switch interval; see sys.setswitchinterval().")
static PyObject *state_getswitchinterval(PyObject *module)
{
    return PyFloat_FromDouble(1e-6 * (double)_PyEval_GetSwitchInterval());
}

METHOD(setswitchinterval, "module, interval: double, /",
       "Set the ideal thread switching delay inside the Python interpreter.\n\nThe actual "
       "frequency of switching threads can be lower if the\ninterpreter executes long sequences "
       "of uninterruptible code\n(this is implementation-specific and workload-dependent).\n\n"
       "The parameter must represent the desired switching delay in seconds\nA typical value is "
       "0.005 (5 milliseconds).")
static PyObject *state_setswitchinterval(PyObject *module, double interval)
{
    if (!(interval > 0.0))
        return kr_raise(PyExc_ValueError, "switch interval must be strictly positive");
    _PyEval_SetSwitchInterval((unsigned long)(1e6 * interval));
    Py_RETURN_NONE;
}

METHOD(getrefcount, "module, object, /",
       "Return the reference count of object.\n\nThe count returned is generally one higher than "
       "you might expect,\nbecause it includes the (temporary) reference as an argument to\n"
       "getrefcount().")
static PyObject *state_getrefcount(PyObject *module, PyObject *object)
{
    return PyLong_FromSsize_t(Py_REFCNT(object));
}

// Size in bytes with the collector's header, (size_t)-1 with an exception.
static size_t size_of(PyObject *object)
{
    KR_AUTO PyObject *method = NULL;
    if (PyType_Ready(Py_TYPE(object)) < 0) return (size_t)-1;
    method = _PyObject_LookupSpecial(object, ID(__sizeof__));
    if (method == NULL) {
        if (!PyErr_Occurred())
            kr_raise(PyExc_TypeError, "Type %.100s doesn't define __sizeof__",
                     Py_TYPE(object)->tp_name);
        return (size_t)-1;
    }
    KR_AUTO PyObject *number = PyObject_CallNoArgs(method);
    if (number == NULL) return (size_t)-1;
    Py_ssize_t size = PyLong_AsSsize_t(number);
    if (size == -1 && PyErr_Occurred()) return (size_t)-1;
    if (size < 0) return (size_t)kr_raise_int(PyExc_ValueError, "__sizeof__() should return >= 0");
    size_t header = PyObject_IS_GC(object) ? 16 : 0;
    if (PyType_HasFeature(Py_TYPE(object), 1UL << 4)) header += 16;
    return (size_t)size + header;
}

METHOD(getsizeof, "module, object, default: object = NULL",
       "getsizeof(object [, default]) -> int\n\nReturn the size of object in bytes.")
static PyObject *state_getsizeof(PyObject *module, PyObject *object, PyObject *fallback)
{
    size_t size = size_of(object);
    if (size != (size_t)-1) return PyLong_FromSize_t(size);
    if (fallback == NULL || !PyErr_ExceptionMatches(PyExc_TypeError)) return NULL;
    PyErr_Clear();
    return Py_NewRef(fallback);
}

METHOD(getallocatedblocks, "module", "Return the number of memory blocks currently allocated.")
static PyObject *state_getallocatedblocks(PyObject *module)
{
    return PyLong_FromSsize_t(_Py_GetAllocatedBlocks());
}

METHOD(_clear_type_cache, "module", "Clear the internal type lookup cache.")
static PyObject *state__clear_type_cache(PyObject *module)
{
    PyType_ClearCache();
    Py_RETURN_NONE;
}

METHOD(intern, "module, string: str, /",
       "``Intern'' the given string.\n\nThis enters the string in the (global) table of interned "
       "strings whose\npurpose is to speed up dictionary lookups. Return the string itself or\n"
       "the previously interned string object with the same value.")
static PyObject *state_intern(PyObject *module, PyObject *string)
{
    if (!PyUnicode_CheckExact(string))
        return kr_raise(PyExc_TypeError, "can't intern %.400s", Py_TYPE(string)->tp_name);
    Py_INCREF(string);
    PyUnicode_InternInPlace(&string);
    return string;
}

METHOD(is_finalizing, "module", "Return True if Python is exiting.")
static PyObject *state_is_finalizing(PyObject *module)
{
    return PyBool_FromLong(_Py_IsFinalizing());
}

// --- encodings and limits -----------------------------------------------------------------------

METHOD(getdefaultencoding, "module",
       "Return the current default encoding used by the Unicode implementation.")
static PyObject *state_getdefaultencoding(PyObject *module)
{
    return PyUnicode_FromString("utf-8");
}

METHOD(getfilesystemencoding, "module",
       "Return the encoding used to convert Unicode filenames to OS filenames.")
static PyObject *state_getfilesystemencoding(PyObject *module)
{
    return PyUnicode_FromWideChar(kr_interpreter_current()->config.filesystem_encoding, -1);
}

METHOD(getfilesystemencodeerrors, "module",
       "Return the error mode used Unicode to OS filename conversion.")
static PyObject *state_getfilesystemencodeerrors(PyObject *module)
{
    return PyUnicode_FromWideChar(kr_interpreter_current()->config.filesystem_errors, -1);
}

METHOD(get_int_max_str_digits, "module",
       "Return the maximum string digits limit for non-binary int<->str conversions.")
static PyObject *state_get_int_max_str_digits(PyObject *module)
{
    return PyLong_FromLong(kr_interpreter_current()->int_max_str_digits);
}

METHOD(set_int_max_str_digits, "module, maxdigits: int",
       "Set the maximum string digits limit for non-binary int<->str conversions.")
static PyObject *state_set_int_max_str_digits(PyObject *module, int digits)
{
    if (digits != 0 && digits < 640)
        return kr_raise(PyExc_ValueError, "maxdigits must be 0 or larger than %d", 640);
    kr_interpreter_current()->int_max_str_digits = digits;
    Py_RETURN_NONE;
}

METHOD(getdlopenflags, "module",
       "Return the current value of the flags that are used for dlopen calls.\n\nThe flag "
       "constants are defined in the os module.")
static PyObject *state_getdlopenflags(PyObject *module)
{
    return PyLong_FromLong(kr_interpreter_current()->dlopenflags);
}

METHOD(setdlopenflags, "module, flags: int, /",
       "Set the flags used by the interpreter for dlopen calls.\n\nThis is used, for example, "
       "when the interpreter loads extension\nmodules. Among other things, this will enable a "
       "lazy resolving of\nsymbols when importing a module, if called as "
       "sys.setdlopenflags(0).\nTo share symbols across extension modules, call as\n"
       "sys.setdlopenflags(os.RTLD_GLOBAL).  Symbolic names for the flag\nmodules can be found "
       "in the os module (RTLD_xxx constants, e.g.\nos.RTLD_LAZY).")
static PyObject *state_setdlopenflags(PyObject *module, int flags)
{
    kr_interpreter_current()->dlopenflags = flags;
    Py_RETURN_NONE;
}

METHOD(_debugmallocstats, "module",
       "Print summary info to stderr about the state of pymalloc's structures.\n\nIn Py_DEBUG "
       "mode, also perform some expensive internal consistency\nchecks.")
static PyObject *state__debugmallocstats(PyObject *module)
{
    _PyObject_DebugMallocStats(stderr);
    fputc('\n', stderr);
    _PyObject_DebugTypeStats(stderr);
    Py_RETURN_NONE;
}

#include "modules/sys/sys_state.methods.h"

int kr_sys_add_state(PyObject *module)
{
    return PyModule_AddFunctions(module, state_methods);
}
