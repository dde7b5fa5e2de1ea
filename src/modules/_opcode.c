// _opcode.c - the module _opcode: stack effects of instructions, for the library's dis and opcode.
#include "Python.h"

#include <limits.h>

#include "bytecode/opcodes.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

// 1, 0, or -1 for None (the larger of both); -2 with an exception.
static int which_jump(PyObject *jump)
{
    if (jump == Py_None) return -1;
    if (jump == Py_True) return 1;
    if (jump == Py_False) return 0;
    PyErr_SetString(PyExc_ValueError, "stack_effect: jump must be False, True or None");
    return -2;
}

METHOD(stack_effect, "module, opcode: int, oparg: object = None, /, *, jump: object = None",
       "Compute the stack effect of the opcode.")
static PyObject *opcode_stack_effect(PyObject *module, int opcode, PyObject *oparg, PyObject *jump)
{
    int taken = which_jump(jump), argument = 0;
    if (taken == -2) return NULL;
    bool has_argument = opcode >= KR_OPCODE_FIRST_WITH_ARGUMENT;
    if (has_argument != (oparg != Py_None))
        return kr_raise(PyExc_ValueError, has_argument
                        ? "stack_effect: opcode requires oparg but oparg was not specified"
                        : "stack_effect: opcode does not permit oparg but oparg was specified");
    if (has_argument && kr_argument_int(oparg, &argument) < 0) return NULL;
    int effect = kr_opcode_stack_effect(opcode, argument, taken);
    if (effect == INT_MAX) return kr_raise(PyExc_ValueError, "invalid opcode or oparg");
    return PyLong_FromLong(effect);
}

METHOD(get_specialization_stats, "module, /", "Return the specialization stats")
static PyObject *opcode_get_specialization_stats(PyObject *module)
{
    Py_RETURN_NONE;
}

#include "modules/_opcode.methods.h"

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_opcode",
    .m_doc = "Opcode support module.",
    .m_methods = opcode_methods,
};

PyMODINIT_FUNC PyInit__opcode(void)
{
    return PyModuleDef_Init(&definition);
}
