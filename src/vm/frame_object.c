// frame_object.c - the type frame.
#include "vm/frame.h"

#include "boolobject.h"
#include "abstract.h"
#include "dictobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "structmember.h"
#include "unicodeobject.h"
#include "vm/generator.h"

// --- public accessors ---------------------------------------------------------------------------

int PyFrame_GetLineNumber(PyFrameObject *object)
{
    return object->f_lineno != 0 ? object->f_lineno : kr_frame_line(object->f_frame);
}

PyFrameObject *PyFrame_GetBack(PyFrameObject *object)
{
    PyFrameObject *back = object->f_back;
    if (back == NULL) {
        KrFrame *previous = kr_frame_first_complete(object->f_frame->previous);
        if (previous != NULL) back = kr_frame_object(previous);
    }
    return (PyFrameObject *)Py_XNewRef((PyObject *)back);
}

PyCodeObject *PyFrame_GetCode(PyFrameObject *object)
{
    return (PyCodeObject *)Py_NewRef((PyObject *)object->f_frame->f_code);
}

PyObject *PyFrame_GetLocals(PyFrameObject *object)
{
    if (PyFrame_FastToLocalsWithError(object) < 0) return NULL;
    return Py_NewRef(object->f_frame->f_locals);
}

PyObject *PyFrame_GetGlobals(PyFrameObject *object)
{
    return Py_NewRef(object->f_frame->f_globals);
}

PyObject *PyFrame_GetBuiltins(PyFrameObject *object)
{
    return Py_NewRef(object->f_frame->f_builtins);
}

int PyFrame_GetLasti(PyFrameObject *object)
{
    int index = kr_frame_last_index(object->f_frame);
    return index < 0 ? -1 : index * (int)sizeof(_Py_CODEUNIT);
}

PyObject *PyFrame_GetGenerator(PyFrameObject *object)
{
    if (object->f_frame->owner != KR_FRAME_OF_GENERATOR) return NULL;
    return Py_NewRef((PyObject *)kr_frame_generator(object->f_frame));
}

int _PyFrame_IsEntryFrame(PyFrameObject *object)
{
    return object->f_frame->is_entry;
}

// --- attributes ---------------------------------------------------------------------------------

GETTER(f_lineno, NULL)
static PyObject *frame_get_f_lineno(PyFrameObject *self)
{
    int line = PyFrame_GetLineNumber(self);
    if (line < 0) Py_RETURN_NONE;
    return PyLong_FromLong(line);
}

SETTER(f_lineno)
static int frame_set_f_lineno(PyFrameObject *self, PyObject *value)
{
    return kr_frame_jump_to_line(self, value);
}

GETTER(f_lasti, NULL)
static PyObject *frame_get_f_lasti(PyFrameObject *self)
{
    return PyLong_FromLong(PyFrame_GetLasti(self));
}

GETTER(f_back, NULL)
static PyObject *frame_get_f_back(PyFrameObject *self)
{
    PyObject *back = (PyObject *)PyFrame_GetBack(self);
    return back != NULL ? back : Py_NewRef(Py_None);
}

GETTER(f_locals, NULL)
static PyObject *frame_get_f_locals(PyFrameObject *self)
{
    return PyFrame_GetLocals(self);
}

GETTER(f_globals, NULL)
static PyObject *frame_get_f_globals(PyFrameObject *self)
{
    PyObject *globals = self->f_frame->f_globals;
    return Py_NewRef(globals != NULL ? globals : Py_None);
}

GETTER(f_builtins, NULL)
static PyObject *frame_get_f_builtins(PyFrameObject *self)
{
    PyObject *builtins = self->f_frame->f_builtins;
    return Py_NewRef(builtins != NULL ? builtins : Py_None);
}

GETTER(f_code, NULL)
static PyObject *frame_get_f_code(PyFrameObject *self)
{
    return (PyObject *)PyFrame_GetCode(self);
}

GETTER(f_trace, NULL)
static PyObject *frame_get_f_trace(PyFrameObject *self)
{
    return Py_NewRef(self->f_trace != NULL ? self->f_trace : Py_None);
}

SETTER(f_trace)
static int frame_set_f_trace(PyFrameObject *self, PyObject *value)
{
    if (value == Py_None) value = NULL;
    Py_XSETREF(self->f_trace, Py_XNewRef(value));
    return 0;
}

GETTER(f_trace_opcodes, NULL)
static PyObject *frame_get_f_trace_opcodes(PyFrameObject *self)
{
    return Py_NewRef(self->f_trace_opcodes ? Py_True : Py_False);
}

SETTER(f_trace_opcodes)
static int frame_set_f_trace_opcodes(PyFrameObject *self, PyObject *value)
{
    if (value == NULL || !PyBool_Check(value))
        return kr_raise_int(PyExc_TypeError, "attribute value type must be bool");
    self->f_trace_opcodes = value == Py_True;
    return 0;
}

METHOD(clear, "self, /", "F.clear(): clear most references held by the frame")
static PyObject *frame_clear(PyFrameObject *self)
{
    if (self->f_frame->owner == KR_FRAME_OF_GENERATOR) {
        PyGenObject *generator = kr_frame_generator(self->f_frame);
        if (generator->gi_frame_state == KR_FRAME_EXECUTING)
            return kr_raise(PyExc_RuntimeError, "cannot clear an executing frame");
        _PyGen_Finalize((PyObject *)generator);
    } else if (self->f_frame->owner == KR_FRAME_OF_THREAD) {
        return kr_raise(PyExc_RuntimeError, "cannot clear an executing frame");
    } else {
        (void)Py_TYPE(self)->tp_clear((PyObject *)self);
    }
    Py_RETURN_NONE;
}

METHOD(__sizeof__, "self, /", "F.__sizeof__() -> size of F in memory, in bytes")
static PyObject *frame___sizeof__(PyFrameObject *self)
{
    PyCodeObject *code = self->f_frame->f_code;
    Py_ssize_t size = (Py_ssize_t)(offsetof(PyFrameObject,
                                            _f_frame_data) + offsetof(KrFrame, localsplus));
    size += (code->co_nlocalsplus + code->co_stacksize) * (Py_ssize_t)sizeof(PyObject *);
    return PyLong_FromSsize_t(size);
}

static PyObject *frame_repr(PyFrameObject *self)
{
    PyCodeObject *code = self->f_frame->f_code;
    return PyUnicode_FromFormat("<frame at %p, file %R, line %d, code %S>", self,
                                code->co_filename, PyFrame_GetLineNumber(self), code->co_name);
}

static int frame_traverse(PyFrameObject *self, visitproc visit, void *arg)
{
    Py_VISIT(self->f_back);
    Py_VISIT(self->f_trace);
    if (self->f_frame->owner != KR_FRAME_OF_OBJECT) return 0;
    return kr_frame_traverse(self->f_frame, visit, arg);
}

static int frame_tp_clear(PyFrameObject *self)
{
    Py_CLEAR(self->f_trace);
    KrFrame *frame = self->f_frame;
    if (frame->owner != KR_FRAME_OF_OBJECT) return 0;
    int count = frame->stacktop;
    frame->stacktop = 0;
    for (int i = 0; i < count; i++) {
        KrWord word = frame->localsplus[i];
        frame->localsplus[i] = KR_UNBOUND;
        kr_word_release_if_bound(word);
    }
    frame->stacktop = 0;
    Py_CLEAR(frame->f_locals);
    return 0;
}

static void frame_dealloc(PyFrameObject *self)
{
    if (PyObject_GC_IsTracked((PyObject *)self)) PyObject_GC_UnTrack(self);
    KrFrame *frame = self->f_frame;
    if (frame != NULL && frame->owner == KR_FRAME_OF_OBJECT) {
        assert(frame == (KrFrame *)self->_f_frame_data);
        (void)frame_tp_clear(self);
        Py_CLEAR(frame->f_func);
        Py_CLEAR(frame->f_code);
    }
    Py_CLEAR(self->f_back);
    Py_CLEAR(self->f_trace);
    PyObject_GC_Del(self);
}

#include "vm/frame_object.methods.h"

static PyMemberDef frame_members[] = {
    {"f_trace_lines", T_BOOL, offsetof(PyFrameObject, f_trace_lines), 0},
    {NULL}
};

PyTypeObject PyFrame_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "frame",
    .tp_basicsize = offsetof(PyFrameObject, _f_frame_data) + offsetof(KrFrame, localsplus),
    .tp_itemsize = sizeof(PyObject *),
    .tp_dealloc = (destructor)frame_dealloc,
    .tp_repr = (reprfunc)frame_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)frame_traverse,
    .tp_clear = (inquiry)frame_tp_clear,
    .tp_methods = frame_methods,
    .tp_members = frame_members,
    .tp_getset = frame_getset,
};
