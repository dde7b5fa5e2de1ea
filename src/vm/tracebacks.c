// tracebacks.c - traceback objects, and how an exception gets them on its way out.
#include "vm/tracebacks.h"

#include "dictobject.h"
#include "internal/pycore_traceback.h"
#include "listobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "structmember.h"
#include "traceback.h"

static PyObject *new_entry(PyObject *next, PyFrameObject *frame, int last_byte, int line)
{
    PyTracebackObject *entry = PyObject_GC_New(PyTracebackObject, &PyTraceBack_Type);
    if (entry == NULL) return NULL;
    entry->tb_next = (PyTracebackObject *)Py_XNewRef(next);
    entry->tb_frame = (PyFrameObject *)Py_NewRef((PyObject *)frame);
    entry->tb_lasti = last_byte;
    entry->tb_lineno = line;
    PyObject_GC_Track(entry);
    return (PyObject *)entry;
}

void kr_traceback_add(PyThreadState *thread, KrFrame *frame)
{
    PyFrameObject *object = kr_frame_object(frame);
    if (object != NULL) PyTraceBack_Here(object);
    (void)thread;
}

PyObject *_PyTraceBack_FromFrame(PyObject *next, PyFrameObject *frame)
{
    assert(next == NULL || next == Py_None || PyTraceBack_Check(next));
    // The line is found when somebody asks (tb_lineno), unless it was set by hand.
    return new_entry(next, frame, PyFrame_GetLasti(frame),
                     frame->f_lineno != 0 ? frame->f_lineno : -1);
}

int PyTraceBack_Here(PyFrameObject *frame)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *entry = _PyTraceBack_FromFrame(traceback, frame);
    if (entry == NULL) {
        // What could not be recorded hangs as context on the MemoryError.
        _PyErr_ChainExceptions(type, value, traceback);
        return -1;
    }
    PyErr_Restore(type, value, entry);
    Py_XDECREF(traceback);
    return 0;
}

PyObject *kr_traceback_of_current_frame(void)
{
    KrFrame *frame = kr_frame_current(kr_thread_current());
    PyFrameObject *object = frame == NULL ? NULL : kr_frame_object(frame);
    PyObject *entry = object == NULL ? NULL : _PyTraceBack_FromFrame(NULL, object);
    if (entry == NULL) PyErr_Clear();
    return entry;
}

void kr_traceback_add_native(const char *function_name, const char *filename, int line)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    KR_AUTO PyObject *globals = PyDict_New();
    KR_AUTO PyObject *code = globals == NULL ? NULL
        : (PyObject *)PyCode_NewEmpty(filename, function_name, line);
    KR_AUTO PyObject *frame = code == NULL ? NULL
        : (PyObject *)PyFrame_New(kr_thread_current(), (PyCodeObject *)code, globals, NULL);
    if (frame == NULL) {
        _PyErr_ChainExceptions(type, value, traceback);
        return;
    }
    ((PyFrameObject *)frame)->f_lineno = line;
    PyErr_Restore(type, value, traceback);
    PyTraceBack_Here((PyFrameObject *)frame);
}

// --- the type -----------------------------------------------------------------------------------

CONSTRUCTOR(tb, "tb_next: object, tb_frame: !PyFrame_Type, tb_lasti: int, tb_lineno: int",
            "Create a new traceback object.")
static PyObject *tb_new(PyTypeObject *type, PyObject *next, PyObject *frame, int last_byte,
                        int line)
{
    if (next == Py_None) next = NULL;
    if (next != NULL && !PyTraceBack_Check(next))
        return kr_raise(PyExc_TypeError, "expected traceback object or None, got '%s'",
                        Py_TYPE(next)->tp_name);
    return new_entry(next, (PyFrameObject *)frame, last_byte, line);
}

GETTER(tb_next, NULL)
static PyObject *tb_get_tb_next(PyTracebackObject *self)
{
    return Py_NewRef(self->tb_next != NULL ? (PyObject *)self->tb_next : Py_None);
}

SETTER(tb_next)
static int tb_set_tb_next(PyTracebackObject *self, PyObject *value)
{
    if (value == NULL) return kr_raise_int(PyExc_TypeError, "can't delete tb_next attribute");
    if (value == Py_None) {
        value = NULL;
    } else if (!PyTraceBack_Check(value)) {
        return kr_raise_int(PyExc_TypeError, "expected traceback object, got '%s'",
                            Py_TYPE(value)->tp_name);
    }
    for (PyTracebackObject *at = (PyTracebackObject *)value; at != NULL; at = at->tb_next)
        if (at == self) return kr_raise_int(PyExc_ValueError, "traceback loop detected");
    Py_XSETREF(self->tb_next, (PyTracebackObject *)Py_XNewRef(value));
    return 0;
}

GETTER(tb_lineno, NULL)
static PyObject *tb_get_tb_lineno(PyTracebackObject *self)
{
    if (self->tb_lineno == -1)
        self->tb_lineno = PyCode_Addr2Line(self->tb_frame->f_frame->f_code, self->tb_lasti);
    return PyLong_FromLong(self->tb_lineno);
}

METHOD(__dir__, "self, /", NULL)
static PyObject *tb___dir__(PyTracebackObject *self)
{
    static const char *const names[] = {"tb_frame", "tb_next", "tb_lasti", "tb_lineno"};
    PyObject *list = PyList_New(4);
    if (list == NULL) return NULL;
    for (int i = 0; i < 4; i++) {
        PyObject *name = PyUnicode_FromString(names[i]);
        if (name == NULL) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i, name);
    }
    return list;
}

static int tb_traverse(PyTracebackObject *self, visitproc visit, void *arg)
{
    Py_VISIT(self->tb_next);
    Py_VISIT(self->tb_frame);
    return 0;
}

static int tb_clear(PyTracebackObject *self)
{
    Py_CLEAR(self->tb_next);
    Py_CLEAR(self->tb_frame);
    return 0;
}

static void tb_dealloc(PyTracebackObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->tb_next);
    Py_XDECREF(self->tb_frame);
    PyObject_GC_Del(self);
}

#include "vm/tracebacks.methods.h"

static PyMemberDef tb_members[] = {
    {"tb_frame", T_OBJECT, offsetof(PyTracebackObject, tb_frame), READONLY | PY_AUDIT_READ},
    {"tb_lasti", T_INT, offsetof(PyTracebackObject, tb_lasti), READONLY},
    {NULL}
};

PyTypeObject PyTraceBack_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "traceback",
    .tp_basicsize = sizeof(PyTracebackObject),
    .tp_dealloc = (destructor)tb_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = tb_doc,
    .tp_traverse = (traverseproc)tb_traverse,
    .tp_clear = (inquiry)tb_clear,
    .tp_methods = tb_methods,
    .tp_members = tb_members,
    .tp_getset = tb_getset,
    .tp_new = tb_tp_new,
};
