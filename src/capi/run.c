// run.c - PyRun_*, Py_CompileString*: source text and files, compiled and executed.
#include "Python.h"

#include <string.h>

#include "capi/interactive.h"
#include "marshal.h"
#include "objects/strings/names.h"
#include "syntax/parse.h"
#include "runtime/hooks.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

// ---- compiling

static const char *mode_of(int start)
{
    switch (start) {
    case Py_file_input: return "exec";
    case Py_eval_input: return "eval";
    case Py_single_input: return "single";
    case Py_func_type_input: return "func_type";
    default: return NULL;
    }
}

static PyObject *compile_object(PyObject *source, PyObject *filename, int start,
                                const PyCompilerFlags *flags, int optimize)
{
    const char *mode = mode_of(start);
    if (mode == NULL) {
        PyErr_SetString(PyExc_ValueError, "invalid start symbol");
        return NULL;
    }
    int bits = flags == NULL ? 0 : flags->cf_flags;
    int version = flags != NULL && (bits & PyCF_ONLY_AST) ? flags->cf_feature_version
        : PY_MINOR_VERSION;
    return kr_hooks.compile(source, filename, mode, bits, optimize, version);
}

PyObject *Py_CompileStringObject(const char *text, PyObject *filename, int start,
                                 PyCompilerFlags *flags, int optimize)
{
    KR_AUTO PyObject *source = PyBytes_FromString(text);
    return source == NULL ? NULL : compile_object(source, filename, start, flags, optimize);
}

PyObject *Py_CompileStringExFlags(const char *text, const char *filename, int start,
                                  PyCompilerFlags *flags, int optimize)
{
    KR_AUTO PyObject *name = PyUnicode_DecodeFSDefault(filename);
    return name == NULL ? NULL : Py_CompileStringObject(text, name, start, flags, optimize);
}

#undef Py_CompileString
PyObject *Py_CompileString(const char *text, const char *filename, int start)
{
    return Py_CompileStringExFlags(text, filename, start, NULL, -1);
}

#undef Py_CompileStringFlags
PyAPI_FUNC(PyObject *) Py_CompileStringFlags(const char *text, const char *filename, int start,
                                             PyCompilerFlags *flags)
{
    return Py_CompileStringExFlags(text, filename, start, flags, -1);
}

const char *_Py_SourceAsString(PyObject *command, const char *function, const char *what,
                               PyCompilerFlags *flags, PyObject **ret_copy)
{
    Py_ssize_t size;
    const char *text;
    *ret_copy = NULL;
    if (PyUnicode_Check(command)) {
        flags->cf_flags |= PyCF_IGNORE_COOKIE;
        text = PyUnicode_AsUTF8AndSize(command, &size);
        if (text == NULL) return NULL;
    } else if (PyBytes_Check(command)) {
        text = PyBytes_AS_STRING(command);
        size = PyBytes_GET_SIZE(command);
    } else if (PyByteArray_Check(command)) {
        text = PyByteArray_AS_STRING(command);
        size = PyByteArray_GET_SIZE(command);
    } else {
        Py_buffer view;
        if (PyObject_GetBuffer(command, &view, PyBUF_SIMPLE) < 0) {
            PyErr_Format(PyExc_TypeError, "%s() arg 1 must be a %s object", function, what);
            return NULL;
        }
        *ret_copy = PyBytes_FromStringAndSize(view.buf, view.len);
        PyBuffer_Release(&view);
        if (*ret_copy == NULL) return NULL;
        text = PyBytes_AS_STRING(*ret_copy);
        size = PyBytes_GET_SIZE(*ret_copy);
    }
    if (strlen(text) == (size_t)size) return text;
    PyErr_SetString(PyExc_ValueError, "source code string cannot contain null bytes");
    Py_CLEAR(*ret_copy);
    return NULL;
}

// ---- executing

static PyObject *run_code(STEALS PyObject *code, PyObject *globals, PyObject *locals)
{
    KR_AUTO PyObject *owned = code;
    if (owned == NULL || PySys_Audit("exec", "O", owned) < 0) return NULL;
    _Py_UnhandledKeyboardInterrupt = 0;
    if (globals != NULL && PyDict_Check(globals)) {
        int found = PyDict_Contains(globals, ID(__builtins__));
        if (found < 0 || (!found && PyDict_SetItem(globals, ID(__builtins__),
                                                   kr_interpreter_current()->builtins) < 0))
            return NULL;
    }
    PyObject *result = PyEval_EvalCode(owned, globals, locals);
    if (result == NULL && PyErr_Occurred() == PyExc_KeyboardInterrupt)
        _Py_UnhandledKeyboardInterrupt = 1;
    return result;
}

PyObject *PyRun_StringFlags(const char *text, int start, PyObject *globals, PyObject *locals,
                            PyCompilerFlags *flags)
{
    return run_code(Py_CompileStringExFlags(text, "<string>", start, flags, -1), globals, locals);
}

static void take_over_future(PyObject *code, PyCompilerFlags *flags)
{
    if (code != NULL && flags != NULL && PyCode_Check(code))
        flags->cf_flags |= ((PyCodeObject *)code)->co_flags & PyCF_MASK;
}

// long: has the parameters of PyRun_FileExFlags.
static PyObject *run_file(FILE *file, PyObject *filename, int start, PyObject *globals,
                          PyObject *locals, int close, PyCompilerFlags *flags)
{
    KR_AUTO PyObject *source = kr_read_stream(file);
    if (close) fclose(file);
    if (source == NULL || kr_parse_check_encoding(PyBytes_AS_STRING(source),
                                                  PyBytes_GET_SIZE(source), filename) < 0)
        return NULL;
    PyObject *code = compile_object(source, filename, start, flags, -1);
    take_over_future(code, flags);
    return run_code(code, globals, locals);
}

PyObject *PyRun_FileExFlags(FILE *file, const char *filename, int start, PyObject *globals,
                            PyObject *locals, int close, PyCompilerFlags *flags)
{
    KR_AUTO PyObject *name = PyUnicode_DecodeFSDefault(filename);
    return name == NULL ? NULL : run_file(file, name, start, globals, locals, close, flags);
}

PyObject *kr_read_stream(FILE *file)
{
    char block[8192];
    KR_AUTO PyObject *parts = PyByteArray_FromStringAndSize(NULL, 0);
    if (parts == NULL) return NULL;
    for (size_t count; (count = fread(block, 1, sizeof block, file)) > 0;) {
        Py_ssize_t size = PyByteArray_GET_SIZE(parts);
        if (PyByteArray_Resize(parts, size + (Py_ssize_t)count) < 0) return NULL;
        memcpy(PyByteArray_AS_STRING(parts) + size, block, count);
    }
    if (ferror(file)) return PyErr_SetFromErrno(PyExc_OSError);
    return PyBytes_FromStringAndSize(PyByteArray_AS_STRING(parts), PyByteArray_GET_SIZE(parts));
}

// ---- in __main__, with exceptions printed

static BORROWED PyObject *main_names(void)
{
    PyObject *module = PyImport_AddModule("__main__");
    return module == NULL ? NULL : PyModule_GetDict(module);
}

static int print_failure(void)
{
    PyErr_Print();
    return -1;
}

int PyRun_SimpleStringFlags(const char *text, PyCompilerFlags *flags)
{
    PyObject *names = main_names();
    if (names == NULL) return -1;
    PyObject *result = PyRun_StringFlags(text, Py_file_input, names, names, flags);
    if (result == NULL) return print_failure();
    Py_DECREF(result);
    return 0;
}

static int has_suffix(PyObject *filename, const char *suffix)
{
    KR_AUTO PyObject *text = PyUnicode_FromString(suffix);
    return text != NULL && PyUnicode_Tailmatch(filename, text, 0, PY_SSIZE_T_MAX, 1) > 0;
}

static PyObject *run_pyc(FILE *file, PyObject *names)
{
    long magic = PyMarshal_ReadLongFromFile(file);
    if (magic != PyImport_GetMagicNumber()) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_RuntimeError, "Bad magic number in .pyc file");
        return NULL;
    }
    for (int i = 0; i < 3; i++) (void)PyMarshal_ReadLongFromFile(file);
    if (PyErr_Occurred()) return NULL;
    KR_AUTO PyObject *code = PyMarshal_ReadLastObjectFromFile(file);
    if (code == NULL || !PyCode_Check(code)) {
        PyErr_SetString(PyExc_RuntimeError, "Bad code object in .pyc file");
        return NULL;
    }
    return run_code(Py_NewRef(code), names, names);
}

static int set_loader(PyObject *module_names, PyObject *filename, const char *class_name)
{
    if (_PyUnicode_EqualToASCIIString(filename, "<stdin>")) return 0;
    KR_AUTO PyObject *external = PyImport_ImportModule("_frozen_importlib_external");
    KR_AUTO PyObject *class = external == NULL ? NULL : PyObject_GetAttrString(external, class_name);
    KR_AUTO PyObject *name = PyUnicode_FromString("__main__");
    KR_AUTO PyObject *loader = class == NULL || name == NULL ? NULL
        : PyObject_CallFunctionObjArgs(class, name, filename, NULL);
    return loader == NULL ? -1 : PyDict_SetItem(module_names, ID(__loader__), loader);
}

// Gives __main__ its __file__; returns 1 when it has to be taken away again, -1 with an exception.
static int set_file(PyObject *names, PyObject *filename)
{
    int found = PyDict_Contains(names, ID(__file__));
    if (found != 0) return found < 0 ? -1 : 0;
    if (PyDict_SetItem(names, ID(__file__), filename) < 0) return -1;
    return PyDict_SetItem(names, ID(__cached__), Py_None) < 0 ? -1 : 1;
}

int _PyRun_SimpleFileObject(FILE *file, PyObject *filename, int close, PyCompilerFlags *flags)
{
    // The module, not its names: an exit from within has to find it alive, to clear it.
    KR_AUTO PyObject *module = Py_XNewRef(PyImport_AddModule("__main__"));
    PyObject *names = module == NULL ? NULL : PyModule_GetDict(module);
    int did_set = names == NULL ? -1 : set_file(names, filename);
    PyObject *result = NULL;
    if (did_set >= 0) {
        if (has_suffix(filename, ".pyc")) {
            if (set_loader(names, filename, "SourcelessFileLoader") == 0)
                result = run_pyc(file, names);
            if (close) fclose(file);
        } else if (set_loader(names, filename, "SourceFileLoader") == 0) {
            result = run_file(file, filename, Py_file_input, names, names, close, flags);
        }
    }
    fflush(stdout);
    int failed = result == NULL ? print_failure() : 0;
    Py_XDECREF(result);
    if (did_set > 0
        && (PyDict_DelItem(names, ID(__file__)) < 0 || PyDict_DelItem(names, ID(__cached__)) < 0))
        PyErr_Print();
    return failed;
}

int PyRun_SimpleFileExFlags(FILE *file, const char *filename, int close, PyCompilerFlags *flags)
{
    KR_AUTO PyObject *name = PyUnicode_DecodeFSDefault(filename);
    return name == NULL ? -1 : _PyRun_SimpleFileObject(file, name, close, flags);
}

int _PyRun_AnyFileObject(FILE *file, PyObject *filename, int close, PyCompilerFlags *flags)
{
    KR_AUTO PyObject *name = filename == NULL ? PyUnicode_FromString("???") : Py_NewRef(filename);
    if (name == NULL) return print_failure();
    if (!_Py_FdIsInteractive(file, name)) return _PyRun_SimpleFileObject(file, name, close, flags);
    int result = _PyRun_InteractiveLoopObject(file, name, flags);
    if (close) fclose(file);
    return result;
}

int PyRun_AnyFileExFlags(FILE *file, const char *filename, int close, PyCompilerFlags *flags)
{
    KR_AUTO PyObject *name = filename == NULL ? NULL : PyUnicode_DecodeFSDefault(filename);
    if (filename != NULL && name == NULL) return print_failure();
    return _PyRun_AnyFileObject(file, name, close, flags);
}

// ---- the shorter forms, which are macros in C

#undef PyRun_String
#undef PyRun_AnyFile
#undef PyRun_AnyFileEx
#undef PyRun_AnyFileFlags
#undef PyRun_SimpleString
#undef PyRun_SimpleFile
#undef PyRun_SimpleFileEx
#undef PyRun_File
#undef PyRun_FileEx
#undef PyRun_FileFlags

PyAPI_FUNC(PyObject *) PyRun_String(const char *text, int start, PyObject *globals,
                                    PyObject *locals)
{
    return PyRun_StringFlags(text, start, globals, locals, NULL);
}

PyAPI_FUNC(int) PyRun_AnyFile(FILE *file, const char *name)
{
    return PyRun_AnyFileExFlags(file, name, 0, NULL);
}

PyAPI_FUNC(int) PyRun_AnyFileEx(FILE *file, const char *name, int close)
{
    return PyRun_AnyFileExFlags(file, name, close, NULL);
}

PyAPI_FUNC(int) PyRun_AnyFileFlags(FILE *file, const char *name, PyCompilerFlags *flags)
{
    return PyRun_AnyFileExFlags(file, name, 0, flags);
}

PyAPI_FUNC(int) PyRun_SimpleString(const char *text)
{
    return PyRun_SimpleStringFlags(text, NULL);
}

PyAPI_FUNC(int) PyRun_SimpleFile(FILE *file, const char *name)
{
    return PyRun_SimpleFileExFlags(file, name, 0, NULL);
}

PyAPI_FUNC(int) PyRun_SimpleFileEx(FILE *file, const char *name, int close)
{
    return PyRun_SimpleFileExFlags(file, name, close, NULL);
}

PyAPI_FUNC(PyObject *) PyRun_File(FILE *file, const char *name, int start, PyObject *globals,
                                  PyObject *locals)
{
    return PyRun_FileExFlags(file, name, start, globals, locals, 0, NULL);
}

PyAPI_FUNC(PyObject *) PyRun_FileEx(FILE *file, const char *name, int start, PyObject *globals,
                                    PyObject *locals, int close)
{
    return PyRun_FileExFlags(file, name, start, globals, locals, close, NULL);
}

PyAPI_FUNC(PyObject *) PyRun_FileFlags(FILE *file, const char *name, int start, PyObject *globals,
                                       PyObject *locals, PyCompilerFlags *flags)
{
    return PyRun_FileExFlags(file, name, start, globals, locals, 0, flags);
}
