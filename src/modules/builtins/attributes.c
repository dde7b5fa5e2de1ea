// attributes.c - builtins about attributes, types and the text of objects.
#include "modules/builtins/builtins.h"

#include "Python.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"

METHOD(getattr, "module, object, name, default: object = NULL, /",
       "getattr(object, name[, default]) -> value\n\nGet a named attribute from an object; "
       "getattr(x, 'y') is equivalent to x.y.\nWhen a default argument is given, it is returned "
       "when the attribute doesn't\nexist; without it, an exception is raised in that case.")
static PyObject *attribute_getattr(PyObject *module, PyObject *object, PyObject *name,
                                   PyObject *fallback)
{
    if (fallback == NULL) return PyObject_GetAttr(object, name);
    PyObject *value;
    if (_PyObject_LookupAttr(object, name, &value) == 0) return Py_NewRef(fallback);
    return value;
}

METHOD(hasattr, "module, obj, name, /",
       "Return whether the object has an attribute with the given name.\n\nThis is done by "
       "calling getattr(obj, name) and catching AttributeError.")
static PyObject *attribute_hasattr(PyObject *module, PyObject *object, PyObject *name)
{
    PyObject *value;
    int found = _PyObject_LookupAttr(object, name, &value);
    if (found < 0) return NULL;
    Py_XDECREF(value);
    return PyBool_FromLong(found);
}

METHOD(setattr, "module, obj, name, value, /",
       "Sets the named attribute on the given object to the specified value.\n\nsetattr(x, 'y', "
       "v) is equivalent to ``x.y = v``")
static PyObject *attribute_setattr(PyObject *module, PyObject *object, PyObject *name,
                                   PyObject *value)
{
    if (PyObject_SetAttr(object, name, value) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(delattr, "module, obj, name, /",
       "Deletes the named attribute from the given object.\n\ndelattr(x, 'y') is equivalent to "
       "``del x.y``")
static PyObject *attribute_delattr(PyObject *module, PyObject *object, PyObject *name)
{
    if (PyObject_SetAttr(object, name, NULL) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(dir, "module, object: object = NULL, /",
       "dir([object]) -> list of strings\n\nIf called without an argument, return the names in "
       "the current scope.\nElse, return an alphabetized list of names comprising (some of) the "
       "attributes\nof the given object, and of attributes reachable from it.\nIf the object "
       "supplies a method named __dir__, it will be used; otherwise\nthe default dir() logic is "
       "used and returns:\n  for a module object: the module's attributes.\n  for a class "
       "object:  its attributes, and recursively the attributes\n    of its bases.\n  for any "
       "other object: its attributes, its class's attributes, and\n    recursively the "
       "attributes of its class's base classes.")
static PyObject *attribute_dir(PyObject *module, PyObject *object)
{
    return PyObject_Dir(object);
}

METHOD(vars, "module, object: object = NULL, /",
       "vars([object]) -> dictionary\n\nWithout arguments, equivalent to locals().\nWith an "
       "argument, equivalent to object.__dict__.")
static PyObject *attribute_vars(PyObject *module, PyObject *object)
{
    if (object == NULL) return Py_XNewRef(PyEval_GetLocals());
    PyObject *dict;
    if (_PyObject_LookupAttr(object, ID(__dict__), &dict) == 0)
        return kr_raise(PyExc_TypeError, "vars() argument must have __dict__ attribute");
    return dict;
}

METHOD(globals, "module",
       "Return the dictionary containing the current scope's global variables.\n\nNOTE: Updates "
       "to this dictionary *will* affect name lookups in the current\nglobal scope and "
       "vice-versa.")
static PyObject *attribute_globals(PyObject *module)
{
    return Py_XNewRef(PyEval_GetGlobals());
}

METHOD(locals, "module",
       "Return a dictionary containing the current scope's local variables.\n\nNOTE: Whether or "
       "not updates to this dictionary will affect name lookups in\nthe local scope and "
       "vice-versa is *implementation dependent* and not\ncovered by any backwards "
       "compatibility guarantees.")
static PyObject *attribute_locals(PyObject *module)
{
    return Py_XNewRef(PyEval_GetLocals());
}

METHOD(isinstance, "module, obj, class_or_tuple, /",
       "Return whether an object is an instance of a class or of a subclass thereof.\n\nA tuple, "
       "as in ``isinstance(x, (A, B, ...))``, may be given as the target to\ncheck against. "
       "This is equivalent to ``isinstance(x, A) or isinstance(x, B)\nor ...`` etc.")
static PyObject *attribute_isinstance(PyObject *module, PyObject *object, PyObject *classes)
{
    int answer = PyObject_IsInstance(object, classes);
    return answer < 0 ? NULL : PyBool_FromLong(answer);
}

METHOD(issubclass, "module, cls, class_or_tuple, /",
       "Return whether 'cls' is derived from another class or is the same class.\n\nA tuple, as "
       "in ``issubclass(x, (A, B, ...))``, may be given as the target to\ncheck against. This "
       "is equivalent to ``issubclass(x, A) or issubclass(x, B)\nor ...``.")
static PyObject *attribute_issubclass(PyObject *module, PyObject *type, PyObject *classes)
{
    int answer = PyObject_IsSubclass(type, classes);
    return answer < 0 ? NULL : PyBool_FromLong(answer);
}

METHOD(callable, "module, obj, /",
       "Return whether the object is callable (i.e., some kind of function).\n\nNote that classes "
       "are callable, as are instances of classes with a\n__call__() method.")
static PyObject *attribute_callable(PyObject *module, PyObject *object)
{
    return PyBool_FromLong(PyCallable_Check(object));
}

METHOD(repr, "module, obj, /",
       "Return the canonical string representation of the object.\n\nFor many object types, "
       "including most builtins, eval(repr(obj)) == obj.")
static PyObject *attribute_repr(PyObject *module, PyObject *object)
{
    return PyObject_Repr(object);
}

METHOD(ascii, "module, obj, /",
       "Return an ASCII-only representation of an object.\n\nAs repr(), return a string "
       "containing a printable representation of an\nobject, but escape the non-ASCII "
       "characters in the string returned by\nrepr() using \\\\x, \\\\u or \\\\U escapes. This "
       "generates a string similar\nto that returned by repr() in Python 2.")
static PyObject *attribute_ascii(PyObject *module, PyObject *object)
{
    return PyObject_ASCII(object);
}

METHOD(format, "module, value, format_spec: str = '', /",
       "Return value.__format__(format_spec)\n\nformat_spec defaults to the empty string.\nSee "
       "the Format Specification Mini-Language section of help('FORMATTING') for\ndetails.")
static PyObject *attribute_format(PyObject *module, PyObject *value, PyObject *specification)
{
    return PyObject_Format(value, specification);
}

#include "modules/builtins/attributes.methods.h"

int kr_builtins_add_attributes(PyObject *module)
{
    return PyModule_AddFunctions(module, attribute_methods);
}
