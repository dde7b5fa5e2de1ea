// raising.c - raise statements, except clauses and exception groups.
#include "vm/raising.h"

#include "ceval.h"
#include "abstract.h"
#include "listobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "traceback.h"
#include "setobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "longobject.h"

static const char cannot_catch[] = "catching classes that do not inherit from BaseException is "
    "not allowed";

PyObject *kr_raising_take_pending(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyException_SetTraceback(value, traceback != NULL ? traceback : Py_None);
    Py_XDECREF(traceback);
    Py_XDECREF(type);
    return value;
}

void kr_raising_restore(STEALS PyObject *exception)
{
    PyErr_Restore(Py_NewRef((PyObject *)Py_TYPE(exception)), exception,
                  PyException_GetTraceback(exception));
}

// The instance that `raise thing` raises, or NULL with an exception.  [wrong_type]: message for
// anything else.
static PyObject *make_instance(STEALS PyObject *thing, const char *wrong_type)
{
    if (PyExceptionInstance_Check(thing)) return thing;
    if (!PyExceptionClass_Check(thing)) {
        Py_DECREF(thing);
        return kr_raise(PyExc_TypeError, "%s", wrong_type);
    }
    PyObject *made = PyObject_CallNoArgs(thing);
    if (made != NULL && !PyExceptionInstance_Check(made)) {
        kr_raise(PyExc_TypeError, "calling %R should have returned an instance of BaseException, "
                 "not %R", thing, Py_TYPE(made));
        Py_CLEAR(made);
    }
    Py_DECREF(thing);
    return made;
}

static bool raise_again(PyThreadState *thread)
{
    _PyErr_StackItem *handled = thread->exc_info;
    while ((handled->exc_value == NULL || handled->exc_value == Py_None)
           && handled->previous_item != NULL)
        handled = handled->previous_item;
    PyObject *value = handled->exc_value;
    if (value == NULL || value == Py_None) {
        kr_raise(PyExc_RuntimeError, "No active exception to reraise");
        return false;
    }
    kr_raising_restore(Py_NewRef(value));
    return true;
}

bool kr_raising_raise(PyThreadState *thread, STEALS PyObject *exception, STEALS PyObject *cause)
{
    if (exception == NULL) return raise_again(thread);
    KR_AUTO PyObject *reason = cause;
    KR_AUTO PyObject *value = make_instance(exception,
                                            "exceptions must derive from BaseException");
    if (value == NULL) return false;
    if (reason == Py_None) {
        PyException_SetCause(value, NULL);
    } else if (reason != NULL) {
        PyObject *made = make_instance(kr_take(reason),
                                       "exception causes must derive from BaseException");
        if (made == NULL) return false;
        PyException_SetCause(value, made);
    }
    PyErr_SetObject((PyObject *)Py_TYPE(value), value);
    return false;
}

int kr_raising_matches(PyThreadState *thread, PyObject *exception, PyObject *type)
{
    if (PyTuple_Check(type)) {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type); i++) {
            if (!PyExceptionClass_Check(PyTuple_GET_ITEM(type, i)))
                return kr_raise_int(PyExc_TypeError, cannot_catch);
        }
    } else if (!PyExceptionClass_Check(type)) {
        return kr_raise_int(PyExc_TypeError, cannot_catch);
    }
    return PyErr_GivenExceptionMatches(exception, type);
}

static int check_star_type(PyObject *type)
{
    int is_group = PyObject_IsSubclass(type, PyExc_BaseExceptionGroup);
    if (is_group <= 0) return is_group;
    return kr_raise_int(PyExc_TypeError, "catching ExceptionGroup with except* is not allowed. "
                        "Use except instead.");
}

static int check_star_types(PyObject *type)
{
    if (!PyTuple_Check(type)) return check_star_type(type);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type); i++)
        if (check_star_type(PyTuple_GET_ITEM(type, i)) < 0) return -1;
    return 0;
}

// A group around the lone [exception], so that except* code always gets a group.
static PyObject *wrap_in_group(PyObject *exception)
{
    KR_AUTO PyObject *list = PyTuple_Pack(1, exception);
    if (list == NULL) return NULL;
    KR_AUTO PyObject *message = PyUnicode_FromString("");
    if (message == NULL) return NULL;
    return PyObject_CallFunctionObjArgs(PyExc_BaseExceptionGroup, message, list, NULL);
}

static int split_group(PyObject *group, PyObject *type, PyObject **ret_match, PyObject **ret_rest)
{
    KR_AUTO PyObject *pair = PyObject_CallMethodOneArg(group, ID(split), type);
    if (pair == NULL) return -1;
    if (!PyTuple_CheckExact(pair))
        return kr_raise_int(PyExc_TypeError, "%.200s.split must return a tuple, not %.200s",
                            Py_TYPE(group)->tp_name, Py_TYPE(pair)->tp_name);
    if (PyTuple_GET_SIZE(pair) < 2)
        return kr_raise_int(PyExc_TypeError, "%.200s.split must return a 2-tuple, got tuple of "
                            "size %zd", Py_TYPE(group)->tp_name, PyTuple_GET_SIZE(pair));
    *ret_match = Py_NewRef(PyTuple_GET_ITEM(pair, 0));
    *ret_rest = Py_NewRef(PyTuple_GET_ITEM(pair, 1));
    return 0;
}

int kr_raising_match_group(PyThreadState *thread, PyObject *exception, PyObject *type,
                           PyObject **ret_match, PyObject **ret_rest)
{
    // kr_raising_matches checks what may be caught at all.
    int matches = kr_raising_matches(thread, exception, type);
    if (matches < 0 || check_star_types(type) < 0) return -1;
    if (exception == Py_None) matches = 0;
    if (matches) {
        bool is_group = PyObject_IsInstance(exception, PyExc_BaseExceptionGroup) == 1;
        PyObject *match = is_group ? Py_NewRef(exception) : wrap_in_group(exception);
        if (match == NULL) return -1;
        *ret_match = match;
        *ret_rest = Py_NewRef(Py_None);
        return 0;
    }
    if (exception != Py_None && PyObject_IsInstance(exception, PyExc_BaseExceptionGroup) == 1)
        return split_group(exception, type, ret_match, ret_rest);
    *ret_match = Py_NewRef(Py_None);
    *ret_rest = NULL;
    return 0;
}

static bool same_metadata(PyObject *left, PyObject *right)
{
    PyBaseExceptionObject *a = (PyBaseExceptionObject *)left, *b = (PyBaseExceptionObject *)right;
    return a->notes == b->notes && a->traceback == b->traceback && a->cause == b->cause
        && a->context == b->context;
}

// Adds the leaf exceptions of [exception] to [ret_set], by identity.
static int collect_leaves(PyObject *exception, PyObject *ret_set)
{
    if (PyObject_IsInstance(exception, PyExc_BaseExceptionGroup) != 1) {
        KR_AUTO PyObject *key = PyLong_FromVoidPtr(exception);
        return key == NULL ? -1 : PySet_Add(ret_set, key);
    }
    PyObject *members = ((PyBaseExceptionGroupObject *)exception)->excs;
    if (Py_EnterRecursiveCall(" while merging exception groups")) return -1;
    int failed = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(members) && failed == 0; i++)
        failed = collect_leaves(PyTuple_GET_ITEM(members, i), ret_set);
    Py_LeaveRecursiveCall();
    return failed;
}

// The part of [group] whose leaves are in [keep] (None: nothing), keeping its nesting.
static PyObject *project_group(PyObject *group, PyObject *keep)
{
    PyObject *members = ((PyBaseExceptionGroupObject *)group)->excs;
    KR_AUTO PyObject *kept = PyList_New(0);
    if (kept == NULL || Py_EnterRecursiveCall(" while merging exception groups")) return NULL;
    int failed = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(members) && failed == 0; i++) {
        PyObject *member = PyTuple_GET_ITEM(members, i);
        KR_AUTO PyObject *part = NULL;
        if (PyObject_IsInstance(member, PyExc_BaseExceptionGroup) == 1) {
            part = project_group(member, keep);
        } else {
            KR_AUTO PyObject *key = PyLong_FromVoidPtr(member);
            int found = key == NULL ? -1 : PySet_Contains(keep, key);
            if (found >= 0) part = Py_NewRef(found ? member : Py_None);
        }
        if (part == NULL) failed = -1;
        else if (part != Py_None) failed = PyList_Append(kept, part);
    }
    Py_LeaveRecursiveCall();
    if (failed < 0) return NULL;
    if (PyList_GET_SIZE(kept) == 0) Py_RETURN_NONE;
    PyObject *made = PyObject_CallMethodOneArg(group, ID(derive), kept);
    if (made == NULL) return NULL;
    PyBaseExceptionObject *from = (PyBaseExceptionObject *)group,
        *to = (PyBaseExceptionObject *)made;
    Py_XSETREF(to->traceback, Py_XNewRef(from->traceback));
    PyException_SetContext(made, PyException_GetContext(group));
    PyException_SetCause(made, PyException_GetCause(group));
    if (from->notes != NULL && PyObject_SetAttr(made, ID(__notes__), from->notes) < 0)
        Py_CLEAR(made);
    return made;
}

// Those of [exceptions] that have the metadata of [original] are parts of it that nobody handled:
// merged into one.
static PyObject *merge_unhandled(PyObject *original, PyObject *exceptions)
{
    if (PyList_GET_SIZE(exceptions) == 0) Py_RETURN_NONE;
    KR_AUTO PyObject *leaves = PySet_New(NULL);
    if (leaves == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(exceptions); i++)
        if (collect_leaves(PyList_GET_ITEM(exceptions, i), leaves) < 0) return NULL;
    return project_group(original, leaves);
}

PyObject *kr_raising_combine_groups(PyObject *original, PyObject *raised)
{
    assert(PyList_Check(raised));
    Py_ssize_t count = PyList_GET_SIZE(raised);
    if (count == 0) Py_RETURN_NONE;
    if (PyObject_IsInstance(original, PyExc_BaseExceptionGroup) != 1) {
        // A lone exception: at most one clause ran; what it raised, or the exception itself.
        for (Py_ssize_t i = 0; i < count; i++)
            if (PyList_GET_ITEM(raised, i) != Py_None)
                return Py_NewRef(PyList_GET_ITEM(raised, i));
        Py_RETURN_NONE;
    }
    KR_AUTO PyObject *fresh = PyList_New(0);
    KR_AUTO PyObject *unhandled = PyList_New(0);
    if (fresh == NULL || unhandled == NULL) return NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *exception = PyList_GET_ITEM(raised, i);
        if (exception == Py_None) continue;
        PyObject *list = same_metadata(exception, original) ? unhandled : fresh;
        if (PyList_Append(list, exception) < 0) return NULL;
    }
    PyObject *rest = merge_unhandled(original, unhandled);
    if (rest == NULL || PyList_GET_SIZE(fresh) == 0) return rest;
    int failed = rest != Py_None ? PyList_Append(fresh, rest) : 0;
    Py_DECREF(rest);
    if (failed < 0) return NULL;
    KR_AUTO PyObject *message = PyUnicode_FromString("");
    if (message == NULL) return NULL;
    return PyObject_CallFunctionObjArgs(PyExc_BaseExceptionGroup, message, fresh, NULL);
}
