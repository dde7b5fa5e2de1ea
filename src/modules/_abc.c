// _abc.c - the module _abc: registration and cached instance and subclass checks of abstract base
// classes.
//
// Each abstract class has in _abc_impl an object with three sets of weak references: what was
// registered, and the answers already found, positive and negative.  Every register() anywhere
// makes the negative ones void: they count only while negative_version equals the module's
// counter.
#include "abstract.h"
#include "boolobject.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "methodobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "objimpl.h"
#include "setobject.h"
#include "weakrefobject.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"

enum { COLLECTION_FLAGS = Py_TPFLAGS_SEQUENCE | Py_TPFLAGS_MAPPING };

typedef struct KrAbcModule {
    unsigned long long counter;
} KrAbcModule;

typedef struct KrAbcData {
    PyObject_HEAD
    PyObject *registry;  // sets of weak references, or NULL
    PyObject *cache;
    PyObject *negative;
    unsigned long long negative_version;
} KrAbcData;

static unsigned long long *counter_of(PyObject *module)
{
    return &((KrAbcModule *)PyModule_GetState(module))->counter;
}

// ---- the data of a class ----------------------------------------------------------------------

static int data_traverse(PyObject *object, visitproc visit, void *arg)
{
    KrAbcData *self = (KrAbcData *)object;
    Py_VISIT(self->registry);
    Py_VISIT(self->cache);
    Py_VISIT(self->negative);
    return 0;
}

static int data_clear(PyObject *object)
{
    KrAbcData *self = (KrAbcData *)object;
    Py_CLEAR(self->registry);
    Py_CLEAR(self->cache);
    Py_CLEAR(self->negative);
    return 0;
}

static void data_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    data_clear(self);
    PyObject_GC_Del(self);
}

static PyTypeObject data_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_abc._abc_data",
    .tp_basicsize = sizeof(KrAbcData),
    .tp_dealloc = data_dealloc,
    .tp_doc = "Internal state held by ABC machinery.",
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = data_traverse,
    .tp_clear = data_clear,
};

// New reference to the data of class [self].
static KrAbcData *data_of(PyObject *self)
{
    PyObject *data = PyObject_GetAttr(self, ID(_abc_impl));
    if (data == NULL || Py_IS_TYPE(data, &data_type)) return (KrAbcData *)data;
    Py_DECREF(data);
    kr_raise(PyExc_TypeError, "_abc_impl is set to a wrong type");
    return NULL;
}

// ---- sets of weak references ------------------------------------------------------------------

// Callback of a reference: takes it out of the set that [set_reference] refers to.
static PyObject *forget(PyObject *set_reference, PyObject *reference)
{
    KR_AUTO PyObject *set = Py_NewRef(PyWeakref_GetObject(set_reference));
    if (set != Py_None && PySet_Discard(set, reference) < 0) return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef forget_definition = {"_destroy", forget, METH_O, NULL};

static int add_weakly(PyObject **set, PyObject *object)
{
    if (*set == NULL && (*set = PySet_New(NULL)) == NULL) return -1;
    KR_AUTO PyObject *set_reference = PyWeakref_NewRef(*set, NULL);
    KR_AUTO PyObject *callback = set_reference == NULL ? NULL
        : PyCFunction_New(&forget_definition, set_reference);
    KR_AUTO PyObject *reference = callback == NULL ? NULL : PyWeakref_NewRef(object, callback);
    return reference == NULL ? -1 : PySet_Add(*set, reference);
}

static int is_in(PyObject *set, PyObject *object)
{
    if (set == NULL || PySet_GET_SIZE(set) == 0) return 0;
    KR_AUTO PyObject *held = Py_NewRef(set);
    KR_AUTO PyObject *reference = PyWeakref_NewRef(object, NULL);
    if (reference != NULL) return PySet_Contains(held, reference);
    if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1;
    PyErr_Clear();  // nothing can refer to it weakly: it is in no set
    return 0;
}

// ---- abstract methods -------------------------------------------------------------------------

static int add_if_abstract(PyObject *names, PyObject *name, PyObject *value)
{
    int abstract = _PyObject_IsAbstract(value);
    return abstract <= 0 ? abstract : PySet_Add(names, name);
}

static int add_inherited(PyObject *names, PyObject *self, PyObject *base)
{
    PyObject *found;
    if (_PyObject_LookupAttr(base, ID(__abstractmethods__), &found) < 0) return -1;
    if (found == NULL) return 0;
    KR_AUTO PyObject *inherited = found;
    KR_AUTO PyObject *iterator = PyObject_GetIter(inherited);
    if (iterator == NULL) return -1;
    for (;;) {
        KR_AUTO PyObject *name = PyIter_Next(iterator);
        if (name == NULL) return PyErr_Occurred() ? -1 : 0;
        if (_PyObject_LookupAttr(self, name, &found) < 0) return -1;
        if (found == NULL) continue;
        KR_AUTO PyObject *value = found;
        if (add_if_abstract(names, name, value) < 0) return -1;
    }
}

static int compute_abstract_methods(PyObject *self)
{
    KR_AUTO PyObject *names = PySet_New(NULL);
    KR_AUTO PyObject *namespace = names == NULL ? NULL : PyObject_GetAttr(self, ID(__dict__));
    KR_AUTO PyObject *items = namespace == NULL ? NULL : PyMapping_Items(namespace);
    if (items == NULL) return -1;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(items); i++) {
        KR_AUTO PyObject *pair = PySequence_Tuple(PyList_GET_ITEM(items, i));
        if (pair == NULL) return -1;
        if (PyTuple_GET_SIZE(pair) != 2)
            return kr_raise_int(PyExc_TypeError, "Iteration over items returned non-pair");
        if (add_if_abstract(names, PyTuple_GET_ITEM(pair, 0), PyTuple_GET_ITEM(pair, 1)) < 0)
            return -1;
    }
    KR_AUTO PyObject *bases = PyObject_GetAttr(self, ID(__bases__));
    if (bases == NULL) return -1;
    if (!PyTuple_Check(bases)) return kr_raise_int(PyExc_TypeError, "__bases__ is not tuple");
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++)
        if (add_inherited(names, self, PyTuple_GET_ITEM(bases, i)) < 0) return -1;
    KR_AUTO PyObject *frozen = PyFrozenSet_New(names);
    return frozen == NULL ? -1 : PyObject_SetAttr(self, ID(__abstractmethods__), frozen);
}

// __abc_tpflags__ in a class body says that it is a sequence or a mapping for match statements.
static int take_flags(PyTypeObject *class)
{
    PyObject *flags = PyDict_GetItemWithError(class->tp_dict, ID(__abc_tpflags__));
    if (flags == NULL) return PyErr_Occurred() ? -1 : 0;
    if (!PyLong_CheckExact(flags)) return 0;
    long value = PyLong_AsLong(flags);
    if (value == -1) return -1;
    if ((value & COLLECTION_FLAGS) == COLLECTION_FLAGS)
        return kr_raise_int(PyExc_TypeError, "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE "
                            "and Py_TPFLAGS_MAPPING");
    class->tp_flags |= (unsigned long)(value & COLLECTION_FLAGS);
    return PyDict_DelItem(class->tp_dict, ID(__abc_tpflags__));
}

METHOD(_abc_init, "module, self, /",
       "Internal ABC helper for class set-up. Should be never used outside abc module.")
static PyObject *abc__abc_init(PyObject *module, PyObject *self)
{
    if (compute_abstract_methods(self) < 0) return NULL;
    KrAbcData *data = PyObject_GC_New(KrAbcData, &data_type);
    if (data == NULL) return NULL;
    data->registry = data->cache = data->negative = NULL;
    data->negative_version = *counter_of(module);
    PyObject_GC_Track(data);
    int failed = PyObject_SetAttr(self, ID(_abc_impl), (PyObject *)data);
    Py_DECREF(data);
    if (failed < 0) return NULL;
    if (PyType_Check(self) && take_flags((PyTypeObject *)self) < 0) return NULL;
    Py_RETURN_NONE;
}

// ---- registration -----------------------------------------------------------------------------

static int spread_flag(PyTypeObject *class, unsigned long flag)
{
    if (PyType_HasFeature(class, Py_TPFLAGS_IMMUTABLETYPE)
        || (class->tp_flags & COLLECTION_FLAGS) == flag)
        return 0;
    class->tp_flags = (class->tp_flags & ~(unsigned long)COLLECTION_FLAGS) | flag;
    KR_AUTO PyObject *subclasses =
        PyObject_CallMethodOneArg((PyObject *)&PyType_Type, ID(__subclasses__), (PyObject *)class);
    if (subclasses == NULL) return -1;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(subclasses); i++)
        if (spread_flag((PyTypeObject *)PyList_GET_ITEM(subclasses, i), flag) < 0) return -1;
    return 0;
}

METHOD(_abc_register, "module, self, subclass, /",
       "Internal ABC helper for subclasss registration. Should be never used outside abc module.")
static PyObject *abc__abc_register(PyObject *module, PyObject *self, PyObject *subclass)
{
    if (!PyType_Check(subclass)) return kr_raise(PyExc_TypeError, "Can only register classes");
    int already = PyObject_IsSubclass(subclass, self);
    if (already != 0) return already < 0 ? NULL : Py_NewRef(subclass);
    int cycle = PyObject_IsSubclass(self, subclass);
    if (cycle < 0) return NULL;
    if (cycle) return kr_raise(PyExc_RuntimeError, "Refusing to create an inheritance cycle");
    KrAbcData *data = data_of(self);
    if (data == NULL) return NULL;
    int failed = add_weakly(&data->registry, subclass);
    Py_DECREF(data);
    if (failed < 0) return NULL;
    ++*counter_of(module);
    if (PyType_Check(self)) {
        unsigned long flag = PyType_GetFlags((PyTypeObject *)self) & COLLECTION_FLAGS;
        if (flag != 0 && spread_flag((PyTypeObject *)subclass, flag) < 0) return NULL;
    }
    return Py_NewRef(subclass);
}

// ---- checks -----------------------------------------------------------------------------------

METHOD(_abc_instancecheck, "module, self, instance, /",
       "Internal ABC helper for instance checks. Should be never used outside abc module.")
static PyObject *abc__abc_instancecheck(PyObject *module, PyObject *self, PyObject *instance)
{
    KR_AUTO PyObject *holder = (PyObject *)data_of(self);
    KrAbcData *data = (KrAbcData *)holder;
    KR_AUTO PyObject *class = data == NULL ? NULL : PyObject_GetAttr(instance, ID(__class__));
    if (class == NULL) return NULL;
    int known = is_in(data->cache, class);
    if (known != 0) return known < 0 ? NULL : Py_NewRef(Py_True);
    PyObject *type = (PyObject *)Py_TYPE(instance);
    if (type == class) {
        if (data->negative_version == *counter_of(module)) {
            known = is_in(data->negative, class);
            if (known != 0) return known < 0 ? NULL : Py_NewRef(Py_False);
        }
        return PyObject_CallMethodOneArg(self, ID(__subclasscheck__), class);
    }
    KR_AUTO PyObject *answer = PyObject_CallMethodOneArg(self, ID(__subclasscheck__), class);
    int truth = answer == NULL ? -1 : PyObject_IsTrue(answer);
    if (truth != 0) return truth < 0 ? NULL : kr_take(answer);
    return PyObject_CallMethodOneArg(self, ID(__subclasscheck__), type);
}

// Is [subclass] a subclass of anything registered?  1, 0 or -1.
static int is_registered(KrAbcData *data, PyObject *subclass)
{
    int direct = is_in(data->registry, subclass);
    if (direct != 0 || data->registry == NULL) return direct;
    KR_AUTO PyObject *references = PySequence_List(data->registry);  // checks may register more
    for (Py_ssize_t i = 0; references != NULL && i < PyList_GET_SIZE(references); i++) {
        KR_AUTO PyObject *registered =
            Py_NewRef(PyWeakref_GetObject(PyList_GET_ITEM(references, i)));
        if (registered == Py_None) continue;
        int answer = PyObject_IsSubclass(subclass, registered);
        if (answer != 0) return answer;
    }
    return references == NULL ? -1 : 0;
}

// Is it one of a subclass of [self]?
static int is_below(PyObject *self, PyObject *subclass)
{
    KR_AUTO PyObject *classes = PyObject_CallMethodNoArgs(self, ID(__subclasses__));
    if (classes == NULL) return -1;
    if (!PyList_Check(classes))
        return kr_raise_int(PyExc_TypeError, "__subclasses__() must return a list");
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(classes); i++) {
        KR_AUTO PyObject *class = Py_NewRef(PyList_GET_ITEM(classes, i));
        int answer = PyObject_IsSubclass(subclass, class);
        if (answer != 0) return answer;
    }
    return 0;
}

// What __subclasshook__, inheritance, registration and subclasses say: 1, 0 or -1.
static int find_answer(PyObject *self, KrAbcData *data, PyObject *subclass)
{
    KR_AUTO PyObject *hooked = PyObject_CallMethodOneArg(self, ID(__subclasshook__), subclass);
    if (hooked == NULL) return -1;
    if (hooked == Py_True || hooked == Py_False) return hooked == Py_True;
    if (hooked != Py_NotImplemented)
        return kr_raise_int(PyExc_AssertionError,
                            "__subclasshook__ must return either False, True, or NotImplemented");
    if (PyType_Check(self) && PyType_IsSubtype((PyTypeObject *)subclass, (PyTypeObject *)self))
        return 1;
    int answer = is_registered(data, subclass);
    return answer != 0 ? answer : is_below(self, subclass);
}

METHOD(_abc_subclasscheck, "module, self, subclass, /",
       "Internal ABC helper for subclasss checks. Should be never used outside abc module.")
static PyObject *abc__abc_subclasscheck(PyObject *module, PyObject *self, PyObject *subclass)
{
    if (!PyType_Check(subclass))
        return kr_raise(PyExc_TypeError, "issubclass() arg 1 must be a class");
    KR_AUTO PyObject *holder = (PyObject *)data_of(self);
    KrAbcData *data = (KrAbcData *)holder;
    if (data == NULL) return NULL;
    int known = is_in(data->cache, subclass);
    if (known != 0) return known < 0 ? NULL : Py_NewRef(Py_True);
    unsigned long long counter = *counter_of(module);
    if (data->negative_version < counter) {
        if (data->negative != NULL && PySet_Clear(data->negative) < 0) return NULL;
        data->negative_version = counter;
    } else {
        known = is_in(data->negative, subclass);
        if (known != 0) return known < 0 ? NULL : Py_NewRef(Py_False);
    }
    int answer = find_answer(self, data, subclass);
    if (answer < 0 || add_weakly(answer ? &data->cache : &data->negative, subclass) < 0)
        return NULL;
    return PyBool_FromLong(answer);
}

// ---- for tests --------------------------------------------------------------------------------

METHOD(_reset_registry, "module, self, /",
       "Internal ABC helper to reset registry of a given class.\n\nShould be only used by "
       "refleak.py")
static PyObject *abc__reset_registry(PyObject *module, PyObject *self)
{
    KR_AUTO PyObject *data = (PyObject *)data_of(self);
    if (data == NULL) return NULL;
    PyObject *registry = ((KrAbcData *)data)->registry;
    if (registry != NULL && PySet_Clear(registry) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(_reset_caches, "module, self, /",
       "Internal ABC helper to reset both caches of a given class.\n\nShould be only used by "
       "refleak.py")
static PyObject *abc__reset_caches(PyObject *module, PyObject *self)
{
    KR_AUTO PyObject *holder = (PyObject *)data_of(self);
    KrAbcData *data = (KrAbcData *)holder;
    if (data == NULL) return NULL;
    if (data->cache != NULL && PySet_Clear(data->cache) < 0) return NULL;
    if (data->negative != NULL && PySet_Clear(data->negative) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(_get_dump, "module, self, /",
       "Internal ABC helper for cache and registry debugging.\n\n"
       "Return shallow copies of registry, of both caches, and\n"
       "negative cache version. Don't call this function directly,\n"
       "instead use ABC._dump_registry() for a nice repr.")
static PyObject *abc__get_dump(PyObject *module, PyObject *self)
{
    KR_AUTO PyObject *holder = (PyObject *)data_of(self);
    KrAbcData *data = (KrAbcData *)holder;
    if (data == NULL) return NULL;
    KR_AUTO PyObject *registry = PySet_New(data->registry);
    KR_AUTO PyObject *cache = PySet_New(data->cache);
    KR_AUTO PyObject *negative = PySet_New(data->negative);
    KR_AUTO PyObject *version = PyLong_FromUnsignedLongLong(data->negative_version);
    if (registry == NULL || cache == NULL || negative == NULL || version == NULL) return NULL;
    return PyTuple_Pack(4, registry, cache, negative, version);
}

METHOD(get_cache_token, "module",
       "Returns the current ABC cache token.\n\n"
       "The token is an opaque object (supporting equality testing) identifying the\n"
       "current version of the ABC cache for virtual subclasses. The token changes\n"
       "with every call to register() on any ABC.")
static PyObject *abc_get_cache_token(PyObject *module)
{
    return PyLong_FromUnsignedLongLong(*counter_of(module));
}

#include "modules/_abc.methods.h"

static int execute(PyObject *module)
{
    return PyType_Ready(&data_type);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_abc",
    .m_doc = "Module contains faster C implementation of abc.ABCMeta",
    .m_size = sizeof(KrAbcModule),
    .m_methods = abc_methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__abc(void)
{
    return PyModuleDef_Init(&definition);
}
