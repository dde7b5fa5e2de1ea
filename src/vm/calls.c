// calls.c - ways into the interpreter loop: calls of functions, execution of code objects.
#include "vm/calls.h"

#include "cpython/classobject.h"
#include "pymem.h"
#include "methodobject.h"
#include "abstract.h"
#include "dictobject.h"
#include "moduleobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "vm/binding.h"
#include "vm/function.h"
#include "vm/interpreter.h"
#include "vm/tracing.h"
#include "vm/variables.h"
#include "internal/pycore_object.h"

// Runs a frame that the thread owns, and gives its room back if the loop did not (a PEP 523 hook
// may fail early).
static inline PyObject *run(PyThreadState *thread, KrFrame *frame)
{
    return kr_interpreter_run(thread, frame, 0);
}

PyObject *kr_calls_function(PyThreadState *thread, PyFunctionObject *function, PyObject *locals,
                            PyObject *const *arguments, size_t positional, PyObject *keyword_names)
{
    size_t count = positional
        + (keyword_names == NULL ? 0 : (size_t)PyTuple_GET_SIZE(keyword_names));
    for (size_t i = 0; i < count; i++) Py_INCREF(arguments[i]);
    Py_INCREF(function);
    KrFrame *frame = kr_binding_push_frame_in(thread, function, locals, (KrWord *)arguments,
                                              (Py_ssize_t)positional, keyword_names);
    return frame == NULL ? NULL : run(thread, frame);
}

PyObject *_PyFunction_Vectorcall(PyObject *callable, PyObject *const *arguments,
                                 size_t flagged_count, PyObject *keyword_names)
{
    PyFunctionObject *function = (PyFunctionObject *)callable;
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    PyObject *locals = code->co_flags & CO_OPTIMIZED ? NULL : function->func_globals;
    return kr_calls_function(kr_thread_current(), function, locals, arguments,
                             (size_t)PyVectorcall_NARGS(flagged_count), keyword_names);
}

PyObject *PyEval_EvalCode(PyObject *code, PyObject *globals, PyObject *locals)
{
    PyThreadState *thread = kr_thread_current();
    if (globals == NULL) return kr_raise(PyExc_SystemError, "PyEval_EvalCode: NULL globals");
    if (locals == NULL) locals = globals;
    PyObject *builtins = kr_variables_builtins_of(thread, globals);
    if (builtins == NULL) {
        if (!PyErr_Occurred()) kr_raise(PyExc_RuntimeError, "no builtins");
        return NULL;
    }
    PyFunctionObject *function = kr_function_for_code((PyCodeObject *)code, globals, builtins);
    if (function == NULL) return NULL;
    PyObject *result = kr_calls_function(thread, function, locals, NULL, 0, NULL);
    Py_DECREF(function);
    return result;
}

// (names…) and values of the keyword pairs, appended to a copy of the positional ones.
static PyObject **join_arguments(PyObject *const *args, int count, PyObject *const *pairs,
                                 int pair_count, PyObject **ret_names)
{
    PyObject **all = PyMem_Calloc((size_t)(count + pair_count) + 1, sizeof *all);
    if (all == NULL) return (PyObject **)PyErr_NoMemory();
    PyObject *names = PyTuple_New(pair_count);
    if (names == NULL) {
        PyMem_Free(all);
        return NULL;
    }
    for (int i = 0; i < count; i++) all[i] = args[i];
    for (int i = 0; i < pair_count; i++) {
        PyTuple_SET_ITEM(names, i, Py_NewRef(pairs[2 * i]));
        all[count + i] = pairs[2 * i + 1];
    }
    *ret_names = names;
    return all;
}

PyObject *PyEval_EvalCodeEx(PyObject *code, PyObject *globals, PyObject *locals,
                            PyObject *const *args, int count, PyObject *const *pairs,
                            int pair_count, PyObject *const *defaults, int default_count,
                            PyObject *keyword_defaults, PyObject *closure)
{
    PyThreadState *thread = kr_thread_current();
    PyObject *builtins = kr_variables_builtins_of(thread, globals);
    if (builtins == NULL) return NULL;
    KR_AUTO PyObject *default_tuple = PyTuple_New(default_count);
    if (default_tuple == NULL) return NULL;
    for (int i = 0; i < default_count; i++)
        PyTuple_SET_ITEM(default_tuple, i, Py_NewRef(defaults[i]));
    KR_AUTO PyObject *function = (PyObject *)kr_function_for_code((PyCodeObject *)code, globals,
                                                                  builtins);
    if (function == NULL) return NULL;
    PyFunctionObject *made = (PyFunctionObject *)function;
    made->func_defaults = kr_take(default_tuple);
    made->func_kwdefaults = Py_XNewRef(keyword_defaults);
    made->func_closure = Py_XNewRef(closure);
    KR_AUTO PyObject *names = NULL;
    PyObject **all = join_arguments(args, count, pairs, pair_count, &names);
    if (all == NULL) return NULL;
    bool optimized = ((PyCodeObject *)code)->co_flags & CO_OPTIMIZED;
    PyObject *result = kr_calls_function(thread, made,
                                         optimized ? NULL : locals != NULL ? locals : globals, all,
                                         (size_t)count, pair_count > 0 ? names : NULL);
    PyMem_Free(all);
    return result;
}

PyObject *PyEval_EvalFrame(PyFrameObject *object)
{
    return PyEval_EvalFrameEx(object, 0);
}

PyObject *PyEval_EvalFrameEx(PyFrameObject *object, int throw_flag)
{
    return kr_interpreter_run(kr_thread_current(), object->f_frame, throw_flag);
}

static PyObject *unpack_arguments(PyObject *callable, PyObject *arguments)
{
    if (PyTuple_CheckExact(arguments)) return Py_NewRef(arguments);
    if (Py_TYPE(arguments)->tp_iter == NULL && !PySequence_Check(arguments)) {
        KR_AUTO PyObject *name = _PyObject_FunctionStr(callable);
        if (name == NULL) return NULL;
        return kr_raise(PyExc_TypeError, "%U argument after * must be an iterable, not %.200s",
                        name, Py_TYPE(arguments)->tp_name);
    }
    return PySequence_Tuple(arguments);
}

PyObject *kr_calls_with_unpacked(PyThreadState *thread, PyObject *callable, PyObject *arguments,
                                 PyObject *keywords, bool traced)
{
    KR_AUTO PyObject *tuple = unpack_arguments(callable, arguments);
    if (tuple == NULL) return NULL;
    if (traced) return kr_tracing_call_unpacked(thread, callable, tuple, keywords);
    return PyObject_Call(callable, tuple, keywords);
}

PyObject *kr_calls_context_methods(PyThreadState *thread, PyObject *manager, bool is_async,
                                   PyObject **ret_exit)
{
    const char *kind = is_async ? "asynchronous context manager" : "context manager";
    KR_AUTO PyObject *enter = _PyObject_LookupSpecial(manager,
                                                      is_async ? ID(__aenter__) : ID(__enter__));
    if (enter == NULL) {
        if (!PyErr_Occurred())
            kr_raise(PyExc_TypeError, "'%.200s' object does not support the %s protocol",
                     Py_TYPE(manager)->tp_name, kind);
        return NULL;
    }
    PyObject *exit_name = is_async ? ID(__aexit__) : ID(__exit__);
    PyObject *exit = _PyObject_LookupSpecial(manager, exit_name);
    if (exit == NULL) {
        if (!PyErr_Occurred())
            kr_raise(PyExc_TypeError, "'%.200s' object does not support the %s protocol (missed "
                     "%U method)", Py_TYPE(manager)->tp_name, kind, exit_name);
        return NULL;
    }
    *ret_exit = exit;
    return kr_take(enter);
}

// --- what the running frame sees ----------------------------------------------------------------

PyFrameObject *PyEval_GetFrame(void)
{
    KrFrame *frame = kr_frame_current(kr_thread_current());
    if (frame == NULL) return NULL;
    PyFrameObject *object = kr_frame_object(frame);
    if (object == NULL) PyErr_Clear();
    return object;
}

PyObject *PyEval_GetLocals(void)
{
    KrFrame *frame = kr_frame_current(kr_thread_current());
    if (frame == NULL) return kr_raise(PyExc_SystemError, "frame does not exist");
    return kr_frame_locals(frame);
}

PyObject *PyEval_GetGlobals(void)
{
    KrFrame *frame = kr_frame_current(kr_thread_current());
    return frame == NULL ? NULL : frame->f_globals;
}

PyObject *PyEval_GetBuiltins(void)
{
    PyThreadState *thread = kr_thread_current();
    KrFrame *frame = kr_frame_current(thread);
    return frame == NULL ? thread->interp->builtins : frame->f_builtins;
}

PyObject *_PyEval_GetBuiltin(PyObject *name)
{
    PyObject *builtins = PyEval_GetBuiltins();
    PyObject *found = PyObject_GetItem(builtins, name);
    if (found == NULL && PyErr_ExceptionMatches(PyExc_KeyError))
        PyErr_SetObject(PyExc_AttributeError, name);
    return found;
}

PyObject *_PyEval_GetBuiltinId(_Py_Identifier *name)
{
    return _PyEval_GetBuiltin(_PyUnicode_FromId(name));
}

int PyEval_MergeCompilerFlags(PyCompilerFlags *flags)
{
    KrFrame *frame = kr_frame_current(kr_thread_current());
    if (frame != NULL) flags->cf_flags |= frame->f_code->co_flags & PyCF_MASK;
    return flags->cf_flags != 0;
}

const char *PyEval_GetFuncName(PyObject *callable)
{
    if (PyMethod_Check(callable)) return PyEval_GetFuncName(PyMethod_GET_FUNCTION(callable));
    if (PyFunction_Check(callable))
        return PyUnicode_AsUTF8(((PyFunctionObject *)callable)->func_name);
    if (PyCFunction_Check(callable)) return ((PyCFunctionObject *)callable)->m_ml->ml_name;
    return Py_TYPE(callable)->tp_name;
}

const char *PyEval_GetFuncDesc(PyObject *callable)
{
    if (PyMethod_Check(callable) || PyFunction_Check(callable) || PyCFunction_Check(callable))
        return "()";
    return " object";
}
