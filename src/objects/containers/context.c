// context.c - Context, ContextVar and Token (PEP 567).
//
// A thread's current context is thread->context (NULL: not made yet).  thread->context_ver changes
// whenever that or its variables change, and so guards the value each variable keeps from its last
// look-up.
#include "objects/containers/context.h"

#include "objects/containers/tracking.h"
#include "objects/containers/variable_map.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "abstract.h"
#include "boolobject.h"
#include "genericaliasobject.h"
#include "longobject.h"
#include "pyerrors.h"
#include "pyhash.h"
#include "structmember.h"
#include "weakrefobject.h"

struct _pycontextobject {
    PyObject_HEAD
    PyContext *ctx_prev;  // the context that was current when this one was entered
    PyObject *ctx_vars;
    PyObject *ctx_weakreflist;
    int ctx_entered;
};

struct _pycontextvarobject {
    PyObject_HEAD
    PyObject *var_name;
    PyObject *var_default;
    PyObject *var_cached;  // borrowed; valid while thread and version are the same
    uint64_t var_cached_tsid;
    uint64_t var_cached_tsver;
    Py_hash_t var_hash;
};

struct _pycontexttokenobject {
    PyObject_HEAD
    PyContext *tok_ctx;
    PyContextVar *tok_var;
    PyObject *tok_oldval;  // NULL: was not set
    int tok_used;
};

// ---- Context ----------------------------------------------------------------------------------

static PyContext *context_with(STEALS PyObject *variables)
{
    if (variables == NULL) return NULL;
    PyContext *self = PyObject_GC_New(PyContext, &PyContext_Type);
    if (self == NULL) {
        Py_DECREF(variables);
        return NULL;
    }
    self->ctx_prev = NULL;
    self->ctx_vars = variables;
    self->ctx_weakreflist = NULL;
    self->ctx_entered = 0;
    kr_track((PyObject *)self);
    return self;
}

PyObject *PyContext_New(void)
{
    return (PyObject *)context_with(kr_variable_map_new());
}

// Borrowed: the thread's current context.
static PyContext *current_context(PyThreadState *thread)
{
    if (thread->context == NULL) thread->context = PyContext_New();
    return (PyContext *)thread->context;
}

static bool check_context(PyObject *object)
{
    if (PyContext_CheckExact(object)) return true;
    kr_raise(PyExc_TypeError, "an instance of Context was expected");
    return false;
}

PyObject *PyContext_Copy(PyObject *context)
{
    if (!check_context(context)) return NULL;
    return (PyObject *)context_with(Py_NewRef(((PyContext *)context)->ctx_vars));
}

PyObject *PyContext_CopyCurrent(void)
{
    PyContext *context = current_context(kr_thread_current());
    return context == NULL ? NULL : (PyObject *)context_with(Py_NewRef(context->ctx_vars));
}

int PyContext_Enter(PyObject *octx)
{
    if (!check_context(octx)) return -1;
    PyThreadState *thread = kr_thread_current();
    PyContext *context = (PyContext *)octx;
    if (context->ctx_entered)
        return kr_raise_int(PyExc_RuntimeError, "cannot enter context: %R is already entered",
                            octx);
    context->ctx_prev = (PyContext *)thread->context;  // takes the thread's reference over
    context->ctx_entered = 1;
    thread->context = Py_NewRef(octx);
    thread->context_ver++;
    return 0;
}

int PyContext_Exit(PyObject *octx)
{
    if (!check_context(octx)) return -1;
    PyThreadState *thread = kr_thread_current();
    PyContext *context = (PyContext *)octx;
    if (!context->ctx_entered)
        return kr_raise_int(PyExc_RuntimeError, "cannot exit context: %R has not been entered",
                            octx);
    if (thread->context != octx)
        return kr_raise_int(PyExc_RuntimeError, "cannot exit context: thread state references a "
                            "different context object");
    thread->context = (PyObject *)kr_take(context->ctx_prev);
    thread->context_ver++;
    context->ctx_entered = 0;
    Py_DECREF(octx);
    return 0;
}

CONSTRUCTOR(Context, "*args: array, **kwargs", "")
static PyObject *context_new(PyTypeObject *type, PyObject *const *args, Py_ssize_t count,
                             PyObject *kwargs)
{
    if (count > 0 || kwargs != NULL)
        return kr_raise(PyExc_TypeError, "Context() does not accept any arguments");
    return PyContext_New();
}

static void context_dealloc(PyObject *self)
{
    PyContext *context = (PyContext *)self;
    kr_untrack(self);
    if (context->ctx_weakreflist != NULL) PyObject_ClearWeakRefs(self);
    Py_XDECREF((PyObject *)context->ctx_prev);
    Py_XDECREF(context->ctx_vars);
    PyObject_GC_Del(self);
}

static int context_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT((PyObject *)((PyContext *)self)->ctx_prev);
    Py_VISIT(((PyContext *)self)->ctx_vars);
    return 0;
}

// Borrowed value of [key] in *ret, or NULL: 0; -1 with TypeError when it is no variable.
static int find_in_context(PyContext *self, PyObject *key, PyObject **ret)
{
    if (!PyContextVar_CheckExact(key))
        return kr_raise_int(PyExc_TypeError, "a ContextVar key was expected, got %R", key);
    *ret = kr_variable_map_find(self->ctx_vars, key, ((PyContextVar *)key)->var_hash);
    return 0;
}

METHOD(get, "self, key, default=None, /",
       "Return the value for `key` if `key` has the value in the context object.\n\n"
       "If `key` does not exist, return `default`. If `default` is not given,\nreturn None.")
static PyObject *context_get(PyContext *self, PyObject *key, PyObject *fallback)
{
    PyObject *value;
    if (find_in_context(self, key, &value) < 0) return NULL;
    return Py_NewRef(value != NULL ? value : fallback);
}

// An iterator over the [part]s (0: variables, 1: values, 2: pairs) with a length.
typedef struct KrContextIterator {
    PyObject_HEAD
    PyObject *items;
    Py_ssize_t index;
    int part;
} KrContextIterator;

static PyTypeObject part_types[3];

static PyObject *iterate_part(PyContext *self, int part)
{
    KR_AUTO PyObject *items = kr_variable_map_items(self->ctx_vars);
    KrContextIterator *iterator = items == NULL ? NULL
        : PyObject_GC_New(KrContextIterator, &part_types[part]);
    if (iterator == NULL) return NULL;
    iterator->items = kr_take(items);
    iterator->index = 0;
    iterator->part = part;
    kr_track((PyObject *)iterator);
    return (PyObject *)iterator;
}

METHOD(items, "self",
       "Return all variables and their values in the context object.\n\n"
       "The result is returned as a list of 2-tuples (variable, value).")
static PyObject *context_items(PyContext *self)
{
    return iterate_part(self, 2);
}

METHOD(keys, "self", "Return a list of all variables in the context object.")
static PyObject *context_keys(PyContext *self)
{
    return iterate_part(self, 0);
}

METHOD(values, "self", "Return a list of all variables' values in the context object.")
static PyObject *context_values(PyContext *self)
{
    return iterate_part(self, 1);
}

METHOD(copy, "self", "Return a shallow copy of the context object.")
static PyObject *context_copy(PyContext *self)
{
    return PyContext_Copy((PyObject *)self);
}

METHOD(run, "self, *args: array, **kwargs", "")
static PyObject *context_run(PyObject *self, PyObject *const *args, Py_ssize_t count,
                             PyObject *kwargs)
{
    if (count < 1)
        return kr_raise(PyExc_TypeError, "run() missing 1 required positional argument");
    if (PyContext_Enter(self) < 0) return NULL;
    PyObject *result = PyObject_VectorcallDict(args[0], args + 1, (size_t)count - 1, kwargs);
    if (PyContext_Exit(self) < 0) Py_CLEAR(result);
    return result;
}

static PyObject *iterator_next(PyObject *self)
{
    KrContextIterator *iterator = (KrContextIterator *)self;
    if (iterator->items == NULL || iterator->index >= PyList_GET_SIZE(iterator->items))
        return NULL;
    PyObject *pair = PyList_GET_ITEM(iterator->items, iterator->index++);
    return Py_NewRef(iterator->part == 2 ? pair : PyTuple_GET_ITEM(pair, iterator->part));
}

static Py_ssize_t iterator_length(PyObject *self)
{
    PyObject *items = ((KrContextIterator *)self)->items;
    return items == NULL ? 0 : PyList_GET_SIZE(items);
}

static void iterator_dealloc(PyObject *self)
{
    kr_untrack(self);
    Py_XDECREF(((KrContextIterator *)self)->items);
    PyObject_GC_Del(self);
}

static int iterator_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrContextIterator *)self)->items);
    return 0;
}

static PyMappingMethods iterator_as_mapping = {.mp_length = iterator_length};

#define PART_TYPE(name)                                                                           \
    {                                                                                             \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                                                    \
        .tp_name = name,                                                                          \
        .tp_basicsize = sizeof(KrContextIterator),                                                \
        .tp_dealloc = iterator_dealloc,                                                           \
        .tp_as_mapping = &iterator_as_mapping,                                                    \
        .tp_getattro = PyObject_GenericGetAttr,                                                   \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,                                      \
        .tp_traverse = iterator_traverse,                                                         \
        .tp_iter = PyObject_SelfIter,                                                             \
        .tp_iternext = iterator_next,                                                             \
    }

static PyTypeObject part_types[3] = {PART_TYPE("keys"), PART_TYPE("values"), PART_TYPE("items")};

static PyObject *context_iterate(PyObject *self)
{
    return iterate_part((PyContext *)self, 0);
}

static PyObject *context_subscript(PyObject *self, PyObject *key)
{
    PyObject *value;
    if (find_in_context((PyContext *)self, key, &value) < 0) return NULL;
    if (value == NULL) PyErr_SetObject(PyExc_KeyError, key);
    return Py_XNewRef(value);
}

static int context_contains(PyObject *self, PyObject *key)
{
    PyObject *value;
    return find_in_context((PyContext *)self, key, &value) < 0 ? -1 : value != NULL;
}

static Py_ssize_t context_length(PyObject *self)
{
    return kr_variable_map_size(((PyContext *)self)->ctx_vars);
}

static int contexts_equal(PyContext *left, PyContext *right)
{
    if (left->ctx_vars == right->ctx_vars) return 1;
    if (kr_variable_map_size(left->ctx_vars) != kr_variable_map_size(right->ctx_vars)) return 0;
    KR_AUTO PyObject *others = Py_NewRef(right->ctx_vars);
    KR_AUTO PyObject *items = kr_variable_map_items(left->ctx_vars);
    for (Py_ssize_t i = 0; items != NULL && i < PyList_GET_SIZE(items); i++) {
        PyObject *pair = PyList_GET_ITEM(items, i), *variable = PyTuple_GET_ITEM(pair, 0);
        PyObject *other = kr_variable_map_find(others, variable,
                                               ((PyContextVar *)variable)->var_hash);
        if (other == NULL) return 0;
        int equal = PyObject_RichCompareBool(PyTuple_GET_ITEM(pair, 1), other, Py_EQ);
        if (equal <= 0) return equal;
    }
    return items == NULL ? -1 : 1;
}

static PyObject *context_compare(PyObject *left, PyObject *right, int op)
{
    if (!PyContext_CheckExact(left) || !PyContext_CheckExact(right)
        || (op != Py_EQ && op != Py_NE))
        Py_RETURN_NOTIMPLEMENTED;
    int equal = contexts_equal((PyContext *)left, (PyContext *)right);
    return equal < 0 ? NULL : PyBool_FromLong(equal == (op == Py_EQ));
}

// ---- ContextVar -------------------------------------------------------------------------------

static PyObject *variable_new(PyObject *name, PyObject *fallback)
{
    if (!PyUnicode_Check(name))
        return kr_raise(PyExc_TypeError, "context variable name must be a str");
    Py_hash_t name_hash = PyObject_Hash(name);
    if (name_hash == -1) return NULL;
    PyContextVar *self = PyObject_GC_New(PyContextVar, &PyContextVar_Type);
    if (self == NULL) return NULL;
    self->var_hash = _Py_HashPointer(self) ^ name_hash;
    if (self->var_hash == -1) self->var_hash = -2;
    self->var_name = Py_NewRef(name);
    self->var_default = Py_XNewRef(fallback);
    self->var_cached = NULL;
    self->var_cached_tsid = self->var_cached_tsver = 0;
    if (kr_may_be_tracked(name) || (fallback != NULL && kr_may_be_tracked(fallback)))
        kr_track((PyObject *)self);
    return (PyObject *)self;
}

PyObject *PyContextVar_New(const char *name, PyObject *default_value)
{
    KR_AUTO PyObject *text = PyUnicode_FromString(name);
    return text == NULL ? NULL : variable_new(text, default_value);
}

CONSTRUCTOR(ContextVar, "name, /, *, default: object = NULL", "")
static PyObject *var_new(PyTypeObject *type, PyObject *name, PyObject *fallback)
{
    return variable_new(name, fallback);
}

static void var_dealloc(PyObject *self)
{
    kr_untrack(self);
    Py_XDECREF(((PyContextVar *)self)->var_name);
    Py_XDECREF(((PyContextVar *)self)->var_default);
    PyObject_GC_Del(self);
}

static int var_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((PyContextVar *)self)->var_name);
    Py_VISIT(((PyContextVar *)self)->var_default);
    return 0;
}

static int var_tp_clear(PyObject *object)
{
    PyContextVar *self = (PyContextVar *)object;
    self->var_cached = NULL;
    self->var_cached_tsid = self->var_cached_tsver = 0;
    Py_CLEAR(self->var_name);
    Py_CLEAR(self->var_default);
    return 0;
}

static Py_hash_t var_tp_hash(PyObject *self)
{
    return ((PyContextVar *)self)->var_hash;
}

static void remember(PyContextVar *self, PyThreadState *thread, PyObject *value)
{
    self->var_cached = value;
    self->var_cached_tsid = thread->id;
    self->var_cached_tsver = thread->context_ver;
}

static bool check_variable(PyObject *object)
{
    if (PyContextVar_CheckExact(object)) return true;
    kr_raise(PyExc_TypeError, "an instance of ContextVar was expected");
    return false;
}

int PyContextVar_Get(PyObject *ovar, PyObject *default_value, PyObject **value)
{
    if (!check_variable(ovar)) return -1;
    PyContextVar *self = (PyContextVar *)ovar;
    PyThreadState *thread = kr_thread_current();
    PyObject *found = NULL;
    if (thread->context != NULL) {
        if (self->var_cached != NULL && self->var_cached_tsid == thread->id &&
            self->var_cached_tsver == thread->context_ver)
            found = self->var_cached;
        else {
            found = kr_variable_map_find(((PyContext *)thread->context)->ctx_vars, ovar,
                                         self->var_hash);
            if (found != NULL) remember(self, thread, found);
        }
    }
    if (found == NULL) found = default_value != NULL ? default_value : self->var_default;
    *value = Py_XNewRef(found);
    return 0;
}

// Sets (NULL: removes) the variable in the current context.
static int store(PyContextVar *self, PyObject *value)
{
    PyThreadState *thread = kr_thread_current();
    self->var_cached = NULL;
    PyContext *context = current_context(thread);
    if (context == NULL) return -1;
    PyObject *variables = value == NULL
        ? kr_variable_map_remove(context->ctx_vars, (PyObject *)self, self->var_hash)
        : kr_variable_map_set(context->ctx_vars, (PyObject *)self, self->var_hash, value);
    if (variables == NULL) return -1;
    Py_SETREF(context->ctx_vars, variables);
    if (value != NULL) remember(self, thread, value);
    return 0;
}

static PyObject *token_for(PyContext *context, PyContextVar *variable, PyObject *old)
{
    PyContextToken *token = PyObject_GC_New(PyContextToken, &PyContextToken_Type);
    if (token == NULL) return NULL;
    token->tok_ctx = (PyContext *)Py_NewRef((PyObject *)context);
    token->tok_var = (PyContextVar *)Py_NewRef((PyObject *)variable);
    token->tok_oldval = Py_XNewRef(old);
    token->tok_used = 0;
    kr_track((PyObject *)token);
    return (PyObject *)token;
}

PyObject *PyContextVar_Set(PyObject *ovar, PyObject *value)
{
    if (!check_variable(ovar)) return NULL;
    PyContextVar *self = (PyContextVar *)ovar;
    PyContext *context = current_context(kr_thread_current());
    if (context == NULL) return NULL;
    PyObject *old = kr_variable_map_find(context->ctx_vars, ovar, self->var_hash);
    KR_AUTO PyObject *token = token_for(context, self, old);
    if (token == NULL || store(self, value) < 0) return NULL;
    return kr_take(token);
}

int PyContextVar_Reset(PyObject *ovar, PyObject *otok)
{
    if (!check_variable(ovar)) return -1;
    if (!Py_IS_TYPE(otok, &PyContextToken_Type))
        return kr_raise_int(PyExc_TypeError, "an instance of Token was expected");
    PyContextVar *self = (PyContextVar *)ovar;
    PyContextToken *token = (PyContextToken *)otok;
    if (token->tok_used)
        return kr_raise_int(PyExc_RuntimeError, "%R has already been used once", otok);
    if (token->tok_var != self)
        return kr_raise_int(PyExc_ValueError, "%R was created by a different ContextVar", otok);
    PyContext *context = current_context(kr_thread_current());
    if (context == NULL) return -1;
    if (token->tok_ctx != context)
        return kr_raise_int(PyExc_ValueError, "%R was created in a different Context", otok);
    token->tok_used = 1;
    if (token->tok_oldval == NULL
        && kr_variable_map_find(context->ctx_vars, ovar, self->var_hash) == NULL) {
        PyErr_SetObject(PyExc_LookupError, ovar);
        return -1;
    }
    return store(self, token->tok_oldval);
}

METHOD(get, "self, default: object = NULL, /",
       "Return a value for the context variable for the current context.\n\n"
       "If there is no value for the variable in the current context, the method will:\n"
       " * return the value of the default argument of the method, if provided; or\n"
       " * return the default value for the context variable, if it was created\n"
       "   with one; or\n"
       " * raise a LookupError.")
static PyObject *var_get(PyObject *self, PyObject *fallback)
{
    PyObject *value;
    if (PyContextVar_Get(self, fallback, &value) < 0) return NULL;
    if (value == NULL) PyErr_SetObject(PyExc_LookupError, self);
    return value;
}

METHOD(set, "self, value, /",
       "Call to set a new value for the context variable in the current context.\n\n"
       "The required value argument is the new value for the context variable.\n\n"
       "Returns a Token object that can be used to restore the variable to its previous\n"
       "value via the `ContextVar.reset()` method.")
static PyObject *var_set(PyObject *self, PyObject *value)
{
    return PyContextVar_Set(self, value);
}

METHOD(reset, "self, token, /",
       "Reset the context variable.\n\n"
       "The variable is reset to the value it had before the `ContextVar.set()` that\n"
       "created the token was used.")
static PyObject *var_reset(PyObject *self, PyObject *token)
{
    if (!Py_IS_TYPE(token, &PyContextToken_Type))
        return kr_raise(PyExc_TypeError, "expected an instance of Token, got %R", token);
    if (PyContextVar_Reset(self, token) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(__class_getitem__, "cls, item, /", "See PEP 585")
static PyObject *var___class_getitem__(PyObject *type, PyObject *item)
{
    return Py_GenericAlias(type, item);
}

static PyObject *var_repr(PyObject *object)
{
    PyContextVar *self = (PyContextVar *)object;
    if (self->var_default == NULL)
        return PyUnicode_FromFormat("<ContextVar name=%R at %p>", self->var_name, self);
    int entered = Py_ReprEnter(object);
    if (entered != 0)
        return entered > 0 ? PyUnicode_FromFormat("<ContextVar name=%R default=... at %p>",
                                                  self->var_name, self) : NULL;
    PyObject *text = PyUnicode_FromFormat("<ContextVar name=%R default=%R at %p>", self->var_name,
                                          self->var_default, self);
    Py_ReprLeave(object);
    return text;
}

static PyMemberDef var_members[] = {
    {"name", T_OBJECT, offsetof(PyContextVar, var_name), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

// ---- Token ------------------------------------------------------------------------------------

static PyObject *missing_repr(PyObject *self)
{
    return PyUnicode_FromString("<Token.MISSING>");
}

static PyTypeObject missing_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "Token.MISSING",
    .tp_basicsize = sizeof(PyObject),
    .tp_repr = missing_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
};

static PyObject missing_object = {.ob_refcnt = 1, .ob_type = &missing_type};

int kr_context_start(void)
{
    if (PyType_Ready(&missing_type) < 0) return -1;
    for (int i = 0; i < 3; i++)
        if (PyType_Ready(&part_types[i]) < 0) return -1;
    return PyDict_SetItemString(PyContextToken_Type.tp_dict, "MISSING", &missing_object);
}

static PyObject *token_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    return kr_raise(PyExc_RuntimeError, "Tokens can only be created by ContextVars");
}

static void token_dealloc(PyObject *object)
{
    PyContextToken *self = (PyContextToken *)object;
    kr_untrack(object);
    Py_XDECREF((PyObject *)self->tok_ctx);
    Py_XDECREF((PyObject *)self->tok_var);
    Py_XDECREF(self->tok_oldval);
    PyObject_GC_Del(object);
}

static int token_traverse(PyObject *object, visitproc visit, void *arg)
{
    PyContextToken *self = (PyContextToken *)object;
    Py_VISIT((PyObject *)self->tok_ctx);
    Py_VISIT((PyObject *)self->tok_var);
    Py_VISIT(self->tok_oldval);
    return 0;
}

static PyObject *token_repr(PyObject *object)
{
    PyContextToken *self = (PyContextToken *)object;
    return PyUnicode_FromFormat("<Token%s var=%R at %p>", self->tok_used ? " used" : "",
                                self->tok_var, self);
}

GETTER(var, "")
static PyObject *token_get_var(PyContextToken *self)
{
    return Py_NewRef((PyObject *)self->tok_var);
}

GETTER(old_value, "")
static PyObject *token_get_old_value(PyContextToken *self)
{
    return Py_NewRef(self->tok_oldval != NULL ? self->tok_oldval : &missing_object);
}

METHOD(__class_getitem__, "cls, item, /", "See PEP 585")
static PyObject *token___class_getitem__(PyObject *type, PyObject *item)
{
    return Py_GenericAlias(type, item);
}

#include "objects/containers/context.methods.h"

static PySequenceMethods context_as_sequence = {.sq_contains = context_contains};
static PyMappingMethods context_as_mapping = {.mp_length = context_length,
                                              .mp_subscript = context_subscript};

PyTypeObject PyContext_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_contextvars.Context",
    .tp_basicsize = sizeof(PyContext),
    .tp_dealloc = context_dealloc,
    .tp_as_sequence = &context_as_sequence,
    .tp_as_mapping = &context_as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = context_traverse,
    .tp_richcompare = context_compare,
    .tp_weaklistoffset = offsetof(PyContext, ctx_weakreflist),
    .tp_iter = context_iterate,
    .tp_methods = context_methods,
    .tp_new = context_tp_new,
};

PyTypeObject PyContextVar_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_contextvars.ContextVar",
    .tp_basicsize = sizeof(PyContextVar),
    .tp_dealloc = var_dealloc,
    .tp_repr = var_repr,
    .tp_hash = var_tp_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = var_traverse,
    .tp_clear = var_tp_clear,
    .tp_methods = var_methods,
    .tp_members = var_members,
    .tp_new = var_tp_new,
};

PyTypeObject PyContextToken_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_contextvars.Token",
    .tp_basicsize = sizeof(PyContextToken),
    .tp_dealloc = token_dealloc,
    .tp_repr = token_repr,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = token_traverse,
    .tp_methods = token_methods,
    .tp_getset = token_getset,
    .tp_new = token_tp_new,
};

PyObject *_PyContext_NewHamtForTests(void)
{
    return kr_raise(PyExc_NotImplementedError,
                    "the map of contexts as a mapping of its own is not built yet");
}
