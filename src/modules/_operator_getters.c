// _operator_getters.c - itemgetter, attrgetter and methodcaller.
#include "modules/_operator.h"

#include "abstract.h"
#include "dictobject.h"
#include "import.h"
#include "longobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "objimpl.h"
#include "structmember.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"

// ---- itemgetter -------------------------------------------------------------------------------

typedef struct KrItemGetter {
    PyObject_HEAD
    PyObject *items;       // tuple of what was asked for
    Py_ssize_t index;      // of one int >= 0, else -1: tuples are read directly
    vectorcallfunc vectorcall;
} KrItemGetter;

static PyObject *get_items(KrItemGetter *self, PyObject *object)
{
    Py_ssize_t count = PyTuple_GET_SIZE(self->items);
    if (count == 1) {
        if (self->index >= 0 && PyTuple_CheckExact(object)
            && self->index < PyTuple_GET_SIZE(object))
            return Py_NewRef(PyTuple_GET_ITEM(object, self->index));
        return PyObject_GetItem(object, PyTuple_GET_ITEM(self->items, 0));
    }
    KR_AUTO PyObject *result = PyTuple_New(count);
    for (Py_ssize_t i = 0; result != NULL && i < count; i++) {
        PyObject *item = PyObject_GetItem(object, PyTuple_GET_ITEM(self->items, i));
        if (item == NULL) return NULL;
        PyTuple_SET_ITEM(result, i, item);
    }
    return kr_take(result);
}

static PyObject *itemgetter_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf,
                                       PyObject *names)
{
    if (!_PyArg_NoKwnames("itemgetter", names)) return NULL;
    if (!_PyArg_CheckPositional("itemgetter", PyVectorcall_NARGS(nargsf), 1, 1)) return NULL;
    return get_items((KrItemGetter *)self, args[0]);
}

CONSTRUCTOR(itemgetter, "*args: array",
            "itemgetter(item, ...) --> itemgetter object\n\n"
            "Return a callable object that fetches the given item(s) from its operand.\n"
            "After f = itemgetter(2), the call f(r) returns r[2].\n"
            "After g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])")
static PyObject *itemgetter_new(PyTypeObject *type, PyObject *const *args, Py_ssize_t count)
{
    if (!_PyArg_CheckPositional("itemgetter", count, 1, PY_SSIZE_T_MAX)) return NULL;
    KR_AUTO PyObject *items = kr_arguments_rest(args, count, 0);
    KrItemGetter *self = items == NULL ? NULL : PyObject_GC_New(KrItemGetter, type);
    if (self == NULL) return NULL;
    self->items = kr_take(items);
    self->index = -1;
    if (count == 1 && PyLong_CheckExact(args[0])) {
        self->index = PyLong_AsSsize_t(args[0]);
        if (self->index < 0) PyErr_Clear();
        if (self->index < 0) self->index = -1;
    }
    self->vectorcall = itemgetter_vectorcall;
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static void itemgetter_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((KrItemGetter *)self)->items);
    PyObject_GC_Del(self);
}

static int itemgetter_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrItemGetter *)self)->items);
    return 0;
}

static PyObject *itemgetter_repr(PyObject *self)
{
    int entered = Py_ReprEnter(self);
    if (entered != 0)
        return entered > 0 ? PyUnicode_FromFormat("%s(...)", Py_TYPE(self)->tp_name) : NULL;
    PyObject *items = ((KrItemGetter *)self)->items, *text;
    if (PyTuple_GET_SIZE(items) == 1)
        text = PyUnicode_FromFormat("%s(%R)", Py_TYPE(self)->tp_name, PyTuple_GET_ITEM(items, 0));
    else text = PyUnicode_FromFormat("%s%R", Py_TYPE(self)->tp_name, items);
    Py_ReprLeave(self);
    return text;
}

METHOD(__reduce__, "self", "Return state information for pickling")
static PyObject *itemgetter___reduce__(KrItemGetter *self)
{
    return PyTuple_Pack(2, (PyObject *)Py_TYPE(self), self->items);
}

// ---- attrgetter -------------------------------------------------------------------------------

typedef struct KrAttrGetter {
    PyObject_HEAD
    PyObject *paths;       // tuple of names, or of tuples of names ("a.b")
    vectorcallfunc vectorcall;
} KrAttrGetter;

static PyObject *follow_path(PyObject *object, PyObject *path)
{
    if (!PyTuple_CheckExact(path)) return PyObject_GetAttr(object, path);
    KR_AUTO PyObject *current = Py_NewRef(object);
    for (Py_ssize_t i = 0; current != NULL && i < PyTuple_GET_SIZE(path); i++)
        Py_SETREF(current, PyObject_GetAttr(current, PyTuple_GET_ITEM(path, i)));
    return kr_take(current);
}

static PyObject *attrgetter_vectorcall(PyObject *object, PyObject *const *args, size_t nargsf,
                                       PyObject *names)
{
    PyObject *paths = ((KrAttrGetter *)object)->paths;
    if (!_PyArg_NoKwnames("attrgetter", names)) return NULL;
    if (!_PyArg_CheckPositional("attrgetter", PyVectorcall_NARGS(nargsf), 1, 1)) return NULL;
    if (PyTuple_GET_SIZE(paths) == 1) return follow_path(args[0], PyTuple_GET_ITEM(paths, 0));
    KR_AUTO PyObject *result = PyTuple_New(PyTuple_GET_SIZE(paths));
    for (Py_ssize_t i = 0; result != NULL && i < PyTuple_GET_SIZE(paths); i++) {
        PyObject *value = follow_path(args[0], PyTuple_GET_ITEM(paths, i));
        if (value == NULL) return NULL;
        PyTuple_SET_ITEM(result, i, value);
    }
    return kr_take(result);
}

// An interned name, or a tuple of them when there are dots.
static PyObject *path_of(PyObject *text)
{
    if (PyUnicode_FindChar(text, '.', 0, PyUnicode_GET_LENGTH(text), 1) < 0) {
        PyObject *name = Py_NewRef(text);
        PyUnicode_InternInPlace(&name);
        return name;
    }
    KR_AUTO PyObject *dot = PyUnicode_FromString(".");
    KR_AUTO PyObject *parts = dot == NULL ? NULL : PyUnicode_Split(text, dot, -1);
    if (parts == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(parts); i++) {
        PyObject *name = Py_NewRef(PyList_GET_ITEM(parts, i));
        PyUnicode_InternInPlace(&name);
        PyList_SetItem(parts, i, name);
    }
    return PyList_AsTuple(parts);
}

CONSTRUCTOR(attrgetter, "*args: array",
            "attrgetter(attr, ...) --> attrgetter object\n\n"
            "Return a callable object that fetches the given attribute(s) from its operand.\n"
            "After f = attrgetter('name'), the call f(r) returns r.name.\n"
            "After g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\n"
            "After h = attrgetter('name.first', 'name.last'), the call h(r) returns\n"
            "(r.name.first, r.name.last).")
static PyObject *attrgetter_new(PyTypeObject *type, PyObject *const *args, Py_ssize_t count)
{
    if (!_PyArg_CheckPositional("attrgetter", count, 1, PY_SSIZE_T_MAX)) return NULL;
    KR_AUTO PyObject *paths = PyTuple_New(count);
    for (Py_ssize_t i = 0; paths != NULL && i < count; i++) {
        if (!PyUnicode_Check(args[i]))
            return kr_raise(PyExc_TypeError, "attribute name must be a string");
        PyObject *path = path_of(args[i]);
        if (path == NULL) return NULL;
        PyTuple_SET_ITEM(paths, i, path);
    }
    KrAttrGetter *self = paths == NULL ? NULL : PyObject_GC_New(KrAttrGetter, type);
    if (self == NULL) return NULL;
    self->paths = kr_take(paths);
    self->vectorcall = attrgetter_vectorcall;
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static void attrgetter_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((KrAttrGetter *)self)->paths);
    PyObject_GC_Del(self);
}

static int attrgetter_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrAttrGetter *)self)->paths);
    return 0;
}

// The names as they were given: dots joined again.
static PyObject *given_names(KrAttrGetter *self)
{
    KR_AUTO PyObject *names = PyTuple_New(PyTuple_GET_SIZE(self->paths));
    KR_AUTO PyObject *dot = names == NULL ? NULL : PyUnicode_FromString(".");
    for (Py_ssize_t i = 0; dot != NULL && i < PyTuple_GET_SIZE(names); i++) {
        PyObject *path = PyTuple_GET_ITEM(self->paths, i);
        PyObject *name = PyTuple_CheckExact(path) ? PyUnicode_Join(dot, path) : Py_NewRef(path);
        if (name == NULL) return NULL;
        PyTuple_SET_ITEM(names, i, name);
    }
    return dot == NULL ? NULL : kr_take(names);
}

static PyObject *attrgetter_repr(PyObject *self)
{
    int entered = Py_ReprEnter(self);
    if (entered != 0)
        return entered > 0 ? PyUnicode_FromFormat("%s(...)", Py_TYPE(self)->tp_name) : NULL;
    KR_AUTO PyObject *names = given_names((KrAttrGetter *)self);
    PyObject *text = NULL;
    if (names != NULL && PyTuple_GET_SIZE(names) == 1)
        text = PyUnicode_FromFormat("%s(%R)", Py_TYPE(self)->tp_name, PyTuple_GET_ITEM(names, 0));
    else if (names != NULL) text = PyUnicode_FromFormat("%s%R", Py_TYPE(self)->tp_name, names);
    Py_ReprLeave(self);
    return text;
}

METHOD(__reduce__, "self", "Return state information for pickling")
static PyObject *attrgetter___reduce__(KrAttrGetter *self)
{
    KR_AUTO PyObject *names = given_names(self);
    return names == NULL ? NULL : PyTuple_Pack(2, (PyObject *)Py_TYPE(self), names);
}

// ---- methodcaller -----------------------------------------------------------------------------

typedef struct KrMethodCaller {
    PyObject_HEAD
    PyObject *name;
    PyObject *args;
    PyObject *kwargs;  // dict or NULL
} KrMethodCaller;

CONSTRUCTOR(methodcaller, "*args: array, **kwargs",
            "methodcaller(name, ...) --> methodcaller object\n\n"
            "Return a callable object that calls the given method on its operand.\n"
            "After f = methodcaller('name'), the call f(r) returns r.name().\n"
            "After g = methodcaller('name', 'date', foo=1), the call g(r) returns\n"
            "r.name('date', foo=1).")
static PyObject *methodcaller_new(PyTypeObject *type, PyObject *const *args, Py_ssize_t count,
                                  PyObject *kwargs)
{
    if (count < 1)
        return kr_raise(PyExc_TypeError,
                        "methodcaller needs at least one argument, the method name");
    if (!PyUnicode_Check(args[0]))
        return kr_raise(PyExc_TypeError, "method name must be a string");
    KR_AUTO PyObject *rest = kr_arguments_rest(args, count, 1);
    KrMethodCaller *self = rest == NULL ? NULL : PyObject_GC_New(KrMethodCaller, type);
    if (self == NULL) return NULL;
    self->name = Py_NewRef(args[0]);
    PyUnicode_InternInPlace(&self->name);
    self->args = kr_take(rest);
    self->kwargs = Py_XNewRef(kwargs);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static void methodcaller_dealloc(PyObject *object)
{
    KrMethodCaller *self = (KrMethodCaller *)object;
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->name);
    Py_XDECREF(self->args);
    Py_XDECREF(self->kwargs);
    PyObject_GC_Del(self);
}

static int methodcaller_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrMethodCaller *)self)->args);
    Py_VISIT(((KrMethodCaller *)self)->kwargs);
    return 0;
}

static PyObject *methodcaller_call(PyObject *object, PyObject *args, PyObject *kwargs)
{
    KrMethodCaller *self = (KrMethodCaller *)object;
    if (!_PyArg_NoKeywords("methodcaller", kwargs)) return NULL;
    if (!_PyArg_CheckPositional("methodcaller", PyTuple_GET_SIZE(args), 1, 1)) return NULL;
    KR_AUTO PyObject *method = PyObject_GetAttr(PyTuple_GET_ITEM(args, 0), self->name);
    return method == NULL ? NULL : PyObject_Call(method, self->args, self->kwargs);
}

// "'name', 1, x=2"
static PyObject *arguments_text(KrMethodCaller *self)
{
    KR_AUTO PyObject *parts = PyList_New(0);
    KR_AUTO PyObject *name = parts == NULL ? NULL : PyObject_Repr(self->name);
    if (name == NULL || PyList_Append(parts, name) < 0) return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self->args); i++) {
        KR_AUTO PyObject *text = PyObject_Repr(PyTuple_GET_ITEM(self->args, i));
        if (text == NULL || PyList_Append(parts, text) < 0) return NULL;
    }
    PyObject *key, *value;
    Py_ssize_t position = 0;
    while (self->kwargs != NULL && PyDict_Next(self->kwargs, &position, &key, &value)) {
        KR_AUTO PyObject *text = PyUnicode_FromFormat("%U=%R", key, value);
        if (text == NULL || PyList_Append(parts, text) < 0) return NULL;
    }
    KR_AUTO PyObject *comma = PyUnicode_FromString(", ");
    return comma == NULL ? NULL : PyUnicode_Join(comma, parts);
}

static PyObject *methodcaller_repr(PyObject *self)
{
    int entered = Py_ReprEnter(self);
    if (entered != 0)
        return entered > 0 ? PyUnicode_FromFormat("%s(...)", Py_TYPE(self)->tp_name) : NULL;
    KR_AUTO PyObject *inner = arguments_text((KrMethodCaller *)self);
    PyObject *text = inner == NULL ? NULL
        : PyUnicode_FromFormat("%s(%U)", Py_TYPE(self)->tp_name, inner);
    Py_ReprLeave(self);
    return text;
}

METHOD(__reduce__, "self", "Return state information for pickling")
static PyObject *methodcaller___reduce__(KrMethodCaller *self)
{
    KR_AUTO PyObject *name = PyTuple_Pack(1, self->name);
    if (name == NULL) return NULL;
    if (self->kwargs == NULL || PyDict_GET_SIZE(self->kwargs) == 0) {
        KR_AUTO PyObject *args = PySequence_Concat(name, self->args);
        return args == NULL ? NULL : PyTuple_Pack(2, (PyObject *)Py_TYPE(self), args);
    }
    KR_AUTO PyObject *functools = PyImport_ImportModule("functools");
    KR_AUTO PyObject *partial = functools == NULL ? NULL
        : PyObject_GetAttr(functools, ID(partial));
    KR_AUTO PyObject *head = partial == NULL ? NULL
        : PyTuple_Pack(2, (PyObject *)Py_TYPE(self), self->name);
    KR_AUTO PyObject *constructor = head == NULL ? NULL
        : PyObject_Call(partial, head, self->kwargs);
    return constructor == NULL ? NULL : PyTuple_Pack(2, constructor, self->args);
}

#include "modules/_operator_getters.methods.h"

static PyMemberDef itemgetter_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(KrItemGetter, vectorcall), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyTypeObject itemgetter_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "operator.itemgetter",
    .tp_basicsize = sizeof(KrItemGetter),
    .tp_dealloc = itemgetter_dealloc,
    .tp_vectorcall_offset = offsetof(KrItemGetter, vectorcall),
    .tp_repr = itemgetter_repr,
    .tp_call = PyVectorcall_Call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = itemgetter_doc,
    .tp_traverse = itemgetter_traverse,
    .tp_methods = itemgetter_methods,
    .tp_members = itemgetter_members,
    .tp_new = itemgetter_tp_new,
    .tp_vectorcall = itemgetter_tp_vectorcall,
};

static PyTypeObject attrgetter_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "operator.attrgetter",
    .tp_basicsize = sizeof(KrAttrGetter),
    .tp_dealloc = attrgetter_dealloc,
    .tp_vectorcall_offset = offsetof(KrAttrGetter, vectorcall),
    .tp_repr = attrgetter_repr,
    .tp_call = PyVectorcall_Call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = attrgetter_doc,
    .tp_traverse = attrgetter_traverse,
    .tp_methods = attrgetter_methods,
    .tp_new = attrgetter_tp_new,
    .tp_vectorcall = attrgetter_tp_vectorcall,
};

static PyTypeObject methodcaller_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "operator.methodcaller",
    .tp_basicsize = sizeof(KrMethodCaller),
    .tp_dealloc = methodcaller_dealloc,
    .tp_repr = methodcaller_repr,
    .tp_call = methodcaller_call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = methodcaller_doc,
    .tp_traverse = methodcaller_traverse,
    .tp_methods = methodcaller_methods,
    .tp_new = methodcaller_tp_new,
    .tp_vectorcall = methodcaller_tp_vectorcall,
};

int kr_operator_add_getters(PyObject *module)
{
    if (PyModule_AddType(module, &itemgetter_type) < 0) return -1;
    if (PyModule_AddType(module, &attrgetter_type) < 0) return -1;
    return PyModule_AddType(module, &methodcaller_type);
}
