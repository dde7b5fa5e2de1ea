// exception_group.c - BaseExceptionGroup: several unrelated exceptions raised as one.
//
// (1) excs is a tuple with at least one item, all of them exception instances.
// (2) ExceptionGroup holds instances of Exception only.
// (3) A part split off has the metadata of the whole: traceback, context, cause, notes.
#include "objects/errors/exceptions.h"

#include <assert.h>

#include "abstract.h"
#include "ceval.h"
#include "genericaliasobject.h"
#include "listobject.h"
#include "longobject.h"
#include "setobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/owned.h"

extern PyObject *PyExc_ExceptionGroup;

static PyBaseExceptionGroupObject *as_group(PyObject *self)
{
    return (PyBaseExceptionGroupObject *)self;
}

static int is_group(PyObject *object)
{
    return PyType_IsSubtype(Py_TYPE(object), (PyTypeObject *)PyExc_BaseExceptionGroup);
}

// --- making -------------------------------------------------------------------------------------

// New tuple of the members, checked, keeps (1).
static PyObject *checked_members(PyObject *exceptions)
{
    if (!PySequence_Check(exceptions))
        return kr_raise(PyExc_TypeError, "second argument (exceptions) must be a sequence");
    PyObject *members = PySequence_Tuple(exceptions);
    if (members == NULL) return NULL;
    Py_ssize_t count = PyTuple_GET_SIZE(members);
    if (count == 0)
        kr_raise(PyExc_ValueError, "second argument (exceptions) must be a non-empty sequence");
    for (Py_ssize_t i = 0; i < count; i++) {
        if (PyExceptionInstance_Check(PyTuple_GET_ITEM(members, i))) continue;
        kr_raise(PyExc_ValueError, "Item %zd of second argument (exceptions) is not an exception",
                 i);
        count = 0;
    }
    if (count == 0) Py_CLEAR(members);
    return members;
}

static int has_base_exceptions(PyObject *members)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(members); i++) {
        PyTypeObject *type = Py_TYPE(PyTuple_GET_ITEM(members, i));
        if (!PyType_IsSubtype(type, (PyTypeObject *)PyExc_Exception)) return 1;
    }
    return 0;
}

// The class to make, keeps (2).  NULL with TypeError.
static BORROWED PyTypeObject *fitting_type(PyTypeObject *type, PyObject *members)
{
    int has_base = has_base_exceptions(members);
    if ((PyObject *)type == PyExc_BaseExceptionGroup)
        return has_base ? type : (PyTypeObject *)PyExc_ExceptionGroup;
    if (!has_base || !PyType_IsSubtype(type, (PyTypeObject *)PyExc_Exception)) return type;
    if ((PyObject *)type == PyExc_ExceptionGroup)
        kr_raise(PyExc_TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
    else
        kr_raise(PyExc_TypeError, "Cannot nest BaseExceptions in '%.200s'", type->tp_name);
    return NULL;
}

static PyObject *group_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) != 2)
        return kr_raise(PyExc_TypeError, "BaseExceptionGroup.__new__() takes exactly 2 arguments "
                        "(%zd given)", PyTuple_GET_SIZE(args));
    PyObject *message = PyTuple_GET_ITEM(args, 0);
    if (!PyUnicode_Check(message))
        return kr_raise(PyExc_TypeError, "BaseExceptionGroup.__new__() argument 1 must be str, "
                        "not %.50s", message == Py_None ? "None" : Py_TYPE(message)->tp_name);
    KR_AUTO PyObject *members = checked_members(PyTuple_GET_ITEM(args, 1));
    if (members == NULL || (type = fitting_type(type, members)) == NULL) return NULL;
    PyObject *self = kr_base_exception_new(type, args, kwargs);
    if (self == NULL) return NULL;
    as_group(self)->msg = Py_NewRef(message);
    as_group(self)->excs = kr_take(members);
    return self;
}

PyObject *_PyExc_CreateExceptionGroup(const char *text, PyObject *exceptions)
{
    KR_AUTO PyObject *message = PyUnicode_FromString(text);
    if (message == NULL) return NULL;
    return PyObject_CallFunctionObjArgs(PyExc_BaseExceptionGroup, message, exceptions, NULL);
}

static int group_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (!_PyArg_NoKeywords(Py_TYPE(self)->tp_name, kwargs)) return -1;
    return kr_base_exception_init(self, args, kwargs);
}

static PyObject *group_str(PyObject *self)
{
    Py_ssize_t count = PyTuple_GET_SIZE(as_group(self)->excs);
    return PyUnicode_FromFormat("%S (%zd sub-exception%s)", as_group(self)->msg, count,
                                count > 1 ? "s" : "");
}

// --- parts --------------------------------------------------------------------------------------

METHOD(derive, "self, excs, /", NULL)
static PyObject *group_derive(PyBaseExceptionGroupObject *self, PyObject *exceptions)
{
    return PyObject_CallFunctionObjArgs(PyExc_BaseExceptionGroup, self->msg, exceptions, NULL);
}

// Copies the notes as a list of the part's own; notes of another kind are not copied.
static int copy_notes(PyObject *part, PyObject *whole)
{
    KR_AUTO PyObject *notes = NULL;
    if (_PyObject_LookupAttr(whole, ID(__notes__), &notes) < 0) return -1;
    if (notes == NULL || !PySequence_Check(notes)) return 0;
    KR_AUTO PyObject *copy = PySequence_List(notes);
    return copy == NULL ? -1 : PyObject_SetAttr(part, ID(__notes__), copy);
}

// New group of [members] like [whole], keeps (3); None when there are no members.
static PyObject *part_of(PyObject *whole, PyObject *members)
{
    if (PyList_GET_SIZE(members) == 0) Py_RETURN_NONE;
    KR_AUTO PyObject *part = PyObject_CallMethodOneArg(whole, ID(derive), members);
    if (part == NULL) return NULL;
    if (!is_group(part))
        return kr_raise(PyExc_TypeError, "derive must return an instance of BaseExceptionGroup");
    KR_AUTO PyObject *traceback = PyException_GetTraceback(whole);
    if (traceback != NULL && PyException_SetTraceback(part, traceback) < 0) return NULL;
    PyException_SetContext(part, PyException_GetContext(whole));
    PyException_SetCause(part, PyException_GetCause(whole));
    return copy_notes(part, whole) < 0 ? NULL : kr_take(part);
}

// What decides whether an exception belongs to the matching part.
typedef struct Matcher {
    enum { BY_TYPE, BY_FUNCTION, BY_IDENTITY } kind;
    PyObject *value;        // type or tuple of types; callable; set of addresses of leaves
} Matcher;

static int is_type_matcher(PyObject *value)
{
    if (PyExceptionClass_Check(value)) return 1;
    if (!PyTuple_CheckExact(value)) return 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(value); i++)
        if (!PyExceptionClass_Check(PyTuple_GET_ITEM(value, i))) return 0;
    return 1;
}

static int choose_matcher(PyObject *value, Matcher *ret_matcher)
{
    *ret_matcher = (Matcher){BY_TYPE, value};
    if (is_type_matcher(value)) return 0;
    ret_matcher->kind = BY_FUNCTION;
    if (PyCallable_Check(value) && !PyType_Check(value)) return 0;
    return kr_raise_int(PyExc_TypeError,
                        "expected a function, exception type or tuple of exception types");
}

static int matches(const Matcher *matcher, PyObject *exception)
{
    if (matcher->kind == BY_TYPE) return PyErr_GivenExceptionMatches(exception, matcher->value);
    if (matcher->kind == BY_FUNCTION) {
        KR_AUTO PyObject *answer = PyObject_CallOneArg(matcher->value, exception);
        return answer == NULL ? -1 : PyObject_IsTrue(answer);
    }
    if (is_group(exception)) return 0;
    KR_AUTO PyObject *address = PyLong_FromVoidPtr(exception);
    return address == NULL ? -1 : PySet_Contains(matcher->value, address);
}

typedef struct Parts {
    PyObject *match, *rest;        // new references or None; rest NULL where it is not asked for
} Parts;

static int split(PyObject *exception, const Matcher *matcher, int with_rest, Parts *ret_parts);

// Splits every member of [members] and appends the parts to the two lists.
static int split_members(PyObject *members, const Matcher *matcher, PyObject *match_list,
                         PyObject *rest_list)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(members); i++) {
        Parts parts;
        if (split(PyTuple_GET_ITEM(members, i), matcher, rest_list != NULL, &parts) < 0) return -1;
        KR_AUTO PyObject *match = parts.match;
        KR_AUTO PyObject *rest = parts.rest;
        if (match != Py_None && PyList_Append(match_list, match) < 0) return -1;
        if (rest_list != NULL && rest != Py_None && PyList_Append(rest_list, rest) < 0) return -1;
    }
    return 0;
}

static int split_group(PyObject *group, const Matcher *matcher, int with_rest, Parts *ret_parts)
{
    KR_AUTO PyObject *match_list = PyList_New(0);
    KR_AUTO PyObject *rest_list = with_rest ? PyList_New(0) : NULL;
    if (match_list == NULL || (with_rest && rest_list == NULL)) return -1;
    if (split_members(as_group(group)->excs, matcher, match_list, rest_list) < 0) return -1;
    KR_AUTO PyObject *match = part_of(group, match_list);
    KR_AUTO PyObject *rest = match != NULL && with_rest ? part_of(group, rest_list) : NULL;
    if (match == NULL || (with_rest && rest == NULL)) return -1;
    *ret_parts = (Parts){kr_take(match), kr_take(rest)};
    return 0;
}

static int split(PyObject *exception, const Matcher *matcher, int with_rest, Parts *ret_parts)
{
    int is_match = matches(matcher, exception);
    if (is_match < 0) return -1;
    if (is_match) {
        *ret_parts = (Parts){Py_NewRef(exception), with_rest ? Py_NewRef(Py_None) : NULL};
        return 0;
    }
    if (!is_group(exception)) {
        *ret_parts = (Parts){Py_NewRef(Py_None), with_rest ? Py_NewRef(exception) : NULL};
        return 0;
    }
    if (Py_EnterRecursiveCall(" in exceptiongroup_split_recursive")) return -1;
    int result = split_group(exception, matcher, with_rest, ret_parts);
    Py_LeaveRecursiveCall();
    return result;
}

METHOD(split, "self, matcher_value, /", NULL)
static PyObject *group_split(PyBaseExceptionGroupObject *self, PyObject *value)
{
    Matcher matcher;
    Parts parts;
    if (choose_matcher(value, &matcher) < 0) return NULL;
    if (split((PyObject *)self, &matcher, 1, &parts) < 0) return NULL;
    KR_AUTO PyObject *match = parts.match;
    KR_AUTO PyObject *rest = parts.rest;
    return PyTuple_Pack(2, match, rest);
}

METHOD(subgroup, "self, matcher_value, /", NULL)
static PyObject *group_subgroup(PyBaseExceptionGroupObject *self, PyObject *value)
{
    Matcher matcher;
    Parts parts;
    if (choose_matcher(value, &matcher) < 0) return NULL;
    return split((PyObject *)self, &matcher, 0, &parts) < 0 ? NULL : parts.match;
}

METHOD(__class_getitem__, "cls, item, /", "See PEP 585")
static PyObject *group___class_getitem__(PyObject *type, PyObject *item)
{
    return Py_GenericAlias(type, item);
}

// --- except* ------------------------------------------------------------------------------------

// Adds the addresses of the leaves of [exception] to the set.
static int collect_leaves(PyObject *exception, PyObject *addresses)
{
    if (!is_group(exception)) {
        KR_AUTO PyObject *address = PyLong_FromVoidPtr(exception);
        return address == NULL ? -1 : PySet_Add(addresses, address);
    }
    if (Py_EnterRecursiveCall(" in collect_exception_group_leaf_ids")) return -1;
    int result = 0;
    PyObject *members = as_group(exception)->excs;
    for (Py_ssize_t i = 0; result == 0 && i < PyTuple_GET_SIZE(members); i++)
        result = collect_leaves(PyTuple_GET_ITEM(members, i), addresses);
    Py_LeaveRecursiveCall();
    return result;
}

// New group: those leaves of [group] that occur in the list [kept], in the group's own shape.
static PyObject *projection(PyObject *group, PyObject *kept)
{
    KR_AUTO PyObject *addresses = PySet_New(NULL);
    if (addresses == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(kept); i++)
        if (collect_leaves(PyList_GET_ITEM(kept, i), addresses) < 0) return NULL;
    Matcher matcher = {BY_IDENTITY, addresses};
    Parts parts;
    return split(group, &matcher, 0, &parts) < 0 ? NULL : parts.match;
}

// True when [part] was split off [whole] and raised again as it was.
static int has_same_metadata(PyObject *part, PyObject *whole)
{
    PyBaseExceptionObject *a = (PyBaseExceptionObject *)part, *b = (PyBaseExceptionObject *)whole;
    return a->notes == b->notes && a->traceback == b->traceback && a->cause == b->cause &&
           a->context == b->context;
}

// Sorts the exceptions of a try-except* into those raised anew and those that only go on.
static int sort_raised(PyObject *original, PyObject *exceptions, PyObject *raised,
                       PyObject *reraised)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(exceptions); i++) {
        PyObject *exception = PyList_GET_ITEM(exceptions, i);
        if (exception == Py_None) continue;
        PyObject *list = has_same_metadata(exception, original) ? reraised : raised;
        if (PyList_Append(list, exception) < 0) return -1;
    }
    return 0;
}

PyObject *_PyExc_PrepReraiseStar(PyObject *original, PyObject *exceptions)
{
    assert(PyList_Check(exceptions));
    if (PyList_GET_SIZE(exceptions) == 0) Py_RETURN_NONE;
    // A naked exception was wrapped: at most one clause ran.
    if (!is_group(original)) return Py_NewRef(PyList_GET_ITEM(exceptions, 0));
    KR_AUTO PyObject *raised = PyList_New(0);
    KR_AUTO PyObject *reraised = PyList_New(0);
    if (raised == NULL || reraised == NULL) return NULL;
    if (sort_raised(original, exceptions, raised, reraised) < 0) return NULL;
    KR_AUTO PyObject *remaining = projection(original, reraised);
    if (remaining == NULL) return NULL;
    if (PyList_GET_SIZE(raised) == 0) return kr_take(remaining);
    if (remaining != Py_None && PyList_Append(raised, remaining) < 0) return NULL;
    return _PyExc_CreateExceptionGroup("", raised);
}

#include "objects/errors/exception_group.methods.h"

static PyMemberDef group_members[] = {
    {"message", T_OBJECT, offsetof(PyBaseExceptionGroupObject, msg), READONLY,
     "exception message"},
    {"exceptions", T_OBJECT, offsetof(PyBaseExceptionGroupObject, excs), READONLY,
     "nested exceptions"},
    {NULL, 0, 0, 0, NULL},
};

const KrExceptionFamily kr_group_family = {
    .new = group_new,
    .init = group_init,
    .str = group_str,
    .methods = group_methods,
    .members = group_members,
};
