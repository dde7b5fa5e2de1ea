// array_pickle.c - pickles of arrays, which other machines may have written; and the module
// itself.
#include "modules/array/array.h"

// Number of the machine format of [kind] here: even little-endian, odd big-endian from 2 on.
static int format_of(const KrArrayKind *kind)
{
    int big = PY_BIG_ENDIAN;
    if (kind->code == 'f') return 14 + big;
    if (kind->code == 'd') return 16 + big;
    if (kind->code == 'u') return 20 + big;
    if (kind->size == 1) return kind->is_signed ? 1 : 0;
    int base = kind->size == 2 ? 2 : kind->size == 4 ? 6 : 10;
    return base + (kind->is_signed ? 2 : 0) + big;
}

PyObject *kr_array_reduce(KrArray *self, long protocol)
{
    PyObject *dict;
    if (_PyObject_LookupAttr((PyObject *)self, ID(__dict__), &dict) < 0) return NULL;
    if (dict == NULL) dict = Py_NewRef(Py_None);
    if (protocol < 3) {
        PyObject *list = PySequence_List((PyObject *)self);
        if (list == NULL) {
            Py_DECREF(dict);
            return NULL;
        }
        return Py_BuildValue("O(CN)N", Py_TYPE(self), self->kind->code, list, dict);
    }
    KR_AUTO PyObject *module = PyImport_ImportModule("array");
    PyObject *function = module == NULL ? NULL
        : PyObject_GetAttrString(module, "_array_reconstructor");
    PyObject *bytes = function == NULL ? NULL
        : PyBytes_FromStringAndSize(self->items, Py_SIZE(self) * self->kind->size);
    if (bytes == NULL) {
        Py_XDECREF(function);
        Py_DECREF(dict);
        return NULL;
    }
    return Py_BuildValue("N(OCiN)N", function, Py_TYPE(self), self->kind->code,
                         format_of(self->kind), bytes, dict);
}

// The items of a foreign format as a list.
static PyObject *decode(int format, const char *data, Py_ssize_t size)
{
    static const unsigned char sizes[] = {1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 4, 4, 8, 8};
    int width = sizes[format], little = format < 2 || format % 2 == 0;
    int is_signed = format == 1 || (format < 14 && format % 4 < 2 && format >= 4);
    if (size % width != 0)
        return kr_raise(PyExc_ValueError, "bytes length not a multiple of item size");
    KR_AUTO PyObject *list = PyList_New(size / width);
    for (Py_ssize_t i = 0; list != NULL && i < size / width; i++) {
        const char *item = data + i * width;
        PyObject *value = format < 14
            ? _PyLong_FromByteArray((const unsigned char *)item, width, little, is_signed)
            : PyFloat_FromDouble(width == 4 ? PyFloat_Unpack4(item, little)
                                 : PyFloat_Unpack8(item, little));
        if (value == NULL) return NULL;
        PyList_SET_ITEM(list, i, value);
    }
    return kr_take(list);
}

PyObject *kr_array_reconstruct(PyTypeObject *type, int code, int format, PyObject *bytes)
{
    if (!PyType_IsSubtype(type, &kr_array_type))
        return kr_raise(PyExc_TypeError, "%.200s is not a subtype of %.200s", type->tp_name,
                        kr_array_type.tp_name);
    const KrArrayKind *kind = kr_array_kind(code);
    if (kind == NULL)
        return kr_raise(PyExc_ValueError, "second argument must be a valid type code");
    if (format < 0 || format > 21)
        return kr_raise(PyExc_ValueError, "third argument must be a valid machine format code.");
    if (!PyBytes_Check(bytes))
        return kr_raise(PyExc_TypeError, "fourth argument should be bytes, not %.200s",
                        Py_TYPE(bytes)->tp_name);
    const char *data = PyBytes_AS_STRING(bytes);
    Py_ssize_t size = PyBytes_GET_SIZE(bytes);
    KR_AUTO PyObject *self = kr_array_new(type, 0, kind);
    if (self == NULL) return NULL;
    if (format == format_of(kind))
        return kr_array_append_bytes((KrArray *)self, data, size) < 0 ? NULL : kr_take(self);
    KR_AUTO PyObject *items = NULL;
    int order = format % 2 == 0 ? -1 : 1;
    if (format >= 20) items = PyUnicode_DecodeUTF32(data, size, "strict", &order);
    else if (format >= 18) items = PyUnicode_DecodeUTF16(data, size, "strict", &order);
    else items = decode(format, data, size);
    if (items == NULL || kr_array_extend((KrArray *)self, items) < 0) return NULL;
    return kr_take(self);
}

METHOD(_array_reconstructor,
       "module, arraytype: type, typecode: char, mformat_code: int, items, /",
       "Internal. Used for pickling support.")
static PyObject *module__array_reconstructor(PyObject *module, PyObject *arraytype, int typecode,
                                             int mformat_code, PyObject *items)
{
    return kr_array_reconstruct((PyTypeObject *)arraytype, typecode, mformat_code, items);
}

#include "modules/array/array_pickle.methods.h"

static int add_typecodes(PyObject *module)
{
    char codes[32];
    int count = 0;
    for (const KrArrayKind *kind = kr_array_kinds; kind->code != 0; kind++)
        codes[count++] = kind->code;
    codes[count] = 0;
    return PyModule_AddStringConstant(module, "typecodes", codes);
}

static int exec(PyObject *module)
{
    if (PyType_Ready(&kr_array_iterator_type) < 0 || PyModule_AddType(module, &kr_array_type) < 0
        || PyModule_AddObjectRef(module, "ArrayType", (PyObject *)&kr_array_type) < 0)
        return -1;
    KR_AUTO PyObject *abc = PyImport_ImportModule("collections.abc");
    KR_AUTO PyObject *sequence = abc == NULL ? NULL
        : PyObject_GetAttrString(abc, "MutableSequence");
    KR_AUTO PyObject *done = sequence == NULL ? NULL
        : PyObject_CallMethod(sequence, "register", "O", (PyObject *)&kr_array_type);
    return done == NULL ? -1 : add_typecodes(module);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, exec}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "array",
    .m_doc = "This module defines an object type which can efficiently represent\nan array of "
        "basic values: characters, integers, floating point\nnumbers.  Arrays are sequence types "
        "and behave very much like lists,\nexcept that the type of objects stored in them is "
        "constrained.\n",
    .m_methods = module_methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_array(void)
{
    return PyModuleDef_Init(&definition);
}
