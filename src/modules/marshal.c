// marshal.c - the module marshal.
#include "Python.h"

#include "marshal.h"

#include "bytecode/marshal_format.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/owned.h"

METHOD(dump, "module, value, file, version: int = version, /",
       "Write the value on the open file.\n\n  value\n    Must be a supported type.\n  "
       "file\n    Must be a writeable binary file.\n  version\n    Indicates the data format "
       "that dump should use.\n\nIf the value has (or contains an object that has) an "
       "unsupported type, a\nValueError exception is raised - but garbage data will also be "
       "written\nto the file. The object will not be properly read back by load().")
static PyObject *marshal_dump(PyObject *module, PyObject *value, PyObject *file, int format)
{
    KR_AUTO PyObject *bytes = PyMarshal_WriteObjectToString(value, format);
    return bytes == NULL ? NULL : PyObject_CallMethodOneArg(file, ID(write), bytes);
}

METHOD(dumps, "module, value, version: int = version, /",
       "Return the bytes object that would be written to a file by dump(value, file).\n\n  "
       "value\n    Must be a supported type.\n  version\n    Indicates the data format that "
       "dumps should use.\n\nRaise a ValueError exception if value has (or contains an "
       "object that has) an\nunsupported type.")
static PyObject *marshal_dumps(PyObject *module, PyObject *value, int format)
{
    return PyMarshal_WriteObjectToString(value, format);
}

METHOD(loads, "module, bytes: buffer, /",
       "Convert the bytes-like object to a value.\n\nIf no valid value is found, raise "
       "EOFError, ValueError or TypeError.  Extra\nbytes in the input are ignored.")
static PyObject *marshal_loads(PyObject *module, Py_buffer *data)
{
    return PyMarshal_ReadObjectFromString(data->buf, data->len);
}

// --- load: reads no more of the file than the object takes --------------------------------------

typedef struct StreamSource {
    KrMarshalSource base;
    PyObject *readinto;
    char *buffer;
    Py_ssize_t room;
} StreamSource;

static const char *fetch_from_stream(KrMarshalSource *base, Py_ssize_t count)
{
    StreamSource *source = (StreamSource *)base;
    if (source->room < count) {
        char *buffer = PyMem_Realloc(source->buffer, (size_t)count);
        if (buffer == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
        source->buffer = buffer;
        source->room = count;
    }
    KR_AUTO PyObject *view = PyMemoryView_FromMemory(source->buffer, count, PyBUF_WRITE);
    KR_AUTO PyObject *number = view == NULL ? NULL : PyObject_CallOneArg(source->readinto, view);
    if (number == NULL) return NULL;
    Py_ssize_t read = PyNumber_AsSsize_t(number, PyExc_ValueError);
    if (read == -1 && PyErr_Occurred()) return NULL;
    if (read == count) return source->buffer;
    if (read > count)
        kr_raise(PyExc_ValueError,
                 "read() returned too much data: %zd bytes requested, %zd returned", count, read);
    else
        kr_raise(PyExc_EOFError, "EOF read where not expected");
    return NULL;
}

// read(0) tells a text file from a binary one without taking anything.
static int check_binary(PyObject *file)
{
    KR_AUTO PyObject *read = PyObject_GetAttr(file, ID(read));
    KR_AUTO PyObject *zero = PyLong_FromLong(0);
    KR_AUTO PyObject *nothing = read == NULL || zero == NULL ? NULL
        : PyObject_CallOneArg(read, zero);
    if (nothing == NULL) return -1;
    if (PyBytes_Check(nothing)) return 0;
    return kr_raise_int(PyExc_TypeError, "file.read() returned not bytes but %.100s",
                        Py_TYPE(nothing)->tp_name);
}

METHOD(load, "module, file, /",
       "Read one value from the open file and return it.\n\n  file\n    Must be readable "
       "binary file.\n\nIf no valid value is read (e.g. because the data has a different "
       "Python\nversion's incompatible marshal format), raise EOFError, ValueError or\n"
       "TypeError.\n\nNote: If an object containing an unsupported type was marshalled with\n"
       "dump(), load() will substitute None for the unmarshallable type.")
static PyObject *marshal_load(PyObject *module, PyObject *file)
{
    if (check_binary(file) < 0) return NULL;
    KR_AUTO PyObject *readinto = PyObject_GetAttr(file, ID(readinto));
    if (readinto == NULL) return NULL;
    StreamSource source = {{fetch_from_stream}, readinto, PyMem_Malloc(64), 64};
    if (source.buffer == NULL) return PyErr_NoMemory();
    PyObject *object = kr_marshal_read(&source.base);
    PyMem_Free(source.buffer);
    return object;
}

#include "modules/marshal.methods.h"

static int marshal_exec(PyObject *module)
{
    return PyModule_AddIntConstant(module, "version", Py_MARSHAL_VERSION);
}

static PyModuleDef_Slot marshal_slots[] = {{Py_mod_exec, marshal_exec}, {0, NULL}};

static struct PyModuleDef marshal_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "marshal",
    .m_doc = "This module contains functions that can read and write Python values in\na binary "
        "format. The format is specific to Python, but independent of\nmachine architecture "
        "issues.\n\nNot all Python object types are supported; in general, only objects\nwhose "
        "value is independent from a particular invocation of Python can be\nwritten and read.",
    .m_methods = marshal_methods,
    .m_slots = marshal_slots,
};

PyMODINIT_FUNC PyInit_marshal(void)
{
    return PyModuleDef_Init(&marshal_definition);
}

// CPython's own name of the same.
PyMODINIT_FUNC PyMarshal_Init(void)
{
    return PyInit_marshal();
}
