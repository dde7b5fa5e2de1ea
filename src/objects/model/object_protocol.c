// object_protocol.c - what one can do with any object: text forms, hash, truth, dir, formatting,
// creation.
//
// Attributes are in attributes.c, comparison in compare.c, items in mapping.c, calls in call.c.
#include "object.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "abstract.h"
#include "boolobject.h"
#include "bytesobject.h"
#include "ceval.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/model/attributes.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pystate.h"
#include "pythonrun.h"
#include "runtime/hooks.h"
#include "runtime/thread.h"
#include "tupleobject.h"
#include "unicodeobject.h"

// --- creation

#undef PyObject_INIT
PyObject *PyObject_Init(PyObject *object, PyTypeObject *type)
{
    if (object == NULL) return PyErr_NoMemory();
    Py_SET_TYPE(object, type);
    if (kr_type_has_flag(type, Py_TPFLAGS_HEAPTYPE)) Py_INCREF(type);
    _Py_NewReference(object);
    return object;
}

PyVarObject *PyObject_InitVar(PyVarObject *object, PyTypeObject *type, Py_ssize_t size)
{
    if (object == NULL) return (PyVarObject *)PyErr_NoMemory();
    Py_SET_SIZE(object, size);
    return (PyVarObject *)PyObject_Init((PyObject *)object, type);
}

PyObject *_PyObject_New(PyTypeObject *type)
{
    PyObject *object = PyObject_Malloc((size_t)type->tp_basicsize);
    return PyObject_Init(object, type);
}

PyVarObject *_PyObject_NewVar(PyTypeObject *type, Py_ssize_t count)
{
    size_t size = (size_t)_PyObject_VAR_SIZE(type, count);
    return PyObject_InitVar(PyObject_Malloc(size), type, count);
}

// --- text

static PyObject *checked_text(STEALS PyObject *text, const char *method)
{
    if (text == NULL || PyUnicode_Check(text)) return text;
    kr_raise(PyExc_TypeError, "%s returned non-string (type %.200s)", method,
             Py_TYPE(text)->tp_name);
    Py_DECREF(text);
    return NULL;
}

PyObject *PyObject_Repr(PyObject *object)
{
    if (object == NULL) return PyUnicode_FromString("<NULL>");
    if (Py_TYPE(object)->tp_repr == NULL)
        return PyUnicode_FromFormat("<%s object at %p>", Py_TYPE(object)->tp_name, object);
    if (Py_EnterRecursiveCall(" while getting the repr of an object")) return NULL;
    PyObject *text = Py_TYPE(object)->tp_repr(object);
    Py_LeaveRecursiveCall();
    return checked_text(text, "__repr__");
}

PyObject *PyObject_Str(PyObject *object)
{
    if (object == NULL) return PyUnicode_FromString("<NULL>");
    if (PyUnicode_CheckExact(object)) return Py_NewRef(object);
    if (Py_TYPE(object)->tp_str == NULL) return PyObject_Repr(object);
    if (Py_EnterRecursiveCall(" while getting the str of an object")) return NULL;
    PyObject *text = Py_TYPE(object)->tp_str(object);
    Py_LeaveRecursiveCall();
    return checked_text(text, "__str__");
}

PyObject *PyObject_ASCII(PyObject *object)
{
    KR_AUTO PyObject *text = PyObject_Repr(object);
    if (text == NULL || PyUnicode_IS_ASCII(text)) return kr_take(text);
    KR_AUTO PyObject *bytes = _PyUnicode_AsASCIIString(text, "backslashreplace");
    if (bytes == NULL) return NULL;
    return PyUnicode_DecodeASCII(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes), NULL);
}

PyObject *PyObject_Bytes(PyObject *object)
{
    if (object == NULL) return PyBytes_FromString("<NULL>");
    if (PyBytes_CheckExact(object)) return Py_NewRef(object);
    KR_AUTO PyObject *method = _PyObject_LookupSpecial(object, ID(__bytes__));
    if (method == NULL) return PyErr_Occurred() ? NULL : PyBytes_FromObject(object);
    KR_AUTO PyObject *bytes = PyObject_CallNoArgs(method);
    if (bytes == NULL || PyBytes_Check(bytes)) return kr_take(bytes);
    return kr_raise(PyExc_TypeError, "__bytes__ returned non-bytes (type %.200s)",
                    Py_TYPE(bytes)->tp_name);
}

PyObject *PyObject_Format(PyObject *object, PyObject *specification)
{
    if (specification != NULL && !PyUnicode_Check(specification))
        return kr_raise(PyExc_SystemError, "Format specifier must be a string, not %.200s",
                        Py_TYPE(specification)->tp_name);
    if (specification == NULL || PyUnicode_GET_LENGTH(specification) == 0) {
        if (PyUnicode_CheckExact(object)) return Py_NewRef(object);
        if (PyLong_CheckExact(object)) return PyObject_Str(object);
    }
    KR_AUTO PyObject *empty = specification == NULL ? PyUnicode_New(0, 0)
        : Py_NewRef(specification);
    if (empty == NULL) return NULL;
    KR_AUTO PyObject *method = _PyObject_LookupSpecial(object, ID(__format__));
    if (method == NULL) {
        if (PyErr_Occurred()) return NULL;
        return kr_raise(PyExc_TypeError, "Type %.100s doesn't define __format__",
                        Py_TYPE(object)->tp_name);
    }
    KR_AUTO PyObject *text = PyObject_CallOneArg(method, empty);
    if (text == NULL || PyUnicode_Check(text)) return kr_take(text);
    return kr_raise(PyExc_TypeError, "__format__ must return a str, not %.200s",
                    Py_TYPE(text)->tp_name);
}

int PyObject_Print(PyObject *object, FILE *file, int flags)
{
    clearerr(file);
    if (object == NULL) {
        fputs("<nil>", file);
    } else {
        KR_AUTO PyObject *text = flags & Py_PRINT_RAW ? PyObject_Str(object)
            : PyObject_Repr(object);
        if (text == NULL) return -1;
        KR_AUTO PyObject *bytes = PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace");
        if (bytes == NULL) return -1;
        fwrite(PyBytes_AS_STRING(bytes), 1, (size_t)PyBytes_GET_SIZE(bytes), file);
    }
    if (!ferror(file)) return 0;
    PyErr_SetFromErrno(PyExc_OSError);
    clearerr(file);
    return -1;
}

// --- objects whose repr is being made, so that cycles end

// The list in the thread's dict; NULL without an exception when there is no thread dict.
// Borrowed.
static PyObject *repr_list(int create)
{
    PyObject *dict = PyThreadState_GetDict();
    if (dict == NULL) return NULL;
    PyObject *list = PyDict_GetItemWithError(dict, ID(Py_Repr));
    if (list != NULL || !create || PyErr_Occurred()) return list;
    KR_AUTO PyObject *made = PyList_New(0);
    if (made == NULL || PyDict_SetItem(dict, ID(Py_Repr), made) < 0) return NULL;
    return PyDict_GetItemWithError(dict, ID(Py_Repr));
}

int Py_ReprEnter(PyObject *object)
{
    PyObject *list = repr_list(1);
    if (list == NULL) return PyErr_Occurred() ? -1 : 0;
    for (Py_ssize_t i = PyList_GET_SIZE(list) - 1; i >= 0; i--)
        if (PyList_GET_ITEM(list, i) == object) return 1;
    return PyList_Append(list, object);
}

void Py_ReprLeave(PyObject *object)
{
    PyObject *exception, *value, *traceback;
    PyErr_Fetch(&exception, &value, &traceback);
    PyObject *list = repr_list(0);
    for (Py_ssize_t i = list == NULL ? -1 : PyList_GET_SIZE(list) - 1; i >= 0; i--) {
        if (PyList_GET_ITEM(list, i) != object) continue;
        PyList_SetSlice(list, i, i + 1, NULL);
        break;
    }
    PyErr_Restore(exception, value, traceback);
}

// --- hash and truth

Py_hash_t PyObject_HashNotImplemented(PyObject *object)
{
    return kr_raise_int(PyExc_TypeError, "unhashable type: '%.200s'", Py_TYPE(object)->tp_name);
}

Py_hash_t PyObject_Hash(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    if (type->tp_hash != NULL) return type->tp_hash(object);
    // A type of an extension that was not readied.
    if (!kr_type_has_flag(type, Py_TPFLAGS_READY)) {
        if (PyType_Ready(type) < 0) return -1;
        if (type->tp_hash != NULL) return type->tp_hash(object);
    }
    return PyObject_HashNotImplemented(object);
}

int PyObject_IsTrue(PyObject *object)
{
    if (object == Py_True) return 1;
    if (object == Py_False || object == Py_None) return 0;
    PyTypeObject *type = Py_TYPE(object);
    Py_ssize_t answer;
    if (type->tp_as_number != NULL && type->tp_as_number->nb_bool != NULL)
        answer = type->tp_as_number->nb_bool(object);
    else if (type->tp_as_mapping != NULL && type->tp_as_mapping->mp_length != NULL)
        answer = type->tp_as_mapping->mp_length(object);
    else if (type->tp_as_sequence != NULL && type->tp_as_sequence->sq_length != NULL)
        answer = type->tp_as_sequence->sq_length(object);
    else return 1;
    return answer > 0 ? 1 : (int)answer;
}

int PyObject_Not(PyObject *object)
{
    int truth = PyObject_IsTrue(object);
    return truth < 0 ? truth : !truth;
}

#undef PyObject_IS_GC
int PyObject_IS_GC(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    return kr_type_has_flag(type, Py_TPFLAGS_HAVE_GC)
        && (type->tp_is_gc == NULL || type->tp_is_gc(object));
}

#undef Py_Is
int Py_Is(PyObject *left, PyObject *right)
{
    return left == right;
}

#undef Py_IsNone
int Py_IsNone(PyObject *object)
{
    return object == Py_None;
}

#undef Py_IsTrue
int Py_IsTrue(PyObject *object)
{
    return object == Py_True;
}

#undef Py_IsFalse
int Py_IsFalse(PyObject *object)
{
    return object == Py_False;
}

PyObject *PyObject_Type(PyObject *object)
{
    if (object == NULL) return kr_raise(PyExc_SystemError, "null argument to internal routine");
    return Py_NewRef((PyObject *)Py_TYPE(object));
}

PyObject *PyObject_SelfIter(PyObject *object)
{
    return Py_NewRef(object);
}

PyObject *_PyObject_NextNotImplemented(PyObject *object)
{
    return kr_raise(PyExc_TypeError, "'%.200s' object is not iterable", Py_TYPE(object)->tp_name);
}

int _PyObject_IsAbstract(PyObject *object)
{
    if (object == NULL) return 0;
    PyObject *found;
    int status = _PyObject_LookupAttr(object, ID(__isabstractmethod__), &found);
    KR_AUTO PyObject *flag = found;
    return status > 0 ? PyObject_IsTrue(flag) : status;
}

// --- dir

static PyObject *names_of_locals(void)
{
    PyObject *locals = kr_hooks.current_locals == NULL ? NULL
        : kr_hooks.current_locals(kr_thread_current());
    if (locals == NULL)
        return PyErr_Occurred() ? NULL : kr_raise(PyExc_SystemError, "frame does not exist");
    KR_AUTO PyObject *names = PyMapping_Keys(locals);
    if (names == NULL) return NULL;
    if (!PyList_Check(names))
        return kr_raise(PyExc_TypeError, "dir(): expected keys() of locals to be a list, not "
                        "'%.200s'", Py_TYPE(names)->tp_name);
    return kr_take(names);
}

static PyObject *names_of(PyObject *object)
{
    KR_AUTO PyObject *method = _PyObject_LookupSpecial(object, ID(__dir__));
    if (method == NULL)
        return PyErr_Occurred() ? NULL
            : kr_raise(PyExc_TypeError, "object does not provide __dir__");
    KR_AUTO PyObject *names = PyObject_CallNoArgs(method);
    return names == NULL ? NULL : PySequence_List(names);
}

PyObject *PyObject_Dir(PyObject *object)
{
    KR_AUTO PyObject *names = object == NULL ? names_of_locals() : names_of(object);
    return names == NULL || PyList_Sort(names) < 0 ? NULL : kr_take(names);
}
