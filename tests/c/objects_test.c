// objects.c - starts the floors up to objects and checks that the basics work together.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abstract.h"
#include "boolobject.h"
#include "bytesobject.h"
#include "dictobject.h"
#include "floatobject.h"
#include "listobject.h"
#include "longobject.h"
#include "object.h"
#include "objects/model/start.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "runtime/hash_secret.h"
#include "runtime/owned.h"
#include "runtime/state.h"
#include "setobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "weakrefobject.h"

static int failures, checks;

static void fail(const char *what, int line)
{
    failures++;
    printf("objects.c:%d: %s\n", line, what);
    if (!PyErr_Occurred()) return;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    KR_AUTO PyObject *text = value == NULL ? NULL : PyObject_Repr(value);
    printf("    %s\n", text == NULL ? "(no text)" : PyUnicode_AsUTF8(text));
    PyErr_Clear();
}

// Takes [object]; compares its repr.
static void check_repr(PyObject *object, const char *expected, int line)
{
    checks++;
    KR_AUTO PyObject *owned = object;
    KR_AUTO PyObject *text = owned == NULL ? NULL : PyObject_Repr(owned);
    if (text == NULL) {
        fail(expected, line);
    } else if (strcmp(PyUnicode_AsUTF8(text), expected) != 0) {
        fail(expected, line);
        printf("    got %s\n", PyUnicode_AsUTF8(text));
    }
}

// Takes [object], which must be NULL; compares "Type: message".
static void check_error(PyObject *object, const char *expected, int line)
{
    checks++;
    if (object != NULL) {
        check_repr(object, expected, line);
        return;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    KR_AUTO PyObject *text = PyUnicode_FromFormat("%s: %S", Py_TYPE(value)->tp_name, value);
    if (text == NULL || strcmp(PyUnicode_AsUTF8(text), expected) != 0) {
        fail(expected, line);
        if (text != NULL) printf("    got %s\n", PyUnicode_AsUTF8(text));
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

#define REPR(object, expected) check_repr(object, expected, __LINE__)
#define ERROR(object, expected) check_error(object, expected, __LINE__)

static PyObject *text(const char *characters)
{
    return PyUnicode_FromString(characters);
}

static PyObject *call(PyObject *callable, const char *method, PyObject *argument)
{
    KR_AUTO PyObject *function = PyObject_GetAttrString(callable, method);
    if (function == NULL) return NULL;
    return argument == NULL ? PyObject_CallNoArgs(function)
        : PyObject_CallOneArg(function, argument);
}

static PyObject *new_class(const char *name, PyObject *base, PyObject *dict)
{
    KR_AUTO PyObject *name_object = text(name);
    KR_AUTO PyObject *bases = base == NULL ? PyTuple_New(0) : PyTuple_Pack(1, base);
    KR_AUTO PyObject *body = dict == NULL ? PyDict_New() : Py_NewRef(dict);
    return PyObject_CallFunctionObjArgs((PyObject *)&PyType_Type, name_object, bases, body, NULL);
}

static void check_numbers(void)
{
    KR_AUTO PyObject *two = PyLong_FromLong(2);
    KR_AUTO PyObject *hundred = PyLong_FromLong(100);
    REPR(PyNumber_Power(two, hundred, Py_None), "1267650600228229401496703205376");
    REPR(PyNumber_TrueDivide(two, hundred), "0.02");
    REPR(PyNumber_Add(two, Py_True), "3");
    ERROR(PyNumber_Add(two, Py_None),
          "TypeError: unsupported operand type(s) for +: 'int' and 'NoneType'");
    REPR(PyFloat_FromDouble(0.1), "0.1");
    REPR(call(two, "bit_length", NULL), "2");
    REPR(call(two, "__add__", hundred), "102");
    ERROR(call(two, "__add__", NULL), "TypeError: expected 1 argument, got 0");
    REPR(PyObject_CallOneArg((PyObject *)&PyLong_Type, hundred), "100");
}

static void check_containers(void)
{
    KR_AUTO PyObject *list = PyList_New(0);
    KR_AUTO PyObject *word = text("h\xc3\xa9llo");
    KR_AUTO PyObject *dict = PyDict_New();
    for (long i = 0; i < 3; i++) {
        KR_AUTO PyObject *number = PyLong_FromLong(i);
        PyList_Append(list, number);
        PyDict_SetItem(dict, number, word);
    }
    REPR(Py_NewRef(list), "[0, 1, 2]");
    REPR(Py_NewRef(dict), "{0: 'h\xc3\xa9llo', 1: 'h\xc3\xa9llo', 2: 'h\xc3\xa9llo'}");
    REPR(PySequence_Tuple(list), "(0, 1, 2)");
    REPR(PySet_New(list), "{0, 1, 2}");
    REPR(call(list, "reverse", NULL), "None");
    REPR(call(list, "pop", NULL), "0");
    ERROR(PyObject_GetItem(dict, word), "KeyError: 'h\xc3\xa9llo'");
    ERROR(PyObject_GetItem(word, word), "TypeError: string indices must be integers, not 'str'");
    REPR(call(word, "upper", NULL), "'H\xc3\x89LLO'");
    REPR(PyObject_ASCII(word), "\"'h\\\\xe9llo'\"");
    PyList_Append(list, list);
    REPR(Py_NewRef(list), "[2, 1, [...]]");
    ERROR(call(list, "nothing", NULL), "AttributeError: 'list' object has no attribute 'nothing'");
    PyList_SetSlice(list, 0, 3, NULL);
}

static void check_classes(void)
{
    KR_AUTO PyObject *body = PyDict_New();
    KR_AUTO PyObject *module = text("m");
    PyDict_SetItemString(body, "__module__", module);
    KR_AUTO PyObject *class = new_class("A", NULL, body);
    REPR(Py_XNewRef(class), "<class 'm.A'>");
    KR_AUTO PyObject *instance = class == NULL ? NULL : PyObject_CallNoArgs(class);
    if (instance == NULL) {
        fail("instance", __LINE__);
        return;
    }
    PyObject_SetAttrString(instance, "x", Py_True);
    REPR(PyObject_GetAttrString(instance, "x"), "True");
    REPR(PyObject_GetAttrString(instance, "__dict__"), "{'x': True}");
    ERROR(PyObject_GetAttrString(instance, "y"),
          "AttributeError: 'A' object has no attribute 'y'");
    KR_AUTO PyObject *below = new_class("B", class, body);
    REPR(PyObject_GetAttrString(below, "__mro__"),
         "(<class 'm.B'>, <class 'm.A'>, <class 'object'>)");
    KR_AUTO PyObject *bases = PyTuple_Pack(2, class, below);
    KR_AUTO PyObject *name = text("C");
    ERROR(PyObject_CallFunctionObjArgs((PyObject *)&PyType_Type, name, bases, body, NULL),
          "TypeError: Cannot create a consistent method resolution\norder (MRO) for bases A, B");
    KR_AUTO PyObject *number_class = new_class("I", (PyObject *)&PyLong_Type, body);
    KR_AUTO PyObject *seven = PyLong_FromLong(7);
    KR_AUTO PyObject *number = PyObject_CallOneArg(number_class, seven);
    REPR(PyNumber_Add(number, seven), "14");
    KR_AUTO PyObject *error_class = new_class("E", PyExc_ValueError, body);
    REPR(PyObject_CallOneArg(error_class, seven), "E(7)");
    KR_AUTO PyObject *list_class = new_class("L", (PyObject *)&PyList_Type, body);
    KR_AUTO PyObject *items = PyObject_CallNoArgs(list_class);
    if (items != NULL) PyList_Append(items, seven);
    REPR(Py_XNewRef(items), "[7]");
    KR_AUTO PyObject *reference = PyWeakref_NewRef(instance, NULL);
    Py_CLEAR(instance);
    REPR(PyObject_CallNoArgs(reference), "None");
}

static void check_collector(void)
{
    KR_AUTO PyObject *class = new_class("Node", NULL, NULL);
    KR_AUTO PyObject *node = PyObject_CallNoArgs(class);
    PyObject_SetAttrString(node, "self", node);
    KR_AUTO PyObject *reference = PyWeakref_NewRef(node, NULL);
    Py_CLEAR(node);
    PyGC_Collect();
    REPR(PyObject_CallNoArgs(reference), "None");
    Py_CLEAR(class);
    PyGC_Collect();
}

static void check_types(void)
{
    REPR(PyObject_GetItem((PyObject *)&PyList_Type, (PyObject *)&PyLong_Type), "list[int]");
    REPR(PyNumber_Or((PyObject *)&PyLong_Type, Py_None), "int | None");
    KR_AUTO PyObject *names = PyObject_Dir((PyObject *)&PyLong_Type);
    checks++;
    if (names == NULL || PyList_GET_SIZE(names) != 73) fail("dir(int)", __LINE__);
    ERROR(PyObject_CallOneArg((PyObject *)&PyBaseObject_Type, Py_None),
          "TypeError: object() takes no arguments");
    REPR(PyObject_GetAttrString((PyObject *)&PyType_Type, "__doc__"),
         "\"type(object) -> the object's type\\ntype(name, bases, dict, **kwds) -> a new type\"");
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    if (kr_runtime_init() < 0 || kr_hash_secret_init(1, 0) < 0 || kr_start_objects() < 0) {
        fail("start", __LINE__);
        return 1;
    }
    check_numbers();
    check_containers();
    check_classes();
    check_types();
    check_collector();
    printf("objects: %d of %d checks passed\n", checks - failures, checks);
    return failures != 0;
}
