// super.c - the arguments of super() without arguments.
#include "vm/super.h"

#include "bytecode/opcodes.h"
#include "cpython/cellobject.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "runtime/thread.h"
#include "unicodeobject.h"
#include "vm/frame.h"
#include "vm/instructions.numbers.h"

// The first argument, borrowed; it may have moved into a cell.
static PyObject *first_argument(KrFrame *frame)
{
    PyObject *value = kr_word_object(frame->localsplus[0]);
    if (value == NULL || !(kr_code_slot_kind(frame->f_code, 0) & KR_SLOT_CELL)) return value;
    // Before MAKE_CELL has run, the argument itself lies there.
    if (!PyCell_Check(value) || kr_frame_last_index(frame) < 0) return value;
    return PyCell_GET(value);
}

int kr_super_arguments(PyObject **ret_class, PyObject **ret_self)
{
    KrFrame *frame = kr_frame_current(kr_thread_current());
    if (frame == NULL) return kr_raise_int(PyExc_RuntimeError, "super(): no current frame");
    PyCodeObject *code = frame->f_code;
    if (code->co_argcount == 0) return kr_raise_int(PyExc_RuntimeError, "super(): no arguments");
    PyObject *self = first_argument(frame);
    if (self == NULL) return kr_raise_int(PyExc_RuntimeError, "super(): arg[0] deleted");
    for (int i = code->co_nlocalsplus - code->co_nfreevars; i < code->co_nlocalsplus; i++) {
        if (!_PyUnicode_EqualToASCIIString(kr_code_slot_name(code, i), "__class__")) continue;
        PyObject *cell = kr_word_object(frame->localsplus[i]);
        if (cell == NULL || !PyCell_Check(cell))
            return kr_raise_int(PyExc_RuntimeError, "super(): bad __class__ cell");
        PyObject *type = PyCell_GET(cell);
        if (type == NULL) return kr_raise_int(PyExc_RuntimeError, "super(): empty __class__ cell");
        if (!PyType_Check(type))
            return kr_raise_int(PyExc_RuntimeError, "super(): __class__ is not a type (%s)",
                                Py_TYPE(type)->tp_name);
        *ret_class = Py_NewRef(type);
        *ret_self = Py_NewRef(self);
        return 0;
    }
    return kr_raise_int(PyExc_RuntimeError, "super(): __class__ cell not found");
}
