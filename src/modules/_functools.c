// _functools.c - the module _functools: partial, reduce and cmp_to_key.  The cache is in
// _functools_cache.c.
#include "modules/_functools.h"

#include "abstract.h"
#include "dictobject.h"
#include "genericaliasobject.h"
#include "longobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "objimpl.h"
#include "pymem.h"
#include "structmember.h"
#include "weakrefobject.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

#include <string.h>

// ---- partial ----------------------------------------------------------------------------------

typedef struct KrPartial {
    PyObject_HEAD
    PyObject *function;
    PyObject *args;        // tuple
    PyObject *keywords;    // dict
    PyObject *dict;
    PyObject *weak_references;
    vectorcallfunc vectorcall;
} KrPartial;

static PyTypeObject partial_type;

// args + [rest], then the keywords' values: calls the function with them.
static PyObject *call_with_more(KrPartial *self, PyObject *const *rest, Py_ssize_t count,
                                PyObject *names)
{
    enum { FEW = 8 };
    PyObject *few[FEW + 1], **stack = few;
    Py_ssize_t own = PyTuple_GET_SIZE(self->args);
    Py_ssize_t keywords = names == NULL ? 0 : PyTuple_GET_SIZE(names);
    Py_ssize_t total = own + count + keywords;
    if (total > FEW && (stack = PyMem_New(PyObject *, total + 1)) == NULL) return PyErr_NoMemory();
    memcpy(stack + 1, ((PyTupleObject *)self->args)->ob_item, (size_t)own * sizeof *stack);
    // [rest] may be NULL when there is nothing.
    if (total > own) memcpy(stack + 1 + own, rest, (size_t)(count + keywords) * sizeof *stack);
    KR_AUTO PyObject *held = Py_NewRef(self->args);
    KR_AUTO PyObject *function = Py_NewRef(self->function);
    PyObject *result = PyObject_Vectorcall(function, stack + 1, (size_t)(own + count)
                                           | PY_VECTORCALL_ARGUMENTS_OFFSET, names);
    if (stack != few) PyMem_Free(stack);
    return result;
}

static PyObject *partial_vectorcall(PyObject *object, PyObject *const *args, size_t nargsf,
                                    PyObject *names)
{
    KrPartial *self = (KrPartial *)object;
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (PyDict_GET_SIZE(self->keywords) == 0) return call_with_more(self, args, count, names);
    KR_AUTO PyObject *merged = PyDict_Copy(self->keywords);
    for (Py_ssize_t i = 0; merged != NULL && names != NULL && i < PyTuple_GET_SIZE(names); i++)
        if (PyDict_SetItem(merged, PyTuple_GET_ITEM(names, i), args[count + i]) < 0) return NULL;
    KR_AUTO PyObject *rest = merged == NULL ? NULL : kr_arguments_rest(args, count, 0);
    KR_AUTO PyObject *all = rest == NULL ? NULL : PySequence_Concat(self->args, rest);
    KR_AUTO PyObject *function = Py_NewRef(self->function);
    return all == NULL ? NULL : PyObject_Call(function, all, merged);
}

CONSTRUCTOR(partial, "*args: array, **kwargs",
            "partial(func, *args, **keywords) - new function with partial application\n"
            "    of the given arguments and keywords.\n")
static PyObject *partial_new(PyTypeObject *type, PyObject *const *args, Py_ssize_t count,
                             PyObject *kwargs)
{
    if (count < 1) return kr_raise(PyExc_TypeError, "type 'partial' takes at least one argument");
    PyObject *function = args[0];
    if (!PyCallable_Check(function))
        return kr_raise(PyExc_TypeError, "the first argument must be callable");
    KrPartial *inner = NULL;  // a plain partial inside is taken apart
    if (Py_TYPE(function) == &partial_type && type == &partial_type
        && ((KrPartial *)function)->dict == NULL)
        inner = (KrPartial *)function;
    KR_AUTO PyObject *rest = kr_arguments_rest(args, count, 1);
    if (rest != NULL && inner != NULL) Py_SETREF(rest, PySequence_Concat(inner->args, rest));
    KR_AUTO PyObject *keywords = rest == NULL ? NULL : inner != NULL ? PyDict_Copy(inner->keywords)
        : PyDict_New();
    if (keywords == NULL || (kwargs != NULL && PyDict_Merge(keywords, kwargs, 1) < 0)) return NULL;
    KrPartial *self = (KrPartial *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->function = Py_NewRef(inner != NULL ? inner->function : function);
    self->args = kr_take(rest);
    self->keywords = kr_take(keywords);
    self->vectorcall = partial_vectorcall;
    return (PyObject *)self;
}

static int partial_traverse(PyObject *object, visitproc visit, void *arg)
{
    KrPartial *self = (KrPartial *)object;
    Py_VISIT(self->function);
    Py_VISIT(self->args);
    Py_VISIT(self->keywords);
    Py_VISIT(self->dict);
    return 0;
}

static int partial_clear(PyObject *object)
{
    KrPartial *self = (KrPartial *)object;
    Py_CLEAR(self->function);
    Py_CLEAR(self->args);
    Py_CLEAR(self->keywords);
    Py_CLEAR(self->dict);
    return 0;
}

static void partial_dealloc(PyObject *object)
{
    PyObject_GC_UnTrack(object);
    if (((KrPartial *)object)->weak_references != NULL) PyObject_ClearWeakRefs(object);
    partial_clear(object);
    Py_TYPE(object)->tp_free(object);
}

static int append_text(PyObject **text, PyObject *more)
{
    if (more == NULL) return -1;
    PyUnicode_AppendAndDel(text, more);
    return *text == NULL ? -1 : 0;
}

static PyObject *partial_text(KrPartial *self)
{
    KR_AUTO PyObject *args = Py_NewRef(self->args);
    KR_AUTO PyObject *keywords = PyDict_Copy(self->keywords);
    KR_AUTO PyObject *function = Py_NewRef(self->function);
    KR_AUTO PyObject *text = keywords == NULL ? NULL
        : PyUnicode_FromFormat("%s(%R", Py_TYPE(self)->tp_name, function);
    if (text == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++)
        if (append_text(&text, PyUnicode_FromFormat(", %R", PyTuple_GET_ITEM(args, i))) < 0)
            return NULL;
    PyObject *key, *value;
    Py_ssize_t position = 0;
    while (PyDict_Next(keywords, &position, &key, &value))
        if (append_text(&text, PyUnicode_FromFormat(", %S=%R", key, value)) < 0) return NULL;
    return append_text(&text, PyUnicode_FromString(")")) < 0 ? NULL : kr_take(text);
}

static PyObject *partial_repr(PyObject *self)
{
    int entered = Py_ReprEnter(self);
    if (entered != 0) return entered > 0 ? PyUnicode_FromString("...") : NULL;
    PyObject *text = partial_text((KrPartial *)self);
    Py_ReprLeave(self);
    return text;
}

METHOD(__reduce__, "self", "")
static PyObject *partial___reduce__(KrPartial *self)
{
    KR_AUTO PyObject *args = PyTuple_Pack(1, self->function);
    KR_AUTO PyObject *state = PyTuple_Pack(4, self->function, self->args, self->keywords,
                                           self->dict == NULL ? Py_None : self->dict);
    return args == NULL || state == NULL ? NULL
        : PyTuple_Pack(3, (PyObject *)Py_TYPE(self), args, state);
}

METHOD(__setstate__, "self, state, /", "")
static PyObject *partial___setstate__(KrPartial *self, PyObject *state)
{
    PyObject **parts = PyTuple_Check(state) ? ((PyTupleObject *)state)->ob_item : NULL;
    if (parts == NULL || PyTuple_GET_SIZE(state) != 4 || !PyCallable_Check(parts[0])
        || !PyTuple_Check(parts[1]) || (parts[2] != Py_None && !PyDict_Check(parts[2])))
        return kr_raise(PyExc_TypeError, "invalid partial state");
    KR_AUTO PyObject *args = PySequence_Tuple(parts[1]);
    KR_AUTO PyObject *keywords = parts[2] == Py_None         ? PyDict_New()
                                 : PyDict_CheckExact(parts[2]) ? Py_NewRef(parts[2])
                                                               : PyDict_Copy(parts[2]);
    if (args == NULL || keywords == NULL) return NULL;
    Py_INCREF(parts[0]);
    Py_SETREF(self->function, parts[0]);
    Py_SETREF(self->args, kr_take(args));
    Py_SETREF(self->keywords, kr_take(keywords));
    PyObject *dict = parts[3] == Py_None ? NULL : parts[3];
    Py_XINCREF(dict);
    Py_XSETREF(self->dict, dict);
    Py_RETURN_NONE;
}

METHOD(__class_getitem__, "cls, item, /", "See PEP 585")
static PyObject *partial___class_getitem__(PyObject *type, PyObject *item)
{
    return Py_GenericAlias(type, item);
}

// ---- cmp_to_key -------------------------------------------------------------------------------

typedef struct KrKeyWrapper {
    PyObject_HEAD
    PyObject *compare;
    PyObject *object;  // NULL: the function K itself
} KrKeyWrapper;

static PyTypeObject key_type;

static PyObject *key_new(PyObject *compare, PyObject *object)
{
    KrKeyWrapper *self = PyObject_GC_New(KrKeyWrapper, &key_type);
    if (self == NULL) return NULL;
    self->compare = Py_NewRef(compare);
    self->object = Py_XNewRef(object);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

METHOD(K, "self, obj", "")
static PyObject *key_K(KrKeyWrapper *self, PyObject *object)
{
    return key_new(self->compare, object);
}

static int key_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrKeyWrapper *)self)->compare);
    Py_VISIT(((KrKeyWrapper *)self)->object);
    return 0;
}

static int key_clear(PyObject *self)
{
    Py_CLEAR(((KrKeyWrapper *)self)->compare);
    Py_CLEAR(((KrKeyWrapper *)self)->object);
    return 0;
}

static void key_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    key_clear(self);
    PyObject_GC_Del(self);
}

static PyObject *key_compare(PyObject *left, PyObject *right, int op)
{
    if (!Py_IS_TYPE(right, &key_type))
        return kr_raise(PyExc_TypeError, "other argument must be K instance");
    KrKeyWrapper *own = (KrKeyWrapper *)left, *other = (KrKeyWrapper *)right;
    if (own->object == NULL || other->object == NULL)
        return kr_raise(PyExc_AttributeError, "object");
    PyObject *args[2] = {own->object, other->object};
    KR_AUTO PyObject *order = PyObject_Vectorcall(own->compare, args, 2, NULL);
    KR_AUTO PyObject *zero = order == NULL ? NULL : PyLong_FromLong(0);
    return zero == NULL ? NULL : PyObject_RichCompare(order, zero, op);
}

METHOD(cmp_to_key, "module, mycmp", "Convert a cmp= function into a key= function.")
static PyObject *functools_cmp_to_key(PyObject *module, PyObject *compare)
{
    return key_new(compare, NULL);
}

// ---- reduce -----------------------------------------------------------------------------------

METHOD(reduce, "module, function, iterable, initial: object = NULL, /",
       "reduce(function, iterable[, initial]) -> value\n\n"
       "Apply a function of two arguments cumulatively to the items of a sequence\n"
       "or iterable, from left to right, so as to reduce the iterable to a single\n"
       "value.  For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5]) calculates\n"
       "((((1+2)+3)+4)+5).  If initial is present, it is placed before the items\n"
       "of the iterable in the calculation, and serves as a default when the\n"
       "iterable is empty.")
static PyObject *functools_reduce(PyObject *module, PyObject *function, PyObject *iterable,
                                  PyObject *initial)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    if (iterator == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError))
            kr_raise(PyExc_TypeError, "reduce() arg 2 must support iteration");
        return NULL;
    }
    KR_AUTO PyObject *result = Py_XNewRef(initial);
    for (;;) {
        KR_AUTO PyObject *item = PyIter_Next(iterator);
        if (item == NULL) break;
        if (result == NULL) {
            result = kr_take(item);
            continue;
        }
        PyObject *args[3] = {NULL, result, item};
        Py_SETREF(result, PyObject_Vectorcall(function, args + 1,
                                              2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL));
        if (result == NULL) return NULL;
    }
    if (PyErr_Occurred()) return NULL;
    if (result == NULL)
        return kr_raise(PyExc_TypeError, "reduce() of empty iterable with no initial value");
    return kr_take(result);
}

#include "modules/_functools.methods.h"

static PyObject *key_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *slots[1];
    if (kr_arguments_bind_dict(&key_K__signature, args, kwargs, slots, NULL) < 0) return NULL;
    return key_K((KrKeyWrapper *)self, slots[0]);
}

static PyMemberDef key_members[] = {
    {"obj", T_OBJECT, offsetof(KrKeyWrapper, object), 0, "Value wrapped by a key function."},
    {NULL, 0, 0, 0, NULL},
};

static PyTypeObject key_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "functools.KeyWrapper",
    .tp_basicsize = sizeof(KrKeyWrapper),
    .tp_dealloc = key_dealloc,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_call = key_call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = key_traverse,
    .tp_clear = key_clear,
    .tp_richcompare = key_compare,
    .tp_members = key_members,
};

static PyMemberDef partial_members[] = {
    {"func", T_OBJECT, offsetof(KrPartial, function), READONLY,
     "function object to use in future partial calls"},
    {"args", T_OBJECT, offsetof(KrPartial, args), READONLY,
     "tuple of arguments to future partial calls"},
    {"keywords", T_OBJECT, offsetof(KrPartial, keywords), READONLY,
     "dictionary of keyword arguments to future partial calls"},
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(KrPartial, vectorcall), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef partial_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyTypeObject partial_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "functools.partial",
    .tp_basicsize = sizeof(KrPartial),
    .tp_dealloc = partial_dealloc,
    .tp_vectorcall_offset = offsetof(KrPartial, vectorcall),
    .tp_repr = partial_repr,
    .tp_call = PyVectorcall_Call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE
        | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = partial_doc,
    .tp_traverse = partial_traverse,
    .tp_clear = partial_clear,
    .tp_weaklistoffset = offsetof(KrPartial, weak_references),
    .tp_methods = partial_methods,
    .tp_members = partial_members,
    .tp_getset = partial_getset,
    .tp_dictoffset = offsetof(KrPartial, dict),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = partial_tp_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = partial_tp_vectorcall,
};

static int execute(PyObject *module)
{
    if (PyModule_AddType(module, &partial_type) < 0 || PyType_Ready(&key_type) < 0) return -1;
    return kr_functools_add_cache(module);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_functools",
    .m_doc = "Tools that operate on functions.",
    .m_methods = functools_methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__functools(void)
{
    (void)key_methods;
    return PyModuleDef_Init(&definition);
}
