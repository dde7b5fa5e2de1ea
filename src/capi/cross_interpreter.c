// cross_interpreter.c - data handed from one interpreter to another; numbers of interpreters as
// objects.
#include "Python.h"

#include "internal/pycore_interp.h"
#include "internal/pycore_interpreteridobject.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "runtime/state.h"

// ---- types whose objects can be handed over

typedef struct Entry {
    struct Entry *next;
    PyTypeObject *type;
    crossinterpdatafunc get;
} Entry;

static PyObject *new_none(_PyCrossInterpreterData *data)
{
    Py_RETURN_NONE;
}

static PyObject *new_int(_PyCrossInterpreterData *data)
{
    return PyLong_FromSsize_t((Py_ssize_t)data->data);
}

static PyObject *new_bytes(_PyCrossInterpreterData *data)
{
    return PyBytes_FromStringAndSize(PyBytes_AS_STRING(data->obj), PyBytes_GET_SIZE(data->obj));
}

static PyObject *new_text(_PyCrossInterpreterData *data)
{
    return PyUnicode_FromKindAndData(PyUnicode_KIND(data->obj), PyUnicode_DATA(data->obj),
                                     PyUnicode_GET_LENGTH(data->obj));
}

// The usual types keep the object itself alive and read it on the other side.
static int get_usual(PyObject *object, _PyCrossInterpreterData *data)
{
    data->data = NULL;
    data->free = NULL;
    data->obj = NULL;
    if (object == Py_None) {
        data->new_object = new_none;
    } else if (PyLong_CheckExact(object)) {
        Py_ssize_t value = PyLong_AsSsize_t(object);
        if (value == -1 && PyErr_Occurred()) {
            if (PyErr_ExceptionMatches(PyExc_OverflowError))
                PyErr_SetString(PyExc_OverflowError, "try sending as bytes");
            return -1;
        }
        data->data = (void *)value;
        data->new_object = new_int;
    } else if (PyBytes_CheckExact(object)) {
        data->obj = Py_NewRef(object);
        data->new_object = new_bytes;
    } else {
        data->obj = Py_NewRef(object);
        data->new_object = new_text;
    }
    return 0;
}

crossinterpdatafunc _PyCrossInterpreterData_Lookup(PyObject *object)
{
    for (Entry *entry = _PyRuntime.cross_types; entry != NULL; entry = entry->next)
        if (entry->type == Py_TYPE(object)) return entry->get;
    if (object == Py_None || PyLong_CheckExact(object) || PyBytes_CheckExact(object)
        || PyUnicode_CheckExact(object))
        return get_usual;
    return NULL;
}

int _PyCrossInterpreterData_RegisterClass(PyTypeObject *type, crossinterpdatafunc get)
{
    if (!PyType_Check(type)) {
        PyErr_Format(PyExc_ValueError, "only classes may be registered");
        return -1;
    }
    Entry *entry = PyMem_RawMalloc(sizeof *entry);
    if (entry == NULL) return -1;
    *entry = (Entry){_PyRuntime.cross_types, (PyTypeObject *)Py_NewRef((PyObject *)type), get};
    _PyRuntime.cross_types = entry;
    return 0;
}

int _PyObject_CheckCrossInterpreterData(PyObject *object)
{
    if (_PyCrossInterpreterData_Lookup(object) != NULL) return 0;
    if (!PyErr_Occurred())
        PyErr_Format(PyExc_ValueError, "%S does not support cross-interpreter data", object);
    return -1;
}

int _PyObject_GetCrossInterpreterData(PyObject *object, _PyCrossInterpreterData *data)
{
    *data = (_PyCrossInterpreterData){0};
    data->interp = -1;
    Py_INCREF(object);
    crossinterpdatafunc get = _PyCrossInterpreterData_Lookup(object);
    int result = get == NULL ? _PyObject_CheckCrossInterpreterData(object) : get(object, data);
    Py_DECREF(object);
    if (result < 0) return -1;
    data->interp = kr_interpreter_current()->id;
    if (data->new_object != NULL) return 0;
    _PyCrossInterpreterData_Release(data);
    PyErr_SetString(PyExc_SystemError, "missing new_object func");
    return -1;
}

PyObject *_PyCrossInterpreterData_NewObject(_PyCrossInterpreterData *data)
{
    return data->new_object(data);
}

void _PyCrossInterpreterData_Release(_PyCrossInterpreterData *data)
{
    if (data->data == NULL && data->obj == NULL) return;
    if (data->free != NULL) data->free(data->data);
    Py_CLEAR(data->obj);
}

// ---- InterpreterID

typedef struct {
    PyObject_HEAD
    int64_t id;
} InterpreterId;

static PyObject *new_id(PyTypeObject *type, int64_t id, int force)
{
    PyInterpreterState *interpreter = _PyInterpreterState_LookUpID(id);
    if (interpreter == NULL) {
        if (!force) return NULL;
        PyErr_Clear();
    } else if (_PyInterpreterState_IDIncref(interpreter) < 0) {
        return NULL;
    }
    InterpreterId *self = PyObject_New(InterpreterId, type);
    if (self == NULL) {
        if (interpreter != NULL) _PyInterpreterState_IDDecref(interpreter);
        return NULL;
    }
    self->id = id;
    return (PyObject *)self;
}

// The number that [object] stands for: 1, or 0 with an exception.
static int id_converter(PyObject *object, void *result)
{
    int64_t id;
    if (PyObject_TypeCheck(object, &_PyInterpreterID_Type)) {
        id = ((InterpreterId *)object)->id;
    } else if (PyIndex_Check(object)) {
        id = PyLong_AsLongLong(object);
        if (id == -1 && PyErr_Occurred()) return 0;
        if (id < 0) {
            PyErr_Format(PyExc_ValueError, "interpreter ID must be a non-negative int, got %R",
                         object);
            return 0;
        }
    } else {
        PyErr_Format(PyExc_TypeError, "interpreter ID must be an int, got %.100s",
                     Py_TYPE(object)->tp_name);
        return 0;
    }
    *(int64_t *)result = id;
    return 1;
}

static PyObject *id_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    static char *names[] = {"id", "force", NULL};
    int64_t id;
    int force = 0;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O&|$p:InterpreterID.__init__", names,
                                     id_converter, &id, &force))
        return NULL;
    return new_id(type, id, force);
}

static void id_dealloc(PyObject *self)
{
    PyInterpreterState *interpreter = _PyInterpreterState_LookUpID(((InterpreterId *)self)->id);
    if (interpreter != NULL)
        _PyInterpreterState_IDDecref(interpreter);
    else
        PyErr_Clear();
    Py_TYPE(self)->tp_free(self);
}

static PyObject *id_repr(PyObject *self)
{
    return PyUnicode_FromFormat("%s(%lld)", _PyType_Name(Py_TYPE(self)),
                                (long long)((InterpreterId *)self)->id);
}

static PyObject *id_str(PyObject *self)
{
    return PyUnicode_FromFormat("%lld", (long long)((InterpreterId *)self)->id);
}

static PyObject *id_int(PyObject *self)
{
    return PyLong_FromLongLong(((InterpreterId *)self)->id);
}

static Py_hash_t id_hash(PyObject *self)
{
    KR_AUTO PyObject *number = id_int(self);
    return number == NULL ? -1 : PyObject_Hash(number);
}

static PyObject *id_compare(PyObject *self, PyObject *other, int op)
{
    if ((op != Py_EQ && op != Py_NE) || !PyObject_TypeCheck(self, &_PyInterpreterID_Type))
        Py_RETURN_NOTIMPLEMENTED;
    int equal;
    if (PyObject_TypeCheck(other, &_PyInterpreterID_Type)) {
        equal = ((InterpreterId *)self)->id == ((InterpreterId *)other)->id;
    } else if (PyNumber_Check(other)) {
        KR_AUTO PyObject *number = id_int(self);
        return number == NULL ? NULL : PyObject_RichCompare(number, other, op);
    } else {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return PyBool_FromLong((op == Py_EQ) == equal);
}

static PyNumberMethods id_number = {.nb_int = id_int, .nb_index = id_int};

PyTypeObject _PyInterpreterID_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "InterpreterID",
    .tp_basicsize = sizeof(InterpreterId),
    .tp_dealloc = id_dealloc,
    .tp_repr = id_repr,
    .tp_as_number = &id_number,
    .tp_hash = id_hash,
    .tp_str = id_str,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "A interpreter ID identifies an interpreter and may be used as an int.",
    .tp_richcompare = id_compare,
    .tp_new = id_new,
};

PyObject *_PyInterpreterID_New(int64_t id)
{
    return new_id(&_PyInterpreterID_Type, id, 0);
}

PyObject *_PyInterpreterState_GetIDObject(PyInterpreterState *interpreter)
{
    if (_PyInterpreterState_IDInitref(interpreter) != 0) return NULL;
    return new_id(&_PyInterpreterID_Type, interpreter->id, 0);
}

PyInterpreterState *_PyInterpreterID_LookUp(PyObject *object)
{
    int64_t id;
    return id_converter(object, &id) ? _PyInterpreterState_LookUpID(id) : NULL;
}
