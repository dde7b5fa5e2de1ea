// compare.c - rich comparison of any two objects, and who is an instance of what.
#include "object.h"

#include <assert.h>

#include "abstract.h"
#include "boolobject.h"
#include "ceval.h"
#include "objects/errors/raise.h"
#include "objects/model/attributes.h"
#include "objects/model/equality.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/thread.h"
#include "tupleobject.h"

// --- rich comparison

int _Py_SwappedOp[] = {Py_GT, Py_GE, Py_EQ, Py_NE, Py_LT, Py_LE};

static PyObject *ask(richcmpfunc compare, PyObject *left, PyObject *right, int operator)
{
    return compare == NULL ? Py_NewRef(Py_NotImplemented) : compare(left, right, operator);
}

// The right operand is asked first if its type is a subclass of the left one's.
static PyObject *compare(PyObject *left, PyObject *right, int operator)
{
    int asked_right = 0;
    PyObject *result;
    if (!Py_IS_TYPE(left, Py_TYPE(right)) && Py_TYPE(right)->tp_richcompare != NULL
        && PyType_IsSubtype(Py_TYPE(right), Py_TYPE(left))) {
        asked_right = 1;
        result = Py_TYPE(right)->tp_richcompare(right, left, _Py_SwappedOp[operator]);
        if (result != Py_NotImplemented) return result;
        Py_DECREF(result);
    }
    result = ask(Py_TYPE(left)->tp_richcompare, left, right, operator);
    if (result != Py_NotImplemented) return result;
    if (!asked_right) {
        Py_DECREF(result);
        result = ask(Py_TYPE(right)->tp_richcompare, right, left, _Py_SwappedOp[operator]);
        if (result != Py_NotImplemented) return result;
    }
    Py_DECREF(result);
    if (operator == Py_EQ) return Py_NewRef(left == right ? Py_True : Py_False);
    if (operator == Py_NE) return Py_NewRef(left != right ? Py_True : Py_False);
    static const char *const signs[] = {"<", "<=", "==", "!=", ">", ">="};
    return kr_raise(PyExc_TypeError, "'%s' not supported between instances of '%.100s' and "
                    "'%.100s'", signs[operator], Py_TYPE(left)->tp_name, Py_TYPE(right)->tp_name);
}

PyObject *PyObject_RichCompare(PyObject *left, PyObject *right, int operator)
{
    assert(operator >= Py_LT && operator <= Py_GE);
    if (left == NULL || right == NULL) {
        if (!PyErr_Occurred()) PyErr_BadInternalCall();
        return NULL;
    }
    PyThreadState *thread = kr_thread_current();
    if (kr_recursion_enter(thread, " in comparison") < 0) return NULL;
    PyObject *result = compare(left, right, operator);
    kr_recursion_leave(thread);
    return result;
}

int PyObject_RichCompareBool(PyObject *left, PyObject *right, int operator)
{
    // Containers rely on identity implying equality.
    if (left == right && operator == Py_EQ) return 1;
    if (left == right && operator == Py_NE) return 0;
    if (operator == Py_EQ && left != NULL && right != NULL) {
        int equal = kr_quick_equal(left, right);
        if (equal >= 0) return equal;
    }
    PyObject *result = PyObject_RichCompare(left, right, operator);
    if (result == NULL) return -1;
    int truth = PyBool_Check(result) ? result == Py_True : PyObject_IsTrue(result);
    Py_DECREF(result);
    return truth;
}

// --- classes that are no types: anything with __bases__

// New reference to the tuple class.__bases__, or NULL; no exception when it has none.
static PyObject *bases_of(PyObject *class)
{
    PyObject *found;
    if (_PyObject_LookupAttr(class, ID(__bases__), &found) < 0) return NULL;
    KR_AUTO PyObject *bases = found;
    return bases != NULL && PyTuple_Check(bases) ? kr_take(bases) : NULL;
}

static int is_below(PyObject *class, PyObject *ancestor)
{
    if (class == ancestor) return 1;
    KR_AUTO PyObject *bases = bases_of(class);
    if (bases == NULL) return PyErr_Occurred() ? -1 : 0;
    if (Py_EnterRecursiveCall(" in __issubclass__")) return -1;
    int answer = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases) && answer == 0; i++)
        answer = is_below(PyTuple_GET_ITEM(bases, i), ancestor);
    Py_LeaveRecursiveCall();
    return answer;
}

static int check_class(PyObject *class, const char *message)
{
    KR_AUTO PyObject *bases = bases_of(class);
    if (bases != NULL) return 0;
    return PyErr_Occurred() ? -1 : kr_raise_int(PyExc_TypeError, message);
}

// --- isinstance

// The class that [object] claims by __class__, or its type; new reference or NULL.
static PyObject *claimed_class(PyObject *object)
{
    PyObject *class;
    return _PyObject_LookupAttr(object, ID(__class__), &class) < 0 ? NULL : class;
}

int _PyObject_RealIsInstance(PyObject *object, PyObject *class)
{
    if (!PyType_Check(class)) {
        if (check_class(class, "isinstance() arg 2 must be a type, a tuple of types, or a union")
            < 0)
            return -1;
        KR_AUTO PyObject *own = claimed_class(object);
        if (own == NULL) return PyErr_Occurred() ? -1 : 0;
        return is_below(own, class);
    }
    if (PyObject_TypeCheck(object, (PyTypeObject *)class)) return 1;
    KR_AUTO PyObject *own = claimed_class(object);
    if (own == NULL) return PyErr_Occurred() ? -1 : 0;
    if (own == (PyObject *)Py_TYPE(object) || !PyType_Check(own)) return 0;
    return PyType_IsSubtype((PyTypeObject *)own, (PyTypeObject *)class);
}

typedef int (*Question)(PyObject *subject, PyObject *class);

// Asks each class of a tuple.
static int ask_each(PyObject *subject, PyObject *classes, Question question, const char *where)
{
    if (Py_EnterRecursiveCall(where)) return -1;
    int answer = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(classes) && answer == 0; i++)
        answer = question(subject, PyTuple_GET_ITEM(classes, i));
    Py_LeaveRecursiveCall();
    return answer;
}

// Calls [checker](subject), the class's own hook.
static int ask_hook(PyObject *checker, PyObject *subject, const char *where)
{
    if (Py_EnterRecursiveCall(where)) return -1;
    KR_AUTO PyObject *answer = PyObject_CallOneArg(checker, subject);
    Py_LeaveRecursiveCall();
    return answer == NULL ? -1 : PyObject_IsTrue(answer);
}

int PyObject_IsInstance(PyObject *object, PyObject *class)
{
    if (Py_IS_TYPE(object, (PyTypeObject *)class)) return 1;
    if (PyType_CheckExact(class)) return _PyObject_RealIsInstance(object, class);
    if (PyTuple_Check(class))
        return ask_each(object, class, PyObject_IsInstance, " in __instancecheck__");
    KR_AUTO PyObject *checker = _PyObject_LookupSpecial(class, ID(__instancecheck__));
    if (checker != NULL) return ask_hook(checker, object, " in __instancecheck__");
    return PyErr_Occurred() ? -1 : _PyObject_RealIsInstance(object, class);
}

// --- issubclass

int _PyObject_RealIsSubclass(PyObject *derived, PyObject *class)
{
    if (PyType_Check(class) && PyType_Check(derived))
        return derived == class
            || PyType_IsSubtype((PyTypeObject *)derived, (PyTypeObject *)class);
    if (check_class(derived, "issubclass() arg 1 must be a class") < 0) return -1;
    if (!PyType_Check(class) && check_class(class, "issubclass() arg 2 must be a class, a tuple "
                                            "of classes, or a union") < 0)
        return -1;
    return is_below(derived, class);
}

int PyObject_IsSubclass(PyObject *derived, PyObject *class)
{
    if (PyType_CheckExact(class))
        return derived == class ? 1 : _PyObject_RealIsSubclass(derived, class);
    if (PyTuple_Check(class))
        return ask_each(derived, class, PyObject_IsSubclass, " in __subclasscheck__");
    KR_AUTO PyObject *checker = _PyObject_LookupSpecial(class, ID(__subclasscheck__));
    if (checker != NULL) return ask_hook(checker, derived, " in __subclasscheck__");
    return PyErr_Occurred() ? -1 : _PyObject_RealIsSubclass(derived, class);
}
