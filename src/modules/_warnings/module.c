// module.c - the module _warnings: where in the program a warning belongs, and the way in.
#include "modules/_warnings/warnings.h"

#include "Python.h"
#include "frameobject.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/hooks.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

// --- where --------------------------------------------------------------------------------------

// Frames of the import system are not the program's.
static int is_internal(PyFrameObject *frame)
{
    PyCodeObject *code = PyFrame_GetCode(frame);
    PyObject *name = code->co_filename;
    int internal = 0;
    if (PyUnicode_Check(name)) {
        const char *text = PyUnicode_AsUTF8(name);
        if (text == NULL) PyErr_Clear();
        else internal = strstr(text, "importlib") != NULL && strstr(text, "_bootstrap") != NULL;
    }
    Py_DECREF(code);
    return internal;
}

// New reference to the next frame outwards (taking [frame]), or NULL.
static PyFrameObject *outer(STEALS PyFrameObject *frame, int skip_internal)
{
    do {
        PyFrameObject *back = PyFrame_GetBack(frame);
        Py_DECREF(frame);
        frame = back;
    } while (skip_internal && frame != NULL && is_internal(frame));
    return frame;
}

// New reference to the frame [stack_level] says, NULL when the stack is not that deep.
static PyFrameObject *frame_at(Py_ssize_t stack_level)
{
    PyFrameObject *frame = (PyFrameObject *)Py_XNewRef((PyObject *)PyEval_GetFrame());
    int skip = frame != NULL && stack_level > 0 && !is_internal(frame);
    while (--stack_level > 0 && frame != NULL) frame = outer(frame, skip);
    return frame;
}

typedef struct Place {
    PyObject *filename, *module, *registry;     // owned
    int line;
} Place;

static void release_place(Place *place)
{
    Py_XDECREF(place->filename);
    Py_XDECREF(place->module);
    Py_XDECREF(place->registry);
}

// New reference to globals["__warningregistry__"], made if missing.
static PyObject *get_registry(PyObject *globals)
{
    PyObject *registry = PyDict_GetItemWithError(globals, ID(__warningregistry__));
    if (registry != NULL || PyErr_Occurred()) return Py_XNewRef(registry);
    registry = PyDict_New();
    if (registry != NULL && PyDict_SetItem(globals, ID(__warningregistry__), registry) < 0) Py_CLEAR(registry);
    return registry;
}

static int find_place(Py_ssize_t stack_level, Place *ret_place)
{
    PyFrameObject *frame = frame_at(stack_level);
    KR_AUTO PyObject *globals = NULL;
    if (frame == NULL) {
        globals = Py_XNewRef(kr_interpreter_current()->sysdict);
        ret_place->filename = PyUnicode_FromString("sys");
        ret_place->line = 1;
    } else {
        PyCodeObject *code = PyFrame_GetCode(frame);
        globals = PyFrame_GetGlobals(frame);
        ret_place->filename = Py_NewRef(code->co_filename);
        ret_place->line = PyFrame_GetLineNumber(frame);
        Py_DECREF(code);
        Py_DECREF(frame);
    }
    if (globals == NULL || ret_place->filename == NULL) return -1;
    ret_place->registry = get_registry(globals);
    if (ret_place->registry == NULL) return -1;
    PyObject *name = PyDict_GetItemWithError(globals, ID(__name__));
    if (name == NULL && PyErr_Occurred()) return -1;
    ret_place->module = name == Py_None || (name != NULL && PyUnicode_Check(name)) ? Py_NewRef(name)
                                                                                  : PyUnicode_FromString("<string>");
    return ret_place->module == NULL ? -1 : 0;
}

static int warn(PyObject *category, PyObject *message, Py_ssize_t stack_level, PyObject *source)
{
    __attribute__((cleanup(release_place))) Place place = {NULL};
    if (find_place(stack_level, &place) < 0) return -1;
    KrWarning warning = {.category = category,
                         .message = message,
                         .filename = place.filename,
                         .line = place.line,
                         .module = place.module,
                         .registry = place.registry,
                         .source = source};
    return kr_warnings_issue(&warning);
}

static int warn_explicit(PyObject *category, PyObject *message, PyObject *filename, int line, PyObject *module,
                         PyObject *registry)
{
    KrWarning warning = {.category = category, .message = message, .filename = filename, .line = line,
                         .module = module, .registry = registry};
    return kr_warnings_issue(&warning);
}

// --- functions ----------------------------------------------------------------------------------

// The class of a warning (borrowed), or NULL with TypeError.
static BORROWED PyObject *category_of(PyObject *message, PyObject *category)
{
    int is_instance = PyObject_IsInstance(message, PyExc_Warning);
    if (is_instance < 0) return NULL;
    if (is_instance) return (PyObject *)Py_TYPE(message);
    if (category == NULL || category == Py_None) return PyExc_UserWarning;
    int is_warning = PyObject_IsSubclass(category, PyExc_Warning);
    if (is_warning > 0) return category;
    return kr_raise(PyExc_TypeError, "category must be a Warning subclass, not '%s'", Py_TYPE(category)->tp_name);
}

METHOD(warn, "module, message, category = None, stacklevel: ssize = 1, source = None",
       "Issue a warning, or maybe ignore it or raise an exception.")
static PyObject *warnings_warn(PyObject *module, PyObject *message, PyObject *category, Py_ssize_t stack_level,
                               PyObject *source)
{
    category = category_of(message, category);
    if (category == NULL || warn(category, message, stack_level, source == Py_None ? NULL : source) < 0) return NULL;
    Py_RETURN_NONE;
}

// New str: the line of a module's source that its loader gives, or None.
static PyObject *line_by_loader(PyObject *globals, int line)
{
    KR_AUTO PyObject *loader = Py_XNewRef(PyDict_GetItemWithError(globals, ID(__loader__)));
    KR_AUTO PyObject *name = Py_XNewRef(PyDict_GetItemWithError(globals, ID(__name__)));
    if (loader == NULL || name == NULL) return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
    KR_AUTO PyObject *get_source = NULL;
    if (_PyObject_LookupAttr(loader, ID(get_source), &get_source) < 0) return NULL;
    if (get_source == NULL) Py_RETURN_NONE;
    KR_AUTO PyObject *source = PyObject_CallOneArg(get_source, name);
    if (source == NULL || source == Py_None) return kr_take(source);
    KR_AUTO PyObject *lines = PyUnicode_Splitlines(source, 0);
    if (lines == NULL) return NULL;
    if (line < 1 || line > PyList_GET_SIZE(lines)) Py_RETURN_NONE;
    return Py_NewRef(PyList_GET_ITEM(lines, line - 1));
}

METHOD(warn_explicit,
       "module, message, category, filename, lineno: int, module: object = NULL, registry: object = NULL, "
       "module_globals: object = NULL, source: object = NULL", "Low-level interface to warnings functionality.")
static PyObject *warnings_warn_explicit(PyObject *module, PyObject *message, PyObject *category,  // long: arguments
                                        PyObject *filename, int line, PyObject *module_name, PyObject *registry,
                                        PyObject *module_globals, PyObject *source)
{
    KR_AUTO PyObject *source_line = NULL;
    if (!PyUnicode_Check(filename))
        return kr_raise(PyExc_TypeError, "warn_explicit() argument 'filename' must be str, not %.50s",
                        Py_TYPE(filename)->tp_name);
    if (module_globals != NULL && module_globals != Py_None) {
        if (!PyDict_Check(module_globals))
            return kr_raise(PyExc_TypeError, "module_globals must be a dict, not '%.200s'",
                            Py_TYPE(module_globals)->tp_name);
        source_line = line_by_loader(module_globals, line);
        if (source_line == NULL) return NULL;
    }
    KrWarning warning = {.category = category,
                         .message = message,
                         .filename = filename,
                         .line = line,
                         .module = module_name,
                         .registry = registry,
                         .source_line = source_line == Py_None ? NULL : source_line,
                         .source = source == Py_None ? NULL : source};
    if (kr_warnings_issue(&warning) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(_filters_mutated, "module", NULL)
static PyObject *warnings__filters_mutated(PyObject *module)
{
    kr_interpreter_current()->warnings_filters_version++;
    Py_RETURN_NONE;
}

#include "modules/_warnings/module.methods.h"

static int warnings_exec(PyObject *module)
{
    if (kr_warnings_start() < 0) return -1;
    PyInterpreterState *interpreter = kr_interpreter_current();
    if (PyModule_AddObjectRef(module, "filters", interpreter->warnings_filters) < 0 ||
        PyModule_AddObjectRef(module, "_onceregistry", interpreter->warnings_once_registry) < 0 ||
        PyModule_AddObjectRef(module, "_defaultaction", interpreter->warnings_default_action) < 0)
        return -1;
    kr_hooks.warn = warn;
    kr_hooks.warn_explicit = warn_explicit;
    return 0;
}

static PyModuleDef_Slot warnings_slots[] = {{Py_mod_exec, warnings_exec}, {0, NULL}};

static struct PyModuleDef warnings_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_warnings",
    .m_doc = "_warnings provides basic warning filtering support.\nIt is a helper module to speed up interpreter "
             "start-up.",
    .m_methods = warnings_methods,
    .m_slots = warnings_slots,
};

PyMODINIT_FUNC PyInit__warnings(void)
{
    return PyModuleDef_Init(&warnings_definition);
}
