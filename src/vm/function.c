// function.c - the type function.
//
// (1) func_version is 0 or a number that stands for this code, these defaults and keyword
//     defaults; whatever changes one of them sets it to 0.
// (2) func_code is never NULL; the other fields may be.
#include "vm/function.h"

#include "abstract.h"
#include "cpython/cellobject.h"
#include "cpython/classobject.h"
#include "descrobject.h"
#include "dictobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "objects/strings/str.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "structmember.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "vm/calls.h"
#include "vm/frame.h"
#include "vm/system.h"
#include "vm/variables.h"
#include "weakrefobject.h"

static PyFunctionObject *allocate(PyObject *code, PyObject *globals, PyObject *builtins)
{
    PyFunctionObject *function = PyObject_GC_New(PyFunctionObject, &PyFunction_Type);
    if (function == NULL) return NULL;
    PyCodeObject *source = (PyCodeObject *)code;
    function->func_globals = Py_NewRef(globals);
    function->func_builtins = Py_NewRef(builtins);
    function->func_name = Py_NewRef(source->co_name);
    function->func_qualname = Py_NewRef(source->co_qualname);
    function->func_code = Py_NewRef(code);
    function->func_defaults = NULL;
    function->func_kwdefaults = NULL;
    function->func_closure = NULL;
    function->func_doc = NULL;
    function->func_dict = NULL;
    function->func_weakreflist = NULL;
    function->func_module = NULL;
    function->func_annotations = NULL;
    function->vectorcall = _PyFunction_Vectorcall;
    function->func_version = 0;
    return function;
}

PyFunctionObject *kr_function_for_code(PyCodeObject *code, PyObject *globals, PyObject *builtins)
{
    PyFunctionObject *function = allocate((PyObject *)code, globals, builtins);
    if (function != NULL) PyObject_GC_Track(function);
    return function;
}

// The first constant of a function is its docstring, if it is a str.
static PyObject *docstring(PyCodeObject *code)
{
    PyObject *constants = code->co_consts;
    if (PyTuple_GET_SIZE(constants) > 0 && PyUnicode_Check(PyTuple_GET_ITEM(constants, 0)))
        return PyTuple_GET_ITEM(constants, 0);
    return Py_None;
}

PyObject *PyFunction_NewWithQualName(PyObject *code, PyObject *globals, PyObject *qualname)
{
    assert(globals != NULL && PyDict_Check(globals));
    PyThreadState *thread = kr_thread_current();
    PyObject *module = PyDict_GetItemWithError(globals, ID(__name__));
    if (module == NULL && PyErr_Occurred()) return NULL;
    Py_XINCREF(module);
    PyObject *builtins = kr_variables_builtins_of(thread, globals);
    PyFunctionObject *function = builtins == NULL ? NULL : allocate(code, globals, builtins);
    if (function == NULL) {
        Py_XDECREF(module);
        return NULL;
    }
    function->func_module = module;
    function->func_doc = Py_NewRef(docstring((PyCodeObject *)code));
    if (qualname != NULL) Py_SETREF(function->func_qualname, Py_NewRef(qualname));
    PyObject_GC_Track(function);
    return (PyObject *)function;
}

PyObject *PyFunction_New(PyObject *code, PyObject *globals)
{
    return PyFunction_NewWithQualName(code, globals, NULL);
}

uint32_t kr_function_version(PyFunctionObject *function)
{
    if (function->func_version != 0) return function->func_version;
    uint32_t *next = &kr_thread_current()->interp->next_function_version;
    if (*next == 0) return 0;
    function->func_version = (*next)++;
    return function->func_version;
}

// --- public accessors ---------------------------------------------------------------------------

static PyFunctionObject *checked(PyObject *object)
{
    if (PyFunction_Check(object)) return (PyFunctionObject *)object;
    PyErr_BadInternalCall();
    return NULL;
}

#define DEFINE_GET(name, field)                                                                   \
    PyObject *PyFunction_Get##name(PyObject *object)                                              \
    {                                                                                             \
        PyFunctionObject *function = checked(object);                                             \
        return function == NULL ? NULL : function->field;                                         \
    }

DEFINE_GET(Code, func_code)
DEFINE_GET(Globals, func_globals)
DEFINE_GET(Module, func_module)
DEFINE_GET(Defaults, func_defaults)
DEFINE_GET(KwDefaults, func_kwdefaults)
DEFINE_GET(Closure, func_closure)
DEFINE_GET(Annotations, func_annotations)

// Stores [value] (None: nothing) if it is of the kind that [is_right] says.
static int set_field(PyObject *object, size_t offset, PyObject *value, unsigned long type_flag,
                     const char *wrong)
{
    PyFunctionObject *function = checked(object);
    if (function == NULL) return -1;
    if (value == Py_None) value = NULL;
    if (value != NULL && !PyType_HasFeature(Py_TYPE(value), type_flag)) {
        PyErr_SetString(PyExc_SystemError, wrong);
        return -1;
    }
    PyObject **field = (PyObject **)((char *)function + offset);
    function->func_version = 0;
    Py_XSETREF(*field, Py_XNewRef(value));
    return 0;
}

int PyFunction_SetDefaults(PyObject *function, PyObject *value)
{
    return set_field(function, offsetof(PyFunctionObject, func_defaults), value,
                     Py_TPFLAGS_TUPLE_SUBCLASS, "non-tuple default args");
}

int PyFunction_SetKwDefaults(PyObject *function, PyObject *value)
{
    return set_field(function, offsetof(PyFunctionObject, func_kwdefaults), value,
                     Py_TPFLAGS_DICT_SUBCLASS, "non-dict keyword only default args");
}

int PyFunction_SetClosure(PyObject *function, PyObject *value)
{
    return set_field(function, offsetof(PyFunctionObject, func_closure), value,
                     Py_TPFLAGS_TUPLE_SUBCLASS, "expected tuple for closure");
}

int PyFunction_SetAnnotations(PyObject *function, PyObject *value)
{
    return set_field(function, offsetof(PyFunctionObject, func_annotations), value,
                     Py_TPFLAGS_DICT_SUBCLASS, "non-dict annotations");
}

// --- attributes ---------------------------------------------------------------------------------

GETTER(__code__, NULL)
static PyObject *function_get___code__(PyFunctionObject *self)
{
    if (kr_system_audit_attribute("object.__getattr__", (PyObject *)self, "__code__", NULL) < 0)
        return NULL;
    return Py_NewRef(self->func_code);
}

SETTER(__code__)
static int function_set___code__(PyFunctionObject *self, PyObject *value)
{
    if (value == NULL || !PyCode_Check(value))
        return kr_raise_int(PyExc_TypeError, "__code__ must be set to a code object");
    if (kr_system_audit_attribute("object.__setattr__", (PyObject *)self, "__code__", value) < 0)
        return -1;
    Py_ssize_t free_count = ((PyCodeObject *)value)->co_nfreevars;
    Py_ssize_t closed = self->func_closure == NULL ? 0 : PyTuple_GET_SIZE(self->func_closure);
    if (free_count != closed)
        return kr_raise_int(PyExc_ValueError, "%U() requires a code object with %zd free vars, "
                            "not %zd", self->func_name, closed, free_count);
    self->func_version = 0;
    Py_SETREF(self->func_code, Py_NewRef(value));
    return 0;
}

GETTER(__defaults__, NULL)
static PyObject *function_get___defaults__(PyFunctionObject *self)
{
    if (kr_system_audit_attribute("object.__getattr__", (PyObject *)self, "__defaults__",
                                  NULL) < 0)
        return NULL;
    return Py_NewRef(self->func_defaults != NULL ? self->func_defaults : Py_None);
}

SETTER(__defaults__)
static int function_set___defaults__(PyFunctionObject *self, PyObject *value)
{
    if (value == Py_None) value = NULL;
    if (value != NULL && !PyTuple_Check(value))
        return kr_raise_int(PyExc_TypeError, "__defaults__ must be set to a tuple object");
    if (kr_system_audit_attribute(value != NULL ? "object.__setattr__" : "object.__delattr__",
                                  (PyObject *)self, "__defaults__", value) < 0)
        return -1;
    self->func_version = 0;
    Py_XSETREF(self->func_defaults, Py_XNewRef(value));
    return 0;
}

GETTER(__kwdefaults__, NULL)
static PyObject *function_get___kwdefaults__(PyFunctionObject *self)
{
    if (kr_system_audit_attribute("object.__getattr__", (PyObject *)self, "__kwdefaults__",
                                  NULL) < 0)
        return NULL;
    return Py_NewRef(self->func_kwdefaults != NULL ? self->func_kwdefaults : Py_None);
}

SETTER(__kwdefaults__)
static int function_set___kwdefaults__(PyFunctionObject *self, PyObject *value)
{
    if (value == Py_None) value = NULL;
    if (value != NULL && !PyDict_Check(value))
        return kr_raise_int(PyExc_TypeError, "__kwdefaults__ must be set to a dict object");
    if (kr_system_audit_attribute(value != NULL ? "object.__setattr__" : "object.__delattr__",
                                  (PyObject *)self, "__kwdefaults__", value) < 0)
        return -1;
    self->func_version = 0;
    Py_XSETREF(self->func_kwdefaults, Py_XNewRef(value));
    return 0;
}

// The compiler leaves annotations as a tuple (name, value, …); the dict is made when somebody
// looks.
static PyObject *annotations(PyFunctionObject *function)
{
    PyObject *stored = function->func_annotations;
    if (stored == NULL || PyTuple_CheckExact(stored)) {
        PyObject *dict = PyDict_New();
        if (dict == NULL) return NULL;
        Py_ssize_t count = stored == NULL ? 0 : PyTuple_GET_SIZE(stored);
        for (Py_ssize_t i = 0; i + 1 < count; i += 2) {
            if (PyDict_SetItem(dict, PyTuple_GET_ITEM(stored, i), PyTuple_GET_ITEM(stored, i + 1))
                < 0) {
                Py_DECREF(dict);
                return NULL;
            }
        }
        Py_XSETREF(function->func_annotations, dict);
    }
    return function->func_annotations;
}

GETTER(__annotations__, NULL)
static PyObject *function_get___annotations__(PyFunctionObject *self)
{
    return Py_XNewRef(annotations(self));
}

SETTER(__annotations__)
static int function_set___annotations__(PyFunctionObject *self, PyObject *value)
{
    if (value == Py_None) value = NULL;
    if (value != NULL && !PyDict_Check(value))
        return kr_raise_int(PyExc_TypeError, "__annotations__ must be set to a dict object");
    Py_XSETREF(self->func_annotations, Py_XNewRef(value));
    return 0;
}

GETTER(__name__, NULL)
static PyObject *function_get___name__(PyFunctionObject *self)
{
    return Py_NewRef(self->func_name);
}

SETTER(__name__)
static int function_set___name__(PyFunctionObject *self, PyObject *value)
{
    if (value == NULL || !PyUnicode_Check(value))
        return kr_raise_int(PyExc_TypeError, "__name__ must be set to a string object");
    Py_SETREF(self->func_name, Py_NewRef(value));
    return 0;
}

GETTER(__qualname__, NULL)
static PyObject *function_get___qualname__(PyFunctionObject *self)
{
    return Py_NewRef(self->func_qualname);
}

SETTER(__qualname__)
static int function_set___qualname__(PyFunctionObject *self, PyObject *value)
{
    if (value == NULL || !PyUnicode_Check(value))
        return kr_raise_int(PyExc_TypeError, "__qualname__ must be set to a string object");
    Py_SETREF(self->func_qualname, Py_NewRef(value));
    return 0;
}

GETTER(__dict__, NULL)
static PyObject *function_get___dict__(PyFunctionObject *self)
{
    return PyObject_GenericGetDict((PyObject *)self, NULL);
}

SETTER(__dict__)
static int function_set___dict__(PyFunctionObject *self, PyObject *value)
{
    return PyObject_GenericSetDict((PyObject *)self, value, NULL);
}

// --- construction -------------------------------------------------------------------------------

static int check_closure(PyCodeObject *code, PyObject *name, PyObject *closure)
{
    Py_ssize_t wanted = code->co_nfreevars;
    if (!PyTuple_Check(closure)) {
        if (wanted > 0 || closure != Py_None)
            return kr_raise_int(PyExc_TypeError, wanted > 0 ? "arg 5 (closure) must be tuple"
                                : "arg 5 (closure) must be None or tuple");
        return 0;
    }
    Py_ssize_t given = PyTuple_GET_SIZE(closure);
    if (given != wanted)
        return kr_raise_int(PyExc_ValueError, "%U requires closure of length %zd, not %zd",
                            code->co_name, wanted, given);
    for (Py_ssize_t i = 0; i < given; i++) {
        PyObject *cell = PyTuple_GET_ITEM(closure, i);
        if (!PyCell_Check(cell))
            return kr_raise_int(PyExc_TypeError, "arg 5 (closure) expected cell, found %s",
                                Py_TYPE(cell)->tp_name);
    }
    return 0;
}

CONSTRUCTOR(function, "code: !PyCode_Type, globals: !PyDict_Type, name: object = None, argdefs: "
            "object = None, closure: object = None",
            "Create a function object.\n\n"
            "  code\n    a code object\n"
            "  globals\n    the globals dictionary\n"
            "  name\n    a string that overrides the name from the code object\n"
            "  argdefs\n    a tuple that specifies the default argument values\n"
            "  closure\n    a tuple that supplies the bindings for free variables")
static PyObject *function_new(PyTypeObject *type, PyObject *code, PyObject *globals,
                              PyObject *name, PyObject *argdefs, PyObject *closure)
{
    if (name != Py_None && !PyUnicode_Check(name))
        return kr_raise(PyExc_TypeError, "arg 3 (name) must be None or string");
    if (argdefs != Py_None && !PyTuple_Check(argdefs))
        return kr_raise(PyExc_TypeError, "arg 4 (defaults) must be None or tuple");
    if (check_closure((PyCodeObject *)code, name, closure) < 0) return NULL;
    if (kr_system_is_audited() && kr_system_audit("function.__new__", PyTuple_Pack(1, code)) < 0)
        return NULL;
    PyFunctionObject *function = (PyFunctionObject *)PyFunction_New(code, globals);
    if (function == NULL) return NULL;
    if (name != Py_None) Py_SETREF(function->func_name, Py_NewRef(name));
    if (argdefs != Py_None) function->func_defaults = Py_NewRef(argdefs);
    if (closure != Py_None) function->func_closure = Py_NewRef(closure);
    return (PyObject *)function;
}

static int function_traverse(PyFunctionObject *self, visitproc visit, void *arg)
{
    Py_VISIT(self->func_code);
    Py_VISIT(self->func_globals);
    Py_VISIT(self->func_builtins);
    Py_VISIT(self->func_module);
    Py_VISIT(self->func_defaults);
    Py_VISIT(self->func_kwdefaults);
    Py_VISIT(self->func_doc);
    Py_VISIT(self->func_name);
    Py_VISIT(self->func_dict);
    Py_VISIT(self->func_closure);
    Py_VISIT(self->func_annotations);
    Py_VISIT(self->func_qualname);
    return 0;
}

// Code and globals stay, so that a function that is called while its cycle goes still works.
static int function_clear(PyFunctionObject *self)
{
    self->func_version = 0;
    Py_CLEAR(self->func_module);
    Py_CLEAR(self->func_defaults);
    Py_CLEAR(self->func_kwdefaults);
    Py_CLEAR(self->func_doc);
    Py_CLEAR(self->func_dict);
    Py_CLEAR(self->func_closure);
    Py_CLEAR(self->func_annotations);
    // A str may be part of a cycle when it is of a subclass; the name is never NULL.
    Py_SETREF(self->func_name, kr_str_empty());
    Py_SETREF(self->func_qualname, kr_str_empty());
    return 0;
}

static void function_dealloc(PyFunctionObject *self)
{
    PyObject_GC_UnTrack(self);
    if (self->func_weakreflist != NULL) PyObject_ClearWeakRefs((PyObject *)self);
    (void)function_clear(self);
    Py_DECREF(self->func_globals);
    Py_DECREF(self->func_builtins);
    Py_DECREF(self->func_name);
    Py_DECREF(self->func_qualname);
    Py_DECREF(self->func_code);
    PyObject_GC_Del(self);
}

static PyObject *function_repr(PyFunctionObject *self)
{
    return PyUnicode_FromFormat("<function %U at %p>", self->func_qualname, self);
}

static PyObject *function_descr_get(PyObject *self, PyObject *object, PyObject *type)
{
    if (object == Py_None || object == NULL) return Py_NewRef(self);
    return PyMethod_New(self, object);
}

#include "vm/function.methods.h"

static PyMemberDef function_members[] = {
    {"__closure__", T_OBJECT, offsetof(PyFunctionObject, func_closure), READONLY},
    {"__doc__", T_OBJECT, offsetof(PyFunctionObject, func_doc), 0},
    {"__globals__", T_OBJECT, offsetof(PyFunctionObject, func_globals), READONLY},
    {"__module__", T_OBJECT, offsetof(PyFunctionObject, func_module), 0},
    {"__builtins__", T_OBJECT, offsetof(PyFunctionObject, func_builtins), READONLY},
    {NULL}
};

PyTypeObject PyFunction_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "function",
    .tp_basicsize = sizeof(PyFunctionObject),
    .tp_dealloc = (destructor)function_dealloc,
    .tp_vectorcall_offset = offsetof(PyFunctionObject, vectorcall),
    .tp_repr = (reprfunc)function_repr,
    .tp_call = PyVectorcall_Call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL
              | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_doc = function_doc,
    .tp_traverse = (traverseproc)function_traverse,
    .tp_clear = (inquiry)function_clear,
    .tp_weaklistoffset = offsetof(PyFunctionObject, func_weakreflist),
    .tp_members = function_members,
    .tp_getset = function_getset,
    .tp_descr_get = function_descr_get,
    .tp_dictoffset = offsetof(PyFunctionObject, func_dict),
    .tp_new = function_tp_new,
};
