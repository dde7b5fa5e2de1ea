// interpreters.c - settings of interpreters, identifiers, and the hook in front of the evaluator
// (PEP 523).
#include "Python.h"

#include "internal/pycore_interp.h"
#include "internal/pycore_pystate.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

void _PyInterpreterState_SetEvalFrameFunc(PyInterpreterState *interpreter,
                                          _PyFrameEvalFunction evaluator)
{
    interpreter->has_own_eval_frame = evaluator != NULL && evaluator != _PyEval_EvalFrameDefault;
    interpreter->eval_frame = evaluator != NULL ? evaluator : _PyEval_EvalFrameDefault;
}

PyObject *_PyInterpreterState_GetMainModule(PyInterpreterState *interpreter)
{
    if (interpreter->modules == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "interpreter not initialized");
        return NULL;
    }
    return PyMapping_GetItemString(interpreter->modules, "__main__");
}

PyInterpreterState *_PyInterpreterState_LookUpID(int64_t id)
{
    PyInterpreterState *found = id < 0 ? NULL : kr_interpreter_find(id);
    if (found == NULL && !PyErr_Occurred())
        PyErr_Format(PyExc_RuntimeError, "unrecognized interpreter ID %lld", (long long)id);
    return found;
}

void _PyInterpreterState_IDDecref(PyInterpreterState *interpreter)
{
    assert(interpreter->id_references > 0);
    interpreter->id_references--;
}

void _PyTraceback_Add(const char *function, const char *filename, int line)
{
    if (kr_hooks.add_traceback != NULL) kr_hooks.add_traceback(function, filename, line);
}
