// codec_registry.c - codecs by name: search functions, their answers, error handlers, PyCodec_….
//
// The registry hangs from the interpreter and is made at first use: that imports the package
// `encodings`, which registers its search function.
#include "codecs.h"

#include "abstract.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/codec.h"
#include "objects/strings/codec_handlers.h"
#include "objects/strings/encoding_name.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/hooks.h"
#include "runtime/interpreter.h"
#include "tupleobject.h"

static int init_registry(PyInterpreterState *interpreter)
{
    if (interpreter->codec_search_path != NULL) return 0;
    KR_AUTO PyObject *cache = PyDict_New();
    KR_AUTO PyObject *errors = PyDict_New();
    KR_AUTO PyObject *path = PyList_New(0);
    if (cache == NULL || errors == NULL || path == NULL) return -1;
    interpreter->codec_search_cache = kr_take(cache);
    interpreter->codec_error_registry = kr_take(errors);
    interpreter->codec_search_path = kr_take(path);
    return kr_codec_handlers_register();
}

// With the search function of the package `encodings`, as soon as modules can be imported.
static int init_search(PyInterpreterState *interpreter)
{
    if (init_registry(interpreter) < 0) return -1;
    if (interpreter->codecs_initialized || kr_hooks.import_module == NULL) return 0;
    interpreter->codecs_initialized = 1;
    PyObject *module = kr_hooks.import_module("encodings");
    if (module == NULL) {
        interpreter->codecs_initialized = 0;
        return -1;
    }
    Py_DECREF(module);
    return 0;
}

int PyCodec_Register(PyObject *search)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    if (init_search(interpreter) < 0) return -1;
    if (search == NULL) {
        PyErr_BadArgument();
        return -1;
    }
    if (!PyCallable_Check(search))
        return kr_raise_int(PyExc_TypeError, "argument must be callable");
    return PyList_Append(interpreter->codec_search_path, search);
}

int PyCodec_Unregister(PyObject *search)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    PyObject *path = interpreter->codec_search_path;
    if (path == NULL) return 0;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(path); i++) {
        if (PyList_GET_ITEM(path, i) != search) continue;
        PyDict_Clear(interpreter->codec_search_cache);
        return PyList_SetSlice(path, i, i + 1, NULL);
    }
    return 0;
}

static PyObject *normalized_name(const char *encoding)
{
    Py_ssize_t size = (Py_ssize_t)strlen(encoding);
    char stack[64], *name = size < 64 ? stack : PyMem_Malloc(size + 1);
    if (name == NULL) return PyErr_NoMemory();
    kr_encoding_normalize(encoding, name);
    PyObject *text = PyUnicode_FromString(name);
    if (name != stack) PyMem_Free(name);
    if (text != NULL) PyUnicode_InternInPlace(&text);
    return text;
}

PyObject *_PyCodec_Lookup(const char *encoding)
{
    if (encoding == NULL) {
        PyErr_BadArgument();
        return NULL;
    }
    PyInterpreterState *interpreter = kr_interpreter_current();
    if (init_search(interpreter) < 0) return NULL;
    KR_AUTO PyObject *name = normalized_name(encoding);
    if (name == NULL) return NULL;
    PyObject *info = PyDict_GetItemWithError(interpreter->codec_search_cache, name);
    if (info != NULL || PyErr_Occurred()) return Py_XNewRef(info);
    PyObject *path = interpreter->codec_search_path;
    if (PyList_GET_SIZE(path) == 0)
        return kr_raise(PyExc_LookupError,
                        "no codec search functions registered: can't find encoding");
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(path); i++) {
        KR_AUTO PyObject *search = Py_NewRef(PyList_GET_ITEM(path, i));
        KR_AUTO PyObject *found = PyObject_CallOneArg(search, name);
        if (found == NULL) return NULL;
        if (found == Py_None) continue;
        if (!PyTuple_Check(found) || PyTuple_GET_SIZE(found) != 4)
            return kr_raise(PyExc_TypeError, "codec search functions must return 4-tuples");
        if (PyDict_SetItem(interpreter->codec_search_cache, name, found) < 0) return NULL;
        return kr_take(found);
    }
    return kr_raise(PyExc_LookupError, "unknown encoding: %s", encoding);
}

int PyCodec_KnownEncoding(const char *encoding)
{
    PyObject *info = _PyCodec_Lookup(encoding);
    if (info == NULL) {
        PyErr_Clear();
        return 0;
    }
    Py_DECREF(info);
    return 1;
}

// --- parts of a codec -------------------------------------------------------------------------

static PyObject *codec_item(const char *encoding, int index)
{
    KR_AUTO PyObject *info = _PyCodec_Lookup(encoding);
    return info == NULL ? NULL : Py_NewRef(PyTuple_GET_ITEM(info, index));
}

static PyObject *call_with_errors(PyObject *function, const char *errors)
{
    if (errors == NULL) return PyObject_CallNoArgs(function);
    KR_AUTO PyObject *text = PyUnicode_FromString(errors);
    return text == NULL ? NULL : PyObject_CallOneArg(function, text);
}

static PyObject *make_incremental(PyObject *info, const char *errors, PyObject *attribute)
{
    KR_AUTO PyObject *factory = PyObject_GetAttr(info, attribute);
    return factory == NULL ? NULL : call_with_errors(factory, errors);
}

static PyObject *make_stream(const char *encoding, PyObject *stream, const char *errors, int index)
{
    KR_AUTO PyObject *factory = codec_item(encoding, index);
    if (factory == NULL) return NULL;
    if (errors == NULL) return PyObject_CallOneArg(factory, stream);
    KR_AUTO PyObject *text = PyUnicode_FromString(errors);
    return text == NULL ? NULL : PyObject_CallFunctionObjArgs(factory, stream, text, NULL);
}

PyObject *PyCodec_Encoder(const char *encoding)
{
    return codec_item(encoding, 0);
}

PyObject *PyCodec_Decoder(const char *encoding)
{
    return codec_item(encoding, 1);
}

PyObject *_PyCodecInfo_GetIncrementalDecoder(PyObject *info, const char *errors)
{
    return make_incremental(info, errors, ID(incrementaldecoder));
}

PyObject *_PyCodecInfo_GetIncrementalEncoder(PyObject *info, const char *errors)
{
    return make_incremental(info, errors, ID(incrementalencoder));
}

PyObject *PyCodec_IncrementalEncoder(const char *encoding, const char *errors)
{
    KR_AUTO PyObject *info = _PyCodec_Lookup(encoding);
    return info == NULL ? NULL : make_incremental(info, errors, ID(incrementalencoder));
}

PyObject *PyCodec_IncrementalDecoder(const char *encoding, const char *errors)
{
    KR_AUTO PyObject *info = _PyCodec_Lookup(encoding);
    return info == NULL ? NULL : make_incremental(info, errors, ID(incrementaldecoder));
}

PyObject *PyCodec_StreamReader(const char *encoding, PyObject *stream, const char *errors)
{
    return make_stream(encoding, stream, errors, 2);
}

PyObject *PyCodec_StreamWriter(const char *encoding, PyObject *stream, const char *errors)
{
    return make_stream(encoding, stream, errors, 3);
}

// --- running a codec --------------------------------------------------------------------------

// The first item of what [function] returns, which has to be a pair.
static PyObject *run(PyObject *function, PyObject *object, const char *errors, int is_encoder,
                     const char *encoding)
{
    KR_AUTO PyObject *text = errors == NULL ? NULL : PyUnicode_FromString(errors);
    if (errors != NULL && text == NULL) return NULL;
    KR_AUTO PyObject *result = PyObject_CallFunctionObjArgs(function, object, text, NULL);
    if (result == NULL) {
        _PyErr_TrySetFromCause("%s with '%s' codec failed", is_encoder ? "encoding" : "decoding",
                               encoding);
        return NULL;
    }
    if (!PyTuple_Check(result) || PyTuple_GET_SIZE(result) != 2)
        return kr_raise(PyExc_TypeError, is_encoder
                            ? "encoder must return a tuple (object, integer)"
                            : "decoder must return a tuple (object,integer)");
    return Py_NewRef(PyTuple_GET_ITEM(result, 0));
}

PyObject *PyCodec_Encode(PyObject *object, const char *encoding, const char *errors)
{
    KR_AUTO PyObject *encoder = PyCodec_Encoder(encoding);
    return encoder == NULL ? NULL : run(encoder, object, errors, 1, encoding);
}

PyObject *PyCodec_Decode(PyObject *object, const char *encoding, const char *errors)
{
    KR_AUTO PyObject *decoder = PyCodec_Decoder(encoding);
    return decoder == NULL ? NULL : run(decoder, object, errors, 0, encoding);
}

// [alternate]: what to use for encodings between other things than str and bytes.
PyObject *_PyCodec_LookupTextEncoding(const char *encoding, const char *alternate)
{
    KR_AUTO PyObject *info = _PyCodec_Lookup(encoding);
    if (info == NULL || PyTuple_CheckExact(info)) return kr_take(info);
    PyObject *flag;
    if (_PyObject_LookupAttr(info, ID(_is_text_encoding), &flag) < 0) return NULL;
    if (flag == NULL) return kr_take(info);
    int is_text = PyObject_IsTrue(flag);
    Py_DECREF(flag);
    if (is_text < 0) return NULL;
    if (is_text) return kr_take(info);
    return kr_raise(PyExc_LookupError,
                    "'%.400s' is not a text encoding; use %s to handle arbitrary codecs", encoding,
                    alternate);
}

PyObject *_PyCodec_EncodeText(PyObject *object, const char *encoding, const char *errors)
{
    KR_AUTO PyObject *info = _PyCodec_LookupTextEncoding(encoding, "codecs.encode()");
    if (info == NULL) return NULL;
    KR_AUTO PyObject *encoder = Py_NewRef(PyTuple_GET_ITEM(info, 0));
    return run(encoder, object, errors, 1, encoding);
}

PyObject *_PyCodec_DecodeText(PyObject *object, const char *encoding, const char *errors)
{
    KR_AUTO PyObject *info = _PyCodec_LookupTextEncoding(encoding, "codecs.decode()");
    if (info == NULL) return NULL;
    KR_AUTO PyObject *decoder = Py_NewRef(PyTuple_GET_ITEM(info, 1));
    return run(decoder, object, errors, 0, encoding);
}

// --- error handlers ---------------------------------------------------------------------------

int PyCodec_RegisterError(const char *name, PyObject *handler)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    if (init_registry(interpreter) < 0) return -1;
    if (!PyCallable_Check(handler))
        return kr_raise_int(PyExc_TypeError, "handler must be callable");
    return PyDict_SetItemString(interpreter->codec_error_registry, name, handler);
}

PyObject *PyCodec_LookupError(const char *name)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    if (init_registry(interpreter) < 0) return NULL;
    if (name == NULL) name = "strict";
    KR_AUTO PyObject *key = PyUnicode_FromString(name);
    if (key == NULL) return NULL;
    PyObject *handler = PyDict_GetItemWithError(interpreter->codec_error_registry, key);
    if (handler != NULL) return Py_NewRef(handler);
    if (PyErr_Occurred()) return NULL;
    return kr_raise(PyExc_LookupError, "unknown error handler name '%.400s'", name);
}
